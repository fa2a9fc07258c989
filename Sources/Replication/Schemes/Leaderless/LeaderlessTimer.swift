import Kernel

/// What replicas want to be woken for where nobody leads.
public enum LeaderlessTimer: SchemeTimer {
  /// The coordinator looks for targets of its hints that can be reached again.
  case hintDispatch(ReplicaID, incarnation: UInt32)
  /// The coordinator's throttle lets the next hint go.
  case hintSend(ReplicaID, to: ReplicaID, incarnation: UInt32)
  /// The leader of a handed-over update has waited long enough.
  case endLead(UInt32, OperationID)
  /// A transaction that gave way tries again.
  case retry(ReplicaID, OperationID, slot: UInt32)
  /// A read has taken so long that one more replica is asked.
  case speculate(ReplicaID, OperationID, slot: UInt32)
  /// Read repairs have gone unacknowledged for so long that others are asked to take them.
  case spreadRepair(ReplicaID, OperationID, slot: UInt32)
  /// A check by chance has waited long enough for its answers.
  case endCheck(ReplicaID, OperationID, slot: UInt32)
  /// A tombstone among siblings has been kept for as long as the setting says.
  case reap(ReplicaID, VersionID, incarnation: UInt32)
  /// A replica stores what it has acknowledged before: a ``Defect``.
  case store(ReplicaID, VersionID, incarnation: UInt32)
  /// A repair session has taken too long.
  case repairPatience(RepairID)
  /// The next scheduled round of repair begins.
  case repairRound(UInt32)
  /// A replica's next round of gossip.
  case gossip(ReplicaID, incarnation: UInt32, generation: UInt32)

  /// The replica that wanted to be woken, and the incarnation that did, if it forgets with its memory what for.
  public var sleeper: (replica: ReplicaID, incarnation: UInt32?)? {
    switch self {
    case .hintDispatch(let id, let incarnation), .hintSend(let id, _, let incarnation),
      .gossip(let id, let incarnation, _), .store(let id, _, let incarnation):
      (id, incarnation)
    case .retry(let id, _, _), .speculate(let id, _, _), .spreadRepair(let id, _, _), .endCheck(let id, _, _),
      .reap(let id, _, _):
      (id, nil)
    case .endLead, .repairPatience, .repairRound: nil
    }
  }

  /// A word that tells it from other timers, for the fingerprint.
  public var digest: UInt64 {
    switch self {
    case .hintDispatch(let replica, _): 6 << 60 ^ UInt64(replica.raw)
    case .hintSend(let replica, let target, _): 7 << 60 ^ UInt64(replica.raw) ^ UInt64(target.raw) << 32
    case .repairPatience(let session): 12 << 60 ^ UInt64(session.raw)
    case .repairRound(let generation): 13 << 60 ^ UInt64(generation)
    case .retry(let replica, let operation, _): 15 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(operation.raw)
    case .endLead(_, let operation): 2 << 56 ^ UInt64(operation.raw)
    case .gossip(let replica, _, let generation): 14 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(generation)
    case .speculate(let replica, let operation, _): 9 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(operation.raw)
    case .spreadRepair(let replica, let operation, _): 10 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(operation.raw)
    case .reap(let replica, let version, _): 3 << 56 ^ UInt64(replica.raw) << 32 ^ UInt64(version.raw)
    case .store(let replica, let version, _): 4 << 56 ^ UInt64(replica.raw) << 32 ^ UInt64(version.raw)
    case .endCheck(let replica, let operation, _): 11 << 60 ^ UInt64(replica.raw) << 32 ^ UInt64(operation.raw)
    }
  }

  /// What it is for.
  public var phrase: Phrase {
    switch self {
    case .hintDispatch(let replica, _): "\(replica) looks for targets of its hints"
    case .hintSend(let replica, let target, _): "\(replica) may send \(target) the next hint"
    case .speculate(let replica, let operation, _):
      "\(replica) asks one more replica for \(operation), if it still waits"
    case .spreadRepair(let replica, let operation, _):
      "\(replica) repairs others for \(operation), if it still waits"
    case .endCheck(let replica, let operation, _):
      "\(replica) gives up the check after \(operation), if it still goes on"
    case .reap(let replica, let version, _): "\(replica) reaps a tombstone, if it stands yet: \(version)"
    case .store(let replica, let version, _): "\(replica) stores what it has acknowledged: \(version)"
    case .repairPatience(let session): "repair session \(session.index + 1) has taken too long, if it goes on"
    case .repairRound: "the next round of repair"
    case .gossip(let replica, _, _): "\(replica) gossips"
    case .endLead(_, let operation): "the leader of \(operation) has waited long enough, if it still waits"
    case .retry(let replica, let operation, _): "\(replica) tries \(operation) again, if it still waits"
    }
  }
}

extension Effects {
  /// Asks to be woken.
  mutating func wake(after span: TimeSpan, for timer: LeaderlessTimer) { wakes.append((span, .leaderless(timer))) }
}
