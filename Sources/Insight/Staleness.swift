import Kernel
import Replication

/// The acknowledged writes of each key, best first: what a read is judged against.
///
/// A read is *stale* when a write to its key that was acknowledged, and whose answer came before the read was issued, is
/// neither contained in nor superseded by what it answered. It is superseded if the answer knows it, or if the conflict
/// policy prefers the answer (*k*-staleness of Bailis et al., *Probabilistically Bounded Staleness*, VLDB 2012,
/// counted in missed writes).
public struct Staleness: Sendable {
  private struct Write: Sendable {
    let version: VersionID
    /// The event at which its client had the answer.
    let answeredAt: Int
    /// The next best write of the key.
    var next: WriteID
    /// The write before it of the same writer, among states.
    var earlier = WriteID.none
  }

  private enum WriteKind {}
  private typealias WriteID = Identity<WriteKind, UInt32>
  private enum WriterKind {}
  private typealias WriterID = Identity<WriterKind, UInt32>

  /// The writes of one key that one replica has numbered, from the latest on. A copy that has seen one of them has seen
  /// those before it, so what a read misses among states is found without looking at all of them.
  private struct Writer: Sendable {
    let replica: ReplicaID
    var latest: WriteID
    /// The next writer of the key.
    let next: WriterID
  }

  private var writes: PagedTable<WriteID, Write>
  private var writers = PagedTable<WriterID, Writer>(
    vacant: Writer(replica: .none, latest: .none, next: .none), pageSize: 256)
  private var heads = PagedTable<KeyID, Head>(
    vacant: Head(best: .none, timestamp: .min, writers: .none), pageSize: 256)

  /// The best write of a key, and its timestamp, which mostly settles whether a new one is better.
  private struct Head: Sendable {
    var best: WriteID
    var timestamp: Int64
    /// The writers of states; none for a key whose last writer wins.
    var writers: WriterID
  }

  /// No writes.
  public init() {
    writes = PagedTable(vacant: Write(version: .none, answeredAt: 0, next: .none), pageSize: 256)
  }

  /// Takes in an acknowledged write.
  mutating func add(_ operation: Operation, _ catalogue: Catalogue) {
    guard operation.version != .none else { return }
    let id = rank(operation, catalogue)
    if catalogue.version(operation.version).isState { addToWriter(id, of: operation.key, catalogue) }
  }

  /// Puts a write in its place among all of its key.
  private mutating func rank(_ operation: Operation, _ catalogue: Catalogue) -> WriteID {
    let timestamp = catalogue.version(operation.version).timestamp
    let head = heads[operation.key]
    if timestamp > head.timestamp {
      let id = writes.append(Write(version: operation.version, answeredAt: operation.endedAt, next: head.best))
      heads[operation.key] = Head(best: id, timestamp: timestamp, writers: head.writers)
      return id
    }
    var previous = WriteID.none
    var next = head.best
    while next != .none, catalogue.wins(writes[next].version, over: operation.version) {
      previous = next
      next = writes[next].next
    }
    let id = writes.append(Write(version: operation.version, answeredAt: operation.endedAt, next: next))
    if previous == .none {
      heads[operation.key] = Head(best: id, timestamp: timestamp, writers: head.writers)
    } else {
      writes[previous].next = id
    }
    return id
  }

  /// Puts a write in its place among those of its writer: acknowledgements may overtake each other.
  private mutating func addToWriter(_ id: WriteID, of key: KeyID, _ catalogue: Catalogue) {
    let version = catalogue.version(writes[id].version)
    var writer = heads[key].writers
    while writer != .none, writers[writer].replica != version.writer { writer = writers[writer].next }
    guard writer != .none else {
      heads[key].writers = writers.append(Writer(replica: version.writer, latest: id, next: heads[key].writers))
      return
    }
    var later = WriteID.none
    var earlier = writers[writer].latest
    while earlier != .none, catalogue.version(writes[earlier].version).counter > version.counter {
      (later, earlier) = (earlier, writes[earlier].earlier)
    }
    writes[id].earlier = earlier
    if later == .none { writers[writer].latest = id } else { writes[later].earlier = id }
  }

  /// How many acknowledged writes a read's answer misses.
  func versionsBehind(_ read: Operation, _ catalogue: Catalogue) -> Int32 {
    guard heads[read.key].writers == .none else {
      return Int32(clamping: missing(read.key, held: read.version, seen: read.seen, catalogue) { $0 < read.beganAt })
    }
    return missed(read, catalogue).reduce(0) { count, _ in count + 1 }
  }

  /// How many states' writes a copy lacks.
  private func missing(
    _ key: KeyID, held: VersionID, seen: VectorID, _ catalogue: Catalogue, where isMeant: (_ answeredAt: Int) -> Bool
  ) -> Int {
    var count = 0
    var writer = heads[key].writers
    while writer != .none {
      var next = writers[writer].latest
      while next != .none, !catalogue.isSeen(writes[next].version, in: seen) {
        let write = writes[next]
        if isMeant(write.answeredAt), !catalogue.isKnown(write.version, to: held, seen: seen) { count += 1 }
        next = write.earlier
      }
      writer = writers[writer].next
    }
    return count
  }

  /// All acknowledged writes, in the order of their answers.
  var acknowledged: some Sequence<VersionID> { writes.ids.lazy.map { writes[known: $0].version } }

  /// The keys of which any write was acknowledged, in order.
  var writtenKeys: some Sequence<KeyID> { heads.ids.lazy.filter { heads[known: $0].best != .none } }

