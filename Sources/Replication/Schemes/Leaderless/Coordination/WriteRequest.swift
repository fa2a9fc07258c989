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
  /// How many those are.
  private(set) var left: UInt16
  /// How many acknowledgements that count are still missing for the answer.
  private var missing: Int32
  /// Whose count.
  private let scope: Requirement.Scope
  /// The slot of the transaction that commits; `.max` for a plain write.
  let transaction: UInt32
  var isAnswered = false
  var messages: UInt32 = 0
  var bytes: UInt32 = 0

  /// A write that nobody has acknowledged.
  init(
    operation: OperationID, ticket: UInt32, key: KeyID, version: VersionID, level: ConsistencyLevel,
    _ tally: LevelTable.Tally, contacts: ReplicaSet, transaction: UInt32 = .max
  ) {
    self.operation = operation
    self.ticket = ticket
    self.key = key
    self.version = version
    self.level = level
    self.contacts = contacts
    self.transaction = transaction
    awaited = contacts
    left = UInt16(contacts.count)
    missing = Int32(tally.required)
    scope = tally.scope
  }

  /// Who acknowledged it.
  var acknowledged: ReplicaSet { contacts.subtracting(awaited) }

  /// What an acknowledgement changes.
  enum Progress {
    /// Nothing: it was not awaited, or not any more.
    case nothing
    /// Others are awaited.
    case counted
    /// The client still waits, and whether this was enough depends on where those stand who have acknowledged.
    case undecided
    /// The client can have its answer.
    case enough
    /// The client has its answer, and nobody else is awaited.
    case last
  }

  /// Takes in an acknowledgement.
  ///
  /// - Parameter isNear: whether it comes from the coordinator's region.
  @inline(__always) mutating func acknowledge(_ replica: ReplicaID, isRemote: Bool, isNear: Bool) -> Progress {
    guard awaited.remove(replica) else { return .nothing }
    left &-= 1
    if isRemote {
      messages &+= 1
      bytes &+= UInt32(WireSize.header)
    }
    if isAnswered { return left == 0 ? .last : .counted }
    if scope == .eachRegion { return .undecided }
    if scope == .everywhere || isNear { missing &-= 1 }
    return missing <= 0 ? .enough : .counted
  }
}

/// The coordinator's side of a write, in the order of Cassandra's `StorageProxy.performWrite`:
///
/// 1. Too few owners thought alive: refuse, before anything is sent.
/// 2. Send the version to *all* owners thought alive, whatever the level; hint it for the others.
/// 3. Answer the client when the level's acknowledgements are in; later ones only spare a hint.
/// 4. At the timeout, hint it for the owners still silent, also if the client was answered long ago.
extension LeaderlessServer {
  /// Begins a write; returns its slot, unless it was refused.
  mutating func coordinateWrite(
    _ operation: Operation, _ payload: OpenOperation.Payload, ticket: UInt32, _ turn: inout Turn
  ) -> UInt32? {
    let alive = turn.environment.detector.alive(to: id)
    noteStart(operation, &turn)
    if let shortage = turn.shortage(operation.level, of: operation.key, alive: alive, coordinatorIn: region) {
      refuse(operation, ticket: ticket, shortage, &turn)
      return nil
    }
    let version = payload.recognized == .none ? write(operation, payload, &turn) : payload.recognized
    let owners = turn.environment.placement.owners[turn.environment.keyOwners[operation.key]].set
    var contacts = owners.intersection(alive)
    var standIns: [StandIn] = []
    if turn.environment.settings.isSloppy, contacts != owners {
      standIns = turn.copies(of: operation.key, alive: alive).standIns
      for standIn in standIns { contacts.insert(standIn.replica) }
    }
    let slot = writes.insert(
      WriteRequest(
        operation: operation.id, ticket: ticket, key: operation.key, version: version, level: operation.level,
        turn.environment.levels.tally(operation.level, in: region), contacts: contacts))
    turn.effects.note(.began(.write), of: operation.id, by: id, at: turn.now)
    let isDelta = turn.environment.settings.sendsDeltas && turn.hasDelta(version)
    let message = Message.carrying(
      version, isDelta ? .delta : .write, from: id, to: id, operation: operation.id, request: slot)
    let direct = standIns.isEmpty ? contacts : contacts.intersection(owners)
    let remote = UInt32(direct.count - (direct.contains(id) ? 1 : 0))
    writes[slot].messages = remote
    writes[slot].bytes = remote * UInt32(turn.size(of: message))
    if turn.environment.settings.forwards, !isDelta {
      sendByRegion(message, to: direct, &turn)
    } else {
      for contact in direct where contact != id { turn.effects.sends.append(message.addressed(to: contact)) }
    }
    if contacts != owners { sendBesides(version, of: slot, owners.subtracting(contacts), standIns, &turn) }
    if direct.contains(id) { post(message, &turn) }
    // ANY is content with a hint: the value can be read by nobody until the hint is replayed.
    if operation.level == .any, hints.holds(version), isOpen(slot, operation.id) {
      answerWrite(slot, .hinted, &turn)
      closeWriteIfDone(slot, &turn)
    }
    return slot
  }

