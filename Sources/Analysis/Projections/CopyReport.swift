import Kernel
import Language
import Replication

/// What one owner holds of a key, in words: a row of the key table.
public struct CopyReport: Hashable, Sendable {
  /// How a copy stands to the newest one.
  public enum Standing: Hashable, Sendable {
    /// It is the newest.
    case newest
    /// It is an older version that the newest knows.
    case stale
    /// Neither its writer nor the newest's had heard of the other.
    case concurrent
    /// It knows the newest, which the conflict policy prefers all the same: a clock was wrong.
    case ahead
    /// There is no copy.
    case missing
    /// There is none, and no other that is to agree with it has one either.
    case absent

    /// The standing in words.
    public var words: String {
      switch self {
      case .newest: "= newest"
      case .stale: "< stale"
      case .concurrent: "‖ concurrent"
      case .ahead: "> knows newest, yet older by clock"
      case .missing: "· nothing"
      case .absent: "· nothing in its region"
      }
    }
  }

  /// The replica's name.
  public let replica: String
  /// The owners in whose place it holds the copy, and to whom it hands it back; none for an owner.
  public let standsInFor: [String]
  /// Whether it owns no copy, and holds one only because it stands, or stood, in for an owner.
  public let isStandIn: Bool
  /// Its identity.
  public let id: ReplicaID
  /// Its region.
  public let region: RegionID
  /// Whether it runs.
  public let status: Replica.Status
  /// The value; nil if it holds nothing, or a tombstone.
  public let value: String?
  /// Whether it holds a tombstone.
  public let isTombstone: Bool
  /// Whether what it holds has outlived its time, by the replica's clock.
  public let isExpired: Bool
  /// The version vector, such as `us1:2 eu1:1`.
  public let vector: String
  /// Its counters by writer.
  public let counters: [ReplicaID: UInt32]
  /// How it stands to the newest copy.
  public let relation: Standing
  /// For how long the version has existed.
  public let age: TimeSpan?

  /// Whether it is as new as any copy that is to agree with it.
  public var isLevel: Bool { relation == .newest || relation == .absent }
  /// Whether it runs.
  public var isUp: Bool { status == .running }

  /// Its state in a word.
  public var state: String { status == .running ? "up" : status == .paused ? "paused" : "down" }

  /// The value as tables show it: escaped, and in words where there is none.
  public let shownValue: String

  /// What the owners of a key hold, in the cluster's order and then whoever stands in for one,
  /// each against the newest of those that it is to agree with; nothing for a key that never came up.
  public static func copies(of name: String, in cluster: Cluster) -> [CopyReport] {
    guard let key = cluster.catalogue.names.key(named: name) else { return [] }
    return cluster.copyGroups(of: key, withStandIns: true).flatMap { group in
      group.members.map { CopyReport(cluster.replicas[$0], key, group.newest, cluster) }
    }
  }

  /// What caches serve of a key, in the cluster's order, compared with the newest copy: nobody's copies.
  public static func entries(of name: String, in cluster: Cluster) -> [CopyReport] {
    guard !cluster.caches.isEmpty, let key = cluster.catalogue.names.key(named: name) else { return [] }
    // Caches are there only where all copies are to agree.
    let newest = cluster.copyGroups(of: key).first?.newest ?? .none
    return cluster.caches.filter { cluster.cachedEntry(of: key, at: $0) != nil }
      .map { CopyReport(cluster.replicas[$0], key, newest, cluster) }
  }

  private init(_ replica: Replica, _ key: KeyID, _ newest: VersionID, _ cluster: borrowing Cluster) {
    let catalogue = cluster.catalogue
    let held = cluster.cell(key, at: replica.id).version
    let reading = cluster.reading(of: replica.id)
    self.replica = cluster.topology.name(of: replica.id)
    isStandIn = cluster.isStandIn(replica.id, of: key)
    standsInFor = isStandIn ? cluster.owners(replacedBy: replica.id, of: key).map { cluster.topology.name(of: $0) } : []
    id = replica.id
    region = cluster.topology.region(of: replica.id)
    status = replica.status
    vector = cluster.vectorText(of: held)
    shownValue = ValueText.shown(held, key, in: cluster, at: reading)
    guard held != .none else {
      value = nil
      isTombstone = false
      isExpired = false
      counters = [:]
      relation = newest == .none && cluster.scheme.keepsRegionsApart ? .absent : .missing
      age = nil
      return
    }
    let version = catalogue.version(held)
    value = ValueText.text(of: held, key, in: cluster, at: reading)
    isTombstone = value == nil
    isExpired = catalogue.isExpired(held, at: reading)
    counters = catalogue.vectors.entries(of: version.vector).reduce(into: [:]) { $0[$1.writer] = $1.counter }
    age = cluster.now - version.accepted
    switch catalogue.relation(held, newest) {
    case .equal: relation = .newest
    case .before: relation = .stale
    case .after: relation = .ahead
    case .concurrent: relation = .concurrent
    }
  }
}
