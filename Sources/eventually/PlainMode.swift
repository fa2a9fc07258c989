import Foundation
import Screen
import Workbench

/// The workbench line by line: commands come in, sentences go out, and nothing is drawn. For screen readers and pipes.
struct PlainMode {
  private var session: Session
  private var files: SessionFiles
  private let input = StandardInput()
  private let output = LineWriter.standardOutput
  private let text = TextReport(isColored: TerminalTraits.isColored)

  /// Whether somebody types. What comes through a pipe can be had again, and is no session that anybody would resume.
  static var isTyped: Bool { isatty(STDIN_FILENO) == 1 }

  /// Reads commands until there are no more, or `quit`; says the exit status: 1 if an expectation failed.
  ///
  /// - Throws: an exit with status 73 if standard output can't be written, a ``ScriptError`` if standard input can't be read.
  static func run(_ session: Session, _ files: SessionFiles) throws -> Int32 {
    var plain = PlainMode(session: session, files: files)
    do {
      try plain.run()
    } catch {
      try? plain.output.close()
      throw error
    }
    plain.keep(plain.session.kept())
    try plain.output.close()
    return plain.session.expectations.failed > 0 ? 1 : 0
  }

  private mutating func run() throws {
    if Self.isTyped { output.write("eventually, line by line. help lists the commands, quit leaves.") }
    while true {
      if Self.isTyped { output.ask("eventually> ") }
      output.push()
      guard let line = try input.line() else { return }
      do {
        guard let command = try CommandParser.parse(line, in: session.names(isPrompt: true)) else { continue }
        switch command {
        case .quit: return
        case .save(let path): tell(files.save(session.draft(ofScript: path), replacing: false))
        case .export(let plan, let path): tell(files.save(try session.draft(of: plan, to: path), replacing: false))
        case .source(let path): try play(files.read(path, session.names(isPrompt: false)))
        default: try carryOut(.prompt(line))
        }
      } catch let error as LanguageError {
        output.write("✗ \(Diagnostic(error, in: .prompt(line)).sentence)")
      } catch let error as ExportRefusal {
        output.write("✗ \(error.sentence)")
      } catch let error as Diagnostic {
        output.write("✗ \(error.sentence)")
      } catch let error as Journal.TooLong {
        output.write("✗ \(error.sentence)")
      }
    }
  }

  /// Carries a line out, once it has been written down.
  private mutating func carryOut(_ line: SourceLine) throws {
    try prepare(session.kept(followedBy: line))
    defer { keep(session.kept()) }
    try session.execute(line, isPrompt: line.isPrompt) { event in text.lines(for: event).forEach { output.write($0) } }
  }

  private mutating func play(_ answer: ScreenMessage) throws {
    guard case .script(let script) = answer else { return tell(answer) }
    for line in script.lines { try carryOut(line) }
  }

  private mutating func prepare(_ script: KeptScript) throws {
    do {
      try files.keep(script)
    } catch let refusal as Journal.TooLong {
      throw refusal
    } catch {
      Complaint.say(files.problem ?? "\(error)")
    }
  }

  /// Keeps what has been done; there is always room for that.
  private mutating func keep(_ script: KeptScript) { try? prepare(script) }

  private func tell(_ answer: ScreenMessage) {
    switch answer {
    case .told(let sentence, let isProblem): output.write("\(isProblem ? "✗" : "●") \(sentence)")
    case .exists(let draft): output.write("✗ \(draft.path) exists; save under another name")
    default: break
    }
  }
}
