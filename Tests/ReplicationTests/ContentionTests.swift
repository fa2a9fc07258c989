import Kernel
import TestSupport
import Testing

@testable import Replication

/// Transactions that get in each other's way: `semantics.md` §1.9 (Cassandra's `beginAndRepairPaxos`: a random wait of up to 99 ms,
/// until `cas_contention_timeout`).
@Suite struct ContentionTests {
  /// How long each wait of a transaction was.
  private func waits(of operation: OperationID, in cluster: Cluster) -> [TimeSpan] {
    var (waits, since): ([TimeSpan], Instant?) = ([], nil)
    for (step, _, at) in cluster.steps(of: operation) {
      if step == .began(.waiting) { since = at }
      if case .balloted(_, .contended) = step, let begun = since { waits.append(at - begun) }
    }
    return waits
  }

  @Test(arguments: 1...10) func whoMeetsAHigherBallotGivesWayAndTriesAgain(seed: Int) throws {
    var cluster = Cluster.ofRegions(3, seed: UInt64(seed), with: [.detector(.oracle)])
    // So fast that the one is done before the other tries again.
    let everyone = cluster.topology.everyone
    let links = Fault.Links(from: everyone, to: everyone, bothWays: false)
    cluster.apply(.link(.fixed(TimeSpan(microseconds: 10)), MessageClass.allCases, links))
    // At the same instant: of equal clocks the higher number wins.
    let first = cluster.write("alice", at: .serial, via: 0, if: .absent)
    let second = cluster.write("bob", at: .serial, via: 1, if: .absent)
    cluster.pass(.seconds(2))
    let ends = try [first, second].map { try #require(cluster.end(of: $0)) }
    #expect(ends.map(\.outcome) == [.ok, .ok] && ends.map(\.applied) == [false, true])
    let waits = waits(of: first, in: cluster)
    #expect(waits.count == 1 && waits.allSatisfy { $0 < .milliseconds(100) }, "\(waits)")
    #expect(self.waits(of: second, in: cluster).isEmpty)
    #expect(cluster.held() == ["bob", "bob", "bob"])
  }

  @Test func itGivesUpAfterASecondOfTryingAndHasProposedNothing() throws {
    var cluster = Cluster.ofRegions(3, with: [.detector(.oracle)])
    let write = cluster.write("alice", at: .serial, via: 0, if: .absent)
    let key = try #require(cluster.catalogue.names.key(named: "k"))
    // Somebody is always ahead.
    var clock: Int64 = 1_000_000_000
    while cluster.end(of: write) == nil, cluster.step(notAfter: Instant(microseconds: 5_000_000)) {
      clock += 1_000
      let ahead = Ballot(timestamp: clock, replica: ReplicaID(2))
      for id in cluster.replicas.ids { cluster.replicas.leaderless[id].paxos[key].promised = ahead }
    }
    let end = try #require(cluster.end(of: write))
    #expect(end.outcome == .timeout)
    #expect(end.latency >= .seconds(1) && end.latency < .milliseconds(1_101), "\(end.latency)")
    let steps = cluster.steps(of: write).map(\.step)
    #expect(steps.contains { if case .answered(.timeout, _, _, .contention) = $0 { true } else { false } })
    #expect(!steps.contains { if case .proposed = $0 { true } else { false } })
    #expect(waits(of: write, in: cluster).count > 5 && cluster.held() == [nil, nil, nil])
  }

  /// Of those who race for a free key at most one is told that it has it, and that one does; nobody who was told no does.
  @Test(arguments: 0..<40) func ofThoseWhoRaceOneHasIt(seed: Int) throws {
    var dice = Dice(seed: seed)
    let size = dice.pick([3, 4, 5])
    var cluster = Cluster.ofRegions(size, seed: UInt64(seed), with: [.detector(.oracle)])
    let everyone = cluster.topology.everyone
    cluster.apply(
      .link(
        .uniform(TimeSpan(microseconds: 100), .milliseconds(dice.roll(1...20))), MessageClass.allCases,
        Fault.Links(from: everyone, to: everyone, bothWays: false)))
    var racers: [OperationID] = []
    for number in 0..<dice.roll(2...5) {
      racers.append(cluster.write("v\(number)", at: .serial, via: dice.roll(below: size), if: .absent))
      cluster.pass(TimeSpan(microseconds: dice.roll(0...3_000)))
    }
    cluster.pass(.seconds(3))
    let read = cluster.read(at: .serial, via: dice.roll(below: size))
    cluster.pass(.seconds(3))
    let answer = try #require(cluster.end(of: read))
    let value = cluster.text(of: answer.version)
    #expect(answer.outcome == .ok && cluster.broken == nil, "seed \(seed)")
    let ends = try racers.map { try #require(cluster.end(of: $0), "seed \(seed)") }
    let winners = ends.filter { $0.applied == true }
    #expect(winners.count <= 1, "seed \(seed)")
    for end in ends where end.outcome == .ok {
      let wanted = cluster.catalogue.names.text(of: end.value)
      #expect((wanted == value) == (end.applied == true), "seed \(seed): \(wanted), and \(value ?? "none") is there")
    }
    #expect(value != nil, "seed \(seed): nobody has it")
  }
}
