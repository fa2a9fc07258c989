import Kernel
import Language
import Replication

/// What `guarantee` answers when nothing is promised by it.
extension Listing {
  /// What a client was promised, and what its session has written and read; of all clients if none is named.
  static func sessions(_ client: ClientID?, _ cluster: Cluster) -> [String] {
    if let client { return session(cluster.clients[client], cluster) }
    let promised = cluster.clients.elements.filter { !$0.guarantees.isEmpty }
    guard !promised.isEmpty else { return ["no client has guarantees"] }
    return promised.flatMap { session($0, cluster) }
  }

  private static func session(_ client: Client, _ cluster: Cluster) -> [String] {
    let name = "\(client.name) in \(cluster.topology.name(of: client.region))"
    guard !client.guarantees.isEmpty else { return ["\(name) has no guarantees"] }
    let title = "\(name): \(client.guarantees.map(\.rawValue).joined(separator: ", "))"
    let rows = client.knowledge.map { known in
      [
        "  " + Printable.escaped(cluster.catalogue.names.name(of: known.key)), cluster.text(of: known.written),
        cluster.text(of: known.read),
      ]
    }
    return rows.isEmpty ? [title] : [title] + table([["  key", "written", "read"]] + rows)
  }
}
