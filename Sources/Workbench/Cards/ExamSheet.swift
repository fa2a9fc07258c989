import Language

/// The answers of somebody to an exam, as a text that can be kept, sent and judged again.
///
///     eventually exam 1
///     seed 42
///     paper 0123456789abcdef
///     card 1 b
///     design 1
///       writes at QUORUM
///
/// One that somebody has yet to go on with also says where: `next 14` is the second design, after twelve cards.
public struct ExamSheet: Hashable, Sendable {
  /// The first line of such a text.
  static let heading = "eventually exam 1"

  /// Whose it is; nil if nobody says.
  public var student: String?
  /// The class's number, with a student.
  public var group: UInt64
  /// The exam's seed.
  public let seed: UInt64
  /// The fingerprint of the questions; see ``Exam/fingerprint``.
  public let paper: String
  /// The position of the choice on each card; nil where there is no answer.
  public var cards: [Int?]
  /// The lines of the answer to each task; none where there is no answer.
  public var designs: [[String]]

  /// The question to go on with, cards first, from 1; nil where all were asked.
  public var next: Int?

  /// No answers yet.
  public init(_ exam: Exam, student: String? = nil, group: UInt64 = 0) {
    (self.student, self.group, seed, paper) = (student, group, exam.seed, exam.fingerprint)
    cards = exam.cards.map { _ in nil }
    designs = exam.tasks.map { _ in [] }
  }

  /// The text, ending with a line's end.
  public var text: String {
    var lines = [Self.heading]
    if let student { lines += ["student \(student)", "class \(group)"] }
    lines += ["seed \(seed)", "paper \(paper)"]
    if let next { lines.append("next \(next)") }
    for (index, card) in cards.enumerated() {
      lines.append("card \(index + 1) \(card.map(Card.letter) ?? "-")")
    }
    for (index, design) in designs.enumerated() { lines += ["design \(index + 1)"] + design.map { "  \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Reading

  /// Reads such a text.
  ///
  /// - Throws: a ``ScriptError`` with the line and column of what is wrong.
  public init(_ text: String, file: String) throws {
    let lines = SourceLine.lines(of: text, in: file).filter { line in !line.text.allSatisfy(\.isWhitespace) }
    func wrong(_ line: SourceLine, _ reason: String, from start: Int = 0) -> ScriptError {
      let length = max(1, line.text.count - start)
      return .wrong([
        Diagnostic(LanguageError(.refused(reason), at: SourceSpan(start: start, length: length)), in: line)
      ])
    }
    guard let first = lines.first else {
      throw wrong(
        SourceLine(file: file, number: 1, text: ""),
        "this is empty; the answers to an exam begin with `\(Self.heading)`")
    }
    guard first.text == Self.heading else {
      throw wrong(first, "the answers to an exam begin with `\(Self.heading)`")
    }
    var (student, group): (String?, UInt64?) = (nil, nil)
    var (seed, paper): ((UInt64, SourceLine)?, (String, SourceLine)?) = (nil, nil)
    var next: (number: Int, line: SourceLine)?
    var answers: [(number: Int, word: String, line: SourceLine)] = []
    var designs: [(number: Int, lines: [SourceLine], line: SourceLine)] = []
    for line in lines.dropFirst() {
      if line.text.hasPrefix(" "), !designs.isEmpty {
        designs[designs.count - 1].lines.append(line)
        continue
      }
      let words = line.text.split(separator: " ", maxSplits: 1).map(String.init)
      let rest = words.count > 1 ? words[1] : ""
      switch words.first {
      case "student" where student == nil && !rest.isEmpty: student = rest
      case "class" where group == nil && UInt64(rest) != nil: group = UInt64(rest)
      case "seed" where seed == nil:
        guard let number = UInt64(rest) else { throw wrong(line, "`seed` is followed by a whole number", from: 5) }
        seed = (number, line)
      case "paper" where paper == nil && !rest.isEmpty: paper = (rest, line)
      case "next" where next == nil:
        guard let number = Int(rest) else { throw wrong(line, "`next` is followed by a question's number", from: 5) }
        next = (number, line)
      case "card":
        let parts = rest.split(separator: " ").map(String.init)
        guard parts.count == 2, let number = Int(parts[0]) else {
          throw wrong(line, "expected `card N` and a letter, or - for no answer", from: 5)
        }
        answers.append((number, parts[1], line))
      case "design":
        guard let number = Int(rest) else {
          throw wrong(line, "expected `design N`, and its lines indented below", from: 7)
        }
        designs.append((number, [], line))
      case _:
        throw wrong(line, "expected student, class, seed, paper, next, card or design, each but card and design once")
      }
    }
    guard let seed else { throw wrong(first, "there is no line `seed N`, which says what exam it is") }
    if let student, Exam.seed(of: student, group: group ?? 0) != seed.0 {
      throw wrong(seed.1, "that is not the seed of \(Printable.escaped(student)) in class \(group ?? 0)", from: 5)
    }
    let exam = Exam(seed: seed.0)
    if let paper, paper.0 != exam.fingerprint {
      throw wrong(paper.1, "those are not the questions that this version asks under the seed", from: 6)
    }
    self.init(exam, student: student, group: group ?? 0)
    if let next {
      guard (1...cards.count + designs.count).contains(next.number) else {
        throw wrong(next.line, "there are questions 1 to \(cards.count + designs.count)", from: 5)
      }
      self.next = next.number
    }
    for answer in answers {
      guard let place = exam.cards.index(ofNumber: answer.number), cards[place] == nil else {
        throw wrong(answer.line, "there are cards 1 to \(exam.cards.count), each once", from: 5)
      }
      if answer.word == "-" { continue }
      guard let position = exam.cards[place].position(of: answer.word) else {
        throw wrong(answer.line, "card \(answer.number) has no choice `\(Printable.escaped(answer.word))`", from: 5)
      }
      cards[place] = position
    }
    for design in designs {
      guard let place = exam.tasks.index(ofNumber: design.number), self.designs[place].isEmpty else {
        throw wrong(design.line, "there are designs 1 to \(exam.tasks.count), each once", from: 7)
      }
      let texts = design.lines.map(\.trimmed)
      if let problem = exam.tasks[place].problem(in: texts) {
        throw wrong(design.lines[min(problem.line, design.lines.count - 1)], problem.reason, from: 2)
      }
      self.designs[place] = texts
    }
  }
}
