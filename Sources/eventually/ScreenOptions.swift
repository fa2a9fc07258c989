import ArgumentParser
import CursesDriver
import Foundation
import Language
import Screen
import Workbench

extension Palette: ExpressibleByArgument {}

/// How a screen looks, for every subcommand that opens one.
struct ScreenOptions: ParsableArguments {
  @Flag(help: "Only ASCII characters.")
  var ascii = false

  @Flag(help: "Lines and symbols although the locale says that there are only ASCII characters.")
  var unicode = false

  @Flag(
    inversion: .prefixedNo, help: "Colours, or none, whatever NO_COLOR in the environment says.")
  var color: Bool?

  @Option(help: "dark, light or high-contrast: which colours; else the configuration says, or COLORFGBG.")
  var theme: Palette?

  @Flag(help: "Leave the mouse to the terminal. F2 does the same.")
  var noMouse = false

  @Option(help: ArgumentHelp("Writes a line a frame to that file descriptor.", visibility: .private))
  var testFd: Int32?

  private func palette(_ configuration: Configuration) -> Palette {
    theme ?? configuration.palette ?? Palette(environment: ProcessInfo.processInfo.environment)
  }

  private var isMono: Bool { !(color ?? (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty) }

  func validate() throws {
    if ascii, unicode { throw ValidationError("--ascii and --unicode exclude one another: leave one of them out") }
  }

  /// Opens the terminal and runs a model on it until somebody leaves.
  ///
  /// - Returns: the exit status; 69 if there is no terminal that can be drawn on.
  func open(_ model: inout ScreenModel, in files: inout SessionFiles) -> Int32 {
    do {
      let file = ConfigurationFile.mine
      let configuration = file.configuration
      let hasMouse = configuration.hasMouse && !noMouse
      var terminal = try CursesTerminal(
        CursesTerminal.Options(
          isASCII: ascii, isUnicode: unicode, isMono: isMono, palette: palette(configuration),
          colors: configuration.colors,
          hasMouse: hasMouse, frames: testFd))
      model.adopt(configuration)
      model.hasMouse = hasMouse
      if let problem = file.problems.first {
        let more = file.problems.count > 1 ? " (and \(file.problems.count - 1) more: `eventually config`)" : ""
        _ = model.update(.answer(.told("\(problem)\(more); the rest holds", isProblem: true)))
      }
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
