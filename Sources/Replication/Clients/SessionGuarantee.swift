import Kernel

/// What a client's session can be promised, whichever replicas serve it (Terry et al., *Session Guarantees for Weakly
/// Consistent Replicated Data*, PDIS 1994).
public enum SessionGuarantee: String, CaseIterable, Sendable {
  /// A read sees all earlier writes of the session.
  case readYourWrites = "read-your-writes"
  /// A read sees at least what earlier reads of the session saw.
  case monotonicReads = "monotonic-reads"
  /// The session's writes are ordered as it issued them.
  case monotonicWrites = "monotonic-writes"
  /// A write is ordered after the writes that the session had read.
  case writesFollowReads = "writes-follow-reads"
}

/// What a server must have of a key before it may serve an operation of a session.
struct SessionNeeds: Sendable {
  /// All that it must have seen.
  var vector = VectorID.none
  /// What it must hold, or something that wins over it. Where clocks are wrong a copy can have seen a version, in the
  /// context of another, and yet hold that other, which loses: so the vector alone is not enough.
  var version = VersionID.none

  /// Nothing.
  static let none = SessionNeeds()

  var isNone: Bool { vector == .none }

  /// Whether whoever holds that version and has seen that much will do.
  func areMet(byHeld held: VersionID, seen: VectorID, _ catalogue: Catalogue, at now: Instant) -> Bool {
    guard catalogue.vectors.covers(seen, vector) else { return false }
    guard version != .none, held != version, !catalogue.version(version).isState else { return true }
    // A purged tombstone leaves nothing behind.
    if held == .none { return catalogue.death(of: version, by: now) != nil }
    return catalogue.wins(held, over: version)
  }

  /// Takes in a version that was written or read.
  mutating func include(_ id: VersionID, _ catalogue: inout Catalogue) {
    vector = catalogue.vectors.merge(vector, catalogue.version(id).vector)
    if version == .none || catalogue.version(id).isState || catalogue.wins(id, over: version) { version = id }
  }

  /// Takes in what somebody else needs.
  mutating func include(_ other: SessionNeeds, _ catalogue: inout Catalogue) {
    guard other.version != .none else { return }
    let merged = catalogue.vectors.merge(vector, other.vector)
    include(other.version, &catalogue)
    vector = merged
  }
}

/// What a session has written and read, as far as it was promised anything.
///
/// Only acknowledged operations count, from the moment at which a guarantee is asked for.
struct Session: Sendable {
  /// What is promised, in the order of the cases.
  var guarantees: [SessionGuarantee]
  /// All that the session has written.
  private var written = PagedTable<KeyID, SessionNeeds>(vacant: .none)
  /// All that it has read.
  private var read = PagedTable<KeyID, SessionNeeds>(vacant: .none)
  /// Whom its operations in search of a replica have asked in vain.
  var searches: [Search] = []

  struct Search: Sendable {
    let operation: OperationID
    var tried = ReplicaSet()
  }

  init(_ guarantees: [SessionGuarantee]) { self.guarantees = guarantees }

  /// What a server must have seen of a key before it may serve such an operation.
  func needs(_ kind: OperationKind, of key: KeyID, _ catalogue: inout Catalogue) -> SessionNeeds {
    var needs = SessionNeeds.none
    if guarantees.contains(kind.isUpdate ? .monotonicWrites : .readYourWrites) {
      needs.include(written[key], &catalogue)
    }
    if guarantees.contains(kind.isUpdate ? .writesFollowReads : .monotonicReads) {
      needs.include(read[key], &catalogue)
    }
    return needs
  }

  /// Takes in what an operation wrote or read.
  mutating func note(_ operation: Operation, _ catalogue: inout Catalogue) {
    guard operation.version != .none else { return }
    if operation.isAcknowledgedUpdate {
      written[operation.key].include(operation.version, &catalogue)
    } else {
      read[operation.key].include(operation.version, &catalogue)
    }
  }
}

/// What keeping the guarantees of all sessions has cost.
public struct SessionTally: Hashable, Sendable {
  /// Replicas that were asked because another lacked something.
  public internal(set) var retries = 0
  /// How often nobody had it, and the session waited.
  public internal(set) var waits = 0
  /// Operations that ended as timeouts because nobody had it in time.
  public internal(set) var refusals = 0
}

/// How guarantees are kept: a server that lacks what the session has written or read must not serve it, so the client asks
/// the next nearest owner, and when all that it can reach have been asked, waits and begins again.
///
/// A read is judged by what the copies that answered have seen, which at ONE is one copy, not the coordinator: pinning a
/// session to a coordinator is not enough. An update is judged by its coordinator's own copy, before it is accepted; the
/// version then names all of that in its context, and its timestamp is above, so it is ordered after it at every
/// replica, in whatever order they hear of the two (as drivers' monotonic timestamps do).
extension Cluster {
  /// For how long a session waits when no replica will do.
  static let sessionPatience = TimeSpan.milliseconds(10)

