import Kernel
import Testing

@testable import Replication

/// Leaders of logs, and what becomes of what they wrote.
@Suite struct LogLeaderTests {
  @Test func eachLevelTakesItsTime() {
    for (coordinator, level, microseconds): (Int, ConsistencyLevel, Int64) in [
      (0, .acks0, 0), (0, .acks1, 1_000), (0, .acksAll, 2_000), (1, .acks0, 0), (1, .acks1, 2_000),
      (1, .acksAll, 3_000),
    ] {
      var cluster = Cluster.ofLogs(3)
      let write = cluster.write("v", at: level, via: coordinator)
      cluster.pass(.milliseconds(10))
      #expect(cluster.end(of: write)?.latency == TimeSpan(microseconds: microseconds), "\(level) via \(coordinator)")
      #expect(cluster.ends() == [1, 1, 1] && cluster.watermarks() == [1, 1, 1])
    }
    for (coordinator, level, microseconds): (Int, ConsistencyLevel, Int64) in [
      (0, .committed, 1_000), (1, .committed, 2_000), (0, .follower, 2_000), (1, .follower, 1_000),
    ] {
      var cluster = Cluster.ofLogs(3)
      let read = cluster.read(at: level, via: coordinator)
      cluster.pass(.milliseconds(10))
      #expect(cluster.end(of: read)?.latency == TimeSpan(microseconds: microseconds), "\(level) via \(coordinator)")
    }
  }

  @Test func aFollowerLearnsTheWatermarkOneFetchLater() {
    var cluster = Cluster.ofLogs(3)
    cluster.write("v", at: .acksAll, via: 0)
    cluster.step { $0.ends() == [1, 1, 1] }
    #expect(cluster.watermarks() == [0, 0, 0])
    cluster.step { $0.watermarks()[0] == 1 }
    #expect(cluster.watermarks() == [1, 0, 0])
    cluster.step { $0.watermarks() == [1, 1, 1] }
    #expect(cluster.now == Instant(microseconds: 2_000))
  }

  @Test func nothingHappensWhileNothingIsWritten() {
    var cluster = Cluster.ofLogs(3, 3)
    cluster.append("v")
    cluster.pass(.seconds(60))
    let position = cluster.position
    cluster.pass(.hours(240_000))
    #expect(cluster.position == position && cluster.inSync() == [0, 1, 2])
  }

  @Test func anIsolatedLeaderCommitsNothing() {
    var cluster = Cluster.ofLogs(3)
    cluster.append("before")
    cluster.cut(0, 1)
    cluster.cut(0, 2)
    let all = cluster.write("all", at: .acksAll, via: 0)
    #expect(cluster.append("one", at: .acks1) == .ok)
    cluster.pass(.seconds(5))
    #expect(cluster.outcome(all) == .timeout)
    #expect(cluster.leader() == 1 && cluster.inSync() == [1, 2])
    #expect(cluster.append("after", via: 1) == .ok)
    #expect(cluster.lostValues == [], "a copy that runs has it still")
    #expect(cluster.look(via: 0).value == "before", "it hasn't heard of its successor")
    cluster.heal()
    cluster.pass(.seconds(5))
    #expect(cluster.lostValues == ["one"])
    #expect(cluster.ends() == [2, 2, 2])
    #expect(cluster.held() == ["after", "after", "after"])
    #expect(cluster.inSync() == [0, 1, 2] && cluster.isConverged)
  }

  @Test func aFollowerThatSleptThroughItsLeadersRestartAsksAgain() {
    var cluster = Cluster.ofLogs(3)
    cluster.append("before")
    cluster.pass(.milliseconds(100))
    cluster.pause(2)
    // What it has asked is lost with the leader's memory, before any controller notices.
    cluster.crash(0)
    cluster.restart(0)
    cluster.pass(.milliseconds(100))
    cluster.resume(2)
    cluster.pass(.milliseconds(100))
    let write = cluster.write("after", at: .acksAll, via: 0)
    cluster.pass(.milliseconds(100))
    #expect(cluster.outcome(write) == .ok && cluster.decided().epoch == 1)
    #expect(cluster.ends() == [2, 2, 2] && cluster.isConverged)
  }

