import Kernel

@testable import Replication

/// What the tests of logs do to a cluster, and what they see of it. There is one partition, led by the first replica, unless a
/// setting says otherwise.
extension Cluster {
  /// A cluster of regions with so many replicas each, which keep logs.
  static func ofLogs(_ sizes: Int..., factor: Int? = nil, seed: UInt64 = 1, with settings: [Setting] = []) -> Cluster {
    let regions = sizes.enumerated().map {
      ClusterPlan.Region(name: "r\($0.offset)", replicas: $0.element, factor: factor ?? $0.element)
    }
    var cluster = Cluster(ClusterPlan(regions: regions, scheme: .log), seed: seed)
    cluster.isTracing = true
    cluster.isDetailed = true
    cluster.isScrutinized = true
    cluster.apply(.set(.partitions(1)))
    for setting in settings { cluster.apply(.set(setting)) }
    return cluster
  }

  mutating func pause(_ replicas: Int...) { apply(.fault(.pause(Self.set(replicas)))) }
  mutating func resume(_ replicas: Int...) { apply(.fault(.resume(Self.set(replicas)))) }
  mutating func cut(_ first: Int, _ second: Int) {
    apply(.fault(.cut([Self.links(from: first, to: second, bothWays: true)])))
  }
  mutating func heal() { apply(.fault(.healAll)) }
  mutating func hold(from: Int, to: Int) { apply(.fault(.hold(Self.links(from: from, to: to)))) }
  mutating func release(from: Int, to: Int) { apply(.fault(.release(Self.links(from: from, to: to)))) }

  /// What the controller has decided about a partition of the first region.
  func decided(_ partition: Int = 0) -> PartitionState {
    controller.partitions[0][partition].state
  }

  /// Who leads a partition, by the controller; nil: nobody.
  func leader(_ partition: Int = 0) -> Int? {
    let leader = decided(partition).leader
    return leader == .none ? nil : leader.index
  }

  func inSync(_ partition: Int = 0) -> [Int] { decided(partition).inSync.map(\.index) }
  func eligible(_ partition: Int = 0) -> [Int] { decided(partition).eligible.map(\.index) }

  /// Where each replica's log ends, and how far it knows it to be committed.
  func ends(_ partition: Int = 0) -> [Int] { replicas.log.elements.map { $0.copies[partition].log.end } }
  func watermarks(_ partition: Int = 0) -> [Int] { replicas.log.elements.map { $0.copies[partition].watermark } }

  /// How an operation ended; nil while its client waits.
  func outcome(_ operation: OperationID) -> Outcome? { end(of: operation)?.outcome }

  /// What a read answered; nil for nothing.
  func answer(_ operation: OperationID) -> String? {
    end(of: operation).flatMap { catalogue.isTombstone($0.version) ? nil : text(of: $0.version) }
  }

  /// Writes, and lets time pass until it has ended.
  @discardableResult
  mutating func append(
    _ value: String, to key: String = "k", at level: ConsistencyLevel = .acksAll, via coordinator: Int = 0
  ) -> Outcome? {
    let operation = write(value, to: key, at: level, via: coordinator)
    step { $0.end(of: operation) != nil }
    return outcome(operation)
  }

  /// Reads, and lets time pass until it has ended.
  mutating func look(
    at key: String = "k", _ level: ConsistencyLevel = .committed, via coordinator: Int = 0
  ) -> (outcome: Outcome?, value: String?) {
    let operation = read(key, at: level, via: coordinator)
    step { $0.end(of: operation) != nil }
    return (outcome(operation), answer(operation))
  }

  /// The acknowledged writes that are lost, by their values.
  var lostValues: [String] {
    ended.elements.filter { $0.isAcknowledgedUpdate && isLost($0.version) }.compactMap { text(of: $0.version) }
  }
}
