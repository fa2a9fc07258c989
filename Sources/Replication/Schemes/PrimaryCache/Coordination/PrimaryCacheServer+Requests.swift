import Kernel

/// What a server does for clients, and what it passes on.
extension PrimaryCacheServer {
  mutating func begin(_ request: ClientRequest, _ turn: inout Turn) -> RequestID? {
    let operation = request.operation
    turn.effects.note(.taken(required: 1), of: operation.id, by: id, at: turn.now)
    let slot = requests.insert(
      PrimaryCacheRequest(operation: operation.id, ticket: request.ticket, isUpdate: operation.kind.isUpdate))
    if operation.kind.isUpdate {
      if isPrimary { return commitHere(slot, operation, request.payload, &turn) }
    } else if operation.level == .critical {
      if isPrimary { return answerHere(slot, operation, &turn) }
    } else if station == .database {
      if mayServe(operation, request.payload.demand.needs, &turn) { return answerHere(slot, operation, &turn) }
    } else if let entry = servable(operation, request.payload.demand.needs, &turn) {
      // What it serves itself needs nobody's answer.
      answer(slot, .ok, entry.version, seen: entry.seen, required: station == .follower ? 0 : 1, &turn)
      return slot
    }
    return askUpstream(slot, operation, request.payload, &turn)
  }

  private mutating func commitHere(
    _ slot: UInt32, _ operation: Operation, _ payload: OpenOperation.Payload, _ turn: inout Turn
  ) -> RequestID? {
    guard disk.isWhole else {
      noteRefusal(of: operation, &turn)
      return refuse(slot, &turn)
    }
    let version = commit(operation, payload, &turn)
    tellLeader(version, &turn)
    answer(slot, .ok, version, seen: turn.catalogue.versions[known: version].vector, &turn)
    return slot
  }

  /// Where invalidations go from the primary's leader and no write came through it, it is told.
  private mutating func tellLeader(_ version: VersionID, _ turn: inout Turn) {
    guard turn.environment.settings.invalidation == .direct else { return }
    tell(turn.environment.leaderCache(of: region), version, by: .direct, number: 0, &turn)
  }

  private mutating func answerHere(_ slot: UInt32, _ operation: Operation, _ turn: inout Turn) -> RequestID? {
    guard disk.isWhole else {
      noteRefusal(of: operation, &turn)
      return refuse(slot, &turn)
    }
    let cell = turn.unpurged(disk.cells[operation.key], by: replica.clock)
    answer(slot, .ok, cell.version, seen: cell.seen, &turn)
    return slot
  }

  /// Whether a database may answer a read by itself: it has what it ever had, and what the session was promised. Above the primary
  /// there is nobody to ask.
  private func mayServe(_ operation: Operation, _ needs: SessionNeeds, _ turn: inout Turn) -> Bool {
    if isPrimary { return true }
    guard disk.isWhole else { return false }
    let cell = turn.unpurged(disk.cells[operation.key], by: replica.clock)
    return needs.isNone
      || needs.areMet(
        byHeld: cell.version, seen: cell.seen, isLenient: true, turn.catalogue, at: replica.clock.reading(at: turn.now))
  }

  // MARK: Upstream

  /// Asks whoever stands between it and an answer.
  @discardableResult
  mutating func askUpstream(
    _ slot: UInt32, _ operation: Operation, _ payload: OpenOperation.Payload, _ turn: inout Turn
  ) -> RequestID? {
    guard let next = upstream(operation, &turn) else {
      noteRefusal(of: operation, &turn)
      return refuse(slot, &turn)
    }
    var trip = CacheTrip(operation, payload, request: slot, by: id)
    trip.setToken(token(for: operation, &turn), at: 0)
    let number = turn.parcels.primaryCache.trips.insert(trip)
    requests[slot].trip = number
    requests[slot].asked = next
    passOn(number, operation, to: next, &turn)
    return slot
  }

  /// What it notes as it asks, if it keeps the answer.
  private mutating func token(for operation: Operation, _ turn: inout Turn) -> UInt32 {
    if operation.kind.isUpdate {
      return turn.environment.settings.writesThrough ? expect(operation.key, isFetch: false, &turn) : 0
    }
    return operation.level == .critical ? 0 : expect(operation.key, isFetch: true, &turn)
  }

