/// A set of replicas, as one bit each; it holds up to 256.
public struct ReplicaSet: Sendable {
  /// The largest number of replicas that a cluster can have.
  public static let capacity = 256

  @usableFromInline var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  /// The empty set.
  @inlinable public init() {}

  /// The set of those replicas.
  public init(_ members: some Sequence<ReplicaID>) {
    for member in members { insert(member) }
  }

  /// How many replicas are in the set.
  @inlinable public var count: Int {
    words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount + words.3.nonzeroBitCount
  }

  /// Whether nobody is in the set.
  @inlinable public var isEmpty: Bool { words.0 | words.1 | words.2 | words.3 == 0 }

  /// Whether the replica is in the set.
  @inlinable public func contains(_ id: ReplicaID) -> Bool {
    word(id.raw &>> 6) &>> UInt64(id.raw & 63) & 1 == 1
  }

  /// Adds a replica and says whether it was missing.
  @discardableResult
  @inlinable public mutating func insert(_ id: ReplicaID) -> Bool {
    let bit: UInt64 = 1 &<< UInt64(id.raw & 63)
    if word(id.raw &>> 6) & bit != 0 { return false }
    toggle(id.raw &>> 6, bit)
    return true
  }

  /// Takes a replica out and says whether it was there.
  @discardableResult
  @inlinable public mutating func remove(_ id: ReplicaID) -> Bool {
    let bit: UInt64 = 1 &<< UInt64(id.raw & 63)
    if word(id.raw &>> 6) & bit == 0 { return false }
    toggle(id.raw &>> 6, bit)
    return true
  }

  /// Who is in both sets.
  @inlinable public func intersection(_ other: ReplicaSet) -> ReplicaSet {
    var result = self
    result.words.0 &= other.words.0
    result.words.1 &= other.words.1
    result.words.2 &= other.words.2
    result.words.3 &= other.words.3
    return result
  }

  /// Who is in either set.
  @inlinable public func union(_ other: ReplicaSet) -> ReplicaSet {
    var result = self
    result.words.0 |= other.words.0
    result.words.1 |= other.words.1
    result.words.2 |= other.words.2
    result.words.3 |= other.words.3
    return result
  }

  /// Who is in this set and not in the other.
  @inlinable public func subtracting(_ other: ReplicaSet) -> ReplicaSet {
    var result = self
    result.words.0 &= ~other.words.0
    result.words.1 &= ~other.words.1
    result.words.2 &= ~other.words.2
    result.words.3 &= ~other.words.3
    return result
  }

  @inlinable func word(_ index: UInt16) -> UInt64 {
    switch index {
    case 0: words.0
    case 1: words.1
    case 2: words.2
    default: words.3
    }
  }

  @inlinable mutating func toggle(_ index: UInt16, _ bit: UInt64) {
    switch index {
    case 0: words.0 ^= bit
    case 1: words.1 ^= bit
    case 2: words.2 ^= bit
    default: words.3 ^= bit
    }
  }
}

extension ReplicaSet: Hashable {
  /// Whether both hold the same replicas.
  @inlinable public static func == (left: ReplicaSet, right: ReplicaSet) -> Bool { left.words == right.words }

  /// Feeds the members to a hasher.
  public func hash(into hasher: inout Hasher) { for member in self { hasher.combine(member) } }
}

extension ReplicaSet: Sequence {
  /// The members in the cluster's order.
  public struct Iterator: IteratorProtocol {
    @usableFromInline var rest: ReplicaSet
    @usableFromInline var index: UInt16 = 0

    @inlinable init(rest: ReplicaSet) { self.rest = rest }

    /// The next member.
    @inlinable public mutating func next() -> ReplicaID? {
      while index < 4 {
        let word = rest.word(index)
        if word != 0 {
          rest.toggle(index, word & (0 &- word))
          return ReplicaID(Int(index) * 64 + word.trailingZeroBitCount)
        }
        index += 1
      }
      return nil
    }
  }

  /// An iterator over the members.
  @inlinable public func makeIterator() -> Iterator { Iterator(rest: self) }
}
