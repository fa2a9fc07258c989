import Kernel
import TestSupport
import Testing

@testable import Replication

/// Lightweight transactions by themselves: what acceptors promise and take, and what a coordinator makes of it.
///
/// Rules: `semantics.md` §1.9 and vector A19 (Cassandra's `service/paxos` and `StorageProxy.cas`), after Lamport, *Paxos Made
/// Simple*, 2001, §2.2: P1a, an acceptor takes a proposal if it has promised nothing higher; P2c, what a majority may have
/// accepted is what is proposed next.
@Suite struct PaxosTests {
  private func cluster(_ size: Int, _ settings: Setting...) -> Cluster {
    .ofRegions(size, with: [.detector(.oracle)] + settings)
  }

  /// What a replica has promised, accepted and seen committed for the key of all these tests.
  private func state(of replica: Int, in cluster: Cluster) throws -> PaxosState {
    cluster.replicas.leaderless[ReplicaID(replica)].paxos[try #require(cluster.catalogue.names.key(named: "k"))]
  }

  private func attempts(_ operation: OperationID, in cluster: Cluster) -> [(ballot: Ballot, why: Attempt)] {
    cluster.steps(of: operation).compactMap {
      if case .balloted(let ballot, let why) = $0.step { (ballot, why) } else { nil }
    }
  }

  private func began(_ phase: Phase, _ operation: OperationID, in cluster: Cluster) -> Bool {
    cluster.steps(of: operation).contains { $0.step == .began(phase) }
  }

  /// Has a coordinator propose a value that nobody else hears of, and crash.
  private func proposeToNobody(_ value: String, via coordinator: Int, in cluster: inout Cluster) {
    cluster.write(value, at: .serial, via: coordinator, if: .absent)
    cluster.step { !$0.receivers(of: .paxosPropose).isEmpty }
    let dropped = cluster.dropAll(.paxosPropose)
    #expect(dropped > 0)
    cluster.crash(coordinator)
  }

  private func serialRead(via coordinator: Int, in cluster: inout Cluster) throws -> (value: String?, id: OperationID) {
    let read = cluster.read(at: .serial, via: coordinator)
    cluster.pass(.milliseconds(1_500))
    let end = try #require(cluster.end(of: read))
    #expect(end.outcome == .ok)
    return (cluster.text(of: end.version), read)
  }

  // MARK: Round trips

  @Test("a change takes four round trips: prepare, read, propose, commit; a read three, and proposes nothing")
  func roundTrips() throws {
    var cluster = cluster(3)
    func errands() -> [(LeaderlessMessage, Int64)] {
      cluster.records.elements.compactMap {
        guard case .delivered(let message, let departed) = $0.what, message.to == ReplicaID(1) else { return nil }
        return message.kind.leaderless.map { ($0, departed.microseconds) }
      }
    }
    let write = cluster.write("alice", at: .serial, via: 0, if: .absent)
    cluster.pass(until: Instant(microseconds: 1_000_000))
    #expect(try #require(cluster.end(of: write)).latency == .milliseconds(5))
    #expect(errands().map(\.0) == [.paxosPrepare, .digestRequest, .paxosPropose, .paxosCommit])
    #expect(errands().map(\.1) == [500, 1_500, 2_500, 3_500])
    cluster.drain()
    let read = cluster.read(at: .serial, via: 0)
    cluster.pass(.seconds(1))
    let end = try #require(cluster.end(of: read))
    #expect(end.latency == .milliseconds(4) && cluster.text(of: end.version) == "alice")
    #expect(errands().map(\.0) == [.paxosPrepare, .paxosPropose, .digestRequest])
    #expect(cluster.steps(of: read).contains { $0.step == .proposed(.none) })
  }

  @Test func atLocalSerialOnlyTheOwnRegionDecidesAndAllOwnersHearOfIt() throws {
    var cluster = Cluster.ofRegions(3, 3, with: [.detector(.oracle)])
    let write = cluster.write("alice", at: .localSerial, via: 0, if: .absent)
    cluster.step { !$0.receivers(of: .paxosPrepare).isEmpty }
    #expect(cluster.receivers(of: .paxosPrepare) == [1, 2])
    cluster.step { !$0.receivers(of: .paxosPropose).isEmpty }
    #expect(cluster.receivers(of: .paxosPropose) == [1, 2])
    cluster.step { !$0.receivers(of: .paxosCommit).isEmpty }
    #expect(cluster.receivers(of: .paxosCommit) == [1, 2, 3, 4, 5])
    cluster.pass(.seconds(1))
    #expect(try #require(cluster.end(of: write)).latency == .milliseconds(5))
    #expect(cluster.held() == Array(repeating: "alice", count: 6))
  }

  // MARK: Ballots and promises

  /// A chain of changes by coordinators whose clocks differ by seconds: each bears a higher ballot than the one before.
  @Test(arguments: 0..<20) func ballotsGrowWhateverTheClocksShow(seed: Int) throws {
    var dice = Dice(seed: seed)
    var cluster = cluster(3)
    for replica in 0..<3 {
      let skew = TimeSpan.milliseconds(dice.roll(-2_000...2_000))
      cluster.apply(.fault(.skew(Cluster.set([replica]), by: skew, driftPerSecond: 0)))
    }
    var (value, highest) = (nil as String?, Ballot.none)
    for number in 1...12 {
      let condition = value.map { WriteCondition.equals($0) } ?? .absent
      let write = cluster.write("v\(number)", at: .serial, via: dice.roll(below: 3), if: condition)
      cluster.pass(.milliseconds(500))
      let end = try #require(cluster.end(of: write))
      let ballots = attempts(write, in: cluster).map(\.ballot)
      #expect(end.applied == true, "seed \(seed), change \(number)")
      #expect(zip(ballots, ballots.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed), change \(number)")
      let last = try #require(ballots.last)
      #expect(last > highest, "seed \(seed), change \(number)")
      #expect(cluster.catalogue.version(end.version).timestamp == last.timestamp, "seed \(seed), change \(number)")
      (value, highest) = ("v\(number)", last)
    }
    #expect(cluster.held() == ["v12", "v12", "v12"] && cluster.broken == nil, "seed \(seed)")
  }

  @Test func aPromiseRefusesLowerBallotsAndStandsOnDisk() throws {
    var cluster = cluster(3)
    cluster.apply(.fault(.skew(Cluster.set([0]), by: .seconds(1), driftPerSecond: 0)))
    let first = cluster.write("alice", at: .serial, via: 0, if: .absent)
    cluster.pass(.milliseconds(100))
    let promised = try #require(attempts(first, in: cluster).first).ballot
    cluster.crash(1, 2)
    cluster.restart(1, 2)
    let second = cluster.write("bob", at: .serial, via: 1, if: .equals("alice"))
    cluster.step { cluster in cluster.steps(of: second).contains { $0.step == .began(.waiting) } }
    #expect(cluster.steps(of: second).contains { $0.step == .promised(ReplicaID(1), isGiven: false, promised) })
    for replica in 0..<3 { #expect(try state(of: replica, in: cluster).promised == promised) }
    // It tries again, above what it was told.
    cluster.pass(.milliseconds(200))
    let tried = attempts(second, in: cluster)
    #expect(tried.map(\.why) == [.first, .contended])
    #expect(tried[0].ballot < promised && tried[1].ballot > promised)
    #expect(cluster.end(of: second)?.applied == true && cluster.held() == ["bob", "bob", "bob"])
    cluster.wipe(2)
    #expect(try state(of: 2, in: cluster).promised == .none)
    #expect(try state(of: 1, in: cluster).promised == tried[1].ballot)
  }

  @Test func aProposalIsRefusedByWhoHasPromisedOtherwiseSince() throws {
    var cluster = cluster(3)
    // So that replica 1 reads from 2, not from 0.
    cluster.apply(
      .link(
        .fixed(TimeSpan(microseconds: 100)), MessageClass.allCases, Cluster.links(from: 1, to: 2, bothWays: true)))
    let alice = cluster.write("alice", at: .serial, via: 0, if: .absent)
    cluster.step { $0.receivers(of: .paxosPropose) == [1, 2] }
    let late = Cluster.links(from: 0, to: 1, 2)
    cluster.apply(.fault(.hold(late)))
    let bob = cluster.write("bob", at: .serial, via: 1, if: .absent)
    cluster.pass(.milliseconds(100))
    #expect(cluster.end(of: bob)?.applied == true)
    cluster.apply(.fault(.release(late)))
    cluster.pass(.milliseconds(100))
    let higher = try #require(attempts(bob, in: cluster).last).ballot
    for replica in [1, 2] {
      #expect(cluster.steps(of: alice).contains { $0.step == .promised(ReplicaID(replica), isGiven: false, higher) })
    }
    // It alone has accepted its own: others may finish that, so it can't say that it failed.
    let end = try #require(cluster.end(of: alice))
    #expect(end.outcome == .timeout && end.latency < .milliseconds(150))
    #expect(cluster.held() == ["bob", "bob", "bob"])
    let read = try serialRead(via: 0, in: &cluster)
    #expect(read.value == "bob")
  }

  // MARK: What was left half done

  @Test(
    "what was accepted is finished before the own value, and of several the one with the highest ballot",
    arguments: [0, 1])
  func halfDone(later: Int) throws {
    var cluster = cluster(5)
    for coordinator in [1 - later, later] { proposeToNobody("by \(coordinator)", via: coordinator, in: &cluster) }
    cluster.restart(0, 1)
    #expect(cluster.held() == Array(repeating: nil, count: 5))
    // Replica 4 hears its own promise, and those of 0 and 1 first.
    let own = cluster.write("by 4", at: .serial, via: 4, if: .absent)
    cluster.pass(.seconds(1))
    #expect(began(.finishing, own, in: cluster))
    #expect(attempts(own, in: cluster).map(\.why) == [.first, .finishedOther])
    #expect(cluster.end(of: own)?.applied == false)
    #expect(cluster.held() == Array(repeating: "by \(later)", count: 5))
  }

  @Test func aSerialReadFinishesWhatAMajorityAcceptedAndNoOtherReadSeesItBefore() throws {
    var cluster = cluster(3)
    let write = cluster.write("alice", at: .serial, via: 0, if: .absent)
    cluster.step { cluster in cluster.travelling.count { $0.kind.leaderless == .paxosAccept } == 2 }
    cluster.crash(0)
    let plain = cluster.read(at: .quorum, via: 1)
    cluster.pass(.milliseconds(100))
    #expect(try #require(cluster.end(of: plain)).version == .none)
    let read = try serialRead(via: 1, in: &cluster)
    #expect(read.value == "alice" && began(.finishing, read.id, in: cluster))
    #expect(cluster.held() == [nil, "alice", "alice"])
    cluster.pass(.seconds(1))
    #expect(cluster.end(of: write)?.outcome == .timeout)
    // And the owner that was down has a hint of it.
    cluster.restart(0)
    cluster.pass(.seconds(11))
    #expect(cluster.held() == ["alice", "alice", "alice"])
  }

  @Test(
    "a serial read that did not hear of a proposal proposes nothing, so that it can't surface after it",
    arguments: [true, false])
  func nothingOlderSurfaces(isReadBetween: Bool) throws {
    var cluster = cluster(3)
    proposeToNobody("alice", via: 0, in: &cluster)
    if isReadBetween {
      let read = try serialRead(via: 1, in: &cluster)
      #expect(read.value == nil)
    }
    cluster.restart(0)
    let read = try serialRead(via: 0, in: &cluster)
    #expect(read.value == (isReadBetween ? nil : "alice"))
    #expect(cluster.held() == Array(repeating: isReadBetween ? nil : "alice", count: 3))
  }

  // MARK: Too few

  @Test("A19 · a minority decides nothing: it times out, and is refused once it knows; the majority goes on")
  func minority() throws {
    var cluster = Cluster.ofRegions(5, with: [.detector(.after(.seconds(10)))])
    cluster.apply(.fault(.cut([Cluster.links(from: 0, 1, to: 2, 3, 4, bothWays: true)])))
    let unaware = cluster.write("alice", at: .serial, via: 0, if: .absent)
    cluster.pass(.seconds(11))
    let timeout = try #require(cluster.end(of: unaware))
    #expect(timeout.outcome == .timeout && timeout.latency == .seconds(2))
    #expect((timeout.required, timeout.received) == (3, 2))
    #expect(!began(.proposing, unaware, in: cluster))
    let sent = cluster.traffic.messages
    let refused = cluster.write("alice", at: .serial, via: 0, if: .absent)
    cluster.pass(.seconds(3))
    let refusal = try #require(cluster.end(of: refused))
    #expect(refusal.outcome == .unavailable && (refusal.required, refusal.received) == (3, 2))
    #expect(cluster.traffic.messages == sent)
    let decided = cluster.write("bob", at: .serial, via: 2, if: .absent)
    cluster.pass(.milliseconds(100))
    #expect(cluster.end(of: decided)?.applied == true)
    #expect(cluster.held() == [nil, nil, "bob", "bob", "bob"])
    cluster.apply(.fault(.healAll))
    cluster.pass(.seconds(11))
    let read = try serialRead(via: 0, in: &cluster)
    #expect(read.value == "bob")
  }

  @Test("whoever missed a commit is sent it at the next prepare, hints or not")
  func lateOwner() throws {
    var cluster = cluster(3, .hints(false), .readRepair(.off))
    cluster.crash(2)
    cluster.write("alice", at: .serial, via: 0, if: .absent)
    cluster.pass(.seconds(1))
    cluster.restart(2)
    cluster.pass(.seconds(30))
    #expect(cluster.held() == ["alice", "alice", nil])
    #expect(try state(of: 2, in: cluster).committed == .none)
    let read = try serialRead(via: 2, in: &cluster)
    #expect(read.value == "alice" && began(.catchingUp, read.id, in: cluster))
    #expect(attempts(read.id, in: cluster).map(\.why) == [.first, .caughtUp])
    #expect(cluster.held(by: 2) == "alice")
    #expect(try state(of: 2, in: cluster).committed == state(of: 0, in: cluster).committed)
  }
}
