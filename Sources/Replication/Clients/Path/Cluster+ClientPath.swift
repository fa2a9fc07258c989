import Kernel

/// The way of an operation along the path between its client and its coordinator, and what its client does when it fails.
extension Cluster {
  /// Sets an operation on its way.
  mutating func beginCall(_ ticket: UInt32) {
    let operation = operations[ticket].operation
    if isRefused(by: operation.region, operation) {
      path.all.tally.rejected += 1
      operations[ticket].operation.coordinator = .none
      operations[ticket].operation.answerer = .breaker
      operations[ticket].isClosed = true
      end(ticket, .rejected)
      return
    }
    let call = path.all.calls.insert(ClientCall(operations[ticket], ticket: ticket, at: now))
    operations[ticket].call = call
    send(attempt: ticket, besides: .none)
    if operation.kind.isQuestion, operations.contains(ticket), operations[ticket].call == call { planHedge(ticket) }
  }

  /// Whether the circuit breaker of a region's clients refuses what comes now.
  mutating func isRefused(by region: RegionID, _ operation: Operation) -> Bool {
    guard let rule = turn.environment.settings.path.breaker, !path.all.breakers[region].admits(rule, at: now) else {
      return false
    }
    note(.refused(since: path.all.breakers[region].openSince), of: operation)
    return true
  }

  /// Sends an attempt: it chooses whom to ask, and its own time begins.
  ///
  /// - Parameter besides: who has been asked already and answers late.
  mutating func send(attempt ticket: UInt32, besides: ReplicaID) {
    let settings = turn.environment.settings.path
    let operation = operations[ticket].operation
    let coordinator = attemptCoordinator(of: operation, besides: besides)
    operations[ticket].operation.coordinator = coordinator ?? .none
    operations[ticket].isClosed = coordinator == nil
    // Whom a second question goes to is told with it.
    if turn.effects.isDetailed, besides == .none { noteDirection(of: operations[ticket].operation) }
    let usesEdge =
      settings.edgeTTL != nil && operation.kind == .read && operations[ticket].payload.isFree
      && operation.named == .none
    // An edge cache answers whoever is dead behind it.
    guard coordinator != nil || usesEdge else {
      end(ticket, .unavailable)
      return
    }
    setDeadline(of: ticket)
    guard usesEdge else { return approach(ticket, elapsed: .zero) }
    let leg = clientLeg(of: operation.client) + drawn(settings.edgeDelay, .edge, operation)
    wake(.edge(operation.id, ticket: ticket), after: leg)
  }

  /// How long a message takes between a client and what is next to it.
  private mutating func clientLeg(of client: ClientID) -> TimeSpan {
    if let constant = turn.environment.constantClientDelay { return constant }
    let draw = turn.environment.randomness.draw(
      .clientDelay, owner: UInt64(client.raw), number: clients[client].drawn)
    clients[client].drawn += 1
    return turn.environment.settings.clientDelay.sample(draw)
  }

  private func drawn(_ delay: Delay, _ stream: Randomness.Stream, _ operation: Operation) -> TimeSpan {
    if let constant = delay.constant { return constant }
    return delay.sample(
      turn.environment.randomness.draw(
        stream, owner: UInt64(operation.id.raw), number: UInt64(operation.attempts)))
  }

  /// Sends an attempt on from its client, or from the edge cache, to the gateway of the region that it goes to.
  private mutating func approach(_ ticket: UInt32, elapsed: TimeSpan) {
    let settings = turn.environment.settings.path
    let operation = operations[ticket].operation
    guard let span = clientSpan(operation.client, in: operation.region, operation.coordinator, toReplica: true) else {
      noteClientLoss(operation.id, at: operation.coordinator, isAnswer: false, .cut)
      return
    }
    let rest = max(.zero, span - elapsed)
    guard settings.throttle != nil || settings.gatewayDelay != .none || settings.authentication != .none else {
      let event = Event.request(operation.id, ticket: ticket, coordinator: operation.coordinator)
      queue.push(Scheduled(departed: now, event: event), at: now + rest)
      return
    }
    wake(.gateway(operation.id, ticket: ticket), after: rest)
  }

  mutating func wake(_ timer: PathTimer, after span: TimeSpan) {
    queue.push(Scheduled(departed: now, event: .wake(.path(timer))), at: now + span)
  }

