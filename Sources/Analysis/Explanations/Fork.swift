import Insight
import Kernel
import Replication

/// A copy of the history gone back to the moment before an operation, on which others are tried in its place.
///
/// Loads go on there. Commands that were given later are given there, too, as long as the operation went on in truth: what came after
/// it may be what it waited for, in a queue, a bucket or a partition's capacity.
struct Fork {
  /// How an operation ended there.
  struct Ending {
    let report: OperationReport
    /// What it wrote or read.
    let version: VersionID
  }

  /// What came of an operation: with all that was commanded later, and as if nothing had been. A change helped if it did both ways;
  /// where they differ, it isn't the change that decided.
  struct Outcomes {
    let inTruth: Ending?
    let alone: Ending?

    /// How it ended if that is wanted both ways; nil where it isn't.
    func ending(where isWanted: (Ending) -> Bool) -> Ending? {
      guard let inTruth, let alone, isWanted(inTruth), isWanted(alone) else { return nil }
      return inTruth
    }

    /// Whether what came later decided.
    func isDecidedLater(_ isWanted: (Ending) -> Bool) -> Bool {
      (inTruth.map(isWanted) ?? false) != (alone.map(isWanted) ?? false)
    }
  }

  /// How many events are played for one trial at most.
  static let horizon = 100_000

  private let before: Timeline
  private let began: Instant
  /// What was commanded while the operation went on, in order.
  private let later: [Timeline.TimedInput]

  /// A fork before an operation.
  init(_ timeline: Timeline, before operation: Replication.Operation) {
    var copy = timeline
    copy.go(to: copy.moment(before: operation))
    before = copy
    began = operation.began
    later = Array(
      timeline.branches[timeline.current].inputs
        .filter { $0.position >= operation.beganAt && $0.position < operation.endedAt }
        .prefix { !$0.input.beginsAnew })
  }

  /// The cluster at that moment.
  var cluster: Cluster { before.world.cluster }

  /// Whether anything was commanded while the operation went on.
  var hasLater: Bool { !later.isEmpty }

  /// What would come of an operation issued there, or some time later; nil if it does not end within the horizon.
  func run(_ plan: OperationPlan, after delay: TimeSpan = .zero) -> Outcomes {
    let alone = run(plan, after: delay, among: [])
    return Outcomes(inTruth: later.isEmpty ? alone : run(plan, after: delay, among: later), alone: alone)
  }

  private func run(_ plan: OperationPlan, after delay: TimeSpan, among inputs: [Timeline.TimedInput]) -> Ending? {
    var copy = before
    let earlier = delay > .zero ? inputs.prefix { $0.time <= began + delay } : []
    for input in earlier {
      copy.makeRoom(at: input.time)
      copy.perform(input.input)
    }
    // What happens at that very instant, but after it, must not happen before it.
    if delay > .zero { copy.makeRoom(at: began + delay) }
    let id = copy.operate(plan)
    for input in inputs.dropFirst(earlier.count) {
      copy.makeRoom(at: input.time)
      copy.perform(input.input)
    }
    var trial = Trial(copy)
    _ = trial.play(until: id, atMost: Self.horizon)
    guard let report = OperationReport(id, in: trial.world) else { return nil }
    return Ending(report: report, version: trial.world.observer.history[id]?.operation.version ?? .none)
  }

  /// How long it takes until one of those replicas has every version, if nothing else is done; nil if that does not come
  /// about within a span.
  func wait(until versions: [VersionID], reachAnyOf replicas: [ReplicaID], within span: TimeSpan) -> TimeSpan? {
    var copy = before
    copy.makeRoom(at: began)
    var rest = Self.horizon
    while rest > 0, copy.world.cluster.now <= began + span {
      let cluster = copy.world.cluster
      if versions.allSatisfy({ version in replicas.contains { cluster.has(version, $0) } }) {
        return cluster.now - began
      }
      guard copy.step() else { return nil }
      rest -= 1
    }
    return nil
  }
}

extension Input {
  /// Whether another cluster takes the place of the present one.
  fileprivate var beginsAnew: Bool {
    switch self {
    case .setUp, .reseed: true
    default: false
    }
  }
}

extension Cluster {
  /// Whether a replica needs nothing of a version.
  package func has(_ version: VersionID, _ replica: ReplicaID) -> Bool {
    if let mirrored = original(of: version, mirroredTo: replica) {
      return mirrored == version || catalogue.wins(mirrored, over: version)
    }
    let held = cell(catalogue.version(version).key, at: replica)
    return catalogue.isSuperseded(version, byHeld: held.version, seen: held.seen)
  }
}
