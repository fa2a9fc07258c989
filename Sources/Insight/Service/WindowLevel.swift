import Kernel
import Replication

extension Indicator {
  /// The same over the whole run; nil where none is kept.
  public var overall: ServiceIndicator? {
    switch self {
    case .lag: .replicationLag
    case .convergence: .convergence
    case .conflicts: .conflictRate
    case .staleReads: .staleReads
    case .antiEntropy: .antiEntropy
    case .availability: nil
    }
  }

  /// The unit of its value.
  public var unit: ServiceIndicator.Unit { overall?.unit ?? .share }

  /// Whether a larger value is the better one.
  public var isBetterWhenLarger: Bool { overall?.isBetterWhenLarger ?? true }

  /// What is promised, from where on it is a warning, and from where on critical. Those of availability are the workbench's own:
  /// the objective is its usual target, the others are those of anti-entropy.
  public var thresholds: (objective: Double, warning: Double, critical: Double) {
    overall?.thresholds ?? (0.99, 0.95, 0.9)
  }

  /// Whether a replication scheme has what it measures.
  public func isOffered(by scheme: SchemeSpecification) -> Bool { overall?.isOffered(by: scheme) ?? true }
}

/// An indicator's value over a window that ends now, and how good it is.
///
/// A percentile is one of what was measured in the window and of what is overdue by now, of which it is at least as long as it has
/// lasted: an indicator clears once the window holds nothing bad any more, and nothing is overdue.
public struct WindowLevel: Hashable, Sendable {
  /// How good a value is.
  public enum Grade: String, CaseIterable, Sendable {
    /// The objective is met.
    case ok
    /// It isn't, or the value is past the warning.
    case warning
    /// It is past the critical threshold.
    case critical
  }

  /// Which indicator.
  public let indicator: Indicator
  /// Its value in its unit; nil if nothing fell into the window and nothing is overdue.
  public let value: Double?
  /// Whether the value is only what it is at least, because something is missing.
  public let isAtLeast: Bool
  /// How many events it rests on.
  public let count: Int

  /// The level over a window of that length.
  public init(
    _ indicator: Indicator, over length: TimeSpan, _ service: ServiceWatch,
    _ outstanding: @autoclosure () -> Outstanding
  ) {
    self.indicator = indicator
    switch indicator {
    case .lag, .convergence:
      let (limit, ages) =
        indicator == .lag
        ? (DueVerdicts.lagLimit, outstanding().copyAges) : (DueVerdicts.convergenceLimit, outstanding().versionAges)
      let (samples, overdue) = (service.spans(length, of: indicator), ages.filter { $0 > limit })
      let span = Percentile(99, of: samples, missing: overdue)
      value = span.map { Double($0.atLeast) }
      isAtLeast = span.map { $0.atMost != $0.atLeast } ?? false
      count = samples.count + overdue.count
    case .conflicts, .staleReads, .antiEntropy, .availability:
      isAtLeast = false
      guard case .counted(let bad, let whole) = service.window(length, of: indicator) else {
        (value, count) = (nil, 0)
        return
      }
      value = Double(indicator.isBetterWhenLarger ? whole - bad : bad) / Double(whole)
      count = whole
    }
  }

  /// How good it is; nil if there is no value. Between the objective and the warning it is a warning.
  public var grade: Grade? {
    value.map { value in
      let limits = indicator.thresholds
      let isWorse: (Double) -> Bool = { indicator.isBetterWhenLarger ? value < $0 : value > $0 }
      if isWorse(limits.critical) { return .critical }
      return isWorse(limits.objective) || value == limits.objective && isStrict ? .warning : .ok
    }
  }

  /// Whether the objective is missed at its very value: `< 1s` and `> 99%` are strict. Of availability 99 % is enough.
  private var isStrict: Bool { indicator != .availability }
}
