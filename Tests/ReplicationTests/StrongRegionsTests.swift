import Kernel
import Testing

@testable import Replication

/// Regions that are replicated synchronously (`multi-region strong`), where nothing fails.
@Suite struct StrongRegionsTests {
  /// Who coordinates: of each region the copy that a partition's records reach first.
  private static let (us, eu, ap) = (0, 3, 6)

  private static func milliseconds(_ count: Int64) -> TimeSpan { .milliseconds(count) }

  @Test(arguments: [(us, 82, 81), (eu, 82, 81), (ap, 122, 121)])
  func anAnswerTakesOneRoundTripToTheNearestRegion(via: Int, write: Int64, read: Int64) {
    var cluster = Cluster.strong()
    let key = cluster.key(in: 0)
    let written = cluster.writeAndWait("a", to: key, via: via)
    #expect(written.outcome == .ok && written.latency == .milliseconds(write))
    let seen = cluster.readAndWait(key, at: .strong, via: via)
    #expect(cluster.text(of: seen.version) == "a" && seen.latency == .milliseconds(read))
    #expect(cluster.readAndWait(key, via: via).latency <= .milliseconds(2), "a read of any copy stays in its region")
    cluster.pass(.seconds(1))
    #expect(cluster.held(key) == Array(repeating: "a", count: 9))
    let (divergent, isSettled) = (cluster.divergentKey, cluster.isSettled)
    #expect(divergent == nil && isSettled && cluster.broken == nil)
  }

  @Test("M12: two regions write the same item at the same time; one succeeds, the other is a conflict")
  func twoRegionsWriteOneItem() {
    for (first, second) in [(Self.us, Self.eu), (Self.eu, Self.ap), (Self.us, Self.ap)] {
      var cluster = Cluster.strong()
      let key = cluster.key(in: 0)
      let ids = [
        cluster.write("\(first)", to: key, at: .fixed, via: first),
        cluster.write("\(second)", to: key, at: .fixed, via: second),
      ]
      cluster.pass(.seconds(1))
      let ends = ids.compactMap { cluster.end(of: $0) }
      #expect(Set(ends.map(\.outcome)) == [.ok, .conflict])
      let winner = ends.first { $0.outcome == .ok }
      #expect(cluster.held(key) == Array(repeating: winner.flatMap { cluster.text(of: $0.version) }, count: 9))
      let loser = ends.first { $0.outcome == .conflict }
      #expect(loser?.version == VersionID.none && cluster.broken == nil)
    }
  }

  @Test(arguments: 0..<9, 0..<9) func whoWritesAfterAnAnswerMeetsNoRival(first: Int, second: Int) {
    var cluster = Cluster.strong()
    for (number, via) in [first, second, first].enumerated() {
      let write = cluster.writeAndWait("\(number)", via: via)
      #expect(write.outcome == .ok, "\(number)")
      let read = cluster.readAndWait(at: .strong, via: 8 - via)
      #expect(cluster.text(of: read.version) == "\(number)")
    }
    #expect(cluster.broken == nil)
  }

  @Test func writesOfOneRegionAreNoRivals() {
    var cluster = Cluster.strong()
    let ids = (0..<9).map { cluster.write("\($0)", at: .fixed, via: $0 % 3) }
    cluster.pass(.seconds(1))
    #expect(ids.allSatisfy { cluster.end(of: $0)?.outcome == .ok })
    #expect(Set(cluster.held()).count == 1)
  }

  @Test func oneSeatIsSoldOnce() {
    for delay in stride(from: Int64(0), through: 260, by: 10) {
      var cluster = Cluster.strong()
      let ids = [Self.ap, Self.us, Self.eu].map { via in
        let id = cluster.write("\(via)", at: .fixed, via: via, if: .absent)
        cluster.pass(.milliseconds(delay))
        return id
      }
      cluster.pass(.seconds(1))
      let ends = ids.compactMap { cluster.end(of: $0) }
      #expect(ends.count == 3 && ends.count { $0.outcome == .ok && $0.applied == true } == 1, "\(delay) ms apart")
      #expect(Set(cluster.held()).count == 1 && cluster.broken == nil)
    }
  }

