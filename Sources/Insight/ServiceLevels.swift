import Kernel
import Replication

/// What a service promises: an indicator, and from where on it is too bad.
///
/// The thresholds are those of the mission's page on service levels; a value between the objective and the warning misses
/// the objective without being alarming yet.
public enum ServiceIndicator: String, CaseIterable, Sendable {
  case replicationLag = "replication lag"
  case convergence = "convergence time"
  case conflictRate = "conflict rate"
  case staleReads = "stale reads"
  case antiEntropy = "anti-entropy success"

  /// What an indicator is measured in.
  public enum Unit: Sendable {
    /// Microseconds.
    case duration
    /// A number from 0 to 1.
    case share
  }

  /// The unit of its value.
  public var unit: Unit { self == .replicationLag || self == .convergence ? .duration : .share }

  /// Whether a larger value is the better one.
  public var isBetterWhenLarger: Bool { self == .antiEntropy }

  /// What is promised, from where on it is a warning, and from where on critical.
  public var thresholds: (objective: Double, warning: Double, critical: Double) {
    switch self {
    case .replicationLag: (1_000_000, 2_000_000, 5_000_000)
    case .convergence: (500_000, 1_000_000, 3_000_000)
    case .conflictRate: (0.001, 0.005, 0.01)
    case .staleReads: (0.05, 0.1, 0.2)
    case .antiEntropy: (0.99, 0.95, 0.9)
    }
  }

  /// What it costs the business when it is missed.
  public var cost: String {
    switch self {
    case .replicationLag: "stale trip data, wrong prices"
    case .convergence: "drivers and riders mismatched"
    case .conflictRate: "double charges, lost trips"
    case .staleReads: "inconsistent experience"
    case .antiEntropy: "divergence piles up"
    }
  }
}

/// An indicator's value, and how good it is.
public struct ServiceLevel: Hashable, Sendable {
  /// How good a value is, the worst last.
  public enum Status: Int, Comparable, Sendable {
    /// Nothing has been measured.
    case unknown
    /// The objective is met.
    case met
    /// The objective is missed.
    case missed
    /// It is past the warning.
    case warning
    /// It is past the critical threshold.
    case critical

    /// Whether one is better.
    public static func < (left: Status, right: Status) -> Bool { left.rawValue < right.rawValue }
  }

  /// Which indicator.
  public let indicator: ServiceIndicator
  /// Its value in its unit; nil if nothing has been measured.
  public let value: Double?

  /// An indicator with a value.
  public init(_ indicator: ServiceIndicator, _ value: Double?) {
    self.indicator = indicator
    self.value = value
  }

  /// How good the value is.
  public var status: Status {
    guard let value else { return .unknown }
    let limits = indicator.thresholds
    // Compared so that a value on the threshold misses the objective, which is to stay beyond it, but isn't past a warning.
    let isWorse: (Double) -> Bool = { indicator.isBetterWhenLarger ? value < $0 : value > $0 }
    if isWorse(limits.critical) { return .critical }
    if isWorse(limits.warning) { return .warning }
    return isWorse(limits.objective) || value == limits.objective ? .missed : .met
  }

  /// How many times what is allowed has been used; of a share that should be large, of what it may lack.
  public var strain: Double? {
    guard let value else { return nil }
    let objective = indicator.thresholds.objective
    return indicator.isBetterWhenLarger ? (1 - value) / (1 - objective) : value / objective
  }

  /// All indicators over the whole run, the worst first.
  public static func all(_ cluster: Cluster, _ observer: Observer) -> [ServiceLevel] {
    let levels = ServiceIndicator.allCases.map { ServiceLevel($0, value(of: $0, cluster, observer)) }
    return levels.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      if first.status != second.status { return first.status > second.status }
      if first.strain != second.strain { return (first.strain ?? 0) > (second.strain ?? 0) }
      return left.offset < right.offset
    }.map(\.element)
  }

  private static func value(of indicator: ServiceIndicator, _ cluster: Cluster, _ observer: Observer) -> Double? {
    let tally = observer.tally
    switch indicator {
    case .replicationLag: return observer.convergence.lags.percentile(99).map(Double.init)
    case .convergence: return observer.convergence.times.percentile(99).map(Double.init)
    case .conflictRate: return share(observer.conflicts.total, of: tally.stored)
    case .staleReads: return share(tally.readsStale, of: tally.readsAnswered)
    case .antiEntropy:
      let repairs = cluster.environment.repairTally
      return share(repairs.completed, of: repairs.ended)
    }
  }

  private static func share(_ part: Int, of whole: Int) -> Double? {
    whole == 0 ? nil : Double(part) / Double(whole)
  }
}
