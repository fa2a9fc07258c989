import Analysis
import Insight
import Kernel
import Language
import Replication

/// What time runs for: the part of a command that can be watched.
public enum Goal: Hashable, Sendable {
  /// Until an operation has been answered.
  case answer(OperationID)
  /// Until every operation that commands issued has been answered.
  case answers
  /// Until all sessions of a round of repair have ended; a schedule may begin others meanwhile.
  case repair(round: Int)
  /// For that many events.
  case events(Int)
  /// Until an instant.
  case instant(Instant)
  /// Until a condition holds, but not past an instant; there it counts as a failed expectation.
  case condition(Condition, by: Instant, text: String, line: SourceLine)
}

/// How far a goal has come.
public enum GoalProgress: Hashable, Sendable {
  /// It is reached, or nothing more can happen for it.
  case reached
  /// There is more to play.
  case ongoing
  /// The breakpoint's condition has come true.
  case stopped
}

extension Session {
  /// Plays towards a goal, up to an instant and for at most that many events.
  ///
  /// - Parameter goal: what time runs for. It changes along: a new cluster that is replayed begins its time anew.
  public mutating func pursue(
    _ goal: inout Goal, until limit: Instant, atMost count: Int, report: (SessionEvent) -> Void
  ) -> GoalProgress {
    let before = timeline.moment
    var answer: SessionEvent?
    let progress = play(towards: &goal, until: limit, atMost: count) { event in
      if case .expectation = event { answer = event }
      report(event)
    }
    wroteTime(since: before, isGoalReached: progress == .reached)
    flush(report)
    if progress == .reached, let undertaking {
      report(.outcome(outcome(of: undertaking, goal: goal, answer: answer)))
      if case .condition = goal { told = (world.observer.conflicts.beatenCount, timeline.moment) }
      self.undertaking = nil
    }
    return progress
  }

  private mutating func play(
    towards goal: inout Goal, until limit: Instant, atMost count: Int, _ report: (SessionEvent) -> Void
  ) -> GoalProgress {
    if breakpoint == nil, case .instant(var target) = goal {
      // The only goal that needs no look after each event: it is played in slices, so that reports don't pile up.
      let bound = min(target, limit)
      var stop = bound
      var rest = count
      while rest > 0 {
        let isThere = timeline.run(until: &stop, atMost: min(rest, 65_536))
        flush(report)
        rest = rest > 65_536 ? rest - 65_536 : 0
        if isThere { break }
      }
      target += stop - bound
      goal = .instant(target)
      return cluster.now >= target ? .reached : .ongoing
    }
    return pursueByEvent(&goal, until: limit, atMost: count, report)
  }

  /// Plays event by event, and looks at the goal and at the breakpoint after each.
  private mutating func pursueByEvent(
    _ goal: inout Goal, until limit: Instant, atMost count: Int, _ report: (SessionEvent) -> Void
  ) -> GoalProgress {
    var lookout = Lookout(goal, breakpoint)
    var rest = count
    lookout.isHeld = isBroken(&lookout)
    while rest > 0 {
      if isReached(goal, &lookout) { return .reached }
      if lookout.isIdleWhileApart {
        let before = timeline.world.cluster.now
        let played = timeline.run(until: min(limit, goal.bound), atMost: min(rest, 65_536), whileApart: &lookout.watch)
        if played > 0 || timeline.world.cluster.now > before {
          rest -= played
          if isStop(&lookout) { return .stopped }
          continue
        }
      }
      if case .repair(let round) = goal, lookout.breakpoint == nil {
        let played = timeline.run(until: limit, atMost: min(rest, 65_536), whileRound: round)
        rest -= played
        if played > 0 { continue }
      }
      // What was true may end, and the other way round, where a clock lets something expire, though nothing happens.
      let silent = goal.bound < .end ? nextSilentChange(&lookout) : nil
      var stop = min(limit, goal.bound, silent ?? .end)
      let bound = stop
      guard advance(by: &stop) else {
        if stop == silent, stop < min(limit, goal.bound) {
          if isStop(&lookout) { return .stopped }
          continue
        }
        guard stop >= goal.bound || limit == .end else { return .ongoing }
        if isReached(goal, &lookout) { return .reached }
        if case .condition(let condition, _, let text, let line) = goal {
          report(judge(condition, text, line, in: facts))
        }
        return .reached
      }
      goal.shift(by: stop - bound)
      if case .events(let left) = goal { goal = .events(left - 1) }
      rest -= 1
      if isStop(&lookout) { return .stopped }
    }
    return isReached(goal, &lookout) ? .reached : .ongoing
  }

  /// The next instant at which what is waited for may come true though nothing happens.
  private func nextSilentChange(_ lookout: inout Lookout) -> Instant? {
    let clock = lookout.clocks.nextChange(in: timeline.world.cluster)
    guard lookout.asksOfService else { return clock }
    let service = timeline.world.nextServiceInstant
    return service.map { min($0, clock ?? .end) } ?? clock
  }

  /// Plays the next event that is due by `limit`; false if there is none, and then time stands there.
  private mutating func advance(by limit: inout Instant) -> Bool {
    limit == .end ? timeline.step() : !timeline.run(until: &limit, atMost: 1)
  }

  private func isReached(_ goal: Goal, _ lookout: inout Lookout) -> Bool {
    switch goal {
    case .answer(let operation): return timeline.world.observer.history[operation] != nil
    case .answers: return timeline.world.cluster.openCommands == 0
    case .repair(let round): return timeline.world.cluster.repairs.isOver(round: round)
    case .events(let count): return count <= 0
    case .instant(let instant): return timeline.world.cluster.now >= instant
    case .condition: return lookout.goal.map { holds($0, &lookout.watch) } ?? false
    }
  }

  /// Whether the breakpoint's condition has come true.
  private func isStop(_ lookout: inout Lookout) -> Bool {
    let wasHeld = lookout.isHeld
    lookout.isHeld = isBroken(&lookout)
    return lookout.isHeld && !wasHeld
  }

  private func isBroken(_ lookout: inout Lookout) -> Bool {
    lookout.breakpoint.map { holds($0, &lookout.watch) } ?? false
  }

  /// Whether a condition holds, with as little looking as it takes.
  private func holds(_ question: Question, _ watch: inout ConvergenceWatch) -> Bool {
    guard question.asksConvergence else { return facts(for: question.condition).holds(question.condition) }
    let isConverged = watch.isConverged(timeline.world.cluster)
    if !isConverged, let answer = question.whileApart { return answer }
    return facts(for: question.condition, isConverged: isConverged).holds(question.condition)
  }
}

extension Goal {
  /// Whether looking for its end takes time in proportion to the history.
  public var isCostly: Bool {
    if case .condition(let condition, _, _, _) = self { condition.isCostly } else { false }
  }

  /// The instant past which nothing is played for it.
  public var bound: Instant {
    switch self {
    case .instant(let instant), .condition(_, by: let instant, _, _): instant
    case .answer, .answers, .repair, .events: .end
    }
  }

  fileprivate mutating func shift(by span: TimeSpan) {
    guard span != .zero else { return }
    switch self {
    case .instant(let instant): self = .instant(instant + span)
    case .condition(let condition, let instant, let text, let line):
      self = .condition(condition, by: instant + span, text: text, line: line)
    case .answer, .answers, .repair, .events: break
    }
  }
}
