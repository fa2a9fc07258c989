import Kernel

/// How two versions stand to each other in causal order.
public enum Relation: String, CaseIterable, Hashable, Sendable {
  /// They are the same version.
  case equal
  /// The first was known to the writer of the second.
  case before
  /// The second was known to the writer of the first.
  case after
  /// Neither writer had heard of the other's version.
  case concurrent
}

/// One entry of a version vector: all versions of that writer up to that number.
public struct VectorEntry: Hashable, Sendable {
  /// Who coordinated the writes.
  public let writer: ReplicaID
  /// How many of them, from 1.
  public let counter: UInt32

  /// The entry of that writer and number.
  @inlinable public init(writer: ReplicaID, counter: UInt32) {
    self.writer = writer
    self.counter = counter
  }
}

/// All version vectors of a cluster, in one pool of plain words.
///
/// A vector maps writers to counters; a writer that is missing counts as 0 (Parker et al., *Detection of Mutual
/// Inconsistency in Distributed Systems*, IEEE TSE 1983). Vectors never change, so copies of a version share one, and
/// equal numbers mean equal vectors.
///
/// Nearly every vector is an earlier one with one counter raised, and is kept as just that: its parent and the entry.
/// After eight such steps the entries are written out, sorted by writer, so that no question leads far back.
public struct VectorPool: Sendable {
  /// How many steps lead back to a vector whose entries are written out, at most.
  private static let longestChain: UInt8 = 8
  private static let pageBits = 12

  /// One vector: what it adds to its parent, or where its entries stand.
  private struct Node: Sendable {
    /// The parent, or the place of the first entry.
    let base: UInt32
    /// The counter that is raised.
    let counter: UInt32
    /// Whose counter is raised.
    let writer: ReplicaID
    /// How many entries the vector has.
    let count: UInt16
    /// How many steps lead back; 0 if the entries are written out.
    let steps: UInt8
    /// The writers that it has heard of: a bit each for the first 63, and one for all others.
    let writers: UInt64
  }

  private var nodes: PagedTable<VectorID, Node>
  private var pages: ContiguousArray<ContiguousArray<VectorEntry>> = []
  private var free = 0
  private var left: [VectorEntry] = []
  private var right: [VectorEntry] = []
  /// What became of the latest merges, so that replicas that meet the same two vectors hold the same third.
  private var merges: ContiguousArray<Merge>
  private static let mergeCount = 1_024

  private struct Merge: Sendable {
    var first: VectorID
    var second: VectorID
    var result: VectorID
  }

  /// A pool without vectors.
  public init() {
    nodes = PagedTable(vacant: Node(base: 0, counter: 0, writer: .none, count: 0, steps: 0, writers: 0), pageSize: 256)
    merges = ContiguousArray(
      repeating: Merge(first: .none, second: .none, result: .none), count: Self.mergeCount)
  }

  @inline(__always) private static func bit(of writer: ReplicaID) -> UInt64 {
    writer.raw < 63 ? 1 &<< UInt64(writer.raw) : 1 << 63
  }

  /// How many writers a vector has heard of.
  public func length(_ id: VectorID) -> Int { id == .none ? 0 : Int(nodes[known: id].count) }

  /// The entries of a vector, sorted by writer; none for ``Identity/none``, the empty vector.
  public func entries(of id: VectorID) -> [VectorEntry] {
    var result: [VectorEntry] = []
    write(id, to: &result)
    return result
  }

  /// Whether a vector includes the version that `writer` numbered `counter`.
  public func contains(_ id: VectorID, writer: ReplicaID, counter: UInt32) -> Bool {
    self.counter(of: writer, in: id) >= counter
  }

  /// How many versions of a writer a vector includes.
  public func counter(of writer: ReplicaID, in id: VectorID) -> UInt32 {
    guard id != .none else { return 0 }
    var node = nodes[known: id]
    if node.writers & Self.bit(of: writer) == 0 { return 0 }
    while node.steps > 0 {
      if node.writer == writer { return node.counter }
      node = nodes[known: VectorID(Int(node.base))]
    }
    let (page, start) = place(node.base)
    return pages[page].withUnsafeBufferPointer { entries in
      for index in start..<start + Int(node.count) where entries[index].writer >= writer {
        return entries[index].writer == writer ? entries[index].counter : 0
      }
      return 0
    }
  }

  /// Whether a vector includes all that the other includes.
  public func covers(_ id: VectorID, _ other: VectorID) -> Bool {
    if id == other || other == .none { return true }
    if id == .none { return false }
    return Self.covers(entries(of: id), entries(of: other))
  }

