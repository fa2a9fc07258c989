import Kernel
import Replication

/// What a service promises: an indicator, and from where on it is too bad.
///
/// The thresholds are those of the mission's page on service levels; a value between the objective and the warning misses
/// the objective without being alarming yet. What missing one costs is said by the profile of a service, not here.
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

  /// Whether a replication scheme has what it measures.
  func isOffered(by scheme: SchemeSpecification) -> Bool { self != .antiEntropy || scheme.features.contains(.repair) }

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
}

/// What an indicator rests on: how many things were counted, of how many, and what is missing.
public struct Coverage: Hashable, Sendable {
  /// What was counted: copies stored, versions that converged, stale reads, conflicts, complete repair sessions.
  public var part = 0
  /// Of how many: all that was due, answered, stored or ended, what is missing included.
  public var whole = 0
  /// Of those, the ones that are still missing.
  public var missing = 0
  /// How many can't come any more, for they were lost.
  public var lost = 0
  /// How long the oldest of what is missing has been missing; nil if nothing is.
  public var oldest: TimeSpan?
  /// What can't be counted in: reads without an answer, repair sessions that go on, copies replaced before they arrived.
  public var leftOut = 0

  /// Nothing.
  public init() {}
}

/// An indicator's value, and how good it is.
public struct ServiceLevel: Hashable, Sendable {
  /// How good a value is, the worst last.
  public enum Status: Int, Comparable, Sendable {
    /// Nothing has been measured, and nothing is missing.
    case unknown
    /// The objective is met.
    case met
    /// So much is missing that it can't be said yet whether it is met.
    case undecided
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
  /// Whether the value is only what it is at least, because something is missing.
  public let isAtLeast: Bool
  /// What it rests on.
  public let evidence: Coverage
  /// How good it is.
  public let status: Status

  /// An indicator with a value that is known.
  public init(_ indicator: ServiceIndicator, _ value: Double?, _ evidence: Coverage = Coverage()) {
    self.init(indicator, evidence, value: value, status: value.map { Self.status(of: $0, indicator) } ?? .unknown)
  }

  /// An indicator of spans, of which some may be missing.
  init(_ indicator: ServiceIndicator, span: Percentile?, _ evidence: Coverage) {
    // Where more than one in a hundred is lost, 99 of a hundred will never be there.
    let isOutOfReach = evidence.lost * 100 > evidence.whole
    guard let span else {
      self.init(indicator, evidence, value: nil, status: isOutOfReach ? .missed : .unknown)
      return
    }
    let least = Self.status(of: Double(span.atLeast), indicator)
    let most = span.atMost.map { Self.status(of: Double($0), indicator) }
    // What is bad already can only get worse; what is good so far is only good once nothing missing can change it.
    let isDecided = most == least || least > .met
    self.init(
      indicator, evidence, value: Double(span.atLeast), isAtLeast: span.atMost != span.atLeast,
      status: isOutOfReach ? max(least, .missed) : isDecided ? least : .undecided)
  }

  private init(
    _ indicator: ServiceIndicator, _ evidence: Coverage, value: Double?, isAtLeast: Bool = false, status: Status
  ) {
    (self.indicator, self.evidence, self.value) = (indicator, evidence, value)
    (self.isAtLeast, self.status) = (isAtLeast, status)
  }

  private static func status(of value: Double, _ indicator: ServiceIndicator) -> Status {
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
    let outstanding = Outstanding(observer.convergence, in: cluster)
    let indicators = ServiceIndicator.allCases.filter { $0.isOffered(by: cluster.scheme) }
    let levels = indicators.map { level(of: $0, cluster, observer, outstanding) }
    return levels.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      if first.status != second.status { return first.status > second.status }
      if first.strain != second.strain { return (first.strain ?? 0) > (second.strain ?? 0) }
      return left.offset < right.offset
    }.map(\.element)
  }

  private static func level(
    of indicator: ServiceIndicator, _ cluster: Cluster, _ observer: Observer, _ outstanding: Outstanding
  ) -> ServiceLevel {
    let tally = observer.tally
    var evidence = Coverage()
    switch indicator {
    case .replicationLag:
      evidence.part = observer.convergence.copies.stored
      evidence.leftOut = observer.convergence.copies.replaced
      return spans(indicator, observer.convergence.lags, outstanding.copyAges, evidence)
    case .convergence:
      evidence.part = observer.convergence.times.count
      // What nobody was told of may go without being lost.
      evidence.lost = outstanding.gone.count {
        observer.history[cluster.catalogue.version($0).operation]?.operation.isAcknowledgedUpdate == true
      }
      return spans(indicator, observer.convergence.times, outstanding.versionAges, evidence)
    case .conflictRate:
      (evidence.part, evidence.whole) = (observer.conflicts.total, tally.stored)
    case .staleReads:
      (evidence.part, evidence.whole) = (tally.readsStale, tally.readsAnswered)
      evidence.leftOut = tally.reads - tally.readsAnswered
    case .antiEntropy:
      let repairs = cluster.repairTally
      (evidence.part, evidence.whole) = (repairs.completed, repairs.ended)
      evidence.leftOut = cluster.openRepairs
    }
    let share = evidence.whole == 0 ? nil : Double(evidence.part) / Double(evidence.whole)
    return ServiceLevel(indicator, share, evidence)
  }

  private static func spans(
    _ indicator: ServiceIndicator, _ samples: Samples, _ ages: [Int64], _ evidence: Coverage
  ) -> ServiceLevel {
    var evidence = evidence
    evidence.missing = ages.count
    evidence.whole = evidence.part + evidence.missing + evidence.lost
    evidence.oldest = ages.max().map { TimeSpan(microseconds: $0) }
    return ServiceLevel(indicator, span: Percentile(99, of: samples, missing: ages), evidence)
  }
}
