/// Slots that are used again: what is in progress lives in one, and is named by its position.
///
/// Code that keeps a position must be able to tell that the slot has a new tenant (by an operation number, for example).
public struct Slab<Element: Sendable>: Sendable {
  @usableFromInline var elements: ContiguousArray<Element> = []
  /// 0 for a tenant; else the vacant slot after it, from 2; 1 at the end of the chain.
  @usableFromInline var links: ContiguousArray<UInt32> = []
  /// The slot that was left last, as in ``links``.
  @usableFromInline var vacant: UInt32 = 1
  @usableFromInline var tenants = 0

  /// A slab without tenants.
  @inlinable public init() {}

  /// How many slots are taken.
  @inlinable public var count: Int { tenants }

  /// The positions of all tenants, in order.
  @inlinable public var slots: some BidirectionalCollection<UInt32> {
    elements.indices.lazy.filter { links[$0] == 0 }.map { UInt32($0) }
  }

  /// Moves an element in and returns its position.
  @inlinable public mutating func insert(_ element: Element) -> UInt32 {
    tenants &+= 1
    if vacant == 1 {
      elements.append(element)
      links.append(0)
      return UInt32(truncatingIfNeeded: elements.count - 1)
    }
    let slot = vacant &- 2
    vacant = links[Int(slot)]
    links[Int(slot)] = 0
    elements[Int(slot)] = element
    return slot
  }

  /// Moves the tenant of a slot out; its contents stay until the next one moves in.
  @inlinable public mutating func remove(_ slot: UInt32) {
    tenants &-= 1
    links[Int(slot)] = vacant
    vacant = slot &+ 2
  }

  /// Whether a slot has a tenant.
  @inline(__always) @inlinable public func contains(_ slot: UInt32) -> Bool {
    Int(slot) < links.count && links[Int(slot)] == 0
  }

  /// Changes the tenant of a slot, all at once.
  @inline(__always) @inlinable public mutating func update<Result>(
    _ slot: UInt32, _ body: (inout Element) -> Result
  ) -> Result {
    body(&elements[Int(slot)])
  }

  /// The tenant of a slot.
  @inlinable public subscript(slot: UInt32) -> Element {
    @inline(__always) _read { yield elements[Int(slot)] }
    @inline(__always) _modify { yield &elements[Int(slot)] }
  }
}
