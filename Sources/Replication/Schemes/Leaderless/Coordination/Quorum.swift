import Kernel

/// The arithmetic of a consistency level: how many answers, and whose.
///
/// Cassandra counts with the *configured* replication factor, not with the replicas there are
/// (`ConsistencyLevel.blockFor`): with rf=3 on two replicas ALL can never succeed, and QUORUM needs both. So a level can
/// need more answers than there are copies: TWO with one copy is refused, always. Only the participants of a
/// transaction are counted as they are (`ReplicaPlans.forPaxos`: a majority of the natural replicas).
public struct Quorum: Sendable {
  /// The level.
  public let level: ConsistencyLevel
  /// Whose answers count, and what share of them is needed.
  public let requirement: Requirement
  /// How many answers are needed in all.
  public let required: Int
  /// How many each region has to give, where each must give enough by itself; else empty.
  public let perRegion: [Int]

  /// What a level needs of a coordinator in that region; nil for a level that doesn't count answers.
  ///
  /// - Parameters:
  ///   - factors: the configured replication factor of each region.
  ///   - copies: how many copies of a key each region really has; nil: as many as configured.
  public init?(_ level: ConsistencyLevel, factors: [Int], copies: [Int]? = nil, region: RegionID) {
    guard let requirement = level.requirement else { return nil }
    self.level = level
    self.requirement = requirement
    let counted = requirement.isSerial ? copies ?? factors : factors
    switch requirement.scope {
    case .everywhere:
      perRegion = []
      required = requirement.required(of: counted.reduce(0, +))
    case .local:
      perRegion = []
      required = requirement.required(of: counted[region.index])
    case .eachRegion:
      perRegion = counted.map { $0 == 0 ? 0 : requirement.required(of: $0) }
      required = perRegion.reduce(0, +)
    }
  }

  /// More than half: ⌊n/2⌋ + 1.
  public static func majority(_ count: Int) -> Int { count / 2 + 1 }

  /// Why an operation can't even begin: too few replicas are thought alive.
  public struct Shortage: Hashable, Sendable {
    /// How many answers the level needs, of the region if one is named.
    public let required: Int
    /// How many replicas could give one.
    public let alive: Int
    /// The first region that falls short, for EACH_QUORUM.
    public let region: RegionID?
  }

  /// What is missing, if the coordinator thinks only `alive` are (`ReplicaPlans.assureSufficientLiveReplicas`).
  ///
  /// ANY is never short: a hint will do.
  public func shortage(alive: ReplicaSet, owners: Owners, region: RegionID) -> Shortage? {
    if requirement.acceptsHint { return nil }
    switch requirement.scope {
    case .local:
      let count = alive.intersection(owners.byRegion[region.index]).count
      return count < required ? Shortage(required: required, alive: count, region: nil) : nil
    case .eachRegion:
      for (index, needed) in perRegion.enumerated() {
        let count = alive.intersection(owners.byRegion[index]).count
        if count < needed { return Shortage(required: needed, alive: count, region: RegionID(index)) }
      }
      return nil
    case .everywhere:
      let count = alive.intersection(owners.set).count
      return count < required ? Shortage(required: required, alive: count, region: nil) : nil
    }
  }

  /// Whether any choice of answers that suffices has one of a copy among these, so that it can't be missed.
  ///
  /// - Parameter copies: some of the owners.
  public func mustMeet(_ copies: ReplicaSet, owners: Owners, region: RegionID) -> Bool {
    func others(_ set: ReplicaSet) -> Int { set.count - set.intersection(copies).count }
    switch requirement.scope {
    case .everywhere: return required > others(owners.set)
    case .local: return required > others(owners.byRegion[region.index])
    case .eachRegion:
      return perRegion.enumerated().contains { index, needed in needed > others(owners.byRegion[index]) }
    }
  }

  /// Whom a read asks: the nearest of those thought alive, as many as must answer (`ReplicaPlans.contactForRead`).
  ///
  /// EACH_QUORUM takes the nearest majority of each region; the local levels stay in the coordinator's region.
  public func contacts(alive: ReplicaSet, owners: Owners, region: RegionID, nearest: [ReplicaID]) -> [ReplicaID] {
    var result: [ReplicaID] = []
    result.reserveCapacity(required)
    var missing = perRegion
    let candidates = owners.set.intersection(alive)
    for replica in nearest where candidates.contains(replica) {
      if requirement.scope == .eachRegion {
        let home = owners.byRegion.firstIndex { $0.contains(replica) } ?? 0
        if missing[home] == 0 { continue }
        missing[home] -= 1
      } else if requirement.scope == .local, !owners.byRegion[region.index].contains(replica) {
        continue
      }
      result.append(replica)
      if result.count == required { break }
    }
    return result
  }
}
