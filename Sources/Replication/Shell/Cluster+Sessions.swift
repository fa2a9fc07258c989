import Kernel

/// An operation in search of a replica that has what its session was promised.
struct SessionSearch: Sendable {
  /// When the first replica turned out to lack something.
  let began: Instant
  /// By which operation the session came to know what the latest replica lacked.
  var lacking = OperationID.none
  /// Who has been asked in this round.
  var tried = ReplicaSet()
  /// How often everybody has been asked in vain.
  var rounds = 0
}

/// How guarantees are kept: a server that lacks what the session has written or read must not serve it, so the client
/// asks the next nearest owner, and when all that it can reach have been asked, waits and begins again, until the
/// operation's timeout (the retries of Cosmos DB's clients when a replica is behind the session's token,
/// `SessionTokenMismatchRetryPolicy`). `via` leaves it one replica, a local level one region.
///
/// A read is judged by what the copies that answered have seen, which at ONE is one copy, not the coordinator: pinning a
/// session to a coordinator is not enough. An update is judged by its coordinator's own copies, before it is accepted; the
/// version then names all of that in its context, and its timestamp is above, so it is ordered after it at every
/// replica, in whatever order they hear of the two (as drivers' monotonic timestamps do).
///
/// *Across keys* an update is accepted only where the session's earlier writes, or what it has read, are as well, as in the
/// paper. But the paper also has servers pass writes on in order, and these replicas pass on each key by itself: so a
/// third client can see the second of two keys and not the first, unless both sessions are causal; see ``CausalPast``.
///
/// What nobody has seen may have been overwritten before it got far. Once everybody has been asked in vain, a copy will
/// do whose version wins over the one needed.
extension Cluster {
  /// For how long a session waits when no replica will do.
  static let sessionPatience = TimeSpan.milliseconds(10)

  /// Promises a client's session those guarantees, or none. A session begins with its first guarantee.
  mutating func promise(_ guarantees: [SessionGuarantee], to client: ClientID) {
    if guarantees.isEmpty {
      clients[client].session = nil
    } else if clients[client].session == nil {
      clients[client].session = ClientSession(guarantees)
    } else {
      clients[client].session?.guarantees = guarantees
    }
  }

  /// What an operation of that client asks of the replica that serves it; nothing without guarantees.
  @inline(__always) mutating func demand(_ kind: OperationKind, of key: KeyID, by client: ClientID) -> SessionDemand {
    guard clients[client].session != nil else { return .none }
    return sessionDemand(kind, of: key, by: client)
  }

  private mutating func sessionDemand(_ kind: OperationKind, of key: KeyID, by client: ClientID) -> SessionDemand {
    clients[client].session?.demand(kind, of: key, &turn.catalogue) ?? .none
  }

  // MARK: Who will do

  /// Whether a coordinator lacks something that an update's session was promised, and so does not accept it.
  mutating func lacksDemand(_ ticket: UInt32, _ coordinator: ReplicaID) -> Bool {
    let (operation, demand) = (operations[ticket].operation, operations[ticket].payload.demand)
    var lacking: SessionNeeds?
    if !isMet(demand.needs, operation.key, at: coordinator, ticket) { lacking = demand.needs }
    if lacking == nil { lacking = firstLacking(demand, operation.client, coordinator) }
    guard let lacking else { return false }
    noteLack(lacking.origin, ticket)
    return true
  }

  private func isMet(_ needs: SessionNeeds, _ key: KeyID, at replica: ReplicaID, _ ticket: UInt32) -> Bool {
    let cell = cell(key, at: replica)
    return needs.areMet(
      byHeld: cell.version, seen: cell.seen, isLenient: isLenient(ticket), catalogue, at: reading(of: replica))
  }

  private func isLenient(_ ticket: UInt32) -> Bool {
    let search = operations[ticket].search
    return search != .max && searches[search].rounds > 0
  }

  /// What a coordinator lacks of the session's other keys, as far as it owns them.
  private mutating func firstLacking(
    _ demand: SessionDemand, _ client: ClientID, _ coordinator: ReplicaID
  ) -> SessionNeeds? {
    // The session is taken out, so that it can be changed while the cluster is looked at.
    guard demand.writes | demand.reads > 0, var session = clients[client].session else { return nil }
    clients[client].session = nil
    defer { clients[client].session = session }
    func isMet(_ key: KeyID, _ needs: SessionNeeds) -> Bool {
      guard turn.environment.ownerSet(of: key).contains(coordinator) else { return true }
      let cell = cell(key, at: coordinator)
      return needs.areMet(
        byHeld: cell.version, seen: cell.seen, isLenient: true, catalogue, at: reading(of: coordinator))
    }
    let entry =
      session.written.firstLacking(at: coordinator, ofFirst: demand.writes, isMet)
      ?? session.read.firstLacking(at: coordinator, ofFirst: demand.reads, isMet)
    return entry?.needs
  }

  private mutating func noteLack(_ origin: OperationID, _ ticket: UInt32) {
    if operations[ticket].search == .max { operations[ticket].search = searches.insert(SessionSearch(began: now)) }
    searches[operations[ticket].search].lacking = origin
  }

