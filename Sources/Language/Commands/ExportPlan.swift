import Kernel

/// A form in which other programs can read what a session has seen.
public enum ExportFormat: String, CaseIterable, Hashable, Sendable {
  case history, shiviz, mermaid, csv, json, openmetrics
  case prometheusRules = "prometheus-rules"

  /// What it is, in a few words.
  public var summary: String {
    switch self {
    case .history: "operations as JSON Lines in the shape of Jepsen's, which `eventually verify` judges"
    case .shiviz: "events with vector clocks, for the ShiViz visualizer"
    case .mermaid: "a sequence diagram of a stretch of time, for wherever Markdown is rendered"
    case .csv: "indicators over time as a table"
    case .json: "indicators over time and all metrics as one JSON object"
    case .openmetrics: "all metrics as OpenMetrics text, which Prometheus reads"
    case .prometheusRules: "alerts as rules of Prometheus on those metrics"
    }
  }

  /// Whether it is about a stretch of time rather than the whole.
  public var hasRange: Bool { self == .shiviz || self == .mermaid }
}

/// What is exported: a form, and for some the stretch of time.
public struct ExportPlan: Hashable, Sendable {
  /// The form.
  public var format: ExportFormat
  /// From when on; nil: from the beginning.
  public var start: Instant?
  /// Until when; nil: until now.
  public var end: Instant?

  /// An export in that form.
  public init(_ format: ExportFormat, from start: Instant? = nil, to end: Instant? = nil) {
    self.format = format
    self.start = start
    self.end = end
  }
}