  /// The acknowledged writes that a read's answer misses, best first.
  public func missed(_ read: Operation, _ catalogue: Catalogue) -> [VersionID] {
    writes(of: read.key, betterThan: read.version, seen: read.seen, at: read.executor, catalogue) { $0 < read.beganAt }
  }

  /// The acknowledged writes that a copy which holds `held` and has seen `seen` lacks, best first.
  ///
  /// - Parameters:
  ///   - end: only those that were acknowledged before the event of that number.
  ///   - replica: only those that are meant for it, where each region keeps copies of its own; none: all.
  public func lacking(
    _ key: KeyID, held: VersionID, seen: VectorID, at replica: ReplicaID = .none, _ catalogue: Catalogue,
    before end: Int = .max
  ) -> [VersionID] {
    writes(of: key, betterThan: held, seen: seen, at: replica, catalogue) { $0 < end }
  }

  private func writes(
    of key: KeyID, betterThan held: VersionID, seen: VectorID, at replica: ReplicaID, _ catalogue: Catalogue,
    where isMeant: (_ answeredAt: Int) -> Bool
  ) -> [VersionID] {
    if let source = mirrored(key, held: held, at: replica, catalogue) {
      return writes(
        from: heads[source.key].best, atMost: .max, betterThan: source.held, seen: .none, at: source.replica, catalogue,
        where: isMeant)
    }
    let wanted =
      heads[key].writers == .none ? Int.max : missing(key, held: held, seen: seen, catalogue, where: isMeant)
    return writes(
      from: heads[key].best, atMost: wanted, betterThan: held, seen: seen, at: replica, catalogue, where: isMeant)
  }

  /// What a copy of mirrored records is judged against: the key that was written, in the region where it was; what of it the copy
  /// holds; and a replica of that region. Nil of what was written where it is read.
  private func mirrored(
    _ key: KeyID, held: VersionID, at replica: ReplicaID, _ catalogue: Catalogue
  ) -> (key: KeyID, held: VersionID, replica: ReplicaID)? {
    guard replica != .none, let first = catalogue.original(ofKey: key) else { return nil }
    let written = catalogue.version(first)
    // In the region that wrote them its key has another name, and what a client wrote under this one is judged by itself.
    guard !catalogue.isShared(first, with: replica), held == .none || catalogue.origin(of: held) != nil else {
      return nil
    }
    return (written.key, held == .none ? .none : catalogue.original(of: held), written.writer)
  }

  private func writes(
    from start: WriteID, atMost limit: Int, betterThan held: VersionID, seen: VectorID, at replica: ReplicaID,
    _ catalogue: Catalogue,
    where isMeant: (_ answeredAt: Int) -> Bool
  ) -> [VersionID] {
    var result: [VersionID] = []
    var (next, wanted) = (start, limit)
    while next != .none, wanted > 0 {
      let write = writes[next]
      // Versions that the last writer wins are sorted: what follows a worse one is worse. States are not.
      let isState = catalogue.version(write.version).isState
      if !isState, write.version == held || catalogue.wins(held, over: write.version) { break }
      if isMeant(write.answeredAt), !catalogue.isKnown(write.version, to: held, seen: seen),
        catalogue.isShared(write.version, with: replica)
      {
        result.append(write.version)
        wanted -= 1
      }
      next = write.next
    }
    return result
  }
}

extension Staleness {
  /// All acknowledged writes of a run that is over, for whoever asks what each of its reads missed: what was acknowledged
  /// only after a read had begun is passed over at one go.
  public struct Retrospect: Sendable {
    private struct Ranked: Sendable {
      let write: WriteID
      /// When the first client of this write and all better ones had its answer.
      let earliest: Int
    }

    private let staleness: Staleness
    private let catalogue: Catalogue
    /// The writes of each key, best first; none of a key that holds states beside versions that the last writer wins.
    private var ranked: [[Ranked]]

    /// What has been acknowledged so far.
    public init(_ staleness: Staleness, _ catalogue: Catalogue) {
      (self.staleness, self.catalogue) = (staleness, catalogue)
      ranked = staleness.heads.ids.map { key in
        var (writes, states): ([Ranked], Int) = ([], 0)
        var next = staleness.heads[key].best
        while next != .none {
          let write = staleness.writes[next]
          if catalogue.version(write.version).isState { states += 1 }
          writes.append(Ranked(write: next, earliest: min(writes.last?.earliest ?? .max, write.answeredAt)))
          next = write.next
        }
        return states == 0 || states == writes.count ? writes : []
      }
    }

    /// The acknowledged writes that a stale read's answer misses, best first.
    ///
    /// - Complexity: O(log n + m) for n writes of the key, where m are better than what was read and began no later.
    public func missed(by entry: HistoryEntry) -> [VersionID] {
      let read = entry.operation
      guard read.key.index < ranked.count, !ranked[read.key.index].isEmpty, catalogue.original(ofKey: read.key) == nil
      else {
        return staleness.missed(read, catalogue)
      }
      let writes = ranked[read.key.index]
      var (low, high) = (0, writes.count)
      while low < high {
        let middle = (low + high) / 2
        if writes[middle].earliest < read.beganAt { high = middle } else { low = middle + 1 }
      }
      guard low < writes.count else { return [] }
      let hasStates = staleness.heads[read.key].writers != .none
      return staleness.writes(
        from: writes[low].write, atMost: hasStates ? Int(entry.versionsBehind) : .max, betterThan: read.version,
        seen: read.seen, at: read.executor, catalogue
      ) { $0 < read.beganAt }
    }
  }
}
