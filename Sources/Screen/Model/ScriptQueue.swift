import Language
import Workbench

/// Lines that are carried out one after another: those of a script that was sourced, at once; those that were pasted as if
/// each were typed and entered, at the session's speed.
struct ScriptQueue: Sendable {
  private let lines: [SourceLine]
  private var position = 0
  /// Whether somebody stopped it, or a line could not be carried out; what is left waits.
  var isStopped = false
  /// What it was, in words.
  let words: String

  /// The lines of a script.
  init(_ script: Script) { (lines, words) = (script.lines, script.words) }

  /// Lines that were pasted; nil if they are no more than one.
  init?(pasted text: String) {
    // Terminals paste a carriage return for the end of a line.
    let commands = text.split(whereSeparator: \.isNewline).map { SourceLine.prompt(String($0)) }.filter {
      !$0.command.isEmpty
    }
    guard commands.count > 1 else { return nil }
    self.lines = commands
    words = "\(CountedNoun("line").text(commands.count)) that were pasted"
  }

  /// The line that comes next; nil after the last.
  var next: SourceLine? { position < lines.count ? lines[position] : nil }

  /// How many lines are left.
  var left: Int { lines.count - position }

  /// Goes on to the line after it.
  mutating func advance() { position += 1 }
}

/// What is pasted.
extension ScreenModel {
  /// Takes pasted text in: one line as text, wherever text is typed; several as a queue.
  mutating func paste(_ text: String) {
    if let demo, !demo.isTakenOver {
      return say("nothing can be pasted while a demo plays; t takes over", .dim)
    }
    switch mode {
    case .form, .menu, .search:
      for character in text.prefix(200) { _ = answer(to: .character(character.isNewline ? " " : character)) }
    case .question: say("answer the question first: y or n", .warn)
    case .keys, .prompt, .overlay:
      guard let queue = ScriptQueue(pasted: text) else {
        mode = .prompt
        prompt.insert(text.trimmingNewlines)
        return
      }
      if mode != .prompt || prompt.text.isEmpty { mode = .keys }
      tutorial.end()
      pasted = queue
      say("\(queue.words) are carried out one by one; Esc stops", .focus)
    }
  }

  /// Whether lines that were pasted are being carried out.
  var isQueueRunning: Bool { pasted.map { !$0.isStopped } ?? false }

  /// Whether the next of them can be: nothing is being played or asked for, nor typed, nor read.
  var isQueueReady: Bool {
    guard isQueueRunning, playback?.goal == nil, intention == nil, sourced == nil else { return false }
    return mode == .keys || mode == .prompt && prompt.text.isEmpty
  }

  /// Carries out the next line that was pasted, once its time has come.
  mutating func goOnWithQueue() -> [ScreenEffect] {
    guard isQueueReady, let line = pasted?.next else { return [] }
    pasted?.advance()
    if pasted?.left == 0 { pasted = nil }
    finishPlaying()
    return intend(Intention(line: line.text, origin: .queue))
  }

  /// Stops the queue, or drops what is left of one that stands; false if there is none.
  mutating func stopQueue() -> Bool {
    guard let queue = pasted else { return false }
    if queue.isStopped {
      pasted = nil
      say("dropped \(CountedNoun("pasted line").text(queue.left))", .warn)
    } else {
      pasted?.isStopped = true
      if playback?.goal != nil { halt() }
      say("stopped: \(CountedNoun("pasted line").text(queue.left)) left; Enter goes on, Esc drops them", .warn)
    }
    return true
  }

  /// Lets a queue that stands go on; false if there is none.
  mutating func resumeQueue() -> Bool {
    guard pasted?.isStopped ?? false else { return false }
    pasted?.isStopped = false
    status = nil
    return true
  }

  /// What waits in the queue, for the row of the prompt; nil if nothing does.
  var queueWords: String? {
    guard let pasted, let next = pasted.next else { return nil }
    let keys = pasted.isStopped ? "Enter goes on, Esc drops them" : "Esc stops"
    let count = CountedNoun("line waits", "lines wait").text(pasted.left)
    return "\(count)\(pasted.isStopped ? ", stopped" : "") · \(keys) · next: \(Printable.escaped(next.command))"
  }
}

extension String {
  /// The text without the ends of lines around it.
  fileprivate var trimmingNewlines: String {
    var rest = self[...]
    while rest.last?.isNewline ?? false { rest.removeLast() }
    while rest.first?.isNewline ?? false { rest.removeFirst() }
    return String(rest)
  }
}
