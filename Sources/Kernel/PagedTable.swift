/// A table that grows at its end and is shared in pages: a copy costs one reference a page, and a change after a copy
/// costs one page.
///
/// This is what makes a snapshot of a cluster an assignment. With pages of 64 elements a write costs a few nanoseconds
/// more than into a flat array, and a snapshot every hundred writes fifteen times less than with a dictionary.
///
/// - Complexity: reading and writing O(1); the first write to a page after a copy O(page).
public struct PagedTable<ID: DenseID, Element: Sendable>: Sendable {
  @usableFromInline var pages: ContiguousArray<ContiguousArray<Element>> = []
  @usableFromInline var length = 0
  @usableFromInline let shift: Int
  @usableFromInline let vacant: Element

  /// An empty table.
  ///
  /// - Parameters:
  ///   - vacant: what an identity holds that nothing was written to.
  ///   - pageSize: elements a page; a power of two.
  @inlinable public init(vacant: Element, pageSize: Int = 64) {
    precondition(pageSize.nonzeroBitCount == 1, "a page of \(pageSize) elements isn't a power of two")
    self.vacant = vacant
    shift = pageSize.trailingZeroBitCount
  }

  /// One more than the highest identity written to.
  @inlinable public var count: Int { length }

  /// The identities from 0 to ``count``.
  @inlinable public var ids: some RandomAccessCollection<ID> { (0..<length).lazy.map(ID.init) }

  /// What that identity holds; writing past the end grows the table.
  @inlinable public subscript(id: ID) -> Element {
    @inline(__always) get {
      let index = id.index
      return index < length ? pages[index &>> shift][index & mask] : vacant
    }
    @inline(__always) _modify {
      let index = id.index
      if index >= length { grow(to: index + 1) }
      yield &pages[index &>> shift][index & mask]
    }
  }

  /// The element of an identity that was written to.
  @inlinable public subscript(known id: ID) -> Element {
    @inline(__always) _read { yield pages[id.index &>> shift][id.index & mask] }
  }

  /// Adds an element at the end and returns its identity.
  @discardableResult
  @inlinable public mutating func append(_ element: Element) -> ID {
    let index = length
    if index &>> shift == pages.count { addPage() }
    pages[index &>> shift][index & mask] = element
    length = index + 1
    return ID(index)
  }

  /// Takes out what stands at the end, so that so many are left.
  @inlinable public mutating func truncate(to count: Int) { length = min(length, count) }

  @inlinable var mask: Int { 1 &<< shift &- 1 }

  @inlinable mutating func grow(to count: Int) {
    while pages.count << shift < count { addPage() }
    length = count
  }

  @inlinable mutating func addPage() {
    pages.append(ContiguousArray(repeating: vacant, count: 1 << shift))
  }
}
