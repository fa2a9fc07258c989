import Kernel

/// What is measured of a service as good ÷ all events: the indicators for which there are objectives, burn rates and alerts.
public enum Indicator: String, CaseIterable, Hashable, Sendable {
  /// Copies that reach an owner within 1 s of the write's acceptance.
  case lag
  /// Versions that every live owner has within 500 ms.
  case convergence
  /// Versions that reach a replica without meeting a concurrent one.
  case conflicts
  /// Answered reads that miss no acknowledged write.
  case staleReads = "stale-reads"
  /// Repair sessions that complete.
  case antiEntropy = "anti-entropy"
  /// Operations that end `ok`.
  case availability

  /// Where it stands among all.
  public var index: Int {
    switch self {
    case .lag: 0
    case .convergence: 1
    case .conflicts: 2
    case .staleReads: 3
    case .antiEntropy: 4
    case .availability: 5
    }
  }
}

/// What an alert makes of a window into which no event fell.
///
/// A dashboard shows nothing then, which may mean that nothing is asked for or that nothing comes through. CloudWatch makes one
/// choose for the same reason (`TreatMissingData`: breaching, ignore, notBreaching).
public enum MissingData: String, CaseIterable, Hashable, Sendable {
  /// As bad as can be, if something is overdue; where nothing is, nothing is missing.
  case breach
  /// The alert stays as it is.
  case keep
  /// As good as can be: an outage that stops all traffic clears the alert.
  case ignore
}

/// What is promised of an indicator.
public struct Objective: Hashable, Sendable {
  /// The share of events that are to be good; below 1.
  public var target: Probability
  /// What an alert makes of a window without events.
  public var missing: MissingData
}

/// What objectives are judged over, and what they are.
///
/// Burn rates are judged over two windows each, which the SRE workbook (chapter 5, table 5-8) states for a period of 30 days; for
/// any other they are as large in proportion, so that an hour of virtual time can show what takes a month.
public struct OperatingSettings: Hashable, Sendable {
  /// The period over which an objective's budget of bad events is spent.
  public var period = TimeSpan.hours(1)
  private var lag = Objective(target: Probability(millionths: 990_000), missing: .breach)
  private var convergence = Objective(target: Probability(millionths: 990_000), missing: .ignore)
  private var conflicts = Objective(target: Probability(millionths: 999_000), missing: .ignore)
  private var staleReads = Objective(target: Probability(millionths: 950_000), missing: .ignore)
  private var antiEntropy = Objective(target: Probability(millionths: 990_000), missing: .ignore)
  private var availability = Objective(target: Probability(millionths: 990_000), missing: .ignore)

  /// The defaults.
  public init() {}

  /// What is promised of an indicator.
  public subscript(indicator: Indicator) -> Objective {
    get {
      switch indicator {
      case .lag: lag
      case .convergence: convergence
      case .conflicts: conflicts
      case .staleReads: staleReads
      case .antiEntropy: antiEntropy
      case .availability: availability
      }
    }
    set {
      switch indicator {
      case .lag: lag = newValue
      case .convergence: convergence = newValue
      case .conflicts: conflicts = newValue
      case .staleReads: staleReads = newValue
      case .antiEntropy: antiEntropy = newValue
      case .availability: availability = newValue
      }
    }
  }

  /// The length of the window that is so many hours, or parts of one, of a period of 30 days.
  public func window(minutesOf30Days minutes: Int64) -> TimeSpan {
    TimeSpan(microseconds: max(1, (period.microseconds * minutes + 21_600) / 43_200))
  }
}

/// One change of what a service promises.
public enum OperatingSetting: Hashable, Sendable {
  case period(TimeSpan)
  /// What is promised of an indicator; nil leaves what missing data means as it is.
  case objective(Indicator, target: Probability, missing: MissingData?)

  var name: SettingName {
    switch self {
    case .period: .sloPeriod
    case .objective: .objective
    }
  }
}

extension Cluster {
  /// Takes in what a service promises from now on; no replica knows of it.
  mutating func change(_ setting: OperatingSetting) {
    turn.configure {
      switch setting {
      case .period(let span): $0.operating.period = span
      case .objective(let indicator, let target, let missing):
        $0.operating[indicator].target = target
        if let missing { $0.operating[indicator].missing = missing }
      }
    }
  }
}
