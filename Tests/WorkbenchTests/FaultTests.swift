import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// What each fault does and how it ends, in the words of `contract.md` §2.
@Suite struct FaultTests {
  private let three = "cluster us-east-1:3 rf=3\n"

  @Test func aCutLosesWhatIsInFlightAndWhatIsSentWhileItLasts() throws {
    try check(
      """
      async write a 1 at ALL
      run 20ms
      cut us-east-1 eu-west-1
      heal
      run 1s
      expect value(eu1, a) == none and value(ap1, a) == 1
      cut us-east-1 ap-south-1
      async write b 1 at ALL
      run 200ms
      heal
      run 500ms
      expect value(eu1, b) == 1 and value(ap1, b) == none
      """)
  }

  @Test func aOneWayCutLetsAnswersThroughTheOtherWay() throws {
    try check(
      three + """
        cut us2 -> us1
        write a 1 at ALL
        expect last.outcome == timeout and value(us2, a) == 1
        heal us2 -> us1
        run 15s
        cut us1 -> us2
        write b 1 at TWO
        expect last.outcome == ok and value(us2, b) == none and value(us3, b) == 1
        """)
  }

  @Test func healRemovesTheCutsItNamesAndNothingElse() throws {
    try check(
      """
      set failure-detector oracle
      cut us-east-1 eu-west-1
      cut us1 ap1
      crash us2
      lose 100% us1 us3
      heal us1 eu1
      expect reachable(us1, eu1) and not reachable(us1, eu2) and not reachable(us3, eu1)
      heal us1
      expect reachable(us1, eu2) and reachable(us1, ap1) and not reachable(us3, eu1)
      heal
      expect reachable(us3, eu1) and not alive(us2)
      write a 1 at ONE
      run 1s
      expect value(us3, a) == none
      """)
  }

  @Test func whoeverIsIsolatedReachesNobody() throws {
    try check(
      """
      set failure-detector oracle
      isolate eu-west-1
      expect not reachable(eu1, us1) and not reachable(ap1, eu2) and reachable(eu1, eu2) and reachable(us1, ap1)
      write a 1 at LOCAL_QUORUM in eu-west-1
      expect last.outcome == ok
      heal
      isolate us1
      expect not reachable(us1, us2) and reachable(us2, us3)
      """)
  }

  @Test func aPausedReplicaIsSilentAndCatchesUp() throws {
    try check(
      three + """
        pause us2
        write a 1 at TWO
        expect last.outcome == ok and value(us2, a) == none and alive(us2)
        write b 1 at ALL
        expect last.outcome == timeout
        resume us2
        run 1ms
        expect value(us2, a) == none
        run 15s
        expect value(us2, a) == 1 and value(us2, b) == 1
        """)
    try check(
      three
        + "pause us2\nwrite a 1 at TWO\nresume us2\nexpect value(us2, a) == none\nrun 1ms\nexpect value(us2, a) == 1")
  }

  @Test func aCrashLosesMemoryNotTheDisk() throws {
    try check(
      three + """
        write a 1 at ALL
        async write b 1 at TWO via us1
        run 600us
        crash us1
        run 5s
        expect op(2).outcome == timeout and not alive(us1)
        restart us1
        expect value(us1, a) == 1 and value(us1, b) == 1 and value(us2, b) == 1
        wipe us1
        restart us1
        expect value(us1, a) == none and value(us2, a) == 1
        """)
  }

  @Test func aCrashedReplicaTakesNothingInAndRestartIsForTheCrashedOnly() throws {
    try check(
      three + """
        crash us3
        write a 1 at TWO
        restart us1
        resume us3
        pause us3
        restart us2
        run 100ms
        expect not alive(us3) and value(us3, a) == none
        restart us3
        expect alive(us3)
        pause us3
        restart us3
        crash us2
        pause us2
        resume us2
        expect not alive(us2) and not reachable(us1, us3)
        """)
  }

  @Test func destroyLosesARegionsDisksAndAllThatIsOnItsWay() throws {
    try check(
      """
      async write a 1 at ONE
      run 20ms
      destroy us-east-1
      run 1s
      expect value(eu1, a) == none and value(ap1, a) == none and writes.acked == 1 and writes.lost == 1
      restart us-east-1
      expect value(us1, a) == none
      """)
  }

