import DequeModule
import Kernel

/// One record of a partition's log.
struct LogRecord: Hashable, Sendable {
  /// The version that it stores; none where a leadership begins.
  let version: VersionID
  /// The epoch of the leader that made it.
  let epoch: UInt32
}

/// A partition's log as one copy has it, on its disk: its records are counted from 1, and the oldest are given up.
struct RecordLog: Sendable {
  /// How many records have been given up.
  private(set) var base: UInt32 = 0
  /// The epoch of the last of those.
  private(set) var baseEpoch: UInt32 = 1
  private var records: Deque<LogRecord> = []

  /// The place of the last record; 0 if there never was one.
  @inline(__always) var end: UInt32 { base &+ UInt32(truncatingIfNeeded: records.count) }

  /// The record at a place that is kept.
  @inline(__always) subscript(place: UInt32) -> LogRecord { records[Int(place &- base &- 1)] }

  /// The epoch of the record at a place that is kept, or is the last that was given up.
  @inline(__always) func epoch(at place: UInt32) -> UInt32 { place == base ? baseEpoch : self[place].epoch }

  /// The epoch of the last record.
  @inline(__always) var lastEpoch: UInt32 { epoch(at: end) }

  @inline(__always) mutating func append(_ record: LogRecord) { records.append(record) }

  /// Takes back the last record.
  mutating func removeLast() -> LogRecord { records.removeLast() }

  /// Gives up all up to a place.
  mutating func trim(to place: UInt32) {
    guard place > base else { return }
    baseEpoch = epoch(at: place)
    records.removeFirst(Int(place - base))
    base = place
  }

  /// Begins anew after a place: a whole copy as of that has come in another way.
  mutating func restart(after place: UInt32, epoch: UInt32) {
    (base, baseEpoch, records) = (place, epoch, [])
  }
}

/// The changes that writes in its own region have made to a partition, in order, until all other regions have them: what its
/// stream is made of. Each copy keeps them, as any may come to lead.
struct ChangeLog: Sendable {
  /// The number of the last change before the first one here.
  private(set) var base: UInt32 = 0
  private var versions: Deque<VersionID> = []

  /// The number of the last change.
  @inline(__always) var end: UInt32 { base &+ UInt32(truncatingIfNeeded: versions.count) }

  /// The change of that number, which is kept.
  @inline(__always) subscript(number: UInt32) -> VersionID { versions[Int(number &- base &- 1)] }

  /// Takes the next change in.
  @inline(__always) mutating func append(_ version: VersionID) { versions.append(version) }

  /// Takes back the last change, which was never committed.
  mutating func removeLast() { versions.removeLast() }

  /// Gives up all up to a number.
  @inline(__always) mutating func trim(to number: UInt32) {
    guard number > base else { return }
    versions.removeFirst(min(versions.count, Int(number - base)))
    base = number
  }

  /// Forgets all, and goes on numbering.
  mutating func forget() { (base, versions) = (end, []) }

  /// Goes on after that number, where others know of more.
  mutating func skip(to number: UInt32) { if number > end { (base, versions) = (number, []) } }
}
