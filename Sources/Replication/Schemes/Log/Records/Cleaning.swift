import Kernel

/// Compaction, each copy by itself (`storage/internals/log/LogCleaner`): of a key's records all but the newest go. Offsets and
/// the order stay, what isn't committed and the active segment are left alone, and a delete marker stays for a while after
/// the first cleaning that it stood, so that slow readers see it.
///
/// Kafka waits until half of a log is uncleaned (`min.cleanable.dirty.ratio`); here the period decides. Nobody looks at logs in
/// which nothing can be cleaned.
extension LogServer {
  /// The period of cleaning has changed.
  mutating func beginCleaning(_ generation: UInt32, _ turn: inout Turn) {
    cleaning = generation
    isToClean = false
    scheduleCleaning(&turn)
  }

  /// Sees to it that it cleans at the next multiple of the period.
  mutating func scheduleCleaning(_ turn: inout Turn) {
    guard !isToClean, let period = turn.environment.settings.compaction?.microseconds else { return }
    isToClean = true
    let due = (turn.now.microseconds / period + 1) * period
    turn.effects.wake(after: Instant(microseconds: due) - turn.now, for: .clean(id, generation: cleaning))
  }

  /// Cleans its logs, and sees to the next time if there will be anything to clean. False if that is no longer wanted.
  mutating func clean(_ generation: UInt32, _ turn: inout Turn) -> Bool {
    guard generation == cleaning, turn.environment.settings.compaction != nil else { return false }
    isToClean = false
    for partition in copies.indices where copies[partition].isHeld { clean(partition, &turn) }
    if copies.contains(where: { !$0.markers.isEmpty }) { scheduleCleaning(&turn) }
    return true
  }

  private mutating func clean(_ partition: Int, _ turn: inout Turn) {
    let segment = turn.environment.settings.segment
    let end = copies[partition].log.end
    // The active segment begins at the last multiple of its size below the end.
    let limit = min(copies[partition].watermark, end == 0 ? 0 : (end - 1) / segment * segment)
    let expired = copies[partition].markers.filter {
      turn.now - $0.at > turn.environment.settings.deleteRetention
    }.map(\.offset)
    // From the newest on: which keys have a newer record, of those that are cleaned.
    var newest = PagedTable<KeyID, UInt32>(vacant: 0, pageSize: 256)
    for offset in stride(from: limit - 1, through: 0, by: -1) {
      let entry = copies[partition].log[offset]
      guard entry.version != .none else { continue }
      let version = turn.catalogue.versions[known: entry.version]
      let later = newest[version.key]
      if later != 0 {
        remove(offset, entry, before: Int(later) - 1, of: partition)
      } else if version.isTombstone, expired.contains(offset) {
        removeMarker(offset, entry, version.key, of: partition)
      } else {
        newest[version.key] = UInt32(offset + 1)
        if version.isTombstone, !copies[partition].markers.contains(where: { $0.offset == offset }) {
          copies[partition].markers.append(CleanedMarker(offset: offset, at: turn.now))
        }
      }
    }
    let log = copies[partition].log
    copies[partition].markers.removeAll { log[$0.offset].version == .none }
  }

  /// Cleans a record away, for one of its key that came later.
  private mutating func remove(_ offset: Int, _ entry: PartitionLog.Entry, before later: Int, of partition: Int) {
    copies[partition].log[later].previous = entry.previous
    copies[partition].log.clean(offset)
  }

  /// Cleans a delete marker away: nothing is left of its key, unless it was written since.
  private mutating func removeMarker(_ offset: Int, _ entry: PartitionLog.Entry, _ key: KeyID, of partition: Int) {
    var place = heads[key].place
    if Int(place) == offset + 1 {
      heads[key] = LogHead()
    } else {
      while Int(copies[partition].log[Int(place) - 1].previous) != offset + 1 {
        place = copies[partition].log[Int(place) - 1].previous
      }
      copies[partition].log[Int(place) - 1].previous = entry.previous
    }
    copies[partition].log.clean(offset)
  }
}
