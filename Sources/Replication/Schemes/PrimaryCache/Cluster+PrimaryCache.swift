import Kernel

/// What somebody outside the cluster does where a primary's database takes all writes: promotes another one.
struct PrimaryWatch: Sendable {
  /// Since when the primary's database hasn't run; nil while it does.
  var downSince: Instant?
  /// How often that has changed.
  var generation: UInt32 = 0
}

extension Cluster {
  /// After what time without the primary's database another region's is promoted.
  static let promotionSpan = TimeSpan.seconds(10)

  /// Lets a timer of the scheme go off. False if nobody waits for it any more.
  mutating func wake(_ timer: PrimaryCacheTimer, _ scheduled: Scheduled) -> Bool {
    if case .promote(let generation) = timer { return generation == primaryWatch.generation && promote() }
    guard let (id, incarnation) = timer.sleeper else { return false }
    return wake(id, incarnation: incarnation, scheduled) { $0.primaryCache[id].wake(timer, &$1) }
  }

  /// Takes in whether the primary's database runs; a cut or a pause is no reason to promote another.
  mutating func watchPrimary() {
    guard plan.scheme == .primaryCache else { return }
    let database = environment.database(of: environment.primary.region)
    let serves = replicas.status(of: database) != .crashed && replicas.primaryCache[database].disk.isWhole
    if serves {
      if primaryWatch.downSince != nil { primaryWatch = PrimaryWatch(generation: primaryWatch.generation + 1) }
    } else if let since = primaryWatch.downSince {
      // Whoever comes back after the time is promoted at once, if nobody was before.
      if now - since >= Self.promotionSpan { _ = promote() }
    } else {
      primaryWatch = PrimaryWatch(downSince: now, generation: primaryWatch.generation + 1)
      let timer = Timer.primaryCache(.promote(generation: primaryWatch.generation))
      queue.push(Scheduled(departed: now, event: .wake(timer)), at: now + Self.promotionSpan)
    }
  }

  /// Promotes the database whose binlog stands highest, of those that run; of equal ones the first region's. False if none runs.
  private mutating func promote() -> Bool {
    let candidates = topology.regionIDs.filter { replicas.status(of: environment.database(of: $0)) == .running }
    func end(_ region: RegionID) -> UInt32 { replicas.primaryCache[environment.database(of: region)].disk.end }
    guard var chosen = candidates.first else { return false }
    for region in candidates where end(region) > end(chosen) { chosen = region }
    let choice = PrimaryChoice(region: chosen, epoch: environment.primary.epoch + 1)
    primaryWatch = PrimaryWatch(generation: primaryWatch.generation + 1)
    turn.rearrange { $0.primary = choice }
    turn.parcels.primaryCache.promotions.append(end(chosen))
    let database = environment.database(of: chosen)
    replicas.primaryCache[database].promote(to: choice, &turn)
    turn.effects.record(.promoted(database), at: now)
    return true
  }

  /// Makes a region the primary, before anything was written.
  mutating func choosePrimary(_ region: RegionID) {
    turn.configure { $0.primary = region }
    let choice = PrimaryChoice(region: region, epoch: 1)
    turn.rearrange { $0.primary = choice }
    for id in replicas.ids where plan.scheme == .primaryCache { replicas.primaryCache[id].primary = choice }
  }

  /// The size or the life of entries has changed.
  mutating func reviseEntries() {
    guard plan.scheme == .primaryCache else { return }
    for id in replicas.ids where replicas.status(of: id) != .crashed { replicas.primaryCache[id].reviseEntries(&turn) }
  }

  /// Empties caches; databases among those named keep what they have.
  mutating func flush(_ set: ReplicaSet) {
    guard plan.scheme == .primaryCache else { return }
    for id in set where replicas.status(of: id) != .crashed { replicas.primaryCache[id].cache.removeAll() }
  }

  // MARK: What can be asked

  /// Which region is the primary, and how many regions have been so far; nil under a scheme without one.
  public var primary: PrimaryChoice? { plan.scheme == .primaryCache ? environment.primary : nil }

  /// How many rows of the primary's binlog a region's database lacks.
  public func missingRows(of region: RegionID) -> Int {
    guard plan.scheme == .primaryCache else { return 0 }
    let end = replicas.primaryCache[environment.database(of: environment.primary.region)].disk.end
    let own = replicas.primaryCache[environment.database(of: region)].disk.end
    return Int(end) - Int(min(own, end))
  }

  /// How many invalidations a cache's region has numbered and the cache has not heard; nil for a cache that doesn't know where its
  /// database stands, and for who is no cache.
  public func unheardInvalidations(of cache: ReplicaID) -> Int? {
    guard plan.scheme == .primaryCache, replicas.primaryCache[cache].station != .database else { return nil }
    let count = replicas.primaryCache[environment.database(of: topology.region(of: cache))].sender.count
    return replicas.primaryCache[cache].inlet.heard.map { Int(count) - Int(min($0, count)) }
  }

  /// How many places of a cache are taken, and how many entries had to go for want of room.
  public func occupancy(of cache: ReplicaID) -> (places: Int, evicted: Int) {
    guard plan.scheme == .primaryCache else { return (0, 0) }
    return (replicas.primaryCache[cache].cache.count, replicas.primaryCache[cache].cache.evicted)
  }

  /// What a cache serves of a key: since when, and whether a write brought it; nil if nothing.
  public func cachedEntry(of key: KeyID, at cache: ReplicaID) -> (
    version: VersionID, since: Instant, isChangeset: Bool
  )? {
    guard plan.scheme == .primaryCache, let entry = replicas.primaryCache[cache].cache.entry(key), entry.isHeld else {
      return nil
    }
    return (entry.version, entry.since, entry.origin == .changeset)
  }

  /// Whether an update is on its way to the primary's database, and may be made yet.
  public func mayBeMade(_ operation: OperationID) -> Bool {
    let trips = turn.parcels.primaryCache.trips
    guard plan.scheme == .primaryCache,
      trips.slots.contains(where: { trips[$0].operation.id == operation && !trips[$0].isMade })
    else { return false }
    return messagesInFlight.contains {
      if case .message(let message) = $0.event { message.operation == operation } else { false }
    }
      || replicas.ids.contains { isQueued(anythingOf: operation, at: $0) }
  }

  /// Whether a version was given up with the primary that had made it.
  public func isGivenUp(_ version: VersionID) -> Bool {
    plan.scheme == .primaryCache && turn.parcels.primaryCache.isDiscarded(version, byEpoch: environment.primary.epoch)
  }
}
