import Insight
import Kernel
import Replication

/// The instant at which facts are judged.
///
/// A class, for once: whoever asks again after every event would otherwise copy it for each question.
public final class FactContext: Sendable {
  /// The cluster.
  public let cluster: Cluster
  /// What has been seen of it.
  public let observer: Observer
  /// Faults that commands of this branch have caused.
  public let faults: Int
  /// Commands so far that changed the cluster or let time run.
  public let commands: Int
  /// A key on which replicas were found to differ before: the first to look at.
  let divergenceHint: KeyID?
  /// The history in which `ever` looks; nil where nothing asks for it.
  private let past: Timeline?
  /// While looking back: the conditions within `ever` within `ever` that have held by then.
  private let recalled: Set<Condition>
  private let predictions: PredictionMemo

  init(
    _ world: World, commands: Int, divergenceHint: KeyID? = nil, past: Timeline? = nil, recalled: Set<Condition> = [],
    predictions: PredictionMemo
  ) {
    self.predictions = predictions
    cluster = world.cluster
    observer = world.observer
    faults = world.faults
    self.commands = commands
    self.divergenceHint = divergenceHint
    self.past = past
    self.recalled = recalled
  }

  var tally: Tally { observer.tally }
  var history: History { observer.history }

  /// What a fact is worth.
  public func value(_ fact: Fact) -> FactValue {
    switch fact {
    case .named(let name, let arguments):
      FactCatalog.named(name)?.evaluate(self, arguments) ?? .none
    case .operation(let number, let field):
      self.field(field, of: number)
    case .ever(let condition):
      .boolean(past.map { hasHeld(condition, in: $0) } ?? recalled.contains(condition))
    case .guarantee(let guarantee, let client):
      judged(guarantee, of: client)
    case .predicted(let fact):
      predicted(fact)
    case .count(let filters):
      .number(Double(history.all.reduce(0) { $0 + (matches($1, filters) ? 1 : 0) }))
    case .latency(let measure, let filters):
      latency(measure, filters)
    }
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

  /// Whether a guarantee was kept; none where that is undecided, or wasn't judged.
  private func judged(_ guarantee: Guarantee, of client: ClientID?) -> FactValue {
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

  private func latency(_ measure: Fact.Measure, _ filters: [Fact.Filter]) -> FactValue {
    let samples = history.latencies(where: { matches($0, filters) })
    let value = measure.percentile.map { samples.percentile($0) } ?? samples.mean
    return value.map { .duration($0) } ?? .none
  }

  func share(_ part: Int, of whole: Int) -> FactValue {
    whole == 0 ? .none : .number(Double(part) / Double(whole))
  }

  func percentile(_ percentile: Double, of samples: Samples) -> FactValue {
    samples.percentile(percentile).map { .duration($0) } ?? .none
  }

  // MARK: Operations

  /// The operation of that number; negative numbers count the commands' operations from the end.
  func identity(_ number: Int) -> OperationID? {
    if number > 0 { return number < 1 << 31 ? OperationID(number) : nil }
    let index = cluster.commandOperations.count + number
    return index >= 0 ? cluster.commandOperations[index] : nil
  }

  func entry(_ number: Int) -> HistoryEntry? { identity(number).flatMap { history[$0] } }

  /// A field of an operation; of one that goes on, what is known already.
  func field(_ name: String, of number: Int) -> FactValue {
    guard let id = identity(number) else { return .none }
    if let entry = history[id] { return OperationField.value(name, of: entry, in: self) }
    guard let open = cluster.openOperation(id) else { return .none }
    return OperationField.value(name, ofOpen: open, in: self)
  }

  private func matches(_ entry: HistoryEntry, _ filters: [Fact.Filter]) -> Bool {
    filters.allSatisfy { filter in
      switch filter {
      case .kind(let kind): entry.operation.kind == kind
      case .level(let level): entry.operation.level == level
      case .outcome(let outcome): entry.operation.outcome == outcome
      case .client(let client): entry.operation.client == client
      case .coordinator(let replica): entry.operation.coordinator == replica
      case .key(let name): cluster.catalogue.names.name(of: entry.operation.key) == name
      case .stale(let isStale):
        entry.operation.kind == .read && entry.operation.outcome == .ok && entry.isStale == isStale
      case .load(let isLoad): entry.operation.isLoad == isLoad
      }
    }
  }

  // MARK: Copies

  func cell(_ arguments: [Fact.Argument]) -> (key: KeyID, version: VersionID)? {
    guard case .key(let name) = arguments[1], let key = cluster.catalogue.names.key(named: name) else { return nil }
    return (key, cluster.cell(key, at: arguments.replica(0)).version)
  }

  /// The value of a version of a key; none for a tombstone and for no version.
  public func value(of version: VersionID, _ key: KeyID, at instant: Instant? = nil) -> FactValue {
    ValueText.text(of: version, key, in: cluster, at: instant).map { .text($0) } ?? .none
  }

  func siblings(of version: VersionID, _ key: KeyID) -> FactValue {
    .number(Double(ValueText.siblings(of: version, key, in: cluster).count))
  }

  /// A version's vector, such as `us1:2 eu1:1`.
  public func vector(of version: VersionID) -> String { cluster.vectorText(of: version) }

  func holders(of name: String) -> Int {
    guard let key = cluster.catalogue.names.key(named: name) else { return 0 }
    let owners = cluster.environment.ownerSet(of: key).intersection(cluster.live)
    let cells = owners.map { cluster.cell(key, at: $0).version }.filter { $0 != .none }
    let newest = cluster.catalogue.newest(of: cells)
    return cells.count { $0 == newest }
  }
}

extension Fact {
  /// The conditions that it asks of the past, the innermost first.
  fileprivate var conditionsWithin: [Condition] {
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

/// The fields of an operation's line, by the names that JSON and `op(N).FIELD` use.
enum OperationField {
  static let units: [String: FactUnit] = [
    "id": .number, "operation": .text, "key": .text, "level": .text, "client": .text, "coordinator": .text,
    "start": .duration, "end": .duration, "latency": .duration, "outcome": .text, "value": .text,
    "siblings": .number, "stale": .truth, "versionsBehind": .number, "applied": .truth, "messages": .number,
    "bytes": .number, "retries": .number, "waited": .duration,
  ]

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
        return isAnsweredRead ? context.value(of: operation.version, operation.key, at: operation.ended) : .none
      }
      return operation.value == .none ? .none : .text(context.cluster.catalogue.names.text(of: operation.value))
    case "siblings":
      return isAnsweredRead ? context.siblings(of: operation.version, operation.key) : .none
    case "stale": return isAnsweredRead ? .boolean(entry.isStale) : .none
    case "applied": return entry.operation.applied.map { .boolean($0) } ?? .none
    case "versionsBehind": return isAnsweredRead ? .number(Double(entry.versionsBehind)) : .none
    case "messages": return .number(Double(cost?.messages ?? entry.messages))
    case "bytes": return .number(Double(cost?.bytes ?? entry.bytes))
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
    case "key": return .text(cluster.catalogue.names.name(of: operation.key))
    case "level": return .text(operation.level.name)
    case "client": return .text(cluster.clients[operation.client].name)
    case "coordinator":
      return operation.coordinator == .none ? .none : .text(cluster.topology.name(of: operation.coordinator))
    case "start": return .duration(operation.began.microseconds)
    case "messages": return .number(Double(cluster.cost(of: operation.id)?.messages ?? 0))
    case "bytes": return .number(Double(cluster.cost(of: operation.id)?.bytes ?? 0))
    case "retries": return .number(Double(operation.retries))
    case "value" where operation.value != .none: return .text(cluster.catalogue.names.text(of: operation.value))
    default: return .none
    }
  }
}
