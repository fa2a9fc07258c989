import Language
import Workbench

/// A command that is about to be carried out. Where a journal is kept it is written down first, so that nothing is lost
/// even if carrying it out is the end of the program.
public struct Intention: Hashable, Sendable {
  /// The command.
  let line: String
  /// Where it comes from.
  let origin: Origin

  /// Where a command comes from: there it is said what is wrong with it.
  enum Origin: Hashable, Sendable {
    /// It stands in the prompt.
    case prompt
    /// A key stands for it; the status line has the word.
    case key
    /// It was pasted among others; what is wrong goes to the prompt, to be mended.
    case queue
  }
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
    return [.writeDown(session.kept(followedBy: .prompt(command.line)))]
  }

  /// What was intended, or is sourced, is given up: it could not be written down.
  mutating func giveUp(_ reason: String) {
    intention = nil
    sourced = nil
    pasted?.isStopped = true
    say(reason, .bad)
  }

  /// Carries out what was intended, or else the next line of what is sourced.
  mutating func carryOutIntention() -> [ScreenEffect] {
    guard let command = intention else { return carryOutSourced() }
    intention = nil
    let effects: [ScreenEffect]
    do {
      effects = try carryOut(.prompt(command.line), isPlayed: true)
    } catch let error as Diagnostic {
      refuse(command, error)
      // What could not be carried out doesn't belong into the journal.
      return isJournalled ? [.writeDown(session.kept())] : []
    } catch {
      say("\(error)", .bad)
      return []
    }
    if command.origin == .prompt {
      prompt.keep()
      tutorial.follow(command.line.split(separator: " ").joined(separator: " "))
      if tutorial.step == nil, mode == .prompt { mode = .keys }
    } else {
      prompt.remember(command.line)
    }
    return effects
  }

  /// Says what is wrong with a command, where it stands.
  private mutating func refuse(_ command: Intention, _ error: Diagnostic) {
    say(error.sentence, .warn)
    switch command.origin {
    case .key: return
    case .prompt: break
    case .queue:
      pasted?.isStopped = true
      mode = .prompt
      prompt.set(command.line)
    }
    // The prompt says it while it stands there.
    status = nil
    prompt.fault = Prompt.Fault(message: error.sentence, start: error.span.start, length: max(1, error.span.length))
  }

  /// Carries out the lines of a script that was asked for at the prompt.
  mutating func goOn(with script: Script) -> [ScreenEffect] {
    mode = .keys
    sourced = ScriptQueue(script)
    guard isJournalled else {
      while sourced?.next != nil { _ = carryOutSourced() }
      return carryOutSourced()
    }
    return writeDownSourced()
  }

  /// Each line is written down before it is carried out.
  private mutating func writeDownSourced() -> [ScreenEffect] {
    guard let line = sourced?.next else { return carryOutSourced() }
    return [.writeDown(session.kept(followedBy: line))]
  }

  private mutating func carryOutSourced() -> [ScreenEffect] {
    guard var script = sourced else { return [] }
    guard let line = script.next else {
      sourced = nil
      settleAfterScript()
      say(script.words, .ok)
      return isJournalled ? [.writeDown(session.kept())] : []
    }
    script.advance()
    sourced = script
    do {
      _ = try carryOut(line, isPlayed: false)
      return isJournalled ? writeDownSourced() : []
    } catch {
      sourced = nil
      let sentence = (error as? Diagnostic).map { ScriptError.wrong([$0]).sentence } ?? "\(error)"
      say(sentence.split(separator: "\n").first.map(String.init) ?? "", .bad)
      return isJournalled ? [.writeDown(session.kept())] : []
    }
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
