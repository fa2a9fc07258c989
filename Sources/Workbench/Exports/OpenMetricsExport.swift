import Analysis
import Kernel
import Language
import Replication

/// All metrics in the text format of OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/), which Prometheus
/// and its kin read.
///
/// Durations are in seconds. What only ever grows is a counter, whose sample ends in `_total`; all else is a gauge. A metric
/// that nothing was measured for has no sample. Each sample bears the instant of virtual time at which it was taken, in seconds
/// since the beginning: `promtool tsdb create-blocks-from openmetrics` takes no sample without a time.
enum OpenMetricsExport {
  /// Numbers that can become smaller.
  private static let falling: Set<String> = [
    "hints.pending", "writes.lost", "faults.now", "amplification", "fanout.backlog",
  ]

  static func lines(of session: Session) -> [String] {
    let facts = session.facts
    let labels = "{branch=\"\(escaped(session.timeline.branchName))\",seed=\"\(session.cluster.seed)\"}"
    let time = timestamp(session.now)
    let scheme = session.cluster.scheme
    return FactCatalog.numeric(in: session.cluster).flatMap { fact -> [String] in
      let isCounter = fact.unit == .number && !falling.contains(fact.name)
      let base = name(of: fact, isCounter: isCounter)
      var lines = ["# TYPE \(base) \(isCounter ? "counter" : "gauge")"]
      if fact.unit == .duration { lines.append("# UNIT \(base) seconds") }
      lines.append("# HELP \(base) \(escaped(fact.summary(under: scheme)))")
      if let value = facts.value(.named(fact.name, [])).magnitude {
        let number = fact.unit == .duration ? value / 1_000_000 : value
        lines.append("\(base)\(isCounter ? "_total" : "")\(labels) \(JSONText.number(number).text) \(time)")
      }
      return lines
    } + ["# EOF"]
  }

  /// An instant in seconds, such as `4` or `0.0015`: a real number, to the microsecond.
  private static func timestamp(_ instant: Instant) -> String {
    let (seconds, rest) = instant.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    guard rest > 0 else { return String(seconds) }
    var digits = String(rest + 1_000_000).dropFirst()
    while digits.last == "0" { digits = digits.dropLast() }
    return "\(seconds).\(digits)"
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
