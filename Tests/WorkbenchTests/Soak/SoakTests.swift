import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Random scripts over every policy, data type and fault, each healed, repaired and judged.
///
/// `make soak` plays more seeds than a test run does: 2,000, or as many as `SOAK_SEEDS` says.
@Suite struct SoakTests {
  /// The run of a seed: its script has from 20 to 100 commands after its set-up.
  private static func run(_ seed: Int) -> SoakRun { SoakRun(seed: seed, length: 20 + seed % 5 * 20) }

  @Test(.timeLimit(.minutes(30)), arguments: Seeds.slices(fewest: 40, each: 20)) func everyPromiseIsKept(
    seeds: ClosedRange<Int>
  ) {
    for seed in seeds {
      var run = Self.run(seed)
      guard let violation = run.violations().first else { continue }
      Issue.record("seed \(seed): \(violation)\n\(run.text)")
      if violation.promise != .validity { Issue.record("seed \(seed) in short:\n\(Self.short(run.lines, violation))") }
    }
  }

  /// The shortest script that breaks the same promise, and how.
  private static func short(_ lines: [String], _ violation: Violation) -> String {
    func broken(_ lines: [String]) -> (violation: Violation, run: SoakRun)? {
      var run = SoakRun(lines)
      let found = run.violations().first { $0.promise == violation.promise }
      return found.map { ($0, run) }
    }
    var minimiser = Minimiser { broken($0) != nil }
    return broken(minimiser.minimal(lines)).map { "\($0.run.text)# \($0.violation)" } ?? "\(violation)"
  }

  /// What the promises are worth: the scripts meet all that could break them.
  @Test func theScriptsAreHardEnough() throws {
    var outcomes: [Outcome: Int] = [:]
    var facts: [String: Int] = [:]
    var graves = 0
    for seed in 1...40 {
      let run = Self.run(seed)
      for operation in run.operations { outcomes[operation.outcome, default: 0] += 1 }
      for fact in [
        "writes.lost", "writes.overwritten", "conflicts.total", "hints.replayed", "repairs.read",
        "repairs.anti-entropy",
        "reads.stale",
      ] where run.session.facts.value(.named(fact, [])).text != "0" {
        facts[fact, default: 0] += 1
      }
      graves += run.graves.closedCount
    }
    #expect([Outcome.ok, .unavailable, .timeout].allSatisfy { outcomes[$0, default: 0] >= 50 }, "\(outcomes)")
    #expect(facts.count == 7 && facts.values.allSatisfy { $0 >= 2 }, "\(facts)")
    #expect(graves >= 10, "\(graves) tombstones were everywhere in time")
  }
}
