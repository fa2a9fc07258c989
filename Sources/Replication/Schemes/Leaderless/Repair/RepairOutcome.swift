import Kernel

/// What came of a round of repair, or of a sync.
public struct RepairOutcome: Hashable, Sendable {
  /// Who asked for it.
  public enum Origin: Hashable, Sendable {
    /// Somebody's command.
    case command
    /// The schedule (`set anti-entropy`).
    case schedule
    /// An operator, who carried state from one replica to another by hand; both ways, or one.
    case sync(from: ReplicaID, to: ReplicaID, bothWays: Bool)
  }

  /// A pair whose session failed.
  public struct Failure: Hashable, Sendable {
    /// Who compared, or would have.
    public let initiator: ReplicaID
    /// With whom.
    public let partner: ReplicaID
    /// Why it failed.
    public let reason: RepairFailure
  }

  /// Its number, from 1.
  public let number: Int
  /// Who asked for it.
  public let origin: Origin
  /// When it began.
  public let began: Instant
  /// When its last session ended.
  public internal(set) var ended: Instant
  /// How many pairs of replicas had anything to compare.
  public internal(set) var pairs = 0
  /// How many of those were compared, and what differed acknowledged.
  public internal(set) var completed = 0
  /// How many ranges of the ring were found to differ, over all pairs ("have {} range(s) out of sync" in Cassandra's
  /// `repair/SyncTask`).
  public internal(set) var ranges = 0
  /// How many keys were changed on at least one copy.
  public internal(set) var keys = 0
  /// How many copies were changed.
  public internal(set) var copies = 0
  /// How many bytes its messages had; of a sync, what was carried would have on the wire.
  public internal(set) var bytes = 0
  /// The pairs that failed.
  public internal(set) var failures: [Failure] = []

  init(number: Int, origin: Origin, began: Instant) {
    (self.number, self.origin, self.began, ended) = (number, origin, began, began)
  }
}

/// A set of keys, a bit for each: of what a round has changed.
struct KeySet: Sendable {
  private var words: ContiguousArray<UInt64> = []
  /// How many keys are in it.
  private(set) var count = 0

  mutating func insert(_ key: KeyID) {
    let (word, bit) = (key.index / 64, UInt64(1) << UInt64(key.index % 64))
    while words.count <= word { words.append(0) }
    guard words[word] & bit == 0 else { return }
    words[word] |= bit
    count += 1
  }
}
