import Analysis
import Insight
import Kernel
import Language
import Replication

/// What came of commands that let time run, or move in it.
extension Session {
  /// That so many events were played, and what ended in them.
  public func played(since start: Standpoint) -> CommandOutcome {
    CommandOutcome("", played(since: start, as: nil), at: now)
  }

  func played(since start: Standpoint, as command: Command?) -> OutcomeFinding {
    let count = events(since: start)
    var sentence = "played \(CountedNoun("event").text(count)) to \(instant)"
    if case .await = command, cluster.openCommands == 0 { sentence += "; every operation is answered" }
    let answered = ended(since: start)
    var weight = LogLine.Weight.plain
    switch answered.count {
    case 0:
      if count == 1, let record = latestRecord(since: start) { sentence += "; \(record)" }
    case 1:
      sentence += "; \(answered[0].sentence(in: world))"
      weight = answered[0].weight
    default:
      sentence += "; \(CountedNoun("operation").text(answered.count)) ended"
      let stale = answered.count { $0.isStale == true }
      if stale > 0 { sentence += ", \(CountedNoun("read").text(stale)) stale" }
      if answered.contains(where: { $0.weight == .bad }) { weight = .bad }
    }
    if nextInstant == nil { sentence += "; nothing is left to happen\(agreement)" }
    return OutcomeFinding(sentence, weight)
  }

  /// Whether copies agree in the end; nothing where nothing was written.
  private var agreement: String {
    guard hasKeys else { return "" }
    return cluster.isConverged ? ", and \(cluster.scheme.liveCopies) agree" : ", but not converged"
  }

  /// How many events and commands of the branch were played.
  private func events(since start: Standpoint) -> Int { max(0, timeline.position - start.moment.position) }

  /// The operations of commands that have ended, as far as anybody would read of them.
  private func ended(since start: Standpoint) -> [OperationReport] {
    let all = world.observer.history.commands
    let first = world.era == start.era ? min(start.ended, all.count) : 0
    return all[first...].suffix(1_000).compactMap { OperationReport($0, in: world) }
  }

  /// The latest line of the log, if it was written meanwhile.
  private func latestRecord(since start: Standpoint) -> String? {
    guard world.observer.trace.total > start.records, world.era == start.era,
      let line = LogReport.lines(1, in: timeline).first, line.at == now
    else { return nil }
    let outcome = line.outcome.isEmpty ? "" : ", \(line.outcome)"
    return "\(line.place.isEmpty ? "" : "\(line.place): ")\(line.text)\(outcome)"
  }

  /// Whether time ran until a condition held, after how long, and which writes were overwritten meanwhile.
  func finding(
    _ condition: Condition, _ text: String, _ answer: SessionEvent?, since start: Standpoint
  ) -> OutcomeFinding {
    if case .expectation(let report) = answer, !report.isHeld {
      let facts = report.facts.isEmpty ? text : report.facts.joined(separator: ", ")
      return OutcomeFinding("not reached by \(instant): \(facts)", .bad, .told)
    }
    let isConvergence = condition == .fact(.named("converged", []))
    let spent = now - start.moment.time
    let isAtOnce = timeline.moment == start.moment
    let how = isAtOnce ? "already" : "after \(Quantity.figure(spent))"
    let words = isConvergence ? "converged \(how)" : "\(text) holds \(how)"
    return OutcomeFinding(words + overwritten, .good, .condition)
  }

  /// Such as `; jam was overwritten by tea`: the acknowledged writes that lost to a concurrent one and were not told of yet.
  private var overwritten: String {
    let (observer, catalogue) = (world.observer, cluster.catalogue)
    // What was told on another branch, or at a later moment of this one, was told of another history.
    let isSame = told.map { $0.moment.branch == timeline.moment.branch && $0.moment.position <= timeline.position }
    let first = isSame ?? false ? min(told?.beaten ?? 0, observer.conflicts.beatenCount) : 0
    let lost = observer.conflicts.overwritten(from: first, observer.history, catalogue)
    guard let (loser, winner) = lost.first else { return "" }
    func value(_ version: VersionID) -> String {
      let text = catalogue.names.text(of: catalogue.version(version).value)
      return catalogue.version(version).isTombstone ? "a delete" : Printable.named(text)
    }
    let words = "\(value(loser.operation.version)) was overwritten by \(value(winner))"
    return lost.count > 1 ? "; \(CountedNoun("write").text(lost.count)) were overwritten, first \(words)" : "; \(words)"
  }

  /// Where somebody stands who has moved in time.
  func travelled(_ undertaking: Undertaking) -> OutcomeFinding {
    let place = "at \(instant)\(ahead)"
    let branch = timeline.branchName
    switch undertaking.command {
    case .undo: return OutcomeFinding("undid `\(redoable.last?.words ?? "")`; \(place)")
    case .redo: return OutcomeFinding("did `\(undoable.last?.words ?? "")` again; \(place)")
    case .back:
      let count = undertaking.start.moment.position - timeline.position
      return OutcomeFinding(
        count > 0 ? "took \(CountedNoun("event").text(count)) back; \(place)" : "this is the beginning of time")
    case .goto, .gotoEvent: return OutcomeFinding("\(place), after event \(timeline.position)")
    case .fork: return OutcomeFinding("on branch \(branch) now, which begins \(place)")
    default: return OutcomeFinding("on branch \(branch) now, \(place)")
    }
  }

  /// How much of the branch lies ahead.
  private var ahead: String {
    let left = timeline.tip.position - timeline.position
    guard left > 0 else { return timeline.isInPast ? ", in its past" : "" }
    return ", \(CountedNoun("event").text(left)) before the end of \(timeline.branchName)"
  }

  /// The present instant, as a sentence names it.
  private var instant: String { Quantity.milliseconds(now.microseconds, decimals: 1) }

  /// That the breakpoint has stopped time.
  public var stopped: CommandOutcome {
    CommandOutcome(
      "", OutcomeFinding("the breakpoint stops time at \(instant): \(breakpointText) has come true", .warning), at: now)
  }
}
