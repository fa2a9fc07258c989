import Analysis
import Insight
import Kernel
import Language
import Replication

/// How indicators have moved, and what they come to, for spreadsheets and scripts.
///
/// A row is a stretch of virtual time, and all rows together are the whole of it, from 0 to now. Counts add up to the metrics of
/// the same file: `reads` to `reads.answered`, `stale_reads` to `reads.stale`, `versions_stored` to `copies.stored`,
/// `conflicts` to `conflicts.total`, `operations` to `operations.ended`. Percentiles are exact, of what arrived in the
/// stretch; what has not arrived is in no stretch, but in `lag.oldest`.
enum MetricsExport {
  /// The columns of the table.
  static let columns = [
    "start_ms", "end_ms", "reads", "stale_reads", "versions_stored", "conflicts", "operations", "succeeded",
    "lag_p99_ms", "convergence_p99_ms",
  ]

  /// The table as comma-separated values (RFC 4180, with plain line ends): a header, then numbers; an empty field where nothing
  /// was measured.
  static func table(of session: Session) -> [String] {
    [columns.joined(separator: ",")]
      + rows(of: session).map { row in row.map { $0.map(text) ?? "" }.joined(separator: ",") }
  }

  /// The same as one JSON object, beside all metrics: durations in microseconds, as in the last line of `run --json`.
  static func json(of session: Session) -> String {
    let series = rows(of: session).map { row in
      JSONText.object(zip(columns, row).map { name, value in .init(name, value.map { .number($0) } ?? .null) })
    }
    return JSONText.object([
      .init("time", .integer(session.now.microseconds)), .init("metrics", JSONReport.metrics(of: session)),
      .init("series", .array(series)),
    ]).text
  }

  private static func rows(of session: Session) -> [[Double?]] {
    let trends = session.wholeTrends
    let now = session.now.microseconds
    return trends.stretches.indices.compactMap { index in
      let start = trends.width.microseconds * Int64(index)
      let stretch = trends.stretches[index]
      // At an instant on the border of two stretches the second has begun only if something has happened in it.
      guard start < now || !stretch.isEmpty || index == 0 else { return nil }
      let end = min(start + trends.width.microseconds, max(start, now))
      let counts = [
        stretch.reads, stretch.stale, stretch.stored, stretch.conflicts, stretch.ended, stretch.succeeded,
      ]
      return [milliseconds(start), milliseconds(end)] + counts.map { Double($0) }
        + [
          trends.lags.exactPercentile(99, in: index).map(milliseconds),
          trends.convergences.exactPercentile(99, in: index).map(milliseconds),
        ]
    }
  }

  private static func milliseconds(_ span: Int64) -> Double { Double(span) / 1_000 }

  private static func text(_ number: Double) -> String { JSONText.number(number).text }
}

extension Session {
  /// How indicators have moved from the cluster's beginning to now, also where nothing happened any more.
  ///
  /// A session without a screen doesn't keep it; then the history is played once more.
  fileprivate var wholeTrends: Trends {
    var trends = world.observer.trends
    if trends == nil {
      let end = timeline.position
      _ = timeline.retraced.replayed { world in
        trends = world.cluster.position == end ? world.observer.trends : nil
        return world.cluster.position == end
      }
    }
    return (trends ?? Trends()).extended(to: now)
  }
}
