import Insight
import Kernel
import Language
import TestSupport
import Testing

@testable import Analysis
@testable import Replication
@testable import Workbench

/// Random scripts of a cluster of logs: nothing that must hold is broken, what goes by records is told truly, and once all faults
/// are over the copies of each region agree.
@Suite struct LogScriptTests {
  /// A script that belongs to a seed.
  private struct Script {
    private(set) var lines: [String]
    private var dice: Dice
    private var written = 0
    private let replicas: [String]

    init(seed: Int, length: Int) {
      // The chances of one seed are those of the next, one further.
      dice = Dice(seed: 1_000 * seed)
      let isSingle = dice.chance(40)
      replicas = (1...3).map { "us\($0)" } + (isSingle ? [] : (1...3).map { "eu\($0)" })
      lines = [
        "cluster us-east-1:3\(isSingle ? "" : " eu-west-1:3") rf=3 scheme=log", "seed \(seed)",
        "set partitions \(dice.roll(1...3))", "consumer billing in us-east-1",
      ]
      if dice.chance(50) { lines.append("set failure-detector \(dice.pick(["oracle", "after 200ms"]))") }
      if dice.chance(30) { lines += ["set segment 2", "set compaction 3s"] }
      if dice.chance(30) { lines.append("set eligible-replicas off") }
      if dice.chance(30) { lines.append("set insync-lag 2s") }
      if dice.chance(30) { lines.append("set coordinator round-robin") }
      if !isSingle, seed % 2 == 0 {
        lines += ["set mirror us-east-1 -> eu-west-1 checkpoint 2s", "set mirror eu-west-1 -> us-east-1"]
      }
      for _ in 0..<length { lines.append(command()) }
    }

    private mutating func command() -> String {
      let key = dice.pick(["a", "b", "c"])
      let via = dice.chance(40) ? " via \(dice.pick(replicas))" : ""
      written += 1
      switch dice.roll(1...20) {
      case 1...6:
        return
          "\(dice.pick(["", "async "]))write \(key) v\(written) at \(dice.pick(["ACKS_ALL", "ACKS_1", "ACKS_0"]))\(via)"
      case 7: return "delete \(key)\(via)"
      case 8...10: return "read \(key) at \(dice.pick(["COMMITTED", "FOLLOWER"]))\(via)"
      case 11: return "\(dice.pick(["", "async "]))consume billing \(dice.roll(1...4))"
      case 12...15: return "run \(dice.pick(["300us", "2ms", "200ms", "1500ms", "4s"]))"
      default: return fault()
      }
    }

    private mutating func fault() -> String {
      let first = dice.pick(replicas)
      let second = dice.pick(replicas.filter { $0 != first && $0.prefix(2) == first.prefix(2) })
      return switch dice.roll(1...14) {
      case 1, 2: "crash \(first)"
      case 3, 4: "restart \(dice.pick(replicas))"
      case 5: "pause \(first)"
      case 6: "resume \(dice.pick(replicas))"
      case 7: "cut \(first) \(second)"
      case 8: "heal"
      case 9: "hold \(first) \(second)"
      case 10: "release \(first) \(second)"
      case 11: "isolate \(first)"
      case 12: "slow \(first) \(second) by \(dice.pick(["0ms", "40ms"]))"
      case 13: "lose \(dice.pick(["0%", "30%"])) \(first) \(second)"
      default: "skew \(first) by \(dice.pick(["0ms", "300ms"]))"
      }
    }

    /// The end of all faults.
    var recovery: [String] {
      let regions = replicas.count == 3 ? ["us-east-1"] : ["us-east-1", "eu-west-1"]
      return ["heal"]
        + regions.flatMap {
          ["release \($0) \($0)", "lose 0% \($0) \($0)", "resume \($0)", "restart \($0)", "slow \($0) \($0) by 0ms"]
        } + ["await", "run 20s"]
    }
  }

  @Test(arguments: Seeds.slices(fewest: 12, each: 2)) func whatIsToldIsTrue(seeds: ClosedRange<Int>) throws {
    for seed in seeds { try judge(seed) }
  }

  /// Seeds of many that have shown something told wrongly, or judged so.
  @Test(arguments: [286, 290, 446, 844, 977]) func whatWasOnceToldWronglyIsTrue(seed: Int) throws { try judge(seed) }

  private func judge(_ seed: Int) throws {
    let script = Script(seed: seed, length: 30)
    let session = try play(script.lines.joined(separator: "\n")).session
    let witness = Witness(session)
    for entry in session.world.observer.history.all {
      let number = entry.operation.id.index
      let explanation = try #require(Explanation(of: number, in: session.timeline), "seed \(seed), op \(number)")
      for fact in explanation.facts {
        let flaw = witness.flaw(in: fact)
        #expect(flaw == nil, "seed \(seed), op \(number): \(flaw ?? "") \(fact.text)")
      }
      let text = explanation.lines(width: 400).joined(separator: "\n")
      #expect(
        entry.operation.region != RegionID(0) || !text.contains(": via eu"), "seed \(seed), op \(number): \(text)")
    }
  }

  @Test(arguments: Seeds.slices(fewest: 12, each: 2)) func onceAllIsOverCopiesAgree(seeds: ClosedRange<Int>) throws {
    for seed in seeds {
      let script = Script(seed: seed, length: 40)
      let text = (script.lines + script.recovery).joined(separator: "\n")
      let played = try play(text)
      let session = played.session
      #expect(session.cluster.isConverged, "seed \(seed)")
      let timeline = session.timeline
      #expect(CopyReport.copies(of: "a", in: timeline.cluster).allSatisfy { $0.isLevel }, "seed \(seed)")
      #expect(KeysReport(timeline).rows.allSatisfy { $0.differing == 0 }, "seed \(seed)")
      #expect(Divergence(of: timeline.cluster).keys == 0, "seed \(seed)")
      let eventual = GuaranteeCheck(session.world).report(.eventual)
      #expect(eventual.isHeld != false, "seed \(seed): \(eventual.lines)")
      let lost = Losses.lostWrites(timeline.cluster, session.world.observer)
      let committed = lost.filter { version in
        session.world.observer.history[timeline.cluster.catalogue.version(version).operation]?.operation.level
          == .acksAll
      }
      #expect(committed.isEmpty, "seed \(seed): ACKS_ALL is never lost without an unclean election")
      let consumer = try played.fact("consumed.duplicates(billing)")
      #expect(consumer == "0" || script.lines.contains { $0.hasPrefix("async consume") }, "seed \(seed)")
    }
  }
}
