import Analysis
import Kernel
import Language

/// A drill line by line: what comes in is told, and commands are taken. Time runs with `run`.
public struct LineDrill {
  /// What is played.
  public private(set) var play: DrillPlay
  private let report: TextReport
  private let write: (PrintableLine) -> Void

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
    let words = line.split(separator: " ").map { $0.lowercased() }
    switch words {
    case []: return true
    case ["quit"], ["q"]: return false
    default: break
    }
    do {
      if let word = try DrillWord(line, in: play) {
        answer(word)
      } else {
        carryOut(line)
        if words == ["help"] { answer(.words) }
      }
    } catch {
      write(PrintableLine("✗ \(Printable.escaped(error.sentence))"))
    }
    return true
  }

  private mutating func answer(_ word: DrillWord) {
    for line in play.answer(to: word).lines { hang(line) }
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

  // MARK: Telling

  private func tell(_ entry: DrillEntry) { hang(play.text(entry)) }

  private func hang(_ text: String) {
    TextWrap.hanging("  \(text)", width: 78, indent: 6).forEach { write(PrintableLine($0)) }
  }

  private func say(_ paragraph: String) {
    write("")
    TextWrap.lines(paragraph, width: 76).forEach { write(PrintableLine("  \($0)")) }
  }
}
