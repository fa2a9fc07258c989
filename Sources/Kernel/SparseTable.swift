/// A table of which only some identities are written to, in pages of 64 that hold no more than those; a copy costs one
/// reference a page, as with ``PagedTable``.
///
/// A page knows by one bit for each of its identities which are there, and keeps them one after another. A replica that
/// owns three keys of a hundred so needs little more than three cells a hundred keys; of a thousand replicas that decides.
/// Where nearly everything is going to be written to, a *full* table makes its pages whole at once, and finds an element
/// without counting bits.
///
/// - Complexity: reading and writing O(1); the first write to an identity, and the first to a page after a copy, O(page).
public struct SparseTable<ID: DenseID, Element: Sendable>: Sendable {
  @usableFromInline struct Page: Sendable {
    /// Which of its identities are there.
    @usableFromInline var present: UInt64
    /// Those, in order.
    @usableFromInline var elements: ContiguousArray<Element>

    @inlinable init(present: UInt64, _ elements: ContiguousArray<Element>) {
      self.present = present
      self.elements = elements
    }

    /// Where the element of that bit stands, or would.
    @inline(__always) @inlinable func place(_ bit: UInt64) -> Int {
      present == .max ? bit.trailingZeroBitCount : (present & (bit &- 1)).nonzeroBitCount
    }
  }

  @usableFromInline var pages: ContiguousArray<Page> = []
  @usableFromInline let vacant: Element
  @usableFromInline let isFull: Bool

  /// An empty table.
  ///
  /// - Parameters:
  ///   - vacant: what an identity holds that nothing was written to.
  ///   - isFull: whether most identities are going to be written to.
  @inlinable public init(vacant: Element, isFull: Bool) {
    self.vacant = vacant
    self.isFull = isFull
  }

  /// An empty table of the same kind.
  public var emptied: SparseTable { SparseTable(vacant: vacant, isFull: isFull) }

  /// The identities written to, in order; in a full table their neighbours, too.
  public var ids: [ID] {
    pages.indices.flatMap { page in
      (0..<64).filter { pages[page].present >> UInt64($0) & 1 == 1 }.map { ID(page << 6 | $0) }
    }
  }

  /// What that identity holds; the first write to it makes it a place.
  @inlinable public subscript(id: ID) -> Element {
    @inline(__always) get {
      let (page, bit) = (id.index &>> 6, UInt64(1) &<< UInt64(id.index & 63))
      guard page < pages.count, pages[page].present & bit != 0 else { return vacant }
      return pages[page].elements[pages[page].place(bit)]
    }
    @inline(__always) _modify {
      let (page, bit) = (id.index &>> 6, UInt64(1) &<< UInt64(id.index & 63))
      if page >= pages.count || pages[page].present & bit == 0 { makePlace(page, bit) }
      yield &pages[page].elements[pages[page].place(bit)]
    }
  }

  @inline(never) @usableFromInline mutating func makePlace(_ page: Int, _ bit: UInt64) {
    while page >= pages.count { pages.append(Page(present: 0, [])) }
    if isFull {
      pages[page] = Page(present: .max, ContiguousArray(repeating: vacant, count: 64))
    } else {
      pages[page].elements.insert(vacant, at: pages[page].place(bit))
      pages[page].present |= bit
    }
  }
}
