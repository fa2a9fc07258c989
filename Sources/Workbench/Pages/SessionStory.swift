import Analysis
import Kernel
import Language

/// A script that was run, told in the order in which it went: who speaks, what is commanded, and what came of it.
public struct SessionStory: Sendable {
  /// Something that came of a command, in a sentence.
  struct Result: Hashable, Sendable {
    let text: String
    let tone: String
    let sign: String

    init(_ text: String, _ weight: LogLine.Weight) {
      self.text = text
      (tone, sign) =
        switch weight {
        case .good: (PageTable.Kind.good.rawValue, "✓")
        case .bad: (PageTable.Kind.bad.rawValue, "✗")
        case .warning: (PageTable.Kind.warn.rawValue, "▲")
        case .plain, .command, .repair: (PageTable.Kind.text.rawValue, "·")
        }
    }
  }

  /// What a question was answered, in lines.
  struct Answer: Hashable, Sendable {
    let words: String
    let text: String

    init(_ lines: [String]) {
      words = CountedNoun("line").text(lines.count)
      text = lines.joined(separator: "\n")
    }
  }

  /// A command and what came of it.
  struct Command: Hashable, Sendable {
    let text: String
    var results: [Result] = []
    var answer: [Answer] = []
  }

  /// What is said, or a command: one of both.
  struct Part: Hashable, Sendable {
    var speech: [String] = []
    var command: [Command] = []
  }

  /// What stands under one heading.
  struct Chapter: Hashable, Sendable {
    var title: [String] = []
    var parts: [Part] = []
  }

  /// The chapters; the first may have no title.
  private(set) var chapters: [Chapter] = [Chapter()]
  /// The session at its end, once every operation and load has ended.
  public private(set) var session: Session
  /// The moment where the script ended, before that.
  let moment: SharedMoment
  /// Why that can't be a text; nil if it can.
  let refusal: String?
  /// That moment as a text.
  let token: ShareToken?

  /// Runs a script.
  ///
  /// - Parameter names: what names mean after its last line.
  /// - Throws: a ``ScriptError`` if a command can't be carried out.
  public init(_ script: Script, following names: NameContext, on session: Session) throws {
    self.session = session
    if names.asksOfService { self.session.watch() }
    for line in script.lines { try Self.run(line, on: &self.session, into: &chapters) }
    moment = self.session.sharedMoment
    do {
      (token, refusal) = (try self.session.share(), nil)
    } catch {
      (token, refusal) = (nil, error.sentence)
    }
    var rest = Command(text: "and time goes on until every operation has ended")
    self.session.finish { Self.take($0, into: &rest) }
    if !rest.results.isEmpty { chapters[chapters.count - 1].parts.append(Part(command: [rest])) }
  }

  private static func run(_ line: SourceLine, on session: inout Session, into chapters: inout [Chapter]) throws {
    var command = Command(text: Printable.escaped(line.command))
    var isShown = true
    do {
      try session.execute(line, isPrompt: false) { event in
        switch event {
        case .said(let text):
          chapters[chapters.count - 1].parts.append(Part(speech: [text]))
          isShown = false
        case .marked(let text):
          chapters.append(Chapter(title: [text]))
          isShown = false
        // What only the screen shows is seen in the player; what is for the presenter alone is for nobody else.
        case .outcome(let outcome) where outcome.kind == .stage: isShown = false
        default: take(event, into: &command)
        }
      }
    } catch let diagnostic as Diagnostic {
      throw ScriptError.wrong([diagnostic])
    }
    if isShown { chapters[chapters.count - 1].parts.append(Part(command: [command])) }
  }

  /// Takes in what came of a command; that twice the same is said is said once.
  private static func take(_ event: SessionEvent, into command: inout Command) {
    func add(_ result: Result) { if !command.results.contains(result) { command.results.append(result) } }
    switch event {
    case .operation(let operation):
      let stale = operation.isStale == true
      add(Result("op \(operation.id): \(operation.action): \(operation.shortOutcome)", stale ? .bad : operation.weight))
    case .expectation(let report):
      let facts = report.facts.isEmpty ? "" : " (\(report.facts.joined(separator: ", ")))"
      add(Result("\(report.isHeld ? "holds" : "failed"): \(report.condition)\(facts)", report.isHeld ? .good : .bad))
    case .outcome(let outcome):
      // An operation and an expectation have told it themselves.
      switch outcome.kind {
      case .told where !command.results.isEmpty || !command.answer.isEmpty: break
      case .told, .change, .condition: add(Result("\(outcome.sentence)", outcome.weight))
      case .narration, .stage: break
      }
    case .repaired(let summary): add(Result(summary.sentence, summary.weight))
    case .alerted(let event): add(Result("\(event.glyph) \(event.text)", event.isGood ? .good : .bad))
    case .shown(let lines), .answered(let lines, _): command.answer.append(Answer(lines))
    case .explained(let explanation): command.answer.append(Answer(explanation.lines))
    case .checked(let reports, let leftOut):
      command.answer.append(Answer(reports.flatMap(\.lines) + (leftOut.map { [$0] } ?? [])))
    case .alerts(let report): command.answer.append(Answer(report.lines))
    case .shared(let token): command.answer.append(Answer([token.text]))
    case .said, .marked, .traced: break
    }
  }
}
