import Language

/// Cards and tasks in lines of at most 80 columns.
public enum CardText {
  /// A card as it is asked.
  public static func lines(of card: Card) -> [String] {
    wrap(card.story) + [""] + card.scene.map { "      \($0)" } + [""] + wrap(card.question)
      + card.choices.indices.flatMap { index in
        TextWrap.hanging("    \(Card.letter(index))  \(card.choices[index].words)", width: 78, indent: 7)
      }
  }

  /// What is said once it was answered.
  public static func answer(to card: Card, choice: Int?) -> [String] {
    let right = card.choices[card.answer].words
    var lines: [String] =
      choice == card.answer
      ? wrap("● Right.") : wrap("▲ It is \(Card.letter(card.answer)): \(right)\(right.hasSuffix(".") ? "" : ".")")
    if let belief = choice.flatMap({ card.choices[$0].misconception }) {
      lines += wrap("You answered as if: \(belief.title) \(belief.truth)")
    }
    let why = card.why
    lines += why.prefix(1).flatMap { wrap($0) }
    if why.count > 1 { lines += [""] + why.dropFirst().map { "      \($0)" } }
    return lines
  }

  /// A task as it is set.
  public static func lines(of task: ExamTask) -> [String] {
    wrap(task.story) + [""] + task.scene.map { "      \($0)" } + [""] + wrap("What has to be so at the end:")
      + task.demands.flatMap { TextWrap.hanging("    - \($0.words)", width: 78, indent: 6) }
      + [""]
      + wrap(
        "It is played under \(Exam.hiddenSeeds) seeds that nobody sees before; in \(ExamTask.share) % of them all of it has to be so. "
          + "A sealed course of load and faults follows your lines. They may be:")
      + task.choices.map { "      \($0)" }
  }

  private static func wrap(_ text: String) -> [String] { TextWrap.lines(text, width: 76).map { "  \($0)" } }

  /// A card on one line for programs, without what gives the answer away.
  public static func json(of card: Card, number: Int) -> String {
    JSONText.object([
      .init("kind", .string("card")), .init("number", .integer(Int64(number))),
      .init("family", .string(card.family.rawValue)), .init("lesson", .integer(Int64(card.family.lesson))),
      .init("story", .string(card.story)), .init("scene", .array(card.scene.map { .string($0) })),
      .init("question", .string(card.question)), .init("choices", .array(card.choices.map { .string($0.words) })),
    ]).text
  }

  /// A task on one line for programs.
  public static func json(of task: ExamTask, number: Int) -> String {
    JSONText.object([
      .init("kind", .string("design")), .init("number", .integer(Int64(number))),
      .init("task", .string(task.kind.rawValue)), .init("story", .string(task.story)),
      .init("scene", .array(task.scene.map { .string($0) })),
      .init("demands", .array(task.demands.map { .string($0.words) })),
      .init("lines", .array(task.choices.map { .string($0) })),
    ]).text
  }
}
