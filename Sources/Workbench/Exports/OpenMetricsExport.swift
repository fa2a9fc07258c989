import Analysis
import Insight
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
    } + serviceLines(of: session, time) + ["# EOF"]
  }

  /// Events of indicators, burn rates and alerts, where a session counts them.
  private static func serviceLines(of session: Session, _ time: String) -> [String] {
    let world = session.world
    guard let service = world.observer.convergence.service else { return [] }
    let indicators = Indicator.allCases.filter { $0.isOffered(by: session.cluster.scheme) }
    func labels(_ more: String) -> String {
      "{branch=\"\(escaped(session.timeline.branchName))\",seed=\"\(session.cluster.seed)\",\(more)}"
    }
    func sample(_ name: String, _ more: String, _ value: Double) -> String {
      "\(name)\(labels(more)) \(JSONText.number(value).text) \(time)"
    }
    let events = indicators.flatMap { indicator -> [String] in
      let total = service.total(of: indicator)
      return [("good", total.whole - total.bad), ("bad", total.bad)].map {
        sample(
          "eventually_service_events_total", "indicator=\"\(indicator.rawValue)\",verdict=\"\($0.0)\"", Double($0.1))
      }
    }
    let windows = BurnRule.allCases.map { service.settings.window(minutesOf30Days: $0.longMinutes) }
    let burns = indicators.flatMap { indicator in
      windows.compactMap { window in
        service.window(window, of: indicator).burn(service.settings[indicator]).map {
          sample(
            "eventually_service_burn", "indicator=\"\(indicator.rawValue)\",window=\"\(Quantity.text(window))\"", $0)
        }
      }
    }
    let alerts = AlertReport(session.timeline).rows.map { row in
      sample(
        "eventually_alert_firing", "alert=\"\(escaped(row.name))\",severity=\"\(row.severity.rawValue)\"",
        row.state == .firing ? 1 : 0)
    }
    return [
      "# TYPE eventually_service_events counter",
      "# HELP eventually_service_events Events of an indicator, by whether they were good.",
    ] + events + [
      "# TYPE eventually_service_burn gauge",
      "# HELP eventually_service_burn How many times too fast the budget of bad events was spent in a window.",
    ] + burns + [
      "# TYPE eventually_service_overdue gauge",
      "# HELP eventually_service_overdue Copies that are overdue and could come.",
      sample("eventually_service_overdue", "indicator=\"lag\"", Double(service.overdueCopies)),
      "# TYPE eventually_alert_firing gauge",
      "# HELP eventually_alert_firing Whether an alert fires: 1, or 0.",
    ] + alerts
  }

  /// The name that a fact's sample has.
  static func sampleName(of fact: FactSpecification) -> String {
    let isCounter = fact.unit == .number && !falling.contains(fact.name)
    return name(of: fact, isCounter: isCounter) + (isCounter ? "_total" : "")
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
