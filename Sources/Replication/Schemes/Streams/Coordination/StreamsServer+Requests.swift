import Kernel

/// What a coordinator does for clients: DynamoDB's request routers.
///
/// Updates and `STRONG` reads are the leader's, which it is itself or passes them on to. An `EVENTUAL` read is served by any
/// copy of its region that it thinks alive, drawn evenly, the leader included (ATC 2022, §3).
extension StreamsServer {
  mutating func begin(_ request: ClientRequest, _ turn: inout Turn) -> RequestID? {
    let operation = request.operation
    turn.effects.note(.taken(required: 1), of: operation.id, by: id, at: turn.now)
    let partition = turn.environment.keyOwners[operation.key].index
    guard let home = home(of: partition, &turn) else { return refuse(request, &turn) }
    // What a session was promised a leader has, if anybody does.
    if !operation.kind.isUpdate, operation.level == .eventual, request.payload.isFree {
      return readAnywhere(request, partition, in: home, &turn)
    }
    return askLeader(request, partition, in: home, &turn)
  }

  /// The region whose copies serve its clients: its own, or the nearest that has any; nil if none has.
  private func home(of partition: Int, _ turn: inout Turn) -> RegionID? {
    if !turn.environment.placement.copies[partition][region.index].isEmpty { return region }
    for other in turn.environment.proximity.order(from: id) {
      let region = turn.environment.regionOf[other.index]
      if !turn.environment.placement.copies[partition][region.index].isEmpty { return region }
    }
    return nil
  }

  /// Says no before anything was asked of anybody.
  private mutating func refuse(_ request: ClientRequest, _ turn: inout Turn) -> RequestID? {
    refuse(
      request.operation, ticket: request.ticket, Quorum.Shortage(required: 1, alive: 0, region: nil), &turn)
    return nil
  }

  // MARK: Any copy

  private mutating func readAnywhere(
    _ request: ClientRequest, _ partition: Int, in home: RegionID, _ turn: inout Turn
  ) -> RequestID? {
    let operation = request.operation
    let alive = turn.environment.detector.alive(to: id)
    let members = turn.environment.placement.copies[partition][home.index]
    let count = members.reduce(0) { $0 + (alive.contains($1) ? 1 : 0) }
    guard count > 0 else { return refuse(request, &turn) }
    let draw = turn.environment.randomness.draw(.readCopy, owner: UInt64(id.raw), number: readsDrawn)
    readsDrawn += 1
    var rest = Int(draw.below(UInt64(count)))
    var chosen = id
    for member in members where alive.contains(member) {
      if rest == 0 { chosen = member }
      rest -= 1
    }
    let slot = requests.insert(
      StreamsRequest(operation: operation.id, ticket: request.ticket, key: operation.key, isUpdate: false))
    if chosen == id {
      let cell = turn.unpurged(cells[operation.key], by: replica.clock)
      answer(slot, .ok, cell.version, seen: cell.seen, &turn)
      return slot
    }
    let message = Message(
      .streams(.read), .key(operation.key), from: id, to: chosen, operation: operation.id, request: slot)
    send(message, for: slot, &turn)
    return slot
  }

  // MARK: The leader

  private mutating func askLeader(
    _ request: ClientRequest, _ partition: Int, in home: RegionID, _ turn: inout Turn
  ) -> RequestID? {
    let operation = request.operation
    if home == region, let place = place(of: partition), copies[place].leads {
      guard serves(place, &turn) else { return refuse(request, &turn) }
      let slot = requests.insert(
        StreamsRequest(
          operation: operation.id, ticket: request.ticket, key: operation.key, isUpdate: operation.kind.isUpdate))
      if operation.kind.isUpdate {
        update(place, operation, request.payload, for: id, request: slot, &turn)
      } else {
        let cell = turn.unpurged(cells[operation.key], by: replica.clock)
        answer(slot, .ok, cell.version, seen: cell.seen, &turn)
      }
      return slot
    }
    guard let leader = leader(of: partition, in: home, &turn) else { return refuse(request, &turn) }
    let slot = requests.insert(
      StreamsRequest(
        operation: operation.id, ticket: request.ticket, key: operation.key, isUpdate: operation.kind.isUpdate))
    if operation.kind.isUpdate {
      let forward = turn.parcels.streams.forwards.insert(
        ForwardedUpdate(operation: operation, payload: request.payload))
      requests[slot].forward = ForwardID(Int(forward))
    }
    passOn(slot, to: leader, &turn)
    return slot
  }

