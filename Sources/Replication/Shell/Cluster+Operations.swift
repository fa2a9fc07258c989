import Kernel

/// The life of an operation on its client's side: issue, answer, deadline.
extension Cluster {
  /// When an operation that a command asks for now will begin: at once, or a microsecond after the latest answer to a
  /// command's operation if that isn't earlier. So a client that writes and then reads has read after the write.
  public var nextStart: Instant {
    guard let answered = lastCommandAnswer, answered >= now else { return now }
    return answered + TimeSpan(microseconds: 1)
  }

  /// Issues the operation that a command asks for.
  mutating func operate(_ plan: OperationPlan) {
    var plan = plan
    let author = plan.author.map { settle(post: &plan, by: $0) }
    if plan.kind == .timeline { settle(timeline: &plan) }
    let isPoll = !plan.kind.hasKey
    let cell = isPoll || turn.environment.types.isEmpty ? nil : column(named: plan.key)
    let key = isPoll ? KeyID.none : turn.intern(key: cell?.row ?? plan.key)
    if plan.kind.isUpdate { turn.fixForm(of: key) }
    let operand = isPoll ? nil : cell.map { $0.column + (plan.value.map { "=\($0)" } ?? "") } ?? plan.value
    let value = operand.map { turn.catalogue.names.intern(value: $0) } ?? .none
    if let author { note(postBy: author, key: key, text: plan.value ?? "") }
    let region = clients[plan.client].region
    let coordinator: ReplicaID?
    if let named = plan.coordinator {
      coordinator = canReach(named, from: region) ? named : nil
    } else {
      coordinator = chooseCoordinator(for: plan.client, in: region, key)
    }
    issue(
      plan.kind, key: key, value: value, valueBytes: operand?.utf8.count ?? 0, level: plan.level,
      client: plan.client, region: region, coordinator: coordinator, timestamp: plan.timestamp,
      context: isPoll ? nil : context(plan.context, of: plan.client, for: key), lifetime: plan.lifetime,
      condition: plan.condition, named: plan.coordinator, isLoad: false,
      consumer: plan.kind == .consume
        ? demand(of: plan.client, atMost: plan.value.flatMap { Int($0) } ?? ConsumerDemand.capacity) : nil)
  }

  /// What a write to a key with siblings says that its client has seen; nil where that plays no part.
  mutating func context(_ choice: ContextChoice, of client: ClientID, for key: KeyID) -> VectorID? {
    guard turn.environment.form(of: key).takesContext else { return nil }
    switch choice {
    case .latest: return clients[client].contexts[key]
    case .blind: return VectorID.none
    case .answer(let operation):
      return commandOperations.firstIndex(of: operation).map { commandContexts[$0] } ?? VectorID.none
    }
  }

  /// Begins an operation at this instant.
  ///
  /// Without a coordinator it is refused at once: nobody could be asked, so it certainly did not happen.
  mutating func issue(
    _ kind: OperationKind, key: KeyID, value: ValueID, valueBytes: Int, level: ConsistencyLevel, client: ClientID,
    region: RegionID, coordinator: ReplicaID?, timestamp: Int64?, context: VectorID?,
    lifetime: TimeSpan?, condition: WriteCondition?, named: ReplicaID?, isLoad: Bool, consumer: ConsumerDemand? = nil
  ) {
    // A delete marker in a log is a record like others until it is cleaned away.
    if kind == .delete || lifetime != nil, plan.scheme != .log { turn.rearrange { $0.hasMortals = true } }
    let stamped = stamp(kind, level, of: client, timestamp)
    var operation = Operation(
      id: OperationID(nextOperation), key: key, value: value, client: client, region: region, kind: kind,
      level: level, isConditional: condition != nil, isLoad: isLoad, began: now, beganAt: position)
    operation.coordinator = coordinator ?? .none
    operation.named = named ?? .none
    // Where each region keeps a log of its own, nobody looks for a coordinator elsewhere.
    operation.isKeptHome =
      named == nil
      && (turn.environment.settings.failover == .local || coordinator == nil && plan.scheme == .log)
    if case .equals(let text)? = condition { operation.expected = turn.catalogue.names.intern(value: text) }
    nextOperation += 1
    if isLoad {
      openLoads += 1
    } else {
      openCommands += 1
      commandOperations.append(operation.id)
      commandContexts.append(.none)
    }
    if turn.effects.isTracing { turn.effects.record(.began(operation.id), at: now) }
    let ticket = operations.insert(
      OpenOperation(
        operation: operation,
        payload: OpenOperation.Payload(
          timestamp: stamped.timestamp, stamp: stamped.stamp, valueBytes: valueBytes, context: context,
          lifetime: lifetime,
          condition: condition, demand: kind.hasKey ? demand(kind, of: key, by: client) : .none,
          isPinned: named != nil, consumer: consumer),
        isClosed: coordinator == nil))
    if turn.environment.hasClientPath, kind.takesPath {
      beginCall(ticket)
      return
    }
    if turn.effects.isDetailed { noteDirection(of: operations[ticket].operation) }
    guard let coordinator else {
      end(ticket, .unavailable)
      return
    }
    setDeadline(of: ticket)
    if let span = clientSpan(client, in: region, coordinator, toReplica: true) {
      let event = Event.request(operation.id, ticket: ticket, coordinator: coordinator)
      queue.push(Scheduled(departed: now, event: event), at: now + span)
    } else {
      noteClientLoss(operation.id, at: coordinator, isAnswer: false, .cut)
    }
    if operation.isUnawaited { answerAtOnce(ticket) }
  }

