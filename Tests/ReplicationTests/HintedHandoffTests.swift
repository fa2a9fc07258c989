import Kernel
import TestSupport
import Testing

@testable import Replication

/// What coordinators keep for replicas that missed a write, and how it gets there: `semantics.md` §2, its vectors E01 to E08, B13
/// and B14 (Cassandra's `hints/`).
@Suite struct HintedHandoffTests {
  /// One region of three that own everything. Replica 0 keeps the hints, replica 2 misses the writes.
  private func three(_ settings: Setting...) -> Cluster {
    .ofRegions(3, with: [.detector(.oracle), .readRepair(.off)] + settings)
  }

  /// How many hints each replica keeps.
  private func kept(_ cluster: Cluster) -> [Int] { cluster.replicas.ids.map { cluster.hints(of: $0).count } }

  private func expired(_ cluster: Cluster) -> [Int] {
    cluster.records.elements.compactMap { if case .hintExpired(_, let by, _) = $0.what { by.index } else { nil } }
  }

  // MARK: Who gets a hint, and when

  @Test("§2 (a) · for an owner thought dead its coordinator keeps a hint as it takes the write on")
  func forTheDead() {
    var cluster = three()
    cluster.crash(2)
    cluster.write("milk", at: .one, via: 0)
    cluster.step { $0.pendingHints > 0 }
    #expect(cluster.now == Instant(microseconds: 500) && kept(cluster) == [1, 0, 0])
    #expect(cluster.hints(of: ReplicaID(0)).pending.map(\.target) == [ReplicaID(2)])
    cluster.pass(.seconds(3))
    #expect(kept(cluster) == [1, 0, 0] && cluster.held() == ["milk", "milk", nil])
  }

  @Test("§2 (b) · for an owner that stays silent at the write's timeout, though the client was answered long before")
  func forTheSilent() throws {
    var cluster = three()
    cluster.apply(.fault(.hold(Cluster.links(from: 0, to: 2))))
    let write = cluster.write("milk", at: .one, via: 0)
    cluster.pass(until: Instant(microseconds: 1_999_999))
    #expect(try #require(cluster.end(of: write)).latency == .milliseconds(1))
    #expect(kept(cluster) == [0, 0, 0])
    cluster.pass(until: Instant(microseconds: 2_000_000))
    #expect(kept(cluster) == [1, 0, 0])
  }

  @Test func nobodyKeepsAnythingForWhoOwnsNoCopyNorWithHintsOff() throws {
    var cluster = Cluster.ofRegions(4, factor: 3, with: [.detector(.oracle)])
    let owners = cluster.owners(of: "k")
    let stranger = try #require((0..<4).first { !owners.contains($0) })
    cluster.crash(stranger)
    cluster.write("milk", at: .one, via: owners[0])
    cluster.pass(.seconds(3))
    #expect(cluster.pendingHints == 0)
    cluster.apply(.set(.hints(false)))
    cluster.crash(owners[2])
    let write = cluster.write("eggs", at: .one, via: owners[0])
    cluster.pass(.seconds(3))
    #expect(cluster.pendingHints == 0)
    #expect(cluster.steps(of: write).contains { $0.step == .unhinted(ReplicaID(owners[2]), .off) })
  }

  @Test("E02 · an outage is hinted for as long as the window, that instant included", arguments: [-1, 0, 1] as [Int64])
  func window(offset: Int64) {
    var cluster = three(.hintWindow(.seconds(10)))
    cluster.crash(2)
    cluster.write("early", to: "a", at: .one, via: 0)
    // The request takes half a millisecond.
    cluster.pass(until: Instant(microseconds: 10_000_000 - 500 + offset))
    let write = cluster.write("late", to: "b", at: .one, via: 0)
    cluster.pass(.seconds(50))
    let isKept = offset <= 0
    #expect(kept(cluster) == [isKept ? 2 : 1, 0, 0])
    #expect(cluster.steps(of: write).contains { $0.step == .unhinted(ReplicaID(2), .window) } != isKept)
    // What was kept before the window ended is delivered after it has.
    cluster.restart(2)
    cluster.pass(.seconds(11))
    #expect(cluster.held("a", by: 2) == "early" && cluster.held("b", by: 2) == (isKept ? "late" : nil))
    // E03: with the next outage the window begins anew.
    cluster.crash(2)
    cluster.write("later", to: "b", at: .one, via: 0)
    cluster.pass(.seconds(1))
    #expect(kept(cluster) == [1, 0, 0])
  }

