import Kernel
import Language
import Replication
import Testing

@testable import Workbench

/// `eventually break`: `contract.md` §5.8, K1 to K3, and what lineage-driven fault injection promises.
@Suite struct BreakTests {
  static func plan(
    _ script: [String], _ claim: String, faults: Int = 1, kinds: [AdversaryFaultKind] = AdversaryFaultKind.standard
  ) throws -> BreakPlan {
    var plan = try BreakPlan(
      "a.ev", from: MemoryScripts(files: ["a.ev": script.joined(separator: "\n")]), claim: claim)
    (plan.faults, plan.kinds) = (faults, kinds)
    return plan
  }

  /// Runs a counterexample as anybody would, and says how many of its expectations failed.
  static func failures(of counterexample: BreakResult.Counterexample) throws -> Int {
    var runner = ScriptRunner(Session()) { _ in }
    let source = MemoryScripts(files: ["c.ev": counterexample.script.joined(separator: "\n")])
    try runner.run(["c.ev"], from: source)
    return runner.session.expectations.failed
  }

  static let overlap = ["cluster us-east-1:3 rf=3", "write seats 8 at ALL", "write seats 7 at QUORUM"]

  /// Lesson 4: writes at QUORUM and reads at ONE; nothing is broken in the run, and one late message makes it stale.
  @Test func oneLostOrLateMessageMakesTheBoxOfficeSellASeatTwice() throws {
    let script = Self.overlap + ["run 100ms", "read seats at ONE via us3"]
    for kinds in [AdversaryFaultKind.standard, [.loss], [.delay], [.crash]] {
      let result = try BreakResult(try Self.plan(script, "not last.stale", kinds: kinds))
      let found = try #require(result.counterexample, "\(kinds)")
      #expect(try Self.failures(of: found) == 1, "\(found.script)")
      #expect(!found.script.contains("run 100ms"), "what isn't needed goes: \(found.script)")
    }
  }

  @Test func quorumsThatOverlapAreCertified() throws {
    let result = try BreakResult(try Self.plan(Self.overlap + ["read seats at QUORUM via us3"], "not last.stale"))
    #expect(result.counterexample == nil && result.isCertificate)
    #expect(result.covered > 50 && result.runs > result.covered)
  }

  @Test func aStoppedSearchCertifiesNothing() throws {
    var plan = try Self.plan(Self.overlap + ["read seats at QUORUM via us3"], "not last.stale", faults: 2)
    plan.runs = 100
    let result = try BreakResult(plan)
    #expect(result.counterexample == nil && !result.isCertificate && result.isExhausted)
    #expect(result.lines.joined().contains("--runs"))
  }

  /// Monotonic reads by two quorums that each time out were judged on nothing, and are not broken.
  @Test func whatCantBeJudgedIsNotBroken() throws {
    let reads = ["read x at QUORUM via us2", "read x at QUORUM via us3"]
    let script = ["cluster us-east-1:3 rf=3", "write x 1 at ONE via us1"] + reads
    let result = try BreakResult(try Self.plan(script, "guarantee(monotonic-reads)", faults: 2, kinds: [.loss]))
    #expect(result.counterexample == nil)
  }

  @Test func aClaimThatSaysNothingIsRefused() throws {
    let plan = try Self.plan(["write x 1"], "guarantee(monotonic-reads)")
    #expect(throws: ScriptError.self) { try BreakResult(plan) }
    #expect(throws: ScriptError.self) { try Self.plan(["write x 1"], "last.stael") }
    #expect(throws: ScriptError.self) { try Self.plan(["write x 1", "back 2"], "not last.stale") }
  }

  @Test func aClaimThatIsFalseAnywayNeedsNoFault() throws {
    let result = try BreakResult(try Self.plan(["write x 1", "read x", "run 1s"], "last.value == 2"))
    let found = try #require(result.counterexample)
    #expect(found.faults.isEmpty && result.runs == 1)
    #expect(try Self.failures(of: found) == 1)
  }

