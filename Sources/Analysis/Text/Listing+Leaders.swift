import Kernel
import Language
import Replication

/// What `show` answers about leaders, about the streams between regions, and about followers.
extension Listing {
  /// A row for each partition and region: who leads, and who follows or could lead.
  static func roles(_ cluster: Cluster) -> [String] {
    cluster.scheme.features.contains(.logs) ? logRoles(cluster) : streamRoles(cluster)
  }

  /// What waits for somebody who lacks it, as the scheme has it.
  static func whatWaits(_ cluster: Cluster) -> [String] {
    cluster.primary == nil ? backlog(cluster) : binlogBacklog(cluster)
  }

  /// What waits between regions, or between a leader and its followers.
  private static func backlog(_ cluster: Cluster) -> [String] {
    cluster.scheme.features.contains(.logs) ? logBacklog(cluster) : streamBacklog(cluster)
  }

  private static func streamRoles(_ cluster: Cluster) -> [String] {
    let topology = cluster.topology
    var rows = [["partition", "region", "leader", "epoch", "lease until", "followers"]]
    for (partition, byRegion) in cluster.environment.placement.copies.enumerated() {
      for (region, members) in zip(topology.regionIDs, byRegion) where !members.isEmpty {
        let leader = cluster.leader(of: partition, in: region)
        let leadership = leader.flatMap { cluster.leadership(of: $0, in: partition) }
        let followers = members.filter { $0 != leader }.map { replica in
          let isLogOnly = cluster.role(of: replica, in: partition) == .logOnly
          return topology.name(of: replica) + (isLogOnly ? " (log-only)" : "")
            + (cluster.live.contains(replica) ? "" : " (down)")
        }
        let isWitness = cluster.environment.placement.span?.witness == region
        rows.append([
          "\(partition)", topology.name(of: region) + (isWitness ? " (witness)" : ""),
          leader.map { topology.name(of: $0) } ?? "none",
          leadership.map { "\($0.epoch)" } ?? "", leadership.map { Quantity.milliseconds($0.lease.microseconds) } ?? "",
          followers.joined(separator: " "),
        ])
      }
    }
    return table(rows, right: [0, 3, 4])
  }

  /// A row for each two regions: how many changes wait, and how long they take at the capacity.
  private static func streamBacklog(_ cluster: Cluster) -> [String] {
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

  /// By the controllers: who leads, who is in sync, who is eligible, who is neither.
  private static func logRoles(_ cluster: Cluster) -> [String] {
    let topology = cluster.topology
    func names(_ replicas: some Sequence<ReplicaID>) -> String {
      let names = replicas.map { topology.name(of: $0) + (cluster.live.contains($0) ? "" : " (down)") }
      return names.isEmpty ? "–" : names.joined(separator: " ")
    }
    var rows = [["partition", "region", "leader", "epoch", "elected from", "in sync", "eligible", "out of sync"]]
    for partition in 0..<cluster.environment.placement.partitionCount {
      for region in topology.regionIDs {
        guard let decided = cluster.decision(on: partition, in: region), !decided.members.isEmpty else { continue }
        let state = decided.state
        rows.append([
          "\(partition)", topology.name(of: region), state.leader == .none ? "none" : topology.name(of: state.leader),
          "\(state.epoch)", decided.election?.rawValue ?? "–", names(state.inSync), names(state.eligible),
          names(decided.members.filter { !state.inSync.contains($0) && !state.eligible.contains($0) }),
        ])
      }
    }
    return table(rows, right: [0, 3]) + consumers(cluster)
  }

  /// A row for each copy: where its log ends, how far it knows it to be committed, how many records it lacks of its leader's.
  private static func logBacklog(_ cluster: Cluster) -> [String] {
    let topology = cluster.topology
    var rows = [["partition", "region", "replica", "role", "log end", "watermark", "behind"]]
    for partition in 0..<cluster.environment.placement.partitionCount {
      for region in topology.regionIDs {
        guard let decided = cluster.decision(on: partition, in: region) else { continue }
        let end = decided.state.leader == .none ? nil : cluster.logEnd(of: partition, at: decided.state.leader)
        for member in decided.members {
          let own = cluster.logEnd(of: partition, at: member) ?? 0
          rows.append([
            "\(partition)", topology.name(of: region), topology.name(of: member),
            cluster.role(of: member, in: partition).rawValue, "\(own)",
            "\(cluster.knownWatermark(of: partition, at: member) ?? 0)", end.map { "\(max(0, $0 - own))" } ?? "–",
          ])
        }
      }
    }
    return mirrors(cluster) + table(rows, right: [0, 4, 5, 6])
  }

  /// A row for each mirror and partition: how far it has brought its source's records, and how many are left.
  private static func mirrors(_ cluster: Cluster) -> [String] {
    let (topology, plans) = (cluster.topology, cluster.environment.settings.mirrors)
    guard !plans.isEmpty else { return [] }
    var rows = [["mirror from", "to", "records to come", "oldest", "checkpoints"]]
    for plan in plans {
      let rest = cluster.recordsToMirror(from: plan.source, to: plan.target)
      let told = cluster.clients.ids.compactMap { client in
        cluster.checkpoint(of: client, from: plan.source, to: plan.target).map {
          "\(Printable.named(cluster.clients[client].name)) at \(Quantity.milliseconds($0.at.microseconds))"
        }
      }
      rows.append([
        topology.name(of: plan.source), topology.name(of: plan.target), "\(rest.count)",
        cluster.mirrorLag(on: (plan.source, plan.target)).map { Quantity.milliseconds($0.microseconds) } ?? "–",
        told.isEmpty ? "none yet" : told.joined(separator: ", "),
      ])
    }
    return table(rows, right: [2, 3]) + [""]
  }
}
