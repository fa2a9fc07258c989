import Kernel
import Language
import Replication

extension Cluster {
  /// Who leads a partition in a region now; nil where nobody does, or there is no such partition.
  func leader(of partition: PartitionName, in region: RegionID) -> ReplicaID? {
    switch partition {
    case .number(let number): number < environment.placement.partitionCount ? leader(of: number, in: region) : nil
    case .key(let name): self.partition(ofKey: name).flatMap { leader(of: $0, in: region) }
    }
  }
}
