import Kernel
import Language
import Replication

/// What a replica is for a key, under a scheme in which not all are alike.
public struct RoleReport: Hashable, Sendable {
  /// The role, in a word.
  public let word: String
  /// The same as a letter, where there is no room for the word; nothing for what most are.
  public let letter: String
  /// Whether writes go through it: it leads the key's partition in its region, or is the primary.
  public let leads: Bool
  /// What else is known of it in that role, such as its epoch, its lease, or since when it has cached the key, in lines.
  public let details: [String]

  /// What a replica is for a key; nil where all are alike, and for one that has nothing to do with the key.
  ///
  /// - Parameter name: the key; nil: only what it is for all keys.
  public init?(of replica: ReplicaID, for name: String?, in cluster: borrowing Cluster) {
    if let role = cluster.cacheRole(of: replica) {
      let key = name.flatMap { cluster.catalogue.names.key(named: $0) }
      (word, letter, leads) = (role.word, role.letter, role == .primary)
      details = Self.details(of: role, replica, key, cluster)
      return
    }
    guard let name, let partition = cluster.partition(ofKey: name) else { return nil }
    let role = cluster.role(of: replica, in: partition)
    guard role != .none else { return nil }
    (word, letter, leads) = (role.rawValue, role.letter, role == .leader)
    details = Self.details(of: role, replica, partition, cluster)
  }

  /// The roles of all replicas for a key, by name.
  public static func all(for name: String?, in cluster: Cluster) -> [String: RoleReport] {
    guard cluster.scheme.features.contains(.roles) else { return standIns(for: name, in: cluster) }
    return cluster.topology.replicaIDs.reduce(into: [:]) {
      $0[cluster.topology.name(of: $1)] = RoleReport(of: $1, for: name, in: cluster)
    }
  }

  /// Where all are alike: those that hold a copy of the key in an owner's place.
  private static func standIns(for name: String?, in cluster: Cluster) -> [String: RoleReport] {
    guard let key = name.flatMap({ cluster.catalogue.names.key(named: $0) }) else { return [:] }
    return cluster.standIns(holding: key).reduce(into: [:]) { roles, replica in
      let owners = cluster.owners(replacedBy: replica, of: key).map { cluster.topology.name(of: $0) }
      roles[cluster.topology.name(of: replica)] = RoleReport(standingInFor: owners)
    }
  }

  private init(standingInFor owners: [String]) {
    (word, letter, leads) = ("stand-in", "s", false)
    details = [owners.isEmpty ? "holds a copy without owning it" : "stands in for \(Wording.row(owners))"]
  }

  private static func details(
    of role: PartitionRole, _ replica: ReplicaID, _ partition: Int, _ cluster: borrowing Cluster
  ) -> [String] {
    var who = "\(role.rawValue) of partition \(partition)"
    var state: [String] = []
    if let leadership = cluster.leadership(of: replica, in: partition) {
      who += ", epoch \(leadership.epoch)"
      let lease = Quantity.milliseconds(leadership.lease.microseconds)
      state.append(leadership.lease > cluster.now ? "lease until \(lease)" : "lease ran out at \(lease)")
    } else if role == .leader, let decided = cluster.decision(on: partition, in: cluster.topology.region(of: replica)) {
      who += ", epoch \(decided.state.epoch)"
    }
    if let end = cluster.logEnd(of: partition, at: replica) { state.append("log end \(end)") }
    if let known = cluster.knownWatermark(of: partition, at: replica) { state.append("watermark \(known)") }
    return [who] + (state.isEmpty ? [] : [state.joined(separator: ", ")])
  }

  private static func details(
    of role: CacheRole, _ replica: ReplicaID, _ key: KeyID?, _ cluster: borrowing Cluster
  ) -> [String] {
    let what = "\(role.word) of \(cluster.topology.name(of: cluster.topology.region(of: replica)))"
    guard role == .leaderCache || role == .followerCache else {
      let missing = cluster.missingRows(of: cluster.topology.region(of: replica))
      return [what] + (missing == 0 ? [] : ["lacks \(CountedNoun("row").text(missing)) of the primary's binlog"])
    }
    guard let entry = key.flatMap({ cluster.cachedEntry(of: $0, at: replica) }) else {
      return ["\(what), has no entry"]
    }
    let origin = entry.isChangeset ? "a write brought it" : "filled from upstream"
    return [what, "cached for \(Quantity.figure(cluster.now - entry.since)): \(origin)"]
  }
}

extension RoleReport {
  /// What the letters behind replicas' names mean under a cluster's scheme, in the order of their weight; nothing where all are alike.
  public static func legend(in cluster: Cluster) -> [(letter: String, meaning: String)] {
    switch cluster.plan.scheme {
    case .leaderless: [("s", "stands in for an owner")]
    case .primaryCache: CacheRole.allCases.filter { !$0.letter.isEmpty }.map { ($0.letter, $0.word) }
    case .streams: [PartitionRole.leader, .witness, .logOnly].map { ($0.letter, $0.rawValue) }
    case .log: [PartitionRole.leader, .eligible, .outOfSync].map { ($0.letter, $0.rawValue) }
    }
  }
}

extension PartitionRole {
  fileprivate var letter: String {
    switch self {
    case .leader: "L"
    case .follower, .inSync: ""
    case .eligible: "e"
    case .outOfSync: "o"
    case .witness: "w"
    case .logOnly: "l"
    case .none: ""
    }
  }
}

extension CacheRole {
  /// As a word that has room in a table.
  fileprivate var word: String {
    switch self {
    case .primary: "primary"
    case .database: "database"
    case .leaderCache: "leader cache"
    case .followerCache: "follower"
    }
  }

  fileprivate var letter: String {
    switch self {
    case .primary: "P"
    case .database: "D"
    case .leaderCache: "L"
    case .followerCache: ""
    }
  }
}
