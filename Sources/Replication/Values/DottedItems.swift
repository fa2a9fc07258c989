import Kernel

/// Items that are each named by the dots of the updates which put them there.
///
/// Together with the vector of all updates seen, which its owner keeps, this is all that merging needs: an item that one
/// side holds and the other doesn't was removed if the other has seen its dot, and is new to it if not. Nothing has to
/// be kept of what is gone. The same structure serves siblings (an item is a value; Preguiça et al., *Dotted Version
/// Vectors*, 2010, and `dvvset.erl` of ricardobcl/Dotted-Version-Vectors), the multi-value register, and the add-wins set without tombstones (an item is
/// an element; Bieniusa et al., *An optimized conflict-free replicated set*, 2012, and Riak's `riak_dt_orswot.erl`).
public struct DottedItems: Hashable, Sendable {
  /// One item and one dot that stands for it.
  public struct Entry: Hashable, Sendable {
    /// The update that put it there.
    public let dot: VectorEntry
    /// The item; ``Identity/none`` is a tombstone, the trace of a delete.
    public let item: ItemID

    var order: (UInt16, UInt32, UInt32) { (dot.writer.raw, dot.counter, item.raw) }
  }

  /// What there is, sorted by dot.
  public private(set) var entries: [Entry] = []

  /// Nothing.
  public init() {}

  /// The items that are there, tombstones left out, each once.
  public var items: [ItemID] {
    entries.reduce(into: []) { if $1.item != .none, !$0.contains($1.item) { $0.append($1.item) } }
  }

  /// Puts an item in the place of all that `context` includes.
  mutating func write(_ item: ItemID, context: VersionVector, dot: VectorEntry) {
    entries.removeAll { context.contains($0.dot) }
    insert(Entry(dot: dot, item: item))
  }

  /// Adds an element; the dots that stood for it give way to the new one.
  mutating func add(_ item: ItemID, dot: VectorEntry) {
    remove(item)
    insert(Entry(dot: dot, item: item))
  }

  /// Removes an element as far as it has been seen here: an addition that is concurrent stays.
  mutating func remove(_ item: ItemID) { entries.removeAll { $0.item == item } }

  /// Takes in what another replica holds; `seen` are all updates seen here, `otherSeen` those seen there.
  mutating func merge(_ other: DottedItems, seen: VersionVector, otherSeen: VersionVector) {
    let kept = entries.filter { other.entries.contains($0) || !otherSeen.contains($0.dot) }
    let new = other.entries.filter { !entries.contains($0) && !seen.contains($0.dot) }
    entries = (kept + new).sorted { $0.order < $1.order }
  }

  /// Keeps everything of both sides.
  mutating func formUnion(_ other: DottedItems) {
    for entry in other.entries where !entries.contains(entry) { insert(entry) }
  }

  private mutating func insert(_ entry: Entry) {
    entries.insert(entry, at: entries.firstIndex { $0.order > entry.order } ?? entries.count)
  }
}
