import Insight
import Kernel
import Language
import Replication

/// When a condition may change by the clock alone, between two events.
///
/// Most facts change only as something happens. What ages is worked out: an age is as long as a limit at an instant that can be
/// named, and so an alert on it fires there, not at the event after.
struct ConditionClock {
  let context: FactContext

  /// The next instant at which one of the facts may pass what it is compared with; nil if time alone changes nothing.
  func next(_ condition: Condition) -> Instant? {
    switch condition {
    case .fact: nil
    case .not(let inner): next(inner)
    case .and(let left, let right), .or(let left, let right): earliest(next(left), next(right))
    case .comparison(let fact, _, let operand): next(fact, operand)
    }
  }

  private func next(_ fact: Fact, _ operand: Condition.Operand) -> Instant? {
    guard case .named(let name, let arguments) = fact else { return nil }
    switch (name, arguments) {
    case ("burn", let arguments):
      guard arguments.count == 2, case .indicator(let indicator) = arguments[0], case .span(let span) = arguments[1]
      else { return nil }
      return context.observer.convergence.service?.expiry(from: span, of: indicator)
    case ("slo", let arguments):
      guard case .indicator(let indicator) = arguments.first else { return nil }
      return nextGrade(of: indicator)
    case ("time", _), ("lag.oldest", _):
      guard case .literal(let text) = operand, let limit = Quantity.duration(text),
        case .duration(let value) = context.value(fact), value > 0
      else { return nil }
      // On the limit, and past it.
      let rest = limit.microseconds - value
      return rest >= 0 ? context.cluster.now + TimeSpan(microseconds: rest > 0 ? rest : 1) : nil
    case ("lag.delivered", _):
      guard let subjects = Subjects(arguments, in: context) else { return nil }
      return FactEvaluation.end(ofArrivalOn: subjects.route, in: context)
    default: return nil
    }
  }

  /// When something overdue passes a threshold, or something leaves the window.
  private func nextGrade(of indicator: Indicator) -> Instant? {
    guard let service = context.observer.convergence.service else { return nil }
    let length = service.settings.window(minutesOf30Days: 60)
    let leaving = service.expiry(from: length, of: indicator)
    let outstanding = context.outstanding()
    let limits = indicator.thresholds
    let passing = outstanding.ages(for: indicator).flatMap { age in
      [limits.objective, limits.warning, limits.critical].map { Int64($0) + 1 - age }.filter { $0 > 0 }
    }.min()
    return earliest(leaving, passing.map { context.cluster.now + TimeSpan(microseconds: $0) })
  }

  private func earliest(_ first: Instant?, _ second: Instant?) -> Instant? {
    guard let first, let second else { return first ?? second }
    return min(first, second)
  }
}
