import Kernel
import Language
import Replication
import Testing

@testable import Workbench

/// The verdicts of the search, beside those of trying everything.
@Suite struct BreakAgainstBruteForceTests {
  struct Case: CustomStringConvertible, Sendable {
    let script: [String]
    let claim: String
    var description: String { "\(script.joined(separator: "; ")) | \(claim)" }
  }

  /// Clusters of up to three replicas, with up to eight messages between them.
  static let cases: [Case] = [
    Case(
      script: ["cluster us-east-1:3 rf=3", "write x 1 at QUORUM", "read x at ONE via us3"], claim: "not last.stale"),
    Case(
      script: ["cluster us-east-1:3 rf=3", "write x 1 at QUORUM", "read x at QUORUM via us3"], claim: "not last.stale"),
    Case(script: ["cluster us-east-1:3 rf=3", "write x 1 at ONE", "read x at ALL via us3"], claim: "not last.stale"),
    Case(script: ["cluster us-east-1:3 rf=3", "write x 1 at ALL", "read x at ONE via us2"], claim: "last.value == 1"),
    Case(script: ["cluster us-east-1:3 rf=3", "write x 1 at QUORUM"], claim: "last.outcome == ok"),
    Case(script: ["cluster us-east-1:3 rf=3", "write x 1 at ONE"], claim: "last.outcome == ok"),
    Case(script: ["cluster us-east-1:2 rf=2", "write x 1 at ONE", "run 100ms"], claim: "value(us2, x) == 1"),
    Case(script: ["cluster us-east-1:2 rf=2", "write x 1 at ONE", "run 30s"], claim: "value(us2, x) == 1"),
    Case(script: ["cluster us-east-1:2 rf=2", "set hints off", "write x 1 at ONE", "run 30s"], claim: "converged"),
    Case(
      script: ["cluster us-east-1:3 rf=3", "write x 1 at TWO", "read x at TWO via us3"], claim: "last.latency < 100ms"),
    Case(
      script: ["cluster us-east-1:2 rf=2", "write x 1 at ONE via us1", "write x 2 at ONE via us2", "run 1s"],
      claim: "value(us1, x) == 2 or value(us2, x) == 2"),
    Case(
      script: [
        "cluster us-east-1:3 rf=3", "async write x 1 at QUORUM via us1", "async read x at ONE via us2", "await",
      ],
      claim: "count(read ok) == 1"),
  ]

  @Test(arguments: cases, [1, 2, 3]) func theVerdictIsThatOfTryingEverything(_ one: Case, faults: Int) throws {
    let plan = try BreakTests.plan(one.script, one.claim, faults: faults, kinds: [.loss])
    var everything = BruteForce(plan)
    let isBroken = everything.breaks(with: faults)
    let result = try BreakResult(plan)
    #expect((result.counterexample != nil) == isBroken, "\(one)")
    #expect(result.isCertificate == !isBroken)
    if let found = result.counterexample { #expect(try BreakTests.failures(of: found) == 1, "\(found.script)") }
  }
}
