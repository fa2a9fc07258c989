import Replication

extension FactCatalog {
  /// What the path between clients and coordinators does.
  static let path: [FactSpecification] = [
    FactSpecification("retries.total", .number, "Further attempts of clients (`set retries`)."),
    FactSpecification(
      "duplicates.rate", .share,
      "Updates that were accepted more than once, as their clients tried again ÷ acknowledged updates."),
    FactSpecification("give-ups.total", .number, "Operations that failed though their clients would have tried again."),
    FactSpecification(
      "amplification", .number, "Attempts, and second questions (`set hedge`) ÷ operations that ended."),
    FactSpecification(
      "shed.total", .number, "Requests that replicas dropped as their queues were full or too long (`set shed`)."),
    FactSpecification("rejected.total", .number, "Operations that an open circuit breaker refused."),
    FactSpecification("hedges.total", .number, "Reads that clients asked for a second time (`set hedge`)."),
    FactSpecification("edge.hit-rate", .share, "Reads that edge caches answered ÷ reads that came to one."),
    FactSpecification(
      "breaker", of: [.region], .text, "What the circuit breaker of the region's clients is: closed, open or trial."),
    FactSpecification(
      "failover.p50", .duration,
      "Time from the loss of a region until half of its clients had an ok elsewhere; none before, and without `dns-ttl`."
    ),
    FactSpecification("failover.p99", .duration, "The same for 99 % of them."),
  ]
}

extension FactSpecification {
  /// Whether it says something only where anything stands between clients and coordinators.
  package var isOfPath: Bool { FactCatalog.path.contains { $0.name == name } }
}
