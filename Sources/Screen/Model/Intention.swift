import Workbench

/// A command that is about to be carried out. Where a journal is kept it is written down first, so that nothing is lost
/// even if carrying it out is the end of the program.
public struct Intention: Hashable, Sendable {
  /// The command.
  let line: String
  /// Whether it stands in the prompt, which then says what is wrong with it; a key's command is said by the status line.
  let isTyped: Bool
}

/// Something that is asked before it is done, because it could not be undone. No is the safe choice.
public struct Question: Hashable, Sendable {
  /// The question.
  public let sentence: String
  /// The file that it is about.
  let draft: FileDraft
}

extension ScreenModel {
  /// Carries a command out: at once, or once it has been written down.
  mutating func intend(_ command: Intention) -> [ScreenEffect] {
    intention = command
    guard isJournalled, (try? CommandParser.parse(command.line, in: session.names(isPrompt: true))) != nil else {
      return carryOutIntention()
    }
    return [.writeDown(session.script(followedBy: command.line))]
  }

  /// Carries out what was intended.
  mutating func carryOutIntention() -> [ScreenEffect] {
    guard let command = intention else { return [] }
    intention = nil
    let effects: [ScreenEffect]
    do {
      effects = try carryOut(.prompt(command.line), isPlayed: true)
    } catch let error as Diagnostic {
      if command.isTyped {
        prompt.fault = Prompt.Fault(
          message: error.sentence, start: error.span.start, length: max(1, error.span.length))
      } else {
        say(error.sentence, .warn)
      }
      // What could not be carried out doesn't belong into the journal.
      return isJournalled ? [.writeDown(session.script())] : []
    } catch {
      say("\(error)", .bad)
      return []
    }
    if command.isTyped {
      prompt.keep()
      tutorial.follow(command.line.split(separator: " ").joined(separator: " "))
      if tutorial.step == nil, mode == .prompt { mode = .keys }
    } else {
      prompt.remember(command.line)
    }
    return effects
  }

  /// Carries out the lines of a script that was asked for at the prompt.
  mutating func goOn(with script: Script) -> [ScreenEffect] {
    do {
      try run(script)
      say("\(script.lines.count) commands of \(Printable.escaped(script.lines.first?.file ?? "an empty script"))", .ok)
    } catch {
      say((error as? ScriptError)?.sentence ?? "\(error)", .bad)
    }
    return []
  }

  /// Takes the answer to a question: only `y` is yes.
  mutating func answered(_ question: Question, _ key: Key) -> [ScreenEffect] {
    switch key {
    case .character("y"), .character("Y"):
      mode = .keys
      return [.save(question.draft, replacing: true)]
    case .character("n"), .character("N"), .escape, .enter, .character("q"):
      mode = .keys
      say("nothing was written", .dim)
    default: break
    }
    return []
  }
}
