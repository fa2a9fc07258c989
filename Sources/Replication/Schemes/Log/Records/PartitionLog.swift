import Kernel

/// The kind of thing that a ``LogOffset`` names.
enum LogOffsetKind {}
/// A record's offset in its partition's log.
typealias LogOffset = Identity<LogOffsetKind, UInt32>

/// One copy of a partition's log, on disk: records in the order of their offsets, and where each leader's epoch begins.
///
/// Offsets never change: a cleaned record leaves a gap.
struct PartitionLog: Sendable {
  /// One record.
  struct Entry: Sendable {
    /// What was written; none where a record was cleaned away.
    var version: VersionID
    /// The epoch of the leader that appended it.
    var epoch: UInt32
    /// One more than the offset of the key's record before it; 0 if there is none.
    var previous: UInt32
  }

  /// Where a leader's epoch begins (`storage/internals/epoch/LeaderEpochFileCache`).
  struct EpochStart: Hashable, Sendable {
    let epoch: UInt32
    let start: Int
  }

  private var entries = PagedTable<LogOffset, Entry>(
    vacant: Entry(version: .none, epoch: 0, previous: 0), pageSize: 256)
  /// The epochs of its records, and of its leader if it led, in order.
  private(set) var epochs: [EpochStart] = []

  /// The offset that the next record gets.
  @inline(__always) var end: Int { entries.count }

  /// The record at that offset, which is below the end.
  @inline(__always) subscript(offset: Int) -> Entry {
    get { entries[known: LogOffset(offset)] }
    set { entries[LogOffset(offset)] = newValue }
  }

  /// Adds a record; what lies between the end and its offset was cleaned away where it comes from.
  mutating func append(_ version: VersionID, at offset: Int, epoch: UInt32, previous: UInt32) {
    // Appending, and not a place beyond the end, as what was cut off leaves its traces there.
    leaveGap(to: offset, epoch: epoch)
    if epochs.last.map({ $0.epoch < epoch }) ?? true { epochs.append(EpochStart(epoch: epoch, start: offset)) }
    entries.append(Entry(version: version, epoch: epoch, previous: previous))
  }

  /// Has the log end at that offset, if it ends before: what lies between was cleaned away where it comes from.
  mutating func leaveGap(to offset: Int, epoch: UInt32) {
    while entries.count < offset { entries.append(Entry(version: .none, epoch: epoch, previous: 0)) }
  }

  /// Takes over where epochs begin in the leader's log, up to that offset: what was cleaned away there says so no more.
  mutating func adopt(_ starts: [EpochStart], upTo offset: Int) {
    for start in starts where start.start <= offset && start.epoch > lastEpoch ?? 0 {
      epochs.append(EpochStart(epoch: start.epoch, start: max(start.start, end)))
    }
  }

  /// A leader begins its epoch at the end of its log.
  mutating func begin(_ epoch: UInt32) {
    guard epochs.last.map({ $0.epoch < epoch }) ?? true else { return }
    // An epoch without records leaves no trace once the next one begins.
    if epochs.last?.start == end { epochs.removeLast() }
    epochs.append(EpochStart(epoch: epoch, start: end))
  }

  /// Cleans a record away; the gap keeps its offset and its epoch.
  mutating func clean(_ offset: Int) { entries[LogOffset(offset)].version = .none }

  /// Cuts off what stands from that offset on.
  mutating func truncate(to offset: Int) {
    entries.truncate(to: offset)
    while let last = epochs.last, last.start >= offset { epochs.removeLast() }
  }

  /// The latest epoch of its records; nil for an empty log.
  var lastEpoch: UInt32? { epochs.last?.epoch }

  /// The latest epoch up to that one of which it has records, and where that ends (`OffsetForLeaderEpoch`, KIP-101 and
  /// KIP-279); nil if all are later.
  func end(of epoch: UInt32) -> (epoch: UInt32, offset: Int)? {
    guard let place = epochs.lastIndex(where: { $0.epoch <= epoch }) else { return nil }
    return (epochs[place].epoch, place + 1 < epochs.count ? epochs[place + 1].start : end)
  }

  /// Which epoch an offset belongs to, also one whose record was cleaned away; nil beyond the end.
  func epoch(at offset: Int) -> UInt32? {
    offset < end ? epochs.last { $0.start <= offset }?.epoch : nil
  }

  /// Whether a version stands at its place, or did until it was cleaned away.
  func had(_ version: VersionID, at position: LogPosition) -> Bool {
    let offset = Int(position.offset)
    guard offset < end else { return false }
    let found = entries[known: LogOffset(offset)].version
    return found == .none ? epoch(at: offset) == position.epoch : found == version
  }
}

/// Where a leader appended a version.
public struct LogPosition: Hashable, Sendable {
  /// In which partition's log.
  public let partition: UInt16
  /// At which offset.
  public let offset: UInt32
  /// In which of its leaders' epochs.
  public let epoch: UInt32
}

/// The kind of thing that a ``BatchID`` names.
enum BatchKind {}
/// What one fetch brought.
typealias BatchID = Identity<BatchKind, UInt32>

/// What one fetch brings: the records from the offset that was asked for, and the leader's high watermark.
struct RecordBatch: Sendable {
  /// How many records one fetch brings at most (`max.partition.fetch.bytes`, counted here).
  static let capacity = 500

  struct Item: Sendable {
    let offset: UInt32
    let version: VersionID
    let epoch: UInt32
  }

  var partition: UInt16 = 0
  /// The number of the fetch that it answers.
  var fetch: UInt16 = 0
  /// The offset that was asked for.
  var base: UInt32 = 0
  /// Where what it brings ends: beyond its last record, where those after that were cleaned away.
  var end: UInt32 = 0
  /// How far the log is committed.
  var watermark: UInt32 = 0
  /// How many bytes its records take.
  var bytes: UInt32 = 0
  var items: [Item] = []
  /// Where epochs begin in the leader's log, if records between these were cleaned away.
  var epochs: [PartitionLog.EpochStart] = []
  /// Of which region's records a consumer wants only those that were mirrored; nil: all.
  var source: RegionID?
  /// How far consumers are, where it brings no records.
  var groups: [GroupPlace] = []
}
