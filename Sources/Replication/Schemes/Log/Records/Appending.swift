import Kernel

/// How records get into a log, and out again.
extension LogServer {
  /// Appends what a coordinator asks for, if this replica leads the partition; returns the answer that it gives at once.
  ///
  /// Too few in sync: nothing is appended that all would have to have (`Partition.appendRecordsToLeader`,
  /// NotEnoughReplicasException). Its producer numbers its records (`enable.idempotence`), so one that comes twice is
  /// appended once.
  mutating func append(_ message: Message, _ kind: LogMessage, _ turn: inout Turn) -> Message? {
    let version = message.version
    let partition = turn.partition(of: turn.catalogue.versions[known: version].key)
    guard leads(partition), copies[partition].isHeld else { return answer(message, .notLeader) }
    if kind == .produceForAll,
      copies[partition].state.inSync.count < copies[partition].neededInSync(turn.environment.settings)
    {
      return answer(message, .notEnough)
    }
    if let position = turn.catalogue.position(of: version) {
      guard copies[partition].log.had(version, at: position) else { return answer(message, .notLeader) }
      return acknowledge(message, kind, at: Int(position.offset), of: partition)
    }
    let offset = copies[partition].log.end
    lead(version, at: offset, of: partition, by: kind, &turn)
    let reply = acknowledge(message, kind, at: offset, of: partition)
    noteAppend(of: 1, to: partition, &turn)
    return reply
  }

  /// The answer to an append that was made: at once, or once it is committed.
  private mutating func acknowledge(
    _ message: Message, _ kind: LogMessage, at offset: Int, of partition: Int
  ) -> Message? {
    guard kind == .produceForAll else { return answer(message, .produced) }
    if offset < copies[partition].watermark { return answer(message, .produced) }
    copies[partition].pending.append(PendingAppend(offset: offset, message: message))
    return nil
  }

  /// The answer to a coordinator; nobody waits for one to a blind append, but its coordinator is to know that it is over.
  func answer(_ message: Message, _ kind: LogMessage) -> Message? {
    message.kind == .log(.produceBlindly) && message.from != id
      ? nil
      : Message.ofLog(
        kind, message.version, from: id, to: message.from, operation: message.operation, request: message.request)
  }

  /// Appends a version to the log that it leads.
  mutating func lead(
    _ version: VersionID, at offset: Int, of partition: Int, by kind: LogMessage, _ turn: inout Turn
  ) {
    let proposed = turn.catalogue.versions[known: version]
    let held = heads[proposed.key].cell
    let timestamp = max(proposed.timestamp, lastTimestamp + 1)
    let epoch = copies[partition].state.epoch
    turn.catalogue.settle(
      version, timestamp: timestamp, stamp: timestamp == proposed.timestamp ? proposed.stamp : .coordinatorSequence,
      context: held.seen, writer: id, at: turn.now,
      LogPosition(partition: UInt16(partition), offset: UInt32(offset), epoch: epoch))
    turn.effects.record(.accepted(version), at: turn.now)
    put(version, at: offset, epoch: epoch, into: partition, by: kind, &turn)
  }

  /// Puts a record at the end of a log.
  @inline(__always) mutating func put(
    _ version: VersionID, at offset: Int, epoch: UInt32, into partition: Int, by kind: LogMessage, _ turn: inout Turn
  ) {
    let key = turn.catalogue.versions[known: version].key
    let (seen, timestamp) = (
      turn.catalogue.versions[known: version].vector, turn.catalogue.versions[known: version].timestamp
    )
    let before = heads[key]
    copies[partition].log.append(version, at: offset, epoch: epoch, previous: before.place)
    heads[key] = LogHead(
      place: UInt32(offset + 1), cell: Replica.Cell(version: version, seen: seen, timestamp: timestamp))
    lastTimestamp = max(lastTimestamp, timestamp)
    if turn.catalogue.hasMirrored { noteOrigin(of: version, at: offset, of: partition, turn) }
    if turn.environment.settings.compaction != nil { scheduleCleaning(&turn) }
    turn.effects.recordAppend(version, at: id, over: before.cell.version, by: kind, now: turn.now)
  }

  /// Takes in where a record comes from, if it is another region's.
  private mutating func noteOrigin(of version: VersionID, at offset: Int, of partition: Int, _ turn: Turn) {
    guard let origin = turn.catalogue.origin(of: version), let position = turn.catalogue.position(of: origin),
      let source = turn.catalogue.home(of: origin)
    else { return }
    copies[partition].noteMirrored(
      position, from: source, at: offset, spacing: MirrorSync.spacing(partitions: copies.count))
  }

  /// Cuts off what stands from an offset on; what was acknowledged of it is lost here, whoever has it elsewhere.
  mutating func truncate(_ partition: Int, to offset: Int, _ turn: inout Turn) {
    let end = copies[partition].log.end
    guard offset < end else {
      // An epoch that it began as a leader and wrote nothing in is none of the new leader's.
      copies[partition].log.truncate(to: end)
      return
    }
    for place in stride(from: end - 1, through: offset, by: -1) {
      let entry = copies[partition].log[place]
      guard entry.version != .none else { continue }
      let key = turn.catalogue.versions[known: entry.version].key
      guard heads[key].place == UInt32(place + 1) else { continue }
      heads[key] = head(at: entry.previous, of: partition, turn.catalogue)
    }
    copies[partition].log.truncate(to: offset)
    copies[partition].cutTraces(from: offset, turn.catalogue)
    copies[partition].markers.removeAll { $0.offset >= offset }
    copies[partition].watermark = min(copies[partition].watermark, offset)
  }

  /// The record of a key at that place, as the newest of it.
  private func head(at place: UInt32, of partition: Int, _ catalogue: Catalogue) -> LogHead {
    guard place > 0 else { return LogHead() }
    let version = copies[partition].log[Int(place) - 1].version
    let found = catalogue.version(version)
    return LogHead(
      place: place, cell: Replica.Cell(version: version, seen: found.vector, timestamp: found.timestamp))
  }

  /// The newest record of a key below an offset.
  func cell(_ key: KeyID, below limit: Int, of partition: Int, _ catalogue: Catalogue) -> Replica.Cell {
    let newest = heads[key]
    if Int(newest.place) <= limit { return newest.cell }
    var place = newest.place
    while Int(place) > limit { place = copies[partition].log[Int(place) - 1].previous }
    return head(at: place, of: partition, catalogue).cell
  }
}

extension Turn {
  /// The partition of a key.
  @inline(__always) mutating func partition(of key: KeyID) -> Int { environment.keyOwners[key].index }
}
