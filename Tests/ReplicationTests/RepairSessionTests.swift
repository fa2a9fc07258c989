import Kernel
import Testing

@testable import Replication

/// Repair sessions by themselves: what the two replicas know, what travels between them, and how a session ends.
@Suite struct RepairSessionTests {
  private let first = ReplicaID(0)
  private let second = ReplicaID(1)
  private let third = ReplicaID(2)
  private let everyone = ReplicaSet([ReplicaID(0), ReplicaID(1), ReplicaID(2)])

  /// Three replicas that all own everything; nothing but repair brings them level.
  private func cluster(_ settings: Setting...) -> Cluster {
    var cluster = Cluster(ClusterPlan(regions: [.init(name: "a", replicas: 3, factor: 3)]))
    cluster.isScrutinized = true
    for setting in [.hints(false), .readRepair(.off)] + settings { cluster.apply(.set(setting)) }
    return cluster
  }

  /// Writes keys so that only those replicas take them.
  private func write(_ keys: [String], only owners: [ReplicaID]? = nil, in cluster: inout Cluster) {
    let absent = everyone.subtracting(owners.map { ReplicaSet($0) } ?? everyone)
    if !absent.isEmpty { cluster.apply(.fault(.crash(absent))) }
    for key in keys {
      cluster.apply(
        .operate(
          OperationPlan(
            kind: .write, key: key, value: "of \(key)", level: .one, client: ClientID(0),
            coordinator: owners?.first ?? first)))
    }
    _ = cluster.run(until: cluster.now + .seconds(1), atMost: .max)
    if !absent.isEmpty { cluster.apply(.fault(.restart(absent))) }
    _ = cluster.run(until: cluster.now + .seconds(1), atMost: .max)
  }

  private func repair(_ cluster: inout Cluster) {
    cluster.apply(.repair([Network.Pair(from: first, to: second)], key: nil))
  }

  private func travelling(_ cluster: Cluster) -> [LeaderlessMessage] {
    cluster.messagesInFlight.compactMap {
      if case .message(let message) = $0.event { message.kind.leaderless } else { nil }
    }
  }

  private func comparisons(_ cluster: Cluster) -> [Int] {
    cluster.replicas.ids.map { cluster.replicas.leaderless[$0].comparisons.count }
  }

  private func links(_ from: ReplicaID, _ to: ReplicaID) -> Fault.Links {
    Fault.Links(from: ReplicaSet([from]), to: ReplicaSet([to]), bothWays: true)
  }

