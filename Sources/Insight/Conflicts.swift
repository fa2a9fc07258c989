import Kernel
import Replication

/// Versions that the conflict policy gave up though the winner had not seen them.
public struct Conflicts: Sendable {
  private var winners = PagedTable<VersionID, VersionID>(vacant: .none)
  private var losers: [VersionID] = []
  /// How often a version reached a replica where a concurrent one stood.
  public private(set) var total = 0
  /// How many of those meetings left both: siblings, or a state that is the two merged.
  public private(set) var merged = 0
  /// How many acknowledged writes were overwritten.
  public private(set) var overwrittenCount = 0
  /// How many of those began after their winner had been acknowledged.
  public private(set) var lateOverwrittenCount = 0

  /// How many versions were given up, acknowledged or not.
  public var beatenCount: Int { losers.count }

  /// No conflicts.
  public init() {}

  /// Forgets how many there were, and knows each of them still.
  mutating func countAnew() { (total, merged, overwrittenCount, lateOverwrittenCount) = (0, 0, 0, 0) }

  /// Takes in that a version met another, of which one had to go without having been seen by the other.
  mutating func add(
    _ version: VersionID, _ held: VersionID, _ reception: Record.Reception, _ history: History, _ catalogue: Catalogue
  ) {
    if catalogue.relation(version, held) == .concurrent { total += 1 }
    let (winner, loser) = reception == .overwrote ? (version, held) : (held, version)
    if winners[loser] == .none {
      winners[loser] = winner
      losers.append(loser)
      if let entry = history[catalogue.version(loser).operation] {
        count(entry.operation, beatenBy: winner, history, catalogue)
      }
    }
  }

  /// Takes in that an update has ended: its version may have been beaten before.
  mutating func end(_ operation: Operation, _ history: History, _ catalogue: Catalogue) {
    guard !losers.isEmpty, operation.version != .none, winners[operation.version] != .none else { return }
    // A merged state bears the number of the first that was made the same.
    guard catalogue.version(operation.version).operation == operation.id else { return }
    count(operation, beatenBy: winners[operation.version], history, catalogue)
  }

  private mutating func count(
    _ loser: Operation, beatenBy winner: VersionID, _ history: History, _ catalogue: Catalogue
  ) {
    guard loser.outcome == .ok else { return }
    overwrittenCount += 1
    // A winner that has not ended by now was not acknowledged before the loser began.
    if let entry = history[catalogue.version(winner).operation], entry.operation.outcome == .ok,
      entry.operation.endedAt < loser.beganAt
    {
      lateOverwrittenCount += 1
    }
  }

  /// Whether a version has met another that it lost to, without having been seen by it.
  public func isBeaten(_ version: VersionID) -> Bool { winners[version] != .none }

  /// Takes in that a version met another, and that both were merged: a conflict, unless they had to do with different columns.
  mutating func addMerge(_ version: VersionID, _ held: VersionID, _ catalogue: Catalogue) {
    guard catalogue.clash(version, held) else { return }
    total += 1
    merged += 1
  }

  /// The acknowledged writes that were overwritten, with the version that beat each.
  ///
  /// - Parameter first: how many of ``beatenCount`` are left out, from the first.
  public func overwritten(
    from first: Int = 0, _ history: History, _ catalogue: Catalogue
  ) -> [(loser: HistoryEntry, winner: VersionID)] {
    losers.dropFirst(first).compactMap { loser in
      guard let entry = history[catalogue.version(loser).operation], entry.operation.outcome == .ok else {
        return nil
      }
      return (entry, winners[loser])
    }
  }
}
