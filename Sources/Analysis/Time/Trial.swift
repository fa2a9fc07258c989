import Insight
import Kernel
import Replication

/// A copy of a history on which something is tried out; the original never knows of it.
///
/// What-ifs, forecasts and the changes that `why` proposes are all made so: a copy, something done to it, time that runs,
/// and a look.
struct Trial: Sendable {
  /// The copy.
  private(set) var timeline: Timeline

  /// A trial that begins at the history's present moment.
  ///
  /// - Parameter isDetailed: whether each step of each coordinator is kept in its trace, for who asks what has happened in it.
  init(_ timeline: Timeline, isDetailed: Bool = false) {
    self.timeline = isDetailed ? timeline.detailed : timeline
    // Nobody takes its reports, which would pile up.
    self.timeline.world.reportsLoads = false
    self.timeline.world.keepsTrace = false
  }

  /// The copy's present world.
  var world: World { timeline.world }
  /// Its cluster.
  var cluster: Cluster { timeline.world.cluster }
  /// Its present instant.
  var now: Instant { timeline.world.cluster.now }

  /// The names of those whose answers made an operation's: who was counted before it was answered, in the order in which they
  /// came; only where it is detailed.
  func answerers(of operation: OperationID) -> [String] {
    let trace = world.observer.trace
    var answerers: [ReplicaID] = []
    for position in 0..<trace.count {
      guard case .step(operation, by: _, let step) = trace[position].what else { continue }
      if case .answered = step { break }
      if case .counted(let answer) = step, !answerers.contains(answer.from) { answerers.append(answer.from) }
    }
    return answerers.map { cluster.topology.name(of: $0) }
  }

  /// The names of those in sync, who all have what a log's leader has committed for a write that waited for them, the leader first;
  /// nil for any other operation.
  func inSync(whenCommitting operation: OperationID) -> [String]? {
    guard let ended = world.observer.history[operation]?.operation, ended.level == .acksAll, ended.outcome == .ok,
      let position = cluster.catalogue.position(of: ended.version),
      let home = cluster.catalogue.home(of: ended.version),
      let state = cluster.decision(on: Int(position.partition), in: home)?.state
    else { return nil }
    return ([state.leader] + state.inSync.filter { $0 != state.leader }).filter { $0 != .none }
      .map { cluster.topology.name(of: $0) }
  }

  /// Gives an input, where it can be given.
  mutating func give(_ input: Input) {
    if timeline.world.refusal(of: input) == nil { timeline.perform(input) }
  }

  /// Issues an operation; nil if it can't be carried out.
  mutating func issue(_ plan: OperationPlan) -> OperationID? {
    guard timeline.world.refusal(of: plan) == nil else { return nil }
    timeline.makeRoom(at: timeline.world.cluster.nextStart)
    return timeline.operate(plan)
  }

  /// Plays until an operation has ended, or nothing is left to happen; false if there is more to play after that many events.
  mutating func play(until operation: OperationID, atMost count: Int) -> Bool {
    var rest = count
    while timeline.world.observer.history[operation] == nil {
      guard rest > 0 else { return false }
      guard timeline.step() else { return true }
      rest -= 1
    }
    return true
  }

  /// Lets time run to an instant; false if it isn't there after that many events.
  mutating func run(until instant: Instant, atMost count: Int) -> Bool {
    var limit = instant
    _ = timeline.run(until: &limit, atMost: count)
    return timeline.world.cluster.now >= limit
  }
}
