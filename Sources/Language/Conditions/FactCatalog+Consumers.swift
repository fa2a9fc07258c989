import Replication

extension FactCatalog {
  /// What consumers of logs have read.
  static let consumers: [FactSpecification] = [
    FactSpecification("consumed", of: [.client], .number, "How many records the consumer got."),
    FactSpecification("consumed.duplicates", of: [.client], .number, "Of those, the ones that it had got before."),
    FactSpecification(
      "consumed.missing", of: [.client], .number, cost: .history,
      "Acknowledged writes of its region before the place that the consumer has read to, which it never got."),
    FactSpecification(
      "lag.consumer", of: [.client], .number, cost: .cluster,
      "How many offsets the consumer is behind what is committed in its region."),
  ]
}
