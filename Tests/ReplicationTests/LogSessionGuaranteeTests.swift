import Kernel
import Testing

@testable import Replication

/// What sessions are promised where each region keeps logs: they read at the leader, and wait there.
@Suite struct LogSessionGuaranteeTests {
  private func session(_ guarantees: [SessionGuarantee]) -> Cluster {
    var cluster = Cluster.ofLogs(3)
    cluster.apply(.guarantee(ClientID(0), guarantees))
    return cluster
  }

  @Test func aSessionWaitsUntilItsWriteIsCommitted() {
    var cluster = session([.readYourWrites])
    cluster.hold(from: 0, to: 2)
    #expect(cluster.append("v", at: .acks1) == .ok)
    let read = cluster.read(at: .committed, via: 0)
    cluster.pass(.milliseconds(500))
    #expect(cluster.outcome(read) == nil, "it is in nobody's sight yet")
    cluster.release(from: 0, to: 2)
    cluster.pass(.milliseconds(10))
    #expect(cluster.outcome(read) == .ok && cluster.answer(read) == "v")
  }

  @Test func withoutAPromiseItReadsWhatIsCommitted() {
    var cluster = Cluster.ofLogs(3)
    cluster.hold(from: 0, to: 2)
    cluster.append("v", at: .acks1)
    let look = cluster.look()
    #expect(look.outcome == .ok && look.value == nil)
  }

  @Test func aSessionThatReadAtTheLeaderReadsNothingOlderElsewhere() {
    var cluster = session([.monotonicReads])
    cluster.write("v", at: .acksAll, via: 0)
    cluster.step { $0.watermarks()[0] == 1 && $0.watermarks()[1] == 0 }
    #expect(cluster.look(via: 0).value == "v")
    let read = cluster.read(at: .follower, via: 1)
    cluster.pass(.milliseconds(10))
    #expect(cluster.answer(read) == "v")
    #expect(cluster.end(of: read)?.latency == .milliseconds(2), "its coordinator asks the leader")
  }

  @Test func whatIsLostIsWaitedForInVain() {
    var cluster = session([.readYourWrites])
    cluster.hold(from: 0, to: 1)
    cluster.hold(from: 0, to: 2)
    #expect(cluster.append("v", at: .acks1) == .ok)
    cluster.crash(0)
    cluster.pass(.seconds(2))
    #expect(cluster.lostValues == ["v"])
    let read = cluster.read(at: .committed, via: 1)
    cluster.pass(.seconds(6))
    #expect(cluster.outcome(read) == .timeout)
    #expect(cluster.broken == nil)
  }

  @Test func aLeaderThatIsDeposedTurnsItsSessionsAway() {
    var cluster = session([.readYourWrites])
    cluster.append("before")
    cluster.hold(from: 0, to: 2)
    cluster.hold(from: 0, to: 1)
    #expect(cluster.append("v", at: .acks1) == .ok)
    let read = cluster.read(at: .committed, via: 0)
    cluster.pass(.milliseconds(50))
    cluster.pause(0)
    cluster.pass(.seconds(2))
    cluster.resume(0)
    cluster.pass(.seconds(6))
    #expect(cluster.leader() == 1 && cluster.lostValues == [], "a copy that runs has it still")
    #expect(cluster.outcome(read) == .timeout && cluster.broken == nil)
  }

  @Test func clientsUseTheirRegionsLogs() {
    var cluster = Cluster.ofLogs(3, 3)
    cluster.crash(0, 1, 2)
    cluster.apply(.operate(OperationPlan(kind: .write, key: "k", value: "v", level: .acksAll, client: ClientID(0))))
    cluster.pass(.seconds(3))
    #expect(cluster.ended.elements.last?.outcome == .unavailable)
    #expect(cluster.replicas.log.elements.allSatisfy { $0.copies[0].log.end == 0 })
  }
}
