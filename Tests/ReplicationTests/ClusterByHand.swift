import Kernel

@testable import Replication

/// What the tests of one mechanism do to a cluster, and what they see of it: no session, no command language.
///
/// Replicas go by their numbers here. The client of an operation stands in its coordinator's region, half a millisecond away.
extension Cluster {
  /// A cluster of regions with so many replicas each, all of which own every key unless `factor` says otherwise; it is traced,
  /// detailed, and scrutinized after every event.
  static func ofRegions(_ sizes: Int..., factor: Int? = nil, seed: UInt64 = 1, with settings: [Setting] = []) -> Cluster
  {
    let regions = sizes.enumerated().map {
      ClusterPlan.Region(name: "r\($0.offset)", replicas: $0.element, factor: factor ?? $0.element)
    }
    var cluster = Cluster(ClusterPlan(regions: regions), seed: seed)
    cluster.isTracing = true
    cluster.isDetailed = true
    cluster.isScrutinized = true
    for setting in settings { cluster.apply(.set(setting)) }
    return cluster
  }

  /// Lets time pass, with all that happens meanwhile.
  mutating func pass(_ span: TimeSpan) { pass(until: now + span) }

  /// Lets time pass up to an instant, with all that happens meanwhile.
  mutating func pass(until instant: Instant) { _ = run(until: instant, atMost: .max) }

  /// Plays events until something holds; false if there is no event left within a minute.
  @discardableResult
  mutating func step(until isSo: (Cluster) -> Bool) -> Bool {
    let limit = now + .seconds(60)
    while !isSo(self) {
      if !step(notAfter: limit) { return false }
    }
    return true
  }

  // MARK: What is asked of it

  /// Has a client ask a coordinator; returns the operation's number.
  @discardableResult
  mutating func ask(
    _ kind: OperationKind, _ value: String? = nil, of key: String = "k", at level: ConsistencyLevel,
    as client: ClientID? = nil, via coordinator: Int,
    if condition: WriteCondition? = nil
  ) -> OperationID {
    let client = client ?? ClientID(topology.region(of: ReplicaID(coordinator)).index)
    var plan = OperationPlan(
      kind: kind, key: key, value: value, level: level, client: client, coordinator: ReplicaID(coordinator))
    plan.condition = condition
    let id = OperationID(nextOperation)
    apply(.operate(plan))
    return id
  }

  /// Has a client write; returns the operation's number.
  @discardableResult
  mutating func write(
    _ value: String, to key: String = "k", at level: ConsistencyLevel, via coordinator: Int,
    if condition: WriteCondition? = nil
  ) -> OperationID {
    ask(.write, value, of: key, at: level, via: coordinator, if: condition)
  }

  /// Has a client read; returns the operation's number.
  @discardableResult
  mutating func read(_ key: String = "k", at level: ConsistencyLevel, via coordinator: Int) -> OperationID {
    ask(.read, of: key, at: level, via: coordinator)
  }

  mutating func crash(_ replicas: Int...) { apply(.fault(.crash(Self.set(replicas)))) }
  mutating func restart(_ replicas: Int...) { apply(.fault(.restart(Self.set(replicas)))) }
  mutating func wipe(_ replicas: Int...) { apply(.fault(.wipe(Self.set(replicas)))) }

  /// The links from some replicas to others.
  static func links(from: Int..., to: Int..., bothWays: Bool = false) -> Fault.Links {
    Fault.Links(from: set(from), to: set(to), bothWays: bothWays)
  }

  static func set(_ replicas: [Int]) -> ReplicaSet { ReplicaSet(replicas.map(ReplicaID.init)) }

  /// Takes all messages of a kind that are in flight off the network; says how many there were.
  @discardableResult
  mutating func dropAll(_ kind: LeaderlessMessage) -> Int {
    let numbers = messagesInFlight.filter {
      if case .message(let message) = $0.event { message.kind.leaderless == kind } else { false }
    }.map(\.number)
    for number in numbers { apply(.drop(number)) }
    return numbers.count
  }

  // MARK: What is seen of it

  /// The owners of a key, which is interned for that.
  mutating func owners(of key: String) -> [Int] {
    let id = turn.intern(key: key)
    return environment.owners(of: id).members.map(\.index)
  }

  /// The messages between replicas that are on their way, in the order of their arrival; held ones last.
  var travelling: [Message] {
    messagesInFlight.compactMap { if case .message(let message) = $0.event { message } else { nil } }
  }

  /// The receivers of the messages of a kind that are on their way.
  func receivers(of kind: LeaderlessMessage) -> Set<Int> {
    Set(travelling.filter { $0.kind.leaderless == kind }.map(\.to.index))
  }

  /// The messages of a kind that have reached their receivers so far, and when each was sent.
  func delivered(_ kind: LeaderlessMessage) -> [(message: Message, departed: Instant, at: Instant)] {
    records.elements.compactMap { record in
      guard case .delivered(let message, let departed) = record.what, message.kind.leaderless == kind else {
        return nil
      }
      return (message, departed, record.at)
    }
  }

  /// What became of an operation; nil while its client waits.
  func end(of operation: OperationID) -> Operation? { ended.elements.first { $0.id == operation } }

  /// What replicas did on behalf of an operation, in order.
  func steps(of operation: OperationID) -> [(step: Step, replica: ReplicaID, at: Instant)] {
    records.elements.compactMap { record in
      guard case .step(operation, let replica, let step) = record.what else { return nil }
      return (step, replica, record.at)
    }
  }

  /// The text of a version; nil for none.
  func text(of version: VersionID) -> String? {
    version == .none ? nil : catalogue.names.text(of: catalogue.version(version).value)
  }

  /// What a replica holds of a key; nil for nothing.
  func held(_ key: String = "k", by replica: Int) -> String? {
    catalogue.names.key(named: key).flatMap { text(of: cell($0, at: ReplicaID(replica)).version) }
  }

  /// What each replica holds of a key.
  func held(_ key: String = "k") -> [String?] { topology.replicas.indices.map { held(key, by: $0) } }
}

extension Operation {
  /// How long its client waited.
  var latency: TimeSpan { ended - began }
}
