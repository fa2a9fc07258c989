import Kernel

/// How two versions stand to each other in causal order.
public enum Relation: String, Hashable, Sendable {
  /// They are the same version.
  case equal
  /// The first was known to whoever wrote the second.
  case before
  /// The second was known to whoever wrote the first.
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
/// Inconsistency in Distributed Systems*, IEEE TSE 1983). Its entries are sorted by writer, so two vectors are compared
/// in one pass. Vectors never change, so copies of a version share one, and equal numbers mean equal vectors.
///
/// A vector lies in a page of the pool as a word with its length followed by its entries.
public struct VectorPool: Sendable {
  private static let pageBits = 13
  private var pages: ContiguousArray<ContiguousArray<VectorEntry>> = []
  private var free = 0

  /// A pool without vectors.
  public init() {}

  /// The entries of a vector; none for ``Identity/none``, the empty vector.
  public func entries(of id: VectorID) -> [VectorEntry] {
    guard id != .none else { return [] }
    let (page, start) = place(id)
    return Array(pages[page][start + 1..<start + 1 + length(id)])
  }

  /// How many writers a vector has heard of.
  public func length(_ id: VectorID) -> Int {
    guard id != .none else { return 0 }
    let (page, start) = place(id)
    return Int(pages[page][start].counter)
  }

  /// Whether a vector includes the version that `writer` numbered `counter`.
  public func contains(_ id: VectorID, writer: ReplicaID, counter: UInt32) -> Bool {
    self.counter(of: writer, in: id) >= counter
  }

  /// How many versions of a writer a vector includes.
  public func counter(of writer: ReplicaID, in id: VectorID) -> UInt32 {
    guard id != .none else { return 0 }
    let (page, start) = place(id)
    return pages[page].withUnsafeBufferPointer { words in
      let end = start + Int(words[start].counter)
      var index = start + 1
      while index <= end {
        if words[index].writer >= writer { return words[index].writer == writer ? words[index].counter : 0 }
        index += 1
      }
      return 0
    }
  }

  /// Whether a vector includes all that the other includes.
  public func covers(_ id: VectorID, _ other: VectorID) -> Bool {
    if id == other || other == .none { return true }
    if id == .none { return false }
    let (page, start) = place(id)
    let (otherPage, otherStart) = place(other)
    let words = pages[page]
    let others = pages[otherPage]
    let end = start + Int(words[start].counter)
    var index = start + 1
    for otherIndex in otherStart + 1..<otherStart + 1 + Int(others[otherStart].counter) {
      let wanted = others[otherIndex]
      while index <= end, words[index].writer < wanted.writer { index += 1 }
      guard index <= end, words[index].writer == wanted.writer, words[index].counter >= wanted.counter else {
        return false
      }
    }
    return true
  }

  /// The vector that also includes what `writer` numbered `counter`, which must be more than it includes already.
  public mutating func extend(_ id: VectorID, writer: ReplicaID, counter: UInt32) -> VectorID {
    let count = length(id)
    let (page, start) = reserve(count + 1)
    let addition = VectorEntry(writer: writer, counter: counter)
    guard count > 0 else {
      pages[page][start + 1] = addition
      return seal(page: page, start: start, end: start + 2)
    }
    let (sourcePage, sourceStart) = place(id)
    let end: Int
    if sourcePage == page {
      end = pages[page].withUnsafeMutableBufferPointer {
        Self.copy(UnsafeBufferPointer($0), from: sourceStart, count, to: $0, at: start, adding: addition)
      }
    } else {
      let source = pages[sourcePage]
      end = pages[page].withUnsafeMutableBufferPointer { target in
        source.withUnsafeBufferPointer {
          Self.copy($0, from: sourceStart, count, to: target, at: start, adding: addition)
        }
      }
    }
    return seal(page: page, start: start, end: end)
  }

  /// Copies a vector's entries behind a new head, with one entry added or raised; returns where the copy ends.
  private static func copy(
    _ source: UnsafeBufferPointer<VectorEntry>, from sourceStart: Int, _ count: Int,
    to target: UnsafeMutableBufferPointer<VectorEntry>, at start: Int, adding addition: VectorEntry
  ) -> Int {
    var read = sourceStart + 1
    let end = read + count
    var written = start + 1
    while read < end, source[read].writer < addition.writer {
      target[written] = source[read]
      written += 1
      read += 1
    }
    if read < end, source[read].writer == addition.writer { read += 1 }
    target[written] = addition
    written += 1
    while read < end {
      target[written] = source[read]
      written += 1
      read += 1
    }
    return written
  }

  /// The smallest vector that includes both: the larger counter for each writer.
  public mutating func merge(_ left: VectorID, _ right: VectorID) -> VectorID {
    if covers(left, right) { return left }
    if covers(right, left) { return right }
    return combine(left, right)
  }

  /// Adds a vector; its entries must be sorted by writer.
  public mutating func add(_ entries: [VectorEntry]) -> VectorID {
    guard !entries.isEmpty else { return .none }
    let (page, start) = reserve(entries.count)
    for (offset, entry) in entries.enumerated() { pages[page][start + 1 + offset] = entry }
    return seal(page: page, start: start, end: start + 1 + entries.count)
  }

  /// Writes the union of two vectors that both have entries.
  private mutating func combine(_ left: VectorID, _ right: VectorID) -> VectorID {
    let (page, start) = reserve(length(left) + length(right))
    let (leftPage, leftStart) = place(left)
    let (rightPage, rightStart) = place(right)
    var (leftIndex, rightIndex) = (leftStart + 1, rightStart + 1)
    let leftEnd = leftIndex + length(left)
    let rightEnd = rightIndex + length(right)
    var written = start + 1
    while leftIndex < leftEnd || rightIndex < rightEnd {
      let entry: VectorEntry
      if rightIndex == rightEnd
        || leftIndex < leftEnd && pages[leftPage][leftIndex].writer < pages[rightPage][rightIndex].writer
      {
        entry = pages[leftPage][leftIndex]
        leftIndex += 1
      } else {
        let (first, second) = (leftIndex < leftEnd ? pages[leftPage][leftIndex] : nil, pages[rightPage][rightIndex])
        rightIndex += 1
        if let first, first.writer == second.writer {
          leftIndex += 1
          entry = first.counter >= second.counter ? first : second
        } else {
          entry = second
        }
      }
      pages[page][written] = entry
      written += 1
    }
    return seal(page: page, start: start, end: written)
  }

  private func place(_ id: VectorID) -> (page: Int, start: Int) {
    (id.index >> Self.pageBits, id.index & (1 << Self.pageBits - 1))
  }

  /// Finds room for a vector of up to `count` entries.
  private mutating func reserve(_ count: Int) -> (page: Int, start: Int) {
    let size = 1 << Self.pageBits
    if pages.isEmpty || free + count + 1 > size {
      pages.append(ContiguousArray(repeating: VectorEntry(writer: .none, counter: 0), count: size))
      free = 0
    }
    return (pages.count - 1, free)
  }

  private mutating func seal(page: Int, start: Int, end: Int) -> VectorID {
    pages[page][start] = VectorEntry(writer: .none, counter: UInt32(end - start - 1))
    free = end
    return VectorID(page << Self.pageBits | start)
  }
}
