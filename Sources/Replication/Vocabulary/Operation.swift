import Kernel

/// What a client can ask for.
public enum OperationKind: String, CaseIterable, Sendable {
  case read, write, delete
  /// Adds an element to a set, or removes one.
  case add, remove
  /// Adds to a counter, or subtracts.
  case increment
  /// Takes what comes next in a region's logs; it has no key.
  case consume
  /// Asks for somebody's timeline; it has no key.
  case timeline

  /// Whether it changes the key.
  public var isUpdate: Bool { self != .read && hasKey }
  /// Whether it asks for what is there, and changes nothing.
  public var isQuestion: Bool { self == .read || self == .timeline }
  /// Whether it takes the path between clients and coordinators. Who consumes a log holds a connection to its leader.
  var takesPath: Bool { self != .consume }
  /// Whether it is about a key.
  public var hasKey: Bool { self != .consume && self != .timeline }
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
  /// It was refused as it asked for more than the capacity lets through: it certainly did not happen.
  case throttled
  /// It met another region's write to the same item, which was under way: it certainly did not happen, and may be tried again.
  case conflict
  /// Replicas gave it up that were needed: a write may have happened.
  case failure
  /// Its client's circuit breaker was open: it certainly did not happen.
  case rejected
}

/// Who told a client how its operation ended.
public enum Answerer: UInt8, Sendable {
  /// Its coordinator, or nobody.
  case coordinator
  /// The edge cache of its region, with what had come by before.
  case edgeCache
  /// The gateway of the region to which it went.
  case gateway
  /// Its region's circuit breaker.
  case breaker
}

/// One operation as its client sees it, from its issue to its end.
public struct Operation: Sendable {
  /// Its number.
  public let id: OperationID
  /// The key; none where it consumes, or asks for a timeline.
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
  /// How many attempts its client made, at least 1.
  public internal(set) var attempts: UInt8 = 1
  /// Who told its client how it ended.
  public internal(set) var answerer = Answerer.coordinator
  /// Whether a load issued it, not a command.
  public let isLoad: Bool
  /// How many answers it needed (of a region that fell short, where one did).
  public internal(set) var required: UInt16 = 0
  /// How many it had, or how many replicas were thought alive when it was refused.
  public internal(set) var received: UInt16 = 0
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

  /// Whether its client waits for nothing, and had its answer before anybody heard of it (`acks=0`).
  public var isUnawaited: Bool { level == .acks0 }

  /// Whether it is an acknowledged update that took effect.
  @inline(__always) public var isAcknowledgedUpdate: Bool {
    kind.isUpdate && outcome == .ok && (!isConditional || isApplied)
  }

  /// An operation that neither asks for anything of the key's value nor has ended.
  public init(
    id: OperationID, key: KeyID, value: ValueID, client: ClientID, region: RegionID, kind: OperationKind,
    level: ConsistencyLevel, isLoad: Bool, began: Instant, beganAt: Int
  ) {
    self.init(
      id: id, key: key, value: value, client: client, region: region, kind: kind, level: level, isConditional: false,
      isLoad: isLoad, began: began, beganAt: beganAt)
  }

  /// Ends it as a history has kept it.
  public mutating func end(
    _ outcome: Outcome, at ended: Instant, _ endedAt: Int, _ version: VersionID, _ seen: VectorID,
    by coordinator: ReplicaID, required: UInt16, received: UInt16, reading: Int64
  ) {
    self.outcome = outcome
    self.ended = ended
    self.endedAt = endedAt
    self.version = version
    self.seen = seen
    self.coordinator = coordinator
    self.required = required
    self.received = received
    clockReading = reading
  }

