/// A small number that stands for a thing: names are interned at the edge, and inside everything is counted from 0.
///
/// Dense numbers index arrays, so no simulated state is kept in a hashed collection, whose order could differ from
/// process to process.
public protocol DenseID: Hashable, Comparable, Sendable {
  /// The position in the table of its kind, from 0.
  var index: Int { get }
  /// The identity at that position.
  init(_ index: Int)
}

extension DenseID {
  /// Whether one was numbered first.
  @inlinable public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}

/// A dense number for one kind of thing, so that a key's number can't be taken for a replica's.
public struct Identity<Kind, Raw: FixedWidthInteger & UnsignedInteger & Sendable>: DenseID {
  /// The stored form.
  public let raw: Raw

  /// The identity at that position.
  @inlinable public init(_ index: Int) { raw = Raw(truncatingIfNeeded: index) }

  @inlinable init(raw: Raw) { self.raw = raw }

  /// The position in the table of its kind.
  @inlinable public var index: Int { Int(raw) }

  /// Stands for no thing of this kind.
  @inlinable public static var none: Self { Self(raw: .max) }
}

/// The kind of thing that a ``ReplicaID`` names.
public enum ReplicaKind {}
/// One server that stores copies.
public typealias ReplicaID = Identity<ReplicaKind, UInt16>

/// The kind of thing that a ``RegionID`` names.
public enum RegionKind {}
/// One region: a group of replicas near each other.
public typealias RegionID = Identity<RegionKind, UInt16>

/// An array that is indexed by one kind of identity only.
public struct Table<ID: DenseID, Element: Sendable>: Sendable {
  /// The elements in the order of their identities.
  public var elements: [Element]

  /// A table of those elements; the first has identity 0.
  @inlinable public init(_ elements: [Element] = []) { self.elements = elements }

  /// A table of `count` equal elements.
  @inlinable public init(repeating element: Element, count: Int) {
    elements = Array(repeating: element, count: count)
  }

  /// How many elements there are.
  @inlinable public var count: Int { elements.count }

  /// All identities in order.
  @inlinable public var ids: some RandomAccessCollection<ID> { (0..<elements.count).lazy.map(ID.init) }

  /// The element of that identity, which must exist.
  @inlinable public subscript(id: ID) -> Element {
    @inline(__always) _read { yield elements[id.index] }
    @inline(__always) _modify { yield &elements[id.index] }
  }

  /// Adds an element and returns its identity.
  @discardableResult
  @inlinable public mutating func append(_ element: Element) -> ID {
    elements.append(element)
    return ID(elements.count - 1)
  }
}
