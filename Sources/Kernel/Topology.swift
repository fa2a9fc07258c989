/// Who there is: regions, their replicas, and what they are called.
///
/// A replica's short name is the first dash-separated part of its region's name and a number from 1 (`us1`). Where two
/// regions share that part, the initial of the second part joins it (`use1`, `usw1`); where that doesn't tell them
/// apart either, only `REGION/N` names the replica.
public struct Topology: Hashable, Sendable {
  /// One region.
  public struct Region: Hashable, Sendable {
    /// Its full name, such as `us-east-1`.
    public let name: String
    /// What its replicas' short names begin with, such as `us`; nil where only `us-east-1/1` is unambiguous.
    public let prefix: String?
    /// Its replicas' positions in the cluster's order.
    public let replicas: Range<Int>
  }

  /// One replica.
  public struct Replica: Hashable, Sendable {
    /// Where it stands.
    public let region: RegionID
    /// Its number within the region, from 1.
    public let number: Int
    /// The name that tables print.
    public let name: String
  }

  /// The regions in the order in which they were named.
  public let regions: [Region]
  /// The replicas, region by region.
  public let replicas: [Replica]

  /// A cluster of those regions; each has at least one replica, and their names differ.
  public init(regions named: [(name: String, replicas: Int)]) {
    let prefixes = Self.prefixes(of: named)
    var regions: [Region] = []
    var replicas: [Replica] = []
    for (index, region) in named.enumerated() {
      let first = replicas.count
      for number in 1...region.replicas {
        let name = prefixes[index].map { "\($0)\(number)" } ?? "\(region.name)/\(number)"
        replicas.append(Replica(region: RegionID(index), number: number, name: name))
      }
      regions.append(Region(name: region.name, prefix: prefixes[index], replicas: first..<replicas.count))
    }
    self.regions = regions
    self.replicas = replicas
  }

  /// All regions in order.
  public var regionIDs: some RandomAccessCollection<RegionID> { regions.indices.lazy.map(RegionID.init) }
  /// All replicas in order.
  public var replicaIDs: some RandomAccessCollection<ReplicaID> { replicas.indices.lazy.map(ReplicaID.init) }

  /// The region of a replica.
  @inlinable public func region(of replica: ReplicaID) -> RegionID { replicas[replica.index].region }

  /// The region whose copies something is about that a replica sees to: the replica's, or the client's if it came to none.
  public func home(of coordinator: ReplicaID, askedFrom client: RegionID) -> RegionID {
    coordinator == .none ? client : region(of: coordinator)
  }

  /// The name that tables print.
  public func name(of replica: ReplicaID) -> String { replicas[replica.index].name }

  /// The name of a region.
  public func name(of region: RegionID) -> String { regions[region.index].name }

  /// The replicas of a region, in order.
  public func members(of region: RegionID) -> some RandomAccessCollection<ReplicaID> {
    regions[region.index].replicas.lazy.map(ReplicaID.init)
  }

  /// The replicas of a region as a set.
  public func set(of region: RegionID) -> ReplicaSet { ReplicaSet(members(of: region)) }

  /// Every replica.
  public var everyone: ReplicaSet { ReplicaSet(replicaIDs) }

  /// The region of that name.
  public func region(named name: String) -> RegionID? {
    regions.firstIndex { $0.name == name }.map(RegionID.init)
  }

  /// The replica of that name, which may be the short one or `REGION/N`.
  public func replica(named name: String) -> ReplicaID? {
    if let index = replicas.firstIndex(where: { $0.name == name }) { return ReplicaID(index) }
    guard let slash = name.lastIndex(of: "/"), let number = Int(name[name.index(after: slash)...]),
      let region = regions.first(where: { $0.name == name[..<slash] }),
      number >= 1, number <= region.replicas.count
    else { return nil }
    return ReplicaID(region.replicas.lowerBound + number - 1)
  }

  private static func prefixes(of regions: [(name: String, replicas: Int)]) -> [String?] {
    let parts = regions.map { $0.name.split(separator: "-", omittingEmptySubsequences: false).map(String.init) }
    var prefixes: [String] = parts.map { $0[0] }
    for (index, own) in parts.enumerated() {
      let isShared = parts.indices.contains { $0 != index && parts[$0][0] == own[0] }
      if isShared, own.count > 1 { prefixes[index] += own[1].prefix(1) }
    }
    // Two prefixes can also collide through their numbers: `a` with eleven replicas and `a1` with one.
    var owners: [String: Set<Int>] = [:]
    for (index, region) in regions.enumerated() {
      for number in 1...region.replicas { owners["\(prefixes[index])\(number)", default: []].insert(index) }
    }
    let ambiguous = owners.values.filter { $0.count > 1 }.reduce(into: Set<Int>()) { $0.formUnion($1) }
    return prefixes.indices.map { ambiguous.contains($0) ? nil : prefixes[$0] }
  }
}
