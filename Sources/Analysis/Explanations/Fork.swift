import Insight
import Kernel
import Replication

/// A copy of the history gone back to the moment before an operation, on which others are tried in its place.
///
/// Commands that were given later don't happen there; loads go on.
struct Fork {
  /// How an operation ended there.
  struct Ending {
    let report: OperationReport
    /// What it wrote or read.
    let version: VersionID
  }

  /// How many events are played for one trial at most.
  static let horizon = 100_000

  private let before: Timeline
  private let began: Instant

  /// A fork before an operation.
  init(_ timeline: Timeline, before operation: Replication.Operation) {
    var copy = timeline
    copy.go(to: copy.moment(before: operation))
    before = copy
    began = operation.began
  }

  /// The cluster at that moment.
  var cluster: Cluster { before.world.cluster }

  /// What would come of an operation issued there, or some time later; nil if it does not end within the horizon.
  func run(_ plan: OperationPlan, after delay: TimeSpan = .zero) -> Ending? {
    var copy = before
    // What happens at that very instant, but after it, must not happen before it.
    if delay > .zero { copy.makeRoom(at: began + delay) }
    let id = copy.operate(plan)
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

extension Cluster {
  /// Whether a replica needs nothing of a version.
  package func has(_ version: VersionID, _ replica: ReplicaID) -> Bool {
    let held = cell(catalogue.version(version).key, at: replica)
    return catalogue.isSuperseded(version, byHeld: held.version, seen: held.seen)
  }
}
