import Kernel

/// Keys in a fixed number of partitions, each of which is replicated as a whole, where a partition has a leader.
///
/// A key's partition is its token modulo their number, never negative. In each region partition p, counted from 0, has its
/// copies on servers p + 1, p + 2 and so on, cyclically.
extension Placement {
  /// A placement as a scheme has it.
  init(_ plan: ClusterPlan, _ topology: Topology, _ settings: Settings, _ proximity: Proximity) {
    let specification = plan.scheme.specification
    let factors = specification.factors(plan)
    if let standard = specification.partitions {
      self.init(topology: topology, factors: factors, partitions: settings.partitions ?? standard)
      if specification.keepsRegionsApart { prefixes = topology.regions.map { "\($0.name)." } }
    } else {
      self.init(topology: topology, factors: factors)
    }
    if plan.scheme == .streams, settings.multiRegion == .strong {
      span = RegionSpan(topology, proximity, witness: settings.witness)
    }
  }

  /// A placement of so many partitions for those regions; there is one factor for each.
  public init(topology: Topology, factors: [Int], partitions: Int) {
    let copies = (0..<partitions).map { partition in
      zip(topology.regionIDs, factors).map { region, factor in
        let members = Array(topology.members(of: region))
        return (0..<min(factor, members.count)).map { members[(partition + $0) % members.count] }
      }
    }
    let owners = copies.map { byRegion in
      let set = ReplicaSet(byRegion.joined())
      return Owners(members: Array(set), set: set, byRegion: byRegion.map { ReplicaSet($0) })
    }
    self.init(
      factors: factors, copies: copies, owners: Table(owners),
      hasSpares: zip(topology.regions, factors).map { $0.replicas.count > $1 },
      hasNonOwners: zip(topology.regions, factors).contains { $0.replicas.count > $1 })
  }

  /// Whether a server of a partition's group has no more than its log, and serves nothing.
  func isLogOnly(_ replica: ReplicaID, in partition: Int) -> Bool {
    isAnyLogOnly && logOnly[partition].contains(replica)
  }

  /// Has a server take a lost copy's place, or takes in that it has the whole copy. Whether that is news.
  mutating func change(_ change: CopyReplacement, in region: RegionID) -> Bool {
    let partition = change.partition
    if logOnly.isEmpty { logOnly = Array(repeating: ReplicaSet(), count: copies.count) }
    if let predecessor = change.predecessor {
      guard let place = copies[partition][region.index].firstIndex(of: predecessor) else { return false }
      copies[partition][region.index][place] = change.replica
      let (byRegion, set) = (copies[partition], ReplicaSet(copies[partition].joined()))
      owners[OwnersID(partition)] = Owners(
        members: Array(set), set: set, byRegion: byRegion.map { ReplicaSet($0) })
      logOnly[partition].remove(predecessor)
      if change.isLogOnly { logOnly[partition].insert(change.replica) }
    } else if !logOnly[partition].remove(change.replica) {
      return false
    }
    isAnyLogOnly = logOnly.contains { !$0.isEmpty }
    return true
  }

  /// Into how many partitions keys fall; 0 on a ring of tokens.
  public var partitionCount: Int { copies.count }

  /// The partition of the key of that name.
  public func partition(ofKey name: String) -> Int {
    let count = Int64(copies.count)
    let rest = Murmur3.token(prefixes.isEmpty ? name : String(bareName(name))) % count
    return Int(rest < 0 ? rest + count : rest)
  }
}
