import Kernel

/// Last writer wins: which of two versions of a key is kept.
///
/// The order of Cassandra 4.1 (`db/rows/Cells.resolveRegular`): the later write timestamp; at equal timestamps a
/// tombstone before a value that expires before one that doesn't, whether or not it has expired by now; then the later
/// death; then the larger value, compared as unsigned bytes (as Scylla states it). Two writes of
/// the same value at the same timestamp are told apart by their dots, which real systems have no need to do: whatever
/// they keep, readers see the same. The order is total and doesn't depend on who compares, or when: otherwise replicas
/// would never agree.
extension Catalogue {
  /// Whether the first version replaces the second.
  @inline(__always) public func wins(_ left: VersionID, over right: VersionID) -> Bool {
    if left == right || left == .none { return false }
    if right == .none { return true }
    let (first, second) = (versions[known: left].timestamp, versions[known: right].timestamp)
    return first == second ? winsTie(left, right) : first > second
  }

  private func winsTie(_ left: VersionID, _ right: VersionID) -> Bool {
    let (first, second) = (version(left), version(right))
    // States have no timestamp: one replaces another if it has taken in all of it.
    if first.isState { return vectors.covers(first.vector, second.vector) }
    // AWS doesn't say which of two regions wins a tie: here the first one of the cluster.
    if !regionsByReplica.isEmpty, first.writer.replica != second.writer.replica {
      let (left, right) = (regionsByReplica[first.writer.replica.index], regionsByReplica[second.writer.replica.index])
      if left != right { return left < right }
    }
    if first.isTombstone != second.isTombstone { return first.isTombstone }
    if first.isExpiring != second.isExpiring { return first.isExpiring }
    let (firstDeath, secondDeath) = (death(of: left), death(of: right))
    if let firstDeath, let secondDeath, firstDeath != secondDeath { return firstDeath > secondDeath }
    if !first.isTombstone, first.value != second.value {
      let (firstText, secondText) = (names.text(of: first.value), names.text(of: second.value))
      if firstText.utf8.elementsEqual(secondText.utf8) == false {
        return secondText.utf8.lexicographicallyPrecedes(firstText.utf8)
      }
    }
    return (first.writer, first.counter) > (second.writer, second.counter)
  }

  /// The best of several versions of one key; of states the first that none of the others has taken in whole.
  public func newest(of versions: [VersionID]) -> VersionID {
    versions.reduce(.none) { wins($1, over: $0) ? $1 : $0 }
  }

  /// Whether a copy that holds `held` and has seen `seen` needs nothing of `version`: it is that version, knows it, or
  /// would prefer its own.
  public func isSuperseded(_ version: VersionID, byHeld held: VersionID, seen: VectorID) -> Bool {
    version == held || wins(held, over: version) || isKnown(version, to: held, seen: seen)
  }

  /// Whether who holds `held` and has seen `seen` knows of a version, and holds nothing that should have gone for it.
  ///
  /// Of versions that are ranked, having seen one counts where nothing is held, as after a purge, or where the writer of
  /// what is held had seen it. What is held though it loses, and though its writer did not know, has come back from the
  /// dead.
  public func isKnown(_ version: VersionID, to held: VersionID, seen: VectorID) -> Bool {
    guard isSeen(version, in: seen) else { return isDone(version, to: held) }
    return held == .none || self.version(version).isState || isSeen(version, in: self.version(held).vector)
  }
}
