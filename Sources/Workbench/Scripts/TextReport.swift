import Analysis
import Insight
import Kernel
import Language
import Replication

/// What `run` prints for people: aligned, times in milliseconds, stale reads marked.
public struct TextReport: Sendable {
  /// The colours of a terminal, by what they mean.
  private enum Role: String {
    case dim = "2"
    case good = "32"
    case warning = "33"
    case bad = "31"
    case speech = "36"
  }

  private let isColored: Bool
  /// Whether somebody types the commands, and waits for an answer to each; a script's reader needs none to those that only
  /// concern the workbench.
  private let isConversation: Bool

  /// A report, in colour or not.
  public init(isColored: Bool, isConversation: Bool = false) {
    self.isColored = isColored
    self.isConversation = isConversation
  }

  /// The lines of an event.
  public func lines(for event: SessionEvent) -> [PrintableLine] {
    switch event {
    case .operation(let operation):
      return [line(for: operation)] + (operation.records ?? []).map { indented("  \($0)") }
        + operation.lacks.map { remark in
          paint("                " + remark.text, remark.kind == .missing ? .warning : .bad)
        }
    case .expectation(let report): return lines(for: report)
    case .said(let text):
      return [""] + Reference.wrap(Printable.escaped(text), 76).map { paint("  " + $0, .speech) }
    case .marked(let text):
      let title = "── \(Printable.escaped(text)) "
      return ["", PrintableLine(title + String(repeating: "─", count: max(2, 78 - TextWidth.of(title))))]
    case .outcome(let outcome): return lines(for: outcome)
    case .repaired(let summary):
      let isWhole = summary.outcome.failures.isEmpty
      return ["\(stamp(summary.outcome.ended))  \(paint(summary.sentence, isWhole ? .good : .warning))"]
    case .shown(let lines), .answered(let lines, _): return lines.map(indented)
    case .alerts(let report): return report.lines.map(indented)
    case .alerted(let event): return ["\(stamp(event.at))  \(paint(event.glyph + " " + event.text, role(of: event)))"]
    case .explained(let explanation): return explanation.lines.map(indented)
    case .checked(let reports, let leftOut):
      return (reports.flatMap(\.lines) + (leftOut.map { ["  \($0)"] } ?? [])).map(indented)
    // It stands alone, so that it can be taken as a whole.
    case .shared(let token): return [PrintableLine(token.text)]
    case .traced: return []
    }
  }

  private func lines(for outcome: CommandOutcome) -> [PrintableLine] {
    switch outcome.kind {
    case .told, .narration: return []
    case .stage where !isConversation: return []
    case .condition: return ["\(stamp(outcome.at))  \(paint("✓ \(outcome.sentence)", .good))"]
    case .change: return ["\(stamp(outcome.at))  \(echo(outcome))\(outcome.sentence)"]
    // Here is no screen that could show it.
    case .stage: return ["\(stamp(outcome.at))  \(echo(outcome))that is for the screen; nothing changes here"]
    }
  }

  private func role(of event: AlertEvent) -> Role {
    switch event.kind {
    case .fired: event.severity == .page ? .bad : .warning
    case .cleared, .acknowledged, .quietened: .good
    case .escalated, .remedied, .firedAgain, .flaps: .warning
    }
  }

  private func echo(_ outcome: CommandOutcome) -> PrintableLine {
    outcome.command.isEmpty ? "" : "\(paint(outcome.command, .dim)) · "
  }

  private func indented(_ line: String) -> PrintableLine { PrintableLine("              " + line) }

  /// The closing lines.
  public func endLines(of session: Session) -> [PrintableLine] {
    let facts = session.facts
    let tally = session.world.observer.tally
    var words = [count(tally.ended, "operation")]
    if tally.reads > 0 { words.append("\(tally.readsStale) of \(count(tally.readsAnswered, "read")) stale") }
    words.append(facts.cluster.isConverged ? "converged" : "not converged")
    let failed = session.expectations.failed
    words += [session.expectationWords].compactMap { $0 }
    let sentence = "  end: \(words.joined(separator: " · "))"
    let time = stampText(session.cluster.now)
    return ["", failed > 0 ? paint(time + sentence, .bad) : "\(paint(time, .dim))\(sentence)"]
  }

  private func line(for operation: OperationReport) -> PrintableLine {
    let what = TextWidth.pad(operation.action, 28)
    let server = operation.answeredBy
    let route = TextWidth.pad("\(Printable.escaped(operation.client)) → \(server)", 20)
    let latency = Quantity.milliseconds((operation.end - operation.start).microseconds, decimals: 1)
    let delay = operation.delayWords.map { ", \($0)" } ?? ""
    let middle = "  \(what)  \(TextWidth.pad(operation.levelName, 12))  \(route)  \(TextWidth.padLeft(latency, 11))  "
    return "\(stamp(operation.start))\(middle)\(result(of: operation))\(delay)"
  }

  private func result(of operation: OperationReport) -> PrintableLine {
    switch operation.outcome {
    case .unavailable:
      return "\(paint("✗ unavailable", .bad)) (\(operation.shortfall ?? ""))"
    case .rejected:
      return "\(paint("▲ rejected", .warning)) (\(operation.shortfall ?? ""))"
    case .throttled:
      return "\(paint("▲ throttled", .warning)) (\(operation.shortfall ?? ""))"
    case .conflict:
      return "\(paint("▲ conflict", .warning)) (\(operation.shortfall ?? ""))"
    case .failure:
      return "\(paint("✗ failure", .bad)) (\(operation.shortfall ?? ""))"
    case .timeout:
      return "\(paint("▲ timeout", .warning)) (\(operation.shortfall ?? ""))"
    case .ok:
      if operation.applied == false {
        return "\(paint("not applied", .warning)), it is \(operation.found ?? "none")"
      }
      if !operation.kind.hasKey { return "\(paint("ok", .good)) \(operation.answerText)" }
      guard operation.kind == .read else { return paint("ok", .good) }
      let value = operation.value ?? "none"
      guard operation.isStale == true else { return "\(paint("ok", .good)) \(value)" }
      return "\(paint("✗ stale", .bad)) \(value), \(operation.staleWords)"
    }
  }

  private func lines(for report: ExpectationReport) -> [PrintableLine] {
    if report.isHeld { return ["\(stamp(report.at))  \(paint("✓ \(report.condition)", .good))"] }
    let place = "\(report.line.file):\(report.line.number)"
    let facts = report.facts.isEmpty ? "" : " (\(report.facts.joined(separator: ", ")))"
    return ["\(stamp(report.at))  \(paint("✗ \(report.condition)", .bad))\(facts)  \(paint(place, .dim))"]
  }

  private func stampText(_ at: Instant) -> String {
    let text = Quantity.milliseconds(at.microseconds)
    return TextWidth.padLeft(text, max(12, TextWidth.of(text)))
  }

  private func stamp(_ at: Instant) -> PrintableLine { paint(stampText(at), .dim) }

  private func count(_ number: Int, _ noun: String) -> String { CountedNoun(noun).text(number) }

  private func paint(_ text: String, _ role: Role) -> PrintableLine {
    let line = PrintableLine(text)
    return isColored ? PrintableLine(encoded: "\u{1B}[\(role.rawValue)m\(line.text)\u{1B}[0m") : line
  }
}
