import Insight
import Kernel
import Replication

/// The service levels, the worst first, each with its course since the cluster began.
public struct ServiceReport: Sendable {
  /// How good an indicator's value is.
  public enum Status: Hashable, Sendable {
    /// Nothing has been measured.
    case unknown
    /// The objective is met.
    case met
    /// It is missed, but not alarmingly.
    case missed
    /// It is past the warning, or past the critical threshold.
    case warning, critical
  }

  /// One indicator.
  public struct Row: Sendable {
    /// Its name.
    public let name: String
    /// Its value with its unit.
    public let value: String
    /// What is promised, such as `< 5%`.
    public let objective: String
    /// How many times what is allowed has been used; nil if nothing has been measured.
    public let strain: Double?
    /// How good the value is.
    public let status: Status
    /// Its course, stretch by stretch, in its own unit; nil where nothing was measured.
    public let course: [Double?]
    /// The objective, in the same unit.
    public let target: Double
    /// Whether a larger value is the better one.
    public let isBetterWhenLarger: Bool
    /// What it says, in a sentence.
    public let sentence: String
    let indicator: ServiceIndicator

    /// A value of its course in words.
    public func text(_ value: Double) -> String { indicator.text(value) }
  }

  /// A fault, for marks under the course.
  public struct Mark: Hashable, Sendable {
    /// When.
    public let at: Instant
    /// The command.
    public let text: String
  }

  /// The indicators, the worst first.
  public let rows: [Row]
  /// The end of the last stretch; the first begins at 0.
  public let end: Instant
  /// Faults since the cluster began.
  public let faults: [Mark]

  /// The service levels of a session.
  ///
  /// - Parameter columns: in how many stretches the course is wanted at most.
  public init(columns: Int, in session: Session) {
    let world = session.world
    let course = ServiceCourse(world.observer.trends, columns: columns)
    rows = ServiceLevel.all(world.cluster, world.observer).map { level in
      let limits = level.indicator.thresholds
      return Row(
        name: level.indicator.rawValue, value: level.value.map(level.indicator.text) ?? "–",
        objective: level.indicator.objective, strain: level.strain, status: Status(level.status),
        course: course.values(of: level.indicator), target: limits.objective,
        isBetterWhenLarger: level.indicator.isBetterWhenLarger,
        sentence: ServiceSentence.text(for: level, world), indicator: level.indicator)
    }
    end = max(course.end, world.cluster.now)
    faults = session.timeline.faultsOfPresentCluster
  }

  /// The table that `show slo` prints.
  static func lines(in session: Session) -> [String] {
    let levels = ServiceLevel.all(session.world.cluster, session.world.observer)
    let rows = levels.map { level in
      let limits = level.indicator.thresholds
      let sign = level.indicator.isBetterWhenLarger ? "<" : ">"
      return [
        level.indicator.rawValue, level.value.map(level.indicator.text) ?? "–", level.indicator.objective,
        "\(sign) \(level.indicator.text(limits.warning))", "\(sign) \(level.indicator.text(limits.critical))",
        ServiceReport.Status(level.status).words,
      ]
    }
    let table = Listing.table([["indicator", "now", "objective", "warning", "critical", ""]] + rows, right: [1])
    return table + [""] + levels.map { ServiceSentence.text(for: $0, session.world) }
  }
}

extension ServiceReport.Status {
  fileprivate init(_ status: ServiceLevel.Status) {
    switch status {
    case .unknown: self = .unknown
    case .met: self = .met
    case .missed: self = .missed
    case .warning: self = .warning
    case .critical: self = .critical
    }
  }

  /// How good, in a word, after its glyph.
  public var words: String {
    switch self {
    case .unknown: "· no data"
    case .met: "● met"
    case .missed: "▲ missed"
    case .warning: "▲ WARNING"
    case .critical: "✗ CRITICAL"
    }
  }
}

extension ServiceIndicator {
  /// A value with its unit.
  func text(_ value: Double) -> String {
    switch unit {
    case .share: Quantity.number(value * 100, decimals: value < 0.1 ? 2 : 1) + "%"
    case .duration where value < 1_000_000: Quantity.number(value / 1_000, decimals: 1) + "ms"
    case .duration: Quantity.number(value / 1_000_000, decimals: 2) + "s"
    }
  }

  /// What is promised, such as `< 5%`.
  var objective: String {
    let percentile = unit == .duration ? "p99 " : ""
    return "\(percentile)\(isBetterWhenLarger ? ">" : "<") \(text(thresholds.objective))"
  }
}

