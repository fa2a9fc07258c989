import Kernel

/// A write (or delete) that a replica coordinates.
struct WriteRequest: Request {
  let operation: OperationID
  let ticket: UInt32
  let key: KeyID
  let version: VersionID
  let level: ConsistencyLevel
  /// Who was sent the version.
  let contacts: ReplicaSet
  /// Who of them has not acknowledged it.
  var awaited: ReplicaSet
  /// The slot of the transaction that commits; `.max` for a plain write.
  var transaction = UInt32.max
  var isAnswered = false
  var messages: UInt32 = 0
  var bytes: UInt32 = 0

  /// Who acknowledged it.
  var acknowledged: ReplicaSet { contacts.subtracting(awaited) }

  /// What an acknowledgement changes.
  enum Progress {
    /// Nothing: it was not awaited, or not any more.
    case nothing
    /// The client still waits.
    case waiting
    /// The client has its answer.
    case answered
  }

  /// Takes in an acknowledgement.
  @inline(__always) mutating func acknowledge(_ replica: ReplicaID, isRemote: Bool) -> Progress {
    guard awaited.remove(replica) else { return .nothing }
    if isRemote {
      messages += 1
      bytes += UInt32(WireSize.header)
    }
    return isAnswered ? .answered : .waiting
  }
}

/// The coordinator's side of a write, in the order of Cassandra's `StorageProxy.performWrite`:
///
/// 1. Too few owners thought alive: refuse, before anything is sent.
/// 2. Send the version to *all* owners thought alive, whatever the level; hint it for the others.
/// 3. Answer the client when the level's acknowledgements are in; later ones only spare a hint.
/// 4. At the timeout, hint it for whoever is still silent, also if the client was answered long ago.
extension Replica {
  /// Begins a write; returns its slot, unless it was refused.
  mutating func coordinateWrite(
    _ operation: Operation, _ payload: OpenOperation.Payload, ticket: UInt32, in environment: inout Environment,
    _ effects: inout Effects
  ) -> UInt32? {
    let alive = environment.detector.alive(to: id)
    noteStart(operation, environment, &effects)
    if let shortage = environment.shortage(operation.level, of: operation.key, alive: alive, coordinatorIn: region) {
      refuse(operation, ticket: ticket, shortage, environment, &effects)
      return nil
    }
    let version = write(operation, payload, in: &environment, &effects)
    let owners = environment.placement.owners[environment.keyOwners[operation.key]].set
    let contacts = owners.intersection(alive)
    let slot = writes.insert(
      WriteRequest(
        operation: operation.id, ticket: ticket, key: operation.key, version: version, level: operation.level,
        contacts: contacts, awaited: contacts))
    effects.note(.began(.write), of: operation.id, by: id, at: environment.now)
    let isDelta = environment.settings.sendsDeltas && environment.catalogue.delta(of: version) != nil
    let message = Message.carrying(
      version, isDelta ? .delta : .write, from: id, to: id, operation: operation.id, request: slot)
    let remote = UInt32(contacts.count - (contacts.contains(id) ? 1 : 0))
    writes[slot].messages = remote
    writes[slot].bytes = remote * UInt32(environment.size(of: message))
    if environment.settings.forwards, !isDelta {
      sendByRegion(message, to: contacts, environment, &effects)
    } else {
      for contact in contacts where contact != id { effects.sends.append(message.addressed(to: contact)) }
    }
    for owner in owners.subtracting(contacts) where owner != id {
      keepHint(version, for: owner, in: &environment, &effects)
    }
    if contacts.contains(id) { post(message, in: &environment, &effects) }
    // ANY is content with a hint: the value can be read by nobody until the hint is replayed.
    if operation.level == .any, hints.holds(version), isOpen(slot, operation.id) {
      answerWrite(slot, .hinted, in: &environment, &effects)
      closeWriteIfDone(slot, &effects)
    }
    return slot
  }

  /// Takes in an acknowledgement, which may come for a request that is over.
  mutating func acknowledgeWrite(_ message: Message, in environment: inout Environment, _ effects: inout Effects) {
    let slot = message.request
    guard writes.contains(slot) else { return }
    let progress = writes.update(slot) { request in
      request.operation == message.operation
        ? request.acknowledge(message.from, isRemote: message.from != id) : .nothing
    }
    guard progress != .nothing else { return }
    effects.note(.counted(message), of: message.operation, by: id, at: environment.now)
    if progress == .waiting,
      environment.isMet(writes[slot].level, by: writes[slot].acknowledged, coordinatorIn: region)
    {
      answerWrite(slot, .acknowledged, in: &environment, &effects)
    }
    closeWriteIfDone(slot, &effects)
  }

