import Kernel
import Language

/// What has become of one profile in it. Each number is a fact of the run, and the script expects each of them.
public struct OrdealResult: Sendable {
  /// A stretch of time, and how operations ended in it.
  public struct Stretch: Hashable, Sendable {
    /// Where it begins.
    public let start: Instant
    /// Operations that ended.
    public internal(set) var ended = 0
    /// Of those, the ones that were answered.
    public internal(set) var answered = 0
    /// Of those, the stale reads.
    public internal(set) var stale = 0
    /// Whether replicas agreed at its end.
    public internal(set) var isConverged = false
  }

  /// What is told of a run, each by the fact that it is.
  public enum Cell: String, CaseIterable, Sendable {
    case operations = "operations.ended"
    case answered = "count(ok)"
    case unavailable = "count(unavailable)"
    case timeout = "count(timeout)"
    case stale = "reads.stale"
    case behind = "lag.oldest"
    case overwritten = "writes.overwritten"
    case lost = "writes.lost"
    case bytes = "bytes.cross-region"
    case converged = "time"

    /// Whether it is looked at right before the cut is healed, not at the end.
    var isAtHeal: Bool { self == .behind }
  }

  /// The profile's name.
  public let profile: String
  /// Whether it has the two regions.
  public let isCut: Bool
  /// What each cell came to.
  public internal(set) var values: [Cell: FactValue] = [:]
  /// Whether its replicas came to agree.
  public internal(set) var hasConverged = false
  /// One stretch after another.
  public internal(set) var stretches: [Stretch] = []
  /// The run as a script that expects what is told of it.
  public internal(set) var script: [String] = []
}
