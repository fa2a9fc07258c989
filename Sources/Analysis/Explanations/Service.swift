import Insight
import Kernel
import Replication

/// What one coordinator did for an operation, step by step: the last one that its client turned to, in the last of its attempts
/// that ended as the whole did.
struct Service {
  /// A step, and the record that says so.
  struct Entry {
    let quoted: Quoted
    let by: ReplicaID
    let step: Step

    var at: Instant { quoted.record.at }
    var position: Int { quoted.id.position }
  }

  let operation: Replication.Operation
  /// The steps since its client turned to that coordinator.
  let entries: [Entry]
  /// All that concerns the operation since then.
  let records: [Quoted]

  /// - Parameter quoted: a history; what else it holds than records of the operation is left out.
  init(_ operation: Replication.Operation, _ quoted: [Quoted]) {
    self.operation = operation
    var own = quoted.filter { Self.concerns($0.record, operation.id) }
    if operation.attempts > 1, let end = own.lastIndex(where: { Self.isEnd($0.record, of: operation) }) {
      own = Array(own[...end])
    }
    let start = own.lastIndex { if case .step(_, _, .directed) = $0.record.what { true } else { false } }
    records = Array(own[(start ?? own.startIndex)...])
    entries = records.compactMap { quoted in
      guard case .step(_, let replica, let step) = quoted.record.what else { return nil }
      return Entry(quoted: quoted, by: replica, step: step)
    }
  }

  /// Whether a record says that an attempt ended as the whole did: of several the last such attempt is the one to tell of.
  private static func isEnd(_ record: Record, of operation: Replication.Operation) -> Bool {
    guard case .step(operation.id, _, .path(let step)) = record.what else { return false }
    return switch step {
    case .retried(let outcome, _, _), .gaveUp(let outcome, _): outcome == operation.outcome
    case .resolved, .misled, .routed, .edgeHit, .edgeMiss, .admitted, .throttled, .refused, .doubted, .hedged,
      .recognized:
      false
    }
  }

  private static func concerns(_ record: Record, _ operation: OperationID) -> Bool {
    switch record.what {
    case .began(operation), .ended(operation), .clientMessageLost(operation), .step(operation, _, _): true
    case .delivered(let message, _), .lost(let message, _, _): message.operation == operation
    case .liveness(let replica, _): replica != .none
    case .accepted, .stored, .hinted, .hintExpired: true
    case .began, .ended, .closed, .clientMessageLost, .lacked, .step, .wiped, .promoted, .replaced, .noticed, .repaired,
      .retried,
      .reaped,
      .handedBack, .input:
      false
    }
  }

  /// The first entry for which something can be said, and what.
  func first<Found>(_ look: (Entry) -> Found?) -> (entry: Entry, found: Found)? {
    for entry in entries { if let found = look(entry) { return (entry, found) } }
    return nil
  }

  /// The last such entry.
  func last<Found>(_ look: (Entry) -> Found?) -> (entry: Entry, found: Found)? {
    for entry in entries.reversed() { if let found = look(entry) { return (entry, found) } }
    return nil
  }

  /// All such entries.
  func all<Found>(
    in range: Range<Int>? = nil, _ look: (Entry) -> Found?
  ) -> [(entry: Entry, found: Found)] {
    entries[range ?? 0..<entries.count].compactMap { entry in look(entry).map { (entry, $0) } }
  }

  /// Where its coordinator took it on, and how many answers it needed.
  var taken: (entry: Entry, found: Int)? {
    first { if case .taken(let required) = $0.step { Int(required) } else { nil } }
  }

  /// To which owner its coordinator handed it, to lead it.
  var handedOver: (entry: Entry, found: ReplicaID)? {
    last { if case .handedOver(let leader) = $0.step { leader } else { nil } }
  }

  /// Whom its coordinator, or its leader, turned to in the place of owners that it thought dead.
  var standIns: [(entry: Entry, found: StandIn)] {
    all { if case .replaced(let owner, let replica) = $0.step { StandIn(replica: replica, owner: owner) } else { nil } }
  }