/// The course of indicators, in at most so many stretches.
private struct ServiceCourse {
  private let trends: Trends?
  private let ranges: [Range<Int>]

  init(_ trends: Trends?, columns: Int) {
    self.trends = trends
    let count = trends?.stretches.count ?? 0
    let size = max(1, (count + max(1, columns) - 1) / max(1, columns))
    ranges = stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
  }

  var end: Instant {
    guard let trends, let last = ranges.last else { return .start }
    return Instant(microseconds: Int64(last.upperBound) * trends.width.microseconds)
  }

  func values(of indicator: ServiceIndicator) -> [Double?] {
    guard let trends else { return [] }
    return ranges.map { range in
      switch indicator {
      case .replicationLag: trends.lags.percentile(99, in: range).map(Double.init)
      case .convergence: trends.convergences.percentile(99, in: range).map(Double.init)
      case .conflictRate: share(\.conflicts, of: \.stored, range, trends)
      case .staleReads: share(\.stale, of: \.reads, range, trends)
      case .antiEntropy: nil
      }
    }
  }

  private func share(
    _ part: KeyPath<Trends.Stretch, Int>, of whole: KeyPath<Trends.Stretch, Int>, _ range: Range<Int>, _ trends: Trends
  ) -> Double? {
    let (parts, wholes) = trends.stretches[range].reduce((0, 0)) {
      ($0.0 + $1[keyPath: part], $0.1 + $1[keyPath: whole])
    }
    return wholes == 0 ? nil : Double(parts) / Double(wholes)
  }
}

/// What a service level says, in a sentence.
private enum ServiceSentence {
  static func text(for level: ServiceLevel, _ world: World) -> String {
    guard let value = level.value else {
      return "\(capitalized(level.indicator.rawValue)): \(silence(level.indicator))."
    }
    let indicator = level.indicator
    let fact = fact(level, indicator.text(value), world)
    switch level.status {
    case .unknown, .met: return "\(fact): the objective, \(indicator.objective), is met."
    case .missed: return "\(fact): the objective, \(indicator.objective), is missed."
    case .warning, .critical:
      let limits = indicator.thresholds
      let limit = indicator.text(level.status == .warning ? limits.warning : limits.critical)
      let side = indicator.isBetterWhenLarger ? "below" : "above"
      return
        "\(fact): \(side) the \(level.status == .warning ? "warning" : "critical") threshold of \(limit). It costs: \(indicator.cost)."
    }
  }

  private static func silence(_ indicator: ServiceIndicator) -> String {
    switch indicator {
    case .replicationLag, .conflictRate: "no version has reached a replica yet"
    case .convergence: "no version has reached every live owner yet"
    case .staleReads: "no read has been answered yet"
    case .antiEntropy: "no repair session has ended yet"
    }
  }

  private static func fact(_ level: ServiceLevel, _ value: String, _ world: World) -> String {
    let (tally, repairs) = (world.observer.tally, world.cluster.environment.repairTally)
    switch level.indicator {
    case .replicationLag: return "99 of 100 copies were stored within \(value) of being accepted"
    case .convergence: return "99 of 100 versions were with every live owner within \(value)"
    case .conflictRate:
      return "\(world.observer.conflicts.total) of \(tally.stored) stored versions met a concurrent one"
    case .staleReads:
      return "\(tally.readsStale) of \(tally.readsAnswered) reads missed an acknowledged write\(worstRegion(world))"
    case .antiEntropy:
      return
        "\(repairs.completed) of \(repairs.ended) repair sessions that ended were complete"
    }
  }

  private static func worstRegion(_ world: World) -> String {
    let stale = world.observer.trends?.staleByRegion ?? []
    guard let most = stale.max(), most > 0, let region = stale.firstIndex(of: most) else { return "" }
    return ", \(most) of them in \(Printable.escaped(world.cluster.topology.regions[region].name))"
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

extension Timeline {
  /// The faults that commands have caused since the present cluster began.
  fileprivate var faultsOfPresentCluster: [ServiceReport.Mark] {
    let past = branches[current].inputs.prefix { $0.position < position }
    let era = past.lastIndex {
      if case .setUp = $0.input { true } else if case .reseed = $0.input { true } else { false }
    }
    return past.suffix(from: era.map { $0 + 1 } ?? past.startIndex).compactMap { input in
      input.input.isFault ? ServiceReport.Mark(at: input.time, text: input.text) : nil
    }
  }
}