  @Test(arguments: [1, 50, 900]) func whoIsElectedWhileItRestartsHearsOfItAndIsFollowed(milliseconds: Int64) {
    var cluster = Cluster.ofLogs(3)
    cluster.append("before")
    cluster.pass(.milliseconds(100))
    cluster.crash(0)
    cluster.pass(.milliseconds(950))
    // The controller has yet to notice that: it elects this one, and a follower asks it before it runs again.
    cluster.crash(1)
    cluster.pass(.milliseconds(50))
    #expect(cluster.leader() == 1 && cluster.decided().epoch == 2)
    cluster.pass(.milliseconds(milliseconds))
    cluster.restart(1)
    #expect(cluster.leader() == 1 && cluster.decided().epoch == 2)
    let write = cluster.write("after", at: .acksAll, via: 2)
    cluster.pass(.milliseconds(1_100))
    #expect(cluster.outcome(write) == .ok)
    #expect(Array(cluster.ends()[1...]) == [2, 2])
  }

  @Test func aLeaderThatWakesIsFencedByTheNewEpoch() {
    var cluster = Cluster.ofLogs(3)
    cluster.append("before")
    let one = cluster.write("one", at: .acks1, via: 0)
    let all = cluster.write("all", at: .acksAll, via: 0)
    cluster.pause(0)
    cluster.pass(.milliseconds(1_500))
    #expect(cluster.leader() == 1 && cluster.decided().epoch == 2)
    #expect(cluster.append("after", via: 1) == .ok)
    cluster.resume(0)
    cluster.pass(.milliseconds(2))
    #expect(cluster.outcome(one) == .ok, "it had not heard of its successor")
    cluster.pass(.seconds(5))
    #expect(cluster.outcome(all) != .ok)
    #expect(cluster.lostValues == ["one"])
    #expect(cluster.held() == ["after", "after", "after"])
  }

  @Test func whoLagsLeavesTheSetAndComesBackWhenItHasAllThatIsCommitted() {
    var cluster = Cluster.ofLogs(3)
    cluster.pass(.seconds(1))
    cluster.hold(from: 0, to: 2)
    let write = cluster.write("v", at: .acksAll, via: 0)
    cluster.pass(until: Instant(microseconds: 44_000_000))
    #expect(cluster.inSync() == [0, 1, 2] && cluster.outcome(write) == .timeout)
    cluster.pass(until: Instant(microseconds: 46_000_000))
    #expect(cluster.inSync() == [0, 1], "looked at every 15 s: after 30 it has lagged for 29")
    #expect(cluster.look().value == "v", "it is committed without the third")
    cluster.release(from: 0, to: 2)
    cluster.pass(.seconds(1))
    #expect(cluster.inSync() == [0, 1, 2] && cluster.ends() == [1, 1, 1])
  }

  @Test func aWriteWhoseSetShrinksMeanwhileMayHaveHappened() {
    var cluster = Cluster.ofLogs(3)
    cluster.crash(1, 2)
    let write = cluster.write("v", at: .acksAll, via: 0)
    cluster.pass(.seconds(3))
    #expect(cluster.outcome(write) == .timeout && cluster.ends()[0] == 1)
    cluster.restart(1, 2)
    cluster.pass(.seconds(3))
    #expect(cluster.look().value == "v")
  }

  @Test func whoLostItsDiskIsNotEligible() {
    var cluster = Cluster.ofLogs(3)
    cluster.append("v")
    cluster.crash(2)
    cluster.pass(.seconds(2))
    cluster.crash(1)
    cluster.pass(.seconds(2))
    #expect(cluster.eligible() == [1])
    cluster.wipe(1)
    cluster.restart(1)
    cluster.pass(.milliseconds(1))
    #expect(cluster.eligible().isEmpty)
    cluster.pass(.seconds(5))
    #expect(cluster.held() == ["v", "v", "v"])
    #expect(cluster.inSync() == [0, 1])
  }

  @Test(arguments: [TimeSpan.zero, .seconds(2)]) func theLastInSyncOnceLedWithoutItsDisk(down: TimeSpan) {
    var cluster = Cluster.ofLogs(3, with: [.eligibleReplicas(false), .minInSync(1)])
    cluster.append("v")
    cluster.pause(1, 2)
    cluster.pass(.seconds(2))
    #expect(cluster.inSync() == [0] && !cluster.controller.hasLost)
    let epoch = cluster.decided().epoch
    cluster.wipe(0)
    cluster.pass(down)
    cluster.restart(0)
    cluster.pass(.seconds(2))
    #expect(cluster.leader() == 0 && cluster.decided().epoch > epoch && cluster.controller.hasLost)
    cluster.resume(1, 2)
    cluster.pass(.seconds(5))
    #expect(cluster.ends() == [0, 0, 0] && cluster.inSync() == [0, 1, 2])
    #expect(cluster.lostValues == ["v"] && cluster.isConverged && cluster.broken == nil)
  }

