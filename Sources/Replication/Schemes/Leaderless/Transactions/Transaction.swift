import Kernel

/// A conditional write, or a read at a serial level, that a replica coordinates.
struct Transaction: Request {
  /// How far it is.
  enum Phase: Sendable {
    /// Promises are on their way.
    case preparing
    /// Somebody else's proposal, which was found half done, is proposed again.
    case finishing
    /// And is being committed.
    case committingOther
    /// Nothing is proposed, so that nothing older can surface after the answer.
    case proposingNothing
    /// The present value is being read.
    case reading
    /// The own value is proposed.
    case proposing
    /// And is being committed.
    case committing
    /// Somebody had a higher ballot: it tries again later.
    case waiting
    /// The client has its answer; commits of others' values may go on.
    case over
  }

  let operation: OperationID
  let ticket: UInt32
  let key: KeyID
  let value: ValueID
  let payload: OpenOperation.Payload
  /// What the coordinator's clock showed when it took the operation up.
  let reading: Int64
  /// Whether it reads only.
  let isRead: Bool
  /// SERIAL, or LOCAL_SERIAL: then only the coordinator's region takes part.
  let level: ConsistencyLevel
  /// Owners thought alive that take part.
  let participants: ReplicaSet
  /// A majority of those that should be there.
  let needed: Int
  let began: Instant
  var phase = Phase.preparing
  var round = RoundID.none
  /// The highest clock in any ballot that it has heard of.
  var floor = Int64.min
  var awaited = ReplicaSet()
  var promises: [(replica: ReplicaID, promise: PaxosPromise)] = []
  var accepted = 0
  /// How often it gave way.
  var attempts: UInt64 = 0
  /// The slot of its read, once it has begun.
  var read: UInt32?
  /// The value that the read found.
  var found = VersionID.none
  /// All that the copies read had seen.
  var seen = VectorID.none
  /// Whether the condition did not hold.
  var isRefuted = false
  /// The slots of its commits.
  var commits: [UInt32] = []
  var messages: UInt32 = 0
  var bytes: UInt32 = 0

  /// The level at which it reads and commits.
  var dataLevel: ConsistencyLevel { level.dataLevel }

  /// How many participants have answered in this phase.
  var answered: Int { participants.subtracting(awaited).count }

  /// For how long it tries against others (`cas_contention_timeout`).
  static let contentionTimeout = TimeSpan.seconds(1)
}

extension Catalogue {
  /// Whether a condition holds of what was found, by a clock that shows `reading`.
  func holds(_ condition: WriteCondition, of version: VersionID, at reading: Int64) -> Bool {
    let isAbsent = version == .none || isDead(version, at: reading)
    switch condition {
    case .absent: return isAbsent
    case .equals(let text): return !isAbsent && names.text(of: self.version(version).value) == text
    }
  }
}
