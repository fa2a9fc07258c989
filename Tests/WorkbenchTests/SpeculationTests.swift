import Testing

@testable import Workbench

/// Reads that ask more replicas than they need: §1.6 and §1.8 of the rules.
@Suite struct SpeculationTests {
  /// One region in which the first replica has a newer value than the second; the third is old as well.
  private let uneven = """
    cluster us-east-1:3 rf=3
    set hints off
    write cart old at ALL
    cut us1 us2
    cut us1 us3
    write cart new at ONE via us1
    run 3s
    heal
    run 2s
    """

  @Test("D05 a repair that is not acknowledged goes to another owner, whose answer counts") func spreads() throws {
    try check(
      """
      \(uneven)
      async read cart at QUORUM via us1
      # Both rounds have been answered, the repair is about to leave.
      run 2200us
      hold us1 -> us2
      await
      expect last.outcome == ok and last.value == new
      expect last.latency > 1s and last.latency < 1100ms
      expect value(us3, cart) == new
      """)
  }

  @Test("D06 if nobody acknowledges the repair the read times out, and nothing is hinted") func timesOut() throws {
    try check(
      """
      \(uneven)
      set hints on
      link us1 us2 6s for write
      link us1 us3 6s for write
      read cart at QUORUM via us1
      expect last.outcome == timeout
      expect hints.pending == 0
      """)
  }

  @Test func soItDoesWhereNoContactHasAllAndMoreReplicasAreRepairedThanWereAsked() throws {
    try check(
      """
      cluster us-east-1:1 eu-west-1:3 rf=us-east-1:0,eu-west-1:3
      set conflict siblings
      set hints off
      isolate eu1
      write cart milk at ONE in eu-west-1 via eu1
      write cart eggs at ONE in eu-west-1 via eu2 blind
      heal
      link us-east-1 eu-west-1 6s for write
      read cart at TWO via us1
      expect last.outcome == timeout
      """)
  }

  @Test("C04 · speculating always asks two for data and one for a digest, and hides one slow replica") func always()
    throws
  {
    try check(
      """
      cluster us-east-1:3 rf=3
      write cart milk at ALL
      slow us2 by 100ms
      read cart at QUORUM via us1
      expect last.latency == 102ms
      set speculative-retry always
      read cart at QUORUM via us1
      expect last.latency == 2ms
      """)
  }

  @Test("B09 · a contact that is silent is made up for by a spare one once the threshold has passed") func afterAWhile()
    throws
  {
    try check(
      """
      cluster us-east-1:3 rf=3
      set speculative-retry 10ms
      write cart milk at ALL
      read cart at QUORUM via us1
      expect op(-1).messages == 2
      slow us2 by 100ms
      read cart at QUORUM via us1
      expect last.latency == 12ms
      expect op(-1).messages == 3
      """)
  }

  @Test func theNinetyNinthPercentileIsLearned() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      set speculative-retry 99p
      write cart milk at ALL
      read cart at QUORUM via us1
      slow us2 by 100ms
      read cart at QUORUM via us1
      # The one read before took a millisecond at its coordinator.
      expect last.latency == 3ms
      """)
  }

  @Test func whatWasLearnedIsLostInACrash() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      set speculative-retry 99p
      write cart milk at ALL
      read cart at QUORUM via us1
      crash us1
      run 2s
      restart us1
      run 2s
      slow us2 by 100ms
      read cart at QUORUM via us1
      # Nothing is known of reads any more: it would ask a third one after half the timeout only.
      expect last.latency == 102ms
      """)
  }

  @Test func aCheckByChanceRepairsCopiesThatTheReadNeverAsked() throws {
    try check(
      """
      \(uneven)
      set read-repair async
      read cart at ONE via us1
      run 1s
      expect value(us3, cart) == old
      set read-repair async 100%
      read cart at ONE via us1
      run 1s
      expect value(us2, cart) == new and value(us3, cart) == new
      expect last.latency == 1ms
      """)
  }
}

/// One copy of a write for each remote region: §1.5 of the rules.
@Suite struct ForwardingTests {
  @Test("C01 · with forwarding two copies cross between regions, and six acknowledgements") func third() throws {
    let straight = try play("write cart milk at ALL\nrun 1s")
    let forwarded = try play("set forwarding on\nwrite cart milk at ALL\nrun 1s")
    let all = try #require(Int(try straight.fact("bytes.cross-region")))
    let some = try #require(Int(try forwarded.fact("bytes.cross-region")))
    // Six acknowledgements of 40 bytes cross in any case.
    #expect(all - 240 == 3 * (some - 240))
    #expect(some > 240)
  }

  @Test func theNeighboursHaveItHalfAMillisecondLaterAndAnswerForThemselves() throws {
    try check(
      """
      set forwarding on
      write cart milk at ALL
      expect last.latency == 181500us
      expect holders(cart) == 9
      """)
  }

  @Test("C02 · what a relay that is down does not pass on is hinted") func relayDown() throws {
    try check(
      """
      set forwarding on
      crash eu1
      crash eu2
      crash eu3
      write cart milk at ONE
      run 3s
      expect hints.pending == 3
      restart eu-west-1
      run until converged within 30s
      """)
  }
}
