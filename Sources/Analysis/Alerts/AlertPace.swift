import Kernel
import Language

/// How often an alert's condition is judged.
///
/// Most facts can be worked out at each event, so that an alert fires and clears at the very instant. Others look at all operations so
/// far, or compare every copy with every other: judged at each event they would take time in proportion to the square of a run. An
/// alert that asks for one of them is judged once an interval, as Prometheus judges all of its rules
/// (`evaluation_interval`, 1m by default); here it is a second of virtual time, since runs are minutes long.
enum AlertPace: Sendable {
  /// At each event, and at each instant at which a clock alone changes something.
  case event
  /// At each multiple of ``AlertPace/evaluationInterval`` before which something has happened.
  case interval

  /// How long is between two judgements of what isn't judged at each event.
  static let evaluationInterval = TimeSpan.seconds(1)

  /// The pace of a condition.
  init(of condition: Condition) {
    self = condition.isJudgedByInterval ? .interval : .event
  }

  /// The first instant at or after another at which something is judged.
  func next(from instant: Instant) -> Instant {
    switch self {
    case .event: return instant
    case .interval:
      let length = Self.evaluationInterval.microseconds
      return Instant(microseconds: (instant.microseconds + length - 1) / length * length)
    }
  }

  /// The first one after an instant.
  func next(after instant: Instant) -> Instant { next(from: instant + TimeSpan(microseconds: 1)) }
}

extension Condition {
  /// Whether an alert on it is judged by the interval: it looks at the whole history, or compares all copies.
  fileprivate var isJudgedByInterval: Bool {
    switch self {
    case .not(let inner): inner.isJudgedByInterval
    case .and(let left, let right), .or(let left, let right): left.isJudgedByInterval || right.isJudgedByInterval
    case .comparison(let fact, _, .literal(let text)):
      // That is looked after as things happen.
      AgeComparison.compares(fact, with: text) ? false : fact.isCostly
    case .comparison(let fact, _, .fact(let other)): fact.isCostly || other.isCostly
    case .fact(let fact): fact.isCostly
    }
  }

  /// How often an alert on it is judged; nil if that is at each event.
  package var judgingInterval: TimeSpan? {
    switch AlertPace(of: self) {
    case .event: nil
    case .interval: AlertPace.evaluationInterval
    }
  }
}

extension Fact {
  /// Whether working it out takes too long for each event.
  fileprivate var isCostly: Bool {
    switch self {
    case .named("phi-consistency", _): true
    case .named, .operation, .ever, .predicted, .guarantee, .count, .latency: cost == .history
    }
  }
}
