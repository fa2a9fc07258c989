import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Who asks after every event whether the replicas have converged gets the answer of who looks at everything.
@Suite struct ConvergenceWatchTests {
  /// Every policy, data type and fault, with deletes, limited lives and wrong clocks, at every event and in the silence
  /// after it.
  @Test(.timeLimit(.minutes(30)), arguments: Seeds.slices(fewest: 24, each: 6))
  func theQuickAnswerIsThePlainOne(seeds: ClosedRange<Int>) {
    for seed in seeds {
      let run = SoakRun(seed: seed, length: 20 + seed % 4 * 15)
      var watch = ConvergenceWatch()
      let isWrong = run.session.timeline.replayed { world in
        let cluster = world.cluster
        if watch.isConverged(cluster) != cluster.isConverged { return true }
        // What clocks change while nothing happens: just before the next event, and half-way there.
        guard let next = cluster.nextInstant, next.microseconds > cluster.now.microseconds + 1 else { return false }
        var (later, laterWatch) = (cluster, watch)
        let half = (next.microseconds - cluster.now.microseconds) / 2
        for instant in [cluster.now.microseconds + half, next.microseconds - 1] {
          later.advance(to: Instant(microseconds: instant))
          if laterWatch.isConverged(later) != later.isConverged { return true }
        }
        return false
      }
      #expect(!isWrong, "seed \(seed):\n\(run.text)")
    }
  }

  private static let conditions = [
    "converged", "not converged", "converged == false", "converged and hints.pending == 0",
    "converged and reads.total > 20", "converged or time > 2s", "not (converged or hints.pending > 3)",
    "writes.acked > 30",
  ]

  /// A load with deletes and limited lives under a fault, and then silence.
  private static func script(_ dice: inout Dice, seed: Int) -> String {
    let rate = dice.pick([5, 40, 200])
    var lines = ["seed \(seed)", "set tombstone-grace \(dice.pick(["0s", "500ms", "30m"]))"]
    if dice.chance(30) { lines.append("set processing-time read exponential(0.3ms) write uniform(0ms, 2ms)") }
    if dice.chance(30) { lines.append("skew eu2 by \(dice.pick(["40ms", "-700ms"])) drift 100us") }
    if dice.chance(30) { lines.append("type k1 or-set") }
    lines.append(dice.pick(["cut us-east-1 eu-west-1", "pause ap2", "hold us1 eu1", "crash us3", "lose 20% us1 eu2"]))
    for key in 2...4 { lines.append("async write k\(key) v at ONE ttl \(dice.pick(["80ms", "300ms", "1s"]))") }
    if dice.chance(60) { lines.append("async delete k\(dice.roll(5...8)) at ONE") }
    lines.append("load \(rate)/s for 1s write \(dice.pick([0, 10, 80]))% keys \(dice.pick([1, 9])) at ONE")
    lines.append("run \(dice.pick(["0ms", "3ms", "200ms", "900ms"]))")
    if dice.chance(50) { lines += ["heal", "run 10ms"] }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test(arguments: Seeds.slices(fewest: 30, each: 10)) func timeRunsToWhereThePlainAnswerComesTrue(
    seeds: ClosedRange<Int>
  ) throws {
    for seed in seeds {
      var dice = Dice(seed: seed)
      let script = Self.script(&dice, seed: seed)
      let session = try play(script).session
      let text = dice.pick(Self.conditions)
      var reader = CommandReader(text, context: session.names(isPrompt: false))
      let condition = try reader.condition()
      let bound = session.cluster.now + .seconds(3)

      var quick = session
      var goal = Goal.condition(condition, by: bound, text: text, line: .prompt(text))
      while quick.pursue(&goal, until: .end, atMost: .max, report: { _ in }) != .reached {}
      let plain = Self.plainly(session, condition, by: bound)
      #expect(Self.place(quick) == Self.place(plain), "seed \(seed), `\(text)`:\n\(script)")

      // As a breakpoint it stops where it comes true, not where it holds from the beginning.
      var broken = session
      try broken.execute(.prompt("breakpoint \(text)"), isPrompt: true) { _ in }
      var end = Goal.instant(bound)
      _ = broken.pursue(&end, until: .end, atMost: .max) { _ in }
      let first = Self.plainly(Self.plainly(session, .not(condition), by: bound), condition, by: bound)
      #expect(Self.place(broken) == Self.place(first), "seed \(seed), `breakpoint \(text)`:\n\(script)")
    }
  }

  private static func place(_ session: Session) -> [Int64] {
    [Int64(session.cluster.position), session.cluster.now.microseconds, Int64(session.cluster.fingerprint.value >> 1)]
  }

  /// Plays event by event, and silence by silence, until a condition holds, and looks at everything each time.
  private static func plainly(_ session: Session, _ condition: Condition, by bound: Instant) -> Session {
    var session = session
    while !session.facts.holds(condition), session.cluster.now < bound {
      let now = session.cluster.now
      var stop = bound
      session.cluster.forEachClockChange(ofDeathsFrom: 0) { if $0 > now { stop = min(stop, $0) } }
      if !session.timeline.world.step(notAfter: stop) { session.timeline.world.advance(to: stop) }
    }
    return session
  }

  @Test("who lacks what nobody has sent yet doesn't hold time up")
  func aWitnessOfNowLetsTimeGoOn() throws {
    let played = try play(
      """
      cluster us-east-1:4 eu-west-1:4 scheme=primary-cache
      write x 1
      run 1s
      wipe us1
      restart us1
      run until converged within 1m
      """)
    #expect(try played.holds("converged and time > 10s and time < 20s"))
  }
}
