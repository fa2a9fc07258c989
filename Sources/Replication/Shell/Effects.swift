import Kernel

/// What a replica asks for while it handles something. The cluster carries it out, and nobody else does.
struct Effects: Sendable {
  /// Messages to send.
  var sends = Outbox<Message>()
  /// What clients are to be told.
  var answers = Outbox<Answer>()
  /// Updates to be led, and what came of them.
  var leads = Outbox<Message>()
  /// When to be woken, and for what.
  var wakes = Outbox<(TimeSpan, Timer)>()
  /// Operations from which nothing more is expected.
  var closures = Outbox<Closure>()
  /// What happened, for the history.
  var records = Outbox<Record>()
  /// Most of it, in brief.
  var stores = Outbox<PlainStore>()
  /// What came of rounds of repair and of syncs.
  var rounds = Outbox<RepairOutcome>()
  /// Changes that wait for the capacity between two regions.
  var streamWants = Outbox<StreamWant>()
  /// Who has joined a partition's group in a lost copy's place.
  var replacements = Outbox<CopyReplacement>()
  /// What leaders of partitions ask of their controller.
  var pleas = Outbox<ControllerPlea>()
  /// What goes to consumers.
  var consumptions = Outbox<Consumption>()
  /// What mirrors have done.
  var mirrorings = Outbox<MirrorNews>()
  /// What has reached replicas, while somebody watches for posts.
  var stored = Outbox<(version: VersionID, replica: ReplicaID)>()
  /// Whether somebody does.
  var watchesStores = false
  /// What is told of repair sessions.
  var repairs = Outbox<RepairNews>()
  /// Whether every message is reported, not only what changes a copy.
  var isTracing = false
  /// Whether every step of a coordinator is reported, too.
  var isDetailed = false

  /// Whether nothing was asked for.
  var isIdle: Bool {
    // Reading it would copy all of them: see Documentation/performance.md.
    mutating get {
      sends.count | answers.count | wakes.count | closures.count | leads.count | repairs.count | streamWants.count
        | replacements.count | pleas.count | mirrorings.count | stored.count == 0
    }
  }

  /// The end of a coordinator's interest in an operation, and what the operation cost.
  struct Closure: Sendable {
    let operation: OperationID
    let ticket: UInt32
    let messages: UInt32
    let bytes: UInt32
  }

  @inline(__always) mutating func record(_ what: Record.What, at now: Instant) {
    records.append(Record(at: now, what: what, storesBefore: stores.count))
  }

  /// Reports that a version has reached a replica, where that other version (or none) stood.
  @inline(__always) mutating func recordStore(
    _ version: VersionID, at replica: ReplicaID, _ reception: Record.Reception, over held: VersionID,
    by kind: Message.Kind, now: Instant
  ) {
    if watchesStores { stored.append((version, replica)) }
    if reception == .applied || reception == .known, !isTracing, case .leaderless(let means) = kind,
      means == .write || means == .stream || means == .hint
    {
      stores.append(
        PlainStore(at: now, version: version, replica: replica, means: means, isNew: reception == .applied))
    } else {
      record(.stored(version, at: replica, reception, over: held, by: kind), at: now)
    }
  }

  /// The same where each partition has a leader in each region; what fills a copy is told in full.
  @inline(__always) mutating func recordStore(
    _ version: VersionID, at replica: ReplicaID, _ reception: Record.Reception, over held: VersionID,
    by kind: StreamsMessage, now: Instant
  ) {
    if watchesStores { stored.append((version, replica)) }
    if reception == .applied, kind != .copyItem, !isTracing {
      stores.append(PlainStore(at: now, version: version, replica: replica))
    } else {
      record(.stored(version, at: replica, reception, over: held, by: .streams(kind)), at: now)
    }
  }

  /// Reports that a record was appended to a replica's log.
  @inline(__always) mutating func recordAppend(
    _ version: VersionID, at replica: ReplicaID, over held: VersionID, by kind: LogMessage, now: Instant
  ) {
    if isTracing {
      record(.stored(version, at: replica, .applied, over: held, by: .log(kind)), at: now)
    } else {
      stores.append(PlainStore(at: now, version: version, replica: replica))
    }
  }

  mutating func lose(_ message: Message, _ loss: Record.Loss, departed: Instant, at now: Instant) {
    if isTracing { record(.lost(message, loss, departed: departed), at: now) }
  }

  mutating func close(_ request: some Request) {
    closures.append(
      Closure(
        operation: request.operation, ticket: request.ticket, messages: request.messages, bytes: request.bytes))
  }
}

/// What a coordinator keeps while it serves an operation.
protocol Request: Sendable {
  var operation: OperationID { get }
  var ticket: UInt32 { get }
  var messages: UInt32 { get }
  var bytes: UInt32 { get }
}
