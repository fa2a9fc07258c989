import ArgumentParser
import Foundation
import Workbench

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Judges a history, whoever made it: is it linearizable, and which session guarantees does it keep?",
    discussion: """
      A history is JSON Lines in the shape of Jepsen's, as `eventually run --history` writes it. Exit status: 0 everything \
      is kept, 1 something is broken or impossible, 65 the history can't be understood, 66 the file is missing.
      """)

  @Argument(help: "The history; - is standard input.")
  var history: String

  @Flag(help: "Print one JSON object and nothing else.")
  var json = false

  func run() throws {
    let name = history == "-" ? FileScripts.standardInput : history
    let verdicts: HistoryVerdicts
    do {
      let text = try FileScripts(longest: 1 << 30).text(of: name)
      verdicts = HistoryVerdicts(try HistoryFile(text, file: name))
    } catch let diagnostic as Diagnostic {
      throw Failure.exit(for: ScriptError.wrong([diagnostic]))
    } catch {
      throw Failure.exit(for: error)
    }
    let output = LineWriter.standardOutput
    for line in json ? [verdicts.json] : verdicts.lines { output.write(line) }
    try output.close()
    if !verdicts.areAllHeld { throw ExitCode(1) }
  }
}
