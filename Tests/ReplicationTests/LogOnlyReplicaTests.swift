import Kernel
import Testing

@testable import Replication

/// A log-only replica takes a lost copy's place, where a region has more servers than copies.
@Suite struct LogOnlyReplicaTests {
  /// So many bytes that the copy takes 10 ms at 50 MB/s.
  private static let long = String(repeating: "x", count: 500_000)

  @Test func fiveSecondsAfterACopyIsLostTheNextServerKeepsTheLogAndThenFollows() {
    var cluster = Cluster.spare()
    #expect(cluster.roles() == [.leader, .follower, .follower, .none, .none])
    cluster.writeAndWait(Self.long, via: 0)
    cluster.pass(.seconds(1))
    cluster.crash(2)
    let lost = cluster.now
    cluster.pass(until: lost + .milliseconds(4_999))
    #expect(cluster.members() == [0, 1, 2])
    cluster.step { $0.roles()[3] == .logOnly }
    #expect(cluster.now > lost + .seconds(5) && cluster.now < lost + .milliseconds(5_004))
    #expect(cluster.roles() == [.leader, .follower, .none, .logOnly, .none], "\(cluster.leadership(of: 0, in: 0))")
    #expect(cluster.held(by: 3) == nil, "it has the log, and no copy")
    #expect(!cluster.isConverged)
    cluster.pass(until: lost + .milliseconds(5_020))
    #expect(cluster.roles() == [.leader, .follower, .none, .follower, .none])
    #expect(cluster.held(by: 3) == Self.long)
    #expect(cluster.isConverged && cluster.broken == nil)
  }

  @Test func whatItKeptOutlivesTheLeader() {
    var cluster = Cluster.spare()
    cluster.writeAndWait(Self.long, to: "long", via: 0)
    cluster.crash(2)
    cluster.step { $0.roles()[3] == .logOnly }
    cluster.cut([0], [1])
    #expect(cluster.writeAndWait("kept", via: 0).outcome == .ok)
    cluster.wipe(0)
    cluster.healAll()
    cluster.pass(.seconds(20))
    #expect(cluster.roles() == [.none, .leader, .none, .follower, .follower])
    #expect(cluster.text(of: cluster.readAndWait(at: .strong, via: 1).version) == "kept", "the log-only replica had it")
    #expect([1, 3, 4].map { cluster.held(by: $0) } == ["kept", "kept", "kept"])
    #expect(cluster.broken == nil)
  }

  @Test func aCopyThatReturnsFindsItsPlaceTaken() {
    var cluster = Cluster.spare()
    cluster.writeAndWait("old", via: 0)
    cluster.crash(2)
    cluster.pass(.seconds(10))
    cluster.writeAndWait("new", via: 0)
    cluster.restart(2)
    cluster.pass(.seconds(2))
    #expect(cluster.roles() == [.leader, .follower, .none, .follower, .none])
    #expect(cluster.held(by: 2) == nil, "it has dropped its copy")
    #expect((0..<20).allSatisfy { _ in cluster.text(of: cluster.readAndWait(via: 2).version) == "new" })
    let isConverged = cluster.isConverged
    #expect(isConverged && cluster.broken == nil)
    // And is a server like any other: after server 4 it is its turn.
    cluster.crash(1)
    cluster.pass(.seconds(10))
    #expect(cluster.roles() == [.leader, .none, .none, .follower, .follower])
    cluster.crash(4)
    cluster.pass(.seconds(10))
    #expect(cluster.roles() == [.leader, .none, .follower, .follower, .none])
    #expect(cluster.held(by: 2) == "new" && cluster.broken == nil)
  }

  @Test func whoComesBackInTimeKeepsItsPlace() {
    var cluster = Cluster.spare()
    cluster.crash(2)
    cluster.pass(.milliseconds(4_900))
    cluster.restart(2)
    cluster.pass(.seconds(10))
    #expect(cluster.members() == [0, 1, 2])
  }

  @Test func aLostLeaderIsReplacedByItsSuccessor() {
    var cluster = Cluster.spare()
    cluster.writeAndWait("old", via: 0)
    cluster.isolate(0)
    let lost = cluster.write("lost", to: "k", at: .fixed, via: 0)
    cluster.pass(.seconds(12))
    #expect(cluster.roles() == [.none, .leader, .follower, .follower, .none])
    #expect(cluster.writeAndWait("new", via: 1).outcome == .ok)
    cluster.healAll()
    cluster.pass(.seconds(3))
    #expect(cluster.end(of: lost)?.outcome == .timeout)
    #expect(cluster.roles() == [.none, .leader, .follower, .follower, .none])
    #expect([1, 2, 3, 5, 6, 7].allSatisfy { cluster.held(by: $0) == "new" } && cluster.held(by: 0) == nil)
    let (isConverged, isSettled) = (cluster.isConverged, cluster.isSettled)
    #expect(isConverged && isSettled && cluster.broken == nil)
  }

  @Test func withoutAMajorityNobodyJoins() {
    var cluster = Cluster.spare()
    cluster.writeAndWait("old", via: 0)
    cluster.crash(1, 2)
    cluster.pass(.seconds(20))
    #expect(cluster.members() == [0, 1, 2], "the log can't say so")
    cluster.restart(1)
    cluster.pass(.seconds(10))
    #expect(Set(cluster.members()) == [0, 1, 3], "once it can, it does")
    #expect(cluster.broken == nil)
  }

  @Test func whereNoServerIsLeftOrRegionsAreStrongNothingChanges() {
    var cluster = Cluster.streams()
    cluster.crash(2)
    cluster.pass(.seconds(20))
    #expect(cluster.members() == [0, 1, 2])
    #expect(cluster.replicas.streams.elements.allSatisfy { $0.copies.allSatisfy { $0.group.latest == nil } })
  }

  @Test func aChangeOfMembersIsTwoRecordsAndNothingMore() {
    var cluster = Cluster.spare()
    cluster.writeAndWait("old", via: 0)
    cluster.pass(.seconds(1))
    let before = cluster.replicas.streams[ReplicaID(0)].copies[0].log.end
    cluster.crash(2)
    cluster.pass(.seconds(10))
    let copy = cluster.replicas.streams[ReplicaID(0)].copies[0]
    #expect(copy.log.end == before + 2 && copy.committed == before + 2)
    #expect(copy.group.latest?.members.map(\.index) == [0, 1, 3] && copy.group.latest?.isJoint == false)
  }
}
