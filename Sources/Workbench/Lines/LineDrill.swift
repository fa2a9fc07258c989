import Analysis
import Kernel
import Language

/// A drill line by line: what comes in is told, and commands are taken. Time runs with `run`.
public struct LineDrill {
  /// What is played.
  public private(set) var play: DrillPlay
  private let report: TextReport
  private let write: (PrintableLine) -> Void

  /// What can be typed besides the language.
  private static let words = [
    ("checklist", "what to look at, and with which command"),
    ("lags", "between regions: age of what arrives, of what doesn't, time to drain"),
    ("tickets", "what has come in, and which alarms fire"),
    ("cause", "the causes to choose from"),
    ("cause N because op M", "names one and what shows it; a guess costs ten minutes"),
    ("score", "what it has come to so far"),
    ("quit", "lets the rest of the day pass, and shows the score sheet"),
  ]

  private var drill: Drill { play.drill }

  /// A drill from its beginning, which it tells at once.
  ///
  /// - Parameters:
  ///   - report: how events are told.
  ///   - write: takes each line that is said.
  public init(_ play: DrillPlay, _ report: TextReport, write: @escaping (PrintableLine) -> Void) {
    (self.play, self.report, self.write) = (play, report, write)
    write(PrintableLine(drill.title.uppercased()))
    drill.story.forEach(say)
    for alarm in drill.alarms { write(PrintableLine("  alarm in force: \(alarm.name)")) }
    say(
      "It is \(drill.clock.text(play.session.now)), and you are on duty until \(drill.clock.text(drill.end)). Time runs with "
        + "`run 5m`, and stops when somebody calls. `checklist` says what to look at, `help drill` what else can be typed."
    )
  }

  /// Takes a line; false to leave.
  public mutating func take(_ line: String) -> Bool {
    let words = line.split(separator: " ").map(String.init)
    switch words.first?.lowercased() {
    case nil: return true
    case "quit", "q": return false
    case "checklist" where words.count == 1: showChecklist()
    case "tickets" where words.count == 1: showTickets()
    case "score" where words.count == 1: showScore()
    case "lags" where words.count == 1: showLags()
    case "cause": takeCause(Array(words.dropFirst()))
    case "help" where words.count == 1:
      carryOut(line)
      showWords()
    case "help" where words.count == 2 && words[1] == "drill": showWords()
    default: carryOut(line)
    }
    return true
  }

  private mutating func carryOut(_ line: String) {
    let (report, write) = (report, write)
    do {
      let wasOver = play.isOver
      let entries = try play.take(.prompt(line)) { event in
        if case .alerted = event { return }
        report.lines(for: event).forEach(write)
        if case .operation(let operation) = event { write(PrintableLine("                operation \(operation.id)")) }
      }
      entries.forEach(tell)
      if let command = line.split(separator: " ").first, command == "run" || !entries.isEmpty {
        write(PrintableLine("  It is \(drill.clock.text(play.session.now))."))
      }
      if play.isOver, !wasOver {
        say("The day is over: quit shows the score sheet; until then you can look, and name the cause.")
      }
    } catch {
      write(PrintableLine("✗ \((error as? Diagnostic)?.sentence ?? "\(error)")"))
    }
  }

  // MARK: Words of a drill

  private mutating func takeCause(_ words: [String]) {
    guard let first = words.first else {
      for (index, cause) in drill.causes.enumerated() {
        hang("\(index + 1)", cause.words)
      }
      return
    }
    guard let number = Int(first), let position = drill.causes.index(ofNumber: number) else {
      write(PrintableLine("✗ there is no cause \(Printable.escaped(first)); there are 1 to \(drill.causes.count)"))
      return
    }
    var operation: Int?
    switch reference(Array(words.dropFirst())) {
    case .none: break
    case .some(let found):
      guard let found else {
        write("✗ expected `cause N`, `cause N because op M` of an operation that has ended, or `cause N because last`")
        return
      }
      operation = found
    }
    guard let entry = play.name(number, because: operation) else { return }
    let cause = drill.causes[position]
    switch entry.kind {
    case .named: say("● That is it, and it is proven. \(cause.reason)")
    case .wrong: say("✗ That isn't it: \(cause.reason) Ten minutes are gone with it.")
    case .unproven:
      say("▲ Nothing that you have shown proves it, so nobody acts on it; ten minutes are gone. \(cause.proof.words)")
    case .paged, .cleared, .ticket, .looked, .changed, .asked: break
    }
  }

  /// The operation that is named, `.some(nil)` where that is none; nil where nothing is named.
  private func reference(_ words: [String]) -> Int?? {
    let words = words.map { $0.lowercased() }
    if words.isEmpty { return .none }
    if words == ["because", "last"] { return .some(play.session.operations(1).last?.id) }
    guard words.count == 3, words[0] == "because", words[1] == "op", let number = Int(words[2]) else {
      return .some(nil)
    }
    let operation =
      number > 0
      ? play.session.operation(numbered: number) : play.session.operations(max(1, -max(number, -1_000))).first
    return .some(operation?.id)
  }

  private func showChecklist() {
    var phase = ""
    for check in drill.checklist {
      if check.phase != phase { write(PrintableLine("  \(check.phase.uppercased())")) }
      phase = check.phase
      write(PrintableLine("    \(check.question)"))
      write(PrintableLine("        \(check.command)"))
    }
  }

  private mutating func showLags() {
    let lines = play.lags()
    if lines.isEmpty { write("  there is one region, and nothing between any two") }
    lines.forEach { write(PrintableLine("  \($0)")) }
  }

  private func showTickets() {
    let calls = play.journal.filter(\.isCall)
    if calls.isEmpty { write("  nothing has come in") }
    calls.forEach(tell)
    let firing = play.watch.firing(drill)
    write(PrintableLine("  alarms that fire now: \(firing.isEmpty ? "none" : firing.joined(separator: ", "))"))
  }

  private func showScore() {
    let score = DrillScore(play)
    func text(_ span: TimeSpan?) -> String { span.map { Quantity.figure($0) + " after its cause" } ?? "not yet" }
    let rows = [
      ["noticed", text(score.detected)], ["cause named", text(score.named)],
      ["guesses", "\(score.guesses)"], ["stale reads", "\(score.stale) of \(score.reads)"],
      ["failed operations", "\(score.failed) of \(score.ended)"], ["acknowledged writes lost", "\(score.lost)"],
      ["sales lost", DrillSheet.dollars(score.sales)],
    ]
    Listing.table(rows).forEach { write(PrintableLine("  \($0)")) }
  }

  private func showWords() {
    write("  In a drill there is also:")
    Listing.table(Self.words.map { [$0.0, $0.1] }).forEach { write(PrintableLine("    \($0)")) }
    say(
      "Whatever looks is free. Whatever changes something is a mitigation, and stands in the journal. Time runs forward only."
    )
  }

  // MARK: Telling

  private func tell(_ entry: DrillEntry) {
    hang("\(drill.clock.text(entry.at))  \(entry.heading)", entry.words)
  }

  private func hang(_ head: String, _ text: String) {
    TextWrap.hanging("  \(head)  \(Printable.escaped(text))", width: 78, indent: 6).forEach { write(PrintableLine($0)) }
  }

  private func say(_ paragraph: String) {
    write("")
    TextWrap.lines(paragraph, width: 76).forEach { write(PrintableLine("  \($0)")) }
  }
}
