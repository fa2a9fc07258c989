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
    guard admits(request, in: home, &turn) else { return turnAway(request, &turn) }
    // What a session was promised a leader has, if anybody does.
    if !operation.kind.isUpdate, operation.level == .eventual, request.payload.isFree {
      return readAnywhere(request, partition, in: home, &turn)
    }
    return askLeader(request, partition, in: home, &turn)
  }

  /// The region whose copies serve its clients; nil if none does.
  @inline(__always) private func home(of partition: Int, _ turn: inout Turn) -> RegionID? {
    if !spansRegions, !turn.environment.placement.copies[partition][region.index].isEmpty { return region }
    return home(of: partition, for: id, &turn)
  }

  /// Says no before anything was asked of anybody.
  private mutating func refuse(_ request: ClientRequest, _ turn: inout Turn) -> RequestID? {
    refuse(
      request.operation, ticket: request.ticket, Quorum.Shortage(required: 1, alive: 0, region: nil), &turn)
    return nil
  }

  /// Lets a request not even through to whom it would have to ask.
  private mutating func turnAway(_ request: ClientRequest, _ turn: inout Turn) -> RequestID? {
    let operation = request.operation
    let slot = requests.insert(
      StreamsRequest(
        operation: operation.id, ticket: request.ticket, key: operation.key, isUpdate: operation.kind.isUpdate))
    answer(slot, .throttled, .none, seen: .none, required: 0, &turn)
    return slot
  }

  // MARK: Any copy

  private mutating func readAnywhere(
    _ request: ClientRequest, _ partition: Int, in home: RegionID, _ turn: inout Turn
  ) -> RequestID? {
    guard let chosen = drawCopy(of: partition, in: home, besides: ReplicaSet(), &turn) else {
      return refuse(request, &turn)
    }
    let operation = request.operation
    let slot = requests.insert(
      StreamsRequest(operation: operation.id, ticket: request.ticket, key: operation.key, isUpdate: false))
    requests[slot].home = home
    read(slot, at: chosen, &turn)
    return slot
  }

  /// One of the copies that it thinks alive, drawn evenly; nil if there is none.
  private mutating func drawCopy(
    of partition: Int, in home: RegionID, besides refused: ReplicaSet, _ turn: inout Turn
  ) -> ReplicaID? {
    let alive = turn.environment.detector.alive(to: id)
    let isOwnWhole = place(of: partition).map { copies[$0].isWhole } ?? true
    let isAnyLogOnly = turn.environment.placement.isAnyLogOnly
    func mayServe(_ member: ReplicaID) -> Bool {
      if isAnyLogOnly, turn.environment.placement.isLogOnly(member, in: partition) { return false }
      return alive.contains(member) && !refused.contains(member) && (member != id || isOwnWhole)
    }
    let members = turn.environment.placement.copies[partition][home.index]
    let count = members.reduce(0) { $0 + (mayServe($1) ? 1 : 0) }
    guard count > 0 else { return nil }
    let draw = turn.environment.randomness.draw(.readCopy, owner: UInt64(id.raw), number: readsDrawn)
    readsDrawn += 1
    var rest = Int(draw.below(UInt64(count)))
    for member in members where mayServe(member) {
      if rest == 0 { return member }
      rest -= 1
    }
    return nil
  }

  private mutating func read(_ slot: UInt32, at chosen: ReplicaID, _ turn: inout Turn) {
    let request = requests[slot]
    if chosen == id {
      guard affordsRead(of: request.key, isStrong: false, &turn) else { return throttle(slot, &turn) }
      let cell = turn.unpurged(cells[request.key], by: replica.clock)
      noteOwn(cell, slot, &turn)
      return answer(slot, .ok, cell.version, seen: cell.seen, &turn)
    }
    requests[slot].asked = chosen
    let message = Message(
      .streams(.read), .key(request.key), from: id, to: chosen, operation: request.operation, request: slot)
    send(message, for: slot, &turn)
  }

  // MARK: The leader

  private mutating func askLeader(
    _ request: ClientRequest, _ partition: Int, in home: RegionID, _ turn: inout Turn
  ) -> RequestID? {
    let operation = request.operation
    if home == region, let place = place(of: partition), copies[place].leadsInPlace(), !isBetweenLeaders(place) {
      guard serves(place, &turn) else { return refuse(request, &turn) }
      let slot = requests.insert(
        StreamsRequest(
          operation: operation.id, ticket: request.ticket, key: operation.key, isUpdate: operation.kind.isUpdate))
      if operation.kind.isUpdate {
        update(place, operation, request.payload, for: id, request: slot, &turn)
      } else if !affordsRead(of: operation.key, isStrong: true, &turn) {
        throttle(slot, &turn)
      } else if spansRegions {
        read(place, .newest(operation.key), of: operation.key, for: id, request: slot, operation.id, &turn)
      } else {
        let cell = turn.unpurged(cells[operation.key], by: replica.clock)
        noteOwn(cell, slot, &turn)
        answer(slot, .ok, cell.version, seen: cell.seen, &turn)
      }
      return slot
    }
    guard let leader = leader(of: partition, in: home, &turn) else { return refuse(request, &turn) }
    let slot = requests.insert(
      StreamsRequest(
        operation: operation.id, ticket: request.ticket, key: operation.key, isUpdate: operation.kind.isUpdate))
    if operation.kind.isUpdate { requests[slot].forward = passable(operation, request.payload, &turn) }
    if leader == id {
      let message = message(for: slot, to: id)
      if let answer = serveAsLeader(message, &turn), let kind = answer.kind.streams {
        takeAnswer(answer, kind, &turn)
      }
    } else {
      passOn(slot, to: leader, &turn)
    }
    return slot
  }

  /// Puts an update where whom it is passed on to finds it.
  private func passable(_ operation: Operation, _ payload: OpenOperation.Payload, _ turn: inout Turn) -> ForwardID {
    ForwardID(Int(turn.parcels.streams.forwards.insert(ForwardedUpdate(operation: operation, payload: payload))))
  }

  /// Tells the client that the capacity is used up.
  mutating func throttle(_ slot: UInt32, _ turn: inout Turn) { answer(slot, .throttled, .none, seen: .none, &turn) }

  /// Who is to be asked as the leader of a partition; nil where nobody leads, as far as is known.
  private mutating func leader(of partition: Int, in home: RegionID, _ turn: inout Turn) -> ReplicaID? {
    if home == region, let place = place(of: partition), isBetweenLeaders(place) { return id }
    let leader = route(partition, in: home).leader
    guard leader != .none, leader != id, turn.environment.detector.alive(to: id).contains(leader) else { return nil }
    // A copy that has asked around knows that nobody leads.
    if home == region, let place = place(of: partition), copies[place].missesLeader {
      return nil
    }
    return leader
  }

  mutating func passOn(_ slot: UInt32, to leader: ReplicaID, _ turn: inout Turn) {
    let request = requests[slot]
    requests[slot].asked = leader
    turn.effects.note(.askedLeader(leader), of: request.operation, by: id, at: turn.now)
    send(message(for: slot, to: leader), for: slot, &turn)
  }

  /// What a leader is asked for.
  private func message(for slot: UInt32, to leader: ReplicaID) -> Message {
    let request = requests[slot]
    return Message(
      .streams(request.isUpdate ? .update : .strongRead),
      request.isUpdate ? .forward(request.forward) : .key(request.key), from: id, to: leader,
      operation: request.operation, request: slot)
  }

  private mutating func send(_ message: Message, for slot: UInt32, _ turn: inout Turn) {
    requests[slot].messages += 1
    requests[slot].bytes += UInt32(turn.size(of: message))
    turn.effects.note(.sent(message), of: message.operation, by: id, at: turn.now)
    turn.effects.sends.append(message)
  }

  /// Reports what its own copy holds, by which it answers.
  private func noteOwn(_ cell: Replica.Cell, _ slot: UInt32, _ turn: inout Turn) {
    guard turn.effects.isDetailed else { return }
    let answer = Message(
      .streams(.data), .copy(cell.version, seen: cell.seen), from: id, to: id, operation: requests[slot].operation,
      request: slot)
    turn.effects.note(.sent(answer), of: answer.operation, by: id, at: turn.now)
    turn.effects.note(.counted(answer), of: answer.operation, by: id, at: turn.now)
  }

  // MARK: Answers

  /// Takes in what came of what it asked somebody for, which may come for a request that is over.
  mutating func takeAnswer(_ message: Message, _ kind: StreamsMessage, _ turn: inout Turn) {
    let slot = message.request
    guard requests.contains(slot), requests[slot].operation == message.operation else { return }
    if message.from != id {
      requests[slot].messages += 1
      requests[slot].bytes += UInt32(turn.size(of: message))
      turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now)
    }
    switch kind {
    case .refused: takeRefusal(message, slot, &turn)
    case .throttled: throttle(slot, &turn)
    case .conflict: answer(slot, .conflict, .none, seen: .none, &turn)
    case .unmet: answer(slot, .ok, message.version, seen: message.seen, isApplied: false, &turn)
    default: answer(slot, .ok, message.version, seen: message.seen, &turn)
    }
  }

  /// Whom it asked doesn't lead: it asks who does, if that is somebody else.
  private mutating func takeRefusal(_ message: Message, _ slot: UInt32, _ turn: inout Turn) {
    if let home = requests[slot].home {
      // The copy is yet to be filled: another one may have something to say.
      requests[slot].refused.insert(message.from)
      let partition = turn.environment.keyOwners[requests[slot].key].index
      guard let next = drawCopy(of: partition, in: home, besides: requests[slot].refused, &turn) else {
        return answer(slot, .unavailable, .none, seen: .none, &turn)
      }
      return read(slot, at: next, &turn)
    }
    let other = message.leadingReplica
    if other == id, message.from != id {
      // It leads by now, or is about to.
      if let answer = serveAsLeader(self.message(for: slot, to: id), &turn), let kind = answer.kind.streams {
        takeAnswer(answer, kind, &turn)
      }
      return
    }
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
    _ slot: UInt32, _ outcome: Outcome, _ version: VersionID, seen: VectorID, isApplied: Bool = true,
    required: UInt16 = 1, _ turn: inout Turn
  ) {
    let request = requests[slot]
    let received: UInt16 = outcome == .ok ? 1 : 0
    turn.effects.note(
      outcome == .ok
        ? .answered(.ok, required: 1, received: 1, isApplied ? .acknowledged : .refuted)
        : .answered(
          outcome, required: required, received: 0,
          outcome == .throttled ? .capacity : outcome == .conflict ? .rival : .shortage),
      of: request.operation, by: id, at: turn.now)
    turn.effects.answers.append(
      Answer(
        operation: request.operation, ticket: request.ticket, version: version, seen: seen, coordinator: id,
        outcome: outcome, required: required, received: received, isApplied: isApplied))
    end(slot, &turn)
  }

  /// Drops what it passed on.
  mutating func release(_ slot: UInt32, _ turn: inout Turn) { forget(requests[slot].forward, &turn) }

  mutating func forget(_ forward: ForwardID, _ turn: inout Turn) {
    if forward != .none { turn.parcels.streams.forwards.remove(forward.raw) }
  }
}
