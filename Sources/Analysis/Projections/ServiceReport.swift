import Insight
import Kernel
import Language
import Replication

/// The service levels, the worst first, each with its course since the cluster began.
public struct ServiceReport: Sendable {
  /// How good an indicator's value is.
  public enum Status: Hashable, Sendable {
    /// Nothing has been measured.
    case unknown
    /// The objective is met.
    case met
    /// So much is missing that it can't be said yet.
    case undecided
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
  /// How much time each value of a course stands for.
  public let stretch: TimeSpan
  /// Faults since the cluster began.
  public let faults: [Mark]

  /// The service levels of a session.
  ///
  /// - Parameter columns: in how many stretches the course is wanted at most.
  public init(columns: Int, in timeline: Timeline) {
    let world = timeline.world
    let course = ServiceCourse(world.observer.trends, columns: columns)
    rows = ServiceLevel.all(world.cluster, world.observer).map { level in
      let limits = level.indicator.thresholds
      return Row(
        name: level.indicator.rawValue, value: level.valueText,
        objective: level.indicator.objective, strain: level.strain, status: Status(level.status),
        course: course.values(of: level.indicator), target: limits.objective,
        isBetterWhenLarger: level.indicator.isBetterWhenLarger,
        sentence: ServiceSentence(level: level, world: world).text, indicator: level.indicator)
    }
    stretch = course.stretch
    end = max(course.end, world.cluster.now)
    faults = timeline.faultsOfPresentCluster
  }
}

extension ServiceReport.Status {
  fileprivate init(_ status: ServiceLevel.Status) {
    switch status {
    case .unknown: self = .unknown
    case .met: self = .met
    case .undecided: self = .undecided
    case .missed: self = .missed
    case .warning: self = .warning
    case .critical: self = .critical
    }
  }

  /// How good, in a word.
  public var word: String { String(words.dropFirst(2)) }

  /// How good, in a word, after its glyph.
  public var words: String {
    switch self {
    case .unknown: "· no data"
    case .met: "● met"
    case .undecided: "· undecided"
    case .missed: "▲ missed"
    case .warning: "▲ WARNING"
    case .critical: "✗ CRITICAL"
    }
  }
}

extension ServiceLevel {
  /// The value in few letters: with its unit, as a count of a few, or what it is at least.
  var valueText: String {
    guard let value else { return "–" }
    if indicator.unit == .share, (1..<Quantity.fewest).contains(evidence.whole) {
      return Quantity.share(evidence.part, of: evidence.whole)
    }
    return (isAtLeast ? "≥ " : "") + indicator.text(value)
  }
}

extension ServiceIndicator {
  /// A measured value with its unit.
  func text(_ value: Double) -> String {
    switch unit {
    case .share: Quantity.figure(share: value)
    case .duration: Quantity.figure(TimeSpan(microseconds: Int64(value)))
    }
  }

  /// A threshold, which is exactly what it is.
  func exactText(_ value: Double) -> String {
    switch unit {
    case .share: Quantity.percent(value)
    case .duration: Quantity.text(TimeSpan(microseconds: Int64(value)))
    }
  }

  /// What is promised, such as `< 5%`.
  var objective: String {
    let percentile = unit == .duration ? "p99 " : ""
    return "\(percentile)\(isBetterWhenLarger ? ">" : "<") \(exactText(thresholds.objective))"
  }
}

/// The course of indicators, in at most so many stretches.
private struct ServiceCourse {
  private let trends: Trends?
  private let ranges: [Range<Int>]
  /// How much time each range spans.
  let stretch: TimeSpan

