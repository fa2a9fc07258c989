import Kernel
import Replication

/// What has not arrived, as of an instant: the part of lag that no measurement at an arrival can show.
public struct Outstanding: Sendable {
  /// For each version that some owner lacks: its age in microseconds, which owners lack it, and whether a live one has
  /// done so ever since it was accepted.
  struct Lacking: Sendable {
    let age: Int64
    let owners: ReplicaSet
    let isUnconverged: Bool
  }

  let versions: [Lacking]
  /// The versions of which nothing is left that could come, though not every live owner has had them.
  let gone: [VersionID]

  /// What owners lack now.
  ///
  /// A version is lacked by an owner, alive or not, that holds neither it nor what supersedes it. Nobody lacks what it
  /// would forget at once: what was deleted or has expired, and whose grace period is over by its own clock. Nor is late
  /// what no replica, hint or message holds any more: it is lost.
  ///
  /// - Parameter route: only of versions accepted in the first region, by owners in the second; nil: all.
  public init(_ convergence: Convergence, in cluster: Cluster, on route: (from: RegionID, to: RegionID)? = nil) {
    var lack = Lack(cluster, on: route)
    var gone: [VersionID] = []
    versions = convergence.pending.slots.compactMap { slot in
      let entry = convergence.pending[slot]
      let missing = lack.missing(of: entry)
      guard !missing.isEmpty else { return nil }
      let isUnconverged = !entry.hasConverged
      guard lack.isAnywhere(entry) else {
        if isUnconverged { gone.append(entry.version) }
        return nil
      }
      return Lacking(
        age: (cluster.now - entry.accepted).microseconds, owners: missing, isUnconverged: isUnconverged)
    }
    self.gone = gone
  }

  /// How many copies are missing.
  public var copies: Int { versions.reduce(0) { $0 + $1.owners.count } }

  /// How old the oldest version is that somebody lacks; nil if nobody lacks anything.
  public var oldest: TimeSpan? { versions.map(\.age).max().map { TimeSpan(microseconds: $0) } }

  /// How many versions one owner lacks, and how old the oldest of them is.
  public func lacked(by owner: ReplicaID) -> (copies: Int, oldest: TimeSpan?) {
    let ages = versions.filter { $0.owners.contains(owner) }.map(\.age)
    return (ages.count, ages.max().map { TimeSpan(microseconds: $0) })
  }

  /// The ages of what an indicator misses, in microseconds; nothing for one that isn't of spans.
  public func ages(for indicator: Indicator) -> [Int64] {
    switch indicator {
    case .lag: copyAges
    case .convergence: versionAges
    case .conflicts, .staleReads, .antiEntropy, .availability: []
    }
  }

  /// The ages of the missing copies.
  var copyAges: [Int64] { versions.flatMap { Array(repeating: $0.age, count: $0.owners.count) } }

  /// The ages of the versions that have not converged.
  var versionAges: [Int64] { versions.filter(\.isUnconverged).map(\.age) }
}

/// Judges who lacks a version, and whether it can still come.
struct Lack {
  private let cluster: Cluster
  private let route: (from: RegionID, members: ReplicaSet)?
  /// What travels or waits as a hint; looked up once, and only if no replica holds some version.
  private var carried: [VersionID]?

  init(_ cluster: Cluster, on route: (from: RegionID, to: RegionID)?) {
    self.cluster = cluster
    self.route = route.map { ($0.from, cluster.topology.set(of: $0.to)) }
  }

  /// The owners that lack a version which could still come; nil if there are none.
  mutating func owners(of entry: Convergence.Pending) -> ReplicaSet? {
    let missing = missing(of: entry)
    return !missing.isEmpty && isAnywhere(entry) ? missing : nil
  }

  /// The owners that lack a version, but for those that would forget it at once.
  func missing(of entry: Convergence.Pending) -> ReplicaSet {
    if let route, entry.origin != route.from { return ReplicaSet() }
    let missing = route.map { entry.missing.intersection($0.members) } ?? entry.missing
    guard cluster.catalogue.death(of: entry.version) != nil else { return missing }
    return ReplicaSet(missing.filter { !cluster.turn.isPurgeable(entry.version, at: cluster.reading(of: $0)) })
  }

  /// Whether a replica, a hint or a message holds the version, or what supersedes it.
  mutating func isAnywhere(_ entry: Convergence.Pending) -> Bool {
    let catalogue = cluster.catalogue
    let key = catalogue.version(entry.version).key
    for owner in cluster.turn.ownerSet(of: entry.version) where !entry.missing.contains(owner) {
      let cell = cluster.cell(key, at: owner)
      if cell.version != .none, catalogue.isSuperseded(entry.version, byHeld: cell.version, seen: cell.seen) {
        return true
      }
    }
    if carried == nil { carried = cluster.pendingVersions }
    return (carried ?? []).contains {
      catalogue.version($0).key == key
        && catalogue.isSuperseded(entry.version, byHeld: $0, seen: catalogue.version($0).vector)
    }
  }
}
