import Kernel

@testable import Replication

/// What the tests of the primary-cache scheme do to a cluster, and what they see of it: three regions of four servers, whose
/// databases are 0, 4 and 8, leader caches 1, 5 and 9, followers 2 3, 6 7 and 10 11.
extension Cluster {
  static let cachePlan = ClusterPlan(
    regions: ClusterPlan.standard.regions.map { ClusterPlan.Region(name: $0.name, replicas: 4, factor: 1) },
    scheme: .primaryCache)

  static func primaryCache(seed: UInt64 = 1, with settings: Setting...) -> Cluster {
    var cluster = Cluster(cachePlan, seed: seed)
    cluster.isTracing = true
    cluster.isDetailed = true
    cluster.isScrutinized = true
    for setting in settings { cluster.apply(.set(setting)) }
    return cluster
  }

  /// Writes, and lets it end.
  @discardableResult
  mutating func put(_ value: String, to key: String = "k", via server: Int) -> Operation {
    let id = write(value, to: key, at: .fixed, via: server)
    step { $0.end(of: id) != nil }
    return end(of: id) ?? .none
  }

  /// Deletes, and lets it end.
  @discardableResult
  mutating func remove(_ key: String = "k", via server: Int) -> Operation {
    let id = ask(.delete, of: key, at: .fixed, via: server)
    step { $0.end(of: id) != nil }
    return end(of: id) ?? .none
  }

  /// Reads, and lets it end.
  @discardableResult
  mutating func get(_ key: String = "k", at level: ConsistencyLevel = .cached, via server: Int) -> Operation {
    let id = read(key, at: level, via: server)
    step { $0.end(of: id) != nil }
    return end(of: id) ?? .none
  }

  /// What a read answers.
  mutating func seen(_ key: String = "k", at level: ConsistencyLevel = .cached, via server: Int) -> String? {
    text(of: get(key, at: level, via: server).version)
  }

  mutating func isolateCaches(_ first: [Int], from second: [Int]) {
    apply(.fault(.cut([Fault.Links(from: Self.set(first), to: Self.set(second), bothWays: true)])))
  }

  mutating func freeze(_ from: Int, _ to: Int) { apply(.fault(.hold(Self.links(from: from, to: to)))) }
  mutating func thaw(_ from: Int, _ to: Int) { apply(.fault(.release(Self.links(from: from, to: to)))) }
}
