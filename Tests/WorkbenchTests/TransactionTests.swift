import Kernel
import Replication
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Lightweight transactions (`semantics.md` §1.9; Cassandra's SERIAL and LOCAL_SERIAL).
@Suite struct TransactionTests {
  @Test func aConditionalWriteTakesFourRoundTripsToItsMajority() throws {
    try check(
      """
      write lock alice if absent
      expect last.outcome == ok and last.applied and last.latency == 321ms and last.level == SERIAL
      write lock bob if absent in eu-west-1
      expect last.outcome == ok and not last.applied and last.latency == 241ms
      write seat 12a if absent at LOCAL_SERIAL in ap-south-1
      expect last.applied and last.latency == 5ms
      """)
  }

  @Test func aSerialReadTakesThreeRoundTrips() throws {
    try check(
      """
      write lock alice at ALL
      read lock at SERIAL in eu-west-1
      expect last.value == alice and last.latency == 241ms
      read lock at LOCAL_SERIAL in eu-west-1
      expect last.value == alice and last.latency == 4ms
      """)
  }

  @Test("A05 · a plain write at SERIAL is refused", arguments: ["SERIAL", "LOCAL_SERIAL"])
  func plainWrite(level: String) {
    let error = #expect(throws: Diagnostic.self) { try play("write lock alice at \(level)") }
    #expect(error?.message == "a plain write has no level \(level): add `if absent` or `if value == …`")
  }

  @Test("A19 · of three replicas one may be down, not two")
  func oneDown() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      set failure-detector oracle
      crash us3
      write lock alice if absent
      expect last.outcome == ok and last.applied
      crash us2
      write lock bob if value == alice
      expect last.outcome == unavailable
      """)
  }

  @Test func ofTwoThatRaceAcrossTheOceanOneWinsWhereQuorumLetsBothWin() throws {
    try check(
      """
      async write lock alice if absent in us-east-1
      async write lock bob if absent in eu-west-1
      await
      expect op(1).outcome == ok and op(2).outcome == ok
      expect (op(1).applied and not op(2).applied) or (op(2).applied and not op(1).applied)
      async write plain alice at QUORUM in us-east-1
      async write plain bob at QUORUM in eu-west-1
      await
      expect op(3).outcome == ok and op(4).outcome == ok
      run until converged
      expect writes.overwritten == 1
      """)
  }

  @Test func aValueExpectedIsCompared() throws {
    try check(
      """
      write stock 3 at ALL
      write stock 2 if value == 3
      expect last.applied and last.value == 2
      write stock 2 if value == 3
      expect not last.applied
      delete stock at ALL
      write stock 9 if value == 2
      expect not last.applied
      write stock 9 if absent ttl 1m
      expect last.applied
      run 2m
      write stock 8 if absent
      expect last.applied
      """)
  }

  @Test func whatItsCoordinatorLeftHalfDoneIsFinishedByTheNext() throws {
    // At 220 ms a majority has accepted the proposal, and its coordinator has not heard of it.
    try check(
      """
      set failure-detector oracle
      async write lock alice if absent
      run 220ms
      crash us1
      read lock at SERIAL in eu-west-1
      expect last.value == alice
      await
      expect op(1).outcome == timeout
      """)
  }

  @Test func whatOnlyTheCoordinatorAcceptedMayComeToNothing() throws {
    try check(
      """
      set failure-detector oracle
      async write lock alice if absent
      run 160ms
      crash us1
      write lock bob if absent in eu-west-1
      expect last.applied
      restart us1
      run until converged
      read lock at SERIAL
      expect last.value == bob and op(1).outcome == timeout
      """)
  }

  @Test func promisesAreOnDiskAndLostWithIt() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      set failure-detector oracle
      write lock alice if absent
      crash us-east-1
      restart us-east-1
      write lock bob if absent
      expect not last.applied
      """)
  }

  @Test func whoCanNotReachAMajorityWaitsForItsTimeout() throws {
    try check(
      """
      isolate ap-south-1
      write lock alice if absent in ap-south-1
      expect last.outcome == timeout and last.latency == 2s
      run 1s
      write lock alice if absent in ap-south-1
      expect last.outcome == unavailable
      write lock alice if absent at LOCAL_SERIAL in ap-south-1
      expect last.applied
      """)
  }

  @Test func whatIsNotAppliedCountsAsNoWrite() throws {
    let played = try play(
      """
      write lock alice if absent
      write lock bob if absent
      expect writes.acked == 1 and writes.failed == 0 and reads.total == 0
      """)
    #expect(played.json.first?.contains(#""versionsBehind":null,"applied":true}"#) == true)
    #expect(played.json.dropFirst().first?.contains(#""applied":false}"#) == true)
    try check(
      """
      type cart or-set
      write x 1 at ALL
      expect writes.acked == 1
      """)
    #expect(throws: Diagnostic.self) { try play("type cart or-set\nread cart at SERIAL") }
    #expect(throws: Diagnostic.self) { try play("set conflict siblings\nwrite cart milk if absent") }
  }

  @Test func aDeadOwnerGetsAHintOfWhatWasDecided() throws {
    try check(
      """
      set failure-detector oracle
      crash ap1
      write lock alice if absent
      expect last.applied and hints.pending == 1
      restart ap1
      run until hints.replayed == 1
      expect value(ap1, lock) == alice
      """)
  }
}

