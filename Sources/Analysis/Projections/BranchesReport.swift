import Kernel
import Language
import Replication

/// Two branches of time at the same instant, as they are drawn side by side.
public struct BranchesReport: Sendable {
  /// One of them.
  public struct Side: Sendable {
    /// The branch's name.
    public let name: String
    /// Its cluster, as the map shows it.
    public let map: MapReport
    /// What each owner holds of the key.
    public let copies: [CopyReport]
    /// What caches serve of it besides.
    public let entries: [CopyReport]
    /// What replicas are for the key, by name; nothing where all are alike.
    public let roles: [String: RoleReport]
    /// The instant at which it is shown.
    public let now: Instant
    /// Whether nothing is known of it at that instant: what is shown beyond its end was played on a copy.
    public let isPastItsEnd: Bool

    fileprivate init(_ timeline: Timeline, _ key: String?, isPastItsEnd: Bool) {
      name = timeline.branchName
      map = MapReport(timeline.cluster)
      copies = key.map { CopyReport.copies(of: $0, in: timeline.cluster) } ?? []
      entries = key.map { CopyReport.entries(of: $0, in: timeline.cluster) } ?? []
      roles = RoleReport.all(for: key, in: timeline.cluster)
      now = timeline.now
      self.isPastItsEnd = isPastItsEnd
    }
  }

  /// The present branch.
  public let present: Side
  /// The other one.
  public let other: Side
  /// Where they parted: a sentence, then what was told the one and the other.
  public let parting: [String]

  /// The replicas whose copies of the key differ between the two.
  public var differing: [String] {
    present.copies.compactMap { copy in
      let same = other.copies.contains {
        $0.replica == copy.replica && $0.shownValue == copy.shownValue && $0.vector == copy.vector
      }
      return same ? nil : copy.replica
    }
  }

  /// The present branch and another one at the present instant; nil if there is none of that name.
  public init?(with name: String, key: String?, in timeline: Timeline) {
    var copy = timeline
    guard name != timeline.branchName, copy.switchTo(name) else { return nil }
    let isPastItsEnd = copy.tip.time < timeline.now
    parting = BranchComparison.parting(timeline.branches[timeline.current], copy.branches[copy.current])
    copy.goto(timeline.now)
    present = Side(timeline, key, isPastItsEnd: false)
    other = Side(copy, key, isPastItsEnd: isPastItsEnd)
  }
}
