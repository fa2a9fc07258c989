import Analysis
import Insight
import Kernel
import Language
import Replication

extension CostStudy {
  /// The runs as tables, in at most 80 columns.
  public var lines: [String] {
    ["The workload: \(Printable.escaped(workload))", ""] + regions + [""] + series(.level, "level") + [""]
      + series(.setting, "one setting changed") + [
        "", "a month: without people, at the workload's own pace. 1M ops: a million operations.",
        "p99: of those answered ok. stale: of the reads answered. Each was played on a copy.",
      ]
  }

  private var regions: [String] {
    let rows = rows.filter { $0.series == .region }.map { row in
      [row.name] + CostComponent.allCases.map { row.bill.dollars($0).map(Quantity.dollars) ?? "–" }
        + [row.bill.total.map(Quantity.dollars) ?? "–", Self.million(row.bill)]
    }
    return Listing.table(
      [["a month", "storage", "transfer", "compute", "people", "without people", "1M ops"]] + rows,
      right: [1, 2, 3, 4, 5, 6])
  }

  private func series(_ series: Series, _ heading: String) -> [String] {
    let rows = rows.filter { $0.series == series }.map { row in
      [
        row.name, row.bill.total.map(Quantity.dollars) ?? "–", row.bill.dollars(.transfer).map(Quantity.dollars) ?? "–",
        Self.million(row.bill), row.run.p99.map { Quantity.figure(TimeSpan(microseconds: $0)) } ?? "–",
        Quantity.share(row.run.reads.stale, of: row.run.reads.answered),
        Quantity.share(row.run.answered, of: row.run.issued),
      ]
    }
    return Listing.table(
      [[heading, "a month", "transfer", "1M ops", "p99", "stale", "ok"]] + rows, right: [1, 2, 3, 4, 5, 6])
  }

  private static func million(_ bill: Bill) -> String { bill.perMillionOperations.map(Quantity.dollars) ?? "–" }

  /// A line a run; dollars a month, `p99` in microseconds.
  public var json: [String] {
    func number(_ value: Double?) -> JSONText { value.map { .number($0) } ?? .null }
    return rows.map { row in
      JSONText.object(
        [
          .init("kind", .string("workload")), .init("by", .string(row.series.rawValue)),
          .init("name", .string(row.name)),
        ]
          + CostComponent.allCases.map { .init($0.rawValue, number(row.bill.dollars($0))) } + [
            .init("total", number(row.bill.total)),
            .init("perMillionOperations", number(row.bill.perMillionOperations)),
            .init("transferredBytes", .integer(Int64(row.bill.transferredBytes))),
            .init("storedBytes", .integer(Int64(row.bill.storedBytes))),
            .init("issued", .integer(Int64(row.run.issued))), .init("answered", .integer(Int64(row.run.answered))),
            .init("p99", row.run.p99.map { .integer($0) } ?? .null), .init("staleRate", number(row.run.staleRate)),
          ]
      ).text
    }
  }
}
