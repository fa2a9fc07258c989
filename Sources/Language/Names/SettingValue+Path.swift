import Kernel
import Replication

/// Settings of what stands around the cluster: the clients' path, and what the service promises.
extension SettingValue {
  static func objectives(_ operating: OperatingSettings) -> FactValue {
    .text(Indicator.allCases.map { "\($0.rawValue) \(percent(operating[$0].target))" }.joined(separator: ", "))
  }

  static func check(_ check: HealthCheck?) -> FactValue {
    .text(check.map { "\(Quantity.text($0.interval)) failures \($0.failures)" } ?? "off")
  }

  static func breaker(_ rule: BreakerRule?) -> FactValue {
    .text(
      rule.map {
        "\(percent($0.share)) of \($0.calls) open \(Quantity.text($0.open)) trials \($0.trials)"
      } ?? "off")
  }

  static func hedge(_ rule: HedgeRule?) -> FactValue {
    switch rule {
    case .after(let time): span(time)
    case .percentile(let percent): .text("\(percent)p")
    case nil: .text("off")
    }
  }

  static func retries(_ policy: RetryPolicy) -> FactValue {
    let named: [(String, RetryPolicy)] = [
      ("none", .none), ("legacy", .legacy), ("standard-2020", .standard2020), ("standard-2026", .standard2026),
    ]
    if let name = named.first(where: { $0.1 == policy })?.0 { return .text(name) }
    let jitter = policy.hasJitter ? "" : " jitter none"
    let budget = policy.budget.map { " budget \($0.tokens)" } ?? ""
    return .text(
      "\(policy.attempts - 1) base \(Quantity.text(policy.base)) cap \(Quantity.text(policy.cap))\(jitter)\(budget)")
  }
}
