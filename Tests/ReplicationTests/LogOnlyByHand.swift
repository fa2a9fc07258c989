import Kernel

@testable import Replication

/// Regions with more servers than copies: `us` has 5, `eu` 4, and 3 copies each, so that us 3 and 4 and eu 8 can take others' places.
extension Cluster {
  static func spare(seed: UInt64 = 1, with settings: Setting...) -> Cluster {
    let regions = [
      ClusterPlan.Region(name: "us", replicas: 5, factor: 3), ClusterPlan.Region(name: "eu", replicas: 4, factor: 3),
    ]
    var cluster = streams(ClusterPlan(regions: regions, scheme: .streams), seed: seed, with: .partitions(1))
    for setting in settings { cluster.apply(.set(setting)) }
    return cluster
  }

  /// What the servers of a region are for a partition.
  func roles(in region: Int = 0, of partition: Int = 0) -> [PartitionRole] {
    topology.members(of: RegionID(region)).map { role(of: $0, in: partition) }
  }

  /// Who are the members of a partition's group in a region, and hold, or are to hold, its copies.
  func members(in region: Int = 0, of partition: Int = 0) -> [Int] {
    environment.placement.copies[partition][region].map(\.index)
  }

  /// How many disks of a region have a write, in the copy or in the log.
  func disks(with write: Operation) -> Int {
    let partition = environment.placement.partition(ofKey: catalogue.names.name(of: write.key))
    return topology.members(of: topology.region(of: write.coordinator)).count { hasOnDisk(write, $0, partition) }
  }
}
