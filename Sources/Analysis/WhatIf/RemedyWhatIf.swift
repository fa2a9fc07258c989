import Insight
import Kernel
import Language
import Replication

/// A session as it was beside the same with a remedy that it had not, or without those that it had: the same commands at the same
/// times, and the same draws; only what follows from the remedy is different.
public struct RemedyWhatIf: Sendable {
  /// What is different.
  public enum Change: Hashable, Sendable {
    /// This is done as well, from the beginning of the present cluster on.
    case with(Remedy)
    /// Nothing is done when that alert fires.
    case without(alert: String)

    var alert: String {
      switch self {
      case .with(let remedy): remedy.alert
      case .without(let alert): alert
      }
    }
  }

  /// What a course came to.
  public struct Account: Hashable, Sendable {
    /// When the alert fired first, and when it cleared last; nil if it didn't, or fires still.
    public let fired: Instant?
    /// See ``fired``.
    public let cleared: Instant?
    /// How often it fired, and on how many pages or tickets.
    public let firings: Int
    /// See ``firings``.
    public let pages: Int
    /// For how long it fired in all.
    public let duration: TimeSpan
    /// How often something was done for it.
    public let remedies: Int
    /// Operations that ended, and those that ended otherwise than ok.
    public let ended: Int
    /// See ``ended``.
    public let failed: Int
    /// Reads that were answered, and the stale ones.
    public let reads: Int
    /// See ``reads``.
    public let stale: Int
    /// Acknowledged writes that are lost.
    public let lost: Int
    /// What a month of it costs without people, in dollars; nil where nothing can be said.
    public let cost: Double?
  }

  /// What is different.
  public let change: Change
  /// The session as it was.
  public let before: Account
  /// The other; nil if there is nothing to leave out.
  public let after: Account?
  /// Where both end.
  public let end: Instant

  /// Plays the present branch, up to now, with or without.
  public init(_ change: Change, in timeline: Timeline) {
    self.change = change
    end = timeline.now
    before = Account(change.alert, in: timeline.world)
    guard let course = timeline.course(change) else {
      after = nil
      return
    }
    after = Account(change.alert, in: course.world)
  }
}

extension RemedyWhatIf.Account {
  fileprivate init(_ alert: String, in world: World) {
    let own = world.board.firings.filter { $0.alert == alert }
    fired = own.first?.fired
    cleared = own.last?.cleared
    firings = own.count
    pages = own.count(where: \.isNewPage)
    duration = own.reduce(.zero) { $0 + (($1.cleared ?? world.cluster.now) - $1.fired) }
    remedies = world.board.carriedOut(for: alert)
    let tally = world.observer.tally
    (ended, failed, reads, stale) = (tally.ended, tally.ended - tally.succeeded, tally.readsAnswered, tally.readsStale)
    lost = Losses.lostWrites(world.cluster, world.observer).count
    let facts = FactContext(world, commands: 0, predictions: PredictionMemo())
    cost = facts.value(.named("cost.total", [])).magnitude
  }
}

extension Timeline {
  /// The present branch up to now, played again with a remedy or without, or as it was; nil if there is nothing to leave out.
  func course(_ change: RemedyWhatIf.Change?) -> Timeline? {
    var there = self
    there.watch()
    there.world.isTracing = false
    let past = there.branches[there.current].inputs.prefix { $0.position < there.position }
    let start = past.lastIndex { $0.input.beginsCluster }.map { $0 + 1 } ?? 0
    let origin = start > 0 ? past[start - 1].position + 1 : there.branches[there.current].keyframes[0].position
    let end = there.now
    let inputs = past[start...].filter { !$0.isLeftOut(change) }
    if case .without(let alert) = change, !past[start...].contains(where: { $0.arms(alert) }) { return nil }
    there.goto(position: origin)
    var course = Timeline(there.world, spacing: .max)
    if case .with(let remedy) = change { course.decide(.remedy(remedy), as: "when \(remedy.alert) do \(remedy.text)") }
    for next in inputs {
      course.run(until: max(next.time, course.now))
      // An operation begins after the last answer of one, as it does in a session.
      if case .operate = next.input { course.makeRoom(at: max(course.now, course.cluster.nextStart)) }
      guard course.world.refusal(ofAnyOf: next.input) == nil else { continue }
      course.perform(next.input, as: next.text, deciding: next.decision)
    }
    course.run(until: max(end, course.now))
    return course
  }
}

extension Timeline.TimedInput {
  /// Whether it has something done when an alert fires.
  fileprivate func arms(_ alert: String) -> Bool {
    if case .operating(.remedy(let remedy)) = decision { remedy.alert == alert } else { false }
  }

  /// Whether it is no part of the other course: what remedies did is done anew there, or not.
  fileprivate func isLeftOut(_ change: RemedyWhatIf.Change?) -> Bool {
    if case .remedied = decision { return true }
    if case .without(let alert) = change { return arms(alert) }
    return false
  }
}

extension World {
  /// Why an input can't be given now, an operation included; nil if it can.
  fileprivate func refusal(ofAnyOf input: Input) -> String? {
    if case .operate(let plan) = input { refusal(of: plan) } else { refusal(of: input) }
  }
}
