import Kernel
import Language
import Replication

/// What `show` answers about a primary's database, its replicas and the caches before them.
extension Listing {
  /// A row for each server: what it is, and how much it keeps.
  static func cacheRoles(_ cluster: Cluster) -> [String] {
    let topology = cluster.topology
    var rows = [["server", "region", "role", "", "entries", "evicted"]]
    for replica in cluster.replicas.elements {
      let isCache = cluster.caches.contains(replica.id)
      let occupancy = cluster.occupancy(of: replica.id)
      rows.append([
        topology.name(of: replica.id), topology.name(of: replica.region),
        cluster.cacheRole(of: replica.id)?.rawValue ?? "none",
        replica.status == .running ? "" : replica.status == .paused ? "paused" : "down",
        isCache ? "\(occupancy.places)" : "", isCache ? "\(occupancy.evicted)" : "",
      ])
    }
    return table(rows, right: [4, 5])
  }

  /// A row for each database and cache that is told what the primary has written: how much it has not heard.
  static func binlogBacklog(_ cluster: Cluster) -> [String] {
    let topology = cluster.topology
    var rows = [["to", "role", "of", "waiting"]]
    for replica in cluster.replicas.elements {
      let role = cluster.cacheRole(of: replica.id)
      if role == .database {
        rows.append([
          topology.name(of: replica.id), "database", "rows", "\(cluster.missingRows(of: replica.region))",
        ])
      } else if role != .primary {
        rows.append([
          topology.name(of: replica.id), role?.rawValue ?? "", "invalidations",
          cluster.unheardInvalidations(of: replica.id).map { "\($0)" } ?? "–",
        ])
      }
    }
    return table(rows, right: [3])
  }
}
