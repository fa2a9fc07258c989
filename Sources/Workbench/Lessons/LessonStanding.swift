import Analysis
import Language

/// How the clauses of a step's goal stand: what has come true since the step began stays so until the step is left, or somebody
/// travels back before it.
///
/// Three kinds of clause are judged by what is so now. One that was true before anything was done, such as that nothing is broken,
/// is one to keep, unless it was lost and came true again. One that asks for a rate, a percentile or a guarantee is about all that
/// has been: the first read alone says nothing. And one that can never be true again, as something has been once too often, is lost.
/// Where all clauses held at one moment, the goal stays reached whatever comes.
struct LessonStanding: Sendable {
  private struct Mark: Sendable {
    let clause: LessonClause
    /// A moment at which it did not hold; nil if it always has.
    var missed: Timeline.Moment?
    /// The first moment at which it held after that.
    var met: Timeline.Moment?
  }

  /// How many events of a stretch are gone through one by one, by the cost of what is asked after each.
  private static func mostEvents(_ cost: FactCost) -> Int {
    switch cost {
    case .cheap: 20_000
    case .cluster: 2_000
    case .history: 300
    }
  }

  private var marks: [Mark]
  /// The first moment at which all held, or had been met.
  private var whole: Timeline.Moment?
  /// Up to where it has been looked.
  private var seen: Timeline.Moment

  /// The clauses of a goal, at a step's beginning.
  init(_ goal: [LessonClause], in session: Session) {
    let moment = session.timeline.moment
    marks = goal.map { Mark(clause: $0, missed: session.holds($0.condition) ? nil : moment) }
    seen = moment
  }

  /// Looks at what has happened since it was looked last, also at what was true in between only.
  mutating func look(at session: Session) {
    let timeline = session.timeline
    let held = marks.map { session.holds($0.clause.condition) }
    if timeline.contains(seen), timeline.position > seen.position + 1 {
      lookBetween(seen.position, and: timeline, whereIsHeld: held)
    }
    take(held, at: timeline.moment, in: timeline)
    seen = timeline.moment
  }

  /// Whether each clause can't come true any more, whatever is done from here on: it asks for less of something than there
  /// is already, and that only grows.
  func outOfReach(in session: Session) -> [Bool] {
    zip(marks, held(in: session)).map { mark, isHeld in
      !isHeld && !mark.clause.condition.canComeTrue(in: session.facts(for: mark.clause.condition))
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
  private mutating func lookBetween(_ position: Int, and timeline: Timeline, whereIsHeld held: [Bool]) {
    let events = timeline.position - position
    let isOpen = marks.map { mark in
      !timeline.contains(mark.met) && mark.clause.condition.canBeAskedOfTrace
        && events <= Self.mostEvents(mark.clause.condition.cost)
    }
    guard marks.indices.contains(where: { isOpen[$0] && !held[$0] }) else { return }
    let judges = marks.indices.allSatisfy { isOpen[$0] || timeline.contains(marks[$0].met) }
    var copy = self
    timeline.replayed(since: position) { past in
      let held = copy.marks.indices.map { index in
        isOpen[index] && past.holds(copy.marks[index].clause.condition)
      }
      copy.take(held, known: isOpen, at: past.moment, in: past, judges: judges)
      return copy.marks.indices.allSatisfy { !isOpen[$0] || past.contains(copy.marks[$0].met) }
    }
    self = copy
  }

  private mutating func take(
    _ held: [Bool], known: [Bool]? = nil, at moment: Timeline.Moment, in timeline: Timeline, judges: Bool = true
  ) {
    for index in marks.indices where known?[index] ?? true {
      guard marks[index].clause.condition.isOfMoments else { continue }
      let isMissed = timeline.contains(marks[index].missed)
      if !held[index] {
        if !isMissed { marks[index].missed = moment }
      } else if isMissed, !timeline.contains(marks[index].met) {
        marks[index].met = moment
      }
    }
    guard judges, !timeline.contains(whole) else { return }
    if marks.indices.allSatisfy({ held[$0] || timeline.contains(marks[$0].met) }) { whole = moment }
  }

  /// Whether each clause holds in a session, or has been met on the way there.
  func held(in session: Session) -> [Bool] {
    if isWhole(in: session) { return marks.map { _ in true } }
    return marks.map { mark in
      let facts = session.facts(for: mark.clause.condition)
      if facts.holds(mark.clause.condition) { return true }
      return session.timeline.contains(mark.met) && mark.clause.condition.canComeTrue(in: facts)
    }
  }

  /// Whether all held at some moment on the way there, or had been met by then.
  func isWhole(in session: Session) -> Bool { session.timeline.contains(whole) }
}

extension Session {
  /// Whether a condition holds now.
  func holds(_ condition: Condition) -> Bool { facts(for: condition).holds(condition) }
}

extension Timeline {
  /// Whether there is such a moment, and it is the present one or lies before it.
  fileprivate func contains(_ moment: Moment?) -> Bool { moment.map { contains($0) } ?? false }

  /// Whether a condition holds in the present world, which is looked at among many.
  fileprivate func holds(_ condition: Condition) -> Bool { FactContext.ofTrace(world).holds(condition) }
}

extension Condition {
  /// The highest cost of its facts.
  fileprivate var cost: FactCost {
    let costs = facts.map(\.cost)
    return costs.contains(.history) ? .history : costs.contains(.cluster) ? .cluster : .cheap
  }

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
