import Kernel
import Replication

/// Versions that the conflict policy gave up though the winner had not seen them.
public struct Conflicts: Sendable {
  private var winners = PagedTable<VersionID, VersionID>(vacant: .none)
  private var losers: [VersionID] = []
  /// How often a version reached a replica where a concurrent one stood.
  public private(set) var total = 0

  /// No conflicts.
  public init() {}

  /// Takes in that a version met another, of which one had to go without having been seen by the other.
  mutating func add(
    _ version: VersionID, _ held: VersionID, _ reception: Record.Reception, _ catalogue: Catalogue
  ) {
    if catalogue.relation(version, held) == .concurrent { total += 1 }
    let (winner, loser) = reception == .overwrote ? (version, held) : (held, version)
    if winners[loser] == .none {
      winners[loser] = winner
      losers.append(loser)
    }
  }

  /// Takes in that a version met another, and both are kept.
  mutating func countMerge() { total += 1 }

  /// The acknowledged writes that were overwritten, with the version that beat each.
  public func overwritten(_ history: History, _ catalogue: Catalogue) -> [(loser: HistoryEntry, winner: VersionID)] {
    losers.compactMap { loser in
      guard let entry = history[catalogue.version(loser).operation], entry.operation.outcome == .ok else {
        return nil
      }
      return (entry, winners[loser])
    }
  }

  /// Of those, the ones that began after their winner had been acknowledged: a clock was wrong.
  public func lateOverwritten(_ history: History, _ catalogue: Catalogue) -> [HistoryEntry] {
    overwritten(history, catalogue).compactMap { loser, winner in
      guard let entry = history[catalogue.version(winner).operation], entry.operation.outcome == .ok,
        entry.operation.endedAt < loser.operation.beganAt
      else { return nil }
      return loser
    }
  }
}
