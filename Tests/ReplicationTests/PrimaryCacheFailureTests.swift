import Kernel
import Testing

@testable import Replication

/// What the primary-cache scheme does when somebody is down.
@Suite struct PrimaryCacheFailureTests {
  @Test func withoutItsLeaderARegionReadsAtItsDatabaseAndWritesAtThePrimarysLeader() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 6)
    cluster.pass(.seconds(1))
    cluster.crash(5)
    cluster.pass(.seconds(2))
    #expect(cluster.get(via: 7).latency == .milliseconds(2))
    #expect(cluster.get(via: 7).latency == .milliseconds(1))
    #expect(cluster.put("b", via: 6).latency == .milliseconds(82))
    cluster.pass(.seconds(1))
    #expect(cluster.held(by: 7) == nil, "its database tells the followers itself")
    cluster.restart(5)
    cluster.pass(.seconds(12))
    #expect(cluster.seen(via: 7) == "b" && cluster.isConverged && cluster.broken == nil)
  }

  @Test func aPrimaryWithoutItsLeaderTakesNoWrites() {
    var cluster = Cluster.primaryCache()
    cluster.crash(1)
    #expect(cluster.put("a", via: 2).outcome == .timeout)
    #expect(cluster.put("b", via: 2).outcome == .unavailable)
    #expect(cluster.put("c", via: 6).outcome == .unavailable)
  }

  @Test func withoutItsDatabaseARegionReadsAtThePrimarys() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 2)
    cluster.pass(.seconds(1))
    cluster.crash(4)
    cluster.pass(.seconds(2))
    #expect(cluster.get(via: 6).latency == .milliseconds(82))
    #expect(cluster.get(via: 6).latency == .milliseconds(1))
    cluster.put("b", via: 2)
    cluster.pass(.seconds(1))
    #expect(cluster.seen(via: 6) == "b", "the primary tells its caches meanwhile")
    cluster.restart(4)
    cluster.pass(.seconds(12))
    #expect(cluster.held(by: 4) == "b" && cluster.isConverged && cluster.broken == nil)
  }

  @Test func invalidationsAreQueuedForWhoCannotBeReached() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 7)
    cluster.pass(.seconds(1))
    cluster.isolateCaches([5, 7], from: [4, 5, 6])
    cluster.pass(.seconds(2))
    cluster.put("b", via: 2)
    cluster.pass(.seconds(5))
    #expect(cluster.seen(via: 7) == "a" && !cluster.isConverged)
    #expect(cluster.unheardInvalidations(of: ReplicaID(7)) == 1)
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(10))
    #expect(cluster.seen(via: 7) == "b" && cluster.isConverged)
  }

  @Test func whenTheQueueIsLostEveryEntryGoes() {
    var cluster = Cluster.primaryCache()
    for key in ["k", "l", "m"] { cluster.put("a", to: key, via: 7) }
    cluster.pass(.seconds(1))
    cluster.isolateCaches([7], from: [4, 5])
    cluster.pass(.seconds(2))
    cluster.put("b", via: 2)
    cluster.pass(.seconds(1))
    cluster.crash(4)
    cluster.pass(.seconds(1))
    cluster.restart(4)
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(10))
    #expect(cluster.held("k", by: 7) == nil && cluster.held("l", by: 7) == nil && cluster.held("m", by: 7) == nil)
    #expect(cluster.held("l", by: 5) == "a", "who had heard everything keeps it")
    #expect(cluster.isConverged && cluster.broken == nil)
  }

  @Test func aCrashEmptiesACache() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 2)
    cluster.crash(2)
    cluster.restart(2)
    cluster.pass(.seconds(2))
    #expect(cluster.get(via: 2).latency == .milliseconds(2))
    #expect(cluster.get(via: 2).latency == .milliseconds(1))
    #expect(cluster.broken == nil)
  }

  @Test func aCutBinlogGoesOnWhereItStood() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 2)
    cluster.pass(.seconds(1))
    cluster.isolateCaches([0, 1, 2, 3], from: [4, 5, 6, 7])
    for number in 0..<50 { cluster.put("b\(number)", to: "k\(number % 7)", via: 2) }
    cluster.pass(.seconds(1))
    #expect(cluster.missingRows(of: RegionID(1)) == 50 && cluster.missingRows(of: RegionID(2)) == 0)
    #expect(cluster.put("c", via: 6).outcome != .ok, "a region that is cut off takes no writes")
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(10))
    #expect(cluster.missingRows(of: RegionID(1)) == 0 && cluster.isConverged && cluster.broken == nil)
  }

  @Test func whatIsLostOnTheWayIsSentAgain() {
    var cluster = Cluster.primaryCache(seed: 7)
    cluster.apply(.fault(.lose(Probability(millionths: 300_000), Cluster.links(from: 0, to: 4))))
    cluster.apply(.fault(.lose(Probability(millionths: 300_000), Cluster.links(from: 4, 5, to: 5, 6, 7))))
    for number in 0..<40 { cluster.put("b\(number)", to: "k\(number % 7)", via: 2) }
    cluster.pass(.seconds(60))
    #expect(cluster.isConverged && cluster.broken == nil)
    #expect(cluster.missingRows(of: RegionID(1)) == 0)
  }

  // MARK: Promotion

  @Test func tenSecondsWithoutThePrimarysDatabasePromoteTheHighest() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 2)
    cluster.pass(.seconds(1))
    cluster.freeze(0, 4)
    cluster.put("b", via: 2)
    cluster.pass(.seconds(1))
    cluster.crash(0)
    cluster.thaw(0, 4)
    cluster.apply(.fault(.cut([Cluster.links(from: 0, to: 4)])))
    #expect(cluster.put("lost", via: 2).outcome == .timeout)
    #expect(cluster.put("lost", via: 2).outcome == .unavailable)
    cluster.pass(.seconds(10))
    #expect(cluster.primary?.region == RegionID(2), "ap's binlog stands higher: eu lacks a row")
    cluster.pass(.seconds(1))
    #expect(cluster.put("c", via: 10).latency == .milliseconds(3))
    #expect(cluster.put("d", via: 2).latency == .milliseconds(183))
    cluster.restart(0)
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(10))
    #expect(cluster.primary?.region == RegionID(2))
    #expect(cluster.held(by: 0) == "d" && cluster.held(by: 4) == "d" && cluster.isConverged && cluster.broken == nil)
  }

  @Test func neitherACutNorAPauseNorAQuickRestartPromotes() {
    var cluster = Cluster.primaryCache()
    cluster.apply(.fault(.pause(Cluster.set([0]))))
    cluster.pass(.seconds(30))
    cluster.apply(.fault(.resume(Cluster.set([0]))))
    cluster.isolateCaches([0], from: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    cluster.pass(.seconds(30))
    cluster.apply(.fault(.healAll))
    cluster.crash(0)
    cluster.pass(.seconds(9))
    cluster.restart(0)
    cluster.pass(.seconds(30))
    #expect(cluster.primary?.region == RegionID(0) && cluster.primary?.epoch == 1)
    #expect(cluster.put("a", via: 2).outcome == .ok)
  }

  @Test func whatOnlyTheOldPrimaryHadIsGivenUpEverywhere() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 2)
    cluster.pass(.seconds(1))
    cluster.isolateCaches([0], from: [4, 8])
    let lost = cluster.put("lost", via: 2)
    #expect(lost.outcome == .ok)
    cluster.crash(0)
    cluster.pass(.seconds(12))
    #expect(cluster.primary?.region == RegionID(1) && cluster.isGivenUp(lost.version))
    #expect(cluster.held(by: 2) == nil && cluster.held(by: 1) == nil, "caches that hold more are invalidated")
    cluster.restart(0)
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(10))
    #expect(cluster.held(by: 0) == "a")
    #expect(cluster.broken == nil)
    #expect(cluster.seen(via: 2) == "a" && cluster.isConverged)
    #expect(cluster.get(via: 2).latency == .milliseconds(1), "what was given up keeps nothing out")
  }

  @Test func aPrimaryThatLostItsDiskServesNothingUntilItIsFilled() {
    var cluster = Cluster.primaryCache()
    cluster.put("a", via: 2)
    cluster.pass(.seconds(1))
    cluster.wipe(0)
    cluster.restart(0)
    #expect(cluster.put("b", via: 2).outcome == .unavailable)
    cluster.pass(.seconds(15))
    #expect(cluster.primary?.region == RegionID(1))
    cluster.pass(.seconds(10))
    #expect(cluster.held(by: 0) == "a" && cluster.isConverged && cluster.broken == nil)
    #expect(cluster.seen(via: 3) == "a")
  }
}
