import Kernel

/// One comparison of two replicas, and the streaming of what differs, as far as the operator is told of it. What the
/// initiator knows of it is its own: a ``Comparison``.
public struct RepairSession: Sendable {
  /// How far it is.
  public enum Phase: Hashable, Sendable {
    /// The partner builds its tree.
    case validation
    /// What differs is on its way, both ways.
    case streaming
    /// It is complete.
    case done
    /// It ended before it was complete.
    case failed(RepairFailure)
  }

  /// The round that it belongs to.
  let round: Int
  /// Who compares the trees.
  public let initiator: ReplicaID
  /// Whose tree is asked for.
  public let partner: ReplicaID
  /// The one key that is repaired; none: all that both own.
  public let key: KeyID
  /// When it began.
  public let began: Instant
  /// How far it is.
  public internal(set) var phase = Phase.validation
  /// How many versions have been streamed, both ways.
  public internal(set) var streamed = 0
  /// How many of those have been acknowledged.
  public internal(set) var acknowledged = 0
  /// Whether the partner has begun to stream.
  var isAnswered = false

  /// Whether nothing more is expected of it.
  public var isOver: Bool {
    switch phase {
    case .validation, .streaming: false
    case .done, .failed: true
    }
  }

  /// Whether all that was to be streamed has been acknowledged.
  var isComplete: Bool { phase == .streaming && isAnswered && acknowledged >= streamed }
}

/// The kind of thing that a ``RepairID`` names.
public enum RepairKind {}
/// One repair session.
public typealias RepairID = Identity<RepairKind, UInt32>

/// Why a repair session has failed.
public enum RepairFailure: Hashable, Sendable {
  /// A replica doesn't run: its neighbour knew, or noticed meanwhile (Cassandra's `repair/RepairSession`: "Cannot proceed
  /// on repair because a neighbor is dead").
  case isDown(ReplicaID, Replica.Status)
  /// The initiator can't reach the partner, and knows it.
  case isUnreachable(ReplicaID)
  /// The initiator crashed meanwhile, and with it went all that it knew of the session.
  case hasCrashed(ReplicaID)
  /// The partner didn't answer for ``LeaderlessServer/repairPatience``.
  case isSilent(ReplicaID)
}

/// What anti-entropy has cost and brought so far. What was begun has completed, has failed, or goes on.
public struct RepairTally: Hashable, Sendable {
  /// Sessions begun.
  public internal(set) var begun = 0
  /// Sessions that completed.
  public internal(set) var completed = 0
  /// Sessions that failed.
  public internal(set) var failed = 0
  /// Hashes of trees sent from one replica to another.
  public internal(set) var hashes = 0
  /// Versions streamed.
  public internal(set) var streamed = 0
  /// Bytes of all messages that repair sent.
  public internal(set) var bytes = 0

  /// Sessions that have ended.
  public var ended: Int { completed + failed }
}
