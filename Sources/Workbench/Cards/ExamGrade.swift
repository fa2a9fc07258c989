import Language

/// What an exam's answers are worth: each card and each task judged, and the points.
public struct ExamGrade: Sendable {
  /// What became of a card.
  public struct CardMark: Hashable, Sendable {
    /// The card.
    public let card: Card
    /// What was chosen; nil where there is no answer.
    public let choice: Int?

    /// Whether it is right.
    public var isRight: Bool { choice == card.answer }
    /// What the choice shows somebody to believe; nil if it is right, or missing.
    public var misconception: Misconception? { choice.flatMap { card.choices[$0].misconception } }
  }

  /// The share of the points that it takes to pass, in percent, unless somebody says otherwise.
  public static let usualPass = 60

  /// The answers.
  public let sheet: ExamSheet
  /// The exam.
  public let exam: Exam
  /// The cards.
  public let cards: [CardMark]
  /// The tasks.
  public let tasks: [ExamTaskMark]
  /// The share of the points that it takes, in percent.
  public let pass: Int

  /// Judges answers; of tasks each is played under 200 seeds.
  public init(_ sheet: ExamSheet, pass: Int = usualPass) {
    let exam = Exam(seed: sheet.seed)
    (self.sheet, self.exam, self.pass) = (sheet, exam, pass)
    cards = zip(exam.cards, sheet.cards).map { CardMark(card: $0, choice: $1) }
    tasks = exam.tasks.indices.map { ExamTaskMark(exam.tasks[$0], sheet.designs[$0], seeds: exam.seeds(ofTask: $0)) }
  }

  /// The points.
  public var points: Int {
    cards.count(where: \.isRight) * Exam.cardPoints + tasks.count(where: \.isSolved) * Exam.taskPoints
  }

  /// Whether that is enough.
  public var isPassed: Bool { points * 100 >= pass * Exam.most }

  /// What the wrong choices have in common: misconceptions, the most frequent first.
  public var misconceptions: [(misconception: Misconception, times: Int)] {
    Misconception.allCases.compactMap { belief in
      let times = cards.count { $0.misconception == belief }
      return times > 0 ? (belief, times) : nil
    }.sorted { $0.times > $1.times }
  }

  // MARK: Told

  private var whose: String {
    "\(sheet.student.map { "\(Printable.escaped($0)), " } ?? "")seed \(sheet.seed)"
  }

  /// What it is, for people.
  public var lines: [String] {
    var lines = ["\(whose): \(points) of \(Exam.most) points, \(isPassed ? "passed" : "not passed") (\(pass) % passes)"]
    for (index, mark) in cards.enumerated() {
      let choice = mark.choice.map { "chose \(Card.letter($0))" } ?? "no answer"
      let head =
        "  \(mark.isRight ? "●" : "✗") card \(TextWidth.padLeft("\(index + 1)", 2))  \(TextWidth.pad(mark.card.family.rawValue, 22))"
      lines.append(mark.isRight ? head : "\(head)  \(choice), it is \(Card.letter(mark.card.answer))")
    }
    for (index, mark) in tasks.enumerated() {
      let task = exam.tasks[index]
      let words = mark.problem ?? "all held in \(mark.held) of \(mark.seeds) seeds, \(ExamTask.share) % are needed"
      lines.append(
        "  \(mark.isSolved ? "●" : "✗") design \(index + 1)  \(TextWidth.pad(task.kind.rawValue, 20))  \(words)")
      guard !mark.isSolved, mark.problem == nil else { continue }
      for (demand, held) in zip(task.demands, mark.each) where held < mark.seeds {
        lines.append("      \(demand.words): in \(held)")
      }
      if let failed = mark.failed { lines.append("      the first seed that failed is \(failed)") }
    }
    for (belief, times) in misconceptions {
      lines.append("  \(CountedNoun("choice").text(times)) as if: \(belief.title)")
      lines += TextWrap.lines(belief.truth, width: 72).map { "      \($0)" }
    }
    return lines
  }

  /// The same on one line for programs.
  public var json: String {
    JSONText.object([
      .init("kind", .string("exam")), .init("student", .optional(sheet.student)),
      .init("seed", .integer(Int64(clamping: sheet.seed))), .init("points", .integer(Int64(points))),
      .init("most", .integer(Int64(Exam.most))), .init("passed", .boolean(isPassed)),
      .init(
        "cards",
        .array(
          cards.map { mark in
            .object([
              .init("family", .string(mark.card.family.rawValue)),
              .init("lesson", .integer(Int64(mark.card.family.lesson))),
              .init("choice", .optional(mark.choice.map(Card.letter))),
              .init("answer", .string(Card.letter(mark.card.answer))),
              .init("right", .boolean(mark.isRight)), .init("misconception", .optional(mark.misconception?.rawValue)),
            ])
          })),
      .init(
        "designs",
        .array(
          zip(exam.tasks, tasks).map { task, mark in
            .object([
              .init("task", .string(task.kind.rawValue)), .init("solved", .boolean(mark.isSolved)),
              .init("seeds", .integer(Int64(mark.seeds))), .init("held", .integer(Int64(mark.held))),
              .init(
                "demands",
                .array(
                  zip(task.demands, mark.each).map {
                    .object([.init("words", .string($0.words)), .init("held", .integer(Int64($1)))])
                  })),
              .init("failedSeed", mark.failed.map { .integer(Int64(clamping: $0)) } ?? .null),
              .init("problem", .optional(mark.problem)),
            ])
          })),
    ]).text
  }

  /// What is told of exams to continuous integration, in JUnit's XML: a suite an exam, a case a card or task.
  public static func junit(_ grades: [(file: String, grade: ExamGrade)]) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"eventually exam\">\n"
      + grades.map { $0.grade.suite(named: $0.file) }.joined() + "</testsuites>\n"
  }

  private func suite(named file: String) -> String {
    var cases: [(name: String, failure: String?)] = zip(1..., cards).map { number, mark in
      let said = mark.choice.map { "chose \(Card.letter($0))" } ?? "no answer"
      return ("card \(number): \(mark.card.family.rawValue)", mark.isRight ? nil : said)
    }
    cases += zip(exam.tasks.indices, tasks).map { index, mark in
      let words = mark.problem ?? "all demands held in \(mark.held) of \(mark.seeds) seeds"
      return ("design \(index + 1): \(exam.tasks[index].kind.rawValue)", mark.isSolved ? nil : words)
    }
    cases.append(("passed with \(pass) %", isPassed ? nil : "\(points) of \(Exam.most) points"))
    let name = PageText.escaped(sheet.student ?? file)
    let lines = cases.map { entry in
      let start = "    <testcase classname=\"\(name)\" name=\"\(PageText.escaped(entry.name))\""
      return entry.failure.map { "\(start)><failure message=\"\(PageText.escaped($0))\"/></testcase>\n" }
        ?? "\(start)/>\n"
    }
    let failures = cases.count { $0.failure != nil }
    return
      "  <testsuite name=\"\(name)\" tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"0\">\n"
      + lines.joined() + "  </testsuite>\n"
  }
}
