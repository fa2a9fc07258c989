import Kernel

/// Whether writes of a row that had not seen each other have to do with each other.
///
/// The columns of a row are merged one by one, so that writes of two columns never stand against each other, whoever had seen what.
/// Two writes of one column do, of which the later one is kept; and so do a write and a delete of the whole row, which between
/// them can leave a row of nothing but that write (Discord's messages without an author).
extension Row {
  /// Whether something in it clashes with something in another copy's row, each not seen by the other copy.
  ///
  /// - Parameters:
  ///   - seen: what this copy has seen.
  ///   - otherSeen: what the other one has.
  func clashes(with other: Row, seen: VersionVector, otherSeen: VersionVector) -> Bool {
    let new = cells.filter { !otherSeen.hasSeen($0.dot) }
    let others = other.cells.filter { !seen.hasSeen($0.dot) }
    if new.contains(where: { cell in others.contains { $0.column == cell.column } }) { return true }
    if let deletion, !otherSeen.hasSeen(deletion.dot), !others.isEmpty { return true }
    if let deletion = other.deletion, !seen.hasSeen(deletion.dot), !new.isEmpty { return true }
    return false
  }

  /// When its columns expire, each by the clocks' showing that, in microseconds.
  var expiries: [Int64] { cells.compactMap(\.expiry) }
}

extension Catalogue {
  /// Whether two concurrent versions have to do with each other, and so conflict: not so two rows of which only different columns
  /// were written.
  public func clash(_ left: VersionID, _ right: VersionID) -> Bool {
    guard let first = state(of: left), let second = state(of: right), let row = first.row, let other = second.row else {
      return true
    }
    return row.clashes(with: other, seen: first.seen, otherSeen: second.seen)
  }

  /// When columns of a row expire, in microseconds of their coordinators' clocks; none for what isn't a row.
  func expiries(ofColumnsOf id: VersionID) -> [Int64] {
    guard id != .none, version(id).isState else { return [] }
    return state(of: id)?.row?.expiries ?? []
  }
}

extension VersionVector {
  /// Whether a write of that number has been seen; of one without a number it can't be told, and nobody asks.
  fileprivate func hasSeen(_ dot: VectorEntry?) -> Bool { dot.map(contains) ?? true }
}

extension VectorEntry? {
  /// An order of all dots, for those who have nothing else to go by.
  func isLater(than other: VectorEntry?) -> Bool {
    guard let self else { return false }
    guard let other else { return true }
    return (self.writer.index, self.counter) > (other.writer.index, other.counter)
  }
}
