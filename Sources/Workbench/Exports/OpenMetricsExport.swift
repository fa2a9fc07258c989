import Kernel
import Replication

/// All metrics in the text format of OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/), which Prometheus
/// and its kin read.
///
/// Durations are in seconds. What only ever grows is a counter, whose sample ends in `_total`; all else is a gauge. A metric
/// that nothing was measured for has no sample.
enum OpenMetricsExport {
  /// Counts that can become smaller.
  private static let falling: Set<String> = ["hints.pending", "writes.lost"]

  static func lines(of session: Session) -> [String] {
    let facts = session.facts
    let labels = "{branch=\"\(escaped(session.timeline.branchName))\",seed=\"\(session.cluster.seed)\"}"
    return FactCatalog.numeric.flatMap { fact -> [String] in
      let isCounter = fact.unit == .number && !falling.contains(fact.name)
      let base = name(of: fact, isCounter: isCounter)
      var lines = ["# TYPE \(base) \(isCounter ? "counter" : "gauge")"]
      if fact.unit == .duration { lines.append("# UNIT \(base) seconds") }
      lines.append("# HELP \(base) \(escaped(fact.summary))")
      if let value = facts.value(.named(fact.name, [])).magnitude {
        let number = fact.unit == .duration ? value / 1_000_000 : value
        lines.append("\(base)\(isCounter ? "_total" : "")\(labels) \(JSONText.number(number).text)")
      }
      return lines
    } + ["# EOF"]
  }

  /// Such as `eventually_convergence_p99_seconds`.
  private static func name(of fact: FactSpecification, isCounter: Bool) -> String {
    var words = fact.name.split { $0 == "." || $0 == "-" }.map(String.init)
    if isCounter, words.last == "total" { words.removeLast() }
    if fact.unit == .duration { words.append("seconds") }
    return (["eventually"] + words).joined(separator: "_")
  }

  private static func escaped(_ text: String) -> String {
    Printable.escaped(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}
