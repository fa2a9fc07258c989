import Insight
import Kernel
import Replication

/// A stretch of history played once more on a copy: what happened to an operation and to some versions, event by event.
struct Chronicle {
  /// How many events are played again at most.
  static let limit = 500_000

  /// The records that concern them, in order.
  private(set) var records: [Record] = []
  /// Whether the whole stretch was played.
  private(set) var isComplete = true

  /// Plays the events from one position to another.
  ///
  /// - Parameter visit: sees the cluster after each event, with the records of that event that concern them and all
  ///   records up to then.
  init(
    _ timeline: Timeline, from start: Int, to end: Int, about operation: OperationID, _ versions: [VersionID],
    visit: (Cluster, _ new: ArraySlice<Record>, _ all: [Record]) -> Void
  ) {
    var copy = timeline.retraced
    let first = max(start, end - Self.limit)
    isComplete = first == start
    copy.go(to: copy.moment(at: first))
    var seen = copy.world.observer.trace.end
    while copy.position < end, copy.step() {
      let trace = copy.world.observer.trace
      let before = records.count
      for place in max(0, seen - trace.dropped)..<max(0, trace.count)
      where Self.concerns(trace[place], operation, versions) {
        records.append(trace[place])
      }
      seen = trace.end
      visit(copy.world.cluster, records[before...], records)
    }
  }

  private static func concerns(_ record: Record, _ operation: OperationID, _ versions: [VersionID]) -> Bool {
    switch record.what {
    case .ended(let other), .closed(let other, _, _), .clientMessageLost(let other), .lacked(let other, _, _):
      other == operation
    case .delivered(let message, _), .lost(let message, _, _):
      message.operation == operation || message.version != .none && versions.contains(message.version)
    case .stored(let version, _, _, _, _), .hinted(let version, _, _), .accepted(let version):
      versions.contains(version)
    case .wiped: true
    case .step(let other, _, _): other == operation
    case .began, .liveness, .noticed, .input: false
    }
  }
}

extension Trace {
  /// How many records there have been.
  var end: Int { dropped + count }
}

extension Timeline {
  /// The moment at a position of the present branch.
  func moment(at position: Int, time: Instant = .start) -> Moment {
    Moment(branch: current, position: position, time: time)
  }

  /// The moment right before an operation was issued.
  func moment(before operation: Replication.Operation) -> Moment {
    moment(at: operation.beganAt - 1, time: operation.began)
  }

  /// What a command asked for that issued an operation; of a load's operation the same as a command.
  func plan(of operation: Replication.Operation) -> OperationPlan {
    let given = branches[current].inputs.last { $0.position == operation.beganAt - 1 }
    if case .operate(let plan)? = given?.input { return plan }
    let names = world.cluster.catalogue.names
    return OperationPlan(
      kind: operation.kind, key: names.name(of: operation.key),
      value: operation.value == .none ? nil : names.text(of: operation.value), level: operation.level,
      client: operation.client, coordinator: operation.coordinator == .none ? nil : operation.coordinator)
  }
}