  // MARK: How they are replayed

  @Test("E08 · hints go one after the other, as far apart as their bytes take at the rate that the others share")
  func throttle() {
    var cluster = three(.hintThrottle(ByteRate(bytesPerSecond: 1_000)))
    cluster.crash(2)
    let lengths = [10, 200, 50]
    for (number, length) in lengths.enumerated() {
      cluster.write(String(repeating: "x", count: length), to: "k\(number)", at: .one, via: 0)
    }
    cluster.pass(.seconds(1))
    cluster.restart(2)
    cluster.pass(until: Instant(microseconds: 20_000_000))
    // At the next tenth second. A header, the key, the value, a timestamp and the hint's age; each of two others has half.
    let first: Int64 = 10_000_000
    let spans = lengths.map { Int64(40 + 2 + $0 + 8 + 8) * 2_000 }
    #expect(
      cluster.delivered(.hint).map(\.departed.microseconds) == [first, first + spans[0], first + spans[0] + spans[1]])
    #expect(kept(cluster) == [0, 0, 0])
  }

  @Test func aCoordinatorReplaysToTwoAtOnceAndToTheThirdWhenOneIsDone() {
    var cluster = Cluster.ofRegions(5, with: [.detector(.oracle), .hintThrottle(ByteRate(bytesPerSecond: 1_000))])
    cluster.crash(2, 3, 4)
    for number in 0..<4 { cluster.write("x", to: "k\(number)", at: .one, via: 0) }
    cluster.pass(.seconds(1))
    cluster.restart(2, 3, 4)
    let end = Instant(microseconds: 20_000_000)
    while cluster.step(notAfter: end) { #expect(cluster.hints(of: ReplicaID(0)).sessions.count <= 2) }
    // Each hint has 59 bytes, and each of four others a quarter of the rate.
    let span: Int64 = 59 * 4_000
    for (target, begins) in [(2, 0), (3, 0), (4, 4)] as [(Int, Int64)] {
      let departures = cluster.delivered(.hint).filter { $0.message.to.index == target }.map(\.departed.microseconds)
      #expect(departures == (begins..<begins + 4).map { 10_000_000 + $0 * span }, "to replica \(target)")
    }
  }

  @Test("E10 · a hint goes once its acknowledgement is in, and one that got lost costs no more than sending it again")
  func acknowledgement() {
    var cluster = three()
    cluster.crash(2)
    cluster.write("milk", at: .one, via: 0)
    cluster.pass(.seconds(1))
    cluster.restart(2)
    cluster.step { !$0.receivers(of: .hintAck).isEmpty }
    #expect(cluster.held(by: 2) == "milk" && kept(cluster) == [1, 0, 0])
    let dropped = cluster.dropAll(.hintAck)
    #expect(dropped == 1)
    cluster.pass(until: Instant(microseconds: 19_999_999))
    #expect(kept(cluster) == [1, 0, 0] && cluster.delivered(.hint).count == 1)
    cluster.pass(.seconds(1))
    #expect(kept(cluster) == [0, 0, 0] && cluster.delivered(.hint).count == 2)
    cluster.pass(.seconds(60))
    #expect(cluster.delivered(.hint).count == 2)
  }

  @Test("E06 · a hint keeps its timestamp, so that it overwrites nothing newer")
  func oldNews() {
    var cluster = three()
    cluster.crash(2)
    cluster.write("old", at: .one, via: 0)
    cluster.pass(.seconds(1))
    cluster.restart(2)
    cluster.write("new", at: .all, via: 1)
    cluster.pass(.seconds(20))
    #expect(cluster.delivered(.hint).count == 1 && kept(cluster) == [0, 0, 0])
    #expect(cluster.held() == ["new", "new", "new"])
  }

  // MARK: What keeps them

  @Test func hintsAreOnDiskAndTheSessionThatReplaysThemIsNot() {
    var cluster = three(.hintThrottle(ByteRate(bytesPerSecond: 100)))
    cluster.crash(2)
    for number in 0..<3 { cluster.write("x", to: "k\(number)", at: .one, via: 0) }
    cluster.pass(.seconds(1))
    cluster.restart(2)
    // Each takes 1.18 s: one has arrived.
    cluster.pass(until: Instant(microseconds: 10_500_000))
    cluster.crash(0)
    #expect(kept(cluster) == [2, 0, 0] && cluster.hints(of: ReplicaID(0)).sessions.isEmpty)
    cluster.pass(.seconds(60))
    #expect(kept(cluster) == [2, 0, 0] && cluster.held("k1", by: 2) == nil)
    cluster.restart(0)
    cluster.pass(.seconds(13))
    #expect(kept(cluster) == [0, 0, 0] && cluster.delivered(.hint).count == 3)
    #expect((0..<3).allSatisfy { cluster.held("k\($0)", by: 2) == "x" })
  }

  @Test("E07 · with its keeper's disk a hint is gone, and only repair brings what it was kept for")
  func lostDisk() {
    var cluster = three()
    cluster.crash(2)
    cluster.write("milk", at: .one, via: 0)
    cluster.pass(.seconds(1))
    #expect(kept(cluster) == [1, 0, 0])
    cluster.wipe(0)
    #expect(kept(cluster) == [0, 0, 0])
    cluster.restart(0, 2)
    cluster.pass(.seconds(60))
    #expect(cluster.held() == [nil, "milk", nil])
    cluster.apply(.repair([Network.Pair(from: ReplicaID(1), to: ReplicaID(2))], key: nil))
    cluster.pass(.seconds(1))
    #expect(cluster.held(by: 2) == "milk")
  }

  @Test(
    "E04 · a hint as old as the grace period is dropped: by its keeper's clock when it is sent, by its target's when it comes",
    arguments: [(9_999_500, 0), (9_999_501, 2), (10_000_000, 2), (10_000_001, nil)] as [(Int64, Int?)])
  func expiry(grace: Int64, dropper: Int?) {
    var cluster = three(.tombstoneGrace(TimeSpan(microseconds: grace)))
    cluster.crash(2)
    // Kept at 0.5 ms, sent at 10 s, there half a millisecond later.
    cluster.write("milk", at: .one, via: 0)
    cluster.pass(.seconds(1))
    cluster.restart(2)
    cluster.pass(.seconds(20))
    #expect(expired(cluster) == (dropper.map { [$0] } ?? []))
    #expect(cluster.held(by: 2) == (dropper == nil ? "milk" : nil))
    #expect(kept(cluster) == [0, 0, 0], "either way nobody keeps it any longer")
  }

  @Test(
    "the shorter of the grace periods counts: the one when it was kept, or the present one",
    arguments: [(5, 3_600), (3_600, 5), (3_600, 3_600)] as [(Int64, Int64)])
  func shorterGrace(then: Int64, now: Int64) {
    var cluster = three(.tombstoneGrace(.seconds(then)))
    cluster.crash(2)
    cluster.write("milk", at: .one, via: 0)
    cluster.pass(.seconds(1))
    cluster.apply(.set(.tombstoneGrace(.seconds(now))))
    cluster.restart(2)
    cluster.pass(.seconds(20))
    #expect(cluster.held(by: 2) == (min(then, now) < 10 ? nil : "milk"))
  }

  // MARK: ANY

  @Test("A03 · ANY is content with a hint, ONE isn't and keeps none; the value comes once its owners do")
  func any() throws {
    var cluster = Cluster.ofRegions(4, factor: 3, with: [.detector(.oracle)])
    let owners = cluster.owners(of: "k")
    let stranger = try #require((0..<4).first { !owners.contains($0) })
    cluster.apply(.fault(.crash(Cluster.set(owners))))
    let one = cluster.write("eggs", at: .one, via: stranger)
    cluster.pass(.seconds(3))
    #expect(cluster.end(of: one)?.outcome == .unavailable && cluster.pendingHints == 0)
    let any = cluster.write("milk", at: .any, via: stranger)
    cluster.pass(.seconds(3))
    let end = try #require(cluster.end(of: any))
    #expect(end.outcome == .ok && end.latency == .milliseconds(1))
    #expect(cluster.hints(of: ReplicaID(stranger)).count == 3 && cluster.held() == [nil, nil, nil, nil])
    cluster.apply(.fault(.restart(Cluster.set(owners))))
    cluster.pass(.seconds(11))
    #expect(owners.allSatisfy { cluster.held(by: $0) == "milk" } && cluster.held(by: stranger) == nil)
  }

  @Test(
    "B13, B14 · where nobody was known to be dead ANY succeeds at its timeout, be there hints or not",
    arguments: [true, false])
  func anyInSilence(keepsHints: Bool) throws {
    var cluster = Cluster.ofRegions(4, factor: 3, with: [.detector(.after(.seconds(9))), .hints(keepsHints)])
    let owners = cluster.owners(of: "k")
    let stranger = try #require((0..<4).first { !owners.contains($0) })
    cluster.apply(.fault(.crash(Cluster.set(owners))))
    let any = cluster.write("milk", at: .any, via: stranger)
    cluster.pass(.seconds(3))
    let end = try #require(cluster.end(of: any))
    #expect(end.outcome == .ok && end.latency == .seconds(2))
    #expect(cluster.pendingHints == (keepsHints ? 3 : 0))
  }

  // MARK: All in all

  /// Whoever fails and whatever is cut: as long as the one coordinator lives, what was missed arrives.
  @Test(arguments: 0..<30) func whatALivingKeeperOwesArrives(seed: Int) {
    var dice = Dice(seed: seed)
    let rate = dice.pick([nil, ByteRate(bytesPerSecond: 2_000), ByteRate(bytesPerSecond: 1 << 20)])
    var cluster = Cluster.ofRegions(
      4, factor: 3, seed: UInt64(seed),
      with: [.detector(dice.chance(50) ? .oracle : .after(.seconds(1))), .readRepair(.off), .hintThrottle(rate)])
    var latest: [String: String] = [:]
    for number in 1...30 {
      let other = dice.roll(1...3)
      switch dice.roll(below: 6) {
      case 0: cluster.crash(other)
      case 1, 2: cluster.restart(other)
      case 3: cluster.apply(.fault(.cut([Cluster.links(from: 0, to: other, bothWays: dice.chance(50))])))
      case 4: cluster.apply(.fault(.healAll))
      default: break
      }
      let key = dice.pick(["a", "b", "c", "d"])
      latest[key] = "v\(number)"
      cluster.write("v\(number)", to: key, at: .any, via: 0)
      cluster.pass(.milliseconds(dice.roll(0...4_000)))
    }
    cluster.apply(.fault(.healAll))
    cluster.restart(1, 2, 3)
    cluster.pass(.seconds(60))
    #expect(cluster.pendingHints == 0 && cluster.broken == nil, "seed \(seed)")
    for (key, value) in latest {
      let owners = cluster.owners(of: key)
      #expect(owners.allSatisfy { cluster.held(key, by: $0) == value }, "seed \(seed), \(key): \(cluster.held(key))")
    }
  }
}