  /// Who is to be asked as the leader of a partition; nil where nobody leads, as far as is known.
  private func leader(of partition: Int, in home: RegionID, _ turn: inout Turn) -> ReplicaID? {
    let leader = route(partition, in: home).leader
    guard leader != .none, leader != id, turn.environment.detector.alive(to: id).contains(leader) else { return nil }
    // A copy that has asked around knows that nobody leads.
    if home == region, let place = place(of: partition), copies[place].missesLeader {
      return nil
    }
    return leader
  }

  private mutating func passOn(_ slot: UInt32, to leader: ReplicaID, _ turn: inout Turn) {
    let request = requests[slot]
    requests[slot].asked = leader
    turn.effects.note(.askedLeader(leader), of: request.operation, by: id, at: turn.now)
    let message = Message(
      .streams(request.isUpdate ? .update : .strongRead),
      request.isUpdate ? .forward(request.forward) : .key(request.key),
      from: id, to: leader, operation: request.operation, request: slot)
    send(message, for: slot, &turn)
  }

  private mutating func send(_ message: Message, for slot: UInt32, _ turn: inout Turn) {
    requests[slot].messages += 1
    requests[slot].bytes += UInt32(turn.size(of: message))
    turn.effects.sends.append(message)
  }

  // MARK: Answers

  /// Takes in what came of what it asked somebody for, which may come for a request that is over.
  mutating func takeAnswer(_ message: Message, _ kind: StreamsMessage, _ turn: inout Turn) {
    let slot = message.request
    guard requests.contains(slot), requests[slot].operation == message.operation else { return }
    requests[slot].messages += 1
    requests[slot].bytes += UInt32(turn.size(of: message))
    turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now)
    switch kind {
    case .refused: takeRefusal(message, slot, &turn)
    case .unmet: answer(slot, .ok, message.version, seen: message.seen, isApplied: false, &turn)
    default: answer(slot, .ok, message.version, seen: message.seen, &turn)
    }
  }

  /// Whom it asked doesn't lead: it asks who does, if that is somebody else.
  private mutating func takeRefusal(_ message: Message, _ slot: UInt32, _ turn: inout Turn) {
    let other = message.leadingReplica
    guard other != .none, other != requests[slot].asked, other != id,
      turn.environment.detector.alive(to: id).contains(other)
    else {
      answer(slot, .unavailable, .none, seen: .none, &turn)
      return
    }
    passOn(slot, to: other, &turn)
  }

  /// Tells the client; nothing more is expected after it.
  mutating func answer(
    _ slot: UInt32, _ outcome: Outcome, _ version: VersionID, seen: VectorID, isApplied: Bool = true, _ turn: inout Turn
  ) {
    let request = requests[slot]
    let received: UInt16 = outcome == .ok ? 1 : 0
    turn.effects.note(
      outcome == .ok
        ? .answered(.ok, required: 1, received: 1, isApplied ? .acknowledged : .refuted)
        : .answered(outcome, required: 1, received: 0, .shortage),
      of: request.operation, by: id, at: turn.now)
    turn.effects.answers.append(
      Answer(
        operation: request.operation, ticket: request.ticket, version: version, seen: seen, coordinator: id,
        outcome: outcome, required: 1, received: received, isApplied: isApplied))
    turn.effects.close(request)
    forget(request.forward, &turn)
    requests.remove(slot)
  }

  /// Drops what it passed on.
  mutating func forget(_ forward: ForwardID, _ turn: inout Turn) {
    if forward != .none { turn.parcels.streams.forwards.remove(forward.raw) }
  }

  mutating func expire(_ request: RequestID, of operation: Operation, _ turn: inout Turn) -> Expiry {
    turn.effects.note(
      .expired(operation.kind.isUpdate ? .write : .data, required: 1, received: 0), of: operation.id, by: id,
      at: turn.now)
    turn.effects.close(requests[request])
    forget(requests[request].forward, &turn)
    requests.remove(request)
    return Expiry(received: 0)
  }

  func isWorking(on request: RequestID, of operation: Operation) -> Bool {
    requests.contains(request) && requests[request].operation == operation.id
  }

  func cost(of operation: OperationID) -> Cost? {
    requests.slots.first { requests[$0].operation == operation }
      .map { Cost(messages: requests[$0].messages, bytes: requests[$0].bytes) }
  }

  func read(_ operation: OperationID) -> ReadInProgress? { nil }
}
