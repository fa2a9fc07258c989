import Kernel

/// The controllers of all regions: they stand outside, never fail, and see whom messages reach (in Kafka a quorum of its own,
/// KRaft, KIP-500).
public struct Controller: Sendable {
  /// What has been decided about each partition of each region, by region and partition.
  public internal(set) var partitions: [[LogPartition]] = []
  /// Whom it thinks it can reach.
  var heard = ReplicaSet()
  /// Whom it can reach.
  var reached = ReplicaSet()
  /// Since when that is so.
  var changed: [Instant] = []
  /// Who was out of reach when something was decided, and has not heard of it since.
  var untold = ReplicaSet()
  /// Who has lost its disk and has not registered since.
  var wiped = ReplicaSet()
  /// Whether somebody was ever elected who may lack what was committed, or has lost its disk and is the last one in sync.
  var hasLost = false
  /// How often the period of cleaning has changed.
  var cleaning: UInt32 = 0
}

/// What the controller has decided about a partition of a region, and what that rests on.
public struct LogPartition: Sendable {
  /// Who leads, since which epoch, and who could.
  public internal(set) var state: PartitionState
  /// The copies in their order.
  public let members: [ReplicaID]
  /// Who led last.
  public internal(set) var lastLeader: ReplicaID
  /// Since when it has been so.
  public internal(set) var since = Instant.start
  /// How its leader came to lead; nil for the first.
  public internal(set) var election: LogElection?
}

/// From among whom a leader was elected.
public enum LogElection: String, Sendable {
  /// Those in sync: nothing committed is lost, unless it is the last of them, has lost its disk, and nobody stays eligible
  /// (before KIP-966).
  case inSync = "in sync"
  /// Those eligible: nothing committed is lost (KIP-966).
  case eligible
  /// Whoever led last, as neither of those are left (KIP-966): what its disk has lost is lost.
  case lastLeader = "last leader"
  /// Whoever has the longest log: what that lacks is lost (`unclean.leader.election.enable`; see
  /// ``Cluster/electUncleanly(_:_:epoch:)`` for where Kafka's controller takes another).
  case unclean
}

/// What a leader asks of its controller: that a follower counts as in sync, or no longer (AlterPartition, KIP-497).
struct ControllerPlea: Sendable {
  let region: RegionID
  let partition: UInt16
  let epoch: UInt32
  let leader: ReplicaID
  let follower: ReplicaID
  let isInSync: Bool
}

extension LogPartition {
  /// Takes a replica out of the in-sync set. Those that leave it when it is too small to commit stay eligible, until it is
  /// large enough again: nothing can have been committed without them (KIP-966, `PartitionChangeBuilder.populateTargetElr`).
  mutating func remove(_ replica: ReplicaID, hasItsDisk: Bool, _ settings: Settings) {
    if !hasItsDisk { state.eligible.remove(replica) }
    guard state.inSync.contains(replica) else { return }
    // Before KIP-966 the last one stayed in the set, whatever became of it.
    if !settings.keepsEligible, state.inSync.count == 1 { return }
    let before = state.inSync
    state.inSync.remove(replica)
    keepEligible(before, but: hasItsDisk ? ReplicaSet() : ReplicaSet([replica]), settings)
  }

  /// Takes a replica into the in-sync set.
  mutating func add(_ replica: ReplicaID, _ settings: Settings) {
    let before = state.inSync
    state.inSync.insert(replica)
    state.eligible.remove(replica)
    keepEligible(before, but: ReplicaSet(), settings)
  }

  private mutating func keepEligible(_ before: ReplicaSet, but lost: ReplicaSet, _ settings: Settings) {
    guard settings.keepsEligible, state.inSync.count < min(settings.minInSync, members.count) else {
      state.eligible = ReplicaSet()
      return
    }
    state.eligible = state.eligible.union(before).subtracting(state.inSync).subtracting(lost)
  }

  /// Makes a replica leader, or nobody.
  mutating func elect(_ leader: ReplicaID, _ election: LogElection?, at now: Instant, _ settings: Settings) {
    if state.leader != .none { lastLeader = state.leader }
    state.leader = leader
    state.epoch += 1
    since = now
    self.election = election
    guard leader != .none else { return }
    lastLeader = leader
    switch election {
    case .inSync, nil: break
    case .eligible, .lastLeader: add(leader, settings)
    case .unclean:
      state.inSync = ReplicaSet([leader])
      state.eligible = ReplicaSet()
    }
  }

  /// Who leads next, of those that are heard: in sync, else eligible, else the last leader if neither are left; of several the
  /// first in the order of the copies (`PartitionChangeBuilder.electLeader`).
  func candidate(among heard: ReplicaSet) -> (replica: ReplicaID, election: LogElection)? {
    if let replica = members.first(where: { state.inSync.contains($0) && heard.contains($0) }) {
      return (replica, .inSync)
    }
    if let replica = members.first(where: { state.eligible.contains($0) && heard.contains($0) }) {
      return (replica, .eligible)
    }
    if state.inSync.isEmpty, state.eligible.isEmpty, heard.contains(lastLeader) { return (lastLeader, .lastLeader) }
    return nil
  }
}
