import Kernel

/// A Merkle tree over the token ring: what two replicas compare to find where they differ.
///
/// Leaves are equal stretches of the ring, and hold the exclusive or of their keys' digests; an inner node is made of its
/// two children. Two replicas whose roots are equal hold the same. (Merkle 1987; Cassandra's `utils/MerkleTree`, and
/// `repair/Validator` for the leaves.)
public struct DigestTree: Hashable, Sendable {
  /// How many levels lie below the root: there are 2^depth leaves.
  public let depth: Int
  /// The nodes level by level, the root first.
  private var nodes: [UInt64]

  /// A tree over no keys, that deep.
  ///
  /// As deep as the keys need, one for each leaf if they were spread evenly, but not deeper than `limit`
  /// (`repair/ValidationManager`: the least whole number that isn't below the binary logarithm, at most 20).
  init(depth: Int) {
    self.depth = depth
    nodes = Array(repeating: 0, count: Self.count(ofDepth: depth))
  }

  /// Takes a key in; ``close()`` must follow once all have been.
  @inline(__always) mutating func add(token: Int64, digest: UInt64) {
    nodes[1 << depth - 1 + Self.leaf(of: token, depth: depth)] ^= digest
  }

  /// Works the inner nodes out from the leaves.
  mutating func close() {
    for index in (0..<(1 << depth - 1)).reversed() {
      var fingerprint = Fingerprint()
      fingerprint.fold(nodes[2 * index + 1], nodes[2 * index + 2])
      nodes[index] = fingerprint.value
    }
  }

  /// How many hashes a tree of that depth has.
  static func count(ofDepth depth: Int) -> Int { 2 << depth - 1 }

  /// How deep a tree over that many keys is.
  public static func depth(forKeys count: Int, limit: Int) -> Int {
    min(limit, count < 2 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount)
  }

  /// The leaf that a token falls into.
  static func leaf(of token: Int64, depth: Int) -> Int {
    depth == 0 ? 0 : Int((UInt64(bitPattern: token) ^ 1 << 63) >> UInt64(64 - depth))
  }

  /// How many hashes it has.
  public var count: Int { nodes.count }
  /// How many leaves it has.
  public var leafCount: Int { 1 << depth }

  /// The hash of a node: its level, from 0, and its place there.
  public func hash(level: Int, place: Int) -> UInt64 { nodes[1 << level - 1 + place] }

  /// The leaves in which it differs from another of the same depth.
  public func leaves(differingFrom other: DigestTree) -> [Int] {
    precondition(depth == other.depth, "trees of depth \(depth) and \(other.depth) can't be compared")
    let first = leafCount - 1
    guard nodes[0] != other.nodes[0] else { return [] }
    return (0..<leafCount).filter { nodes[first + $0] != other.nodes[first + $0] }
  }

  /// The same as a set.
  func leafSet(differingFrom other: DigestTree) -> LeafSet {
    var result = LeafSet(of: leafCount)
    for leaf in leaves(differingFrom: other) { result.insert(leaf) }
    return result
  }
}
