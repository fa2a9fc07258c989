import Testing

@testable import Workbench

/// Updates that are sent again, and states that are lost: `semantics.md` §10.2, §10.6, §10.10.
@Suite struct RetryVectorTests {
  @Test("B15 · an increment that timed out and is sent again counts twice") func incrementTwice() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      type likes counter
      hold us1 us2
      hold us1 us3
      increment likes at ALL via us1
      expect last.outcome == timeout
      release us1 us2
      release us1 us3
      increment likes at ALL via us1
      expect last.outcome == ok
      run until converged within 30s
      read likes at ALL
      expect last.value == 2
      """)
  }

  @Test("B10 · at EACH_QUORUM nobody else is asked for a silent contact") func eachQuorumDoesNotSpeculate() throws {
    try check(
      """
      write cart milk at ALL
      set speculative-retry always
      hold us-east-1 eu1
      read cart at EACH_QUORUM
      expect last.outcome == timeout and last.latency == 5s
      """)
  }

  @Test("J03 · a counter's copy that was cleared by itself has its old value again after a merge") func cleared() throws
  {
    try check(
      """
      cluster us-east-1:2 rf=2
      type likes counter
      increment likes by 5 at ALL
      wipe us2
      restart us2
      expect value(us2, likes) == none or value(us2, likes) == 0
      sync us1 -> us2
      expect value(us2, likes) == 5
      """)
  }

  @Test("J02 · a replica that has lost its disk counts on under a new name, and no increment is lost") func lostDisk()
    throws
  {
    try check(
      """
      cluster us-east-1:2 rf=2
      type likes counter
      increment likes by 5 at ALL via us1
      wipe us1
      restart us1
      increment likes by 1 at ONE via us1
      sync us1 us2
      expect value(us1, likes) == 6 and value(us2, likes) == 6
      """)
  }
}
