extension FactCatalog {
  /// Those of service levels over windows, and of alerts.
  static let operating: [FactSpecification] = [
    FactSpecification(
      "slo", of: [.indicator], .text, cost: .history,
      "How good an indicator is over `slo-period` ÷ 720: ok, warning (also between objective and warning), critical; none without events."
    ),
    FactSpecification(
      "burn", of: [.indicator, .span], .number, cost: .cluster,
      "How many times too fast the budget of bad events was spent in the last so long, at most `slo-period`; none without events."
    ),
    FactSpecification(
      "alert", of: [.alert], .text, cost: .cluster,
      "How an alert stands: firing; pending, while its condition has not held long enough; ok."
    ),
    FactSpecification("alerts.firing", .number, cost: .cluster, "How many alerts fire now, indicators' own included."),
  ]
}

extension FactSpecification {
  /// Whether it is about service levels over windows, or alerts: `show metrics` and the end line leave these out.
  package var isOfOperating: Bool { FactCatalog.operating.contains { $0.name == name } }
}
