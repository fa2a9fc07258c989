import Kernel
import Testing

@testable import Replication

/// The streams between regions.
@Suite struct StreamsReplicationTests {
  @Test func aChangeReachesTheOtherRegionsOnceItIsDurable() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.write("a", to: key, at: .fixed, via: 0)
    // Durable at 1.5 ms, 40 ms on the way, durable there 1 ms later.
    cluster.pass(until: Instant(microseconds: 42_499))
    #expect(cluster.held(key, by: 3) == nil)
    cluster.pass(until: Instant(microseconds: 42_500))
    #expect(cluster.held(key, by: 3) == "a")
    cluster.pass(.seconds(1))
    #expect(cluster.held(key) == Array(repeating: "a", count: 9))
    let (divergent, isSettled) = (cluster.divergentKey, cluster.isSettled)
    #expect(divergent == nil && isSettled)
    #expect(cluster.delivered(.item).count == 2, "what came from elsewhere is not sent on")
  }

  @Test("M09: two regions write the same item; both end with the later one") func lastWriterWins() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    let first = cluster.write("us", to: key, at: .fixed, via: 0)
    cluster.pass(.milliseconds(5))
    let second = cluster.write("eu", to: key, at: .fixed, via: 3)
    cluster.pass(.seconds(1))
    #expect(cluster.end(of: first)?.outcome == .ok && cluster.end(of: second)?.outcome == .ok)
    #expect(cluster.held(key) == Array(repeating: "eu", count: 9))
    let divergent = cluster.divergentKey
    #expect(divergent == nil)
  }

  @Test func aTieGoesToTheFirstRegion() {
    for order in [[0, 3], [3, 0]] {
      var cluster = Cluster.streams()
      let key = cluster.key(in: 0)
      for via in order { cluster.write(via == 0 ? "a" : "z", to: key, at: .fixed, via: via) }
      cluster.pass(.seconds(1))
      #expect(cluster.held(key) == Array(repeating: "a", count: 9))
    }
  }

  @Test("M10: two regions create the same item; both succeed, and one vanishes") func twoSeats() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    let first = cluster.write("alice", to: key, at: .fixed, via: 0, if: .absent)
    cluster.pass(.milliseconds(1))
    let second = cluster.write("bob", to: key, at: .fixed, via: 3, if: .absent)
    cluster.pass(.seconds(1))
    #expect(cluster.end(of: first)?.applied == true && cluster.end(of: second)?.applied == true)
    #expect(cluster.held(key) == Array(repeating: "bob", count: 9))
  }

  @Test("M11: a strong read is strong only for what was last written in its region") func strongIsLocal() {
    var cluster = Cluster.streams()
    cluster.apply(
      .link(
        .fixed(.milliseconds(150)), MessageClass.allCases, Cluster.links(from: 0, 1, 2, to: 3, 4, 5, bothWays: true)))
    let key = cluster.key(in: 0)
    cluster.writeAndWait("old", to: key, via: 0)
    cluster.pass(.seconds(1))
    let write = cluster.writeAndWait("new", to: key, via: 3)
    cluster.pass(until: write.ended + .milliseconds(100))
    #expect(cluster.text(of: cluster.readAndWait(key, at: .strong, via: 0).version) == "old")
    cluster.pass(.seconds(1))
    #expect(cluster.text(of: cluster.readAndWait(key, at: .strong, via: 0).version) == "new")
  }

  @Test func changesOfAPartitionArriveInTheirOrder() {
    var cluster = Cluster.streams(with: .streamBatch(StreamBatch(count: 1, within: .zero)))
    cluster.apply(
      .link(
        .uniform(.milliseconds(10), .milliseconds(90)), MessageClass.allCases,
        Cluster.links(from: 0, 1, 2, to: 3, 4, 5, bothWays: true)))
    let keys = [cluster.key(in: 0), cluster.key(in: 0, after: 40)]
    for number in 0..<30 { cluster.writeAndWait("\(number)", to: keys[number % 2], via: 0) }
    cluster.pass(.seconds(2))
    let stored = cluster.records.elements.compactMap { record -> Int? in
      guard case .stored(let version, let replica, _, _, _) = record.what, replica == ReplicaID(3) else { return nil }
      return cluster.text(of: version).flatMap { Int($0) }
    }
    #expect(stored == Array(0..<30))
  }

  @Test func whatWaitedOutACutGoesOnWhereItStood() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.write("on its way", to: key, at: .fixed, via: 0)
    cluster.pass(.milliseconds(20))
    cluster.cut(Cluster.us, Cluster.eu)
    for number in 0..<5 { cluster.writeAndWait("\(number)", to: "k\(number)", via: 0) }
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(1)) == 6, "the one on its way, too")
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(2)) == 0)
    let divergent = cluster.divergentKey
    #expect(divergent != nil)
    cluster.pass(.seconds(60))
    cluster.healAll()
    cluster.pass(.milliseconds(50))
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(1)) == 0)
    for number in 0..<5 { #expect(cluster.held("k\(number)", by: 3) == "\(number)") }
    #expect(cluster.broken == nil)
  }

  @Test func aNewLeaderGoesOnWithTheStream() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.cut(Cluster.us, Cluster.eu)
    cluster.writeAndWait("a", to: key, via: 0)
    cluster.crash(0)
    cluster.pass(.seconds(5))
    #expect(cluster.leaders(of: 0) == [1])
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(1)) > 0)
    cluster.healAll()
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 3) == "a" && cluster.held(key, by: 6) == "a")
    cluster.crash(3)
    cluster.pass(.seconds(5))
    cluster.writeAndWait("b", to: key, via: 1)
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 4) == "b", "and sends to the new leader over there")
    #expect(cluster.broken == nil)
  }

  @Test func capacityBoundsAllPartitionsTogether() {
    var cluster = Cluster.streams(with: .streamCapacity(10))
    for number in 0..<20 { cluster.writeAndWait("v", to: "k\(number)", via: 0) }
    let start = cluster.now
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(1)) >= 18)
    cluster.pass(until: start + .seconds(1))
    #expect((8...10).contains(cluster.backlog(from: RegionID(0), to: RegionID(1))))
    cluster.pass(until: start + .seconds(3))
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(1)) == 0)
    let divergent = cluster.divergentKey
    #expect(divergent == nil && cluster.broken == nil)
  }

  @Test func aBatchGoesWhenItIsFullOrOld() {
    var cluster = Cluster.streams(with: .streamBatch(StreamBatch(count: 3, within: .milliseconds(500))))
    let key = cluster.key(in: 0)
    cluster.writeAndWait("1", to: key, via: 0)
    cluster.writeAndWait("2", to: key, via: 0)
    cluster.pass(.milliseconds(100))
    #expect(cluster.held(key, by: 3) == nil)
    cluster.writeAndWait("3", to: key, via: 0)
    cluster.pass(.milliseconds(100))
    #expect(cluster.held(key, by: 3) == "3")
    let late = cluster.writeAndWait("4", to: key, via: 0)
    cluster.pass(until: late.began + .milliseconds(530))
    #expect(cluster.held(key, by: 3) == "3")
    cluster.pass(.milliseconds(100))
    #expect(cluster.held(key, by: 3) == "4")
  }

  @Test func whatIsOlderThanTheRetentionIsGivenUpAndCounted() {
    var cluster = Cluster.streams(with: .streamRetention(.hours(1)))
    let key = cluster.key(in: 0)
    cluster.cut(Cluster.us, Cluster.eu)
    cluster.writeAndWait("lost", to: key, via: 0)
    cluster.pass(.hours(2))
    #expect(cluster.expiredChanges == 1 && cluster.backlog(from: RegionID(0), to: RegionID(1)) == 0)
    let other = cluster.key(in: 0, after: 40)
    cluster.writeAndWait("kept", to: other, via: 0)
    cluster.healAll()
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 3) == nil && cluster.held(other, by: 3) == "kept")
    #expect(cluster.held(key, by: 6) == "lost")
    #expect(cluster.broken == nil)
  }

  @Test func lostMessagesAreSentAgain() {
    var cluster = Cluster.streams()
    let everyone = [0, 1, 2, 3, 4, 5, 6, 7, 8]
    let links = Fault.Links(from: Cluster.set(everyone), to: Cluster.set(everyone), bothWays: true)
    cluster.apply(.fault(.lose(Probability(millionths: 200_000), links)))
    for number in 0..<20 {
      cluster.write("\(number)", to: "k\(number)", at: .fixed, via: number % 9)
      cluster.pass(.milliseconds(300))
    }
    cluster.pass(.seconds(60))
    let divergent = cluster.divergentKey
    #expect(divergent == nil && cluster.broken == nil)
  }

  @Test func theSameSeedGivesTheSameRunAndACopyIsASnapshot() {
    func run() -> Cluster {
      var cluster = Cluster.streams(seed: 5)
      for number in 0..<10 { cluster.write("\(number)", to: "k\(number)", at: .fixed, via: number % 9) }
      cluster.pass(.milliseconds(30))
      cluster.crash(0)
      cluster.pass(.seconds(5))
      return cluster
    }
    var (first, second) = (run(), run())
    #expect(first.fingerprint == second.fingerprint)
    let snapshot = first
    first.restart(0)
    first.pass(.seconds(5))
    #expect(snapshot.fingerprint == second.fingerprint)
    second.restart(0)
    second.pass(.seconds(5))
    #expect(first.fingerprint == second.fingerprint)
  }
}

extension Cluster {
  /// The messages of a kind that have reached their receivers so far.
  func delivered(_ kind: StreamsMessage) -> [Message] {
    records.elements.compactMap { record in
      guard case .delivered(let message, _) = record.what, message.kind.streams == kind else { return nil }
      return message
    }
  }
}
