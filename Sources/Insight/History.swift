import Kernel
import Replication

/// One operation that has ended, and what is known of it since.
public struct HistoryEntry: Sendable {
  /// The operation.
  public internal(set) var operation = Operation.none
  /// How many acknowledged writes its answer misses; 0 unless it is a stale read.
  public internal(set) var versionsBehind: Int32 = 0
  /// How many messages went between replicas for it.
  public internal(set) var messages: UInt32 = 0
  /// How many bytes those had.
  public internal(set) var bytes: UInt32 = 0

  /// Whether it is a read whose answer neither contains nor supersedes a write that had been acknowledged before.
  public var isStale: Bool { versionsBehind > 0 }
}

/// All operations that have ended, by their numbers.
public struct History: Sendable {
  private var entries = PagedTable<OperationID, HistoryEntry>(vacant: HistoryEntry(), pageSize: 256)
  /// The numbers of ended operations in the order in which they ended; those of loads are left out.
  public private(set) var commands: [OperationID] = []
  /// How many operations have ended.
  public private(set) var count = 0

  /// A history without operations.
  public init() {}

  /// The operation of that number, if it has ended.
  public subscript(id: OperationID) -> HistoryEntry? {
    let entry = entries[id]
    return entry.operation.outcome == nil ? nil : entry
  }

  /// One more than the highest number of an ended operation.
  public var end: Int { entries.count }

  /// All ended operations in the order of their numbers.
  public var all: some Sequence<HistoryEntry> { entries.ids.lazy.compactMap { self[$0] } }

  /// How long the operations took that were answered and are wanted, at their clients.
  public func latencies(where isWanted: (HistoryEntry) -> Bool) -> Samples {
    var samples = Samples()
    for entry in all where entry.operation.outcome == .ok && isWanted(entry) {
      samples.add((entry.operation.ended - entry.operation.began).microseconds)
    }
    return samples
  }

  mutating func add(_ operation: Operation, versionsBehind: Int32) {
    // Its coordinator may have closed it before its client had the answer.
    entries[operation.id].operation = operation
    entries[operation.id].versionsBehind = versionsBehind
    count += 1
    if !operation.isLoad { commands.append(operation.id) }
  }

  /// Notes what an operation has cost, once it has ended.
  mutating func setCost(_ id: OperationID, messages: UInt32, bytes: UInt32) {
    // A session's operation may be served in several attempts.
    entries[id].messages += messages
    entries[id].bytes += bytes
  }
}
