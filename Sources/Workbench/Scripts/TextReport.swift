import Insight
import Kernel
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

  /// A report, in colour or not.
  public init(isColored: Bool) { self.isColored = isColored }

  /// The lines of an event.
  public func lines(for event: SessionEvent) -> [String] {
    switch event {
    case .operation(let operation): return [line(for: operation)]
    case .expectation(let report): return lines(for: report)
    case .said(let text):
      return [""] + Reference.wrap(Printable.escaped(text), 76).map { paint("  " + $0, .speech) }
    case .marked(let text):
      let title = "── \(Printable.escaped(text)) "
      return ["", title + String(repeating: "─", count: max(2, 78 - TextWidth.of(title)))]
    case .acted(let command, let at):
      return [stamp(at) + "  " + paint(Printable.escaped(command), .dim)]
    case .repaired(let summary):
      let isWhole = summary.outcome.failures.isEmpty
      return [stamp(summary.outcome.ended) + "  " + paint(summary.sentence, isWhole ? .good : .warning)]
    case .shown(let lines): return lines.map { "              " + $0 }
    case .explained(let explanation): return explanation.lines.map { "              " + $0 }
    case .checked(let reports, let leftOut):
      return (reports.flatMap(\.lines) + (leftOut.map { ["  \($0)"] } ?? [])).map { "              " + $0 }
    case .traced: return []
    }
  }

  /// The closing lines.
  public func endLines(of session: Session) -> [String] {
    let facts = session.facts
    let tally = session.world.observer.tally
    var words = ["\(count(tally.ended, "operation"))"]
    if tally.reads > 0 { words.append("\(tally.readsStale) of \(count(tally.readsAnswered, "read")) stale") }
    words.append(facts.cluster.isConverged ? "converged" : "not converged")
    let (held, failed) = session.expectations
    if held + failed > 0 {
      words.append(
        failed == 0
          ? "all \(count(held, "expectation")) held" : "\(failed) of \(count(held + failed, "expectation")) failed")
    }
    let summary = "\(stamp(session.cluster.now))  end: \(words.joined(separator: " · "))"
    return ["", failed > 0 ? paint(summary, .bad) : summary]
  }

  private func line(for operation: OperationReport) -> String {
    let what = TextWidth.pad(operation.action, 28)
    let route = TextWidth.pad("\(Printable.escaped(operation.client)) → \(operation.coordinator ?? "nobody")", 20)
    let latency = Quantity.milliseconds((operation.end - operation.start).microseconds, decimals: 1)
    let start = "\(stamp(operation.start))  \(what)  \(TextWidth.pad(operation.level.name, 12))  \(route)"
    let delay = operation.delayWords.map { ", \($0)" } ?? ""
    return start + "  " + TextWidth.padLeft(latency, 11) + "  " + result(of: operation) + delay
  }

  private func result(of operation: OperationReport) -> String {
    switch operation.outcome {
    case .unavailable:
      let reason =
        operation.coordinator == nil
        ? "no replica can be reached" : "needs \(operation.required), sees \(operation.received) alive"
      return paint("✗ unavailable", .bad) + " (\(reason))"
    case .timeout:
      let reason = operation.refusal ?? "\(operation.received) of \(operation.required) answered"
      return paint("▲ timeout", .warning) + " (\(reason))"
    case .ok:
      if operation.applied == false {
        return paint("not applied", .warning) + ", it is \(operation.found.map(Printable.escaped) ?? "none")"
      }
      guard operation.kind == .read else { return paint("ok", .good) }
      let value = operation.value.map(Printable.escaped) ?? "none"
      guard operation.isStale == true else { return "\(paint("ok", .good)) \(value)" }
      let behind = operation.versionsBehind ?? 0
      let missed = operation.missed.map(Printable.escaped).joined(separator: ", ")
      let more = behind > operation.missed.count ? " …" : ""
      return paint("✗ stale", .bad) + " \(value), misses \(count(behind, "write")): \(missed)\(more)"
    }
  }

  private func lines(for report: ExpectationReport) -> [String] {
    if report.isHeld { return [stamp(report.at) + "  " + paint("✓ \(report.condition)", .good)] }
    let place = "\(Printable.escaped(report.line.file)):\(report.line.number)"
    let facts = report.facts.isEmpty ? "" : " (\(report.facts.map(Printable.escaped).joined(separator: ", ")))"
    return [stamp(report.at) + "  " + paint("✗ \(report.condition)", .bad) + facts + "  " + paint(place, .dim)]
  }

  private func stamp(_ at: Instant) -> String {
    let text = Quantity.milliseconds(at.microseconds)
    return paint(TextWidth.padLeft(text, max(12, TextWidth.of(text))), .dim)
  }

  private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  private func paint(_ text: String, _ role: Role) -> String {
    isColored ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
