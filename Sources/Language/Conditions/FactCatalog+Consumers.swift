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
      "How many offsets the consumer is behind what is committed in its region, or mirrored records where it wants those alone."
    ),
    FactSpecification(
      "consumer.partitions", of: [.client], .text, cost: .cluster,
      "Which partitions the consumer has in its group, such as `{0, 2}`."),
    FactSpecification(
      "consumer.generation", of: [.client], .number, cost: .cluster,
      "The generation of the consumer's group, from 1: how often its partitions were divided; none while it was always alone."
    ),
  ]
}