  /// Sends a version to those who stand in for owners thought dead, and hints it for the other ones.
  private mutating func sendBesides(
    _ version: VersionID, of slot: UInt32, _ missing: ReplicaSet, _ standIns: [StandIn], _ turn: inout Turn
  ) {
    let operation = writes[slot].operation
    var rest = missing
    for standIn in standIns {
      rest.remove(standIn.owner)
      let message = bringing(
        version, .write, to: standIn.replica, standIns, operation: operation, request: slot)
      guard standIn.replica != id else { continue }
      writes[slot].messages += 1
      writes[slot].bytes += UInt32(turn.size(of: message))
      turn.effects.sends.append(message)
    }
    for owner in rest where owner != id { keepHint(version, for: owner, &turn) }
    // Its own answer may be the last that was missing.
    if standIns.contains(where: { $0.replica == id }) {
      post(bringing(version, .write, to: id, standIns, operation: operation, request: slot), &turn)
    }
  }

  /// Takes in an acknowledgement, which may come for a request that is over.
  @inline(__always) mutating func acknowledgeWrite(_ message: Message, _ turn: inout Turn) {
    let slot = message.request
    guard writes.contains(slot) else { return }
    let (from, operation) = (message.from, message.operation)
    let (isRemote, isNear) = (from != id, turn.environment.regionOf[from.index] == region)
    let progress = writes.update(slot) { request in
      request.operation == operation
        ? request.acknowledge(from, isRemote: isRemote, isNear: isNear) : .nothing
    }
    guard progress != .nothing else { return }
    if turn.effects.isDetailed {
      turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now)
    }
    if progress != .counted { goOn(slot, after: progress, &turn) }
  }

  /// Answers a write's client, or closes the write, if an acknowledgement allows it.
  private mutating func goOn(_ slot: UInt32, after progress: WriteRequest.Progress, _ turn: inout Turn) {
    switch progress {
    case .nothing, .counted: return
    case .enough: answerWrite(slot, .acknowledged, &turn)
    case .undecided:
      if turn.environment.levels.isMet(writes[slot].level, by: writes[slot].acknowledged, coordinatorIn: region) {
        answerWrite(slot, .acknowledged, &turn)
      }
    case .last: break
    }
    closeWriteIfDone(slot, &turn)
  }

  /// The timeout has passed: what was not acknowledged becomes a hint. Returns the answer to a client that still waits,
  /// nil if there is none.
  ///
  /// At ANY there is: a success, whether or not a hint could be kept (`StorageProxy.mutate`, `hintMutations`).
  mutating func expireWrite(_ slot: UInt32, _ turn: inout Turn) -> Answer? {
    let request = writes[slot]
    if turn.effects.isDetailed { noteExpiry(of: request, &turn) }
    for owner in unreached(by: request, &turn) where owner != id { keepHint(request.version, for: owner, &turn) }
    turn.effects.close(request)
    let answer = request.level == .any ? success(of: slot, &turn) : nil
    writes.remove(slot)
    return answer
  }

  /// The owners that have not acknowledged a write, be it by those who stand in for them.
  private func unreached(by request: WriteRequest, _ turn: inout Turn) -> [ReplicaID] {
    let others = request.awaited.subtracting(turn.owners(of: request.key).set)
    guard !others.isEmpty else { return Array(request.awaited) }
    // With nobody but the contacts alive the same ones stand in for the same ones.
    let standIns = turn.environment.standIns(of: request.key, alive: request.contacts)
    return request.awaited.map { replica in standIns.first { $0.replica == replica }?.owner ?? replica }
  }

  private func noteExpiry(of request: WriteRequest, _ turn: inout Turn) {
    let (required, received) = (
      UInt16(turn.environment.required(request.level, coordinatorIn: region)), UInt16(request.acknowledged.count)
    )
    let phase: Phase =
      request.transaction == .max ? .write : request.ticket == .max ? .committingOther : .committing
    turn.effects.note(
      .expired(phase, required: required, received: received), of: request.operation, by: id, at: turn.now)
    guard request.level == .any, !request.isAnswered else { return }
    turn.effects.note(
      .answered(.ok, required: required, received: received, .timeoutAtAny), of: request.operation, by: id,
      at: turn.now)
  }

  @inline(__always) private func isOpen(_ slot: UInt32, _ operation: OperationID) -> Bool {
    writes.contains(slot) && writes[slot].operation == operation
  }

  @inline(__always) private mutating func closeWriteIfDone(_ slot: UInt32, _ turn: inout Turn) {
    guard writes[slot].left == 0, writes[slot].isAnswered else { return }
    turn.effects.close(writes[slot])
    let transaction = writes[slot].transaction
    let isOwn = writes[slot].ticket != .max
    writes.remove(slot)
    guard transaction != .max else { return }
    if isOwn { transactions.remove(transaction) } else { closeTransactionIfDone(transaction, &turn) }
  }

  private mutating func answerWrite(
    _ slot: UInt32, _ ground: Ground, _ turn: inout Turn
  ) {
    guard !writes[slot].isAnswered else { return }
    writes[slot].isAnswered = true
    guard writes[slot].ticket != .max else {
      takeCommitted(writes[slot].transaction, &turn)
      return
    }
    let answer = success(of: slot, &turn)
    turn.effects.note(
      .answered(.ok, required: answer.required, received: answer.received, ground), of: answer.operation, by: id,
      at: turn.now)
    turn.effects.answers.append(answer)
    if turn.environment.hasMortals { seekGraves(of: writes[slot].key, answer.version, for: answer.operation, &turn) }
  }

  private mutating func success(of slot: UInt32, _ turn: inout Turn) -> Answer {
    let (key, version) = (writes[slot].key, writes[slot].version)
    let seen = cells[key].seen
    return Answer(
      operation: writes[slot].operation, ticket: writes[slot].ticket, version: version,
      // What the own copy has seen by now; who has none has heard of the version, and of all that came before it.
      seen: seen == .none ? turn.catalogue.versions[known: version].vector : seen, coordinator: id, outcome: .ok,
      required: UInt16(turn.environment.levels.tally(writes[slot].level, in: region).required),
      received: UInt16(writes[slot].contacts.count - Int(writes[slot].left)))
  }

  /// Why a level can't be met, by whom this coordinator thinks alive.
  mutating func shortage(_ level: ConsistencyLevel, of key: KeyID, _ turn: inout Turn) -> Quorum.Shortage? {
    turn.shortage(level, of: key, alive: turn.environment.detector.alive(to: id), coordinatorIn: region)
  }

  /// Makes the version: its context is all that the coordinator's own copy has seen, if it has one.
  private mutating func write(
    _ operation: Operation, _ payload: OpenOperation.Payload, _ turn: inout Turn
  ) -> VersionID {
    let counter = issued[operation.key] + 1
    issued[operation.key] = counter
    let form = turn.environment.form(of: operation.key)
    if form != .lastWriterWins {
      return update(
        operation, payload, form, VectorEntry(writer: writer, counter: counter), &turn)
    }
    let timestamp = timestamp(for: payload, &turn)
    let version = turn.addVersion(
      operation.value, payload, key: operation.key, operation: operation.id,
      timestamp: timestamp, reading: operation.clockReading,
      context: payload.context ?? cells[operation.key].seen,
      dot: VectorEntry(writer: writer, counter: counter), isTombstone: operation.kind == .delete)
    turn.effects.record(.accepted(version), at: turn.now)
    turn.effects.note(.stamped(version, timestamp.stamp), of: operation.id, by: id, at: turn.now)
    return version
  }

  /// Applies an update of a key that keeps more than one version to what this replica holds, as the one replica that
  /// may give the update its dot (Riak's coordinating vnode), and sends the whole state on. It owns the key: who doesn't
  /// hands the update over, see ``LedUpdate``.
  private mutating func update(
    _ operation: Operation, _ payload: OpenOperation.Payload, _ form: ValueForm, _ dot: VectorEntry,
    _ turn: inout Turn
  ) -> VersionID {
    let held = cells[operation.key].version
    var state = turn.catalogue.state(of: held) ?? KeyState(key: operation.key, form: form)
    let context = payload.context.map { context in
      // A write that doesn't say what its client has seen is still ordered after what the session was promised.
      let known = turn.catalogue.vectors.merge(context, payload.demand.needs.vector)
      return VersionVector(turn.catalogue.vectors.entries(of: known))
    }
    let before = state
    let change =
      form == .row
      ? turn.catalogue.rowUpdate(
        for: operation, timestamp: timestamp(for: payload, &turn).microseconds, reading: operation.clockReading,
        lifetime: payload.lifetime) : turn.catalogue.update(for: operation, form)
    state.apply(change, context: context, dot: dot)
    let version = turn.catalogue.version(
      of: state, dot: dot, operation: operation.id, accepted: turn.now)
    if turn.environment.settings.sendsDeltas { turn.catalogue.noteDelta(to: version, from: before, state) }
    if case .cell(let cell) = change, let end = cell.expiry { turn.catalogue.setDeath(of: version, at: end) }
    cells[operation.key].hold(version, turn.catalogue)
    turn.effects.record(.accepted(version), at: turn.now)
    return version
  }
}

extension Turn {
  /// Says that a replica lacks what a session's guarantees ask for, before anything was sent.
  mutating func admitLack(_ operation: Operation, ticket: UInt32, at replica: ReplicaID) {
    effects.answers.append(
      Answer(
        operation: operation.id, ticket: ticket, version: .none, seen: .none, coordinator: replica, outcome: .ok,
        required: 0, received: 0, isBehind: true))
    effects.closures.append(Effects.Closure(operation: operation.id, ticket: ticket, messages: 0, bytes: 0))
  }
}
