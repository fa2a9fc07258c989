import Testing

@testable import Analysis
@testable import Workbench

/// Timeouts, late application, routing, repair and hints: `semantics.md` §10.2 to §10.5.
@Suite struct FailureTests {
  private let three = "cluster us-east-1:3 rf=3\n"

  @Test func B01_aWriteThatReachesTooFewInTimeMayHaveHappened() throws {
    try check(
      three + """
        cut us1 us2
        cut us1 us3
        write a 1 at QUORUM
        expect last.outcome == timeout and last.latency == 2s
        expect value(us1, a) == 1 and value(us2, a) == none
        expect hints.pending == 2
        """)
    let played = try play(three + "cut us1 us2\ncut us1 us3\nwrite a 1 at QUORUM")
    #expect((played.last.required, played.last.received) == (2, 1))
  }

  @Test func B02_onceNoticedTheSameWriteIsRefusedAndLeavesNothing() throws {
    try check(
      three + """
        cut us1 us2
        cut us1 us3
        run 60s
        write a 1 at QUORUM
        expect last.outcome == unavailable and last.latency == 1ms
        expect value(us1, a) == none and hints.pending == 0
        """)
  }

  @Test func B03_hintsCarryAFailedWriteToEverybodyOnceHealed() throws {
    try check(
      three + """
        cut us1 us2
        cut us1 us3
        write a 1 at QUORUM
        expect last.outcome == timeout
        heal
        run 10.1s
        expect value(us2, a) == 1 and value(us3, a) == 1
        expect hints.replayed == 2 and hints.pending == 0
        """)
  }

  @Test func B04_aReplicaDropsAWriteThatIsOlderThanTheTimeout() throws {
    try check(
      three + """
        slow us1 -> us3 by 2500ms
        write a 1 at ALL
        expect last.outcome == timeout and last.latency == 2s
        run 1s
        expect value(us3, a) == none
        slow us1 -> us3 by 0ms
        run until hints.replayed == 1 within 10s
        expect value(us3, a) == 1
        """)
  }

  @Test func B11_digestsWithoutTheDataAreNoAnswer() throws {
    // The nearest contact would send the data: it is silent and not yet noticed.
    try check(
      """
      cluster us-east-1:1 eu-west-1:3 rf=us-east-1:0,eu-west-1:3
      write a 1 at ALL
      cut us1 eu1
      read a at QUORUM
      expect last.outcome == timeout and last.latency == 5s and last.value == none
      """)
  }

  @Test func B13_anySucceedsAtTheTimeoutWithHintsForAll() throws {
    try check(
      """
      cluster us-east-1:1 eu-west-1:3 rf=us-east-1:0,eu-west-1:3
      cut us-east-1 eu-west-1
      write a 1 at ANY
      expect last.outcome == ok and last.latency == 2s
      expect hints.pending == 3 and writes.lost == 0
      """)
  }

  @Test func B14_anySucceedsEvenWhereNothingCanBeKept() throws {
    try check(
      """
      cluster us-east-1:1 eu-west-1:3 rf=us-east-1:0,eu-west-1:3
      set hint-window 3h
      crash eu-west-1
      run 3h
      run 2s
      write a 1 at ANY
      expect last.outcome == ok and last.latency == 2s
      expect hints.pending == 0 and writes.lost == 1
      restart eu-west-1
      run 2s
      read a at ALL
      expect last.stale
      """)
  }

  @Test func C03_aQuorumReadAsksTheNearestForDataAndAnotherForADigest() throws {
    let played = try play(
      three + "write a 1 at ALL\nrun 1s\nread a at QUORUM via us1\nrun 1s", keepsTrace: true)
    let asked = played.trace.filter { $0.contains("\"read a\"") || $0.contains("\"digest of a\"") }
    #expect(asked.count == 1)  // the coordinator's own copy gives the data without a message
    #expect(try played.fact("op(2).messages") == "2")
  }

  @Test func C05_aQuorumReadFromThreeRegionsAsksItsOwnAndTheNearestOthers() throws {
    let played = try play("write a 1 at ALL\nrun 1s\nread a at QUORUM\nrun 1s", keepsTrace: true)
    let targets = played.trace.filter { $0.contains("digest of a") }.compactMap { line in
      line.split(separator: "\"to\":\"").last?.prefix(3)
    }
    #expect(targets.map(String.init) == ["us2", "us3", "eu1", "eu2"])
  }

  @Test func C06_aReadAtOneOfACoordinatorsOwnCopySendsNothing() throws {
    let played = try play("write a 1 at ALL\nrun 1s\nread a at ONE")
    #expect(try played.fact("op(2).messages") == "0")
  }

  @Test func aWriteGoesToAllOwnersWhateverTheLevel() throws {
    for level in ["ONE", "QUORUM", "ALL"] {
      let played = try play("write a 1 at \(level)\nrun 1s")
      #expect(try played.fact("op(1).messages") == "16", "\(level)")
    }
  }

  /// A value that a failed quorum write left on one replica only.
  private let minority = """
    cluster us-east-1:3 rf=3
    set hints off
    write a v1 at ALL
    cut us1 us2
    cut us1 us3
    write a v2 at QUORUM via us1
    expect last.outcome == timeout
    heal
    run 2s

    """

  @Test func D01_withBlockingRepairQuorumReadsNeverGoBack() throws {
    try check(
      minority + """
        cut us2 us3
        cut us1 us3
        run 2s
        read a at QUORUM via us2
        expect last.value == v2 and value(us2, a) == v2
        heal
        run 2s
        cut us1 us2
        cut us1 us3
        run 2s
        read a at QUORUM via us2
        expect last.value == v2 and value(us3, a) == v2
        """)
  }