  /// Promises a client's session those guarantees, or none.
  mutating func promise(_ guarantees: [SessionGuarantee], to client: ClientID) {
    if guarantees.isEmpty {
      clients[client].session = nil
    } else if clients[client].session == nil {
      clients[client].session = Session(guarantees)
    } else {
      clients[client].session?.guarantees = guarantees
    }
  }

  /// What a server must have seen for an operation of that client; none without guarantees.
  @inline(__always) mutating func needs(_ kind: OperationKind, of key: KeyID, by client: ClientID) -> SessionNeeds {
    guard clients[client].session != nil else { return .none }
    return sessionNeeds(kind, of: key, by: client)
  }

  private mutating func sessionNeeds(_ kind: OperationKind, of key: KeyID, by client: ClientID) -> SessionNeeds {
    clients[client].session?.needs(kind, of: key, &environment.catalogue) ?? .none
  }

  /// Asks another replica if an answer breaks a guarantee. True if it does.
  @inline(__always) mutating func seeksOn(_ answer: Answer) -> Bool {
    let needs = operations[answer.ticket].payload.needs
    guard !needs.isNone, answer.outcome == .ok else { return false }
    return seekOn(answer, needs)
  }

  private mutating func seekOn(_ answer: Answer, _ needs: SessionNeeds) -> Bool {
    let isUpdate = operations[answer.ticket].operation.kind.isUpdate
    guard
      answer.isBehind
        || !isUpdate && !needs.areMet(byHeld: answer.version, seen: answer.seen, catalogue, at: now)
    else { return false }
    let client = operations[answer.ticket].operation.client
    let index: Int
    if let known = clients[client].session?.searches.firstIndex(where: { $0.operation == answer.operation }) {
      index = known
    } else {
      index = clients[client].session?.searches.count ?? 0
      clients[client].session?.searches.append(Session.Search(operation: answer.operation))
    }
    clients[client].session?.searches[index].tried.insert(answer.coordinator)
    let tried = clients[client].session?.searches[index].tried ?? ReplicaSet()
    let open = operations[answer.ticket].operation
    let next = environment.proximity.order(fromClientIn: open.region).first {
      !tried.contains($0) && environment.ownerSet(of: open.key).contains($0) && canReach($0, from: open.region)
    }
    operations[answer.ticket].isClosed = false
    operations[answer.ticket].request = .max
    if let next, !operations[answer.ticket].payload.isPinned {
      sessions.retries += 1
      request(answer.operation, answer.ticket, from: next)
    } else {
      sessions.waits += 1
      clients[client].session?.searches[index].tried = ReplicaSet()
      let timer = Timer.seek(answer.operation, ticket: answer.ticket)
      queue.push(Scheduled(departed: now, event: .wake(timer)), at: now + Self.sessionPatience)
    }
    return true
  }

  /// Begins the search anew, at the nearest. False if nobody waits for it any more.
  mutating func seek(_ operation: OperationID, _ ticket: UInt32) -> Bool {
    guard isOpen(operation, ticket), operations[ticket].operation.outcome == nil else { return false }
    let open = operations[ticket].operation
    let owners = environment.ownerSet(of: open.key)
    let nearest = environment.proximity.order(fromClientIn: open.region).first {
      owners.contains($0) && canReach($0, from: open.region)
    }
    let coordinator = operations[ticket].payload.isPinned ? open.coordinator : nearest ?? open.coordinator
    request(operation, ticket, from: coordinator)
    return true
  }

  private mutating func request(_ operation: OperationID, _ ticket: UInt32, from coordinator: ReplicaID) {
    let open = operations[ticket].operation
    operations[ticket].operation.coordinator = coordinator
    operations[ticket].operation.retries &+= open.retries < .max ? 1 : 0
    if let span = clientSpan(open.client, in: open.region, coordinator, toReplica: true) {
      let event = Event.request(operation, ticket: ticket, coordinator: coordinator)
      queue.push(Scheduled(departed: now, event: event), at: now + span)
    } else {
      effects.record(.clientMessageLost(operation), at: now)
    }
  }

  /// Takes in for its session how an operation ended.
  @inline(__always) mutating func noteSession(_ ticket: UInt32) {
    guard clients[operations[ticket].operation.client].session != nil else { return }
    endSearch(ticket)
  }

  private mutating func endSearch(_ ticket: UInt32) {
    let operation = operations[ticket].operation
    if operation.outcome == .ok { clients[operation.client].session?.note(operation, &environment.catalogue) }
    let index = clients[operation.client].session?.searches.firstIndex { $0.operation == operation.id }
    guard let index else { return }
    clients[operation.client].session?.searches.remove(at: index)
    if operation.outcome != .ok { sessions.refusals += 1 }
  }
}
