import Insight
import Kernel
import Replication

/// What lists and tables of the workbench are made of.
extension Session {
  /// The present instant.
  public var now: Instant { cluster.now }

  /// The seed.
  public var seed: UInt64 { cluster.seed }

  /// The number of the latest operation; 0 before the first.
  public var latestNumber: Int { cluster.nextOperation - 1 }

  /// Whether nothing has happened or been asked yet.
  public var isFresh: Bool { timeline.position == 0 }

  /// How many replicas keep a copy of each key, region by region, such as `3+3+3`.
  public var factors: String { cluster.plan.regions.map { "\($0.factor)" }.joined(separator: "+") }

  /// Faults that commands of this branch have caused.
  public var faults: Int { world.faults }

  /// The names of the keys that have come up, in that order.
  public var keys: [String] { cluster.catalogue.names.keys.map { cluster.catalogue.names.name(of: $0) } }

  /// The names of all replicas.
  public var replicaNames: [String] { cluster.topology.replicas.map(\.name) }

  /// The replicas of the region of that name.
  public func replicaNames(in region: String) -> [String] {
    guard let region = cluster.topology.region(named: region) else { return [] }
    return cluster.topology.members(of: region).map { cluster.topology.name(of: $0) }
  }

  /// The cluster as a map shows it.
  public var map: MapReport { MapReport(cluster) }

  /// What the owners of a key hold.
  public func copies(of key: String) -> [CopyReport] { CopyReport.copies(of: key, in: cluster) }

  /// The latest operations of commands that have ended, oldest first, at most `count`, before the last `skipped`.
  public func latestOperations(_ count: Int, skipping skipped: Int = 0) -> [OperationReport] {
    let ended = world.observer.history.commands.dropLast(skipped).suffix(count)
    return ended.compactMap { OperationReport($0, in: world) }
  }

  /// The numeric facts at those positions: name, value with its unit, and meaning. Only these are worked out.
  public func metrics(_ positions: Range<Int>) -> [(name: String, value: String, summary: String)] {
    let facts = facts
    return FactCatalog.numeric[positions.clamped(to: FactCatalog.numeric.indices)].map {
      ($0.name, MetricText.text(facts.value(.named($0.name, [])), $0.unit), $0.summary)
    }
  }

  /// How wide the names of the numeric facts are.
  public static let metricNameWidth = FactCatalog.numeric.map { TextWidth.of($0.name) }.max() ?? 0

  /// How many rows a list has at most.
  public func rowCount(of view: ViewName) -> Int {
    switch view {
    case .log: world.observer.trace.count
    case .operations: world.observer.history.commands.count
    case .metrics: FactCatalog.numeric.count
    default: 0
    }
  }
}
