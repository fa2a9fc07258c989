import Insight
import Kernel
import Language

extension FactEvaluation {
  /// What comes after the end of the last fault.
  static let recovery: [FactEvaluation] = [
    FactEvaluation("recovery.missing") { context, _ in
      context.observer.convergence.recovery.map { .number(Double($0.missing)) } ?? .none
    },
    FactEvaluation("recovery.p50") { context, _ in
      context.observer.convergence.recovery?.percentile(50).map { .duration($0) } ?? .none
    },
    FactEvaluation("recovery.p99") { context, _ in
      context.observer.convergence.recovery?.percentile(99).map { .duration($0) } ?? .none
    },
    FactEvaluation("recovery.wait") { context, _ in
      guard let recovery = context.observer.convergence.recovery, let first = recovery.firstHint else { return .none }
      return .duration((first - recovery.since).microseconds)
    },
  ]
}