  init(_ trends: Trends?, columns: Int) {
    self.trends = trends
    let count = trends?.stretches.count ?? 0
    let size = max(1, (count + max(1, columns) - 1) / max(1, columns))
    stretch = TimeSpan(microseconds: (trends?.width.microseconds ?? 0) * Int64(size))
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

/// What a service level says, in a sentence: what was counted, of how many, what is missing, and how good that is.
struct ServiceSentence {
  let level: ServiceLevel
  let world: World

  private var indicator: ServiceIndicator { level.indicator }
  private var evidence: Coverage { level.evidence }

  var text: String {
    guard level.status != .unknown else { return "\(Self.capitalized(indicator.rawValue)): \(silence)." }
    return "\(Self.capitalized(fact)): \(verdict)."
  }

  private var verdict: String {
    let limits = indicator.thresholds
    let side = indicator.isBetterWhenLarger ? "below" : "above"
    switch level.status {
    case .unknown, .met: return "the objective, \(indicator.objective), is met"
    case .undecided: return "whether the objective, \(indicator.objective), is met can't be said yet"
    case .missed: return "the objective, \(indicator.objective), is missed"
    case .warning: return "\(side) the warning threshold of \(indicator.exactText(limits.warning))"
    case .critical: return "\(side) the critical threshold of \(indicator.exactText(limits.critical))"
    }
  }

  private var silence: String {
    switch indicator {
    case .replicationLag, .conflictRate: "no version has reached a replica yet"
    case .convergence: "no version has reached every live owner yet"
    case .staleReads: "no read has been answered yet"
    case .antiEntropy: "no repair session has ended yet"
    }
  }

  private var fact: String {
    switch indicator {
    case .replicationLag:
      return "\(spans("copies", "copy", "stored", "of being accepted"))\(leftOut("replaced before they arrived"))"
    case .convergence: return spans("versions", "version", "with every live owner", "")
    case .conflictRate: return "\(evidence.part) of \(evidence.whole) stored versions met a concurrent one"
    case .staleReads:
      return
        "\(evidence.part) of \(evidence.whole) reads missed an acknowledged write\(worstRegion)"
        + leftOut("without an answer")
    case .antiEntropy:
      return
        "\(evidence.part) of \(evidence.whole) repair sessions that ended were complete\(leftOut("still open"))"
    }
  }

  /// Such as `99 of 100 of the 900 copies were stored within 90ms`, or `3 of 9 copies were stored; 6 are missing`.
  private func spans(_ many: String, _ one: String, _ what: String, _ since: String) -> String {
    let noun = evidence.whole == 1 ? one : many
    let lost = evidence.lost == 0 ? "" : "; \(evidence.lost) \(evidence.lost == 1 ? "was" : "were") lost before"
    let missing =
      evidence.oldest.map { "; \(evidence.missing) \(evidence.missing == 1 ? "is" : "are") missing, \(age($0))" } ?? ""
    let span = level.value.map { indicator.text($0) } ?? ""
    guard !level.isAtLeast, evidence.lost == 0 else {
      return "\(evidence.part) of \(evidence.whole) \(noun) \(verb(evidence.whole)) \(what)\(missing)\(lost)"
    }
    // Of fewer than a hundred the 99th percentile is the longest.
    let counted =
      evidence.whole < 100 && evidence.missing == 0
      ? (evidence.whole == 1 ? "the one \(one)" : "all \(evidence.whole) \(noun)")
      : "99 of 100 of the \(evidence.whole) \(noun)"
    let tail = since.isEmpty ? "" : " \(since)"
    return "\(counted) \(verb(evidence.whole)) \(what) within \(span)\(tail)\(missing)"
  }

  private func verb(_ count: Int) -> String { count == 1 ? "was" : "were" }

  private func age(_ span: TimeSpan) -> String {
    "\(evidence.missing == 1 ? "" : "the oldest ")for \(indicator.text(Double(span.microseconds)))"
  }

  private func leftOut(_ why: String) -> String { evidence.leftOut == 0 ? "" : " (\(evidence.leftOut) \(why))" }

  private var worstRegion: String {
    let stale = world.observer.trends?.staleByRegion ?? []
    guard let most = stale.max(), most > 0, let region = stale.firstIndex(of: most) else { return "" }
    return ", \(most) of them in \(Printable.escaped(world.cluster.topology.regions[region].name))"
  }

  private static func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

extension Timeline {
  /// The faults that commands have caused since the present cluster began.
  var faultsOfPresentCluster: [ServiceReport.Mark] { marks { $0.isFault } }

  /// Those of them that are at work until something ends them.
  var lastingFaults: [ServiceReport.Mark] {
    marks { input in if case .fault = input { input.isFault } else { false } }
  }

  private func marks(_ isMarked: (Input) -> Bool) -> [ServiceReport.Mark] {
    let past = branches[current].inputs.prefix { $0.position < position }
    let era = past.lastIndex {
      if case .setUp = $0.input { true } else if case .reseed = $0.input { true } else { false }
    }
    return past.suffix(from: era.map { $0 + 1 } ?? past.startIndex).compactMap { input in
      guard isMarked(input.input) else { return nil }
      return ServiceReport.Mark(at: input.time, text: input.isConcealed ? "something that nobody told of" : input.text)
    }
  }
}
