import Replication

/// What a bill consists of.
public enum CostComponent: String, CaseIterable, Sendable {
  /// What is kept on disks.
  case storage
  /// What is sent from one region to another.
  case transfer
  /// The replicas.
  case compute
  /// Those who operate it.
  case people
}

extension FactCatalog {
  /// What a session costs, and what its store is billed by.
  static let costs: [FactSpecification] = [
    FactSpecification(
      "cost.total", .number, cost: .cluster,
      "Dollars a month at the pace so far, without people; none before any time has passed. `show cost` has the arithmetic."
    ),
    FactSpecification(
      "cost", of: [.component], .number, cost: .cluster,
      "Dollars a month of one part: \(CostComponent.allCases.map(\.rawValue).joined(separator: ", "))."),
    FactSpecification("table.items", .number, cost: .cluster, "Keys that have a value, each counted once."),
    FactSpecification("table.bytes", .number, cost: .cluster, "Bytes of those keys and values, each counted once."),
    FactSpecification(
      "units.read", .number, cost: .history,
      "Capacity that answered reads used: a unit for each 4 KiB, half of it at EVENTUAL."),
    FactSpecification(
      "units.written", .number, cost: .history,
      "Capacity that answered writes used where they were made: a unit for each KiB."),
  ]
}

extension FactSpecification {
  /// Whether it says what things cost. These stand by themselves, in `show cost`.
  package var isOfCost: Bool { FactCatalog.costs.contains { $0.name == name } }
}
