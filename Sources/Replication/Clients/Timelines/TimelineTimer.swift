import Kernel

/// What happens to timelines besides messages.
public enum TimelineTimer: SchemeTimer {
  /// A region's daemon has come to a follower with a name, or to the end of a post.
  case fanOut(RegionID, generation: UInt32)
  /// The question of a timeline's coordinator has come to those that it reads from.
  case sources(OperationID, ticket: UInt32)
  /// Their answers are back.
  case merge(OperationID, ticket: UInt32)

  /// Nobody sleeps: it is the cluster's own.
  public var sleeper: (replica: ReplicaID, incarnation: UInt32?)? { nil }

  /// A word that tells it from other timers, for the fingerprint.
  public var digest: UInt64 {
    switch self {
    case .fanOut(let region, let generation): 0xb0 << 56 ^ UInt64(region.raw) << 32 ^ UInt64(generation)
    case .sources(let operation, _): 0xb1 << 56 ^ UInt64(operation.raw)
    case .merge(let operation, _): 0xb2 << 56 ^ UInt64(operation.raw)
    }
  }

  /// What it is for.
  public var phrase: Phrase {
    switch self {
    case .fanOut(let region, _): "the fan-out daemon of \(region) comes to a follower, or to the end of a post"
    case .sources(let operation, _): "the coordinator of \(operation) asks for posts that nobody inserts"
    case .merge(let operation, _): "the coordinator of \(operation) merges what it has read"
    }
  }
}

/// What a timeline came to: what an explanation quotes.
public enum TimelineStep: Hashable, Sendable {
  /// It was put together from the cached timeline of that region, the user's own posts, and so many that were read.
  case merged(region: RegionID, cached: Int, own: Int, pulled: Int)
  /// A post that nobody inserts was read from that replica.
  case read(PostID, from: ReplicaID)
  /// It lacks a post.
  case lacked(PostID, TimelineLack)
  /// It lacks a post that an earlier answer had shown.
  case gone(PostID)
  /// It has a post, and not the one that its author had been shown before.
  case early(PostID, before: PostID)
}

/// Why a post isn't in a timeline.
public enum TimelineLack: Hashable, Sendable {
  /// So many inserts come before it in the region's daemon, of which that many a second are made for the post.
  case queued(RegionID, ahead: Int, rate: Int)
  /// The replica stands still that inserts it.
  case stopped(ReplicaID)
  /// No replica of the region holds it yet, and its links with those that do are cut, or not.
  case absent(RegionID, isCut: Bool)
  /// It is read, not inserted, and the replica that was asked doesn't hold it.
  case notHeld(by: ReplicaID)
  /// It is read, not inserted, and nobody who owns it answered.
  case unanswered
}
