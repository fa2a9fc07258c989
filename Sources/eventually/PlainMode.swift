import Foundation
import Screen
import Workbench

/// The workbench line by line: commands come in, sentences go out, and nothing is drawn. For screen readers and pipes.
enum PlainMode {
  /// Reads commands until there are no more, or `quit`; says the exit status: 1 if an expectation failed.
  ///
  /// - Throws: an exit with status 73 if standard output can't be written.
  static func run(_ session: Session) throws -> Int32 {
    var session = session
    var files = SessionFiles(journal: SessionFolder.mine.newJournal)
    let output = LineWriter.standardOutput
    let text = TextReport(isColored: TerminalTraits.isColored)
    let isTyped = isatty(STDIN_FILENO) == 1
    let report: (SessionEvent) -> Void = { event in text.lines(for: event).forEach(output.write) }
    if isTyped {
      output.write("eventually, line by line. help lists the commands, quit leaves.")
    }
    while true {
      if isTyped { output.ask("eventually> ") }
      output.push()
      guard let line = readLine() else { break }
      do {
        guard let command = try CommandParser.parse(line, in: session.names(isPrompt: true)) else { continue }
        switch command {
        case .quit: return try leave(session, &files, output)
        case .save(let path): tell(files.save(session.draft(ofScript: path), replacing: false), output)
        case .export(let plan, let path):
          tell(files.save(try session.draft(of: plan, to: path), replacing: false), output)
        case .source(let path): try play(files.read(path, session.names(isPrompt: false)), &session, report, output)
        default:
          files.writeDown(session.script(followedBy: line))
          try session.execute(command, from: .prompt(line), report: report)
          files.writeDown(session.script())
        }
      } catch let error as LanguageError {
        output.write("✗ \(Diagnostic(error, in: .prompt(line)).sentence)")
      } catch let error as ExportRefusal {
        output.write("✗ \(error.sentence)")
      } catch let error as Diagnostic {
        output.write("✗ \(error.sentence)")
      }
    }
    return try leave(session, &files, output)
  }

  private static func play(
    _ answer: ScreenMessage, _ session: inout Session, _ report: (SessionEvent) -> Void, _ output: LineWriter
  ) throws {
    guard case .script(let script) = answer else { return tell(answer, output) }
    for line in script.lines { try session.execute(line, isPrompt: false, report: report) }
  }

  private static func tell(_ answer: ScreenMessage, _ output: LineWriter) {
    switch answer {
    case .told(let sentence, let isProblem): output.write("\(isProblem ? "✗" : "●") \(sentence)")
    case .exists(let draft): output.write("✗ \(Printable.escaped(draft.path)) exists; save under another name")
    default: break
    }
  }

  private static func leave(
    _ session: Session, _ files: inout SessionFiles, _ output: LineWriter
  ) throws -> Int32 {
    files.writeDown(session.script())
    try output.close()
    return session.expectations.failed > 0 ? 1 : 0
  }
}