  /// Sets the instant at which an operation, or an attempt at it, has taken too long.
  @inline(__always) mutating func setDeadline(of ticket: UInt32) {
    let (id, isUpdate) = (operations[ticket].operation.id, operations[ticket].operation.kind.isUpdate)
    let timeout = isUpdate ? turn.environment.settings.writeTimeout : turn.environment.settings.readTimeout
    if !deadlines.add(Deadlines.Deadline(at: now + timeout, operation: id, ticket: ticket), isUpdate: isUpdate) {
      queue.push(Scheduled(departed: now, event: .wake(.deadline(id, ticket: ticket))), at: now + timeout)
    }
  }

  /// Hands a client's request to its coordinator.
  mutating func take(
    _ operation: OperationID, _ ticket: UInt32, _ coordinator: ReplicaID, _ scheduled: Scheduled
  ) -> Bool {
    guard isOpen(operation, ticket),
      operations[ticket].operation.outcome == nil || operations[ticket].operation.isUnawaited
    else { return false }
    switch replicas.status(of: coordinator) {
    case .crashed:
      noteClientLoss(operation, at: coordinator, isAnswer: false, .receiverDown)
    case .paused:
      replicas[coordinator].inbox.append(scheduled)
    case .running:
      operations[ticket].operation.clockReading = replicas.clock(of: coordinator).reading(at: now)
      let asked = operations[ticket].operation
      if asked.kind == .timeline {
        beginReading(ticket, at: coordinator)
        return true
      }
      var payload = operations[ticket].payload
      if asked.kind.isUpdate, asked.attempts > 1, let known = recognized(asked) {
        payload.recognized = known
        note(.recognized(known), of: asked)
      }
      if asked.kind.isUpdate, replicas.handsUpdatesToOwners, isNonOwner(coordinator, of: asked.key),
        handOver(asked, &payload, ticket: ticket, from: coordinator)
      {
        return true
      }
      operations[ticket].request = coordinate(asked, payload, ticket: ticket, at: coordinator) ?? .max
    }
    return true
  }

  /// Has a replica coordinate an operation: the one that its client asked, or an owner in that one's place. Returns the
  /// slot there; nil if it was refused.
  @inline(__always) mutating func coordinate(
    _ asked: Operation, _ payload: OpenOperation.Payload, ticket: UInt32, at replica: ReplicaID
  ) -> UInt32? {
    if asked.kind.isUpdate, !payload.isFree, lacksDemand(ticket, replica) {
      turn.admitLack(asked, ticket: ticket, at: replica)
      return nil
    }
    let request = ClientRequest(operation: asked, payload: payload, ticket: ticket)
    let slot = replicas.begin(request, at: replica, &turn)
    if asked.kind.isUpdate, !payload.isFree { notePast(of: asked, payload.demand) }
    return slot
  }

  /// The timestamp that an update takes along: what the command gives, or what the client's clock does; none where the
  /// coordinator's does.
  ///
  /// A transaction's timestamp is its ballot, whichever client asks (`StorageProxy.cas`).
  @inline(__always) private mutating func stamp(
    _ kind: OperationKind, _ level: ConsistencyLevel, of client: ClientID, _ timestamp: Int64?
  ) -> (timestamp: Int64?, stamp: Stamp) {
    if timestamp != nil { return (timestamp, .request) }
    if turn.environment.defect == .timestampsReversed, kind.isUpdate, !level.isSerial {
      return (Self.lastTimestamp - now.microseconds, .request)
    }
    guard turn.environment.settings.timestamps != .server, kind.isUpdate, !level.isSerial else { return (nil, .none) }
    let reading = clients[client].clock.reading(at: now)
    let own = clients[client].clock.timestamp(at: now)
    return (own, own == reading ? .clientClock : .clientSequence)
  }