  private func version(_ key: String, at replica: ReplicaID, in cluster: Cluster) throws -> VersionID {
    cluster.cell(try #require(cluster.catalogue.names.key(named: key)), at: replica).version
  }

  private func latest(_ cluster: Cluster) throws -> RepairSession {
    try #require(cluster.repairs.latestSessions.first)
  }

  @Test func theInitiatorKeepsItsTreeAndThePartnersTravels() throws {
    var cluster = cluster()
    write((1...40).map { "k\($0)" }, in: &cluster)
    write(["k7"], only: [first], in: &cluster)
    repair(&cluster)
    #expect(travelling(cluster) == [.validate] && comparisons(cluster) == [1, 0, 0])
    cluster.step()
    #expect(travelling(cluster) == [.tree] && comparisons(cluster) == [1, 0, 0])
    #expect(cluster.repairTally.hashes == 2 * 64 - 1)
    #expect(try latest(cluster).phase == .validation)
    cluster.step()
    #expect(travelling(cluster).first == .exchange && travelling(cluster).dropFirst().allSatisfy { $0 == .stream })
    #expect(try latest(cluster).phase == .streaming)
    _ = cluster.run(until: cluster.now + .seconds(1), atMost: .max)
    #expect(try latest(cluster).phase == .done)
    #expect(comparisons(cluster) == [0, 0, 0] && cluster.turn.parcels.repairs.count == 0)
    #expect(try version("k7", at: first, in: cluster) == version("k7", at: second, in: cluster))
    let outcome = try #require(cluster.repairs.outcome(ofRound: 1))
    #expect(outcome.ranges == 1 && outcome.keys == 1 && outcome.copies == 1 && outcome.completed == 1)
  }

  @Test func equalTreesEndASessionAtOnce() throws {
    var cluster = cluster()
    write(["a", "b", "c"], in: &cluster)
    repair(&cluster)
    cluster.step()
    cluster.step()
    #expect(travelling(cluster).isEmpty && comparisons(cluster) == [0, 0, 0])
    #expect(try latest(cluster).phase == .done)
    #expect(cluster.repairTally.streamed == 0)
  }

  @Test func whatDiffersIsStreamedBothWays() throws {
    var cluster = cluster()
    write(["a", "b"], in: &cluster)
    write(["a"], only: [first], in: &cluster)
    write(["b"], only: [second], in: &cluster)
    repair(&cluster)
    _ = cluster.run(until: cluster.now + .seconds(1), atMost: .max)
    for key in ["a", "b"] {
      #expect(try version(key, at: first, in: cluster) == version(key, at: second, in: cluster))
      #expect(try version(key, at: first, in: cluster) != version(key, at: third, in: cluster))
    }
    let session = try latest(cluster)
    #expect(session.streamed == 4 && session.acknowledged == 4)
  }

  @Test func aLeafIsStreamedWholeAlsoWhereItAgrees() throws {
    var cluster = cluster(.merkleDepth(0))
    write((1...12).map { "k\($0)" }, in: &cluster)
    write(["k5"], only: [second], in: &cluster)
    repair(&cluster)
    _ = cluster.run(until: cluster.now + .seconds(1), atMost: .max)
    let outcome = try #require(cluster.repairs.outcome(ofRound: 1))
    #expect(outcome.ranges == 1 && outcome.copies == 1)
    #expect(cluster.repairTally.streamed == 24)
  }

  @Test func aSilentPartnerIsWaitedForAMinute() throws {
    var cluster = cluster()
    write(["a"], only: [first], in: &cluster)
    cluster.apply(.fault(.hold(links(first, second))))
    let began = cluster.now
    repair(&cluster)
    _ = cluster.run(until: began + .seconds(59), atMost: .max)
    #expect(comparisons(cluster) == [1, 0, 0])
    _ = cluster.run(until: began + .seconds(60), atMost: .max)
    #expect(try latest(cluster).phase == .failed(.isSilent(second)))
    #expect(comparisons(cluster) == [0, 0, 0])
    // What comes too late finds nobody who asks.
    cluster.apply(.fault(.release(links(first, second))))
    _ = cluster.run(until: cluster.now + .seconds(1), atMost: .max)
    #expect(travelling(cluster).isEmpty && cluster.repairTally.hashes == 0)
  }

  @Test(arguments: 0...3) func anInitiatorThatCrashesForgets(steps: Int) throws {
    var cluster = cluster()
    write(["a", "b"], only: [second], in: &cluster)
    repair(&cluster)
    for _ in 0..<steps { cluster.step() }
    cluster.apply(.fault(.crash(ReplicaSet([first]))))
    #expect(try latest(cluster).phase == .failed(.hasCrashed(first)))
    #expect(comparisons(cluster) == [0, 0, 0] && cluster.turn.parcels.repairs.count == 0)
    let hashes = cluster.repairTally.hashes
    cluster.apply(.fault(.restart(ReplicaSet([first]))))
    _ = cluster.run(until: cluster.now + .seconds(2), atMost: .max)
    #expect(cluster.repairTally.hashes == hashes)
    #expect(cluster.repairTally.failed == 1 && cluster.repairTally.completed == 0 && cluster.openRepairs == 0)
  }

  @Test func doublesOfMessagesEndASessionOnce() throws {
    var cluster = cluster()
    write((1...9).map { "k\($0)" }, only: [first], in: &cluster)
    cluster.apply(.fault(.duplicate(Probability(millionths: 1_000_000), links(first, second))))
    repair(&cluster)
    _ = cluster.run(until: cluster.now + .seconds(2), atMost: .max)
    #expect(cluster.repairTally.begun == 1 && cluster.repairTally.completed == 1 && cluster.openRepairs == 0)
    for key in 1...9 {
      #expect(try version("k\(key)", at: first, in: cluster) == version("k\(key)", at: second, in: cluster))
    }
  }

  @Test func aScheduleDoesNotPileUpSessions() {
    var cluster = cluster()
    write(["a"], only: [first], in: &cluster)
    cluster.apply(.fault(.hold(Fault.Links(from: everyone, to: everyone, bothWays: true))))
    cluster.apply(.set(.antiEntropy(.seconds(1))))
    for _ in 0..<50 {
      _ = cluster.run(until: cluster.now + .seconds(1), atMost: .max)
      #expect(cluster.openRepairs <= 3)
    }
    #expect(cluster.repairTally.begun == 3 && cluster.broken == nil)
  }

  @Test func whoSharesAnyKeyIsAPartnerAndNobodyElse() {
    var cluster = Cluster(
      ClusterPlan(regions: ["a", "b"].map { ClusterPlan.Region(name: $0, replicas: 7, factor: 2) }), seed: 3)
    let keys = (1...5).map { cluster.turn.intern(key: "k\($0)") }
    let environment = cluster.environment
    for only in [KeyID.none] + keys {
      let partners = environment.partners(only: only, among: keys.count)
      for first in cluster.replicas.ids {
        for second in cluster.replicas.ids {
          let shares = keys.contains { key in
            (only == .none || only == key) && environment.ownerSet(of: key).contains(first)
              && environment.ownerSet(of: key).contains(second)
          }
          #expect(partners[first.index].contains(second) == shares, "\(only) \(first) \(second)")
        }
      }
    }
  }
}
