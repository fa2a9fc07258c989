import Insight
import Kernel
import Language
import Replication

/// The instant at which facts are judged.
///
/// A class, for once: a condition judged after every event would otherwise copy it for each question.
public final class FactContext: Sendable {
  /// The cluster.
  public let cluster: Cluster
  /// What has been seen of it.
  public let observer: Observer
  /// Alerts, and how they stand.
  let board: AlertBoard
  /// Faults that commands of this branch have caused.
  public let faults: Int
  /// Commands so far that changed the cluster or let time run.
  public let commands: Int
  /// Whether the replicas have converged, if that is known already.
  private let knownConvergence: Bool?
  /// The history in which `ever` looks; nil where nothing asks for it.
  private let past: Timeline?
  /// While looking back: the conditions within `ever` within `ever` that have held by then.
  private let recalled: Set<Condition>
  private let predictions: PredictionMemo

  // Borrowed: an initializer takes a copy otherwise, and conditions are judged after every event.
  package init(
    _ world: borrowing World, commands: Int, isConverged: Bool? = nil, past: Timeline? = nil,
    recalled: Set<Condition> = [], predictions: PredictionMemo
  ) {
    self.predictions = predictions
    cluster = world.cluster
    observer = world.observer
    board = world.board
    faults = world.faults.total
    self.commands = commands
    knownConvergence = isConverged
    self.past = past
    self.recalled = recalled
  }

  /// One moment among many that are gone through: of the past it is known what is recalled, and nothing else.
  package static func ofTrace(_ world: borrowing World, recalled: Set<Condition> = []) -> FactContext {
    FactContext(world, commands: 0, recalled: recalled, predictions: PredictionMemo())
  }

  /// Whether the replicas have converged.
  var isConverged: Bool { knownConvergence ?? cluster.isConverged }
  var tally: Tally { observer.tally }
  var history: History { observer.history }

  /// What a fact is worth.
  public func value(_ fact: Fact) -> FactValue {
    switch fact {
    case .named(let name, let arguments):
      value(of: name, arguments)
    case .operation(let number, let field):
      self.field(field, of: number)
    case .ever(let condition):
      .boolean(past.map { hasHeld(condition, in: $0) } ?? recalled.contains(condition))
    case .guarantee(let guarantee, let client):
      judged(guarantee, of: client)
    case .predicted(let fact):
      predicted(fact)
    case .count(let filters):
      OperationFilter(filters, in: cluster).map { filter in
        .number(Double(history.all.reduce(0) { $0 + (isCounted($1) && filter.includes($1) ? 1 : 0) }))
      } ?? .none
    case .latency(let measure, let filters):
      OperationFilter(filters, in: cluster).map { latency(measure, $0) } ?? .none
    }
  }

  /// A fact of the catalogue; none if what it is about isn't there.
  private func value(of name: String, _ arguments: [Fact.Argument]) -> FactValue {
    guard let evaluation = FactEvaluation.all[name],
      let subjects = Subjects(arguments, in: self, takesNewKeys: evaluation.goesByKeyName)
    else { return .none }
    return evaluation.evaluate(self, subjects)
  }

  /// Whether a condition held after some event; what is asked within it is asked of each moment's own past.
  private func hasHeld(_ condition: Condition, in past: Timeline) -> Bool {
    let inner = condition.facts.flatMap(\.conditionsWithin)
    var recalled: Set<Condition> = []
    let present = past.world.era
    return past.replayed { world in
      // With a new cluster history has begun anew.
      guard world.era == present else { return false }
      for condition in inner where !recalled.contains(condition) {
        if FactContext(world, commands: commands, recalled: recalled, predictions: predictions).holds(condition) {
          recalled.insert(condition)
        }
      }
      return FactContext(world, commands: commands, recalled: recalled, predictions: predictions).holds(condition)
    }
  }

