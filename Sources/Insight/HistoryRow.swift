import Kernel
import Replication

/// A ``HistoryEntry`` in brief: what is seldom said of an operation is left out, and what is near something else is kept as
/// the distance to it. An operation of which more is to be said is kept whole, elsewhere.
///
/// A long run has millions of these. A test asserts their size.
struct HistoryRow: Sendable {
  private let began: Instant
  private let key: KeyID
  private let value: ValueID
  private let version: VersionID
  private let seen: VectorID
  private var bytes: UInt32
  private let beganAt: UInt32
  /// How many events later it ended.
  private let events: UInt32
  /// How many microseconds later it ended.
  private let latency: UInt32
  /// By how much its coordinator's clock was ahead of its beginning.
  private let reading: Int32
  private let client: ClientID
  private let region: RegionID
  private let coordinator: ReplicaID
  private var messages: UInt16
  private let versionsBehind: UInt16
  private let required: UInt16
  private let received: UInt16
  private let level: ConsistencyLevel
  let outcome: Outcome
  private let kind: OperationKind
  private let isLoad: Bool

  /// An entry in brief; nil if there is more to it.
  @inline(__always) init?(_ entry: HistoryEntry) {
    let operation = entry.operation
    guard let outcome = operation.outcome, !operation.isConditional, !operation.isKeptHome, !operation.awaitsLeader,
      operation.leader == .none, operation.named == .none, operation.retries == 0,
      operation.attempts == 1, operation.answerer == .coordinator, !entry.isOutlived, operation.beganAt >= 0,
      operation.endedAt >= operation.beganAt, operation.ended >= operation.began,
      let beganAt = UInt32(exactly: operation.beganAt),
      let events = UInt32(exactly: operation.endedAt - operation.beganAt),
      let latency = UInt32(exactly: (operation.ended - operation.began).microseconds),
      let reading = Self.distance(operation.clockReading, operation.began),
      let versionsBehind = UInt16(exactly: entry.versionsBehind), let messages = UInt16(exactly: entry.messages)
    else { return nil }
    began = operation.began
    key = operation.key
    value = operation.value
    version = operation.version
    seen = operation.seen
    bytes = entry.bytes
    self.beganAt = beganAt
    self.events = events
    self.latency = latency
    self.reading = reading
    client = operation.client
    region = operation.region
    coordinator = operation.coordinator
    self.messages = messages
    self.versionsBehind = versionsBehind
    required = operation.required
    received = operation.received
    level = operation.level
    self.outcome = outcome
    kind = operation.kind
    isLoad = operation.isLoad
  }

  /// Adds to what it has cost. False if that can't be said in brief.
  @inline(__always) mutating func add(messages more: UInt32, bytes moreBytes: UInt32) -> Bool {
    guard let messages = UInt16(exactly: UInt32(messages) + more) else { return false }
    self.messages = messages
    bytes += moreBytes
    return true
  }

  /// The distance from an instant to a clock's reading; `.min` stands for a reading of 0, which was never taken.
  private static func distance(_ reading: Int64, _ began: Instant) -> Int32? {
    if reading == 0 { return .min }
    let (distance, overflow) = reading.subtractingReportingOverflow(began.microseconds)
    return overflow ? nil : Int32(exactly: distance).flatMap { $0 == .min ? nil : $0 }
  }

  /// The whole entry of the operation of that number.
  func entry(_ id: OperationID) -> HistoryEntry {
    var operation = Operation(
      id: id, key: key, value: value, client: client, region: region, kind: kind, level: level, isLoad: isLoad,
      began: began, beganAt: Int(beganAt))
    operation.end(
      outcome, at: began + TimeSpan(microseconds: Int64(latency)), Int(beganAt) + Int(events), version, seen,
      by: coordinator, required: required, received: received,
      reading: reading == .min ? 0 : began.microseconds + Int64(reading))
    return HistoryEntry(
      operation: operation, versionsBehind: Int32(versionsBehind), messages: UInt32(messages), bytes: bytes)
  }
}
