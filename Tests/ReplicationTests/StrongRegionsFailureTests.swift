import Kernel
import Testing

@testable import Replication

/// Regions that are replicated synchronously, where something fails: no answer is taken back, whichever region is lost.
@Suite struct StrongRegionsFailureTests {
  @Test(arguments: [Cluster.us, Cluster.eu, Cluster.ap], 0..<9)
  func whatIsAnsweredOutlivesAnyRegion(lost: [Int], via: Int) {
    var cluster = Cluster.strong()
    cluster.writeAndWait("old", via: 3)
    let write = cluster.writeAndWait("new", via: via)
    #expect(write.outcome == .ok)
    cluster.apply(.fault(.destroy(Cluster.set(lost))))
    cluster.pass(.seconds(10))
    let rest = (0..<9).filter { !lost.contains($0) }
    for copy in rest {
      #expect(cluster.text(of: cluster.readAndWait(at: .strong, via: copy).version) == "new")
      #expect(cluster.writeAndWait("new", via: copy).outcome == .ok)
    }
    cluster.apply(.fault(.restart(Cluster.set(lost))))
    cluster.pass(.seconds(10))
    #expect(cluster.held() == Array(repeating: "new", count: 9))
    let divergent = cluster.divergentKey
    #expect(divergent == nil && cluster.broken == nil)
  }

  @Test(arguments: [Cluster.us, Cluster.eu, Cluster.ap]) func aRegionByItselfDoesNothing(alone: [Int]) {
    var cluster = Cluster.strong()
    cluster.writeAndWait("old", via: 0)
    cluster.pass(.seconds(1))
    let others = (0..<9).filter { !alone.contains($0) }
    cluster.cut(alone, others)
    cluster.pass(.seconds(8))
    #expect(cluster.writeAndWait("alone", via: alone[1]).outcome == .unavailable)
    #expect(cluster.readAndWait(at: .strong, via: alone[1]).outcome == .unavailable)
    #expect(cluster.text(of: cluster.readAndWait(via: alone[1]).version) == "old", "any copy still answers")
    #expect(cluster.writeAndWait("together", via: others[1]).outcome == .ok)
    cluster.healAll()
    cluster.pass(.seconds(5))
    #expect(cluster.text(of: cluster.readAndWait(at: .strong, via: alone[1]).version) == "together")
    #expect(Set(cluster.held()) == ["together"] && cluster.broken == nil)
  }

  @Test func whoLeadsNextWaitsOutTheLease() {
    var cluster = Cluster.strong()
    let key = cluster.key(in: 0)
    cluster.writeAndWait("a", to: key, via: 3)
    let crash = cluster.now
    cluster.crash(3)
    #expect(cluster.step { $0.leader(of: 0, in: RegionID(0)) != nil } == true)
    #expect(cluster.leader(of: 0, in: RegionID(0))?.index == 4, "of the same region, as that is nearest to all")
    #expect(cluster.now - crash >= .milliseconds(1_500))
    #expect(cluster.writeAndWait("b", to: key, via: 0).outcome == .ok)
    #expect(cluster.broken == nil)
  }

  @Test func aRecordGetsRoundARelayThatStops() {
    for instant in stride(from: Int64(0), through: 60, by: 5) {
      var cluster = Cluster.strong(with: .detector(.oracle))
      let key = cluster.key(in: 0)
      let write = cluster.write("a", to: key, at: .fixed, via: 3)
      cluster.pass(.milliseconds(instant))
      cluster.crash(0)
      cluster.pass(.seconds(2))
      #expect(cluster.end(of: write)?.outcome == .ok)
      #expect(cluster.held(key, by: 1) == "a" && cluster.held(key, by: 2) == "a", "stopped at \(instant) ms")
      #expect(cluster.broken == nil)
    }
  }

  @Test func aRecordGetsToWhomARelayDoesNotReach() {
    var cluster = Cluster.strong()
    let key = cluster.key(in: 0)
    cluster.write("before", to: key, at: .fixed, via: 3)
    cluster.pass(.milliseconds(30))
    cluster.cut([0], [1])
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 1) == "before")
    cluster.writeAndWait("after", to: key, via: 3)
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 1) == "after" && cluster.held(key, by: 2) == "after")
    let divergent = cluster.divergentKey
    #expect(divergent == nil && cluster.broken == nil)
  }

  @Test func whatIsCommittedIsKnownThoughWordOfItGetsLost() {
    var cluster = Cluster.strong()
    let key = cluster.key(in: 0)
    cluster.write("a", to: key, at: .fixed, via: 3)
    for copy in [0, 6] { cluster.pass(.milliseconds(120), losing: .committed, to: copy) }
    #expect(cluster.held(key, by: 6) == nil)
    cluster.pass(.seconds(5))
    #expect(cluster.held(key) == Array(repeating: "a", count: 9))
    let isSettled = cluster.isSettled
    #expect(isSettled && cluster.broken == nil)
  }

  @Test func aLeadershipIsHandedToAnotherRegion() {
    var cluster = Cluster.strong()
    let key = cluster.key(in: 0)
    cluster.writeAndWait("a", to: key, via: 3)
    let heirs = cluster.heirs(of: 0, in: RegionID(0)).map(\.index)
    #expect(heirs == [4, 5, 0, 1, 2, 6, 7, 8])
    cluster.apply(.moveLeader(partition: 0, in: RegionID(0), to: ReplicaID(6)))
    cluster.pass(.seconds(1))
    #expect(cluster.leader(of: 0, in: RegionID(0))?.index == 6)
    let write = cluster.writeAndWait("b", to: key, via: 6)
    #expect(write.outcome == .ok && write.latency == .milliseconds(122))
    #expect(cluster.broken == nil)
  }
}
