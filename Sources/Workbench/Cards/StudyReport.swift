import Language

/// How somebody, or a class, gets on with the lessons: for each step what was guessed, how sure they were, and what help it took.
///
/// It reads files that lie here, and sends nothing anywhere.
public struct StudyReport: Sendable {
  private let files: [StudyFile]
  private let course: Course
  private let deck: CardDeck

  /// A report of files of progress.
  ///
  /// - Parameters:
  ///   - course: the lessons that they are about, for the words of choices.
  ///   - deck: the cards of whoever asks; an empty one for a class.
  public init(_ files: [StudyFile], of course: Course, _ deck: CardDeck = CardDeck()) {
    (self.files, self.course, self.deck) = (files, course, deck)
  }

  private static let columns = [
    "student", "lesson", "step", "done", "commands", "guess", "right", "guessed-right", "confidence", "hints",
    "solution-seen", "seconds", "guessed", "poll",
  ]

  private func words(_ line: StudyFile.Line, of choice: Int?) -> String? {
    guard let choice, let lesson = course.lessons.first(where: { $0.name == line.lesson }),
      let step = lesson.steps.index(ofNumber: line.step), let prediction = lesson.steps[step].prediction,
      let position = prediction.choices.index(ofNumber: choice)
    else { return nil }
    return prediction.choices[position].words
  }

  private func isRight(_ line: StudyFile.Line) -> Bool? {
    guard let guess = line.record?.guess, let right = line.record?.right else { return nil }
    return guess == right
  }

  // MARK: For programs

  /// Comma-separated values (RFC 4180), a line a step of a student; what isn't known is empty.
  public var csv: [String] {
    [Self.columns.joined(separator: ",")]
      + files.flatMap { file in
        file.lines.map { line in
          let record = line.record
          let cells: [String?] = [
            file.student, line.lesson, "\(line.step)", "\(line.isDone)", line.commands.map { "\($0)" },
            record?.guess.map { "\($0)" }, record?.right.map { "\($0)" }, isRight(line).map { "\($0)" },
            record?.confidence, record?.hints.map { "\($0)" }, record?.solutionSeen.map { "\($0)" },
            record?.seconds.map { "\($0)" }, words(line, of: record?.guess),
            record?.poll.map { $0.map { "\($0)" }.joined(separator: " ") },
          ]
          return cells.map { Self.cell($0 ?? "") }.joined(separator: ",")
        }
      }
  }