  /// Lets something happen on the path. False if nobody waits for it any more.
  mutating func wake(_ timer: PathTimer) -> Bool {
    switch timer {
    case .check(let region): return check(region)
    case .balance(let replica): return balance(replica)
    case .edge(let operation, let ticket):
      guard isInCall(operation, ticket) else { return false }
      reachEdge(ticket)
    case .gateway(let operation, let ticket):
      guard isInCall(operation, ticket) else { return false }
      reachGateway(ticket)
    case .back(let operation, let ticket):
      guard isInCall(operation, ticket) else { return false }
      comeBack(ticket)
    case .retry(let operation, let ticket):
      guard isInCall(operation, ticket) else { return false }
      tryAgain(ticket)
    case .hedge(let operation, let ticket):
      guard isInCall(operation, ticket) else { return false }
      return hedge(ticket)
    }
    return true
  }

  private func isInCall(_ operation: OperationID, _ ticket: UInt32) -> Bool {
    isOpen(operation, ticket) && operations[ticket].operation.outcome == nil && operations[ticket].call != .max
  }

  /// A read has come to the edge cache of its client's region.
  private mutating func reachEdge(_ ticket: UInt32) {
    let operation = operations[ticket].operation
    let leg = clientLeg(of: operation.client)
    if let entry = path.all.edges[operation.region].entry(of: operation.key, turn.environment.settings.path, at: now) {
      path.all.tally.edgeHits += 1
      note(.edgeHit(since: entry.since), of: operation)
      operations[ticket].isClosed = true
      turnBack(ticket, .edgeCache, entry.outcome, entry.version, entry.seen, after: leg)
      return
    }
    path.all.tally.edgeMisses += 1
    note(.edgeMiss, of: operation)
    guard operation.coordinator != .none else {
      end(ticket, .unavailable)
      return
    }
    path.all.calls[operations[ticket].call][ticket].passesEdge = true
    approach(ticket, elapsed: leg)
  }

  /// A request has come to the gateway.
  private mutating func reachGateway(_ ticket: UInt32) {
    let settings = turn.environment.settings.path
    let operation = operations[ticket].operation
    let region = replicas[operation.coordinator].region
    if let throttle = settings.throttle {
      var gateway = path.all.gateways[region] ?? Gateway(throttle, at: now)
      let next = gateway.take(throttle, at: now)
      path.all.gateways[region] = gateway
      if let next {
        note(.throttled(next: next), of: operation)
        operations[ticket].isClosed = true
        guard let span = clientSpan(operation.client, in: operation.region, operation.coordinator, toReplica: false)
        else {
          noteClientLoss(operation.id, at: operation.coordinator, isAnswer: true, .cut)
          return
        }
        turnBack(ticket, .gateway, .throttled, .none, .none, serverSays: next, after: span)
        return
      }
    }
    let spans = (
      drawn(settings.gatewayDelay, .gateway, operation), drawn(settings.authentication, .authentication, operation)
    )
    note(.admitted(gateway: spans.0, authentication: spans.1), of: operation)
    let event = Event.request(operation.id, ticket: ticket, coordinator: operation.coordinator)
    queue.push(Scheduled(departed: now, event: event), at: now + spans.0 + spans.1)
  }

  private mutating func turnBack(
    _ ticket: UInt32, _ answerer: Answerer, _ outcome: Outcome, _ version: VersionID, _ seen: VectorID,
    serverSays: TimeSpan? = nil, after span: TimeSpan
  ) {
    path.all.calls[operations[ticket].call][ticket].pending = ClientCall.Pending(
      answerer: answerer, outcome: outcome, version: version, seen: seen, serverSays: serverSays)
    wake(.back(operations[ticket].operation.id, ticket: ticket), after: span)
  }

  /// An answer from the way there is with its client.
  private mutating func comeBack(_ ticket: UInt32) {
    let operation = operations[ticket].operation
    guard let pending = path.all.calls[operations[ticket].call][ticket].pending else { return }
    operations[ticket].operation.answerer = pending.answerer
    // Whoever would have coordinated was never asked.
    if pending.answerer == .edgeCache { operations[ticket].operation.coordinator = .none }
    end(
      Answer(
        operation: operation.id, ticket: ticket, version: pending.version, seen: pending.seen, coordinator: .none,
        outcome: pending.outcome, required: 0, received: 0))
  }

  /// Reports what became of an operation on its path.
  mutating func note(_ step: PathStep, of operation: Operation) {
    turn.effects.note(.path(step), of: operation.id, by: operation.coordinator, at: now)
  }
}
