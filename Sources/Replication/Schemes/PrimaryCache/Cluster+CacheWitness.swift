import Kernel

/// What keeps a cluster with caches from having converged though its databases agree: an entry that isn't what its region's database
/// holds, an invalidation that a cache has not heard, or a message that may change either.
extension Cluster {
  /// The first such thing; nil if there is none.
  func cacheWitness() -> DivergenceWitness? {
    guard plan.scheme == .primaryCache else { return nil }
    return messageToCaches() ?? unheardWitness() ?? oddEntry()
  }

  /// Whether it still stands.
  func stands(oddEntryOf key: KeyID, at cache: ReplicaID) -> Bool {
    guard let entry = replicas.primaryCache[cache].cache.entry(key) else { return false }
    return isOdd(entry, at: cache)
  }

  private func messageToCaches() -> DivergenceWitness? {
    var found: DivergenceWitness?
    queue.visit { at, _, scheduled in
      found = witness(ofMessage: scheduled.event, until: at)
      return found == nil
    }
    if let found { return found }
    for waiting in held { if let found = witness(ofMessage: waiting.scheduled.event, until: .end) { return found } }
    for replica in replicas.elements where replica.status != .crashed {
      // The next event may take it in.
      for waiting in replica.inbox { if let found = witness(ofMessage: waiting.event, until: now) { return found } }
      for parcel in (replica.queue.current.map { [$0] } ?? []) + replica.queue.waiting {
        if let found = witness(ofMessage: .message(parcel.message), until: now) { return found }
      }
    }
    return nil
  }

  private func witness(ofMessage event: Event, until: Instant) -> DivergenceWitness? {
    guard case .message(let message) = event, let kind = message.kind.primaryCache,
      replicas.status(of: message.to) != .crashed
    else { return nil }
    var key = message.version == .none ? message.key : catalogue.version(message.version).key
    if key == .none, kind == .fill || kind == .changeset {
      guard turn.parcels.primaryCache.has(message.request, of: message.operation) else { return nil }
      key = turn.parcels.primaryCache.trips[message.request].operation.key
    }
    guard key != .none else { return nil }
    return DivergenceWitness(key: key, sight: .outstanding, until: until, input: lastInput)
  }

  private func unheardWitness() -> DivergenceWitness? {
    for id in replicas.ids where replicas.status(of: id) != .crashed {
      let region = topology.region(of: id)
      if replicas.primaryCache[id].station == .database {
        guard let row = firstMissingRow(of: region) else { continue }
        let key = catalogue.version(row).key
        return DivergenceWitness(key: key, sight: .outstanding, until: now, input: lastInput)
      }
      guard let unheard = unheardInvalidations(of: id), unheard > 0 else { continue }
      let sender = replicas.primaryCache[environment.database(of: region)].sender
      let number = sender.count - UInt32(unheard) + 1
      guard replicas.status(of: environment.database(of: region)) != .crashed else { continue }
      // What can't be said again is an order to drop all: of no key in particular.
      let key = number > sender.base ? catalogue.version(sender[number]).key : KeyID(0)
      return DivergenceWitness(key: key, sight: .outstanding, until: now, input: lastInput)
    }
    return nil
  }

  private func firstMissingRow(of region: RegionID) -> VersionID? {
    let primary = environment.database(of: environment.primary.region)
    guard replicas.status(of: primary) != .crashed else { return nil }
    let (own, end) = (
      replicas.primaryCache[environment.database(of: region)].disk.end, replicas.primaryCache[primary].disk.end
    )
    return own < end ? replicas.primaryCache[primary].disk[own + 1] : nil
  }

  private func oddEntry() -> DivergenceWitness? {
    for id in replicas.ids where replicas.primaryCache[id].station != .database {
      for entry in replicas.primaryCache[id].cache.all where isOdd(entry, at: id) {
        return DivergenceWitness(key: entry.key, sight: .entry(id), until: .end, input: lastInput)
      }
    }
    return nil
  }

  /// The entries, of a key or of all, that aren't what their region's database holds.
  public func cacheDifferences(
    on key: KeyID?
  ) -> [(cache: ReplicaID, key: KeyID, version: VersionID, since: Instant, database: ReplicaID)] {
    caches.flatMap { id in
      let cache = replicas.primaryCache[id].cache
      let entries = key.map { cache.entry($0).map { [$0] } ?? [] } ?? cache.all
      return entries.filter { isOdd($0, at: id) }.map { entry in
        (id, entry.key, entry.version, entry.since, environment.database(of: topology.region(of: id)))
      }
    }
  }

  /// Whether an entry isn't what its region's database holds; of a database that is down nobody can say.
  private func isOdd(_ entry: Cache.Entry, at cache: ReplicaID) -> Bool {
    let database = environment.database(of: topology.region(of: cache))
    guard entry.isHeld, replicas.status(of: database) != .crashed else { return false }
    let cell = cell(entry.key, at: database)
    if entry.version == cell.version { return false }
    // A purged tombstone leaves nothing behind, and is nothing.
    return !(cell.version == .none && turn.catalogue.isTombstone(entry.version))
  }
}