  /// The timeout has passed: what was not acknowledged becomes a hint. Returns the answer to a client that still waits,
  /// nil if there is none.
  ///
  /// At ANY there is: a success, whether or not a hint could be kept (`StorageProxy.mutate`, `hintMutations`).
  mutating func expireWrite(_ slot: UInt32, in environment: inout Environment, _ effects: inout Effects) -> Answer? {
    let request = writes[slot]
    if effects.isDetailed { noteExpiry(of: request, environment, &effects) }
    for replica in request.awaited where replica != id {
      keepHint(request.version, for: replica, in: &environment, &effects)
    }
    effects.close(request)
    writes.remove(slot)
    return request.level == .any ? success(of: request, environment) : nil
  }

  private func noteExpiry(of request: WriteRequest, _ environment: Environment, _ effects: inout Effects) {
    let (required, received) = (
      UInt8(environment.required(request.level, coordinatorIn: region)), UInt8(request.acknowledged.count)
    )
    let phase: Phase =
      request.transaction == .max ? .write : request.ticket == .max ? .committingOther : .committing
    effects.note(
      .expired(phase, required: required, received: received), of: request.operation, by: id, at: environment.now)
    guard request.level == .any, !request.isAnswered else { return }
    effects.note(
      .answered(.ok, required: required, received: received, .timeoutAtAny), of: request.operation, by: id,
      at: environment.now)
  }

  @inline(__always) private func isOpen(_ slot: UInt32, _ operation: OperationID) -> Bool {
    writes.contains(slot) && writes[slot].operation == operation
  }

  @inline(__always) private mutating func closeWriteIfDone(_ slot: UInt32, _ effects: inout Effects) {
    guard writes[slot].awaited.isEmpty, writes[slot].isAnswered else { return }
    effects.close(writes[slot])
    let transaction = writes[slot].transaction
    let isOwn = writes[slot].ticket != .max
    writes.remove(slot)
    guard transaction != .max else { return }
    if isOwn { transactions.remove(transaction) } else { closeTransactionIfDone(transaction, &effects) }
  }

  private mutating func answerWrite(
    _ slot: UInt32, _ ground: Ground, in environment: inout Environment, _ effects: inout Effects
  ) {
    guard !writes[slot].isAnswered else { return }
    writes[slot].isAnswered = true
    guard writes[slot].ticket != .max else {
      takeCommitted(writes[slot].transaction, in: &environment, &effects)
      return
    }
    let answer = success(of: writes[slot], environment)
    effects.note(
      .answered(.ok, required: answer.required, received: answer.received, ground), of: answer.operation, by: id,
      at: environment.now)
    effects.answers.append(answer)
    let request = writes[slot]
    seekGraves(of: request.key, request.version, for: request.operation, in: &environment, &effects)
  }

  private func success(of request: WriteRequest, _ environment: Environment) -> Answer {
    Answer(
      operation: request.operation, ticket: request.ticket, version: request.version,
      seen: seen(afterWriting: request.version, of: request.key, environment), coordinator: id, outcome: .ok,
      required: UInt8(environment.required(request.level, coordinatorIn: region)),
      received: UInt8(request.acknowledged.count))
  }

  /// What the own copy has seen by now; who has none has heard of the version, and of all that came before it.
  private func seen(afterWriting version: VersionID, of key: KeyID, _ environment: Environment) -> VectorID {
    cells[key].seen == .none ? environment.catalogue.version(version).vector : cells[key].seen
  }

  /// Why a level can't be met, by whom this coordinator thinks alive.
  func shortage(_ level: ConsistencyLevel, of key: KeyID, _ environment: Environment) -> Quorum.Shortage? {
    environment.shortage(level, of: key, alive: environment.detector.alive(to: id), coordinatorIn: region)
  }

