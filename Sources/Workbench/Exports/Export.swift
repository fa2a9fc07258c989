import Analysis
import Insight
import Kernel
import Language
import Replication

/// Why something can't be exported, in a sentence that says what to do.
public struct ExportRefusal: Error, Hashable, Sendable {
  /// The sentence.
  public let sentence: String
}

extension Session {
  /// The lines of an export.
  ///
  /// - Throws: an ``ExportRefusal`` if the stretch holds more than the form can show, or nothing.
  public func lines(of plan: ExportPlan) throws(ExportRefusal) -> [String] {
    switch plan.format {
    case .history:
      var lines: [String] = []
      HistoryExport.write(world) { lines.append($0) }
      return lines
    case .shiviz: return try ShiVizLog.lines(of: records(plan, atMost: ShiVizLog.limit), in: self)
    case .mermaid: return try MermaidExport.lines(of: records(plan, atMost: MermaidExport.recordLimit), in: self)
    case .csv: return MetricsExport.table(of: self)
    case .json: return [MetricsExport.json(of: self)]
    case .openmetrics: return OpenMetricsExport.lines(of: self)
    case .prometheusRules: return PrometheusRules.lines(of: self)
    }
  }

  private func records(_ plan: ExportPlan, atMost limit: Int) throws(ExportRefusal) -> [Record] {
    let (start, end) = (plan.start ?? .start, min(plan.end ?? now, now))
    guard start <= end else {
      throw ExportRefusal(
        sentence: "the stretch begins at \(Self.text(start)) and ends at \(Self.text(end)): nothing lies in between")
    }
    guard let records = timeline.records(in: start...end, atMost: limit) else {
      throw ExportRefusal(
        sentence:
          "more than \(limit) things happened from \(Self.text(start)) to \(Self.text(end)), which nobody could "
          + "read; `from` and `to` narrow it down")
    }
    return records
  }

  private static func text(_ instant: Instant) -> String { Quantity.text(instant - .start) }
}
