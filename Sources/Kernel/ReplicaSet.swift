/// A set of replicas, as one bit each.
///
/// Those of the first 64 replicas lie in the set itself, the others in words that are made when the first of them joins.
/// So a set in a small cluster is two words that are copied without a look at what they refer to.
public struct ReplicaSet: Sendable {
  /// The largest number of replicas that a cluster can have.
  public static let capacity = 1_024

  /// The first 64 replicas.
  @usableFromInline var low: UInt64 = 0
  /// The others, 64 a word; words of nobody may be missing at the end.
  @usableFromInline var high: ContiguousArray<UInt64>?

  /// The empty set.
  @inlinable public init() {}

  /// The set of those replicas.
  @inlinable public init(_ members: some Sequence<ReplicaID>) {
    for member in members { insert(member) }
  }

  /// How many replicas are in the set.
  @inlinable public var count: Int {
    guard let high else { return low.nonzeroBitCount }
    return high.reduce(low.nonzeroBitCount) { $0 &+ $1.nonzeroBitCount }
  }

  /// Whether nobody is in the set.
  @inlinable public var isEmpty: Bool { low == 0 && high?.allSatisfy { $0 == 0 } ?? true }

  /// Whether the replica is in the set.
  @inline(__always) @inlinable public func contains(_ id: ReplicaID) -> Bool {
    if id.raw < 64 { return low &>> UInt64(id.raw) & 1 == 1 }
    return word(id.raw &>> 6) &>> UInt64(id.raw & 63) & 1 == 1
  }

  /// Adds a replica and says whether it was missing.
  @discardableResult
  @inline(__always) @inlinable public mutating func insert(_ id: ReplicaID) -> Bool {
    if id.raw >= 64 { return insertHigh(id) }
    let bit: UInt64 = 1 &<< UInt64(id.raw)
    if low & bit != 0 { return false }
    low |= bit
    return true
  }

  /// Takes a replica out and says whether it was there.
  @discardableResult
  @inline(__always) @inlinable public mutating func remove(_ id: ReplicaID) -> Bool {
    if id.raw >= 64 { return removeHigh(id) }
    let bit: UInt64 = 1 &<< UInt64(id.raw)
    if low & bit == 0 { return false }
    low ^= bit
    return true
  }

  /// Who is in both sets.
  @inlinable public func intersection(_ other: ReplicaSet) -> ReplicaSet {
    var result = ReplicaSet()
    result.low = low & other.low
    if high != nil, other.high != nil { result.high = combined(other, &) }
    return result
  }

  /// Who is in either set.
  @inlinable public func union(_ other: ReplicaSet) -> ReplicaSet {
    var result = ReplicaSet()
    result.low = low | other.low
    if high != nil || other.high != nil { result.high = combined(other, |) }
    return result
  }

  /// Who is in this set and not in the other.
  @inlinable public func subtracting(_ other: ReplicaSet) -> ReplicaSet {
    var result = ReplicaSet()
    result.low = low & ~other.low
    if high != nil { result.high = combined(other) { $0 & ~$1 } }
    return result
  }

  /// The word of that number, from 0.
  @usableFromInline func word(_ index: UInt16) -> UInt64 {
    if index == 0 { return low }
    guard let high, Int(index) <= high.count else { return 0 }
    return high[Int(index) - 1]
  }

  @inline(never) @usableFromInline mutating func insertHigh(_ id: ReplicaID) -> Bool {
    let place = Int(id.raw >> 6) - 1
    let bit: UInt64 = 1 << UInt64(id.raw & 63)
    if word(id.raw >> 6) & bit != 0 { return false }
    var words = high ?? []
    high = nil
    while words.count <= place { words.append(0) }
    words[place] |= bit
    high = words
    return true
  }

  @inline(never) @usableFromInline mutating func removeHigh(_ id: ReplicaID) -> Bool {
    let bit: UInt64 = 1 << UInt64(id.raw & 63)
    if word(id.raw >> 6) & bit == 0 { return false }
    high?[Int(id.raw >> 6) - 1] ^= bit
    return true
  }

  @inline(never) @usableFromInline func combined(
    _ other: ReplicaSet, _ combine: (UInt64, UInt64) -> UInt64
  ) -> ContiguousArray<UInt64> {
    ContiguousArray(highWords(with: other).map { combine(word($0), other.word($0)) })
  }

  @inline(never) @usableFromInline func equalsHigh(_ other: ReplicaSet) -> Bool {
    highWords(with: other).allSatisfy { word($0) == other.word($0) }
  }

  /// The numbers of the words beside the first that either set has.
  private func highWords(with other: ReplicaSet) -> Range<UInt16> {
    let (own, others) = (high?.count ?? 0, other.high?.count ?? 0)
    return 1..<UInt16(1 + (own < others ? others : own))
  }
}

extension ReplicaSet: Hashable {
  /// Whether both hold the same replicas.
  @inlinable public static func == (left: ReplicaSet, right: ReplicaSet) -> Bool {
    guard left.low == right.low else { return false }
    return left.high == nil && right.high == nil || left.equalsHigh(right)
  }

  /// Feeds the members to a hasher.
  public func hash(into hasher: inout Hasher) { for member in self { hasher.combine(member) } }
}

extension ReplicaSet: Sequence {
  /// The members in the cluster's order.
  public struct Iterator: IteratorProtocol {
    @usableFromInline let set: ReplicaSet
    /// What is left of the present word.
    @usableFromInline var rest: UInt64
    @usableFromInline var index: UInt16 = 0

    @inlinable init(_ set: ReplicaSet) {
      self.set = set
      rest = set.low
    }

    /// The next member.
    @inlinable public mutating func next() -> ReplicaID? {
      while rest == 0 {
        guard let high = set.high, Int(index) < high.count else { return nil }
        rest = high[Int(index)]
        index += 1
      }
      let place = rest.trailingZeroBitCount
      rest &= rest &- 1
      return ReplicaID(Int(index) &* 64 &+ place)
    }
  }

  /// An iterator over the members.
  @inlinable public func makeIterator() -> Iterator { Iterator(self) }
}

extension ReplicaSet: CustomDebugStringConvertible {
  /// The set as its words, at least four: what is folded into a run's fingerprint when an input names replicas.
  public var debugDescription: String {
    let words = (0..<UInt16(Swift.max(4, 1 + (high?.count ?? 0)))).map { String(word($0)) }
    return "Kernel.ReplicaSet(words: (\(words.joined(separator: ", "))))"
  }
}
