import Insight
import Kernel
import Language
import Replication

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

extension FactEvaluation {
  /// What says whether reads and writes met at all.
  static let meetings: [FactEvaluation] = [
    .share("reads.contended") { context in context.contendedReads }
  ]
}

extension FactContext {
  /// For how long after a write's end a read is said to have met it.
  private static let patience = TimeSpan.seconds(1)

  /// How many answered reads met a write of their key, and how many there are.
  fileprivate var contendedReads: (part: Int, whole: Int) {
    // Operations are numbered as they begin, so that of each key the latest end of what has begun before is all that matters.
    var ends = PagedTable<KeyID, Instant>(vacant: Instant(microseconds: -Self.patience.microseconds - 1), pageSize: 64)
    var (met, all) = (0, 0)
    for entry in history.all {
      let operation = entry.operation
      guard operation.key != .none else { continue }
      if operation.kind.isUpdate {
        ends[operation.key] = max(ends[operation.key], operation.ended)
      } else if operation.kind == .read, operation.outcome == .ok, isCounted(entry) {
        all += 1
        if operation.began <= ends[operation.key] + Self.patience { met += 1 }
      }
    }
    return (met, all)
  }
}
