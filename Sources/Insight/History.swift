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

  /// Whether it is a read that an edge cache answered with a value whose life had ended before it was asked for.
  public internal(set) var isOutlived = false

  /// Whether it is a read whose answer neither contains nor supersedes a write that had been acknowledged before, or had expired.
  public var isStale: Bool { versionsBehind > 0 || isOutlived }
}

/// All operations that have ended, by their numbers.
public struct History: Sendable {
  /// What is known of an operation.
  private enum Note: Sendable {
    /// Nothing.
    case nothing
    /// It has ended, and this is all.
    case brief(HistoryRow)
    /// There is more to it, or it has not ended; see ``whole``.
    case long(EntryID)
  }

  private enum EntryKind {}
  private typealias EntryID = Identity<EntryKind, UInt32>

  private var notes = PagedTable<OperationID, Note>(vacant: .nothing, pageSize: 256)
  private var whole = PagedTable<EntryID, HistoryEntry>(vacant: HistoryEntry(), pageSize: 256)
  /// What was left, to be used again.
  private var vacant: [EntryID] = []
  /// The numbers of ended operations in the order in which they ended; those of loads are left out.
  public private(set) var commands: [OperationID] = []
  /// How many operations have ended.
  public private(set) var count = 0

  /// A history without operations.
  public init() {}

  /// The operation of that number, if it has ended.
  public subscript(id: OperationID) -> HistoryEntry? {
    switch notes[id] {
    case .nothing: return nil
    case .brief(let row): return row.entry(id)
    case .long(let place):
      let entry = whole[place]
      return entry.operation.outcome == nil ? nil : entry
    }
  }

  /// One more than the highest number of an ended operation.
  public var end: Int { notes.count }

  /// All ended operations in the order of their numbers.
  public var all: Entries { Entries(self) }

  /// All ended operations, one after the other.
  ///
  /// A type of its own, and not a lazy map: across modules that would be worked out by way of witnesses, 20 times slower, and
  /// a condition such as `count(write) == 40000` goes through all of them whenever it is judged.
  public struct Entries: Sequence, IteratorProtocol, Sendable {
    private let history: History
    private var place = 0

    init(_ history: History) { self.history = history }

    /// The next one; nil after the last.
    public mutating func next() -> HistoryEntry? {
      while place < history.notes.count {
        defer { place += 1 }
        if let entry = history[OperationID(place)] { return entry }
      }
      return nil
    }
  }

  /// How many operations have ended in each way.
  public var outcomes: [(outcome: Outcome, count: Int)] {
    var counts = Outcome.allCases.map { (outcome: $0, count: 0) }
    for id in notes.ids {
      let outcome: Outcome? =
        switch notes[known: id] {
        case .nothing: nil
        case .brief(let row): row.outcome
        case .long(let place): whole[known: place].operation.outcome
        }
      guard let outcome, let index = counts.firstIndex(where: { $0.outcome == outcome }) else { continue }
      counts[index].count += 1
    }
    return counts
  }

  /// How long the operations took that were answered and are wanted, at their clients.
  public func latencies(where isWanted: (HistoryEntry) -> Bool) -> Samples {
    var samples = Samples()
    for entry in all where entry.operation.outcome == .ok && isWanted(entry) {
      samples.add((entry.operation.ended - entry.operation.began).microseconds)
    }
    return samples
  }

  mutating func add(_ operation: Operation, versionsBehind: Int32, isOutlived: Bool = false) {
    count += 1
    if !operation.isLoad { commands.append(operation.id) }
    change(operation.id) {
      // Its coordinator may have closed it before its client had the answer.
      $0.operation = operation
      $0.versionsBehind = versionsBehind
      $0.isOutlived = isOutlived
    }
  }

  /// Notes what an operation has cost, perhaps before it has ended.
  mutating func setCost(_ id: OperationID, messages: UInt32, bytes: UInt32) {
    if case .brief(var row) = notes[id], row.add(messages: messages, bytes: bytes) {
      notes[id] = .brief(row)
      return
    }
    change(id) {
      // A session's operation may be served in several attempts.
      $0.messages += messages
      $0.bytes += bytes
    }
  }

  @inline(__always) private mutating func change(_ id: OperationID, _ body: (inout HistoryEntry) -> Void) {
    var entry = HistoryEntry()
    var place = EntryID.none
    switch notes[id] {
    case .nothing: break
    case .brief(let row): entry = row.entry(id)
    case .long(let known):
      place = known
      entry = whole[known]
    }
    body(&entry)
    if let row = HistoryRow(entry) {
      notes[id] = .brief(row)
      if place != .none { vacant.append(place) }
      return
    }
    if place == .none {
      place = vacant.popLast() ?? whole.append(HistoryEntry())
      notes[id] = .long(place)
    }
    whole[place] = entry
  }
}
