import Insight
import Kernel
import Language
import Replication

extension FactEvaluation {
  /// Service levels over windows, and alerts.
  static let operating: [FactEvaluation] = [
    FactEvaluation("slo") { context, subjects in
      guard let indicator = subjects.indicator, let level = context.level(of: indicator) else { return .none }
      return level.grade.map { .text($0.rawValue) } ?? .none
    },
    FactEvaluation("burn") { context, subjects in
      guard let indicator = subjects.indicator, let span = subjects.span,
        indicator.isOffered(by: context.cluster.scheme),
        let burn = context.observer.convergence.service?.burn(over: span, of: indicator)
      else { return .none }
      return .number(burn)
    },
    FactEvaluation("alert") { context, subjects in
      guard let name = subjects.alert, let state = context.board.state(of: name) else { return .none }
      return .text(state.rawValue)
    },
    FactEvaluation("alerts.firing") { context, _ in .number(Double(context.board.firingCount)) },
  ]
}

extension FactContext {
  /// An indicator over a 720th of the period, which is an hour of 30 days; nil where nothing is counted.
  func level(of indicator: Indicator) -> WindowLevel? {
    guard let service = observer.convergence.service, indicator.isOffered(by: cluster.scheme) else { return nil }
    return WindowLevel(
      indicator, over: service.settings.window(minutesOf30Days: 60), service, outstanding())
  }
}