  private static func cell(_ text: String) -> String {
    // A spreadsheet takes what begins so for a formula.
    let safe = text.first.map { "=+-@".contains($0) } == true ? "'\(text)" : text
    guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
    return "\"\(safe.replacing("\"", with: "\"\""))\""
  }

  /// JSON Lines: a line a step of a student, then one for each family of card that was asked of.
  public var json: [String] {
    let steps = files.flatMap { file in
      file.lines.map { line in
        let record = line.record
        return JSONText.object([
          .init("kind", .string("step")), .init("student", .string(file.student)),
          .init("lesson", .string(line.lesson)),
          .init("step", .integer(Int64(line.step))), .init("done", .boolean(line.isDone)),
          .init("commands", .optional(line.commands)), .init("guess", .optional(record?.guess)),
          .init("right", .optional(record?.right)),
          .init("guessedRight", isRight(line).map { .boolean($0) } ?? .null),
          .init("guessed", .optional(words(line, of: record?.guess))),
          .init("confidence", .optional(record?.confidence)),
          .init("hints", .optional(record?.hints)),
          .init("solutionSeen", record?.solutionSeen.map { .boolean($0) } ?? .null),
          .init("seconds", .optional(record?.seconds)),
          .init("poll", record?.poll.map { .array($0.map { .integer(Int64($0)) }) } ?? .null),
        ]).text
      }
    }
    let cards = CardFamily.allCases.compactMap { family in
      deck.entry(family).map { entry in
        JSONText.object([
          .init("kind", .string("cards")), .init("family", .string(family.rawValue)),
          .init("lesson", .integer(Int64(family.lesson))), .init("asked", .integer(Int64(entry.asked))),
          .init("right", .integer(Int64(entry.right))), .init("due", .string(entry.due)),
          .init(
            "misconceptions",
            .object(entry.chosen.sorted { $0.key < $1.key }.map { .init($0.key, .integer(Int64($0.value))) })),
        ]).text
      }
    }
    return steps + cards
  }

  // MARK: For people

  /// A table of steps, or of a class's: how many did them, guessed rightly, and what the others believed.
  public var lines: [String] {
    let steps = files.flatMap(\.lines)
    guard !steps.isEmpty else { return ["no lesson has been begun yet"] + cardLines }
    return (files.count == 1 ? mine(steps) : classLines(steps)) + cardLines
  }

  /// A table of steps, under the names of their lessons.
  private func mine(_ steps: [StudyFile.Line]) -> [String] {
    var rows = [["step", "", "guess", "confidence", "hints", "solution", "commands", "time"]]
    for line in steps {
      let record = line.record
      rows.append([
        "\(line.step)", line.isDone ? "●" : "○", isRight(line).map { $0 ? "right" : "wrong" } ?? "–",
        record?.confidence ?? "–", record?.hints.map { "\($0)" } ?? "–",
        record?.solutionSeen.map { $0 ? "seen" : "–" } ?? "–", line.commands.map { "\($0)" } ?? "–",
        record?.seconds.map { "\($0) s" } ?? "–",
      ])
    }
    let table = Listing.table(rows, right: [0, 4, 6, 7]).map { "  \($0)" }
    var lines = Array(table.prefix(1))
    for (index, line) in zip(steps.indices, table.dropFirst()) {
      if index == 0 || steps[index - 1].lesson != steps[index].lesson { lines.append(steps[index].lesson) }
      lines.append(line)
      lines += votes(steps[index])
    }
    return lines
  }

  private func classLines(_ steps: [StudyFile.Line]) -> [String] {
    var lines = ["\(CountedNoun("file").text(files.count)) of progress"]
    let places = Dictionary(grouping: steps) { "\($0.lesson) \(TextWidth.padLeft("\($0.step)", 3))" }
    for (_, group) in places.sorted(by: { $0.key < $1.key }) {
      guard let first = group.first else { continue }
      // What a class voted is told of apart: its majority's guess is nobody's.
      let students = group.filter { $0.record?.poll == nil }
      let judged = students.compactMap(isRight)
      let done = group.count(where: \.isDone)
      let helped = group.count { $0.record?.solutionSeen == true }
      lines.append(
        "\(first.lesson), step \(first.step): done by \(done) of \(group.count)"
          + (judged.isEmpty
            ? "" : ", \(judged.count { $0 }) of \(CountedNoun("guess", "guesses").text(judged.count)) right")
          + (helped == 0 ? "" : ", \(helped) looked at the solution"))
      lines += group.flatMap(votes)
      lines += beliefs(students)
    }
    return lines
  }

  /// What a class has voted at a step; empty where none has.
  private func votes(_ line: StudyFile.Line) -> [String] {
    guard let poll = line.record?.poll, !poll.isEmpty else { return [] }
    let all = poll.reduce(0.0) { $0 + Double($1) }
    let right = line.record?.right.flatMap { poll.index(ofNumber: $0) }.map { ", \(poll[$0]) of them right" } ?? ""
    let choices = poll.enumerated().filter { $0.element != 0 }.map { index, count in
      "\(count) \(words(line, of: index + 1).map { "“\($0)”" } ?? "choice \(index + 1)")"
    }
    return TextWrap.hanging(
      "    a class of \(Quantity.number(all)) voted\(right): \(choices.joined(separator: ", "))", width: 78, indent: 6)
  }

  /// The wrong guesses at a step, the most frequent first, and how many were sure of them.
  private func beliefs(_ group: [StudyFile.Line]) -> [String] {
    let wrong = Dictionary(grouping: group.filter { isRight($0) == false }) { $0.record?.guess ?? 0 }
    return wrong.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.flatMap { guess, lines in
      let sure = lines.count { $0.record?.confidence == "sure" }
      let belief = lines.first.flatMap { words($0, of: guess) }.map { "“\($0)”" } ?? "choice \(guess)"
      return TextWrap.hanging(
        "    \(lines.count) guessed \(belief)\(sure > 0 ? ", \(sure) of them sure" : "")", width: 78, indent: 6)
    }
  }

  private var cardLines: [String] {
    let asked = CardFamily.allCases.compactMap { family in deck.entry(family).map { (family, $0) } }
    guard !asked.isEmpty else { return [] }
    var rows = [["cards", "lesson", "right", "due"]]
    rows += asked.map { [$0.rawValue, "\($0.lesson)", "\($1.right) of \($1.asked)", $1.due] }
    var lines = [""] + Listing.table(rows, right: [1, 2])
    for belief in Misconception.allCases {
      let times = asked.reduce(0) { $0 + ($1.1.chosen[belief.rawValue] ?? 0) }
      if times > 0 {
        lines += TextWrap.hanging("  \(times) × as if: \(belief.title)", width: 78, indent: 6)
      }
    }
    return lines
  }
}
