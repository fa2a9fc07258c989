import ArgumentParser
import CursesDriver
import Foundation
import Screen
import Workbench

struct WorkbenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workbench", abstract: "Opens the workbench. This is what happens without a subcommand.")

  @Option(help: ArgumentHelp("A script to run first.", valueName: "file"))
  var script: String?

  @Option(help: "The seed; `seed` commands have no effect then.")
  var seed: UInt64?

  @Flag(help: "Only ASCII characters.")
  var ascii = false

  @Flag(help: "No colours. NO_COLOR in the environment does the same.")
  var noColor = false

  @Option(help: ArgumentHelp("Writes a line a frame to that file descriptor.", visibility: .private))
  var testFd: Int32?

  func run() throws {
    let model: ScreenModel
    do {
      model = try Workbenches.model(running: script, seed: seed, size: Size(columns: 80, rows: 24))
    } catch let error as ScriptError {
      throw Failure.exit(for: error)
    }
    throw ExitCode(try Self.open(model, CursesTerminal.Options(isASCII: ascii, isMono: isMono, frames: testFd)))
  }

  private var isMono: Bool { noColor || !(ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }

  private static func open(_ model: ScreenModel, _ options: CursesTerminal.Options) throws -> Int32 {
    do {
      var terminal = try CursesTerminal(options)
      var model = model
      _ = model.update(.resize(terminal.size))
      let status = ScreenLoop.run(&model, on: &terminal)
      terminal.close()
      return status
    } catch let problem as TerminalProblem {
      FileHandle.standardError.write(Data("eventually: \(problem.sentence)\n".utf8))
      return 69
    }
  }
}

extension TerminalProblem {
  /// The problem in words, with what to do.
  var sentence: String {
    switch self {
    case .notATerminal:
      "the workbench needs a terminal for input and output; `eventually run FILE` and `eventually frame FILE` do without"
    case .unknown(""):
      "TERM, the terminal's name, isn't set; try TERM=xterm-256color, or `eventually run FILE`"
    case .unknown(let name):
      "nothing is known about a terminal called `\(Printable.escaped(name))`; try TERM=xterm-256color, or `eventually run FILE`"
    case .tooSimple(let name):
      "a terminal called `\(Printable.escaped(name))` can't place its cursor; try another one, or `eventually run FILE`"
    }
  }
}
