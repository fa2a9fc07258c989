import Analysis
import Insight
import Kernel
import Language
import Replication

/// Alerts as a rule file of Prometheus (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/), on the metrics
/// that ``OpenMetricsExport`` writes, with the thresholds, windows and severities that the session has.
///
/// Windows are rounded to milliseconds, the least that Prometheus knows. What can't be said in its language, such as what a replica
/// holds, is named in a comment instead.
enum PrometheusRules {
  static func lines(of session: Session) -> [String] {
    let cluster = session.cluster
    let settings = cluster.environment.settings.operating
    let board = session.world.board
    var lines = [
      "# Alerts of eventually on the metrics of `eventually export --format openmetrics`; `promtool check rules` reads this.",
      "# Objectives hold over \(Quantity.text(settings.period)) (`set slo-period`): a server that scrapes more slowly than its windows",
      "# last sees nothing; `set slo-period 30d` gives those of the SRE workbook.",
      "groups:", "  - name: eventually", "    rules:",
    ]
    for alert in BurnAlert.all where alert.indicator.isOffered(by: cluster.scheme) && !board.isOff(alert.name) {
      lines += rule(
        alert.name, expression(of: alert, settings), for: .zero, alert.rule.severity,
        "\(alert.indicator.rawValue): the budget of bad events burns more than \(factor(alert)) times too fast")
    }
    for rule in session.ownRules {
      if let expression = expression(of: rule.condition, settings) {
        lines += self.rule(rule.name, expression, for: rule.span, rule.severity, rule.text)
      } else {
        let name = Printable.escaped(rule.name)
        lines.append("      # \(name) is left out, no metric says: \(Printable.escaped(rule.text))")
      }
    }
    return lines
  }

  private static func rule(
    _ name: String, _ expression: String, for span: TimeSpan, _ severity: AlertSeverity, _ summary: String
  ) -> [String] {
    ["      - alert: \(quoted(name))", "        expr: \(quoted(expression))"]
      + (span == .zero ? [] : ["        for: \(duration(span))"])
      + [
        "        labels:", "          severity: \(severity.rawValue)", "        annotations:",
        "          summary: \(quoted(summary))",
      ]
  }

  private static func factor(_ alert: BurnAlert) -> String { Quantity.number(Double(alert.rule.tenths) / 10) }

  private static func expression(of alert: BurnAlert, _ settings: OperatingSettings) -> String {
    let objective = settings[alert.indicator]
    let limit = Quantity.number(
      Double(alert.rule.tenths * (1_000_000 - objective.target.millionths)) / 10_000_000, decimals: 9)
    let sides = [alert.rule.longMinutes, alert.rule.shortMinutes].map { minutes -> String in
      let window = settings.window(minutesOf30Days: minutes)
      let side = "\(share(of: alert.indicator, over: window)) > \(limit)"
      guard objective.missing == .breach, alert.indicator == .lag else { return side }
      let silent = "unless \(events(alert.indicator, nil, window)) > 0"
      return "(\(side) or (sum by (branch, seed) (eventually_service_overdue) > 0 \(silent)))"
    }
    return sides.joined(separator: " and ")
  }

  private static func events(_ indicator: Indicator, _ verdict: String?, _ window: TimeSpan) -> String {
    let filter = verdict.map { ",verdict=\"\($0)\"" } ?? ""
    let labels = "{indicator=\"\(indicator.rawValue)\"\(filter)}"
    return "sum by (branch, seed) (increase(eventually_service_events_total\(labels)[\(duration(window))]))"
  }

  private static func share(of indicator: Indicator, over window: TimeSpan) -> String {
    "\(events(indicator, "bad", window)) / \(events(indicator, nil, window))"
  }

  /// A condition in Prometheus' language; nil where no metric says it.
  private static func expression(of condition: Condition, _ settings: OperatingSettings) -> String? {
    switch condition {
    case .and(let left, let right): joined(left, "and", right, settings)
    case .or(let left, let right): joined(left, "or", right, settings)
    case .not, .fact: nil
    case .comparison(let fact, let comparison, let operand): expression(of: fact, comparison, operand, settings)
    }
  }

  private static func joined(
    _ left: Condition, _ word: String, _ right: Condition, _ settings: OperatingSettings
  ) -> String? {
    guard let left = expression(of: left, settings), let right = expression(of: right, settings) else { return nil }
    return "(\(left)) \(word) (\(right))"
  }

  private static func expression(
    of fact: Fact, _ comparison: Condition.Comparison, _ operand: Condition.Operand, _ settings: OperatingSettings
  ) -> String? {
    guard case .named(let name, let arguments) = fact, case .literal(let text) = operand, comparison != .contains
    else { return nil }
    if name == "burn", case .indicator(let indicator)? = arguments.first, case .span(let span)? = arguments.last,
      let number = Double(text)
    {
      let allowed = Double(1_000_000 - settings[indicator].target.millionths) / 1_000_000
      let limit = Quantity.number(number * allowed, decimals: 9)
      return "\(share(of: indicator, over: span)) \(comparison.rawValue) \(limit)"
    }
    guard arguments.isEmpty, let specification = FactCatalog.numeric.first(where: { $0.name == name }),
      let value = Self.value(text, specification.unit)
    else { return nil }
    return "\(OpenMetricsExport.sampleName(of: specification)) \(comparison.rawValue) \(value)"
  }

  /// A literal as a number in the unit of the metric: durations in seconds.
  private static func value(_ text: String, _ unit: FactUnit) -> String? {
    if unit == .duration {
      return Quantity.duration(text).map { Quantity.number(Double($0.microseconds) / 1_000_000, decimals: 6) }
    }
    let number = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
    return number.flatMap { $0.isFinite ? Quantity.number($0, decimals: 9) : nil }
  }

  /// A duration as Prometheus writes it, to the millisecond, at least one.
  private static func duration(_ span: TimeSpan) -> String {
    let milliseconds = max(1, (span.microseconds + 500) / 1_000)
    let units: [(String, Int64)] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
    for (unit, length) in units where milliseconds % length == 0 { return "\(milliseconds / length)\(unit)" }
    return "\(milliseconds)ms"
  }

  private static func quoted(_ text: String) -> String { JSONText.string(text).text }
}

extension Session {
  /// One's own rules.
  var ownRules: [AlertRule] { world.board.ownRules }
}