  /// Whether a guarantee was kept; none where that is undecided or not judged, or the client isn't there.
  private func judged(_ guarantee: Guarantee, of name: ClientName?) -> FactValue {
    let client = name.flatMap { cluster.identity(of: $0) }
    guard name == nil || client != nil else { return .none }
    let report = GuaranteeCheck(observer, cluster, client: client).report(guarantee)
    guard let isHeld = report.isHeld else { return .none }
    return .boolean(isHeld)
  }

  /// A number of the prediction; none for a quorum that the cluster can't have.
  private func predicted(_ fact: PredictedFact) -> FactValue {
    guard cluster.refusal(of: fact.plan) == nil else { return .none }
    return predictions.value(fact, of: cluster.quorum(of: fact.plan))
  }

  /// Whether a condition holds.
  public func holds(_ condition: Condition) -> Bool { condition.holds(value) }

  private func latency(_ measure: Fact.Measure, _ filter: OperationFilter) -> FactValue {
    let samples = history.latencies { isCounted($0) && filter.includes($0) }
    let value = measure.percentile.map { samples.percentile($0) } ?? samples.mean
    return value.map { .duration($0) } ?? .none
  }

  /// Whether an operation is part of what is counted; see ``Observer/countAnew(from:)``.
  func isCounted(_ entry: HistoryEntry) -> Bool { entry.operation.id.index >= observer.firstCounted.index }

  func share(_ part: Int, of whole: Int) -> FactValue {
    whole == 0 ? .none : .number(Double(part) / Double(whole))
  }

  /// A percentile of spans, of which those that are missing count as longer than any; none as long as it isn't reached.
  func percentile(_ percentile: Double, of samples: Samples, missing count: Int) -> FactValue {
    Percentile(percentile, of: samples, missing: Array(repeating: 0, count: count))?.atMost.map { .duration($0) }
      ?? .none
  }

  /// The versions that some owner lacks, all or those of a route between regions.
  func outstanding(_ route: (from: RegionID, to: RegionID)? = nil) -> Outstanding {
    Outstanding(observer.convergence, in: cluster, on: route)
  }

  /// Where a route begins and ends; everywhere if there is none.
  func ends(of route: (from: RegionID, to: RegionID)?) -> (from: ReplicaSet, to: ReplicaSet) {
    let everyone = cluster.topology.everyone
    return route.map { (cluster.topology.set(of: $0.from), cluster.topology.set(of: $0.to)) } ?? (everyone, everyone)
  }

  // MARK: Operations

  /// The operation of that number; negative numbers count the commands' operations from the end.
  func identity(_ number: Int) -> OperationID? {
    guard number > 0 else {
      let place = cluster.commandOperations.count + number
      return place >= 0 && number < 0 ? cluster.commandOperations[place] : nil
    }
    guard number < cluster.nextOperation else { return nil }
    let id = OperationID(number)
    // Numbers go on in a new cluster, operations don't.
    return history[id] != nil || cluster.openOperation(id) != nil ? id : nil
  }

  func entry(_ number: Int) -> HistoryEntry? { identity(number).flatMap { history[$0] } }

  /// A field of an operation; of one that goes on, what is known already.
  func field(_ name: String, of number: Int) -> FactValue {
    guard let id = identity(number) else { return .none }
    if let entry = history[id] { return OperationField.value(name, of: entry, in: self) }
    guard let open = cluster.openOperation(id) else { return .none }
    return OperationField.value(name, ofOpen: open, in: self)
  }

  // MARK: Copies

  /// The value of a version of a key; none for a tombstone, for no version, and for what has expired by a clock that shows
  /// `reading`, in microseconds.
  public func value(of version: VersionID, _ key: KeyID, at reading: Int64) -> FactValue {
    ValueText.text(of: version, key, in: cluster, at: reading).map { .text($0) } ?? .none
  }

  func siblings(of version: VersionID, _ key: KeyID, at reading: Int64) -> FactValue {
    .number(Double(ValueText.siblings(of: version, key, in: cluster, at: reading).count))
  }

