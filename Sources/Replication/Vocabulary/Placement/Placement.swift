import Algorithms
import Kernel

/// Who owns the copies of a key, and how many there should be.
public struct Owners: Sendable {
  /// The owners in the cluster's order.
  public let members: [ReplicaID]
  /// The owners as a set.
  public let set: ReplicaSet
  /// The owners in each region.
  public let byRegion: [ReplicaSet]
}

/// Which replicas own which keys: a token ring with virtual tokens, walked once for each region.
///
/// Cassandra's `NetworkTopologyStrategy`: from the key's token on, each region takes the first replicas it meets until
/// it has its replication factor; none is taken twice (each region is one rack here). Every replica has 16
/// tokens, Cassandra 4's `num_tokens`; they are hashes of its name, so that a key lives in the same place in every run.
/// Where no region has more replicas than its factor, everybody owns everything and the ring doesn't matter.
public struct Placement: Sendable {
  /// Tokens that each replica holds.
  public static let tokensPerReplica = 16

  /// The configured replication factor of each region; it may exceed the number of replicas, which then can't be met.
  public let factors: [Int]
  /// The different sets of owners.
  public internal(set) var owners: Table<OwnersID, Owners>
  /// The copies of each partition in each region, in their order: the first leads at first. None on a ring of tokens.
  public internal(set) var copies: [[[ReplicaID]]]
  /// By region: whether it has more servers than copies of a partition. None on a ring of tokens.
  let hasSpares: [Bool]
  /// By partition: who of its copies has no more than the log; none before there ever was one.
  var logOnly: [ReplicaSet] = []
  /// Whether anybody is among those.
  var isAnyLogOnly = false
  /// Whether a region has more replicas than copies, so that some of them own no copy of a key.
  public let hasNonOwners: Bool
  /// What a key's name begins with where it was mirrored, by region; it falls in the partition of the rest.
  var prefixes: [String] = []
  /// Set where one replication group for each partition spans all regions.
  public internal(set) var span: RegionSpan?
  private let tokens: [Int64]
  /// Whose each token is; empty where there is no ring.
  let ring: [ReplicaID]
  private let ownersOfToken: [OwnersID]

  /// A placement for those regions; there is one factor for each.
  public init(topology: Topology, factors: [Int]) {
    self.factors = factors
    (copies, hasSpares) = ([], [])
    hasNonOwners = zip(topology.regions, factors).contains { $0.replicas.count > $1 }
    var ring: [(token: Int64, replica: ReplicaID)] = []
    let isTrivial = zip(topology.regions, factors).allSatisfy { $0.replicas.count <= $1 || $1 == 0 }
    for replica in topology.replicaIDs {
      let described = topology.replicas[replica.index]
      let name = "\(topology.name(of: described.region))/\(described.number)"
      for number in 0..<(isTrivial ? 1 : Self.tokensPerReplica) {
        ring.append((Murmur3.token("\(name):\(number)"), replica))
      }
    }
    ring.sort { ($0.token, $0.replica) < ($1.token, $1.replica) }

    // Only ever asked for one set: its order plays no part.
    var known: [ReplicaSet: OwnersID] = [:]
    let regions = topology.regionIDs.map { topology.set(of: $0) }
    var table = Table<OwnersID, Owners>()
    var ownersOfToken: [OwnersID] = []
    let order = ring.map(\.replica)
    for start in order.indices {
      let set = Self.walk(order, from: start, topology: topology, factors: factors)
      if let owners = known[set] {
        ownersOfToken.append(owners)
      } else {
        let byRegion = regions.map { set.intersection($0) }
        let owners = table.append(Owners(members: Array(set), set: set, byRegion: byRegion))
        known[set] = owners
        ownersOfToken.append(owners)
      }
    }
    owners = table
    tokens = ring.map(\.token)
    self.ring = order
    self.ownersOfToken = ownersOfToken
  }

  /// Partitions, whose number is that of their owners.
  init(
    factors: [Int], copies: [[[ReplicaID]]], owners: Table<OwnersID, Owners>, hasSpares: [Bool], hasNonOwners: Bool
  ) {
    self.hasSpares = hasSpares
    self.factors = factors
    self.copies = copies
    self.owners = owners
    self.hasNonOwners = hasNonOwners
    tokens = []
    ring = []
    ownersOfToken = []
  }

  /// The owners of the key of that name.
  public func owners(ofKey name: String) -> OwnersID {
    guard owners.count > 1 else { return OwnersID(0) }
    if !copies.isEmpty { return OwnersID(partition(ofKey: name)) }
    let token = Murmur3.token(name)
    return ownersOfToken[ringPosition(of: token)]
  }

  /// Where on the ring the walk for a token begins.
  func ringPosition(of token: Int64) -> Int { tokens.partitioningIndex { $0 >= token } % tokens.count }

  private static func walk(
    _ ring: [ReplicaID], from start: Int, topology: Topology, factors: [Int]
  ) -> ReplicaSet {
    var set = ReplicaSet()
    var missing = zip(topology.regions, factors).map { min($0.replicas.count, $1) }
    var total = missing.reduce(0, +)
    for offset in ring.indices where total > 0 {
      let replica = ring[(start + offset) % ring.count]
      let region = topology.region(of: replica).index
      if missing[region] > 0, set.insert(replica) {
        missing[region] -= 1
        total -= 1
      }
    }
    return set
  }
}
