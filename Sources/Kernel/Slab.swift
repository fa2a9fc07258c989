/// Slots that are used again: what is in progress lives in one, and is named by its position.
///
/// Code that keeps a position must be able to tell that the slot has a new tenant (by an operation number, for example).
public struct Slab<Element: Sendable>: Sendable {
  @usableFromInline var elements: ContiguousArray<Element> = []
  @usableFromInline var isUsed: ContiguousArray<Bool> = []
  @usableFromInline var free: ContiguousArray<UInt32> = []

  /// A slab without tenants.
  @inlinable public init() {}

  /// How many slots are taken.
  @inlinable public var count: Int { elements.count - free.count }

  /// The positions of all tenants, in order.
  @inlinable public var slots: some Sequence<UInt32> {
    elements.indices.lazy.filter { isUsed[$0] }.map { UInt32($0) }
  }

  /// Moves an element in and returns its position.
  @inlinable public mutating func insert(_ element: Element) -> UInt32 {
    if let slot = free.popLast() {
      elements[Int(slot)] = element
      isUsed[Int(slot)] = true
      return slot
    }
    elements.append(element)
    isUsed.append(true)
    return UInt32(truncatingIfNeeded: elements.count - 1)
  }

  /// Moves the tenant of a slot out; its contents stay until the next one moves in.
  @inlinable public mutating func remove(_ slot: UInt32) {
    isUsed[Int(slot)] = false
    free.append(slot)
  }

  /// Whether a slot has a tenant.
  @inlinable public func contains(_ slot: UInt32) -> Bool { Int(slot) < isUsed.count && isUsed[Int(slot)] }

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