  /// K2: the restart is free. Without it the read would be refused.
  @Test func aCrashedReplicaStartsAgainWhereThatIsNeeded() throws {
    let script = Self.overlap + ["read seats at ONE via us3"]
    let result = try BreakResult(try Self.plan(script, "not last.stale", kinds: [.crash]))
    let found = try #require(result.counterexample)
    #expect(
      found.script.contains { $0.hasPrefix("crash us3") } && found.script.contains { $0.hasPrefix("restart us3") })
  }

  @Test func nothingIsDoneAfterTheDeadline() throws {
    var plan = try Self.plan(
      ["cluster us-east-1:3 rf=3", "run 1s"] + Self.overlap.dropFirst() + ["read seats at ONE via us3"],
      "not last.stale")
    plan.deadline = .milliseconds(500)
    #expect(try BreakResult(plan).isCertificate)
  }

  @Test func kindsThatHaveToBeAskedFor() throws {
    let script = ["cluster us-east-1:3 rf=3", "write x 1 at QUORUM", "run 1s"]
    for kind in [AdversaryFaultKind.wipe, .destroy] {
      let result = try BreakResult(try Self.plan(script, "writes.lost == 0", faults: 3, kinds: [kind]))
      let found = try #require(result.counterexample, "\(kind)")
      #expect(try Self.failures(of: found) == 1)
    }
    let clocks = ["cluster us-east-1:3 rf=3", "write x 1 at ALL via us1", "write x 2 at ALL via us2", "read x at ALL"]
    let skewed = try BreakResult(try Self.plan(clocks, "last.value == 2", kinds: [.skew]))
    #expect(try #require(skewed.counterexample).script.contains { $0.hasPrefix("skew us") })
  }

  @Test func otherSeedsAreTriedAtRandom() throws {
    let script = [
      "cluster us-east-1:3 rf=3", "link us-east-1 us-east-1 exponential(10ms)", "write x 1 at QUORUM",
      "read x at ONE via us3",
    ]
    var plan = try Self.plan(script, "not last.stale", faults: 0)
    plan.seed = 1
    while try BreakResult(plan).counterexample != nil { plan.seed = (plan.seed ?? 0) + 1 }
    plan.seeds = 1...60
    let found = try #require(try BreakResult(plan).counterexample)
    #expect(found.seed != nil && found.script[0].hasPrefix("seed "))
    #expect(try Self.failures(of: found) == 1)
  }
}

/// What is said of a search rests on what it was allowed to do, and on what could be judged.
@Suite struct BreakHonestyTests {
  /// A message that never comes is how it is found out how late one can come; where losing isn't allowed it breaks nothing.
  @Test func whatOnlyALossWouldBreakIsNotBrokenByDelays() throws {
    let script = ["cluster us-east-1:2 rf=2", "set hints off", "write x 1 at ONE", "run 30s"]
    let lost = try BreakResult(try BreakTests.plan(script, "converged", kinds: [.loss]))
    #expect(lost.counterexample != nil)
    let late = try BreakResult(try BreakTests.plan(script, "converged", kinds: [.delay]))
    #expect(late.counterexample == nil && late.isCertificate)
  }

  /// Whoever was in a cluster that the script has replaced is nobody to be stopped.
  @Test func onlyWhoIsInTheLastClusterIsStopped() throws {
    let script = ["cluster us-east-1:5 rf=5", "write x 1 at ONE", "cluster us-east-1:2 rf=2", "write x 2 at ALL"]
    let result = try BreakResult(try BreakTests.plan(script, "last.outcome == ok", kinds: [.crash]))
    let found = try #require(result.counterexample)
    #expect(try BreakTests.failures(of: found) == 1, "\(found.script)")
  }

  @Test func whatCouldNotBeJudgedIsCountedAndSaid() throws {
    let script = ["cluster us-east-1:3 rf=3", "write x 1 at QUORUM", "read x at QUORUM via us2"]
    let result = try BreakResult(try BreakTests.plan(script, "guarantee(linearizable)", kinds: [.loss]))
    let said = result.lines.joined(separator: " ").contains("could not be judged")
    #expect(said == (result.notJudged > 0) && result.notJudged <= result.covered)
    #expect(result.json.contains("\"notJudged\":\(result.notJudged)"))
  }

  /// Another operation is under way, for which `await` would wait, too: the script shows the same by itself all the same.
  @Test func aScriptWithOtherOperationsUnderWayIsReproduced() throws {
    let script = [
      "cluster us-east-1:3 eu-west-1:1", "async write y 1 at ALL", "write x 1 at LOCAL_QUORUM", "read x at ONE via us3",
    ]
    let result = try BreakResult(try BreakTests.plan(script, "not last.stale"))
    let found = try #require(result.counterexample)
    #expect(found.isReproduced)
    #expect(try BreakTests.failures(of: found) == 1, "\(found.script)")
  }
}
