import Analysis
import Kernel
import Language
import Replication

/// What is said when somebody joins a consumer group, leaves it, or crashes.
extension Session {
  func words(of change: GroupChange) -> String {
    switch change {
    case .join(let name, _):
      let client = cluster.clients.ids.last { cluster.clients[$0].name == name }
      return client.map { "\(Printable.named(name)) joins: \(division(of: $0))" } ?? ""
    case .comeBack(let client): return "\(named(client)) is back: \(division(of: client))"
    case .leave(let client): return "\(named(client)) leaves: \(division(of: client))"
    case .crash(let client):
      return "\(named(client)) has crashed; its group notices in 45 s, and until then nobody has what it had"
    }
  }

  /// Where a consumer that is new, or consumes elsewhere by now, begins: what it has before it, not what comes to be from now on.
  func beginning(ofConsumer name: String) -> String {
    guard let client = cluster.clients.ids.last(where: { cluster.clients[$0].name == name }),
      let consumer = cluster.consumerGroup(of: client)
    else { return "" }
    let region = cluster.clients[client].region
    let whose = consumer.source.map { ", of what was mirrored from \(cluster.topology.name(of: $0))" } ?? ""
    let place =
      consumer.positions.contains { $0.offset > 0 }
      ? "where it was there, or at the latest checkpoint" : "at the oldest record of each partition"
    let what = "what \(cluster.topology.name(of: region)) keeps\(whose)"
    return "\(Printable.named(name)) consumes \(what), and begins \(place)"
  }

  /// Who has which partitions of a consumer's group now.
  private func division(of client: ClientID) -> String {
    guard let group = cluster.consumerGroup(of: client)?.group else { return "" }
    let shares = group.clients.map { member in
      let partitions = cluster.partitions(of: member).map { "\($0)" }
      return "\(named(member)) has \(partitions.isEmpty ? "none" : partitions.joined(separator: ", "))"
    }
    return (shares.isEmpty ? ["nobody is left"] : shares).joined(separator: "; ")
      + " · generation \(group.current.number)"
  }

  private func named(_ client: ClientID) -> String { Printable.named(cluster.clients[client].name) }
}
