import Insight
import Kernel
import Language
import Replication

extension FactEvaluation {
  /// Those of the path between clients and coordinators.
  static let path: [FactEvaluation] = [
    FactEvaluation("retries.total") { context, _ in .number(Double(context.cluster.path.tally.retries)) },
    .share("duplicates.rate") { context in (context.observer.duplicates.count, context.tally.writesAcknowledged) },
    FactEvaluation("give-ups.total") { context, _ in .number(Double(context.cluster.path.tally.giveUps)) },
    FactEvaluation("amplification") { context, _ in
      let (ended, tally) = (context.tally.ended, context.cluster.path.tally)
      return ended == 0 ? .none : .number(Double(ended + tally.retries + tally.hedges) / Double(ended))
    },
    FactEvaluation("shed.total") { context, _ in .number(Double(context.cluster.shedRequests)) },
    FactEvaluation("rejected.total") { context, _ in .number(Double(context.cluster.path.tally.rejected)) },
    FactEvaluation("hedges.total") { context, _ in .number(Double(context.cluster.path.tally.hedges)) },
    .share("edge.hit-rate") { context in
      let tally = context.cluster.path.tally
      return (tally.edgeHits, tally.edgeHits + tally.edgeMisses)
    },
    FactEvaluation("breaker") { context, subjects in
      .text(context.cluster.path.breaker(of: subjects.region ?? RegionID(0)).state.rawValue)
    },
    FactEvaluation("failover.p50") { context, _ in
      context.cluster.failoverTime(ofThousand: 500).map { .duration($0.microseconds) } ?? .none
    },
    FactEvaluation("failover.p99") { context, _ in
      context.cluster.failoverTime(ofThousand: 990).map { .duration($0.microseconds) } ?? .none
    },
  ]
}
