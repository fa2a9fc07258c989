import Analysis
import Insight
import Language

/// How the clauses of a step's goal stand: what has come true since the step began stays so until the step is left, or somebody
/// travels back before it.
///
/// Three kinds of clause are judged by what is so now. One that was true before anything was done, such as that nothing is broken,
/// is one to keep, unless it was lost and came true again. One that asks for a rate, a percentile or a guarantee is about all that
/// has been: the first read alone says nothing. And one that can never be true again, as something has been once too often, is lost.
/// Where all clauses held at one moment, or had been met and weren't lost, the goal stays reached whatever comes. With a new cluster
/// all that had come true is to come true anew: other operations are counted there.
struct LessonStanding: Sendable {
  /// A moment at which something was seen, and in which cluster.
  fileprivate struct Sight: Sendable {
    let moment: Timeline.Moment
    let era: Int

    init(_ timeline: Timeline) { (moment, era) = (timeline.moment, timeline.world.era) }
  }

  private struct Mark: Sendable {
    let clause: LessonClause
    /// Whether it is about moments, and not about all that has been.
    let isOfMoments: Bool
    /// A moment at which it did not hold; nil if it always has.
    var missed: Sight?
    /// The first moment at which it held after that.
    var met: Sight?

    init(_ clause: LessonClause, missed: Sight?) {
      (self.clause, self.missed) = (clause, missed)
      isOfMoments = clause.condition.isOfMoments
    }
  }

  /// How much is looked at in a stretch at most to find out whether a clause came true in between: operations, keys and replicas,
  /// over all of its events; see ``Condition/looks(events:changes:in:)``.
  private static let mostLooks = 30_000_000

  private var marks: [Mark]
  /// The first moment at which all held, or had been met.
  private var whole: Timeline.Moment?
  /// Up to where it has been looked.
  private var seen: Timeline.Moment
  /// How many operations had ended there, and in which cluster.
  private var ended: (count: Int, era: Int)

  /// What has ever been so, of what the clauses ask.
  private var past: PastWatch

  /// The clauses of a goal, at a step's beginning.
  init(_ goal: [LessonClause], in session: Session) {
    past = PastWatch(goal.map(\.condition))
    let facts = session.facts(recalling: past.recalled(in: session.timeline))
    marks = goal.map { Mark($0, missed: facts.holds($0.condition) ? nil : Sight(session.timeline)) }
    (seen, ended) = (session.timeline.moment, session.world.ended)
  }

  /// Looks at what has happened since it was looked last, also at what was true in between only.
  mutating func look(at session: Session) {
    let timeline = session.timeline
    // Once all is reached, nothing matters but whether somebody goes back before that.
    guard !timeline.contains(whole) else { return }
    let facts = session.facts(recalling: past.recalled(in: timeline))
    let held = marks.map { facts.holds($0.clause.condition) }
    if timeline.contains(seen), ended.era == timeline.world.era, timeline.position > seen.position + 1 {
      lookBetween(seen, and: timeline, whereIsHeld: held)
    }
    take(held, at: timeline, judges: true) { facts }
    (seen, ended) = (timeline.moment, timeline.world.ended)
  }

  /// Whether each clause can't come true any more, whatever is done from here on: it asks for less of something than there
  /// is already, and that only grows.
  func outOfReach(in session: Session) -> [Bool] {
    let facts = facts(of: session)
    return zip(marks, held(in: session)).map { mark, isHeld in
      !isHeld && !mark.clause.condition.canComeTrue(in: facts)
    }
  }

  /// How many commands have to be taken back before no clause is out of reach any more; nil while none is, or where that
  /// wouldn't help.
  func wayBack(from session: Session) -> Int? {
    guard outOfReach(in: session).contains(true) else { return nil }
    var copy = session
    for count in 1...50 {
      guard (try? copy.execute(.undo, from: .prompt("undo"), report: { _ in })) != nil else { return nil }
      if !outOfReach(in: copy).contains(true) { return count }
    }
    return nil
  }

