import Kernel

/// What the primary's database does with an update, and every database with a row of the binlog.
extension PrimaryCacheServer {
  /// Makes an update: the primary is the only one that does, and so there are no conflicts (§6.1).
  mutating func commit(_ operation: Operation, _ payload: OpenOperation.Payload, _ turn: inout Turn) -> VersionID {
    let reading = replica.clock.reading(at: turn.now)
    let held = turn.unpurged(disk.cells[operation.key], by: replica.clock)
    if turn.isKnown(payload.recognized, in: held.seen) { return payload.recognized }
    let counter = disk.issued[operation.key] + 1
    disk.issued[operation.key] = counter
    let own: (microseconds: Int64, stamp: Stamp) =
      payload.timestamp.map { ($0, payload.stamp) } ?? (reading, .coordinatorClock)
    let floor = held.version == .none ? Int64.min : turn.catalogue.version(held.version).timestamp
    // The order of commits decides, not the clock.
    let timestamp = own.microseconds > floor ? own : (floor + 1, .coordinatorSequence)
    let version = turn.addVersion(
      operation.value, payload, key: operation.key, operation: operation.id, timestamp: timestamp, reading: reading,
      context: held.seen, dot: VectorEntry(writer: disk.writer, counter: counter),
      isTombstone: operation.kind == .delete)
    turn.effects.record(.accepted(version), at: turn.now)
    turn.effects.note(.stamped(version, timestamp.stamp), of: operation.id, by: id, at: turn.now)
    turn.parcels.primaryCache.places[version] = BinlogPlace(row: disk.end + 1, epoch: primary.epoch)
    keep(version, by: .update, &turn)
    for place in sender.shippings.indices where place != region.index { scheduleRow(to: RegionID(place), &turn) }
    armResend(&turn)
    return version
  }

  /// Writes the next row, and tells the caches of its region behind it.
  mutating func keep(_ version: VersionID, by kind: PrimaryCacheMessage, _ turn: inout Turn) {
    disk.append(version)
    let key = turn.catalogue.versions[known: version].key
    let held = disk.cells[key].version
    disk.cells[key] = Replica.Cell(
      version: version, seen: turn.catalogue.versions[known: version].vector,
      timestamp: turn.catalogue.versions[known: version].timestamp)
    turn.effects.recordStore(version, at: id, .applied, over: held, by: .primaryCache(kind), now: turn.now)
    if turn.environment.settings.invalidation == .binlog { announce(version, &turn) }
  }

  /// Takes a row of the primary's binlog. Rows are applied in order; one that overtook another is asked for again.
  mutating func takeRow(_ message: Message, _ turn: inout Turn) {
    guard message.request == primary.epoch, !isPrimary else { return }
    let row = message.place
    guard row == disk.end + 1 else { return takeRowOutOfOrder(message, &turn) }
    keep(message.version, by: .row, &turn)
    while let index = disk.early.firstIndex(where: { $0.row == disk.end + 1 }) {
      keep(disk.early.remove(at: index).version, by: .row, &turn)
    }
    endFilling(&turn)
    if turn.environment.hasLosses || disk.end % Self.confirmationStride == 0 { confirmRows(to: message.from, &turn) }
  }

  private mutating func takeRowOutOfOrder(_ message: Message, _ turn: inout Turn) {
    if message.place > disk.end, !disk.early.contains(where: { $0.row == message.place }) {
      disk.early.append((message.place, message.version))
    }
    if turn.environment.hasLosses { confirmRows(to: message.from, &turn) }
  }

  /// Says how far it has the binlog. While nothing is lost on the way nobody has to be told of each row.
  private mutating func confirmRows(to database: ReplicaID, _ turn: inout Turn) {
    turn.effects.sends.append(
      Message(
        .primaryCache(.heard), .position(partition: 0, place: disk.end), from: id, to: database, operation: .none,
        request: 0))
  }

  /// How many rows, or invalidations, go between two confirmations where nothing is ever lost.
  static let confirmationStride: UInt32 = 32

  /// A database that lost its disk serves again once it has what the primary had when it asked.
  mutating func endFilling(_ turn: inout Turn) {
    guard !disk.isWhole, let wanted = disk.wanted, disk.end >= wanted else { return }
    disk.isWhole = true
    // What the caches were not told meanwhile is lost: they drop everything.
    sender.giveUpAnnouncements()
    probe(&turn)
  }
}
