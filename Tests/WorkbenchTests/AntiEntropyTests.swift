import Testing

@testable import Replication
@testable import Workbench

/// Repair with Merkle trees: §3.1 and §10.6 of the rules.
@Suite struct AntiEntropyTests {
  @Test(
    "F08 a tree is as deep as its keys need, and no deeper than 20",
    arguments: [
      (1_000, 10), (0, 0), (3_000_000, 20), (1, 0), (2, 1), (1_024, 10), (1_025, 11),
    ]) func depth(keys: Int, depth: Int)
  {
    #expect(DigestTree.depth(forKeys: keys, limit: 20) == depth)
  }

  @Test func aRoundOfRepairMakesEverybodyAgree() throws {
    try check(
      """
      set hints off
      load 500/s for 2s write 100% keys 200 at ONE
      cut us-east-1 eu-west-1
      run 4s
      heal
      expect not converged
      repair
      expect converged
      expect repairs.anti-entropy > 0 and merkle.keys-streamed > 0 and bytes.repair > 0
      """)
  }

  @Test func whoAgreesStreamsNothing() throws {
    try check(
      """
      load 100/s for 1s keys 50 at ALL
      run 3s
      repair
      expect merkle.keys-streamed == 0 and merkle.hashes > 0
      """)
  }

  @Test("F09 a differing leaf is streamed whole, both ways") func overStreaming() throws {
    try check(
      """
      cluster us-east-1:2 rf=2
      set hints off
      set merkle-depth 0
      load 100/s for 500ms write 100% keys 20 at ALL
      run 2s
      isolate us2
      write odd one at ONE via us1
      run 3s
      heal
      repair us1 us2
      expect converged
      # One key differs; with one leaf everything that either side holds is streamed.
      expect merkle.keys-streamed > 30
      expect repairs.anti-entropy == 1
      """)
  }

  @Test func aKeyByItselfCanBeRepaired() throws {
    try check(
      """
      set hints off
      cut us-east-1 eu-west-1
      run 2s
      write cart milk at LOCAL_QUORUM
      write stock 5 at LOCAL_QUORUM
      run 3s
      heal
      repair cart
      expect holders(cart) == 9
      expect holders(stock) == 6
      """)
  }

  @Test("F11 a purged tombstone makes no difference") func purgedTombstone() throws {
    try check(
      """
      cluster us-east-1:2 rf=2
      set tombstone-grace 10s
      set hints off
      isolate us2
      run 2s
      delete cart at ONE via us1
      run 1m
      heal
      repair us1 us2
      expect merkle.keys-streamed == 0
      """)
  }

  @Test func aPartnerThatIsDownFailsItsSessionsAndNoOthers() throws {
    try check(
      """
      set hints off
      cut us-east-1 eu-west-1
      run 2s
      write cart milk at LOCAL_QUORUM
      run 3s
      heal
      crash ap1
      repair
      expect holders(cart) == 8
      """)
  }

  @Test func scheduledRoundsComeByThemselves() throws {
    try check(
      """
      set hints off
      set anti-entropy 30s
      cut us-east-1 eu-west-1
      run 2s
      write cart milk at LOCAL_QUORUM
      heal
      run until converged within 40s
      expect time > 30s
      set anti-entropy off
      run 1m
      expect repairs.anti-entropy == 3
      """)
  }

  @Test func aRepairEndsThoughScheduledOnesWithSomebodyWhoIsDownGoOn() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      write cart milk at ALL
      set anti-entropy 5s
      crash us3
      run 1m
      repair us1 us2
      expect time < 61s and merkle.keys-streamed == 0
      """)
  }

  @Test func siblingsAreMergedBothWays() throws {
    try check(
      """
      set conflict siblings
      set hints off
      cut us-east-1 eu-west-1
      run 2s
      write cart milk at LOCAL_QUORUM
      write cart eggs at LOCAL_QUORUM in eu-west-1
      run 3s
      heal
      repair
      expect converged
      expect value(us1, cart) == "[eggs | milk]"
      """)
  }
}
