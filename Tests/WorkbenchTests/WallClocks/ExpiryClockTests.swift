import Kernel
import TestSupport
import Testing

@testable import Analysis
@testable import Language
@testable import Replication
@testable import Workbench

/// By whose clock a value expires, a tombstone is purged and a hint is dropped: §3.3 and §12 of the rules.
@Suite struct ExpiryClockTests {
  @Test func aCoordinatorAheadSetsALaterEnd() throws {
    try check(
      """
      skew us1 by 1h
      write cart milk ttl 10s at ALL via us1
      run 20s
      expect value(us2, cart) == milk and value(ap3, cart) == milk
      read cart at QUORUM via us2
      expect last.value == milk
      run until value(us2, cart) == none within 2h
      expect time > 3609s and time < 3611s
      """)
  }

  @Test func aReplicaAheadSeesTheEndEarlier() throws {
    try check(
      """
      skew eu1 by 1h
      write cart milk ttl 10s at ALL via us1
      expect value(eu1, cart) == none and value(eu2, cart) == milk and not converged
      read cart at ONE via eu1
      expect last.value == none and not last.stale
      read cart at ONE via eu2
      expect last.value == milk
      run until converged within 1m
      expect value(eu2, cart) == none and time > 10s and time < 11s
      """)
  }

  @Test func aClockThatIsSetAfterTheWriteCounts() throws {
    try check(
      """
      write cart milk ttl 10m at ALL via us1
      expect value(us2, cart) == milk
      skew us2 by 1h
      expect value(us2, cart) == none
      skew us2 by 0ms
      expect value(us2, cart) == milk
      skew us2 by 0ms drift 1s
      run until value(us2, cart) == none within 10m
      expect time > 299s and time < 301s
      """)
  }

  @Test("Cassandra's nowInSec goes with the read") func aReadIsJudgedByItsCoordinatorsClock() throws {
    try check(
      """
      write cart milk ttl 10s at ALL via us1
      skew us2 by 1h
      read cart at QUORUM via us1
      expect last.value == milk
      read cart at QUORUM via us2
      expect last.value == none and not last.stale
      """)
  }

  @Test func aConditionIsJudgedByItsCoordinatorsClock() throws {
    try check(
      """
      write cart milk ttl 10m at ALL via us1
      write cart eggs if absent via us1
      expect last.outcome == ok and value(us1, cart) == milk
      skew us2 by 1h
      write cart eggs if absent via us2
      run 1s
      expect value(us1, cart) == eggs
      """)
  }

  @Test("F07 a tombstone is purged when it is older than the grace period by the replica's own clock")
  func purge() throws {
    try check(
      """
      set tombstone-grace 1h
      write cart milk at ALL
      delete cart at ALL via us1
      skew us2 by 59m
      expect clock(us2, cart) != none
      skew us2 by 61m
      expect clock(us2, cart) == none and clock(us1, cart) != none and converged
      skew us2 by 0ms
      expect clock(us2, cart) == none
      run until clock(us1, cart) == none within 2h
      expect time > 59m and time < 61m
      """)
  }

  @Test("E04 a hint that has grown too old by its target's clock is not applied") func hintAtItsTarget() throws {
    let played = try play(
      """
      set tombstone-grace 1h
      isolate eu1
      run 2s
      write cart milk at QUORUM
      skew eu1 by 2h
      heal
      run 1m
      expect hints.pending == 0 and hints.replayed == 0 and value(eu1, cart) == none
      read cart at ONE via eu1
      """, keepsTrace: true)
    #expect(played.expectations.count { $0.isHeld } == 1)
    #expect(played.trace.contains { $0.contains("hintExpired") && $0.contains(#""replica":"eu1""#) })
    let why = try #require(Explanation(of: 2, in: played.session.timeline))
    #expect(why.lines(width: 400).joined().contains("older than the grace period by its own clock: it was dropped"))
  }

  @Test("E04 nor sent when it has by its coordinator's") func hintAtItsCoordinator() throws {
    try check(
      """
      set tombstone-grace 1h
      isolate eu1
      run 2s
      write cart milk at QUORUM via us1
      skew us1 by 2h
      heal
      run 1m
      expect hints.pending == 0 and hints.replayed == 0 and value(eu1, cart) == none
      """)
  }

  @Test("E04 the smaller grace period counts, that of the hint's time or the present one")
  func smallerGrace() throws {
    for (then, now) in [("1h", "10d"), ("10d", "1h")] {
      try check(
        """
        set tombstone-grace \(then)
        isolate eu1
        run 2s
        write cart milk at QUORUM
        set tombstone-grace \(now)
        run 2h
        heal
        run 1m
        expect hints.pending == 0 and value(eu1, cart) == none
        """)
    }
  }

  @Test func hintsOfSiblingsHaveNoAge() throws {
    try check(
      """
      set conflict siblings
      isolate eu1
      run 2s
      write cart milk at QUORUM
      run 20d
      heal
      run 1m
      expect hints.pending == 0 and value(eu1, cart) == milk
      """)
  }

