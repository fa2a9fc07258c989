import Kernel
import Replication

extension SettingCatalog {
  /// Those of what a service promises, under every scheme.
  static let ofService: [SettingSpecification] = [
    SettingSpecification(
      name: .objective, usage: "INDICATOR SHARE [missing breach|keep|ignore]", standard: "lag 99%",
      summary: """
        Which share of an indicator's events is to be good: lag 99% (copies stored within 1s), convergence 99% (versions that all live \
        owners have within 500ms), conflicts 99.9%, stale-reads 95%, anti-entropy 99%, availability 99%. missing: what alerts make of a \
        window without events, breach for lag (while a copy is overdue), else ignore; keep leaves them as they are. Alarms on DynamoDB's own \
        metrics always ignore missing data, whatever they are told: there a cut that stops all replication clears the alarm.
        """,
      source: """
        The mission's page on service levels; CloudWatch: TreatMissingData (missing keeps the state, the default; alarms in the \
        AWS/DynamoDB namespace always ignore).
        """
    ) { try $0.objective() },
    SettingSpecification(
      name: .sloPeriod, usage: "DURATION", standard: "1h",
      summary: """
        Over which time objectives hold, from 1m. Windows are in proportion: of 1h they are 5s and 0.42s (page), 30s and 2.5s (slow), \
        6m and 30s (ticket), which of 30d are 1h and 5m, 6h and 30m, 3d and 6h.
        """,
      source: "The SRE workbook, chapter 5: 30d."
    ) { .operating(.period(try $0.duration(.seconds(60)...(.hours(24 * 365))))) },
  ]
}