  /// Who is asked next: for a read of the cached value the leader cache, the region's database, the primary's; for all else the
  /// leader cache, the primary's leader cache, the primary's database. Nil where nobody is thought alive who would have to be.
  private func candidates(_ operation: Operation, _ turn: inout Turn) -> [ReplicaID] {
    let (leader, database) = (turn.environment.leaderCache(of: region), turn.environment.database(of: region))
    let primaryDatabase = turn.environment.database(of: primary.region)
    let primaryLeader = turn.environment.leaderCache(of: primary.region)
    let candidates: [ReplicaID]
    if !operation.kind.isUpdate, operation.level != .critical {
      candidates =
        switch station {
        case .follower: [leader, database, primaryDatabase]
        case .leader: [database, primaryDatabase]
        case .database: [primaryDatabase]
        }
    } else {
      candidates =
        switch station {
        case .follower: [leader, primaryLeader]
        case .leader: [region == primary.region ? primaryDatabase : primaryLeader]
        case .database: [primaryLeader]
        }
    }
    return candidates.filter { $0 != id }
  }

  private func upstream(_ operation: Operation, _ turn: inout Turn) -> ReplicaID? {
    candidates(operation, &turn).first { regards($0, &turn) }
  }

  /// Reports that it refuses, and whom it thinks dead of those whom it would have to ask.
  private func noteRefusal(of operation: Operation, _ turn: inout Turn) {
    guard turn.effects.isDetailed else { return }
    for other in candidates(operation, &turn) where !regards(other, &turn) {
      let since = turn.environment.detector.opinionSince(of: other, by: id)
      turn.effects.note(.regards(other, isAlive: false, since: since), of: operation.id, by: id, at: turn.now)
    }
    turn.effects.note(.refused(required: 1, alive: 0, in: .none), of: operation.id, by: id, at: turn.now)
  }

  private mutating func passOn(_ trip: UInt32, _ operation: Operation, to next: ReplicaID, _ turn: inout Turn) {
    turn.effects.note(.cache(.askedUpstream(next)), of: operation.id, by: id, at: turn.now)
    let kind: PrimaryCacheMessage =
      operation.kind.isUpdate ? .update : operation.level == .critical ? .criticalRead : .fetch
    send(
      Message(
        .primaryCache(kind), .key(operation.key), from: id, to: next, operation: operation.id, request: trip), &turn)
  }

  /// Sends a message of a trip, which counts it.
  mutating func send(_ message: Message, _ turn: inout Turn) {
    if let message = counted(message, &turn) { turn.effects.sends.append(message) }
  }

  /// The reply to a message of a trip, which counts it.
  private mutating func counted(_ message: Message?, _ turn: inout Turn) -> Message? {
    if let message, turn.parcels.primaryCache.has(message.request, of: message.operation) {
      let bytes = UInt32(turn.size(of: message))
      turn.parcels.primaryCache.trips[message.request].messages += 1
      turn.parcels.primaryCache.trips[message.request].bytes += bytes
    }
    return message
  }

  // MARK: On the way up

  /// Answers a fetch, or asks on.
  mutating func serveFetch(_ message: Message, _ turn: inout Turn) -> Message? {
    guard turn.parcels.primaryCache.has(message.request, of: message.operation) else { return nil }
    let (operation, needs) = (
      turn.parcels.primaryCache.trips[message.request].operation,
      turn.parcels.primaryCache.trips[message.request].payload.demand.needs
    )
    if station == .database {
      if mayServe(operation, needs, &turn), disk.isWhole {
        let cell = turn.unpurged(disk.cells[operation.key], by: replica.clock)
        turn.effects.note(.cache(.servedRow(cell.version)), of: operation.id, by: id, at: turn.now)
        return counted(message.replied(.fill, .copy(cell.version, seen: cell.seen)), &turn)
      }
    } else if let entry = servable(operation, needs, &turn) {
      return counted(message.replied(.fill, .copy(entry.version, seen: entry.seen)), &turn)
    }
    return askOn(message, operation, &turn)
  }

  mutating func serveCriticalRead(_ message: Message, _ turn: inout Turn) -> Message? {
    guard turn.parcels.primaryCache.has(message.request, of: message.operation) else { return nil }
    let operation = turn.parcels.primaryCache.trips[message.request].operation
    guard isPrimary, disk.isWhole else { return askOn(message, operation, &turn) }
    let cell = turn.unpurged(disk.cells[operation.key], by: replica.clock)
    turn.effects.note(.cache(.servedRow(cell.version)), of: operation.id, by: id, at: turn.now)
    return counted(message.replied(.criticalData, .copy(cell.version, seen: cell.seen)), &turn)
  }

