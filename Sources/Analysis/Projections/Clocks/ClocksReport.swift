import Insight
import Kernel
import Language
import Replication

/// The versions of a key with their vectors, and two of them compared.
public struct ClocksReport: Hashable, Sendable {
  /// How many versions are listed at most.
  public static let listed = 60
  /// How many of the latest versions of all keys are searched for those that no copy holds any more.
  private static let searched = 20_000

  /// One version of the key.
  public struct Version: Hashable, Sendable {
    /// Its number among all versions.
    public let number: Int
    /// What it holds, as tables show it.
    public let value: String
    /// The update that made it, such as `us1:2`; empty if it came of a merge.
    public let dot: String
    /// The operation that made it; nil if it came of a merge.
    public let operation: Int?
    /// When its coordinator accepted it.
    public let accepted: Instant
    /// The timestamp by which the last writer wins, in microseconds; nil where nothing goes by it.
    public let timestamp: Int64?
    /// Its vector, by the report's writers.
    public let counters: [UInt32]
    /// Its vector in words, such as `us1:2 eu1:1`.
    public let vector: String
    /// Who holds it.
    public let holders: [String]
    /// Where it is otherwise: on its way, or kept as a hint.
    public let elsewhere: String
    /// Whether it is what the conflict policy prefers of all that copies hold which are to agree.
    public let isNewest: Bool
    let id: VersionID
  }

  /// The versions that copies hold, and the latest of those that they held, the newest first.
  public let versions: [Version]
  /// For each version, by position, those that it came right after; what is further back isn't ordered.
  public let parents: [[Int]]
  /// The writers that any of them knows, in the cluster's order.
  public let writers: [String]
  /// The position of the version that is compared; nil if there is none.
  public let selected: Int?
  /// The position of the one that it is compared with.
  public let reference: Int?
  /// What came of it.
  public let comparison: ClockComparison?

  /// Compares two versions of a key.
  ///
  /// - Parameters:
  ///   - selected: the number of the first; nil or one that isn't listed: the newest.
  ///   - reference: the number of the other; nil or one that isn't listed: one that tells most beside the first.
  public init(of key: String, selected: Int?, reference: Int?, in timeline: Timeline) {
    let cluster = timeline.cluster
    guard let id = cluster.catalogue.names.key(named: key) else {
      (versions, parents, writers, self.selected, self.reference, comparison) = ([], [], [], nil, nil, nil)
      return
    }
    let holders = Self.holders(of: id, in: cluster)
    let order = HappenedBefore(
      Self.versions(of: id, held: holders.map(\.version), in: cluster), cluster.catalogue)
    let found = order.versions
    let known = found.map { cluster.catalogue.vectors.entries(of: cluster.catalogue.version($0).vector) }
    let writers = cluster.topology.replicaIDs.filter { writer in known.contains { $0.contains { $0.writer == writer } }
    }
    let newest = cluster.copyGroups(of: id).map(\.newest).filter { $0 != .none }
    let journeys = cluster.awaitedVersions(of: id)
    let versions = zip(found, known).map { version, entries in
      Version(
        version, counters: writers.map { writer in entries.first { $0.writer == writer }?.counter ?? 0 },
        holders: holders.first { $0.version == version }?.replicas ?? [],
        elsewhere: journeys.contains(version) ? "on its way" : "", isNewest: newest.contains(version), cluster)
    }
    self.versions = versions
    parents = order.parents
    self.writers = writers.map { cluster.topology.name(of: $0) }
    let first =
      versions.firstIndex { $0.number == selected } ?? versions.firstIndex(where: \.isNewest)
      ?? (versions.isEmpty ? nil : 0)
    let second =
      versions.firstIndex { $0.number == reference }
      ?? first.flatMap { Self.counterpart(of: $0, among: versions, cluster.catalogue) }
    self.selected = first
    self.reference = second
    if let first, let second {
      comparison = ClockComparison(versions[first], versions[second], writers: self.writers, key: id, in: cluster)
    } else {
      comparison = nil
    }
  }

  /// What copies hold, each version once, with the names of those that hold it.
  private static func holders(of key: KeyID, in cluster: Cluster) -> [(version: VersionID, replicas: [String])] {
    var result: [(version: VersionID, replicas: [String])] = []
    for owner in cluster.environment.owners(of: key).members {
      let version = cluster.cell(key, at: owner).version
      guard version != .none else { continue }
      if let index = result.firstIndex(where: { $0.version == version }) {
        result[index].replicas.append(cluster.topology.name(of: owner))
      } else {
        result.append((version, [cluster.topology.name(of: owner)]))
      }
    }
    return result
  }

  private static func versions(of key: KeyID, held: [VersionID], in cluster: Cluster) -> [VersionID] {
    let versions = cluster.catalogue.versions
    // What no leader has appended stands nowhere.
    let isPlaced = cluster.scheme.features.contains(.logs)
    var found = Set(held)
    var number = versions.count
    while number > 0, versions.count - number < searched, found.count < listed {
      number -= 1
      let id = VersionID(number)
      guard versions[known: id].key == key, !isPlaced || cluster.catalogue.position(of: id) != nil else { continue }
      found.insert(id)
    }
    return found.sorted { $0 > $1 }
  }

  /// The version that tells most beside another: a concurrent one that a copy holds, else another held one, else the one
  /// before it.
  private static func counterpart(of index: Int, among versions: [Version], _ catalogue: Catalogue) -> Int? {
    let others = versions.indices.filter { $0 != index }
    let held = others.filter { !versions[$0].holders.isEmpty }
    return held.first { catalogue.relation(versions[$0].id, versions[index].id) == .concurrent } ?? held.first
      ?? others.first { $0 > index } ?? others.last
  }
}

extension ClocksReport.Version {
  fileprivate init(
    _ id: VersionID, counters: [UInt32], holders: [String], elsewhere: String, isNewest: Bool, _ cluster: Cluster
  ) {
    let version = cluster.catalogue.version(id)
    self.id = id
    number = id.index
    value = ValueText.shown(id, version.key, in: cluster, at: nil)
    dot = version.writer == .none ? "" : "\(cluster.topology.name(ofWriter: version.writer)):\(version.counter)"
    operation = version.operation == .none ? nil : version.operation.index
    accepted = version.accepted
    timestamp = version.isState ? nil : version.timestamp
    self.counters = counters
    vector = cluster.vectorText(of: id)
    self.holders = holders
    self.elsewhere = elsewhere
    self.isNewest = isNewest
  }
}
