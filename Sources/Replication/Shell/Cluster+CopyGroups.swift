import Kernel

/// Owners of a key whose copies are to agree with each other in the end, and what they hold.
public struct CopyGroup: Sendable {
  /// The owners, in the cluster's order.
  public let members: [ReplicaID]
  /// What each holds.
  public let versions: [VersionID]
  /// The newest of that.
  public let newest: VersionID

  /// How many of them don't hold the newest.
  public var differing: Int { versions.count { $0 != newest } }
}

/// Whose copies are to agree.
///
/// Where each region keeps copies of its own, those of two regions have nothing to do with each other. Whoever compares copies
/// of a key, counts those that differ or looks for the newest goes by this, and never by all owners of the key.
extension Cluster {
  /// The owners of a key, those together whose copies are to agree.
  public func owners(toAgreeOn key: KeyID) -> [[ReplicaID]] {
    let owners = turn.environment.owners(of: key).members
    guard scheme.keepsRegionsApart else { return [owners] }
    return topology.regionIDs.map { region in owners.filter { topology.region(of: $0) == region } }
      .filter { !$0.isEmpty }
  }

  /// The same with what they hold now.
  ///
  /// - Parameters:
  ///   - some: only those of them; nil: all.
  ///   - standIns: whether whoever stands in for an owner stands with them, behind them.
  public func copyGroups(
    of key: KeyID, among some: ReplicaSet? = nil, withStandIns standIns: Bool = false
  ) -> [CopyGroup] {
    let others = standIns ? self.standIns(holding: key) : []
    return owners(toAgreeOn: key).map { owners in
      let owners = owners + others
      let members = some.map { owners.filter($0.contains) } ?? owners
      let versions = members.map { cell(key, at: $0).version }
      return CopyGroup(members: members, versions: versions, newest: turn.catalogue.newest(of: versions))
    }
  }

  /// Whether the copies of two replicas are to agree, of what both own.
  public func areToAgree(_ first: ReplicaID, _ second: ReplicaID) -> Bool {
    !scheme.keepsRegionsApart || topology.region(of: first) == topology.region(of: second)
  }

  /// The region whose copies alone an operation is about; nil: all.
  public func home(of operation: Operation) -> RegionID? {
    scheme.keepsRegionsApart ? topology.home(of: operation.coordinator, askedFrom: operation.region) : nil
  }

  /// The owners whose copies an operation is about.
  public func owners(concernedBy operation: Operation) -> [ReplicaID] {
    let owners = turn.environment.owners(of: operation.key).members
    return home(of: operation).map { home in owners.filter { topology.region(of: $0) == home } } ?? owners
  }
}
