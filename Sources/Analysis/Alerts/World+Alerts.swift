import Insight
import Kernel
import Language
import Replication

/// What was decided about watching, where it stands among the inputs of a branch.
package enum WatchDecision: Sendable {
  /// Somebody has decided it.
  case operating(OperatingDecision)
  /// The remedy of that number was carried out, or couldn't be.
  case remedied(Int, text: String)
}

/// Time that is looked after for alerts.
extension World {
  /// Whether each event is to be looked at, and each instant at which a clock alone may change something for an alert.
  var isStepwise: Bool { board.isStepwise }

  /// Whether a remedy is to be carried out now.
  var isRemedyDue: Bool { isStepwise && board.firstDue(at: cluster.now) != nil }

  /// The next instant after now at which an indicator over a window, or an alert, may change though nothing happens.
  package var nextServiceInstant: Instant? {
    var earliest = EarliestInstant(after: cluster.now)
    earliest.take(nextAlertInstant)
    earliest.take(observer.convergence.nextInstant)
    return earliest.instant
  }

  /// The next instant after now at which an alert may change though nothing happens.
  package var nextAlertInstant: Instant? {
    var earliest = EarliestInstant(after: cluster.now)
    earliest.take(board.nextInstant(after: cluster.now))
    if board.followsIndicators { earliest.take(observer.convergence.nextInstant) }
    return earliest.instant
  }

  private static let predictions = PredictionMemo()

  /// The conditions of alerts are about the present, and may ask for predictions.
  func alertFacts() -> FactContext { FactContext(self, commands: 0, predictions: Self.predictions) }

  /// The next such instant up to a limit, before which an event may come; nil if none. Where there is no limit, none after the last
  /// event: nothing is waited for then.
  private func nextStop(notAfter limit: Instant) -> Instant? {
    if limit == .end, cluster.nextInstant == nil { return nil }
    return nextAlertInstant.flatMap { $0 <= limit ? $0 : nil }
  }

  /// Plays events one by one up to `limit`, and stands still where an alert may change; see ``run(until:atMost:)``.
  ///
  /// - Parameter isStopping: whether it returns where a remedy is to be carried out.
  mutating func runStepwise(until limit: Instant, atMost count: Int, isStopping: Bool) -> Cluster.Advance {
    var rest = count
    while rest > 0 {
      if isStopping, isRemedyDue { return .interrupted }
      let stop = nextStop(notAfter: limit)
      if stepAndJudge(notAfter: stop ?? limit) {
        rest -= 1
        continue
      }
      passAndJudge(to: stop ?? limit)
      if stop == nil { return isStopping && isRemedyDue ? .interrupted : .reached }
    }
    return .interrupted
  }

  /// Plays the next event that is due by `limit`, and stands still before it where an alert may change. False if there is none.
  mutating func stepStepwise(notAfter limit: Instant, isStopping: Bool) -> Bool {
    while true {
      if isStopping, isRemedyDue { return true }
      let stop = nextStop(notAfter: limit)
      if stepAndJudge(notAfter: stop ?? limit) { return true }
      guard let stop else { return false }
      passAndJudge(to: stop)
    }
  }

  /// Lets time pass in silence, and stands still where an alert may change.
  mutating func advanceStepwise(to instant: Instant) {
    while let stop = nextStop(notAfter: instant), stop < instant { passAndJudge(to: stop) }
    passAndJudge(to: instant)
  }
}

extension Condition {
  /// Whether one of its facts is about the time or about a window: time alone changes it. `lag.oldest` is looked after by
  /// ``AgeComparison``.
  var isClocked: Bool {
    facts.contains { fact in
      guard case .named(let name, _) = fact else { return false }
      return ["time", "lag.delivered", "slo", "burn"].contains(name)
    }
  }

  /// The longest window that one of its facts looks at; nil if none names one.
  var longestSpan: TimeSpan? {
    facts.flatMap { fact -> [TimeSpan] in
      guard case .named(_, let arguments) = fact else { return [] }
      return arguments.compactMap { if case .span(let span) = $0 { span } else { nil } }
    }.max()
  }

  /// Whether one of its facts is about what replicas hold, which may expire.
  var asksOfCopies: Bool {
    facts.contains { fact in
      guard case .named(let name, _) = fact else { return false }
      return ["value", "siblings", "holders", "holds", "converged", "relation", "phi-consistency"].contains(name)
    }
  }
}