  // MARK: The search

  /// Asks another replica if an answer breaks a guarantee. True if it does.
  @inline(__always) mutating func seeksOn(_ answer: Answer) -> Bool {
    guard !operations[answer.ticket].payload.isFree else { return false }
    return isInsufficient(answer) && seekOn(answer)
  }

  private mutating func isInsufficient(_ answer: Answer) -> Bool {
    let ticket = answer.ticket
    if answer.outcome == .unavailable { return operations[ticket].search != .max }
    guard answer.outcome == .ok, !answer.isBehind else { return answer.isBehind }
    let needs = operations[ticket].payload.demand.needs
    guard !operations[ticket].operation.kind.isUpdate,
      !needs.areMet(
        byHeld: answer.version, seen: answer.seen, isLenient: isLenient(ticket), catalogue,
        at: operations[ticket].operation.clockReading)
    else { return false }
    noteLack(needs.origin, ticket)
    return true
  }

  private mutating func seekOn(_ answer: Answer) -> Bool {
    let search = operations[answer.ticket].search
    searches[search].tried.insert(answer.coordinator)
    let judge = operations[answer.ticket].operation.executor
    searches[search].tried.insert(judge)
    if answer.outcome == .ok {
      turn.effects.record(
        .lacked(answer.operation, by: judge, origin: searches[search].lacking), at: now)
    }
    if let next = nextReplica(answer.ticket) {
      sessions.retries += 1
      request(answer.operation, answer.ticket, from: next)
    } else {
      searches[search].rounds += 1
      searches[search].tried = ReplicaSet()
      waitForReplica(answer.operation, answer.ticket)
    }
    return true
  }

  private mutating func waitForReplica(_ operation: OperationID, _ ticket: UInt32) {
    sessions.waits += 1
    operations[ticket].request = .max
    let timer = Timer.seek(operation, ticket: ticket)
    queue.push(Scheduled(departed: now, event: .wake(timer)), at: now + Self.sessionPatience)
  }

  /// The nearest owner that can be reached and has not been asked in this round.
  private func nextReplica(_ ticket: UInt32) -> ReplicaID? {
    let (open, tried) = (operations[ticket].operation, searches[operations[ticket].search].tried)
    if operations[ticket].payload.isPinned {
      let named = open.coordinator
      return !tried.contains(named) && canReach(named, from: open.region) ? named : nil
    }
    let owners = turn.environment.ownerSet(of: open.key)
    let home = replicas[open.coordinator].region
    return turn.environment.proximity.order(fromClientIn: open.region).first { replica in
      owners.contains(replica) && !tried.contains(replica) && mayAsk(replica, from: open.region)
        && (!open.level.isLocal || replicas[replica].region == home)
    }
  }

  /// Begins a round of the search, at the nearest. False if nobody waits for it any more.
  mutating func seek(_ operation: OperationID, _ ticket: UInt32) -> Bool {
    guard isOpen(operation, ticket), operations[ticket].operation.outcome == nil else { return false }
    if let next = nextReplica(ticket) {
      request(operation, ticket, from: next)
    } else {
      waitForReplica(operation, ticket)
    }
    return true
  }

  private mutating func request(_ operation: OperationID, _ ticket: UInt32, from coordinator: ReplicaID) {
    let open = operations[ticket].operation
    operations[ticket].isClosed = false
    operations[ticket].request = .max
    operations[ticket].lead = .max
    operations[ticket].operation.leader = .none
    operations[ticket].operation.coordinator = coordinator
    operations[ticket].operation.retries &+= open.retries < .max ? 1 : 0
    turn.effects.note(.directed(.session), of: operation, by: coordinator, at: now)
    if let span = clientSpan(open.client, in: open.region, coordinator, toReplica: true) {
      let event = Event.request(operation, ticket: ticket, coordinator: coordinator)
      queue.push(Scheduled(departed: now, event: event), at: now + span)
    } else {
      noteClientLoss(operation, at: coordinator, isAnswer: false, .cut)
    }
  }

  // MARK: The end

  /// Takes in for its session how an operation ended.
  @inline(__always) mutating func noteSession(_ ticket: UInt32) {
    if operations[ticket].search != .max { endSearch(ticket) }
    let operation = operations[ticket].operation
    guard clients[operation.client].session != nil, operation.outcome == .ok else { return }
    clients[operation.client].session?.note(operation, &turn.catalogue)
    if operation.kind == .read, operation.version != .none, clients[operation.client].session?.isCausal ?? false {
      takePast(of: operation.version, into: operation.client)
    }
  }

  mutating func endSearch(_ ticket: UInt32) {
    let search = operations[ticket].search
    let (sum, overflow) = sessions.waited.microseconds.addingReportingOverflow(
      (now - searches[search].began).microseconds)
    sessions.waited = TimeSpan(microseconds: overflow ? .max : sum)
    if operations[ticket].operation.outcome != .ok { sessions.refusals += 1 }
    searches.remove(search)
    operations[ticket].search = .max
  }
}