  /// Takes over from an attempt at it how that ended and who saw to it.
  mutating func takeEnd(of attempt: Operation) {
    version = attempt.version
    seen = attempt.seen
    coordinator = attempt.coordinator
    leader = attempt.leader
    awaitsLeader = attempt.awaitsLeader
    isApplied = attempt.isApplied
    required = attempt.required
    received = attempt.received
    clockReading = attempt.clockReading
    answerer = attempt.answerer
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
    /// Whether its client asked for that coordinator and no other.
    let isPinned: Bool
    /// The version that an attempt before it made, where its key makes the store know it again; none otherwise.
    var recognized = VersionID.none
    /// What its client had seen, where the key keeps siblings, or what the nearest owner has, where the coordinator is
    /// none; nil: the update knows what its coordinator holds.
    var context: VectorID?
    /// How many bytes its value has on the wire.
    let valueBytes: Int
    /// For how long its value lives; nil for ever.
    let lifetime: TimeSpan?
    /// What hardly any operation has: one or none.
    private let rest: [Rest]?

    private struct Rest: Sendable {
      let condition: WriteCondition?
      let demand: SessionDemand
      var consumer: ConsumerDemand?
    }

    init(
      timestamp: Int64?, stamp: Stamp, valueBytes: Int, context: VectorID?, lifetime: TimeSpan?,
      condition: WriteCondition?, demand: SessionDemand, isPinned: Bool, consumer: ConsumerDemand? = nil
    ) {
      self.timestamp = timestamp
      self.stamp = stamp
      self.isPinned = isPinned
      self.context = context
      self.valueBytes = valueBytes
      self.lifetime = lifetime
      rest =
        condition == nil && demand.isNone && consumer == nil
        ? nil : [Rest(condition: condition, demand: demand, consumer: consumer)]
    }

    /// What it asks of the key's value, at a serial level.
    @inline(__always) var condition: WriteCondition? { rest?.first?.condition }
    /// What its session asks of the replica that serves it; nothing without guarantees.
    @inline(__always) var demand: SessionDemand { rest?.first?.demand ?? .none }
    /// What a consumer asks for; nil for any other operation.
    var consumer: ConsumerDemand? { rest?.first?.consumer }
    /// Whether its session asks for nothing.
    @inline(__always) var isFree: Bool { rest?.first?.demand.isNone ?? true }
  }

  let payload: Payload
  /// The coordinator's slot for it, once the request got there.
  var request: UInt32 = .max
  /// Its search for a replica that has what its session was promised, if there is one.
  var search: UInt32 = .max
  /// Its number among the updates that owners lead; `.max` if its coordinator goes on by itself.
  var lead: UInt32 = .max
  /// Its number among those that take the path; `.max` without one.
  var call: UInt32 = .max
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
  /// How many answers were needed.
  public let required: UInt16
  /// How many there were.
  public let received: UInt16
  // In one byte, so that an event is no larger than three words.
  private let bits: UInt8

  /// An answer of those parts.
  ///
  /// - Parameters:
  ///   - isApplied: whether a conditional write was carried out.
  ///   - isBehind: whether the coordinator refused an update because it lacks what the session's guarantees ask for.
  @inline(__always) init(
    operation: OperationID, ticket: UInt32, version: VersionID, seen: VectorID, coordinator: ReplicaID,
    outcome: Outcome, required: UInt16, received: UInt16, isApplied: Bool = true, isBehind: Bool = false
  ) {
    self.operation = operation
    self.ticket = ticket
    self.version = version
    self.seen = seen
    self.coordinator = coordinator
    self.required = required
    self.received = received
    bits = outcome.bits | (isApplied ? 8 : 0) | (isBehind ? 16 : 0)
  }

  /// How it ended.
  public var outcome: Outcome { Outcome(bits: bits & 7) }
  /// Whether a conditional write was carried out.
  public var isApplied: Bool { bits & 8 != 0 }
  /// Whether the coordinator refused an update because it lacks what the session's guarantees ask for.
  public var isBehind: Bool { bits & 16 != 0 }
}

extension Outcome {
  fileprivate var bits: UInt8 {
    switch self {
    case .ok: 0
    case .unavailable: 1
    case .timeout: 2
    case .throttled: 3
    case .failure: 4
    case .conflict: 5
    case .rejected: 6
    }
  }

  fileprivate init(bits: UInt8) {
    switch bits {
    case 0: self = .ok
    case 1: self = .unavailable
    case 2: self = .timeout
    case 3: self = .throttled
    case 4: self = .failure
    case 5: self = .conflict
    default: self = .rejected
    }
  }
}
