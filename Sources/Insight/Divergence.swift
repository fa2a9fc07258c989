import Kernel
import Replication

/// On how many keys replicas hold different versions, pair by pair.
public struct Divergence: Sendable {
  /// How many keys are looked at, at most.
  public static let keyLimit = 2_048

  /// Two replicas and the keys on which they differ.
  public struct Pair: Hashable, Sendable {
    /// The one that comes first in the cluster's order.
    public let first: ReplicaID
    /// The other.
    public let second: ReplicaID
    /// On how many keys that both own they differ.
    public internal(set) var keys: Int
  }

  /// The pairs that differ, those that differ most first.
  public private(set) var pairs: [Pair] = []
  /// On how many keys any two owners differ that are to agree.
  public private(set) var keys = 0
  /// How many keys were looked at.
  public let lookedAt: Int

  /// Compares what owners hold now that are to agree, those that don't run included.
  public init(of cluster: Cluster) {
    let count = cluster.topology.replicas.count
    lookedAt = min(Self.keyLimit, cluster.catalogue.names.keyCount)
    var differing = Array(repeating: 0, count: count * count)
    var held: [VersionID] = []
    // Owners that hold the same stand together: only those of different groups have to be paired, and mostly few lag.
    var groups: [(version: VersionID, owners: [ReplicaID])] = []
    let areApart = cluster.scheme.keepsRegionsApart
    for index in 0..<lookedAt {
      let key = KeyID(index)
      cluster.versions(of: key, into: &held)
      guard let any = held.first, held.contains(where: { $0 != any }) else { continue }
      let owners = cluster.environment.owners(of: key).members
      var isFound = false
      groups.removeAll(keepingCapacity: true)
      for (owner, version) in zip(owners, held) {
        if let place = groups.firstIndex(where: { $0.version == version }) {
          groups[place].owners.append(owner)
        } else {
          groups.append((version, [owner]))
        }
      }
      for (place, group) in groups.enumerated() {
        for other in groups[(place + 1)...] {
          for one in group.owners {
            for another in other.owners where !areApart || cluster.areToAgree(one, another) {
              isFound = true
              differing[min(one, another).index * count + max(one, another).index] += 1
            }
          }
        }
      }
      if isFound { keys += 1 }
    }
    for index in differing.indices where differing[index] > 0 {
      pairs.append(Pair(first: ReplicaID(index / count), second: ReplicaID(index % count), keys: differing[index]))
    }
    pairs.sort { ($1.keys, $0.first, $0.second) < ($0.keys, $1.first, $1.second) }
  }

  /// On how many keys two replicas differ.
  public func keys(between first: ReplicaID, and second: ReplicaID) -> Int {
    let (low, high) = (min(first, second), max(first, second))
    return pairs.first { $0.first == low && $0.second == high }?.keys ?? 0
  }
}
