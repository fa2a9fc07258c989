import Kernel
import Testing

@testable import Replication

/// Leases, campaigns, and what becomes of what a lost leader had taken.
@Suite struct StreamsLeadershipTests {
  /// M08: a leader is isolated, and a peer elected before the lease ends.
  @Test("M08: nobody serves before the old lease ends, and reads of any copy go on") func anIsolatedLeader() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.writeAndWait("old", to: key, via: 0)
    cluster.pass(until: Instant(microseconds: 10_200_000))
    cluster.isolate(0)
    let lost = cluster.write("lost", to: key, at: .fixed, via: 0)
    cluster.pass(.milliseconds(100))
    #expect(cluster.readAndWait(key, at: .strong, via: 0).outcome == .ok, "within its lease it may still answer")
    cluster.pass(until: Instant(microseconds: 11_300_000))
    #expect(cluster.writeAndWait("early", to: key, via: 1).outcome == .unavailable)
    #expect(cluster.readAndWait(key, at: .strong, via: 1).outcome == .unavailable)
    #expect(cluster.readAndWait(key, via: 1).outcome == .ok)
    cluster.pass(until: Instant(microseconds: 11_998_000))
    #expect(cluster.readAndWait(key, at: .strong, via: 1).outcome == .unavailable)
    #expect(cluster.readAndWait(key, via: 2).outcome == .ok)
    cluster.pass(until: Instant(microseconds: 12_000_000))
    #expect(cluster.leaders(of: 0) == [1], "the lowest-numbered of those who missed it")
    #expect(cluster.readAndWait(key, at: .strong, via: 0).outcome == .unavailable, "its lease is over")
    #expect(cluster.writeAndWait("new", to: key, via: 1).outcome == .ok)
    cluster.healAll()
    cluster.pass(.seconds(3))
    #expect(cluster.held(key) == Array(repeating: "new", count: 9), "what it could not commit is discarded")
    #expect(cluster.end(of: lost)?.outcome == .timeout)
    let divergent = cluster.divergentKey
    #expect(divergent == nil)
    #expect(cluster.leaders(of: 0) == [1])
    #expect(cluster.broken == nil)
  }

  @Test func acknowledgedWritesSurviveTheirLeader() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.cut([0], [1])
    let write = cluster.writeAndWait("kept", to: key, via: 0)
    #expect(write.outcome == .ok, "us3 has it too")
    cluster.crash(0)
    cluster.healAll()
    cluster.pass(.seconds(4))
    #expect(cluster.leaders(of: 0) == [1], "us2 campaigns, and fetches what it lacks from us3")
    #expect(cluster.text(of: cluster.readAndWait(key, at: .strong, via: 1).version) == "kept")
    cluster.restart(0)
    cluster.pass(.seconds(2))
    #expect(cluster.held(key, by: 0) == "kept")
    #expect(cluster.broken == nil)
  }

  @Test func aFollowerThatLosesTouchMakesNoNewLeader() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.cut([0], [1])
    cluster.pass(.seconds(10))
    #expect(cluster.leaders(of: 0) == [0])
    #expect(cluster.writeAndWait("a", to: key, via: 0).outcome == .ok)
    cluster.healAll()
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 1) == "a", "it gets what it missed")
    #expect(cluster.broken == nil)
  }

  @Test func aPausedLeaderIsFencedWhenItWakes() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.pass(.seconds(5))
    cluster.apply(.fault(.pause(Cluster.set([0]))))
    cluster.pass(.seconds(4))
    #expect(cluster.leaders(of: 0) == [1])
    cluster.writeAndWait("new", to: key, via: 1)
    cluster.apply(.fault(.resume(Cluster.set([0]))))
    #expect(cluster.leaders(of: 0) == [1], "it may not serve, and finds who does")
    #expect(cluster.writeAndWait("through", to: key, via: 0).latency == .milliseconds(3), "it passes on to us2 now")
    #expect(cluster.broken == nil)
  }

  @Test func aShortAbsenceChangesNothing() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.pass(.seconds(5))
    cluster.isolate(0)
    cluster.pass(.milliseconds(400))
    cluster.healAll()
    cluster.pass(.seconds(10))
    #expect(cluster.leaders(of: 0) == [0])
    #expect(cluster.writeAndWait("a", to: key, via: 0).outcome == .ok)
    #expect(cluster.broken == nil)
  }

  @Test func withoutAMajorityNobodyLeads() {
    var cluster = Cluster.streams()
    let key = cluster.key(in: 0)
    cluster.writeAndWait("a", to: key, via: 0)
    cluster.crash(0, 1)
    cluster.pass(.seconds(5))
    #expect(cluster.writeAndWait("b", to: key, via: 2).outcome == .unavailable)
    #expect(cluster.text(of: cluster.readAndWait(key, via: 2).version) == "a")
    cluster.restart(0)
    cluster.pass(.seconds(4))
    #expect(cluster.leaders(of: 0) == [0])
    #expect(cluster.writeAndWait("b", to: key, via: 2).outcome == .ok)
    #expect(cluster.broken == nil)
  }

  @Test func anEmptyDiskIsFilledByTheLeader() {
    var cluster = Cluster.streams()
    for number in 0..<20 { cluster.writeAndWait("v\(number)", to: "k\(number)", via: 0) }
    cluster.wipe(1)
    cluster.pass(.seconds(5))
    cluster.restart(1)
    cluster.pass(.seconds(5))
    for number in 0..<20 { #expect(cluster.held("k\(number)", by: 1) == "v\(number)") }
    let divergent = cluster.divergentKey
    #expect(divergent == nil && cluster.broken == nil)
  }

  @Test func withFiveCopiesThreeMustHaveIt() {
    let plan = ClusterPlan(regions: [ClusterPlan.Region(name: "a", replicas: 5, factor: 5)], scheme: .streams)
    var cluster = Cluster.streams(plan)
    let key = cluster.key(in: 0)
    cluster.crash(3, 4)
    #expect(cluster.writeAndWait("a", to: key, via: 0).outcome == .ok)
    cluster.pass(.seconds(1))
    #expect(cluster.held(key, by: 2) == "a")
    cluster.crash(0)
    cluster.restart(3)
    cluster.pass(.seconds(6))
    #expect(cluster.text(of: cluster.readAndWait(key, at: .strong, via: 3).version) == "a")
    #expect(cluster.broken == nil)
  }

  /// Random cuts, crashes and pauses: at most one leader serves at a time, and no acknowledged write is lost.
  @Test(arguments: 1...40) func whateverHappensWhatIsAcknowledgedStays(seed: UInt64) {
    var cluster = Cluster.streams(seed: seed)
    let randomness = Randomness(seed: seed)
    var drawn: UInt64 = 0
    func roll(_ bound: Int) -> Int {
      drawn += 1
      return Int(randomness.draw(.workload, owner: 7, number: drawn).below(UInt64(bound)))
    }
    for round in 0..<60 {
      let replica = roll(9)
      switch roll(8) {
      case 0: cluster.crash(replica)
      case 1, 2: cluster.restart(replica)
      case 3: cluster.apply(.fault(.pause(Cluster.set([replica]))))
      case 4: cluster.apply(.fault(.resume(Cluster.set([replica]))))
      case 5: cluster.cut([replica], [roll(9)].filter { $0 != replica })
      case 6: cluster.healAll()
      default: break
      }
      for number in 0..<3 where cluster.canReach(ReplicaID(roll(9)), from: RegionID(0)) {
        let coordinator = roll(9)
        if cluster.replicas.status(of: ReplicaID(coordinator)) == .running {
          cluster.write("\(round).\(number)", to: "k\(roll(12))", at: .fixed, via: coordinator)
        }
      }
      cluster.pass(TimeSpan(microseconds: Int64(1_000 + roll(900_000))))
    }
    cluster.healAll()
    cluster.apply(.fault(.resume(cluster.topology.everyone)))
    cluster.apply(.fault(.restart(cluster.topology.everyone)))
    cluster.pass(.seconds(10))
    #expect(cluster.broken == nil)
    let divergent = cluster.divergentKey
    #expect(divergent == nil, "seed \(seed)")
    if let divergent {
      let partition = cluster.environment.placement.partition(ofKey: cluster.catalogue.names.name(of: divergent))
      for region in 0..<3 { Issue.record("\(cluster.leadership(of: partition, in: region))") }
    }
    let acknowledged = cluster.ended.elements.filter { $0.isAcknowledgedUpdate }
    #expect(acknowledged.count > 20)
    for operation in acknowledged where divergent == nil {
      for id in cluster.topology.replicaIDs {
        let cell = cluster.cell(operation.key, at: id)
        let isThere = cluster.catalogue.isSuperseded(operation.version, byHeld: cell.version, seen: cell.seen)
        #expect(isThere, "seed \(seed): operation \(operation.id.raw) is missing at \(id.index)")
      }
    }
    for partition in 0..<4 { for region in 0..<3 { #expect(cluster.leaders(of: partition, in: region).count == 1) } }
  }
}
