import Insight
import Kernel
import Replication

/// Which records a space-time diagram shows.
struct SpaceTimeFilter {
  /// The key that they must concern; nil: any.
  let key: KeyID?
  /// Its name; nil: any.
  let name: String?
  /// The replicas that always have a line.
  let owners: ReplicaSet
  /// Its partition, where there are any; nil: any.
  private let partition: Int?
  private let catalogue: Catalogue
  private let history: History
  private let inputs: [Timeline.TimedInput]
  private let open: Set<OperationID>

  init(_ scope: SpaceTimeReport.Scope, _ world: World, _ timeline: Timeline) {
    catalogue = world.cluster.catalogue
    history = world.observer.history
    inputs = timeline.branches[timeline.current].inputs
    guard case .key(let name) = scope else {
      (key, name, partition, owners, open) = (nil, nil, nil, ReplicaSet(), [])
      return
    }
    self.name = name
    partition = world.cluster.partition(ofKey: name)
    let known = catalogue.names.key(named: name)
    key = known ?? KeyID.none
    owners = known.map { ReplicaSet(world.cluster.environment.owners(of: $0).members) } ?? ReplicaSet()
    open = Set(known.map { world.cluster.openOperations(on: $0) } ?? [])
  }

  func includes(_ record: Record) -> Bool {
    switch record.what {
    case .accepted(let version), .stored(let version, _, _, _, _), .hinted(let version, _, _),
      .hintExpired(let version, _, _), .reaped(let version, _), .handedBack(let version, _):
      concerns(version)
    case .delivered(let message, _), .lost(let message, _, _): includes(message)
    case .ended(let operation), .clientMessageLost(let operation), .lacked(let operation, _, _),
      .retried(let operation):
      concerns(operation)
    case .liveness, .wiped, .promoted, .repaired: true
    case .replaced(let change): partition.map { $0 == change.partition } ?? true
    case .input(let position): concerns(inputThatMade: position)
    case .began, .closed, .noticed, .step: false
    }
  }

  /// Whether a message is shown.
  func includes(_ message: Message) -> Bool {
    if message.kind.isGossip { return false }
    guard let key else { return true }
    if message.version != .none { return catalogue.version(message.version).key == key }
    if message.key != .none { return message.key == key }
    guard message.operation != .none else { return false }
    return open.contains(message.operation) || history[message.operation]?.operation.key == key
  }

  private func concerns(_ version: VersionID) -> Bool {
    key.map { catalogue.version(version).key == $0 } ?? true
  }

  private func concerns(_ operation: OperationID) -> Bool {
    guard let key else { return !(history[operation]?.operation.isLoad ?? false) }
    return open.contains(operation) || history[operation]?.operation.key == key
  }

  /// Operations on other keys are left out; whatever else somebody commands may matter.
  private func concerns(inputThatMade position: Int) -> Bool {
    guard let name, let input = inputs.made(position)?.input else { return true }
    switch input {
    case .operate(let plan): return plan.key == name
    case .type(let key, _): return key == name
    case .repair(_, let key): return key == nil || key == name
    default: return true
    }
  }
}
