import Kernel
import Language
import Replication

/// What `show` answers about leaders, and about the streams between regions.
extension Listing {
  /// A row for each partition and region: who leads, and who follows.
  static func roles(_ cluster: Cluster) -> [String] {
    let topology = cluster.topology
    var rows = [["partition", "region", "leader", "epoch", "lease until", "followers"]]
    for (partition, byRegion) in cluster.environment.placement.copies.enumerated() {
      for (region, members) in zip(topology.regionIDs, byRegion) where !members.isEmpty {
        let leader = cluster.leader(of: partition, in: region)
        let leadership = leader.flatMap { cluster.leadership(of: $0, in: partition) }
        let followers = members.filter { $0 != leader }.map { replica in
          topology.name(of: replica) + (cluster.live.contains(replica) ? "" : " (down)")
        }
        rows.append([
          "\(partition)", topology.name(of: region), leader.map { topology.name(of: $0) } ?? "none",
          leadership.map { "\($0.epoch)" } ?? "", leadership.map { Quantity.milliseconds($0.lease.microseconds) } ?? "",
          followers.joined(separator: " "),
        ])
      }
    }
    return table(rows, right: [0, 3, 4])
  }

  /// A row for each two regions: how many changes wait, and how long they take at the capacity.
  static func backlog(_ cluster: Cluster) -> [String] {
    let topology = cluster.topology
    var rows = [["from", "to", "waiting", "drained in"]]
    for from in topology.regionIDs {
      for to in topology.regionIDs where from != to {
        rows.append([
          topology.name(of: from), topology.name(of: to), "\(cluster.backlog(from: from, to: to))",
          cluster.streamDrain(from: from, to: to).map { Quantity.figure($0) } ?? "–",
        ])
      }
    }
    return table(rows, right: [2, 3])
  }
}