  /// Says no, before anything was sent.
  mutating func refuse(
    _ operation: Operation, ticket: UInt32, _ shortage: Quorum.Shortage, _ environment: Environment,
    _ effects: inout Effects
  ) {
    effects.note(
      .refused(
        required: UInt8(shortage.required), alive: UInt8(shortage.alive), in: shortage.region ?? .none),
      of: operation.id, by: id, at: environment.now)
    effects.answers.append(
      Answer(
        operation: operation.id, ticket: ticket, version: .none, seen: .none, coordinator: id,
        outcome: .unavailable, required: UInt8(shortage.required), received: UInt8(shortage.alive)))
    effects.closures.append(Effects.Closure(operation: operation.id, ticket: ticket, messages: 0, bytes: 0))
  }

  /// Says that it lacks what a session's guarantees ask for, before anything was sent.
  mutating func admitLack(_ operation: Operation, ticket: UInt32, _ effects: inout Effects) {
    effects.answers.append(
      Answer(
        operation: operation.id, ticket: ticket, version: .none, seen: .none, coordinator: id, outcome: .ok,
        required: 0, received: 0, isBehind: true))
    effects.closures.append(Effects.Closure(operation: operation.id, ticket: ticket, messages: 0, bytes: 0))
  }

  /// Makes the version: its context is all that the coordinator's own copy has seen, if it has one.
  private mutating func write(
    _ operation: Operation, _ payload: OpenOperation.Payload, in environment: inout Environment,
    _ effects: inout Effects
  ) -> VersionID {
    let counter = issued[operation.key] + 1
    issued[operation.key] = counter
    let form = environment.form(of: operation.key)
    if form != .lastWriterWins {
      return update(
        operation, payload, form, VectorEntry(writer: writer, counter: counter), in: &environment, &effects)
    }
    let timestamp = timestamp(for: payload, environment)
    let version = environment.addVersion(
      operation.value, payload, key: operation.key, operation: operation.id,
      timestamp: timestamp, reading: operation.clockReading,
      context: payload.context ?? cells[operation.key].seen,
      dot: VectorEntry(writer: writer, counter: counter), isTombstone: operation.kind == .delete)
    effects.record(.accepted(version), at: environment.now)
    effects.note(.stamped(version, timestamp.stamp), of: operation.id, by: id, at: environment.now)
    return version
  }

  /// The clock's time, or what the client gives; for a session that was promised an order, later than what it is
  /// ordered after.
  @inline(__always) private mutating func timestamp(
    for payload: OpenOperation.Payload, _ environment: Environment
  ) -> (microseconds: Int64, stamp: Stamp) {
    let own: (microseconds: Int64, stamp: Stamp)
    if let given = payload.timestamp {
      own = (given, payload.stamp)
    } else {
      let reading = clock.reading(at: environment.now)
      let timestamp = clock.timestamp(at: environment.now)
      own = (timestamp, timestamp == reading ? .coordinatorClock : .coordinatorSequence)
    }
    guard let floor = payload.demand.needs.floor(environment.catalogue), own.microseconds <= floor else { return own }
    return (floor + 1, .session)
  }

  /// Applies an update of a key that keeps more than one version to what this replica holds, as the one replica that
  /// may give the update its dot (Riak's coordinating vnode), and sends the whole state on. It owns the key: who doesn't
  /// hands the update over, see ``LedUpdate``.
  private mutating func update(
    _ operation: Operation, _ payload: OpenOperation.Payload, _ form: ValueForm, _ dot: VectorEntry,
    in environment: inout Environment, _ effects: inout Effects
  ) -> VersionID {
    let held = cells[operation.key].version
    var state = environment.catalogue.state(of: held) ?? KeyState(key: operation.key, form: form)
    let context = payload.context.map { context in
      // A write that doesn't say what its client has seen is still ordered after what the session was promised.
      let known = environment.catalogue.vectors.merge(context, payload.demand.needs.vector)
      return VersionVector(environment.catalogue.vectors.entries(of: known))
    }
    let before = state
    state.apply(environment.catalogue.update(for: operation, form), context: context, dot: dot)
    let version = environment.catalogue.version(
      of: state, dot: dot, operation: operation.id, accepted: environment.now)
    if environment.settings.sendsDeltas { environment.catalogue.noteDelta(to: version, from: before, state) }
    cells[operation.key].hold(version, environment.catalogue)
    effects.record(.accepted(version), at: environment.now)
    return version
  }
}
