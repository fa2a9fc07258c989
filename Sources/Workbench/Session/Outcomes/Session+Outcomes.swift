import Analysis
import Insight
import Kernel
import Language
import Replication

/// What came of each command.
extension Session {
  /// The outcome of a command whose time has passed.
  ///
  /// - Parameter answer: the last event that it reported, if any.
  func outcome(of undertaking: Undertaking, goal: Goal?, answer: SessionEvent?) -> CommandOutcome {
    let found = finding(undertaking, goal, answer)
    return CommandOutcome(undertaking.line.words, found.adding(branching(undertaking)), at: now)
  }

  /// That a command opened a branch, where its own words don't say so.
  private func branching(_ undertaking: Undertaking) -> String {
    switch undertaking.command {
    case .fork, .switchTo, .undo, .redo: return ""
    default:
      let branch = timeline.branchName
      guard branch != undertaking.start.branch else { return "" }
      return "; on branch \(branch) now, \(undertaking.start.branch) stays as it was"
    }
  }

  private func finding(_ undertaking: Undertaking, _ goal: Goal?, _ answer: SessionEvent?) -> OutcomeFinding {
    let (start, line) = (undertaking.start, undertaking.line)
    switch undertaking.command {
    case .input(.sync):
      guard case .repaired(let summary) = answer else { return OutcomeFinding("synced by hand", .repair) }
      return OutcomeFinding(summary.sentence, summary.weight, .told)
    case .input(let input): return finding(input, line, start)
    case .profile(let plan):
      return OutcomeFinding(
        "\(plan.name): \(newCluster), \(cluster.plan.scheme.rawValue); "
          + "`help \(plan.name)` says what it is, and what to try" + levelsAsked(by: plan))
    case .killLeader:
      return OutcomeFinding("killed \(start.message ?? "who led it"), which led it", .bad)
    case .moveLeader:
      return OutcomeFinding("\(start.message ?? "who leads it") hands its leadership over", .plain)
    case .seed(let seed), .fixSeed(let seed):
      let isTaken = self.seed == seed
      return OutcomeFinding(
        isTaken ? "the seed is \(seed), and time begins anew" : "the seed stays \(self.seed), which was given for good",
        isTaken ? .plain : .warning)
    case .operate(let plan, _):
      if case .answer(let id) = goal, let operation = OperationReport(id, in: world) {
        return OutcomeFinding(operation.sentence(in: world), operation.weight, .told)
      }
      let number = cluster.commandOperations.last.map { "op \($0.index), a " } ?? "a "
      if let author = plan.author {
        return OutcomeFinding("\(number)post of \(Printable.named(author)), is on its way")
      }
      let subject =
        switch plan.kind {
        case .consume: cluster.clients[plan.client].name
        case .timeline: plan.value ?? ""
        case .read, .write, .delete, .add, .remove, .increment: plan.key
        }
      return OutcomeFinding("\(number)\(plan.kind.rawValue) of \(Printable.named(subject)), is on its way")
    case .repair(let pairs, let key, _):
      if case .repair(let round) = goal, let outcome = cluster.repairs.outcome(ofRound: round) {
        let summary = RepairSummary(outcome, in: cluster)
        return OutcomeFinding(summary.sentence, summary.weight, .told)
      }
      let what = key.map { "of \(Printable.named($0)) " } ?? ""
      return OutcomeFinding("a round of repair \(what)begins between \(CountedNoun("pair").text(pairs.count))", .repair)
    case .await, .step, .run, .play: return played(since: start, as: undertaking.command)
    case .runUntil(let condition, _, let text): return finding(condition, text, answer, since: start)
    case .back, .goto, .gotoEvent, .undo, .redo, .fork, .switchTo: return travelled(undertaking)
    case .expect(_, let text): return expectation(text, answer)
    case .show, .predict, .why, .whyNot, .branches, .diff, .whatIf, .check, .help:
      return OutcomeFinding(summary(of: undertaking.command, answer), .plain, .told)
    case .share:
      guard case .shared(let token) = answer else { return OutcomeFinding("nothing is shared", .plain, .told) }
      return OutcomeFinding(
        "this moment in \(CountedNoun.bytes.text(token.text.utf8.count)): `eventually open TEXT` reopens it", .good,
        .told)
    case .say(let text): return OutcomeFinding("said: \(text)", .plain, .narration)
    case .mark(let text): return OutcomeFinding("a chapter begins: \(text)", .plain, .narration)
    case .note(let text): return OutcomeFinding("noted for the presenter: \(text)", .plain, .stage)
    case .beat(let span):
      return OutcomeFinding("a pause\(span.map { " of \(Quantity.text($0))" } ?? "") for the presenter", .plain, .stage)
    case .view(let view): return OutcomeFinding("\(view.rawValue) is shown", .plain, .stage)
    case .zoom(let view): return OutcomeFinding("\(view.rawValue) has the whole screen", .plain, .stage)
    case .focus(let place): return OutcomeFinding("\(place) is selected", .plain, .stage)
    case .select(let key):
      let isKnown = cluster.catalogue.names.key(named: key) != nil
      return isKnown
        ? OutcomeFinding("key \(Printable.named(key)) is selected", .plain, .stage)
        : OutcomeFinding(untouched(key), .warning, .stage)
    case .speed(let speed): return OutcomeFinding(Self.words(for: speed), .plain, .stage)
    case .breakpoint(let condition):
      let words = condition == nil ? "nothing stops time any more" : "time will stop once \(breakpointText) comes true"
      return OutcomeFinding(words, .plain, .stage)
    case .operating(let decision): return finding(decision)
    case .source(let path): return OutcomeFinding("\(path) was read", .plain, .stage)
    case .save(let path), .export(_, to: let path): return OutcomeFinding("\(path) is to be written", .plain, .stage)
    case .messages: return OutcomeFinding("what was said so far", .plain, .stage)
    case .trial: return OutcomeFinding("tried on copies", .plain, .stage)
    case .poll: return OutcomeFinding("votes taken down", .plain, .stage)
    case .quit: return OutcomeFinding("the session ends", .plain, .stage)
    }
  }

