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
  }

  private enum WriteKind {}
  private typealias WriteID = Identity<WriteKind, UInt32>

  private var writes: PagedTable<WriteID, Write>
  private var heads = PagedTable<KeyID, Head>(vacant: Head(best: .none, timestamp: .min), pageSize: 256)

  /// The best write of a key, and its timestamp, which mostly settles whether a new one is better.
  private struct Head: Sendable {
    var best: WriteID
    var timestamp: Int64
  }

  /// No writes.
  public init() {
    writes = PagedTable(vacant: Write(version: .none, answeredAt: 0, next: .none), pageSize: 256)
  }

  /// Takes in an acknowledged write.
  mutating func add(_ operation: Operation, _ catalogue: Catalogue) {
    guard operation.version != .none else { return }
    let timestamp = catalogue.version(operation.version).timestamp
    let head = heads[operation.key]
    if timestamp > head.timestamp {
      let id = writes.append(Write(version: operation.version, answeredAt: operation.endedAt, next: head.best))
      heads[operation.key] = Head(best: id, timestamp: timestamp)
      return
    }
    var previous = WriteID.none
    var next = head.best
    while next != .none, catalogue.wins(writes[next].version, over: operation.version) {
      previous = next
      next = writes[next].next
    }
    let id = writes.append(Write(version: operation.version, answeredAt: operation.endedAt, next: next))
    if previous == .none {
      heads[operation.key] = Head(best: id, timestamp: timestamp)
    } else {
      writes[previous].next = id
    }
  }

  /// How many acknowledged writes a read's answer misses.
  func versionsBehind(_ read: Operation, _ catalogue: Catalogue) -> Int32 {
    missed(read, catalogue).reduce(0) { count, _ in count + 1 }
  }

  /// The acknowledged writes that a read's answer misses, best first.
  public func missed(_ read: Operation, _ catalogue: Catalogue) -> [VersionID] {
    writes(of: read.key, betterThan: read.version, seen: read.seen, catalogue) { $0 < read.beganAt }
  }

  /// The acknowledged writes that a copy which holds `held` and has seen `seen` lacks, best first.
  ///
  /// - Parameter end: only those that were acknowledged before the event of that number.
  public func lacking(
    _ key: KeyID, held: VersionID, seen: VectorID, _ catalogue: Catalogue, before end: Int = .max
  ) -> [VersionID] {
    writes(of: key, betterThan: held, seen: seen, catalogue) { $0 < end }
  }

  private func writes(
    of key: KeyID, betterThan held: VersionID, seen: VectorID, _ catalogue: Catalogue,
    where isMeant: (_ answeredAt: Int) -> Bool
  ) -> [VersionID] {
    var result: [VersionID] = []
    var next = heads[key].best
    while next != .none {
      let write = writes[next]
      // Versions that the last writer wins are sorted: what follows a worse one is worse. States are not.
      let isState = catalogue.version(write.version).isState
      if !isState, write.version == held || catalogue.wins(held, over: write.version) { break }
      if isMeant(write.answeredAt), !catalogue.isKnown(write.version, to: held, seen: seen) {
        result.append(write.version)
      }
      next = write.next
    }
    return result
  }
}
