import Kernel
import Language
import Replication

/// The Merkle trees of two replicas as they are now, opened down to where they differ.
public struct MerkleReport: Hashable, Sendable {
  /// With more keys than these the trees aren't built while somebody watches.
  public static let keyLimit = 4_096

  /// One line: a node with both hashes, or a key of a leaf that differs.
  public struct Line: Hashable, Sendable {
    /// What it tells.
    public enum Content: Hashable, Sendable {
      /// A node: its leaves, and its hash at either replica.
      case node(leaves: ClosedRange<Int>, first: String, second: String, isEqual: Bool)
      /// A key, and what either replica holds of it.
      case key(String, first: String, second: String, isEqual: Bool)
      /// Lines that are left out.
      case omitted(Int)
    }

    /// How far it is indented.
    public let depth: Int
    /// Whether it lies on the way to the leaf that is open.
    public let isOpen: Bool
    /// What it tells.
    public let content: Content
  }

  /// The first replica.
  public let first: String
  /// The other.
  public let second: String
  /// How many leaves the trees have.
  public let leaves: Int
  /// How many of them differ.
  public let differing: Int
  /// The lines, from the root down.
  public let lines: [Line]

  /// The trees of two replicas; nil where there are too many keys.
  init?(of first: ReplicaID, _ second: ReplicaID, atMost count: Int, in cluster: Cluster) {
    guard cluster.scheme.features.contains(.repair), cluster.catalogue.names.keyCount <= Self.keyLimit else {
      return nil
    }
    let trees = cluster.digestTrees(of: first, second)
    let differing = trees.first.leaves(differingFrom: trees.second)
    self.first = cluster.topology.name(of: first)
    self.second = cluster.topology.name(of: second)
    leaves = trees.first.leafCount
    self.differing = differing.count
    let keys = differing.first.map { Self.keys(of: $0, trees.first.depth, first, second, cluster) } ?? []
    let lines = MerkleOpening(trees.first, trees.second, path: differing.first, keys: keys).lines()
    self.lines = Self.fitted(lines, atMost: count)
  }

  private static func keys(
    of leaf: Int, _ depth: Int, _ first: ReplicaID, _ second: ReplicaID, _ cluster: Cluster
  ) -> [Line] {
    cluster.keys(inLeaf: leaf, depth: depth, of: first, second).map { key in
      let held = [first, second].map { cluster.cell(key, at: $0).version }
      let texts = zip([first, second], held).map {
        ValueText.shown($1, key, in: cluster, at: cluster.reading(of: $0))
      }
      return Line(
        depth: depth + 1, isOpen: true,
        content: .key(
          Printable.escaped(cluster.catalogue.names.name(of: key)), first: texts[0], second: texts[1],
          isEqual: held[0] == held[1]))
    }
  }

  /// As many lines as fit: equal subtrees and keys go first, then those that differ elsewhere, then the
  /// middle of the way down.
  private static func fitted(_ lines: [Line], atMost count: Int) -> [Line] {
    guard lines.count > count else { return lines }
    let differing = lines.filter { !$0.isEqual }
    guard differing.count > count else { return differing }
    let nodes = differing.filter { $0.isNode && $0.isOpen }
    let keys = Array(differing.filter { !$0.isNode }.prefix(max(1, count / 3)))
    let room = max(2, count - keys.count)
    guard nodes.count > room else { return Array((nodes + keys).prefix(count)) }
    let omitted = nodes.count - room + 1
    let rest = Line(depth: 1, isOpen: true, content: .omitted(omitted))
    return Array((nodes.prefix(1) + [rest] + nodes.dropFirst(1 + omitted) + keys).prefix(max(0, count)))
  }
}

extension MerkleReport.Line {
  /// Whether both replicas agree on it.
  public var isEqual: Bool {
    switch content {
    case .node(_, _, _, let isEqual), .key(_, _, _, let isEqual): isEqual
    case .omitted: false
    }
  }

  fileprivate var isNode: Bool { if case .node = content { true } else { false } }
}

/// The nodes from the root to the first leaf that differs, with what hangs beside them, and the keys of that leaf.
private struct MerkleOpening {
  private let first: DigestTree
  private let second: DigestTree
  private let path: Int?
  private let keys: [MerkleReport.Line]

  init(_ first: DigestTree, _ second: DigestTree, path: Int?, keys: [MerkleReport.Line]) {
    self.first = first
    self.second = second
    self.path = path
    self.keys = keys
  }

  func lines() -> [MerkleReport.Line] { lines(level: 0, place: 0) }

  private func lines(level: Int, place: Int) -> [MerkleReport.Line] {
    let line = line(level: level, place: place)
    guard let path, path >> (first.depth - level) == place else { return [line] }
    guard level < first.depth else { return [line] + keys }
    return [line] + lines(level: level + 1, place: 2 * place) + lines(level: level + 1, place: 2 * place + 1)
  }

  private func line(level: Int, place: Int) -> MerkleReport.Line {
    let hashes = [first, second].map { $0.hash(level: level, place: place) }
    let span = first.depth - level
    return MerkleReport.Line(
      depth: level, isOpen: path.map { $0 >> span == place } ?? false,
      content: .node(
        leaves: place << span...((place + 1) << span) - 1, first: Listing.short(hashes[0]),
        second: Listing.short(hashes[1]), isEqual: hashes[0] == hashes[1]))
  }
}
