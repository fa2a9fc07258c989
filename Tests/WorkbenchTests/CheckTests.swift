import Insight
import Kernel
import Testing

@testable import Workbench

/// `check`: what a session's history has kept, with a witness for what it hasn't.
@Suite struct CheckTests {
  private func reports(_ script: String) throws -> [Guarantee: GuaranteeReport] {
    let walk = try Walk(script)
    let check = GuaranteeCheck(walk.session.world)
    return Dictionary(uniqueKeysWithValues: Guarantee.allCases.map { ($0, check.report($0)) })
  }

  @Test func aStaleReadIsNotLinearizableButCausal() throws {
    let found = try reports("write cart milk at ALL\nwrite cart eggs at ONE\nread cart at ONE in eu-west-1")
    #expect(found[.linearizable]?.isHeld == false)
    #expect(
      found[.linearizable]?.finding == .broken([1, 2, 3], "the key must have held one value while it held the other"))
    #expect(found[.causal]?.isHeld == true)
    #expect(found[.readYourWrites]?.isHeld == true)
    #expect(found[.eventual]?.isHeld == nil, "the eggs are on their way")
  }

  @Test func whoReadsElsewhereMissesTheirOwnWrite() throws {
    let walk = try Walk(
      "client bob in eu-west-1\nwrite x 1 at ALL as bob\ncut eu-west-1 ap-south-1\nwrite x 2 at ONE as bob\n"
        + "heal\nread x at ONE via ap1 as bob")
    let report = GuaranteeCheck(walk.session.world).report(.readYourWrites)
    #expect(report.finding == .broken([2, 3], "a read answers something older than its session had written"))
    #expect(report.witness.count == 2)
    #expect(try walk.value("guarantee(read-your-writes, bob)") == "false")
    #expect(try walk.value("guarantee(read-your-writes, us-east-1)") == "true")
  }

  @Test func anAnswerBeforeItsQuestionIsNotCausal() throws {
    // Bob has read the question before he answers; Carol sees the answer, and then no question.
    let walk = try Walk(
      """
      client bob in us-east-1
      client carol in ap-south-1
      cut us-east-1 ap-south-1
      set hints off
      write question who at LOCAL_QUORUM
      read question at LOCAL_QUORUM as bob
      heal
      write answer me at ALL as bob
      read answer at ONE as carol
      read question at ONE as carol
      """)
    let report = GuaranteeCheck(walk.session.world).report(.causal)
    #expect(report.finding == .broken([1, 5], "a read finds nothing where a write is among its causes"))
  }

  @Test func stalenessHasABoundInVersionsAndInTime() throws {
    let walk = try Walk(
      "write x 1 at ALL\nwrite x 2 at ONE\nwrite x 3 at ONE\nrun 10ms\nread x at ONE in eu-west-1")
    let check = GuaranteeCheck(walk.session.world)
    #expect(check.report(.boundedStaleness).isHeld == true)
    #expect(check.report(.boundedStaleness, bound: StalenessBound(versions: 2)).isHeld == true)
    #expect(check.report(.boundedStaleness, bound: StalenessBound(versions: 1)).finding.isBroken(by: [4]))
    #expect(check.report(.boundedStaleness, bound: StalenessBound(time: .milliseconds(20))).isHeld == true)
    #expect(check.report(.boundedStaleness, bound: StalenessBound(time: .milliseconds(9))).finding.isBroken(by: [4]))
  }

  @Test func copiesThatNothingWouldBringLevelBreakEventualConsistency() throws {
    let found = try reports("set hints off\ncrash eu1\nwrite x 1 at ONE\nrun 5s\nrestart eu1\nrun 5s")
    #expect(found[.eventual]?.isHeld == false)
  }

  @Test(arguments: 1...20) func copiesThatHaveSeenTheSameHoldTheSame(seed: Int) throws {
    var session = Session()
    for line in RandomScript(seed: seed, length: 30).text.split(separator: "\n") {
      try session.execute(SourceLine(file: "x", number: 1, text: String(line)), isPrompt: false) { _ in }
      guard case .broken(_, let reason) = GuaranteeCheck(session.world).report(.eventual).finding else { continue }
      #expect(!reason.contains("have seen the same updates"), "seed \(seed), after \(line): \(reason)")
    }
  }

  @Test func keysOfOtherKindsAreLeftOutInWords() throws {
    let walk = try Walk("write x 1\ndelete y\ntype s or-set\nadd s a")
    #expect(GuaranteeCheck(walk.session.world).leftOut?.hasSuffix("y, s") == true)
  }

  @Test func theLinesOfJSONAreTheContracts() throws {
    let played = try play("write x 1 at ALL\nwrite x 2\nread x in eu-west-1\ncheck linearizable\n")
    #expect(played.json.contains(#"{"kind":"check","guarantee":"linearizable","held":false,"witness":[1,2,3]}"#))
  }

  /// What the session's own history is judged as is what `verify` says of its export.
  @Test(arguments: 1...30) func checkAndVerifyAgree(seed: Int) throws {
    let walk = try Walk(
      RandomScript(seed: seed, length: 40).lines.filter { !$0.contains("delete") }.joined(separator: "\n"))
    var lines: [String] = []
    HistoryExport.write(walk.session.world) { lines.append($0) }
    let verdicts = HistoryVerdicts(try HistoryFile(lines.joined(separator: "\n"), file: "h"))
    let check = GuaranteeCheck(walk.session.world)
    for (name, verdict) in verdicts.verdicts {
      let guarantee = try #require(Guarantee(rawValue: name))
      #expect(check.report(guarantee).isHeld == verdict.isHeld, "seed \(seed), \(name)")
    }
  }
}

extension GuaranteeReport.Finding {
  /// Whether it is broken by just these operations.
  fileprivate func isBroken(by operations: [Int]) -> Bool {
    if case .broken(operations, _) = self { true } else { false }
  }
}
