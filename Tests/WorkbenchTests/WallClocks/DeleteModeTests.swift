import Testing

@testable import Language
@testable import Workbench

/// Tombstones among siblings, and how they go (`set delete-mode`, Riak's `delete_mode`): §3.3 and §10.6 of the rules.
@Suite struct DeleteModeTests {
  private static let policies = ["siblings", "plain-vectors"]

  @Test(arguments: policies) func keptTombstonesStay(policy: String) throws {
    try check(
      """
      set conflict \(policy)
      write cart milk at ALL
      delete cart at ALL
      run 30d
      read cart at ALL
      expect last.value == none and clock(us1, cart) != none and converged
      """)
  }

  @Test(arguments: policies) func onceAllOwnersHaveItATombstoneIsReapedAfterTheDelay(policy: String) throws {
    try check(
      """
      set conflict \(policy)
      set delete-mode 3s
      write cart milk at ALL
      delete cart at ALL via us1
      run 2s
      expect clock(us1, cart) != none
      run 2s
      expect clock(us1, cart) == none and clock(us3, cart) == none and clock(ap3, cart) == none
      expect value(us1, cart) == none and converged and writes.lost == 0
      read cart at QUORUM
      expect last.value == none and not last.stale
      """)
  }

  @Test(arguments: policies) func immediatelyMeansAsSoonAsAllAreKnownToHaveIt(policy: String) throws {
    try check(
      """
      set conflict \(policy)
      set delete-mode immediate
      write cart milk at ALL
      delete cart at ONE via us1
      run 400ms
      expect clock(us1, cart) == none and clock(ap3, cart) == none and converged
      """)
  }

  @Test("F14 while a primary is down nothing is reaped; the next read that finds all owners' tombstones reaps")
  func primaryDown() throws {
    try check(
      """
      set conflict siblings
      set delete-mode 3s
      write cart milk at ALL
      crash us3
      run 2s
      delete cart at QUORUM
      run 10s
      expect clock(us1, cart) != none
      read cart at QUORUM
      run 10s
      expect clock(us1, cart) != none
      restart us3
      run 20s
      expect value(us3, cart) == none and clock(us3, cart) != none and clock(us1, cart) != none
      read cart at ONE in eu-west-1
      expect last.value == none
      run 4s
      expect clock(us1, cart) == none and clock(us3, cart) == none and converged
      """)
  }

  @Test func anOwnerThatIsBehindIsBroughtLevelFirst() throws {
    try check(
      """
      set conflict siblings
      set delete-mode 1s
      set hints off
      write cart milk at ALL
      isolate us3
      run 2s
      delete cart at QUORUM via us1
      heal
      run 2s
      expect value(us3, cart) == milk and clock(us1, cart) != none
      read cart at ONE via us1
      run 2s
      expect value(us3, cart) == none and clock(us1, cart) != none
      read cart at ONE via us1
      run 2s
      expect clock(us1, cart) == none and clock(us3, cart) == none
      """)
  }

  @Test func aKeyThatIsWrittenMeanwhileIsNotReaped() throws {
    try check(
      """
      set conflict siblings
      set delete-mode 3s
      write cart milk at ALL
      delete cart at ALL
      run 1s
      write cart eggs at ALL
      run 10s
      read cart at ALL
      expect last.value == eggs and clock(us1, cart) != none and converged
      """)
  }

  @Test func whoCrashesMeanwhileForgetsTheRequest() throws {
    try check(
      """
      set conflict siblings
      set delete-mode 3s
      write cart milk at ALL
      delete cart at ALL
      run 1s
      crash eu1
      restart eu1
      run 5s
      expect clock(us1, cart) == none and clock(eu1, cart) != none and converged
      """)
  }

  @Test func aWriteAfterTheReapingIsNoStaleAnswer() throws {
    try check(
      """
      set conflict siblings
      set delete-mode immediate
      guarantee us-east-1 read-your-writes
      write cart milk at ALL
      delete cart at ALL
      run 1s
      write cart eggs blind at ALL in eu-west-1
      read cart at ALL
      expect last.value == eggs and not last.stale and writes.lost == 0
      """)
  }

  @Test func whatWasReapedComesBackWithAHintFromBeforeTheDelete() throws {
    try check(
      """
      cluster us-east-1:3 rf=3
      set conflict siblings
      set delete-mode immediate
      set failure-detector oracle
      isolate us3
      write cart milk at QUORUM via us1
      heal
      delete cart at ALL via us1
      run 1s
      expect clock(us1, cart) == none and clock(us3, cart) == none and hints.pending == 1
      run 20s
      expect value(us3, cart) == milk and value(us1, cart) == none and not converged
      """)
  }

  @Test func eachPolicyHasItsSettingAndRefusesTheOther() throws {
    for policy in Self.policies {
      let error = #expect(throws: Diagnostic.self) { _ = try play("set conflict \(policy)\nset tombstone-grace 1h") }
      #expect(error?.message.contains("tombstone-grace is for keys that last writer wins") ?? false)
      #expect(error?.message.contains(", delete-mode, ") ?? false)
      _ = try play("set conflict \(policy)\nset delete-mode 3s\nset delete-mode keep\nset delete-mode immediate")
    }
    let error = #expect(throws: Diagnostic.self) { _ = try play("set delete-mode 3s") }
    #expect(error?.message.contains("delete-mode is for keys that keep siblings") ?? false)
    #expect(error?.message.contains("tombstone-grace, tombstone-limit, tombstone-scan, write-timeout") ?? false)
    #expect(error?.message.contains("stream-batch") == false, "that is another scheme's")
    _ = try play(
      "set tombstone-grace 1h\nset conflict siblings\nset delete-mode 3s\nset conflict lww\nset tombstone-grace 2h")
  }

  @Test func theTraceSaysWhoReaps() throws {
    let played = try play(
      "set conflict siblings\nset delete-mode immediate\nwrite cart milk at ALL\ndelete cart at ALL\nrun 1s",
      keepsTrace: true)
    #expect(played.trace.count { $0.contains(#""event":"reaped""#) } == 9)
  }
}
