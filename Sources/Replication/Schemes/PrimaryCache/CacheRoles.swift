import Kernel

/// What a server is, for all keys.
public enum CacheRole: String, CaseIterable, Sendable {
  /// The database that takes all writes.
  case primary
  /// A replica of it.
  case database
  /// The cache between its region's followers and the database.
  case leaderCache = "leader-cache"
  /// A tier of caches that clients ask.
  case followerCache = "follower-cache"
}

extension ClusterPlan {
  /// How many servers a region has unless it is said: a database, a leader cache, two follower tiers.
  public static let cacheServers = 4
}

/// Which region's database takes the writes, and under which number.
public struct PrimaryChoice: Hashable, Sendable {
  /// The region.
  public var region: RegionID
  /// How many regions have been the primary so far, this one included.
  public var epoch: UInt32
}

/// Which caches are told that a row has come, by whom, and when.
public enum InvalidationMode: String, CaseIterable, Sendable {
  /// Each region's by its own database, behind the row.
  case binlog
  /// All at once by the primary's leader cache; nothing is queued.
  case direct
  /// None, but for the writer's own leader cache and tier.
  case off
}

/// What keeps a fill that comes late from putting back what was invalidated meanwhile.
public enum FillGuard: String, CaseIterable, Sendable {
  /// What is older than what was invalidated isn't kept.
  case version
  /// An invalidation takes back the leave to fill (memcache's lease: Nishtala et al., NSDI 2013).
  case lease
  /// Nothing; but everything is invalidated a second time a while later.
  case delayed
  /// Nothing.
  case none
}

extension Environment {
  // In each region server 1 is the database, 2 the leader cache, 3 and on one follower tier each.

  /// The database of a region.
  @inline(__always) func database(of region: RegionID) -> ReplicaID { ReplicaID(regionRanges[region.index].lowerBound) }
  /// The leader cache of a region.
  @inline(__always) func leaderCache(of region: RegionID) -> ReplicaID {
    ReplicaID(regionRanges[region.index].lowerBound + 1)
  }
  /// The follower tiers of a region, as positions.
  @inline(__always) func followerCaches(of region: RegionID) -> Range<Int> {
    let range = regionRanges[region.index]
    return min(range.lowerBound + 2, range.upperBound)..<range.upperBound
  }
}

extension Cluster {
  /// Whom clients ask: follower tiers, where there are any; nil under a scheme where they ask anybody.
  static func frontDoors(_ scheme: SchemeName, _ topology: Topology) -> ReplicaSet? {
    scheme == .primaryCache ? ReplicaSet(topology.replicaIDs.filter { topology.replicas[$0.index].number > 2 }) : nil
  }

  /// What a server is; nil under a scheme without caches.
  public func cacheRole(of replica: ReplicaID) -> CacheRole? {
    guard plan.scheme == .primaryCache else { return nil }
    switch replicas.primaryCache[replica].station {
    case .database: return environment.primary.region == topology.region(of: replica) ? .primary : .database
    case .leader: return .leaderCache
    case .follower: return .followerCache
    }
  }

  /// The caches of a cluster: nobody's copies.
  public var caches: ReplicaSet {
    guard plan.scheme == .primaryCache else { return ReplicaSet() }
    return ReplicaSet(topology.replicaIDs.filter { replicas.primaryCache[$0].station != .database })
  }
}
