import Kernel

/// One comparison of two replicas, and the streaming of what differs.
public struct RepairSession: Sendable {
  /// How far it is.
  public enum Phase: String, Sendable {
    /// The partner builds its tree.
    case validation
    /// What differs is on its way, both ways.
    case streaming
    /// It is complete.
    case done
    /// Somebody did not answer in time.
    case failed
  }

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
  /// The initiator's tree, as it was when the session began.
  var ownTree: DigestTree
  /// The partner's, once it is built.
  var partnerTree: DigestTree?
  /// The leaves that differ.
  public internal(set) var leaves: [Int] = []
  /// How many versions have been streamed, both ways.
  public internal(set) var streamed = 0
  /// How many of those have been acknowledged.
  public internal(set) var acknowledged = 0
  /// Whether the partner has begun to stream.
  var isAnswered = false

  /// Whether nothing more is expected of it.
  public var isOver: Bool { phase == .done || phase == .failed }
}

/// The kind of thing that a ``RepairID`` names.
public enum RepairKind {}
/// One repair session.
public typealias RepairID = Identity<RepairKind, UInt32>

/// What anti-entropy has cost and brought so far.
public struct RepairTally: Hashable, Sendable {
  /// Sessions begun.
  public internal(set) var begun = 0
  /// Sessions that completed.
  public internal(set) var completed = 0
  /// Hashes of trees sent from one replica to another.
  public internal(set) var hashes = 0
  /// Versions streamed.
  public internal(set) var streamed = 0
  /// Bytes of all messages that repair sent.
  public internal(set) var bytes = 0
}
