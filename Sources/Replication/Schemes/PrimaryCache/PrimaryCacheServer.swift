import Kernel

/// A server under TAO's scheme (Bronson et al., USENIX ATC 2013): the database of a region, its leader cache, or a follower tier.
///
/// In one region the database is the primary, which takes all writes; the others replicate it by its binlog. Clients ask a
/// follower tier, which asks its region's leader cache for what it doesn't keep, which asks its region's database (§4.2, §6).
public struct PrimaryCacheServer: SoleTable {
  /// Where it stands between clients and disks.
  enum Station: Sendable {
    case database, leader, follower
  }

  /// Where it stands, whether it runs, its clock.
  public internal(set) var replica: Replica
  let station: Station
  /// Which region is the primary, as far as it has heard.
  var primary: PrimaryChoice
  /// What it coordinates.
  var requests = Slab<PrimaryCacheRequest>()

  /// A database's disk: its rows, and the binlog that they came by.
  var disk: DatabaseDisk
  /// What a database sends to the others' databases, and to the caches of its region.
  var sender: DatabaseSender

  /// What a cache keeps.
  var cache = Cache()
  /// How far a cache has heard its region's database.
  var inlet = Inlet()
  /// What a leader cache owes other regions' leader caches that were down as it made a write in their place.
  var notes: [CacheNote] = []
  /// Whether it has been started, and has told nobody yet.
  var isNew = false

  init(_ replica: Replica, in topology: Topology) {
    self.replica = replica
    let region = topology.regions[replica.region.index]
    let number = replica.id.index - region.replicas.lowerBound
    station = number == 0 ? .database : number == 1 ? .leader : .follower
    primary = PrimaryChoice(region: RegionID(0), epoch: 1)
    disk = DatabaseDisk(writer: replica.id, isFull: station == .database)
    sender = DatabaseSender(
      databases: station == .database ? topology.regions.map { ReplicaID($0.replicas.lowerBound) } : [],
      caches: station == .database ? region.replicas.count - 1 : 0)
  }

  /// Whether it is the database that takes all writes, as far as it has heard.
  @inline(__always) var isPrimary: Bool { station == .database && primary.region == region }

  func cell(_ key: KeyID) -> Replica.Cell {
    if station == .database { return disk.cells[key] }
    guard let entry = cache.entry(key), entry.isHeld else { return .empty }
    return Replica.Cell(version: entry.version, seen: entry.seen, timestamp: 0)
  }

  /// Gives up what is purged by now.
  mutating func purge(_ turn: inout Turn) {
    guard station == .database, turn.environment.hasMortals else { return }
    for key in disk.cells.ids where disk.cells[key].version != .none {
      let kept = turn.unpurged(disk.cells[key], by: replica.clock)
      if kept.version == .none { disk.cells[key] = kept }
    }
  }

  /// Whether it thinks that a server is alive; of itself it knows.
  @inline(__always) func regards(_ other: ReplicaID, _ turn: inout Turn) -> Bool {
    other == id || turn.environment.detector.alive(to: id).contains(other)
  }
}

/// An invalidation that a leader cache owes another region's, which was down.
struct CacheNote: Sendable {
  let version: VersionID
  let target: ReplicaID
}

extension PrimaryCacheServer {
  mutating func perform(_ message: Message, _ turn: inout Turn) -> Message? {
    guard let kind = message.kind.primaryCache else { preconditionFailure("\(message.kind) came to \(id)") }
    switch kind {
    case .fetch: return serveFetch(message, &turn)
    case .fill: takeFill(message, &turn)
    case .criticalRead: return serveCriticalRead(message, &turn)
    case .criticalData, .refused: passBack(message, kind, &turn)
    case .update: return serveUpdate(message, &turn)
    case .changeset: takeChangeset(message, &turn)
    case .row: takeRow(message, &turn)
    case .invalidation, .replay, .direct, .second: takeInvalidation(message, kind, &turn)
    case .probe: return answerProbe(message, &turn)
    case .heard: takeHeard(message, &turn)
    case .hello: return answerHello(message)
    case .flush: takeFlush(message)
    case .promoted: return takePromotion(message, &turn)
    case .known: takeKnown(message, &turn)
    }
    return nil
  }

  mutating func wake(_ timer: PrimaryCacheTimer, _ turn: inout Turn) -> Bool {
    switch timer {
    case .ship(_, _, let region, let row): return ripen(region, row, &turn)
    case .second(_, _, let version): return invalidateAgain(version, &turn)
    case .resend: return resend(&turn)
    case .expire(_, _, let key): return expireEntry(of: key, &turn)
    case .promote: preconditionFailure("\(timer) is the cluster's own, and woke \(id)")
    }
  }

  /// Loses its memory: requests, entries, what it owed to whom. Rows and binlog are on a database's disk.
  mutating func crash(_ turn: inout Turn) {
    for slot in requests.slots {
      turn.effects.close(requests[slot])
      // An update that is on its way may be made all the same.
      if !requests[slot].isUpdate { forget(requests[slot].trip, &turn) }
    }
    requests = Slab()
    cache.removeAll()
    if station != .database { inlet.forget() }
    notes = []
    sender.forget(end: disk.end)
    isNew = true
    replica.crash()
  }

  mutating func loseDisk() {
    guard station == .database else { return }
    disk = disk.emptied(writer: id.writer(afterLosses: disk.writer.losses + 1))
    sender.forget(end: 0)
  }

  // MARK: What it hears of others

  /// Who can reach whom has changed: it asks those who have not confirmed what it sent, and says hello if it is new.
  mutating func noticeReach(_ turn: inout Turn) {
    guard replica.status == .running else { return }
    if isNew { start(&turn) }
    inquire(&turn)
  }

  mutating func noticeOpinions(_ turn: inout Turn) {
    inquire(&turn)
    tellNotes(&turn)
    tail(&turn)
    askElsewhere(&turn)
  }

  mutating func noticeLosses(_ turn: inout Turn) {
    armResend(&turn)
    if station != .database, inlet.heard == nil { sayHello(&turn) }
  }

  /// Begins again after a crash: a cache asks where its database stands, a database asks who is the primary before it serves.
  private mutating func start(_ turn: inout Turn) {
    isNew = false
    if station == .database {
      let chosen = turn.environment.primary
      if chosen.epoch > primary.epoch { follow(chosen, &turn) }
    } else {
      sayHello(&turn)
    }
  }

  /// Asks whoever has not confirmed what it sent; a cache that doesn't know where its database stands asks that.
  private mutating func inquire(_ turn: inout Turn) {
    if station == .database {
      probe(&turn)
    } else if inlet.heard == nil {
      sayHello(&turn)
    }
  }
}

extension Message {
  /// The answer to this message.
  @inline(__always) func replied(_ kind: PrimaryCacheMessage, _ content: Content) -> Message {
    Message(.primaryCache(kind), content, from: to, to: from, operation: operation, request: request)
  }
}