  @Test func D02_withoutItTheyDo() throws {
    try check(
      minority + """
        set read-repair off
        cut us2 us3
        cut us1 us3
        run 2s
        read a at QUORUM via us2
        expect last.value == v2
        heal
        run 2s
        cut us1 us2
        cut us1 us3
        run 2s
        read a at QUORUM via us2
        expect last.value == v1
        """)
  }

  @Test func D03_aReadAtOneRepairsNothing() throws {
    try check(
      minority + """
        read a at ONE via us2
        expect last.value == v1
        run 1s
        expect value(us2, a) == v1 and repairs.read == 0
        """)
  }

  @Test func D04_onlyTheContactsAreRepaired() throws {
    try check(
      minority + """
        read a at QUORUM via us1
        expect last.value == v2
        run 1s
        expect value(us2, a) == v2 and value(us3, a) == v1 and repairs.read == 1
        """)
  }

  @Test func asyncRepairAnswersFirstAndRepairsAfterwards() throws {
    let blocking = try play(minority + "read a at QUORUM via us1").last
    let played = try play(minority + "set read-repair async\nread a at QUORUM via us1\nrun 1s\n")
    #expect(played.last.value == "v2")
    #expect(played.last.microseconds == blocking.microseconds - 1_000)  // a round trip to us2 less
    #expect(try played.holds("value(us2, a) == v2 and repairs.read == 1"))
  }

  @Test func D07_localQuorumsOfTwoRegionsNeedNotMeet() throws {
    try check(
      "write a 1 at ALL\nwrite a 2 at LOCAL_QUORUM\nread a at LOCAL_QUORUM in eu-west-1\nexpect last.stale")
  }

  @Test(arguments: ["us-east-1", "eu-west-1", "ap-south-1"])
  func D08_afterEachQuorumEveryLocalQuorumSeesIt(region: String) throws {
    try check("write a 1 at EACH_QUORUM\nread a at LOCAL_QUORUM in \(region)\nexpect last.value == 1")
  }

  @Test(arguments: [("ONE", "ALL"), ("ALL", "ONE"), ("QUORUM", "QUORUM")])
  func D09_overlappingLevelsAlwaysSeeTheWrite(write: String, read: String) throws {
    for region in ["us-east-1", "eu-west-1", "ap-south-1"] {
      try check("write a 1 at \(write)\nread a at \(read) in \(region)\nexpect last.value == 1 and not last.stale")
    }
  }

  @Test func E01_everyWriteOfAnOutageWithinTheWindowIsHintedAndDelivered() throws {
    try check(
      three + """
        crash us3
        run 2s
        write a 1 at QUORUM
        run 2h
        run 58m
        write b 2 at QUORUM
        restart us3
        run 10.1s
        expect value(us3, a) == 1 and value(us3, b) == 2 and hints.replayed == 2
        """)
  }

  @Test func E02_afterTheWindowNothingMoreIsHinted() throws {
    try check(
      three + """
        crash us3
        run 2s
        write a 1 at QUORUM
        run 3h
        write b 2 at QUORUM
        restart us3
        run 10.1s
        expect value(us3, a) == 1 and value(us3, b) == none
        """)
  }

  @Test func E03_anOutageAfterAShortReturnIsHintedAgain() throws {
    try check(
      three + """
        crash us3
        run 4h
        restart us3
        run 1m
        crash us3
        run 2s
        write a 1 at QUORUM
        expect hints.pending == 1
        """)
  }

  @Test func E06_aReplayedHintDoesNotReplaceAnythingNewer() throws {
    try check(
      three + """
        crash us3
        run 2s
        write a old at QUORUM via us1
        restart us3
        run 2s
        write a new at ALL via us2
        run until hints.replayed == 1 within 20s
        expect value(us3, a) == new
        """)
  }

  @Test func E07_hintsOnALostDiskAreLost() throws {
    try check(
      three + """
        crash us3
        run 2s
        write a 1 at QUORUM via us1
        wipe us1
        restart us3
        restart us1
        run 30s
        expect value(us3, a) == none and value(us1, a) == none and value(us2, a) == 1
        """)
  }

  @Test func hintsSurviveACrashOfTheirKeeper() throws {
    try check(
      three + """
        crash us3
        run 2s
        write a 1 at QUORUM via us1
        crash us1
        restart us3
        run 30s
        expect value(us3, a) == none
        restart us1
        run 10.1s
        expect value(us3, a) == 1
        """)
  }

  @Test func E08_theThrottleSharesTheRateAmongTheOtherReplicas() throws {
    // 500 hints of some 1,000 bytes at 1,024 KiB/s among eight others: 128 KiB/s, about 4 s.
    try check(
      """
      set failure-detector oracle
      crash us3
      load 500/s for 1s write 100% keys 500 size 900B at ONE via us1
      run 2s
      expect hints.pending == 500
      restart us3
      run until hints.replayed > 0 within 10s
      run 2s
      expect hints.pending > 200 and hints.pending < 300
      run 2.2s
      expect hints.pending == 0
      """)
  }

  @Test func aLateAnswerStillTakesEffect() throws {
    try check(
      three + """
        hold us1 us2
        hold us1 us3
        write a 1 at QUORUM
        expect last.outcome == timeout
        release us1 us2
        run 11s
        expect value(us2, a) == 1 and value(us3, a) == none
        release us1 us3
        run 11s
        read a at ALL
        expect last.value == 1
        """)
  }
}
