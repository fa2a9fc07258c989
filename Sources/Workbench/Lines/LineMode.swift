import Language

/// The workbench line by line: commands come in, sentences go out, and nothing is drawn. For screen readers and pipes.
public struct LineMode<Surroundings: SessionSurroundings> {
  /// The session.
  public private(set) var session: Session
  private var surroundings: Surroundings
  private let report: TextReport
  private let write: (PrintableLine) -> Void
  private let complain: (String) -> Void
  /// What was said of commands so far.
  private var history = MessageHistory()

  /// A command that is not carried out: why, and what to do.
  private struct Refusal: Error { let sentence: String }

  /// A session that goes on line by line.
  ///
  /// - Parameters:
  ///   - report: how events are told.
  ///   - write: takes each line that is said.
  ///   - complain: takes what is wrong around the session, in a sentence.
  public init(
    _ session: Session, in surroundings: Surroundings, _ report: TextReport,
    write: @escaping (PrintableLine) -> Void, complain: @escaping (String) -> Void
  ) {
    (self.session, self.surroundings, self.report) = (session, surroundings, report)
    (self.write, self.complain) = (write, complain)
  }

  /// Takes a line; false to leave.
  public mutating func take(_ line: String) -> Bool {
    do {
      guard let command = try CommandParser.parse(line, in: session.names(isPrompt: true)) else { return true }
      switch command {
      case .quit: return false
      case .messages: history.text().forEach { write("  \($0)") }
      case .save(let path): tell(surroundings.save(session.draft(ofScript: path), replacing: false))
      case .export(let plan, let path): tell(surroundings.save(try session.draft(of: plan, to: path), replacing: false))
      case .source(let path): try play(surroundings.read(path, session.names(isPrompt: false)))
      default: try carryOut(.prompt(line))
      }
    } catch let error as LanguageError {
      write("✗ \(Diagnostic(error, in: .prompt(line)).sentence)")
    } catch let error as ExportRefusal {
      write("✗ \(error.sentence)")
    } catch let error as Diagnostic {
      write("✗ \(error.sentence)")
    } catch let error as Refusal {
      write("✗ \(error.sentence)")
    } catch {
      write("✗ \(String(describing: error))")
    }
    return true
  }

  /// Keeps what has been done; there is always room for that.
  public mutating func keep() { try? writeDown(session.kept()) }

  /// Carries a line out, once it has been written down.
  private mutating func carryOut(_ line: SourceLine) throws {
    try writeDown(session.kept(followedBy: line))
    defer { keep() }
    let (report, write) = (report, write)
    var history = history
    defer { self.history = history }
    try session.execute(line, isPrompt: line.isPrompt) { event in
      report.lines(for: event).forEach(write)
      if case .outcome(let outcome) = event { history.add(outcome.sentence, outcome.weight, at: outcome.at) }
    }
  }

  private mutating func play(_ answer: SurroundingsAnswer) throws {
    guard case .script(let script) = answer else { return tell(answer) }
    for line in script.lines { try carryOut(line) }
    write("● \(script.words)")
  }

  private mutating func writeDown(_ script: KeptScript) throws {
    for answer in surroundings.writeDown(script) {
      switch answer {
      case .notWrittenDown(let sentence): throw Refusal(sentence: sentence)
      case .told(let sentence, isProblem: _): complain(sentence)
      case .writtenDown, .script, .exists: break
      }
    }
  }

  private func tell(_ answer: SurroundingsAnswer) {
    switch answer {
    case .told(let sentence, let isProblem): write("\(isProblem ? "✗" : "●") \(sentence)")
    case .exists(let draft): write("✗ \(draft.path) exists; save under another name")
    case .writtenDown, .notWrittenDown, .script: break
    }
  }
}
