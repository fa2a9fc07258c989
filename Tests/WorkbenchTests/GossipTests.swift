import Kernel
import Replication
import Testing

@testable import Language
@testable import Workbench

/// Who is thought alive, by gossip (`semantics.md` §4.1, §4.2).
@Suite struct GossipTests {
  @Test("G01 · a crash is noticed after about twenty seconds, and until then an operation times out")
  func conviction() throws {
    try check(
      """
      set failure-detector phi
      run 5m
      crash eu1
      write cart milk at ALL
      expect last.outcome == timeout
      run 12s
      expect not suspects(us1, eu1)
      run 10s
      expect suspects(us1, eu1) and suspects(ap3, eu1) and phi(us1, eu1) > 8
      write cart eggs at ALL
      expect last.outcome == unavailable
      """)
  }

  @Test("G04 · a partition of ten seconds is never noticed: only timeouts are seen")
  func shortPartition() throws {
    try check(
      """
      set failure-detector phi
      run 5m
      partition us-east-1 | eu-west-1 ap-south-1
      run 5s
      write cart milk at QUORUM
      expect last.outcome == timeout
      run 3s
      heal
      run 2s
      expect not ever(suspects(us1, eu1) or suspects(eu1, us1) or suspects(ap2, us3))
      """)
  }

  @Test("G06 · whoever restarts comes in a new generation, and is alive again within seconds")
  func restart() throws {
    try check(
      """
      set failure-detector phi
      run 2m
      crash eu1
      run 1m
      expect suspects(us1, eu1)
      restart eu1
      expect suspects(eu1, us1)
      run 5s
      expect not suspects(us1, eu1) and not suspects(ap2, eu1) and not suspects(eu1, us1) and not suspects(eu1, ap3)
      write cart milk at ALL
      expect last.outcome == ok
      """)
  }

  @Test("G08 · heartbeats that come through a third region keep up who can't be reached")
  func thirdParty() throws {
    try check(
      """
      set failure-detector phi
      run 5m
      cut us-east-1 eu-west-1
      run 2m
      expect not suspects(us1, eu1) and not suspects(eu2, us2) and not reachable(us1, eu1)
      write cart milk at ALL
      expect last.outcome == timeout
      """)
  }

  @Test("G08 · who was thought dead stays so while an echo can't come back")
  func echo() throws {
    try check(
      """
      set failure-detector phi
      run 5m
      isolate eu-west-1
      run 1m
      expect suspects(us1, eu1) and suspects(ap1, eu1)
      heal ap-south-1 eu-west-1
      run 1m
      expect not suspects(ap1, eu1) and suspects(us1, eu1)
      heal
      run 1m
      expect not suspects(us1, eu1)
      """)
  }

  @Test func aSlowLinkMakesForAFalseSuspicion() throws {
    try check(
      """
      cluster us-east-1:1 eu-west-1:2 rf=3
      set failure-detector phi
      run 5m
      slow us-east-1 eu-west-1 by 12s
      run 1m
      expect suspects(us1, eu1) and alive(eu1) and reachable(us1, eu1)
      write cart milk at TWO
      expect last.outcome == unavailable
      slow us-east-1 eu-west-1 by 0ms
      run 30s
      expect not suspects(us1, eu1)
      """)
  }

  @Test func aPauseOfOneReplicaIsNotedByTheOthersAndItBlamesNobody() throws {
    try check(
      """
      set failure-detector phi
      run 5m
      pause us1
      run 30s
      expect suspects(us2, us1)
      resume us1
      run 4s
      expect not suspects(us1, us2) and not suspects(us1, eu1)
      run 30s
      expect not suspects(us2, us1) and not ever(suspects(us1, us2))
      """)
  }

  @Test func gossipCostsBytesBetweenRegionsAndNothingIsEverSettledByIt() throws {
    try check(
      """
      write cart milk at ALL
      run 10s
      expect settled and bytes.cross-region < 2000
      set gossip 100ms
      run 10s
      expect settled and converged and bytes.cross-region > 10000
      expect phi(us1, eu1) < 2
      set gossip off
      run 1s
      expect phi(us1, eu1) == 0
      """)
  }

  @Test func hintsGoToWhoIsThoughtAlive() throws {
    try check(
      """
      set failure-detector phi
      run 2m
      crash eu1
      run 1m
      write cart milk at QUORUM
      restart eu1
      run until hints.replayed == 1 within 1m
      expect value(eu1, cart) == milk
      """)
  }

  @Test func aPeriodOutOfRangeIsRefused() throws {
    let error = #expect(throws: Diagnostic.self) { try check("set gossip 5ms") }
    #expect(error?.message == "this duration must be from 10ms to 1m")
  }

  @Test func gossipGoesOnUnderANewSeedAndOffTheOldWayIsTakenUp() throws {
    try check(
      """
      set failure-detector phi
      seed 7
      run 2m
      crash eu1
      run 1m
      expect suspects(us1, eu1)
      restart eu1
      crash eu2
      set failure-detector after 1s
      run 2s
      expect suspects(us1, eu2) and not suspects(us1, eu1) and not suspects(eu1, us1)
      """)
  }
}
