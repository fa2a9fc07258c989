import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Who asks conditions after every event gets the answer of who works all of it out each time.
@Suite struct FactWatchTests {
  private static let conditions = [
    "converged", "not converged and count(ok) > 2", "count(write) >= 3 and converged", "count(stale) == 0",
    "count(read client=us-east-1) == 2 or count(timeout) > 1", "count(coordinator=eu2 level=ONE) > 0",
    "latency(p99 read) > 5ms", "latency(max) > 50ms and hints.pending == 0", "last.outcome == ok",
    "count(delete key=k2) > 0", "faults.now == 0", "writes.acked > 1",
  ]

  private static func parsed(_ session: Session) -> [Condition] {
    var names = session.names(isPrompt: false)
    names.mayNameAbsent = true
    return conditions.compactMap { text in
      var reader = CommandReader(text, context: names)
      return try? reader.condition()
    }
  }

  /// Every policy, data type and fault, at every event; clusters come and go in between.
  @Test(.timeLimit(.minutes(30)), arguments: Seeds.slices(fewest: 12, each: 4))
  func theQuickAnswerIsThePlainOne(seeds: ClosedRange<Int>) {
    for seed in seeds {
      let run = SoakRun(seed: seed, length: 20 + seed % 4 * 15)
      let conditions = Self.parsed(run.session)
      #expect(conditions.count >= 10)
      var watch = FactWatch()
      var (held, lacked) = (0, 0)
      let isWrong = run.session.timeline.replayed { world in
        let facts = FactContext.ofTrace(world)
        let plain = conditions.map { facts.holds($0) }
        held += plain.count { $0 }
        lacked += plain.count { !$0 }
        return watch.holds(conditions, in: world) != plain
      }
      #expect(!isWrong && held > 0 && lacked > 0, "seed \(seed):\n\(run.text)")
    }
  }

  @Test func lookingTakesMoreTheLongerTheStretchAndTheMoreThereIs() throws {
    let small = try play("write cart milk at ALL").session
    let large = try play("load 1000/s for 1s write 100% keys 500 at ONE\nrun 3s").session
    func looks(_ text: String, _ session: Session, events: Int = 100, changes: Int = 10) throws -> Int {
      var reader = CommandReader(text, context: session.names(isPrompt: false))
      return try reader.condition().looks(events: events, changes: changes, in: session.world)
    }
    for text in ["count(write) == 1", "phi-consistency == 1", "guarantee(read-your-writes)"] {
      #expect(try looks(text, small) < looks(text, large), "\(text)")
      #expect(try looks(text, small, events: 10) < looks(text, small), "\(text)")
    }
    #expect(try looks("count(write) == 1", large, changes: 1) < looks("count(write) == 1", large, changes: 90))
    #expect(
      try looks("converged", small) == looks("converged", large), "a witness is as near, however many keys there are")
  }

  // MARK: The past

  private static let pasts = [
    "ever(value(us1, cart) == milk)", "not ever(count(write) >= 3)", "ever(converged and count(ok) > 1) and time > 0ms",
    "ever(ever(not alive(us3)) and alive(us3))", "ever(hints.pending > 0) or ever(last.outcome == timeout)",
  ]

  private static let lines = [
    "write cart milk at ONE", "write cart jam at ALL", "read cart", "crash us3", "restart us3", "run 1s", "run 5ms",
    "step 3",
    "undo", "undo", "redo", "back 5", "goto 200ms", "fork other", "switch main", "cluster us-east-1:3 rf=3",
    "load 40/s for 1s write 50% keys 3 at ONE", "run 2s", "cut us1 us2", "heal",
  ]

  /// Time goes on, is taken back, branches, and begins anew with another cluster.
  @Test(arguments: 1...40) func whatIsRecalledIsWhatThePlainAnswerFindsInTheWholeHistory(seed: Int) throws {
    var dice = Dice(seed: seed)
    var session = Session(keyframeSpacing: 50)
    try session.execute(.prompt("cluster us-east-1:3 rf=3"), isPrompt: true) { _ in }
    var names = session.names(isPrompt: false)
    names.mayNameAbsent = true
    let conditions = try Self.pasts.map { text in
      var reader = CommandReader(text, context: names)
      return try reader.condition()
    }
    var watch = PastWatch(conditions)
    var held = 0
    var done: [String] = []
    for _ in 0..<25 {
      let line = dice.pick(Self.lines)
      _ = try? session.execute(SourceLine(file: "x", number: 1, text: line), isPrompt: false) { _ in }
      done.append("\(line) → \(session.timeline.branchName) \(session.timeline.position) at \(session.now)")
      let facts = session.facts(recalling: watch.recalled(in: session.timeline))
      for (condition, text) in zip(conditions, Self.pasts) {
        let plain = session.facts.holds(condition)
        #expect(
          facts.holds(condition) == plain, "seed \(seed): \(text) is \(plain), after\n\(done.joined(separator: "\n"))")
        held += plain ? 1 : 0
      }
    }
    #expect(held > 0)
  }
}