  /// What a replica answered, be it its coordinator or its leader, and on what ground.
  func answer(of replica: ReplicaID) -> (entry: Entry, found: Ground)? {
    last { entry in
      if case .answered(_, _, _, let ground) = entry.step, entry.by == replica { ground } else { nil }
    }
  }

  /// What its coordinator or its leader answered, and on what ground.
  var answered: (entry: Entry, found: Ground)? {
    last { if case .answered(_, _, _, let ground) = $0.step { ground } else { nil } }
  }

  /// Whom its coordinator thought dead as it took it on, and since when.
  var doubts: [(entry: Entry, found: (replica: ReplicaID, since: Instant))] {
    let doubts = all { entry -> (replica: ReplicaID, since: Instant)? in
      if case .regards(let replica, isAlive: false, let since) = entry.step { (replica, since) } else { nil }
    }
    // Who was looked at twice on the way is doubted once.
    return doubts.enumerated().filter { place, doubt in
      !doubts[..<place].contains { $0.found.replica == doubt.found.replica }
    }.map(\.element)
  }

  /// Whom it thought alive.
  var trusted: [(entry: Entry, found: ReplicaID)] {
    all { if case .regards(let replica, isAlive: true, _) = $0.step { replica } else { nil } }
  }

  /// Where phases begin among the entries, in order.
  var phases: [(index: Int, phase: Phase)] {
    entries.enumerated().compactMap { index, entry in
      if case .began(let phase) = entry.step { (index, phase) } else { nil }
    }
  }

  /// The messages of some kinds that the coordinator sent, in a range of the entries.
  func sent(in range: Range<Int>, _ isMeant: (LeaderlessMessage) -> Bool) -> [(entry: Entry, found: Message)] {
    all(in: range) { entry in
      guard case .sent(let message) = entry.step, message.kind.leaderless.map(isMeant) == true else { return nil }
      return message
    }
  }

  /// The answers of some kinds that it counted, in a range of the entries.
  func counted(in range: Range<Int>, _ isMeant: (LeaderlessMessage) -> Bool) -> [(entry: Entry, found: Message)] {
    all(in: range) { entry in
      guard case .counted(let message) = entry.step, message.kind.leaderless.map(isMeant) == true else { return nil }
      return message
    }
  }

  /// The answers by which a copy says what it holds that it counted, in a range of the entries.
  func readings(in range: Range<Int>) -> [(entry: Entry, found: Message)] {
    all(in: range) { entry in
      if case .counted(let message) = entry.step, message.kind.isReading { message } else { nil }
    }
  }

  /// The entries of the last phase for which something holds, up to the end.
  func rangeOfLast(_ isMeant: (Phase) -> Bool) -> Range<Int>? {
    phases.last { isMeant($0.phase) }.map { $0.index..<entries.count }
  }
}

extension LeaderlessMessage {
  /// Whether it asks for something to be done for an operation that its coordinator waits for.
  var isQuestion: Bool {
    switch self {
    case .write, .relay, .passedOn, .standIn, .delta, .paxosCommit, .dataRequest, .digestRequest, .paxosPrepare,
      .paxosPropose, .repair, .lead:
      true
    case .deltaRefused, .reap, .led, .writeAck, .hint, .hintAck, .repairAck, .validate, .tree, .exchange, .stream,
      .streamAck,
      .dataResponse, .digestResponse, .readFailure, .paxosPromise, .paxosAccept, .paxosRefuse, .gossipSyn, .gossipAck,
      .gossipAck2,
      .echo, .echoReply:
      false
    }
  }

  /// Whether it answers such a question.
  var isReply: Bool {
    switch self {
    case .writeAck, .dataResponse, .digestResponse, .readFailure, .repairAck, .paxosPromise, .paxosAccept, .paxosRefuse,
      .led:
      true
    case .write, .lead, .reap, .relay, .passedOn, .standIn, .delta, .deltaRefused, .hint, .hintAck, .repair, .validate,
      .tree,
      .exchange,
      .stream,
      .streamAck, .dataRequest, .digestRequest, .paxosPrepare, .paxosPropose, .paxosCommit, .gossipSyn, .gossipAck,
      .gossipAck2, .echo, .echoReply:
      false
    }
  }

  /// Whether it says what a copy holds.
  var isReading: Bool { self == .dataResponse || self == .digestResponse }
}