  /// The newest record of a key goes with its unclean leader's log; the older one went before, where that was cleaned.
  @Test func whatWasCleanedForWhatIsCutOffIsGone() {
    var cluster = Cluster.ofLogs(
      3, with: [.minInSync(1), .uncleanElection(true), .segment(1), .compaction(.seconds(10))])
    cluster.append("a")
    cluster.crash(2)
    cluster.pass(.seconds(2))
    cluster.append("b")
    cluster.append("c")
    cluster.pass(.seconds(20))
    cluster.crash(0, 1)
    cluster.restart(2)
    cluster.pass(.seconds(310))
    #expect(cluster.leader() == 2 && cluster.controller.hasLost)
    cluster.restart(0, 1)
    cluster.pass(.seconds(5))
    #expect(cluster.ends() == [1, 1, 1] && cluster.inSync() == [0, 1, 2])
    #expect(cluster.look(.committed, via: 2).value == "a" && cluster.look(.follower, via: 0).value == nil)
    #expect(!cluster.isConverged, "who has not cleaned has it still")
    // A log that ends in a gap is fetched to its end.
    cluster.apply(.moveLeader(partition: 0, in: RegionID(0), to: ReplicaID(0)))
    cluster.wipe(1)
    cluster.restart(1)
    cluster.pass(.seconds(5))
    #expect(cluster.ends() == [1, 1, 1] && cluster.inSync() == [0, 1, 2])
    let position = cluster.position
    cluster.pass(.hours(1))
    #expect(cluster.position == position, "nobody fetches the gap again and again")
    cluster.append("d")
    cluster.pass(.seconds(1))
    #expect(cluster.held() == ["d", "d", "d"] && cluster.isConverged)
  }

  @Test func twoFailuresInARowLeaveOneLog() {
    var cluster = Cluster.ofLogs(3, with: [.minInSync(1)])
    cluster.append("a")
    cluster.hold(from: 0, to: 1)
    cluster.hold(from: 0, to: 2)
    cluster.append("b", at: .acks1)
    cluster.append("c", at: .acks1)
    cluster.crash(0)
    cluster.pass(.seconds(2))
    cluster.hold(from: 1, to: 2)
    cluster.append("d", at: .acks1, via: 1)
    cluster.crash(1)
    cluster.pass(.seconds(2))
    #expect(cluster.leader() == 2)
    cluster.append("e", via: 2)
    cluster.restart(0, 1)
    for pair in [(0, 1), (0, 2), (1, 2)] { cluster.release(from: pair.0, to: pair.1) }
    cluster.pass(.seconds(5))
    #expect(cluster.ends() == [2, 2, 2])
    #expect(cluster.held() == ["e", "e", "e"] && cluster.isConverged)
    #expect(cluster.lostValues == ["b", "c", "d"])
  }

  @Test func whatNobodyWaitedForIsLostWithItsLeader() {
    var cluster = Cluster.ofLogs(3)
    cluster.crash(0)
    #expect(cluster.append("v", at: .acks0, via: 1) == .ok)
    #expect(cluster.lostValues.isEmpty, "it is on its way")
    cluster.pass(.seconds(5))
    #expect(cluster.lostValues == ["v"])
  }

  @Test func whatIsLostOnTheWayIsFetchedAgain() {
    var cluster = Cluster.ofLogs(3)
    cluster.apply(.fault(.lose(Probability(millionths: 300_000), Cluster.links(from: 0, 1, 2, to: 0, 1, 2))))
    for number in 0..<20 { cluster.write("v\(number)", at: .acks1, via: 0) }
    cluster.pass(.seconds(60))
    #expect(cluster.ends() == [20, 20, 20] && cluster.isConverged)
  }

  @Test func partitionsAreLedInTurnAndRegionsKeepTheirOwn() {
    var cluster = Cluster.ofLogs(3, 3, with: [.partitions(3)])
    #expect((0..<3).map { cluster.leader($0) } == [0, 1, 2])
    #expect(cluster.controller.partitions[1].map(\.state.leader.index) == [3, 4, 5])
    cluster.append("v", via: 0)
    cluster.pass(.seconds(1))
    #expect(cluster.held() == ["v", "v", "v", nil, nil, nil] && cluster.isConverged)
  }
}
