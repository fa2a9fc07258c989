import Analysis
import Language
import Workbench

/// What the screen says: one sentence on the status line, and all earlier ones in the history.
extension ScreenModel {
  /// Says something about the latest action, in place of whatever was said before.
  mutating func say(_ text: String, _ role: Role = .text) {
    let said = Status(text, role)
    status = said
    messages.add(said.text, role.weight, at: session.now)
  }

  /// Says what came of a command or a key.
  ///
  /// - Parameters:
  ///   - line: the command, if it is one. What a script shows and says only turns to what there is to see: it says nothing of its
  ///     own.
  ///   - more: what is to be said besides, at the end of the sentence.
  mutating func report(_ outcome: CommandOutcome, of line: SourceLine? = nil, adding more: String = "") {
    switch outcome.kind {
    case .stage, .narration: if let line, !line.isPrompt { return }
    case .change, .condition, .told: break
    }
    say(outcome.sentence + more, outcome.weight.role)
  }

  /// Opens the history of what was said, at its end.
  mutating func openMessages() {
    let lines = messages.text(width: size.columns - 6)
    mode = .overlay(Overlay(title: "MESSAGES", lines: lines, offset: max(0, lines.count - Overlay.rows(on: size))))
  }
}

extension LogLine.Weight {
  /// How it is drawn.
  var role: Role {
    switch self {
    case .plain: .text
    case .command: .focus
    case .good: .ok
    case .warning: .warn
    case .bad: .bad
    case .repair: .repair
    }
  }
}

extension Role {
  /// How much it matters what is drawn so.
  fileprivate var weight: LogLine.Weight {
    switch self {
    case .text, .dim, .conflict: .plain
    case .focus, .flight: .command
    case .ok: .good
    case .warn: .warning
    case .bad: .bad
    case .repair: .repair
    }
  }
}