  mutating func serveUpdate(_ message: Message, _ turn: inout Turn) -> Message? {
    guard turn.parcels.primaryCache.has(message.request, of: message.operation) else { return nil }
    let trip = turn.parcels.primaryCache.trips[message.request]
    guard isPrimary, disk.isWhole else { return askOn(message, trip.operation, &turn) }
    if trip.isMade { return nil }
    turn.parcels.primaryCache.trips[message.request].isMade = true
    let version = commit(trip.operation, trip.payload, &turn)
    return counted(
      message.replied(.changeset, .copy(version, seen: turn.catalogue.versions[known: version].vector)), &turn)
  }

  /// Passes a question on; who asks whom is so arranged that it comes to an end.
  private mutating func askOn(_ message: Message, _ operation: Operation, _ turn: inout Turn) -> Message? {
    let trip = turn.parcels.primaryCache.trips[message.request]
    let place = (trip.place(of: message.from) ?? 2) + 1
    // A database passes on reads only; a leader that no longer leads to the primary says so.
    let isLost = station == .database && (operation.kind.isUpdate || operation.level == .critical)
    guard !isLost, place < 3, let next = upstream(operation, &turn), trip.place(of: next).map({ $0 >= place }) ?? true
    else {
      noteRefusal(of: operation, &turn)
      return counted(message.replied(.refused, .key(.none)), &turn)
    }
    turn.parcels.primaryCache.trips[message.request][place] = id
    turn.parcels.primaryCache.trips[message.request].setToken(token(for: operation, &turn), at: place)
    passOn(message.request, operation, to: next, &turn)
    return nil
  }

  // MARK: On the way back

  /// A fetch is answered: it is kept, though perhaps nobody waits for it any more, and goes on to whoever asked.
  mutating func takeFill(_ message: Message, _ turn: inout Turn) {
    let isAwaited = turn.parcels.primaryCache.has(message.request, of: message.operation)
    if station != .database {
      if isAwaited {
        let trip = turn.parcels.primaryCache.trips[message.request]
        let token = trip.place(of: id).map(trip.token) ?? 0
        fill(trip.operation.key, message.version, seen: message.seen, token: token, of: message.operation, &turn)
      } else if message.version != .none {
        let key = turn.catalogue.versions[known: message.version].key
        fill(key, message.version, seen: message.seen, token: 0, of: message.operation, &turn)
      }
    }
    passBack(message, .fill, &turn)
  }

  /// An update is made: the writer's leader cache and tier take it in before the client hears.
  mutating func takeChangeset(_ message: Message, _ turn: inout Turn) {
    let settings = (turn.environment.settings.writesThrough, turn.environment.settings.invalidation)
    if turn.parcels.primaryCache.has(message.request, of: message.operation) {
      let trip = turn.parcels.primaryCache.trips[message.request]
      let coordinator = trip[0]
      let origin = turn.environment.regionOf[coordinator.index]
      if settings.0, station != .database, origin == region {
        apply(message.version, of: message.operation, &turn)
      }
      if station == .leader, region == primary.region {
        if settings.1 == .direct {
          if origin != region || !settings.0 { drop(message.version, &turn) }
          tellEverybody(message.version, by: .direct, &turn)
        }
        if settings.1 != .off, origin != region, trip.place(of: id) == 1,
          coordinator.index != turn.environment.database(of: origin).index,
          coordinator != turn.environment.leaderCache(of: origin)
        {
          note(message.version, for: turn.environment.leaderCache(of: origin), &turn)
        }
      }
    }
    passBack(message, .changeset, &turn)
  }

  /// Gives an answer to whoever asked for it: its client, or the server before it on the way.
  mutating func passBack(_ message: Message, _ kind: PrimaryCacheMessage, _ turn: inout Turn) {
    guard turn.parcels.primaryCache.has(message.request, of: message.operation) else { return }
    let trip = turn.parcels.primaryCache.trips[message.request]
    guard let place = trip.place(of: id) else { return }
    if place > 0 {
      let content = kind == .refused ? Message.Content.key(.none) : .copy(message.version, seen: message.seen)
      send(
        Message(
          .primaryCache(kind), content, from: id, to: trip[place - 1], operation: message.operation,
          request: message.request), &turn)
      return
    }
    let slot = trip.request
    guard requests.contains(slot), requests[slot].operation == message.operation, requests[slot].trip == message.request
    else { return forget(message.request, &turn) }
    turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now)
    answer(slot, kind == .refused ? .unavailable : .ok, message.version, seen: message.seen, &turn)
  }
}
