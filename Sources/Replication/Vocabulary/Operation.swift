import Kernel

/// What a client can ask for.
public enum OperationKind: String, CaseIterable, Sendable {
  case read, write, delete
  /// Adds an element to a set, or removes one.
  case add, remove
  /// Adds to a counter, or subtracts.
  case increment

  /// Whether it changes the key.
  public var isUpdate: Bool { self != .read }
}

/// How an operation ended, as its client sees it.
///
/// Cassandra's outcomes (`exceptions/`), reduced to what a checker may assume of each.
public enum Outcome: String, CaseIterable, Sendable {
  /// It succeeded.
  case ok
  /// It was refused before anything was sent: it certainly did not happen.
  case unavailable
  /// Too few answers came in time: a write may have happened, or happen yet.
  case timeout
}

/// One operation as its client sees it, from its issue to its end.
public struct Operation: Sendable {
  /// Its number.
  public let id: OperationID
  /// The key.
  public let key: KeyID
  /// What it writes, adds, removes, or adds up; none for a read or a delete.
  public let value: ValueID
  /// The version that a write made or a read answered.
  public internal(set) var version = VersionID.none
  /// What the answer includes: all that the copies used had seen.
  public internal(set) var seen = VectorID.none
  /// Who asks.
  public let client: ClientID
  /// The region from which it asks.
  public let region: RegionID
  /// Who serves it; none if there was nobody to ask.
  public internal(set) var coordinator = ReplicaID.none
  /// Who led an update that its coordinator handed over, as it owns no copy of the key; none where the coordinator did so
  /// itself, and where no leader has heard of it.
  public internal(set) var leader = ReplicaID.none
  /// The only replica that its command lets coordinate it (`via`); none where another comes into question.
  public internal(set) var named = ReplicaID.none
  /// Whether its client had to find a coordinator in its own region (`failover local`).
  public internal(set) var isKeptHome = false
  /// Whether it timed out while its coordinator, which owns no copy of the key, waited for the owner that was to lead it:
  /// whatever is counted is counted there.
  public internal(set) var awaitsLeader = false
  /// What it does.
  public let kind: OperationKind
  /// How many answers it asks for.
  public let level: ConsistencyLevel
  /// How it ended; nil while it goes on.
  public internal(set) var outcome: Outcome?
  /// Whether it is a write that asks for something of the key's value.
  public let isConditional: Bool
  /// The text that a conditional write asks for; none if it asks that there be nothing.
  public var expected = ValueID.none
  /// Whether a conditional write was carried out.
  var isApplied = false
  /// How often another replica was asked, or the same again, to keep a session's guarantees; at most 255 are counted.
  public internal(set) var retries: UInt8 = 0
  /// Whether a load issued it, not a command.
  public let isLoad: Bool
  /// How many answers it needed (of a region that fell short, where one did).
  public internal(set) var required: UInt8 = 0
  /// How many it had, or how many replicas were thought alive when it was refused.
  public internal(set) var received: UInt8 = 0
  /// What its coordinator's clock showed when it took the operation up, in microseconds: by it a read's answer has expired or
  /// not, and from it the life of what is written counts (`nowInSec` of Cassandra's queries, which goes with a
  /// `ReadCommand` to all replicas).
  public internal(set) var clockReading: Int64 = 0
  /// When it was issued.
  public let began: Instant
  /// When its client had the answer, or gave up.
  public internal(set) var ended = Instant.start
  /// The number of the event at which it was issued: what "precedes" goes by.
  public let beganAt: Int
  /// The number of the event at which it ended.
  public internal(set) var endedAt = 0
}

extension Operation {
  /// Who did the coordinator's work: its leader, if it was handed over.
  public var executor: ReplicaID { leader == .none ? coordinator : leader }

  /// Whether a conditional write found its condition true and was carried out; nil for everything else, and where that
  /// isn't known.
  public var applied: Bool? { isConditional && outcome == .ok ? isApplied : nil }

  /// Whether it is an acknowledged update that took effect.
  @inline(__always) public var isAcknowledgedUpdate: Bool {
    kind.isUpdate && outcome == .ok && (!isConditional || isApplied)
  }

  /// No operation: what a history holds for a number that it doesn't know.
  public static let none = Operation(
    id: .none, key: .none, value: .none, client: .none, region: .none, kind: .read, level: .one, isConditional: false,
    isLoad: true,
    began: .start, beganAt: 0)
}

/// An operation in progress: what its client waits for, and what its coordinator still expects.
struct OpenOperation: Sendable {
  var operation: Operation
  /// What a write carries beside its value.
  struct Payload: Sendable {
    /// The timestamp that the client gives, in place of the coordinator's clock.
    let timestamp: Int64?
    /// Where that comes from.
    let stamp: Stamp
    /// How many bytes its value has on the wire.
    let valueBytes: Int
    /// What its client had seen, where the key keeps siblings, or what the nearest owner has, where the coordinator is
    /// none; nil: the update knows what its coordinator holds.
    var context: VectorID?
    /// For how long its value lives; nil for ever.
    var lifetime: TimeSpan?
    /// What it asks of the key's value, at a serial level.
    var condition: WriteCondition?
    /// What its session asks of the replica that serves it; nothing without guarantees.
    var demand = SessionDemand.none
    /// Whether its client asked for that coordinator and no other.
    var isPinned = false
  }

  let payload: Payload
  /// The coordinator's slot for it, once the request got there.
  var request: UInt32 = .max
  /// Its search for a replica that has what its session was promised, if there is one.
  var search: UInt32 = .max
  /// Its number among the updates that owners lead; `.max` if its coordinator goes on by itself.
  var lead: UInt32 = .max
  /// Whether the coordinator has nothing more to expect.
  var isClosed = false
}

/// What the client of an operation is told.
public struct Answer: Hashable, Sendable {
  /// The operation.
  public let operation: OperationID
  /// Its slot among those in progress.
  public let ticket: UInt32
  /// The version that a write made or a read answers.
  public let version: VersionID
  /// What the copies used had seen.
  public let seen: VectorID
  /// Who answers.
  public internal(set) var coordinator: ReplicaID
  /// How it ended.
  public let outcome: Outcome
  /// How many answers were needed.
  public let required: UInt8
  /// How many there were.
  public let received: UInt8
  /// Whether a conditional write was carried out.
  public var isApplied = true
  /// Whether the coordinator refused an update because it lacks what the session's guarantees ask for.
  public var isBehind = false
}