  /// From where timestamps count down that are reversed.
  private static let lastTimestamp = Instant.end.microseconds

  /// Ends an operation as its coordinator says.
  mutating func end(_ answer: Answer) {
    operations[answer.ticket].operation.version = answer.version
    operations[answer.ticket].operation.seen = answer.seen
    operations[answer.ticket].operation.required = answer.required
    operations[answer.ticket].operation.received = answer.received
    operations[answer.ticket].operation.isApplied = answer.isApplied
    if answer.outcome == .ok { remember(answer) }
    end(answer.ticket, answer.outcome)
  }

  /// Keeps what an answer carried, for the writes of the same client to come.
  private mutating func remember(_ answer: Answer) {
    let operation = operations[answer.ticket].operation
    guard operation.key != .none, turn.environment.form(of: operation.key).takesContext else { return }
    clients[operation.client].contexts[operation.key] = answer.seen
    if !operation.isLoad, let index = commandOperations.lastIndex(of: operation.id) {
      commandContexts[index] = answer.seen
    }
  }

  /// Ends an operation for its client; its coordinator may go on with it.
  mutating func end(_ ticket: UInt32, _ outcome: Outcome) {
    var outcome = outcome
    if operations[ticket].call != .max {
      guard case .ends(let last) = endAttempt(ticket, outcome) else { return }
      outcome = last
    }
    operations[ticket].operation.outcome = outcome
    operations[ticket].operation.ended = now
    operations[ticket].operation.endedAt = position
    if operations[ticket].operation.isLoad {
      openLoads -= 1
    } else {
      lastCommandAnswer = now
      openCommands -= 1
    }
    if operations[ticket].operation.kind.hasKey {
      noteSession(ticket)
    } else if operations[ticket].operation.kind == .consume {
      endConsumption(operations[ticket].operation)
    }
    if !timelines.isEmpty { endOnTimelines(operations[ticket].operation, ticket) }
    ended.append(operations[ticket].operation)
    turn.effects.record(.ended(operations[ticket].operation.id), at: now)
    if operations[ticket].isClosed { operations.remove(ticket) }
  }

  /// An operation's timeout has passed since it was issued: its coordinator turns what was not acknowledged into hints,
  /// and the client, if it still waits, has waited long enough, whatever became of the coordinator.
  mutating func passDeadline(_ id: OperationID, _ ticket: UInt32, _ scheduled: Scheduled) -> Bool {
    guard isOpen(id, ticket) else { return false }
    let open = operations[ticket]
    let coordinator = open.operation.coordinator
    var answer: Answer?
    if open.lead != .max {
      // Its leader goes by its own clock. Of what that has the coordinator has not heard.
      operations[ticket].operation.required =
        UInt16(turn.environment.required(open.operation.level, coordinatorIn: replicas[coordinator].region))
      operations[ticket].operation.awaitsLeader = operations[ticket].operation.outcome == nil
      if !open.isClosed, lead(of: ticket)?.isTaken == false {
        close(Effects.Closure(operation: id, ticket: ticket, messages: 0, bytes: 0))
      }
    } else if open.request != .max, !open.isClosed {
      switch replicas[coordinator].status {
      case .running:
        let expiry = replicas.expire(open.request, of: open.operation, at: coordinator, &turn)
        operations[ticket].operation.received = expiry.received
        answer = expiry.answer
        if answer != nil, !canReach(coordinator, from: open.operation.region) {
          answer = nil
          noteClientLoss(id, at: coordinator, isAnswer: true, .cut)
        }
      case .paused:
        // The coordinator finds out when it wakes up.
        replicas[coordinator].inbox.append(scheduled)
      case .crashed:
        break
      }
      operations[ticket].operation.required =
        UInt16(turn.environment.required(open.operation.level, coordinatorIn: replicas[coordinator].region))
    } else if !open.isClosed, replicas[coordinator].status != .paused {
      // The request never got there.
      operations[ticket].isClosed = true
    }
    if operations[ticket].operation.outcome == nil {
      if let answer { end(answer) } else { end(ticket, .timeout) }
    } else if operations[ticket].isClosed {
      operations.remove(ticket)
    }
    return true
  }
}
