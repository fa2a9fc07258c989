import Testing

@testable import Workbench

/// Tombstones, their grace period, and what comes of a replica that was away for longer: §10.6 of the rules.
@Suite struct TombstoneTests {
  /// Three replicas of which the third misses a delete.
  private let missed = """
    cluster us-east-1:3 rf=3
    set hints off
    write cart milk at ALL
    isolate us3
    run 2s
    delete cart at QUORUM via us1
    """

  @Test("F01 a repair within the grace period deletes everywhere") func repairInTime() throws {
    try check(
      """
      \(missed)
      heal
      run 9d
      sync us1 us3
      expect value(us3, cart) == none
      run 2d
      sync us1 us3
      sync us2 us3
      expect value(us1, cart) == none and value(us2, cart) == none and value(us3, cart) == none
      expect writes.lost == 0
      """)
  }

  @Test("F02 a repair after it brings the dead back") func zombie() throws {
    try check(
      """
      \(missed)
      heal
      run 11d
      expect value(us3, cart) == milk
      sync us1 us3
      sync us2 us3
      expect value(us1, cart) == milk and value(us2, cart) == milk
      expect writes.lost == 1
      read cart at ALL
      expect last.value == milk and last.stale
      """)
  }

  @Test("F03 after the grace period a quorum read returns what one replica kept, and repairs it back")
  func
    readAfterGrace() throws
  {
    try check(
      """
      \(missed)
      heal
      run 11d
      read cart at QUORUM via us3
      expect last.value == milk and last.stale
      """)
  }

  @Test("F04 a replica that had the delete answers nothing by itself") func oneReplica() throws {
    try check(
      """
      \(missed)
      heal
      run 11d
      read cart at ONE via us1
      expect last.value == none and not last.stale
      """)
  }

  @Test("F07 a tombstone that is just as old as the grace period is kept") func exactlyAtGrace() throws {
    let played = try play(
      """
      cluster us-east-1:1 rf=1
      set tombstone-grace 10s
      delete cart
      goto 10s
      run 500us
      show cart
      run 1us
      show cart
      """)
    #expect(played.shown[1].contains("(deleted)"))
    #expect(!played.shown[3].contains("(deleted)"))
  }

  @Test("E04 a hint that is older than the grace period is dropped") func oldHint() throws {
    try check(
      """
      set tombstone-grace 1h
      isolate eu1
      run 2s
      write cart milk at QUORUM
      run 2h
      heal
      run 1m
      expect hints.pending == 0 and hints.replayed == 0
      expect value(eu1, cart) == none
      """)
  }

  @Test("E05 without a grace period hints never apply") func noGrace() throws {
    try check(
      """
      set tombstone-grace 0s
      isolate eu1
      run 2s
      write cart milk at QUORUM
      heal
      run 1m
      expect hints.replayed == 0 and value(eu1, cart) == none
      """)
  }

  @Test("H04 at equal timestamps a value that expires beats one that doesn't") func expiringWins() throws {
    try check(
      """
      write cart z timestamp 10 at ALL
      write cart a timestamp 10 ttl 1h at ALL
      read cart at ALL
      expect last.value == a
      """)
  }

  @Test("H05 of two that expire the one that lives longer") func laterExpiry() throws {
    try check(
      """
      write cart z timestamp 10 ttl 100s at ALL
      write cart a timestamp 10 ttl 200s at ALL
      read cart at ALL
      expect last.value == a
      """)
  }

  @Test("H06 a tombstone beats a value that expires") func tombstoneWins() throws {
    try check(
      """
      delete cart timestamp 10 at ALL
      write cart a timestamp 10 ttl 200s at ALL
      read cart at ALL
      expect last.value == none
      """)
  }

  @Test("H15 the winner is the same before and after its life has ended") func sameWinner() throws {
    try check(
      """
      write cart old timestamp 5 at ALL
      write cart new timestamp 10 ttl 1s at ALL
      read cart at ALL
      expect last.value == new
      run 2s
      read cart at ALL
      expect last.value == none and not last.stale
      run 11d
      read cart at ALL
      expect last.value == none
      """)
  }

  @Test func whatIsPurgedStaysSoUnderALongerGracePeriod() throws {
    try check(
      """
      set tombstone-grace 1h
      write cart milk at ALL
      delete cart at ALL
      run 2h
      set tombstone-grace 10d
      expect clock(us1, cart) == none
      """)
  }

  @Test func anExpiredValueIsShownAsSuch() throws {
    let played = try play("write cart milk ttl 1s\nrun 2s\nshow cart")
    #expect(played.shown[1].contains("(expired)"))
  }
}