  @Test func slowDownsAddUpAndEnd() throws {
    func latency(_ faults: String) throws -> Int64 {
      try play(faults + "write a 1 at LOCAL_QUORUM via us1").last.microseconds
    }
    #expect(try latency("") == 2_000)
    #expect(try latency("slow us1 us2 by 5ms\nslow us1 us3 by 5ms\n") == 12_000)
    #expect(try latency("slow us1 -> us2 by 5ms\nslow us1 -> us3 by 5ms\n") == 7_000)
    // A slow replica gets everything later: the client's request and both acknowledgements.
    #expect(try latency("slow us1 by 10ms\n") == 22_000)
    #expect(try latency("slow us2 by 10ms\n") == 2_000)
    #expect(try latency("slow us1 by 10ms\nslow us1 by 0ms\n") == 2_000)
    #expect(try latency("slow us-east-1 us-east-1 by 1ms\nslow us-east-1 us-east-1 by 0ms\n") == 2_000)
  }

  @Test func lossAndDuplicationHaveTheirShares() throws {
    let lost = try play(
      "lose 30% us1 -> us2\nload 300/s for 3s write 100% keys 900 at ONE via us1\nrun 5s", keepsTrace: true)
    let gone = lost.trace.count { $0.contains("\"network\"") }
    #expect((220...320).contains(gone), "\(gone) of some 900")
    let doubled = try play(
      "duplicate 30% us1 -> us2\nload 300/s for 3s write 100% keys 900 at ONE via us1\nrun 5s", keepsTrace: true)
    let arrivals = doubled.trace.count { $0.contains(#""delivered","from":"us1","to":"us2""#) }
    #expect((1_120...1_220).contains(arrivals), "\(arrivals), not some 1,170")
    #expect(try doubled.holds("writes.acked == 900 and converged"))
  }

  @Test func heldMessagesGoOnWhereTheyStopped() throws {
    try check(
      """
      async write a 1 at ALL
      run 30ms
      hold us-east-1 eu-west-1
      run 1s
      expect value(eu1, a) == none and value(ap1, a) == 1
      release us-east-1 eu-west-1
      run 10ms
      expect value(eu1, a) == none
      run 1ms
      expect value(eu1, a) == 1
      """)
  }

  @Test func aFailureIsNoticedASecondLaterAndSoIsItsEnd() throws {
    let played = try play(
      """
      crash eu1
      run 999ms
      write a 1 at ALL
      run 1s
      write a 2 at ALL
      restart eu1
      write a 3 at ALL
      run 1s
      write a 4 at ALL
      """)
    #expect(played.operations.map(\.outcome) == [.timeout, .unavailable, .unavailable, .ok])
    // What came and went within the second is never noticed.
    try check(
      three
        + "crash us2\nrun 500ms\nrestart us2\nrun 400ms\nexpect not suspects(us1, us2)\nrun 2s\nexpect not ever(suspects(us1, us2))"
    )
  }

  @Test func slowAndLossyLinksAreNotNoticedAndPausesAre() throws {
    try check(
      three + """
        slow us1 us2 by 3s
        lose 100% us1 us3
        run 1m
        expect not suspects(us1, us2) and not suspects(us1, us3)
        pause us2
        run 1s
        expect suspects(us1, us2) and suspects(us3, us2) and alive(us2)
        """)
  }

  @Test func aSkewedClockStampsWhatItsReplicaCoordinates() throws {
    let played = try play("skew us1 by 250ms drift 1ms\nrun 10s\nwrite a 1 via us1", keepsTrace: true)
    let accepted = try #require(played.trace.first { $0.contains("\"accepted\"") })
    // Accepted half a millisecond after 10 s; 250 ms ahead, and a millisecond a second more.
    #expect(accepted.contains("\"timestamp\":10260500") || accepted.contains("\"timestamp\":10260501"), "\(accepted)")
    try check(
      "skew us1 by 250ms\nskew us1 by 0ms\nwrite a 1 via us1\nrun 1s\nwrite a 2 via us2\nrun 1s\nexpect value(us1, a) == 2 and faults == 1"
    )
  }
}
