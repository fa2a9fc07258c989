import Language

/// An exam line by line: a letter for each card, and lines for each design, which `done` ends. Nothing is told of what is right.
public struct LineExam {
  /// The exam.
  public let exam: Exam
  /// The answers so far.
  public private(set) var sheet: ExamSheet
  private var position = 0
  private let write: (PrintableLine) -> Void

  /// An exam from the question on with which its answers are to be gone on, which it asks at once.
  ///
  /// - Parameter write: takes each line that is said.
  public init(_ exam: Exam, _ sheet: ExamSheet, write: @escaping (PrintableLine) -> Void) {
    (self.exam, self.sheet, self.write) = (exam, sheet, write)
    position = (sheet.next ?? 1) - 1
    self.sheet.next = position + 1
    say(
      "  \(exam.cards.count) cards and \(exam.tasks.count) designs. Answer cards with a letter, or with an empty line to leave one."
    )
    say("  A design is as many lines as you like, and `done`. `quit` ends the exam.")
    ask()
  }

  /// Whether every question was asked.
  public var isOver: Bool { position >= exam.cards.count + exam.tasks.count }

  /// Takes a line.
  ///
  /// - Returns: what is wrong with it, in a sentence; nil if it was taken.
  public mutating func take(_ line: String) -> String? {
    let word = SourceLine.prompt(line).trimmed
    guard !isOver else { return word.isEmpty ? nil : "the exam is over" }
    if position < exam.cards.count {
      if !word.isEmpty, word != "-" {
        guard let choice = exam.cards[position].position(of: word) else {
          let last = Card.letter(exam.cards[position].choices.count - 1)
          return "`\(Printable.escaped(word))` is none of the choices; they are a to \(last)"
        }
        sheet.cards[position] = choice
      }
      goOn()
      return nil
    }
    let index = position - exam.cards.count
    if word.isEmpty { return nil }
    if word.lowercased() == "done" {
      goOn()
      return nil
    }
    if let problem = exam.tasks[index].problem(in: sheet.designs[index] + [word]) { return problem.reason }
    sheet.designs[index].append(word)
    return nil
  }

  /// Takes a text, line by line, to its end or until `quit`: there is no more to come.
  ///
  /// - Throws: a ``ScriptError`` at the first line that can't be taken.
  public mutating func take(_ text: String, of file: String) throws {
    defer { sheet.next = nil }
    var lines = SourceLine.lines(of: text, in: file)
    if lines.last?.text.isEmpty == true { lines.removeLast() }
    for line in lines {
      if ["quit", "q"].contains(line.trimmed.lowercased()) { return }
      if let problem = take(line.text) {
        let span = SourceSpan(start: 0, length: max(1, line.text.count))
        throw ScriptError.wrong([Diagnostic(LanguageError(.refused(problem), at: span), in: line)])
      }
    }
  }

  private mutating func goOn() {
    position += 1
    sheet.next = isOver ? nil : position + 1
    ask()
  }

  private func ask() {
    guard !isOver else { return }
    say("")
    if position < exam.cards.count {
      say("CARD \(position + 1) OF \(exam.cards.count)")
      CardText.lines(of: exam.cards[position]).forEach(say)
    } else {
      let index = position - exam.cards.count
      say("DESIGN \(index + 1) OF \(exam.tasks.count)")
      CardText.lines(of: exam.tasks[index]).forEach(say)
      if !sheet.designs[index].isEmpty {
        say("  So far:")
        sheet.designs[index].forEach { say("    \($0)") }
      }
    }
  }

  private func say(_ text: String) { write(PrintableLine(text)) }
}
