import Kernel
import Language
import Replication

extension Cluster {
  /// Who leads a partition in a region now; nil where nobody does, or there is no such partition.
  package func leader(of partition: PartitionName, in region: RegionID) -> ReplicaID? {
    number(of: partition).flatMap { leader(of: $0, in: region) }
  }

  /// The number of a partition; nil if there is none.
  package func number(of partition: PartitionName) -> Int? {
    switch partition {
    case .number(let number): number < environment.placement.partitionCount ? number : nil
    case .key(let name): self.partition(ofKey: name)
    }
  }

  /// Why a partition's leadership can't be handed over to that replica, or to anybody; nil if it can.
  package func refusal(toMove partition: PartitionName, in region: RegionID, to heir: ReplicaID?) -> String? {
    guard let number = number(of: partition) else {
      return "there is no such partition; they are 0 to \(environment.placement.partitionCount - 1)"
    }
    guard let leader = leader(of: number, in: region) else {
      return "nobody leads it in \(topology.name(of: region)) now; `show roles` says who leads what"
    }
    guard live.contains(leader) else {
      return
        "\(topology.name(of: leader)), which leads it, doesn't run: it can't hand over, and another leads once that is noticed"
    }
    let heirs = heirs(of: number, in: region)
    let isOfLog = scheme.features.contains(.logs)
    guard let heir else {
      let lack = isOfLog ? "is in sync" : "follows \(topology.name(of: leader))"
      return heirs.isEmpty ? "no other copy in \(topology.name(of: region)) \(lack) now" : nil
    }
    if heir == leader { return "\(topology.name(of: heir)) leads it already" }
    guard !heirs.contains(heir) else { return nil }
    let names = heirs.map { topology.name(of: $0) }.joined(separator: ", ")
    let lack = isOfLog ? "isn't in sync" : "doesn't follow \(topology.name(of: leader))"
    return "\(topology.name(of: heir)) \(lack) in it now"
      + (heirs.isEmpty ? "" : "; there is \(names)")
  }
}
