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

    /// What the cell is called in JSON.
    var field: String {
      switch self {
      case .operations: "operations"
      case .answered: "answered"
      case .unavailable: "unavailable"
      case .timeout: "timeout"
      case .stale: "stale"
      case .behind: "oldestMissingAtHeal"
      case .overwritten: "overwritten"
      case .lost: "lost"
      case .bytes: "bytesCrossRegion"
      case .converged: "end"
      }
    }

    /// Whether it is looked at right before the cut is healed, not at the end.
    var isAtHeal: Bool { self == .behind }
  }

  /// The profile's name.
  public let profile: String
  /// What it went through.
  public let ordeal: Ordeal
  /// The load on it, as a command.
  public let load: String
  /// What the cut parts in it; nil before it has begun.
  public internal(set) var effect: CutEffect?
  /// What each cell came to.
  public internal(set) var values: [Cell: FactValue] = [:]
  /// Whether its replicas came to agree.
  public internal(set) var hasConverged = false
  /// One stretch after another.
  public internal(set) var stretches: [Stretch] = []
  /// The run as a script that expects what is told of it.
  public internal(set) var script: [String] = []

  init(profile: String, ordeal: Ordeal, load: String) {
    (self.profile, self.ordeal, self.load) = (profile, ordeal, load)
  }
}

extension OrdealResult {
  /// Whether it has the two regions.
  public var isCut: Bool { effect.map { $0.regions.count == 2 } ?? false }

  /// What a cell came to, as a count; 0 where it has no value.
  public func count(_ cell: Cell) -> Int { Int(values[cell]?.magnitude ?? 0) }

  /// Operations that were refused, or not answered in time.
  public var blocked: Int { count(.operations) - count(.answered) }

  /// How old the oldest write was that some owner lacked as the cut was healed; nil where that has no value.
  public var behind: TimeSpan? { values[.behind]?.magnitude.map { TimeSpan(microseconds: Int64($0)) } }

  /// How long after the cut was healed all agreed; nil: they never did.
  public var agreed: TimeSpan? {
    guard hasConverged, let time = values[.converged]?.magnitude else { return nil }
    return max(.zero, .start + TimeSpan(microseconds: Int64(time)) - ordeal.cutRange.upperBound)
  }

  /// The commands that lead to an instant of it.
  public func script(upTo instant: Instant) -> [String] {
    let range = ordeal.cutRange
    func run(_ from: Instant, _ to: Instant) -> [String] { to > from ? ["run \(Quantity.text(to - from))"] : [] }
    var lines = ["seed \(ordeal.seed)", "profile \(profile)", load] + run(.start, min(instant, range.lowerBound))
    guard instant > range.lowerBound else { return lines }
    if isCut { lines.append("cut \(ordeal.cut.first) \(ordeal.cut.second)") }
    lines += run(range.lowerBound, min(instant, range.upperBound))
    guard instant >= range.upperBound else { return lines }
    if isCut { lines.append("heal \(ordeal.cut.first) \(ordeal.cut.second)") }
    return lines + run(range.upperBound, instant)
  }
}
