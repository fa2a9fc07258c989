import Replication

/// Versions in the order in which they happened, and which came right after which: the happened-before relation without what
/// follows from the rest of it (its transitive reduction), which is what a graph of it draws.
struct HappenedBefore {
  /// How many versions are ordered at most, the latest; the rest follows as it was.
  private static let ordered = 40

  /// The versions, each before all those that it came after; of concurrent ones the one that was made last is first.
  let versions: [VersionID]
  /// For each version, by its position, those that it came right after.
  let parents: [[Int]]

  /// Orders versions, which are given in the order in which they were made, the latest first.
  init(_ made: [VersionID], _ catalogue: Catalogue) {
    let some = Array(made.prefix(Self.ordered))
    // A merge may be made after one that has seen more: the order of numbers isn't that of causes.
    var successors = some.indices.map { one in
      some.indices.reduce(0) { $0 + (catalogue.relation(some[one], some[$1]) == .before ? 1 : 0) }
    }
    var rest = Array(some.indices)
    var order: [VersionID] = []
    while let place = rest.firstIndex(where: { successors[$0] == 0 }) ?? rest.indices.first {
      let next = rest.remove(at: place)
      order.append(some[next])
      for earlier in rest where catalogue.relation(some[earlier], some[next]) == .before { successors[earlier] -= 1 }
    }
    var past = Array(repeating: Set<Int>(), count: order.count)
    var parents = Array(repeating: [Int](), count: made.count)
    for later in order.indices.reversed() {
      // The nearest first: what one of them has seen, this one has seen through it.
      for earlier in later + 1..<max(later + 1, order.count) where !past[later].contains(earlier) {
        guard catalogue.relation(order[earlier], order[later]) == .before else { continue }
        parents[later].append(earlier)
        past[later].insert(earlier)
        past[later].formUnion(past[earlier])
      }
    }
    versions = order + made.dropFirst(Self.ordered)
    self.parents = parents
  }
}
