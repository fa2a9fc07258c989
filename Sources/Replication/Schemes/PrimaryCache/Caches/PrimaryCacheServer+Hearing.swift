import Kernel

/// What a cache hears of its database, and passes on.
extension PrimaryCacheServer {
  /// Drops what is older than a version; a leader tells its followers.
  mutating func takeInvalidation(_ message: Message, _ kind: PrimaryCacheMessage, _ turn: inout Turn) {
    guard station != .database else { return }
    let version = message.version
    if turn.environment.defect != .cacheNeverInvalidated { drop(version, &turn) }
    if message.request > 0 {
      inlet.take(message.request)
      confirmHeard(message.request, &turn)
    }
    guard station == .leader, kind != .replay else { return }
    if kind == .direct, turn.environment.settings.invalidation == .direct, region == primary.region {
      // From its own database, where no write came through here.
      tellEverybody(version, by: kind, &turn)
    } else {
      tellFollowers(version, by: kind, number: message.request, &turn)
    }
  }

  private mutating func tellFollowers(
    _ version: VersionID, by kind: PrimaryCacheMessage, number: UInt32, _ turn: inout Turn
  ) {
    for follower in turn.environment.followerCaches(of: region) {
      tell(ReplicaID(follower), version, by: kind, number: number, &turn)
    }
  }

  /// Confirms what it heard, each time where messages are lost, else now and then.
  private mutating func confirmHeard(_ number: UInt32, _ turn: inout Turn) {
    guard let heard = inlet.heard, turn.environment.hasLosses || number % Self.confirmationStride == 0 else { return }
    turn.effects.sends.append(
      Message(
        .primaryCache(.heard), .position(partition: 0, place: heard), from: id,
        to: turn.environment.database(of: region), operation: .none, request: 0))
  }

  /// Asks its region's database where it stands.
  mutating func sayHello(_ turn: inout Turn) {
    turn.effects.sends.append(
      Message(
        .primaryCache(.hello), .key(.none), from: id, to: turn.environment.database(of: region), operation: .none,
        request: 0))
  }

  /// Drops every entry, and begins to count where its database stands.
  mutating func takeFlush(_ message: Message) {
    guard station != .database, inlet.heard.map({ $0 < message.place }) ?? true else { return }
    cache.removeAll()
    inlet.skip(to: message.place)
  }

  // MARK: The primary's leader

  /// Tells the caches of all regions at once, in the order of the cluster (`invalidation direct`).
  mutating func tellEverybody(_ version: VersionID, by kind: PrimaryCacheMessage, _ turn: inout Turn) {
    for place in turn.environment.regionRanges.indices {
      let other = RegionID(place)
      if other == region {
        tellFollowers(version, by: kind, number: 0, &turn)
      } else {
        for cache in cachesToTell(in: other, &turn) { tell(cache, version, by: kind, number: 0, &turn) }
      }
    }
    if kind == .direct, turn.environment.settings.fillGuard == .delayed {
      turn.effects.wake(after: Self.secondSpan, for: .second(id, incarnation: incarnation, version))
    }
  }

  /// Notes an invalidation for a leader cache in whose place it had a write made (TAO, §6.3), and sends it if it can.
  mutating func note(_ version: VersionID, for leader: ReplicaID, _ turn: inout Turn) {
    notes.append(CacheNote(version: version, target: leader))
    tellNotes(&turn)
  }

  /// Sends what it noted for those whom it thinks alive.
  mutating func tellNotes(_ turn: inout Turn) {
    guard !notes.isEmpty else { return }
    var rest: [CacheNote] = []
    for note in notes {
      if regards(note.target, &turn) {
        tell(note.target, note.version, by: .direct, number: 0, &turn)
      } else {
        rest.append(note)
      }
    }
    notes = rest
  }
}