  /// A version's vector, such as `us1:2 eu1:1`.
  public func vector(of version: VersionID) -> String { cluster.vectorText(of: version) }

  func holders(of key: KeyID) -> Int {
    cluster.copyGroups(of: key, among: cluster.live, withStandIns: true).reduce(0) { sum, group in
      sum + (group.newest == .none ? 0 : group.members.count - group.differing)
    }
  }
}

extension Fact {
  /// The conditions that it asks of the past, the innermost first.
  var conditionsWithin: [Condition] {
    guard case .ever(let condition) = self else { return [] }
    return condition.facts.flatMap(\.conditionsWithin) + [condition]
  }
}

extension Cluster {
  /// A version's vector with the replicas' names, such as `us1:2 eu1:1`.
  public func vectorText(of version: VersionID) -> String {
    version == .none ? "" : text(of: catalogue.version(version).vector)
  }

  /// A vector with the replicas' names.
  func text(of vector: VectorID) -> String {
    catalogue.vectors.entries(of: vector)
      .map { "\(topology.name(ofWriter: $0.writer)):\($0.counter)" }.joined(separator: " ")
  }
}

extension OperationField {
  static func value(_ name: String, of entry: HistoryEntry, in context: FactContext) -> FactValue {
    let operation = entry.operation
    let isAnsweredRead = operation.kind == .read && operation.outcome == .ok
    let cost = context.cluster.cost(of: operation.id)
    switch name {
    case "end": return .duration(operation.ended.microseconds)
    case "latency": return .duration((operation.ended - operation.began).microseconds)
    case "outcome": return .text(operation.outcome?.rawValue ?? "none")
    case "value":
      if operation.kind == .read {
        return isAnsweredRead ? context.value(of: operation.version, operation.key, at: operation.clockReading) : .none
      }
      return context.cluster.subject(of: operation).value.map(FactValue.text) ?? .none
    case "siblings":
      return isAnsweredRead
        ? context.siblings(of: operation.version, operation.key, at: operation.clockReading) : .none
    case "stale": return isAnsweredRead ? .boolean(entry.isStale) : .none
    case "applied": return entry.operation.applied.map { .boolean($0) } ?? .none
    case "versionsBehind": return isAnsweredRead ? .number(Double(entry.versionsBehind)) : .none
    case "messages": return .number(Double(cost?.messages ?? entry.messages))
    case "bytes": return .number(Double(cost?.bytes ?? entry.bytes))
    case "servedBy": return context.cluster.server(of: operation).map(FactValue.text) ?? .none
    case "reason":
      let report = OperationReport(operation.id, in: World(context.cluster, seen: context.observer))
      return report?.shortfall.map(FactValue.text) ?? .none
    case "waited":
      return .duration(context.observer.delays[operation.id].map { (operation.ended - $0.began).microseconds } ?? 0)
    default: return value(name, ofOpen: operation, in: context)
    }
  }

  static func value(_ name: String, ofOpen operation: Operation, in context: FactContext) -> FactValue {
    let cluster = context.cluster
    switch name {
    case "id": return .number(Double(operation.id.index))
    case "operation": return .text(operation.kind.rawValue)
    case "key" where operation.key == .none: return .none
    case "key": return .text(cluster.subject(of: operation).key)
    case "level": return operation.level.name.map(FactValue.text) ?? .none
    case "client": return .text(cluster.clients[operation.client].name)
    case "coordinator":
      return operation.coordinator == .none ? .none : .text(cluster.topology.name(of: operation.coordinator))
    case "start": return .duration(operation.began.microseconds)
    case "messages": return .number(Double(cluster.cost(of: operation.id)?.messages ?? 0))
    case "bytes": return .number(Double(cluster.cost(of: operation.id)?.bytes ?? 0))
    case "retries": return .number(Double(operation.retries))
    case "attempts": return .number(Double(operation.attempts))
    case "value" where operation.value != .none:
      return cluster.subject(of: operation).value.map(FactValue.text) ?? .none
    default: return .none
    }
  }
}