  /// At which levels a system's users ask, where that isn't what holds without a word.
  private func levelsAsked(by plan: ProfilePlan) -> String {
    guard let asked = (try? Profile.named(plan.name))?.table.asked, !asked.isEmpty else { return "" }
    let names = names(isPrompt: false)
    let standard = [OperationKind.write, .read].map { names.standardLevel(of: $0).name ?? "none" }
    let silent = standard[0] == standard[1] ? standard[0] : standard.joined(separator: "/")
    return "; its users ask `\(asked)`, and what names no level asks at \(silent)"
  }

  private func expectation(_ text: String, _ answer: SessionEvent?) -> OutcomeFinding {
    guard case .expectation(let report) = answer else { return OutcomeFinding("asked: \(text)", .plain, .told) }
    let facts = report.facts.isEmpty ? "" : ": \(report.facts.joined(separator: ", "))"
    return OutcomeFinding(
      "\(report.isHeld ? "holds" : "failed"): \(report.condition)\(facts)", report.isHeld ? .good : .bad, .told)
  }

  /// What an answer says in one sentence.
  private func summary(of command: Command, _ answer: SessionEvent?) -> String {
    switch answer {
    case .alerts(let report): return "alerts: \(report.summary)"
    case .explained(let explanation): return (explanation.number.map { "op \($0): " } ?? "") + explanation.title
    case .checked(let reports, let leftOut):
      let (kept, broken) = (reports.count { $0.isHeld == true }, reports.count { $0.isHeld == false })
      let open = reports.count - kept - broken
      let words = [
        "\(kept) of \(CountedNoun("guarantee").text(reports.count)) kept", broken > 0 ? "\(broken) broken" : nil,
        open > 0 ? "\(open) not decided" : nil, leftOut,
      ]
      return words.compactMap { $0 }.joined(separator: ", ")
    case .shown(let lines), .answered(let lines, _):
      let rest = lines.count == 1 ? lines[0] : CountedNoun("line").text(lines.count)
      return "\(Self.subject(of: command)): \(rest)"
    default: return "\(Self.subject(of: command)): nothing to be said"
    }
  }

  /// What a question was about.
  private static func subject(of command: Command) -> String {
    switch command {
    case .show(.key(let key)): return "copies of \(Printable.named(key))"
    case .show(.clocks(let key)): return "clocks of \(Printable.named(key))"
    case .show(.messages): return "messages on their way"
    case .show(.hints): return "hints"
    case .show(.links): return "links"
    case .show(.metrics): return "metrics"
    case .show(.lag): return "lag"
    case .show(.roles): return "roles"
    case .show(.path): return "the path of an operation"
    case .show(.backlog): return "backlog"
    case .show(.alerts): return "alerts"
    case .show(.cost): return "cost"
    case .show(.serviceLevels): return "service levels"
    case .show(.merkle): return "Merkle trees"
    case .show(.session): return "guarantees of sessions"
    case .predict: return "prediction"
    case .branches: return "branches of time"
    case .diff(let first, let second): return "\(first) beside \(second)"
    case .whatIf: return "tried on copies"
    case .help(let name): return name.map { "help on \($0)" } ?? "all commands"
    default: return "answer"
    }
  }

  private static func words(for speed: Speed) -> String {
    switch speed {
    case .auto: "speed auto: the longest hop takes about two seconds"
    case .step: "speed step: nothing moves but by `step`"
    case .max: "speed max: as fast as can be"
    case .factor(let thousandths):
      "speed \(Quantity.number(Double(thousandths) / 1_000))x: a second of virtual time takes "
        + "\(Quantity.number(1_000 / Double(thousandths), decimals: 3)) s"
    }
  }
}
