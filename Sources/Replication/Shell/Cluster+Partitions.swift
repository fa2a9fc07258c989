import Kernel

/// What a replica is for a partition.
public enum PartitionRole: String, CaseIterable, Sendable {
  case leader, follower
  case inSync = "in-sync"
  case eligible
  case outOfSync = "out-of-sync"
  case witness
  case logOnly = "log-only"
  case none
}

/// What the cluster does about partitions with leaders, whatever their scheme, and what can be asked of them.
extension Cluster {
  /// Divides the keys into partitions as is set by now, before any was written.
  mutating func divide() {
    let placement = Placement(plan, topology, turn.environment.settings, turn.environment.proximity)
    turn.rearrange { $0.placement = placement }
    replicas.divide(placement)
    if plan.scheme == .log {
      beginLogs()
      pokeMirrors()
    }
    for client in clients.ids {
      if let consumer = clients[client].consumer {
        clients[client].consumer = consumer.renewed(partitions: placement.partitionCount)
      }
    }
  }

  /// Something has been lost on the way, or can be from now on.
  mutating func noticeLosses() {
    let everyone = topology.everyone
    let isLossy = Network.pairs(from: everyone, to: everyone, bothWays: false).contains {
      network.link($0.from, $0.to).loss != .zero
    }
    turn.rearrange {
      $0.hasLosses = true
      $0.isLossy = isLossy
    }
    replicas.noticeLosses(&turn)
    repeatDueCheckpoints()
  }

  // MARK: What can be asked

  /// The partition of the key of that name, used or not; nil under a scheme without partitions.
  public func partition(ofKey name: String) -> Int? {
    let placement = environment.placement
    return placement.partitionCount == 0 ? nil : placement.partition(ofKey: name)
  }

  /// Who leads a partition in a region now; nil where nobody does.
  public func leader(of partition: Int, in region: RegionID) -> ReplicaID? {
    if let span = environment.placement.span {
      let group = span.group(environment.placement.copies[partition])
      return group.first { role(of: $0, in: partition) == .leader }
    }
    return topology.members(of: region).first { role(of: $0, in: partition) == .leader }
  }

  /// Who could take a partition's leadership over now, of its copies in a region, those first that would if nobody is named.
  public func heirs(of partition: Int, in region: RegionID) -> [ReplicaID] {
    switch plan.scheme {
    case .leaderless, .primaryCache: []
    case .streams: streamHeirs(of: partition, in: region)
    case .log: logHeirs(of: partition, in: region)
    }
  }

  /// Has who leads a partition hand its leadership over.
  mutating func moveLeader(_ partition: Int, in region: RegionID, to heir: ReplicaID) {
    guard let leader = leader(of: partition, in: region) else { return }
    switch plan.scheme {
    case .leaderless, .primaryCache: break
    case .streams: replicas.streams[leader].handOver(partition, to: heir, &turn)
    case .log: moveLogLeader(region, partition, to: heir)
    }
  }

  /// Whose copy may answer a read in a region now, where one answer is enough and what that one holds is what it answers. Nobody
  /// where answers are counted, or where that isn't known beforehand.
  public func servers(of key: KeyID, at level: ConsistencyLevel, in region: RegionID) -> [ReplicaID] {
    guard let partition = partition(ofKey: catalogue.names.name(of: key)) else { return [] }
    switch plan.scheme {
    case .leaderless, .primaryCache: return []
    case .streams: return streamServers(of: partition, at: level, in: region)
    case .log: return logServers(of: partition, at: level, in: region)
    }
  }

  /// What a replica is for a partition.
  public func role(of replica: ReplicaID, in partition: Int) -> PartitionRole {
    switch plan.scheme {
    case .leaderless, .primaryCache: .none
    case .streams: streamsRole(of: replica, in: partition)
    case .log: logRole(of: replica, in: partition)
    }
  }
}

extension Servers {
  /// Takes replicas to their places in another placement.
  mutating func divide(_ placement: Placement) {
    switch scheme {
    case .leaderless: break
    case .primaryCache: break
    case .streams: for id in ids { streams[id].divide(placement) }
    case .log: for id in ids { log[id].divide(placement) }
    }
  }
}