  @Test func whyNamesTheClocksByWhichAValueHasExpired() throws {
    let played = try play(
      """
      write cart milk ttl 10s at ALL via us1
      skew eu1 by 1h
      read cart at ONE via eu1
      """)
    let why = try #require(Explanation(of: 2, in: played.session.timeline)).lines(width: 400).joined(separator: "\n")
    #expect(why.contains("eu1 held (expired)"))
    #expect(why.contains("milk lives until 10000.500 ms by us1's clock"), "\(why)")
    #expect(why.contains("`skew eu1 by 1h`") && why.contains("it has expired"), "\(why)")
  }

  // MARK: Any clocks

  /// A wall clock as the rules have it: virtual time, an offset, and a drift since it was set.
  private struct PlainClock {
    var (offset, drift, since) = (0, 0, 0)

    func shows(at now: Int) -> Int { now + offset + (now - since) * drift / 1_000_000 }
  }

  @Test(arguments: 0..<60) func anySkewsGiveWhatThePlainFormulaSays(seed: Int) throws {
    var dice = Dice(seed: seed)
    let replicas = ["us1", "us2", "us3"]
    var clocks = [PlainClock](repeating: PlainClock(), count: 3)
    let grace = dice.pick([0, 5, 60, 3_600]) * 1_000_000
    var lines = ["cluster us-east-1:3 rf=3", "set tombstone-grace \(grace / 1_000_000)s"]
    var now = 0
    func skew(_ dice: inout Dice) {
      let index = dice.roll(0...2)
      let (offset, drift) = (dice.roll(-60_000...60_000), dice.pick([0, 0, 50, -50, 100_000, -900_000]))
      clocks[index] = PlainClock(offset: offset * 1_000, drift: drift, since: now)
      lines.append("skew \(replicas[index]) by \(offset)ms drift \(drift)us")
    }
    for _ in 0..<dice.roll(0...4) { skew(&dice) }
    let coordinator = dice.roll(0...2)
    let life = dice.chance(30) ? nil : dice.roll(1...90) * 1_000_000
    lines.append(
      (life.map { "async write k v ttl \($0)us" } ?? "async delete k") + " at ONE via \(replicas[coordinator])")
    let accepted = now + 500
    let death = clocks[coordinator].shows(at: accepted) + (life ?? 0)
    lines.append("run 10ms")
    now += 10_000
    var isPurged = [false, false, false]
    func note() {
      for (index, clock) in clocks.enumerated() where clock.shows(at: now) - death > grace { isPurged[index] = true }
    }
    note()
    for _ in 0..<dice.roll(3...12) {
      if dice.chance(40) {
        note()
        skew(&dice)
      } else {
        let span = dice.pick([1, 1_000, 900_000, 7_000_000, 40_000_000, 500_000_000])
        lines.append("run \(span)us")
        now += span
      }
      note()
      for (index, replica) in replicas.enumerated() {
        let isDead = life == nil || death <= clocks[index].shows(at: now)
        lines.append("expect value(\(replica), k) == \(isPurged[index] || isDead ? "none" : "v")")
        lines.append("expect clock(\(replica), k) \(isPurged[index] ? "==" : "!=") none")
      }
    }
    let played = try play(lines.joined(separator: "\n"))
    let failed = played.expectations.first { !$0.isHeld }
    #expect(
      failed == nil,
      "seed \(seed), line \(failed?.line.number ?? 0): \(failed?.condition ?? "")\n\(lines.joined(separator: "\n"))")
  }

  @Test("H15 whichever clocks run how, merging decides alike before and after the end", arguments: 0..<20)
  func sameWinner(seed: Int) throws {
    var dice = Dice(seed: seed)
    var lines: [String] = []
    for replica in ["us1", "eu1", "ap1"] {
      lines.append("skew \(replica) by \(dice.roll(-20_000...20_000))ms drift \(dice.roll(-500...500))us")
    }
    for number in 0..<4 {
      let life = dice.chance(60) ? " ttl \(dice.roll(1...30))s" : ""
      lines.append(
        "write k v\(number) timestamp \(dice.roll(1...2))\(life) at ALL via \(dice.pick(["us1", "eu1", "ap1"]))")
    }
    var played = try play(lines.joined(separator: "\n"))
    let catalogue = played.session.cluster.catalogue
    let pairs = catalogue.versions.ids.flatMap { left in catalogue.versions.ids.map { (left, $0) } }
    func winners() -> [Bool] { pairs.map { played.session.cluster.catalogue.wins($0, over: $1) } }
    let before = winners()
    played = try play((lines + ["run 10m"]).joined(separator: "\n"))
    #expect(winners() == before, "seed \(seed)")
    for (left, right) in pairs where left != right {
      #expect(catalogue.wins(left, over: right) != catalogue.wins(right, over: left), "seed \(seed)")
    }
  }
}
