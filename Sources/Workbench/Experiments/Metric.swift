import Kernel
import Language
import Replication

/// What an assertion is about: a measure of experiments, or any fact or guarantee of the language.
public enum Metric: Hashable, Sendable {
  case measure(Measure)
  /// A fact, as it was written, and what it is measured in.
  case fact(Fact, FactUnit, text: String)

  /// The measures that experiments have, by the names that files call them.
  public enum Measure: String, CaseIterable, Hashable, Sendable {
    case convergenceP50 = "convergence_time_p50"
    case convergenceP99 = "convergence_time_p99"
    case dataLoss = "data_loss_rate"
    case duplicates = "duplicate_writes"
    case availability
    case lagP99 = "replication_lag_p99"
    case conflicts = "conflict_rate"
    case stalenessP99 = "read_staleness_p99"
    case staleReads = "stale_read_rate"
    case antiEntropy = "anti_entropy_success"
    case failover = "failover_time"
    case failoverP50 = "failover_time_p50"
  }

  /// What it is called in files and reports.
  public var name: String {
    switch self {
    case .measure(let measure): measure.rawValue
    case .fact(_, _, let text): text
    }
  }

  /// What it is measured in.
  public var unit: FactUnit {
    switch self {
    case .measure(let measure): measure.unit
    case .fact(_, let unit, _): unit
    }
  }

  /// Reads a metric's name.
  ///
  /// - Throws: a ``LanguageError``, with the place within the name.
  static func read(_ text: String, in names: NameContext) throws -> Metric {
    if let measure = Measure(rawValue: text) {
      if let feature = measure.feature, !names.scheme.specification.features.contains(feature) {
        throw LanguageError(
          .refused("the replication scheme \(names.scheme.rawValue) has no \(text): it has no anti-entropy"),
          at: SourceSpan(start: 0, length: text.count))
      }
      return .measure(measure)
    }
    var reader = CommandReader(text, context: names)
    do {
      let (fact, unit) = try reader.fact()
      try reader.end()
      return .fact(fact, unit ?? .text, text: text)
    } catch let error as LanguageError {
      // A word that is nothing may have been meant as either.
      guard case .unknownName(.fact, let word) = error.problem else { throw error }
      throw LanguageError(
        .unknownName(.other("a metric or a fact"), word), at: error.span,
        candidates: Measure.allCases.map(\.rawValue) + error.candidates)
    }
  }
}

extension Metric.Measure {
  /// What it is measured in.
  public var unit: FactUnit {
    switch self {
    case .convergenceP50, .convergenceP99, .lagP99, .stalenessP99, .failover, .failoverP50: .duration
    case .dataLoss, .duplicates, .availability, .conflicts, .staleReads, .antiEntropy: .share
    }
  }

  /// What a scheme must have for it to mean anything; nil: it means something under each.
  var feature: SchemeFeature? { self == .antiEntropy ? .repair : nil }

  /// Whether the number of keys decides it, so that it is never told without.
  var dependsOnKeys: Bool {
    switch self {
    case .convergenceP50, .convergenceP99, .dataLoss, .conflicts, .stalenessP99, .staleReads: true
    case .duplicates, .availability, .lagP99, .antiEntropy, .failover, .failoverP50: false
    }
  }

  /// Whether working it out takes a look at every key.
  var isCostly: Bool { self == .dataLoss || self == .stalenessP99 }

  /// What it is, in a sentence.
  public var summary: String {
    switch self {
    case .convergenceP50, .convergenceP99:
      """
      After faults: of what live owners lacked as the last fault ended, the time from then until every live owner held it or \
      what supersedes it. Without faults: from a write's acceptance.
      """
    case .dataLoss: "Acknowledged writes that are gone ÷ acknowledged writes; told with those that were overwritten."
    case .duplicates: "Updates that were accepted twice, as their clients tried again ÷ acknowledged updates."
    case .availability: "Operations that ended ok ÷ operations that ended."
    case .lagP99: "Time from a write's acceptance to its storage at an owner."
    case .conflicts: "Versions stored where a concurrent one stood ÷ versions stored."
    case .stalenessP99: "Of stale reads: for how long the first write that they missed had been acknowledged."
    case .staleReads: "Stale reads ÷ reads that were answered."
    case .antiEntropy: "Repair sessions that completed ÷ those that ended."
    case .failover, .failoverP50:
      "Time from the loss of a region until 99 % (half) of its clients had an ok elsewhere."
    }
  }
}

/// What a metric came to.
public enum MetricValue: Hashable, Sendable {
  /// Nothing was seen by which it could be judged, and why.
  case none(String)
  /// It would be a span, but what it waits for has not come.
  case never
  /// In microseconds.
  case duration(Int64)
  /// From 0 to 1.
  case share(Double)
  case number(Double)
  case truth(Bool)
  case text(String)

  /// The value as a number, where it has an order.
  var magnitude: Double? {
    switch self {
    case .duration(let value): Double(value)
    case .share(let value), .number(let value): value
    case .none, .never, .truth, .text: nil
    }
  }

  /// Whether there is a verdict in it.
  var isJudged: Bool {
    if case .none = self { false } else { true }
  }

  /// As people read it.
  public var text: String {
    switch self {
    case .none: "not judged"
    case .never: "never"
    case .duration(let value): Quantity.figure(TimeSpan(microseconds: value))
    case .share(let value): Quantity.figure(share: value)
    case .number(let value): Quantity.figure(value)
    case .truth(let value): value ? "true" : "false"
    case .text(let value): value
    }
  }

  /// As programs read it: spans in microseconds, shares from 0 to 1, `never` for what didn't come, null for what wasn't seen.
  var json: JSONText {
    switch self {
    case .none: .null
    case .never: .string("never")
    case .duration(let value): .integer(value)
    case .share(let value), .number(let value): .number(value)
    case .truth(let value): .boolean(value)
    case .text(let value): .string(value)
    }
  }
}
