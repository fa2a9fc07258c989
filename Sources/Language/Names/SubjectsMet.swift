import Kernel
import Replication

/// Everybody that any cluster of a script or session has had: whom a condition can name, even where the present cluster
/// lacks them. What never was anywhere is a slip of the pen.
public struct SubjectsMet: Sendable {
  private var topologies: [Topology]
  private var clients: Set<String>

  /// Those of a cluster.
  package init(of cluster: Cluster) {
    topologies = [cluster.topology]
    clients = Set(cluster.clients.elements.map(\.name))
  }

  /// Takes in whom an input brings.
  package mutating func meet(_ input: Input) {
    switch input {
    case .setUp(let plan): meet(Topology(regions: plan.regions.map { ($0.name, $0.replicas) }))
    case .addClient(let name, _), .addConsumer(let name, _), .followConsumer(let name, _, _): clients.insert(name)
    case .group(.join(let name, _)): clients.insert(name)
    case .group: break
    case .reseed, .set, .link, .type, .sync, .repair, .follow, .addFollowers, .guarantee, .operate, .load, .stopLoads,
      .moveLeader, .fault,
      .deliver, .drop, .delay, .flush, .watch, .defect:
      break
    }
  }

  private mutating func meet(_ topology: Topology) {
    clients.formUnion(topology.regions.map(\.name))
    if !topologies.contains(topology) { topologies.append(topology) }
  }

  func hasReplica(_ name: String) -> Bool { topologies.contains { $0.replica(named: name) != nil } }
  func hasRegion(_ name: String) -> Bool { topologies.contains { $0.region(named: name) != nil } }
  func hasClient(_ name: String) -> Bool { clients.contains(name) }
}