/// Whatever fails: of those who want the same change one gets it, and no change that was reported is lost.
@Suite struct TransactionPropertyTests {
  /// Clients in all regions who each want to follow the value that was last seen to be applied, while things fail.
  private struct Contest {
    var session: Session
    var lines: [String] = []
    var applied: [String] = []
    /// What each value wanted to follow.
    var wanted: [String: String] = [:]

    init(seed: Int) throws {
      session = Session(seed: UInt64(seed))
      var dice = Dice(seed: seed)
      let regions = ["us-east-1", "eu-west-1", "ap-south-1"]
      let replicas = ["us1", "us2", "us3", "eu1", "eu2", "eu3", "ap1", "ap2", "ap3"]
      try self("link us-east-1 eu-west-1 uniform(20ms, 60ms)")
      for value in 1...30 {
        let present = dice.chance(80) ? applied.last : applied.dropLast().last
        wanted["v\(value)"] = present ?? "none"
        let condition = present.map { "if value == \($0)" } ?? "if absent"
        try self("async write k v\(value) \(condition) in \(dice.pick(regions))")
        try self("run \(dice.roll(0...600))ms")
        switch dice.roll(0...9) {
        case 0: try self("crash \(dice.pick(replicas))")
        case 1: try self("isolate \(dice.pick(replicas))")
        case 2: try self("pause \(dice.pick(replicas))")
        case 3: try self("lose 20% us-east-1 eu-west-1")
        case 4: try self("skew \(dice.pick(replicas)) by \(dice.roll(0...300))ms")
        case 5, 6, 7: try mend(regions)
        default: break
        }
      }
      try mend(regions)
      try self("await")
      try self("run 20s")
    }

    private mutating func mend(_ regions: [String]) throws {
      try self("heal")
      try self("lose 0% us-east-1 eu-west-1")
      for region in regions {
        try self("restart \(region)")
        try self("resume \(region)")
      }
    }

    @discardableResult mutating func callAsFunction(_ line: String) throws -> OperationReport? {
      lines.append(line)
      guard let command = try CommandParser.parse(line, in: session.names(isPrompt: false)) else { return nil }
      var last: OperationReport?
      var heard: [String] = []
      let report: (SessionEvent) -> Void = {
        guard case .operation(let operation) = $0 else { return }
        last = operation
        if operation.applied == true, let value = operation.value { heard.append(value) }
      }
      if var goal = try session.begin(command, from: .prompt(line), report: report) {
        while session.pursue(&goal, until: .end, atMost: 1_000, report: report) == .ongoing {}
      }
      applied += heard
      return last
    }
  }

  @Test(arguments: 1...40) func theChangesOfAKeyAreOneChain(seed: Int) throws {
    var contest = try Contest(seed: seed)
    let first = try contest("read k at SERIAL")
    let second = try contest("read k at SERIAL in ap-south-1")
    let applied = contest.applied
    let context = "seed \(seed)\n" + contest.lines.joined(separator: "\n")
    #expect(first?.outcome == .ok && first?.value == second?.value, "\(context)")
    let followed = applied.compactMap { contest.wanted[$0] }
    #expect(Set(followed).count == followed.count, "two took the place of one value: \(applied), \(context)")
    var chain: Set<String> = []
    var value = second?.value
    while let present = value, present != "none", chain.insert(present).inserted { value = contest.wanted[present] }
    #expect(chain.isSuperset(of: applied), "a change is lost: \(applied) against \(chain), \(context)")
  }

  @Test func manyOfThemAreApplied() throws {
    let applied = try (1...10).map { try Contest(seed: $0).applied.count }
    #expect(applied.reduce(0, +) > 60, "\(applied)")
  }
}
