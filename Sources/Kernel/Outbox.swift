/// A list that is filled, read and emptied all the time: emptying it costs nothing and keeps its room.
public struct Outbox<Element: Sendable>: Sendable {
  @usableFromInline var storage: ContiguousArray<Element> = []
  @usableFromInline var length = 0

  /// An empty list.
  @inlinable public init() {}

  /// How many elements there are.
  @inlinable public var count: Int { length }

  /// Whether there are none.
  @inlinable public var isEmpty: Bool { length == 0 }

  /// The element at that position, from 0.
  @inlinable public subscript(position: Int) -> Element {
    @inline(__always) _read { yield storage[position] }
  }

  /// Adds an element at the end.
  @inline(__always) @inlinable public mutating func append(_ element: Element) {
    if length < storage.count {
      storage[length] = element
    } else {
      storage.append(element)
    }
    length &+= 1
  }

  /// Empties the list.
  @inlinable public mutating func clear() { length = 0 }

  /// The elements in order.
  public var elements: ArraySlice<Element> { Array(storage)[..<length] }
}
