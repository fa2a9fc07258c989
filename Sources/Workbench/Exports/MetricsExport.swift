import Insight
import Kernel

/// How indicators have moved, and what they come to, for spreadsheets and scripts.
enum MetricsExport {
  /// The columns of the table: a stretch of time is a row.
  static let columns = [
    "start_ms", "end_ms", "reads", "stale_reads", "versions_stored", "conflicts", "operations", "succeeded",
    "lag_p99_ms", "convergence_p99_ms",
  ]

  /// The table as comma-separated values (RFC 4180, with plain line ends): a header, then numbers; an empty field where nothing
  /// was measured.
  static func table(of session: Session) -> [String] {
    let trends = session.world.observer.trends ?? Trends()
    return [columns.joined(separator: ",")]
      + trends.stretches.indices.map { index in
        row(index, of: trends, until: session.now).map { $0.map(text) ?? "" }.joined(separator: ",")
      }
  }

  /// The same as one JSON object, beside all metrics: durations in microseconds, as in the last line of `run --json`.
  static func json(of session: Session) -> String {
    let trends = session.world.observer.trends ?? Trends()
    let series = trends.stretches.indices.map { index in
      JSONText.object(
        zip(columns, row(index, of: trends, until: session.now)).map { name, value in
          .init(name, value.map { .number($0) } ?? .null)
        })
    }
    return JSONText.object([
      .init("time", .integer(session.now.microseconds)), .init("metrics", JSONReport.metrics(of: session)),
      .init("series", .array(series)),
    ]).text
  }

  private static func row(_ index: Int, of trends: Trends, until now: Instant) -> [Double?] {
    let stretch = trends.stretches[index]
    let start = trends.width.microseconds * Int64(index)
    let end = min(start + trends.width.microseconds, max(start, now.microseconds))
    func milliseconds(_ span: Int64?) -> Double? { span.map { Double($0) / 1_000 } }
    let counts = [
      stretch.reads, stretch.stale, stretch.stored, stretch.conflicts, stretch.ended, stretch.succeeded,
    ]
    return [milliseconds(start), milliseconds(end)] + counts.map { Double($0) }
      + [
        milliseconds(trends.lags.percentile(99, in: index..<index + 1)),
        milliseconds(trends.convergences.percentile(99, in: index..<index + 1)),
      ]
  }

  private static func text(_ number: Double) -> String { JSONText.number(number).text }
}
