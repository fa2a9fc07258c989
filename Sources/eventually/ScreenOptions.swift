import ArgumentParser
import CursesDriver
import Foundation
import Language
import Screen
import Workbench

extension Background: ExpressibleByArgument {}

/// How a screen looks, for every subcommand that opens one.
struct ScreenOptions: ParsableArguments {
  @Flag(help: "Only ASCII characters.")
  var ascii = false

  @Flag(help: "No colours. NO_COLOR in the environment does the same.")
  var noColor = false

  @Option(help: "dark or light: what the terminal's background is like; else COLORFGBG says.")
  var theme: Background?

  @Flag(help: "Leave the mouse to the terminal. F2 does the same.")
  var noMouse = false

  @Option(help: ArgumentHelp("Writes a line a frame to that file descriptor.", visibility: .private))
  var testFd: Int32?

  private var background: Background {
    theme ?? Background(environment: ProcessInfo.processInfo.environment)
  }

  private var isMono: Bool { noColor || !(ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }

  /// Opens the terminal and runs a model on it until somebody leaves.
  ///
  /// - Returns: the exit status; 69 if there is no terminal that can be drawn on.
  func open(_ model: inout ScreenModel, in files: inout SessionFiles) -> Int32 {
    do {
      var terminal = try CursesTerminal(
        CursesTerminal.Options(
          isASCII: ascii, isMono: isMono, background: background, hasMouse: !noMouse, frames: testFd))
      model.hasMouse = !noMouse
      let effects = model.update(.resize(terminal.size))
      if case .quit(let status) = effects.first {
        terminal.present(ScreenView.render(model))
        terminal.close()
        return status
      }
      let status = ScreenLoop.run(&model, on: &terminal, in: &files)
      terminal.close()
      if let problem = files.problem { Complaint.say(problem) }
      return status
    } catch {
      let sentence = (error as? TerminalProblem)?.sentence ?? "\(error)"
      Complaint.say(sentence)
      return 69
    }
  }
}

extension TerminalProblem {
  /// The problem in words, with what to do.
  var sentence: String {
    let others = "`eventually --plain`, `eventually run FILE` and `eventually frame FILE` do without"
    return switch self {
    case .notATerminal: "this needs a terminal for input and output; \(others)"
    case .unknown(""): "TERM, the terminal's name, isn't set; try TERM=xterm-256color; \(others)"
    case .unknown(let name):
      "nothing is known about a terminal called `\(Printable.escaped(name))`; try TERM=xterm-256color; \(others)"
    case .tooSimple(let name):
      "a terminal called `\(Printable.escaped(name))` can't place its cursor; \(others)"
    }
  }
}
