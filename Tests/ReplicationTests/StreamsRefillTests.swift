import Kernel
import Testing

@testable import Replication

/// What becomes of a region that has lost disks, and of what waits for other regions when leaders change.
@Suite struct StreamsRefillTests {
  private static func filled(_ settings: Setting...) -> Cluster {
    var cluster = Cluster.streams()
    for setting in settings { cluster.apply(.set(setting)) }
    for number in 0..<12 { cluster.writeAndWait("v\(number)", to: "k\(number)", via: number % 9) }
    cluster.pass(.seconds(2))
    return cluster
  }

  @Test func aRegionThatLostAllItsDisksIsFilledFromTheOthers() {
    var cluster = Self.filled()
    cluster.apply(.fault(.destroy(Cluster.set(Cluster.us))))
    cluster.pass(.seconds(30))
    cluster.apply(.fault(.restart(Cluster.set(Cluster.us))))
    #expect(cluster.readAndWait("k1", via: 0).outcome == .unavailable, "an empty disk has no answer")
    cluster.pass(.seconds(5))
    for number in 0..<12 { #expect(cluster.held("k\(number)") == Array(repeating: "v\(number)", count: 9)) }
    #expect(cluster.writeAndWait("again", to: "k1", via: 0).outcome == .ok)
    cluster.writeAndWait("there", to: "k2", via: 3)
    cluster.pass(.seconds(2))
    #expect(cluster.held("k1") == Array(repeating: "again", count: 9))
    #expect(cluster.held("k2") == Array(repeating: "there", count: 9))
    let isConverged = cluster.isConverged
    #expect(isConverged && cluster.broken == nil)
  }

  @Test func whileNoOtherRegionIsReachedItDoesNotPretendToBeEmpty() {
    var cluster = Self.filled()
    cluster.apply(.fault(.wipe(Cluster.set(Cluster.us))))
    cluster.cut(Cluster.us, Cluster.eu + Cluster.ap)
    cluster.apply(.fault(.restart(Cluster.set(Cluster.us))))
    cluster.pass(.seconds(20))
    #expect(cluster.readAndWait("k1", at: .strong, via: 0).outcome == .unavailable)
    #expect(cluster.writeAndWait("x", to: "k1", via: 0, if: .absent).outcome == .unavailable)
    cluster.healAll()
    cluster.pass(.seconds(5))
    #expect(cluster.text(of: cluster.readAndWait("k1", at: .strong, via: 0).version) == "v1")
    #expect(cluster.broken == nil)
  }

  @Test func whatNoRegionHasAnyMoreIsGoneAndLifeGoesOn() {
    var cluster = Self.filled()
    cluster.apply(.fault(.destroy(cluster.topology.everyone)))
    cluster.apply(.fault(.restart(cluster.topology.everyone)))
    cluster.pass(.seconds(10))
    let read = cluster.readAndWait("k1", at: .strong, via: 0)
    #expect(read.outcome == .ok && read.version == .none)
    #expect(cluster.writeAndWait("new", to: "k1", via: 4).outcome == .ok)
    cluster.pass(.seconds(2))
    #expect(cluster.held("k1") == Array(repeating: "new", count: 9))
    #expect(cluster.broken == nil)
  }

  @Test func whatAMajorityHadAndLostComesBackFromElsewhere() {
    var cluster = Self.filled()
    let key = cluster.key(in: 0)
    cluster.cut([2], [0, 1])
    #expect(cluster.writeAndWait("newest", to: key, via: 0).outcome == .ok, "us1 and us2 have it")
    cluster.pass(.seconds(2))
    #expect(cluster.held(key, by: 2) != "newest")
    cluster.wipe(0, 1)
    cluster.healAll()
    cluster.restart(0, 1)
    cluster.pass(.seconds(8))
    #expect(cluster.held(key) == Array(repeating: "newest", count: 9), "though no disk of its region had it")
    cluster.writeAndWait("after", to: key, via: 1)
    cluster.pass(.seconds(2))
    #expect(cluster.held(key) == Array(repeating: "after", count: 9))
    #expect(cluster.broken == nil)
  }

  @Test func whatWaitsForAnotherRegionGoesAlongWithACopy() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.cut(Cluster.us, Cluster.eu)
    cluster.writeAndWait("waits", to: key, via: 0)
    cluster.writeAndWait("waits, too", to: key, via: 0)
    cluster.pass(.seconds(1))
    cluster.wipe(1)
    cluster.restart(1)
    cluster.pass(.seconds(3))
    cluster.crash(0)
    cluster.pass(.seconds(6))
    #expect(cluster.leaders(of: 0) == [1], "whose disk was filled")
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(1)) == 2)
    cluster.healAll()
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 3) == "waits, too")
    #expect(cluster.broken == nil)
  }

  @Test func copiesAreWholeAlsoWhereMessagesGetLostAndOvertakeEachOther() {
    for seed in 1...6 as ClosedRange<UInt64> {
      var cluster = Cluster.streams(seed: seed)
      for number in 0..<30 { cluster.writeAndWait("v\(number)", to: "k\(number)", via: number % 9) }
      cluster.pass(.seconds(2))
      let everyone = Array(0..<9)
      let links = Fault.Links(from: Cluster.set(everyone), to: Cluster.set(everyone), bothWays: true)
      cluster.apply(.link(.uniform(.milliseconds(1), .milliseconds(60)), MessageClass.allCases, links))
      cluster.apply(.fault(.lose(Probability(millionths: 150_000), links)))
      cluster.apply(.fault(.duplicate(Probability(millionths: 100_000), links)))
      cluster.wipe(4)
      cluster.apply(.fault(.destroy(Cluster.set(Cluster.us))))
      cluster.apply(.fault(.restart(cluster.topology.everyone)))
      cluster.pass(.seconds(120))
      for number in 0..<30 {
        #expect(cluster.held("k\(number)") == Array(repeating: "v\(number)", count: 9), "seed \(seed)")
      }
      #expect(cluster.broken == nil)
    }
  }

  @Test func aRegionIsSentAgainWhatItLostThoughItsNewLeadersAnnouncementGotLost() {
    var cluster = Self.filled()
    let key = cluster.key(in: 0)
    cluster.cut(Cluster.us, Cluster.ap)
    cluster.writeAndWait("not in ap", to: key, via: 0)
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 3) == "not in ap")
    cluster.apply(.fault(.destroy(Cluster.set(Cluster.eu))))
    cluster.cut(Cluster.us, Cluster.eu)
    cluster.apply(.fault(.restart(Cluster.set(Cluster.eu))))
    cluster.pass(.seconds(10))
    #expect(cluster.leaders(of: 0, in: 1) == [3])
    #expect(cluster.held(key, by: 3) != "not in ap", "which it was filled from")
    cluster.healAll()
    cluster.pass(.seconds(1), losing: .heartbeat, to: 0)
    cluster.pass(.seconds(3))
    #expect(cluster.held(key) == Array(repeating: "not in ap", count: 9), "by what that leader asked")
    cluster.writeAndWait("after", to: key, via: 0)
    cluster.pass(.seconds(2))
    #expect(cluster.held(key) == Array(repeating: "after", count: 9))
    let isConverged = cluster.isConverged
    #expect(isConverged && cluster.broken == nil)
  }

  // MARK: Copies that are not complete

  @Test func whatCameOfACopyThatWasNeverCompleteStandsNowhere() {
    var cluster = Self.filled()
    let key = cluster.key(in: 0)
    let before = cluster.held(key, by: 3)
    cluster.cut(Cluster.us, Cluster.eu + Cluster.ap)
    #expect(cluster.writeAndWait("only here", to: key, via: 0).outcome == .ok)
    cluster.pass(.seconds(1))
    cluster.wipe(2)
    cluster.restart(2)
    cluster.pass(.seconds(1), losing: .copied, to: 2)
    cluster.wipe(0, 1)
    cluster.healAll()
    cluster.restart(0, 1)
    cluster.pass(.seconds(8))
    #expect(cluster.held(key) == Array(repeating: before, count: 9), "who was sent the rest has lost it")
    let isConverged = cluster.isConverged
    #expect(isConverged && cluster.broken == nil)
  }

  @Test func aCopyThatComesWhenItIsNotWantedAnyMoreIsLeftAlone() {
    var cluster = Self.filled()
    let key = cluster.key(in: 0)
    let before = cluster.held(key, by: 6)
    cluster.cut(Cluster.us, Cluster.ap)
    cluster.writeAndWait("in two regions", to: key, via: 0)
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 3) == "in two regions")
    cluster.apply(.fault(.destroy(Cluster.set(Cluster.us))))
    cluster.healAll()
    cluster.apply(.fault(.restart(Cluster.set(Cluster.us))))
    cluster.step {
      $0.travelling.contains { $0.kind.streams == .copyItem && Cluster.eu.contains($0.from.index) }
    }
    let links = Fault.Links(from: Cluster.set(Cluster.eu), to: Cluster.set(Cluster.us), bothWays: false)
    cluster.apply(.fault(.hold(links)))
    cluster.pass(.seconds(8))
    #expect(cluster.leaders(of: 0) == [0])
    #expect(Cluster.us.map { cluster.held(key, by: $0) } == [before, before, before], "which it has from ap")
    cluster.apply(.fault(.release(links)))
    cluster.pass(.seconds(5))
    #expect(Cluster.us.map { cluster.held(key, by: $0) } == [before, before, before], "as its followers have")
    cluster.writeAndWait("after", to: key, via: 0)
    cluster.pass(.seconds(2))
    #expect(cluster.held(key) == Array(repeating: "after", count: 9))
    let isConverged = cluster.isConverged
    #expect(isConverged && cluster.broken == nil)
  }

  // MARK: Backlogs

  @Test func aBacklogIsWhatTheOtherRegionLacksWhoeverLeads() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    for number in 0..<40 { cluster.writeAndWait("\(number)", to: key, via: 0) }
    cluster.pass(.seconds(1))
    cluster.cut(Cluster.us, Cluster.eu)
    for number in 0..<3 { cluster.writeAndWait("late \(number)", to: key, via: 0) }
    cluster.crash(0)
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(1)) == 3, "nobody leads")
    cluster.pass(.seconds(5))
    #expect(cluster.leaders(of: 0) == [1])
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(1)) == 3, "who leads can't ask how far it has come")
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(2)) == 0)
  }

  @Test func anIsolatedLeaderAndItsSuccessorAreNotCountedTwice() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.cut(Cluster.us, Cluster.eu + Cluster.ap)
    cluster.writeAndWait("a", to: key, via: 0)
    cluster.isolate(0)
    cluster.pass(.seconds(5))
    #expect(cluster.leaders(of: 0) == [1])
    #expect(cluster.backlog(from: RegionID(0), to: RegionID(1)) == 1)
  }

  // MARK: Convergence

  @Test func anUpdateOnItsWayToItsLeaderCounts() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.writeAndWait("a", to: key, via: 0)
    cluster.pass(.seconds(1))
    var watch = ConvergenceWatch()
    func agrees() -> Bool {
      let (plainly, watched) = (cluster.isConverged, watch.isConverged(cluster))
      #expect(plainly == watched)
      return watched
    }
    #expect(agrees())
    cluster.write("b", to: key, at: .fixed, via: 1)
    // The request has come to us2, which passes it on.
    cluster.pass(TimeSpan(microseconds: 700))
    #expect(cluster.travelling.contains { $0.kind.streams == .update })
    #expect(!agrees())
    cluster.apply(.fault(.hold(Cluster.links(from: 1, to: 0))))
    cluster.pass(.milliseconds(500))
    #expect(!agrees(), "also where somebody holds it")
    cluster.pass(.seconds(3))
    #expect(agrees(), "until nobody waits for it any more")
  }
}
