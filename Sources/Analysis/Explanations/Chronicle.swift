import Insight
import Kernel
import Replication

/// A stretch of history played once more on a copy: what happened to an operation and to some versions, event by event.
struct Chronicle {
  /// How many events are played again at most.
  static let limit = 500_000

  /// The records that concern them, in order.
  private(set) var quoted: [Quoted] = []
  /// Whether the whole stretch was played.
  private(set) var isComplete = true
  /// The cluster at the end.
  private(set) var end: Cluster

  /// Plays the events from one position to another.
  ///
  /// - Parameters:
  ///   - operations: whose steps and messages are kept.
  ///   - versions: whose ways are kept.
  ///   - isLast: whether nothing after the event of that record is wanted.
  ///   - visit: sees the cluster after each event, with the records of that event that concern them and all records up
  ///     to then.
  init(
    _ timeline: Timeline, from start: Int, to end: Int, about operations: [OperationID], _ versions: [VersionID],
    stoppingAt isLast: (Record) -> Bool = { _ in false },
    visit: (Cluster, _ new: ArraySlice<Quoted>, _ all: [Quoted]) -> Void = { _, _, _ in }
  ) {
    var copy = timeline.detailed
    let first = max(start, end - Self.limit)
    isComplete = first == start
    copy.go(to: copy.moment(at: first))
    self.end = copy.world.cluster
    var reader = TraceReader(from: copy.world.observer.trace)
    while copy.position < end {
      // Not a step, after the last of which the time that has passed since passes again, with what is too late to matter.
      let position = copy.position
      copy.goto(position: position + 1)
      guard copy.position > position else { break }
      let trace = copy.world.observer.trace
      let before = quoted.count
      let fresh = reader.read(trace)
      for place in fresh where Self.concerns(trace[place], operations, versions) {
        let id = RecordID(position: copy.position, offset: place - fresh.lowerBound)
        quoted.append(Quoted(id: id, record: trace[place]))
      }
      visit(copy.world.cluster, quoted[before...], quoted)
      if quoted[before...].contains(where: { isLast($0.record) }) { break }
    }
    self.end = copy.world.cluster
  }

  private static func concerns(_ record: Record, _ operations: [OperationID], _ versions: [VersionID]) -> Bool {
    switch record.what {
    case .began(let other), .ended(let other), .closed(let other, _, _), .clientMessageLost(let other),
      .lacked(let other, _, _), .retried(let other):
      operations.contains(other)
    case .step(let other, _, .stamped(let version, _)):
      operations.contains(other) || versions.contains(version)
    case .step(let other, _, _): operations.contains(other)
    case .delivered(let message, _), .lost(let message, _, _):
      operations.contains(message.operation) || message.version != .none && versions.contains(message.version)
    case .stored(let version, _, _, _, _), .hinted(let version, _, _), .hintExpired(let version, _, _),
      .reaped(let version, _), .handedBack(let version, _), .accepted(let version):
      versions.contains(version)
    case .wiped, .liveness, .promoted: true
    case .noticed, .replaced, .repaired, .input: false
    }
  }
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
    let subject = world.cluster.subject(of: operation)
    return OperationPlan(
      kind: operation.kind, key: subject.key, value: subject.value, level: operation.level,
      client: operation.client, coordinator: operation.coordinator == .none ? nil : operation.coordinator)
  }
}
