import Kernel
import Language
import Replication

/// What `show` answers about those who consume logs.
extension Listing {
  /// A row for each consumer: in whose group it is, what of the partitions it has, and how far it is behind.
  static func consumers(_ cluster: Cluster) -> [String] {
    var rows = [["consumer", "group", "region", "partitions", "generation", "since", "behind"]]
    for client in cluster.clients.ids {
      guard let holder = cluster.consumerGroupHolder(of: client) else { continue }
      let group = cluster.clients[holder].consumer?.group
      let partitions = cluster.partitions(of: client).map { "\($0)" }.joined(separator: " ")
      let isThere = group?.isMember(client) ?? true
      let state = !isThere ? " (left)" : cluster.isConsuming(client) ? "" : " (down)"
      rows.append([
        Printable.named(cluster.clients[client].name) + state, Printable.named(cluster.clients[holder].name),
        cluster.topology.name(of: cluster.clients[client].region), partitions.isEmpty ? "–" : partitions,
        group.map { "\($0.current.number)" } ?? "–",
        group.map { Quantity.milliseconds($0.current.at.microseconds) } ?? "–",
        cluster.consumerLag(of: client).map { "\($0)" } ?? "–",
      ])
    }
    return rows.count == 1 ? [] : [""] + table(rows, right: [4, 5, 6])
  }
}
