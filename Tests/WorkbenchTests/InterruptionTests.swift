import Testing

@testable import Language
@testable import Workbench

/// What is cut short half-way: reads, repairs, hints, and the clients who wait (`semantics.md` §10.1 to §10.5).
@Suite struct InterruptionTests {
  private let three = "cluster us-east-1:3 rf=3\n"

  @Test(arguments: ["SERIAL", "LOCAL_SERIAL"]) func A05_aPlainWriteHasNoSerialLevel(level: String) {
    #expect(throws: Diagnostic.self) { try play("write a 1\nwrite a 2 at \(level)") }
  }

  @Test func B10_eachQuorumAsksNobodyElseForASilentContact() throws {
    try check(
      """
      write a 1 at ALL
      pause ap1
      read a at EACH_QUORUM
      expect last.outcome == timeout and last.latency == 5s and last.value == none
      """)
  }

  /// One copy is ahead; the others take its repair, but their acknowledgements take too long.
  @Test func D06_aReadWhoseRepairsAreNotAcknowledgedTimesOutAndHintsNothing() throws {
    try check(
      three + """
        set hints off
        write a v1 at ALL
        cut us1 us2
        cut us1 us3
        write a v2 at QUORUM via us1
        heal
        run 2s
        set hints on
        link us2 -> us1 10s for ack
        link us3 -> us1 10s for ack
        read a at QUORUM via us1
        expect last.outcome == timeout and last.latency == 5s and last.value == none
        expect value(us2, a) == v2 and hints.pending == 0
        run 20s
        expect hints.pending == 0
        """)
  }

  @Test func aTimedOutReadMayHaveRepaired() throws {
    try check(
      three + """
        set hints off
        cut us1 us2
        cut us1 us3
        write a v2 at QUORUM via us1
        expect last.outcome == timeout
        heal
        run 2s
        # The other owner, to which the repair goes when this one is silent, answers as late.
        link us2 -> us1 10s for ack
        link us3 -> us1 10s for ack
        read a at QUORUM via us1
        expect last.outcome == timeout and value(us2, a) == v2 and repairs.read == 2
        """)
  }

  @Test func E10_hintsThatAnInterruptionLeftBehindAreSentAgain() throws {
    try check(
      """
      set failure-detector oracle
      crash us3
      load 200/s for 1s write 100% keys 200 size 900B at ONE via us1
      run 2s
      expect hints.pending == 200
      restart us3
      run until hints.replayed > 0 within 10s
      run 500ms
      expect hints.pending > 0
      cut us1 us3
      run 12s
      expect hints.pending > 0 and hints.replayed < 200
      heal
      run until hints.pending == 0 within 15s
      expect hints.replayed >= 200 and converged
      """)
  }

  @Test func aHintThatArrivesTwiceDoesNoHarm() throws {
    try check(
      three + """
        set failure-detector oracle
        crash us3
        write a 1 at QUORUM via us1
        restart us3
        duplicate 100% us1 us3
        run 11s
        expect value(us3, a) == 1 and hints.pending == 0 and converged
        """)
  }

  @Test func aClientWhoseCoordinatorCrashesWaitsUntilItsTimeout() throws {
    try check(
      """
      async write a 1 at ALL via us1
      run 1ms
      crash us1
      await
      expect op(1).outcome == timeout and op(1).latency == 2s
      expect value(us2, a) == 1
      """)
  }

  @Test func aPausedCoordinatorAnswersTooLate() throws {
    try check(
      """
      async write a 1 at QUORUM via us1
      run 600us
      pause us1
      run 10s
      expect op(1).outcome == timeout and op(1).latency == 2s
      resume us1
      run 1s
      expect value(us1, a) == 1 and op(1).outcome == timeout
      """)
  }
}