  /// The vector that also includes what `writer` numbered `counter`, which must be more than it includes already.
  public mutating func extend(_ id: VectorID, writer: ReplicaID, counter: UInt32) -> VectorID {
    guard id != .none else { return add([VectorEntry(writer: writer, counter: counter)]) }
    let parent = nodes[known: id]
    if parent.steps == Self.longestChain {
      write(id, to: &left)
      Self.raise(&left, VectorEntry(writer: writer, counter: counter))
      return add(left)
    }
    // A writer who keeps no copy goes on counting from what the vector has not heard of.
    let bit = Self.bit(of: writer)
    let isNew = counter == 1 || parent.writers & bit == 0 || bit == 1 << 63 && self.counter(of: writer, in: id) == 0
    return nodes.append(
      Node(
        base: id.raw, counter: counter, writer: writer, count: parent.count + (isNew ? 1 : 0), steps: parent.steps + 1,
        writers: parent.writers | bit))
  }

  /// The smallest vector that includes both: the larger counter for each writer.
  public mutating func merge(_ first: VectorID, _ second: VectorID) -> VectorID {
    if first == second || second == .none { return first }
    if first == .none { return second }
    let (low, high) = first < second ? (first, second) : (second, first)
    let place = Int((low.raw &* 31 ^ high.raw) % UInt32(Self.mergeCount))
    if merges[place].first != low || merges[place].second != high {
      merges[place] = Merge(first: low, second: high, result: union(low, high))
    }
    return merges[place].result
  }

  private mutating func union(_ first: VectorID, _ second: VectorID) -> VectorID {
    write(first, to: &left)
    write(second, to: &right)
    if Self.covers(left, right) { return first }
    if Self.covers(right, left) { return second }
    for entry in right { Self.raise(&left, entry) }
    return add(left)
  }

  /// Adds a vector; its entries must be sorted by writer.
  public mutating func add(_ entries: [VectorEntry]) -> VectorID {
    guard !entries.isEmpty else { return .none }
    let size = 1 << Self.pageBits
    if pages.isEmpty || free + entries.count > size {
      pages.append(ContiguousArray(repeating: VectorEntry(writer: .none, counter: 0), count: size))
      free = 0
    }
    let start = free
    pages[pages.count - 1].withUnsafeMutableBufferPointer { page in
      for (offset, entry) in entries.enumerated() { page[start + offset] = entry }
    }
    free += entries.count
    let base = UInt32((pages.count - 1) << Self.pageBits | start)
    let writers = entries.reduce(0) { $0 | Self.bit(of: $1.writer) }
    return nodes.append(
      Node(base: base, counter: 0, writer: .none, count: UInt16(entries.count), steps: 0, writers: writers))
  }

  /// Writes a vector's entries out.
  private func write(_ id: VectorID, to result: inout [VectorEntry]) {
    result.removeAll(keepingCapacity: true)
    guard id != .none else { return }
    var node = nodes[known: id]
    while node.steps > 0 { node = nodes[known: VectorID(Int(node.base))] }
    let (page, start) = place(node.base)
    result.append(contentsOf: pages[page][start..<start + Int(node.count)])
    node = nodes[known: id]
    while node.steps > 0 {
      // Later steps come first here, and a counter only grows: the larger one stays.
      Self.raise(&result, VectorEntry(writer: node.writer, counter: node.counter))
      node = nodes[known: VectorID(Int(node.base))]
    }
  }

  /// Raises one counter to at least that of an entry.
  private static func raise(_ entries: inout [VectorEntry], _ entry: VectorEntry) {
    var index = 0
    while index < entries.count, entries[index].writer < entry.writer { index += 1 }
    if index < entries.count, entries[index].writer == entry.writer {
      if entries[index].counter < entry.counter { entries[index] = entry }
    } else {
      entries.insert(entry, at: index)
    }
  }

  private static func covers(_ entries: [VectorEntry], _ others: [VectorEntry]) -> Bool {
    var index = 0
    for wanted in others {
      while index < entries.count, entries[index].writer < wanted.writer { index += 1 }
      guard index < entries.count, entries[index].writer == wanted.writer, entries[index].counter >= wanted.counter
      else { return false }
    }
    return true
  }

  private func place(_ base: UInt32) -> (page: Int, start: Int) {
    (Int(base) >> Self.pageBits, Int(base) & (1 << Self.pageBits - 1))
  }
}
