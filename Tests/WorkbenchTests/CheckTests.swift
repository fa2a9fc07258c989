import Insight
import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
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

  @Test("copies that mend themselves are not judged before nothing is left to happen")
  func eventualUnderOtherSchemes() throws {
    let wiped = """
      cluster us-east-1:4 eu-west-1:4 scheme=primary-cache
      write x 1
      run 1s
      wipe us1
      restart us1
      run 5s
      """
    #expect(try reports(wiped)[.eventual]?.isHeld == nil, "a promotion is due")
    #expect(try reports("\(wiped)\nrun 1m")[.eventual]?.isHeld == true)
    let apart = "cluster a:3 b:3 scheme=log\nwrite x 1 in a\nwrite x 2 in b\nrun 10s"
    #expect(try reports(apart)[.eventual]?.finding == .kept("each region's live copies hold the same"))
    let few = "cluster a:3 scheme=streams\nwrite x 1\ncrash a2\ncrash a3\nasync write x 2\nrun 1ms"
    guard case .undecided(let words)? = try reports(few)[.eventual]?.finding else {
      Issue.record("an update is on its way")
      return
    }
    #expect(!words.contains("copies differ still") || words.contains("left to happen"), "\(words)")
  }

  @Test func whoReadsElsewhereMissesTheirOwnWrite() throws {
    let walk = try Walk(
      "client bob in eu-west-1\nwrite x 1 at ALL as bob\ncut eu-west-1 ap-south-1\nwrite x 2 at ONE as bob\n"
        + "heal\nread x at ONE via ap1 as bob")
    let report = GuaranteeCheck(walk.session.world).report(.readYourWrites)
    #expect(report.finding == .broken([2, 3], "a read answers something older than its session had written"))
    #expect(report.witness.count == 2)
    #expect(try walk.value("guarantee(read-your-writes, bob)") == "false")
    #expect(try walk.value("guarantee(read-your-writes, us-east-1)") == "none", "that client did nothing")
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
    #expect(report.finding == .broken([1, 2, 3, 4, 5], "a read finds nothing where a write is among its causes"))
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
    let walk = try Walk("write x 1\ndelete y\ntype s or-set\ntype unused counter\nadd s a")
    let check = GuaranteeCheck(walk.session.world)
    #expect(check.leftOut(of: [.causal])?.hasPrefix("not judged: s: it holds") == true)
    #expect(
      check.leftOut(of: Guarantee.allCases)?.hasPrefix("not judged, but for bounded-staleness and eventual: s") == true)
    #expect(check.leftOut(of: [.boundedStaleness]) == nil, "it was judged")
  }

  @Test func theLinesOfJSONAreTheContracts() throws {
    let played = try play("write x 1 at ALL\nwrite x 2\nread x in eu-west-1\ncheck linearizable\n")
    #expect(played.json.contains(#"{"kind":"check","guarantee":"linearizable","held":false,"witness":[1,2,3]}"#))
  }

  @Test func nothingIsSaidOfNothing() throws {
    let walk = try Walk("client alice in us-east-1")
    let check = GuaranteeCheck(walk.session.world)
    for guarantee in Guarantee.allCases {
      let report = check.report(guarantee)
      #expect(report.isNotJudged && report.isHeld == nil, "\(guarantee)")
      #expect(report.lines.first?.hasPrefix("–") == true && report.json.contains(#""held":null"#))
      #expect(try walk.value("guarantee(\(guarantee.rawValue))") == "none")
    }
  }

  @Test func aGuaranteeToAClientIsJudgedByWhatThatClientDid() throws {
    let walk = try Walk(
      "client alice in us-east-1\nwrite x 1 as alice\nread x\nwrite x 2 in eu-west-1\nread x in eu-west-1")
    #expect(try walk.value("guarantee(read-your-writes, alice)") == "none", "she has read nothing")
    #expect(try walk.value("guarantee(monotonic-writes, alice)") == "true")
    #expect(try walk.value("guarantee(read-your-writes, us-east-1)") == "none", "it has written nothing")
    #expect(try walk.value("guarantee(read-your-writes, eu-west-1)") == "true")
  }

  @Test func aKeyThatIsLeftOutLeavesTheVerdictOpenUnlessAnotherBreaksIt() throws {
    let open = try Walk("write x 1\nread x\ntype n counter\nincrement n")
    #expect(try open.value("guarantee(linearizable)") == "none")
    #expect(try open.value("guarantee(bounded-staleness)") == "true", "it judges counters, too")
    let broken = try Walk("write x 1\nread x in ap-south-1\ntype n counter\nincrement n")
    #expect(try broken.value("guarantee(linearizable)") == "false")
  }

  @Test func twoHomesThatGrantOneLockAreNotLinearizable() throws {
    let walk = try Walk(
      """
      partition us-east-1 | eu-west-1 ap-south-1
      run 2s
      write lock alice if absent at LOCAL_SERIAL in us-east-1
      write lock bob if absent at LOCAL_SERIAL in eu-west-1
      """)
    let report = GuaranteeCheck(walk.session.world).report(.linearizable)
    #expect(report.finding == .broken([1, 2], "no order of these operations explains what they found"))
  }

  @Test func aClientsOrderIsThatOfRealTimeAmongAllItsOperations() throws {
    let walk = try Walk(
      """
      cut us1 eu1
      client alice in us-east-1
      async write cart milk as alice
      async read other as alice
      await
      read cart as alice via eu1
      """)
    let report = GuaranteeCheck(walk.session.world).report(.readYourWrites)
    #expect(report.finding.isBroken(by: [1, 3]))
    #expect(GuaranteeCheck(walk.session.world).report(.causal).isHeld == false)
  }

  @Test func aReadAfterADeleteFindsNothingRightly() throws {
    let found = try reports("write x 1 at ALL\ndelete x at ALL\nread x at ALL\nread x at QUORUM in eu-west-1")
    for guarantee in [Guarantee.linearizable, .causal, .readYourWrites, .monotonicReads, .consistentPrefix] {
      #expect(found[guarantee]?.isHeld == true, "\(guarantee)")
    }
    let stale = try reports("write x 1 at ALL\ndelete x at ONE\nread x in eu-west-1")
    #expect(stale[.linearizable]?.isHeld == false)
  }

  // MARK: check and verify

  /// Everything that a history can hold: deletes, conditions, siblings, data types, values that expire and that repeat.
  private static func script(_ seed: Int) -> String {
    var dice = Dice(seed: seed + 40_000)
    let hasSiblings = seed % 4 == 0
    var lines: [String] = []
    for line in RandomScript(seed: seed, length: 40).lines {
      lines.append(line)
      if line.hasPrefix("client alice"), hasSiblings { lines.append("set conflict siblings") }
      if line.hasPrefix("client alice"), seed % 7 == 0 { lines.append("type n counter") }
      guard lines.contains(where: { $0.hasPrefix("client alice") }) else { continue }
      let (key, start) = (dice.pick(["a", "b", "c"]), dice.chance(50) ? "async " : "")
      let place = dice.pick(["", " as alice", " in us-east-1"])
      switch dice.roll(1...20) {
      case 1, 2: lines.append("\(start)write \(key) same at \(dice.pick(["ONE", "QUORUM"]))\(place)")
      case 3 where !hasSiblings: lines.append("\(start)write \(key) mine if absent at SERIAL\(place)")
      case 4 where !hasSiblings: lines.append("\(start)write \(key) mine if value == same at LOCAL_SERIAL\(place)")
      case 5 where !hasSiblings: lines.append("\(start)read \(key) at SERIAL\(place)")
      case 6: lines.append("async read \(key) as alice")
      case 7: lines.append("async write \(key) w\(lines.count)#2 as alice")
      case 8 where seed % 7 == 0: lines.append("increment n\(place)")
      case 9 where seed % 5 == 0 && !hasSiblings: lines.append("write e x\(lines.count) ttl 1s\(place)")
      default: break
      }
    }
    return lines.joined(separator: "\n")
  }

  @Test func aConditionalWriteInFlightAsksForWhatItAsked() throws {
    let walk = try Walk(
      "client alice in us-east-1\nwrite x 1 at ALL\nasync write x 2 if value == 1 at SERIAL as alice\n"
        + "async write y 3 if absent at SERIAL as alice")
    var lines: [String] = []
    HistoryExport.write(walk.session.world) { lines.append($0) }
    let file = try HistoryFile(lines.joined(separator: "\n"), file: "h")
    #expect((1...2).map(file.words) == ["alice cas x 1 → 2 (unknown)", "alice/2 cas y none → 3 (unknown)"])
    let history = SessionRegisters(ClientHistory(walk.session.world.observer, walk.session.cluster), .clients).history
    for (own, read) in [(history, 1), (file.history, 1)] {
      #expect(own.operations[read].function == .compareAndSet(expected: own.operations[0].value))
      #expect(own.operations[2].function == .compareAndSet(expected: 0))
      #expect(own.operations[1].ending == .unknown && own.operations[1].ended == .max)
    }
    // Whoever reads its value meanwhile has read what may have been written.
    let seen =
      lines.filter { !$0.contains("order") }
      + [
        #"{"process":"bob","type":"invoke","f":"read","key":"x","value":null}"#,
        #"{"process":"bob","type":"ok","f":"read","key":"x","value":"2"}"#,
      ]
    #expect(HistoryVerdicts(try HistoryFile(seen.joined(separator: "\n"), file: "h")).outcome == .kept)
  }

  /// What the session's own history is judged as is what `verify` says of its export.
  @Test(arguments: 1...120) func checkAndVerifyAgree(seed: Int) throws {
    let walk = try Walk(Self.script(seed))
    var lines: [String] = []
    HistoryExport.write(walk.session.world) { lines.append($0) }
    let verdicts = HistoryVerdicts(try HistoryFile(lines.joined(separator: "\n"), file: "h"))
    let check = GuaranteeCheck(walk.session.world)
    // The operation whose invocation is a line.
    let operations = ClientHistory(walk.session.world.observer, walk.session.cluster).steps.map(\.operation.id.index)
    for (name, verdict) in verdicts.verdicts {
      let guarantee = try #require(Guarantee(rawValue: name))
      let report = check.report(guarantee)
      let context: Comment = "seed \(seed), \(name): \(report.lines), \(verdict)"
      switch (report.finding, verdict) {
      case (.kept, .held), (.undecided, .undecided), (.notJudged, .notJudged): break
      case (.broken(let numbers, let reason), .broken(let witness, let told)):
        #expect(numbers == witness.map { operations[verdicts.file.lines[$0] - 1] } && reason == told, context)
      default: Issue.record(context)
      }
    }
  }
}

extension GuaranteeReport.Finding {
  /// Whether it is broken by just these operations.
  fileprivate func isBroken(by operations: [Int]) -> Bool {
    if case .broken(operations, _) = self { true } else { false }
  }
}