  @Test func aConditionIsTestedAgainstTheNewestOfAllRegions() {
    var cluster = Cluster.strong()
    cluster.writeAndWait("old", via: Self.ap)
    cluster.writeAndWait("new", via: Self.us)
    let late = cluster.writeAndWait("x", via: Self.eu, if: .equals("old"))
    #expect(late.outcome == .ok && late.applied == false && cluster.text(of: late.version) == "new")
    let right = cluster.writeAndWait("y", via: Self.ap, if: .equals("new"))
    #expect(right.applied == true)
    #expect(cluster.text(of: cluster.readAndWait(at: .strong, via: Self.us).version) == "y")
  }

  @Test func nobodyReadsWhatIsNotDurableInTwoRegions() {
    var cluster = Cluster.strong()
    let key = cluster.key(in: 0)
    cluster.writeAndWait("old", to: key, via: Self.eu)
    cluster.pass(.seconds(1))
    cluster.cut(Cluster.eu, Cluster.us + Cluster.ap)
    cluster.write("new", to: key, at: .fixed, via: Self.eu)
    let read = cluster.read(key, at: .strong, via: Self.eu)
    cluster.pass(.milliseconds(900))
    #expect(cluster.end(of: read) == nil)
    for copy in Cluster.eu {
      #expect(cluster.text(of: cluster.readAndWait(key, via: copy).version) == "old")
    }
  }

  @Test func theLeaderStandsWhereTheWayToAllIsShortest() {
    var cluster = Cluster.strong()
    #expect((0..<4).map { cluster.leader(of: $0, in: RegionID(0))?.index } == [3, 4, 5, 3])
    cluster = Cluster(ClusterPlan(regions: ClusterPlan.standard.regions, scheme: .streams), seed: 1)
    cluster.apply(.set(.multiRegion(.strong)))
    cluster.apply(
      .link(
        .fixed(.milliseconds(10)), MessageClass.allCases,
        Fault.Links(from: Cluster.set(Cluster.us), to: Cluster.set(Cluster.ap), bothWays: true)))
    #expect(cluster.leader(of: 0, in: RegionID(2))?.index == 0, "as the links are when the first operation comes")
    cluster.apply(.set(.witness(RegionID(0))))
    #expect(cluster.leader(of: 0, in: RegionID(2))?.index == 6, "a witness leads nothing")
  }

  @Test func theModeOutlivesANewSeed() {
    var cluster = Cluster.strong()
    cluster.apply(.reseed(7))
    let write = cluster.writeAndWait("a", to: cluster.key(in: 0), via: Self.us)
    #expect(write.latency == .milliseconds(82))
  }

  // MARK: Witnesses

  @Test func aWitnessKeepsTheLogAndServesNobody() {
    var cluster = Cluster.strong(with: .witness(RegionID(2)))
    let key = cluster.key(in: 0)
    for copy in Cluster.ap { #expect(cluster.role(of: ReplicaID(copy), in: 0) == .witness) }
    #expect(cluster.writeAndWait("a", to: key, via: Self.us).latency == .milliseconds(82))
    let far = cluster.writeAndWait("b", to: key, via: Self.ap)
    #expect(far.outcome == .ok && far.latency == .milliseconds(202), "its clients are served by the nearest region")
    cluster.pass(.seconds(1))
    let read = cluster.readAndWait(key, via: Self.ap)
    #expect(cluster.text(of: read.version) == "b" && read.latency == .milliseconds(121))
    for copy in Cluster.ap { #expect(cluster.held(key, by: copy) == "b", "it has what nobody else may have") }
    #expect(cluster.broken == nil)
  }

  @Test func aWitnessMakesUpForALostRegion() {
    var cluster = Cluster.strong(with: .witness(RegionID(2)))
    cluster.cut(Cluster.us, Cluster.eu + Cluster.ap)
    for number in 0..<300 { cluster.writeAndWait("\(number)", to: "k\(number % 7)", via: Self.eu) }
    cluster.healAll()
    cluster.apply(.fault(.destroy(Cluster.set(Cluster.eu))))
    cluster.pass(.seconds(20))
    for number in 293..<300 {
      let read = cluster.readAndWait("k\(number % 7)", at: .strong, via: Self.us)
      #expect(cluster.text(of: read.version) == "\(number)")
    }
    for partition in 0..<4 { #expect(Cluster.us.contains(cluster.leader(of: partition, in: RegionID(0))?.index ?? 9)) }
    #expect(cluster.broken == nil)
  }
}
