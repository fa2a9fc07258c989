import Kernel

/// What a cache takes in, and what it gives up.
extension PrimaryCacheServer {
  /// The entry that it may serve to a read now; nil: it has to ask.
  ///
  /// - Parameter needs: what the session of the read must be shown: a ticket (FlightTracker, OSDI 2020).
  mutating func servable(
    _ operation: Operation, _ needs: SessionNeeds, _ turn: inout Turn
  ) -> Cache.Entry? {
    guard let place = cache.place(of: operation.key) else {
      note(.absent, of: operation, &turn)
      return nil
    }
    let entry = cache[place]
    guard entry.isHeld else {
      note(entry.floor == .none ? .absent : .invalidated(since: entry.since), of: operation, &turn)
      return nil
    }
    if let life = turn.environment.settings.cacheTTL, turn.now - entry.since >= life {
      cache.remove(place)
      note(.expired(since: entry.since + life), of: operation, &turn)
      return nil
    }
    let reading = replica.clock.reading(at: turn.now)
    guard
      needs.isNone
        || needs.areMet(byHeld: entry.version, seen: entry.seen, isLenient: true, turn.catalogue, at: reading)
    else {
      note(.behindTicket(entry.version, since: entry.since), of: operation, &turn)
      return nil
    }
    cache.touch(place)
    turn.effects.note(
      .cache(.servedEntry(entry.version, since: entry.since, isChangeset: entry.origin == .changeset)),
      of: operation.id,
      by: id,
      at: turn.now)
    return entry
  }

  private func note(_ miss: CacheMiss, of operation: Operation, _ turn: inout Turn) {
    turn.effects.note(.cache(.missedEntry(miss)), of: operation.id, by: id, at: turn.now)
  }

  /// Makes room for what is being asked for, so that an invalidation that comes meanwhile leaves a mark; returns the leave to fill.
  mutating func expect(_ key: KeyID, isFetch: Bool, _ turn: inout Turn) -> UInt32 {
    guard station != .database else { return 0 }
    let place = cache.use(key, at: turn.now, size: turn.environment.settings.cacheSize)
    return isFetch ? cache.giveLeave(place) : 0
  }

  // MARK: Taking in

  /// Keeps what a fetch brought, as far as the guard lets it.
  mutating func fill(
    _ key: KeyID, _ version: VersionID, seen: VectorID, token: UInt32, of operation: OperationID, _ turn: inout Turn
  ) {
    guard !turn.parcels.primaryCache.isDiscarded(version, byEpoch: primary.epoch) else { return }
    let place = cache.place(of: key)
    let known = place.map { cache[$0] }
    let isKept: Bool
    switch turn.environment.settings.fillGuard {
    case .version:
      let isOld = known.map { entry in
        turn.catalogue.wins(entry.floor, over: version)
          || entry.isHeld && turn.catalogue.wins(entry.version, over: version)
      }
      isKept = isOld != true
    case .lease: isKept = token != 0 && known?.token == token
    case .delayed, .none: isKept = true
    }
    turn.effects.note(.cache(.filled(version, isKept: isKept)), of: operation, by: id, at: turn.now)
    guard isKept else { return }
    let isNothing = version == .none || turn.catalogue.versions[known: version].isTombstone
    if isNothing, !turn.environment.settings.keepsNegativeEntries {
      if let place, cache[place].isHeld { dropEntry(of: key, &turn) }
    } else {
      keepEntry(key, version, seen: seen, .fill, &turn)
    }
  }

  /// Takes in a write of its own region, or tier: on top of the version that the write replaced, or where nothing is kept. What
  /// stands on anything else goes (§6.1: "the changeset can't be safely applied").
  mutating func apply(_ version: VersionID, of operation: OperationID, _ turn: inout Turn) {
    guard !turn.parcels.primaryCache.isDiscarded(version, byEpoch: primary.epoch) else { return }
    let written = turn.catalogue.versions[known: version]
    let known = cache.entry(written.key)
    if let known {
      if turn.catalogue.wins(known.floor, over: version) { return }
      if known.isHeld, known.version == version || turn.catalogue.wins(known.version, over: version) { return }
    }
    let isClash = known.map { $0.isHeld && $0.seen != written.context } ?? false
    turn.effects.note(.cache(.tookChangeset(version, isClash: isClash)), of: operation, by: id, at: turn.now)
    if isClash || written.isTombstone && !turn.environment.settings.keepsNegativeEntries {
      drop(version, &turn)
    } else {
      keepEntry(written.key, version, seen: written.vector, .changeset, &turn)
    }
  }

  private mutating func keepEntry(
    _ key: KeyID, _ version: VersionID, seen: VectorID, _ origin: Cache.Origin, _ turn: inout Turn
  ) {
    let place = cache.use(key, at: turn.now, size: turn.environment.settings.cacheSize)
    cache[place].version = version
    cache[place].seen = seen
    cache[place].origin = origin
    cache[place].since = turn.now
    cache[place].isHeld = true
    cache[place].token = 0
    if let life = turn.environment.settings.cacheTTL {
      turn.effects.wake(after: life, for: .expire(id, incarnation: incarnation, key))
    }
  }

  // MARK: Giving up

  /// Gives up what is older than a version; who is asking for the key meanwhile may bring something older, and is marked.
  mutating func drop(_ version: VersionID, _ turn: inout Turn) {
    guard !turn.parcels.primaryCache.isDiscarded(version, byEpoch: primary.epoch) else { return }
    let key = turn.catalogue.versions[known: version].key
    guard let place = cache.place(of: key) else { return }
    if cache[place].isHeld {
      guard turn.catalogue.wins(version, over: cache[place].version) else { return }
      dropEntry(of: key, &turn)
    }
    if turn.catalogue.wins(version, over: cache[place].floor) {
      cache[place].floor = version
      cache[place].since = turn.now
    }
    cache[place].token = 0
  }

  /// Gives up an entry; its place stays.
  mutating func dropEntry(of key: KeyID, _ turn: inout Turn) {
    guard let place = cache.place(of: key) else { return }
    cache[place].isHeld = false
    cache[place].version = .none
    cache[place].seen = .none
    cache[place].since = turn.now
    cache[place].token = 0
  }

  /// Nothing is too old any more for a key's place.
  mutating func clearFloor(of key: KeyID) { if let place = cache.place(of: key) { cache[place].floor = .none } }

  /// An entry may have expired. False if it was renewed, or is gone.
  mutating func expireEntry(of key: KeyID, _ turn: inout Turn) -> Bool {
    guard let life = turn.environment.settings.cacheTTL, let place = cache.place(of: key), cache[place].isHeld,
      turn.now - cache[place].since >= life
    else { return false }
    cache.remove(place)
    return true
  }

  /// The size or the life of entries has changed.
  mutating func reviseEntries(_ turn: inout Turn) {
    guard station != .database else { return }
    cache.trim(to: max(1, turn.environment.settings.cacheSize))
    guard let life = turn.environment.settings.cacheTTL else { return }
    for entry in cache.all where entry.isHeld {
      let rest = max(.zero, entry.since + life - turn.now)
      turn.effects.wake(after: rest, for: .expire(id, incarnation: incarnation, entry.key))
    }
  }
}