  /// - Parameter held: what holds at the end of the stretch; where that is all there is no need to look.
  private mutating func lookBetween(_ seen: Timeline.Moment, and timeline: Timeline, whereIsHeld held: [Bool]) {
    let events = timeline.position - seen.position
    let now = timeline.world.ended
    let changes = now.era == ended.era ? now.count - ended.count + timeline.inputCount(since: seen.position) : events
    let isOpen = marks.map { mark in
      let condition = mark.clause.condition
      return !timeline.has(mark.met) && condition.canBeAskedOfTrace
        && condition.looks(events: events, changes: changes, in: timeline.world) <= Self.mostLooks
    }
    let judges = marks.indices.allSatisfy { isOpen[$0] || timeline.has(marks[$0].met) }
    let isAnyOpen = marks.indices.contains { isOpen[$0] && !held[$0] && (judges || marks[$0].isOfMoments) }
    guard isAnyOpen else { return }
    var copy = self
    var watch = FactWatch()
    timeline.replayed(since: seen.position) { past in
      let held = copy.held(isOpen, judges: judges, &watch, in: past)
      copy.take(held, known: isOpen, at: past, judges: judges) { FactContext.ofTrace(past.world) }
      return (!judges || past.contains(copy.whole))
        && copy.marks.indices.allSatisfy { index in
          !isOpen[index] || !copy.marks[index].isOfMoments || past.has(copy.marks[index].met)
        }
    }
    self = copy
  }

  /// Which clauses hold at a moment of a stretch, as far as it matters: what has been met is met. What is worked out of all that
  /// has been matters only where everything else is so.
  private func held(_ isOpen: [Bool], judges: Bool, _ watch: inout FactWatch, in past: Timeline) -> [Bool] {
    var held = marks.map { _ in false }
    func ask(_ wanted: [Int]) {
      let answers = watch.holds(wanted.map { marks[$0].clause.condition }, in: past.world)
      for (index, answer) in zip(wanted, answers) { held[index] = answer }
    }
    let open = marks.indices.filter { isOpen[$0] && !past.has(marks[$0].met) }
    ask(open.filter { marks[$0].isOfMoments })
    let others = open.filter { !marks[$0].isOfMoments }
    let isRestHeld = open.allSatisfy { held[$0] || !marks[$0].isOfMoments }
    if judges, isRestHeld { ask(others) }
    return held
  }

  private mutating func take(
    _ held: [Bool], known: [Bool]? = nil, at timeline: Timeline, judges: Bool, _ facts: () -> FactContext
  ) {
    let present = Sight(timeline)
    for index in marks.indices where known?[index] ?? true {
      guard marks[index].isOfMoments else { continue }
      let isMissed = timeline.has(marks[index].missed)
      if !held[index] {
        if !isMissed { marks[index].missed = present }
      } else if isMissed, !timeline.has(marks[index].met) {
        marks[index].met = present
      }
    }
    guard judges, !timeline.contains(whole) else { return }
    guard marks.indices.allSatisfy({ held[$0] || timeline.has(marks[$0].met) }) else { return }
    // What was met, and has been once too often by now, is lost.
    let before = marks.indices.filter { !held[$0] }
    if !before.isEmpty {
      let facts = facts()
      guard before.allSatisfy({ marks[$0].clause.condition.canComeTrue(in: facts) }) else { return }
    }
    whole = present.moment
  }

  /// Whether each clause holds in a session, or has been met on the way there.
  func held(in session: Session) -> [Bool] {
    if isWhole(in: session) { return marks.map { _ in true } }
    let facts = facts(of: session)
    return marks.map { mark in
      if facts.holds(mark.clause.condition) { return true }
      return session.timeline.has(mark.met) && mark.clause.condition.canComeTrue(in: facts)
    }
  }

  private func facts(of session: Session) -> FactContext {
    var past = past
    return session.facts(recalling: past.recalled(in: session.timeline))
  }

  /// Whether all held at some moment on the way there, or had been met by then.
  func isWhole(in session: Session) -> Bool { session.timeline.contains(whole) }
}

extension Session {
  /// Whether a condition holds now.
  func holds(_ condition: Condition) -> Bool { facts(for: condition).holds(condition) }
}

extension World {
  /// How many operations have ended in its cluster, and which cluster that is.
  fileprivate var ended: (count: Int, era: Int) { (observer.history.count, era) }
}

extension Timeline {
  /// Whether there is such a moment, and it is the present one or lies before it.
  fileprivate func contains(_ moment: Moment?) -> Bool { moment.map { contains($0) } ?? false }

  /// Whether something was seen by now, in this cluster.
  fileprivate func has(_ sight: LessonStanding.Sight?) -> Bool {
    sight.map { $0.era == world.era && contains($0.moment) } ?? false
  }
}

extension Condition {
  /// Whether a world alone can answer it, and soon: neither the past nor the number of commands nor a prediction is asked for.
  var canBeAskedOfTrace: Bool {
    facts.allSatisfy { fact in
      switch fact {
      case .ever, .predicted, .named("commands", _): false
      case .named, .operation, .guarantee, .count, .latency: true
      }
    }
  }
}
