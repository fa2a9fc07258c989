import Insight
import Kernel
import Language
import Replication

extension FactEvaluation {
  /// Those of what things cost.
  static let costs: [FactEvaluation] = [
    FactEvaluation("cost.total") { context, _ in dollars(Bill(of: context.cluster).total) },
    FactEvaluation("cost") { context, subjects in
      dollars(subjects.component.flatMap { Bill(of: context.cluster).dollars($0) })
    },
    FactEvaluation("table.items") { context, _ in .number(Double(context.cluster.tableSize.items)) },
    FactEvaluation("table.bytes") { context, _ in .number(Double(context.cluster.tableSize.bytes)) },
    FactEvaluation("units.read") { context, _ in .number(context.consumedUnits.read) },
    FactEvaluation("units.written") { context, _ in .number(context.consumedUnits.written) },
  ]

  private static func dollars(_ amount: Double?) -> FactValue { amount.map { .number($0) } ?? .none }
}

extension FactContext {
  /// What the operations that have ended used of their table's capacity, in units.
  var consumedUnits: (read: Double, written: Double) {
    var halves = (read: 0, written: 0)
    for entry in history.all {
      let used = cluster.consumedHalves(by: entry.operation)
      if entry.operation.kind == .read { halves.read += used } else { halves.written += used }
    }
    return (Double(halves.read) / 2, Double(halves.written) / 2)
  }
}
