import Language
import Workbench

/// The lesson: what the step says, what is to be guessed, the goal with its ticks, hints, and what there is to notice.
enum LessonPanel: PaneView {
  static let summary = "the lesson: what the step says, its question, its goal"
  static let room = PaneRoom((38, 18), preferred: (72, 40))
  static let keys = [
    PaneKey(.lesson(.hint), "hint", "the next hint"),
    PaneKey(.lesson(.again), "again", "the step anew"),
    PaneKey(.down, "scroll", "further down in the text"),
  ]

  private struct Line {
    let text: String
    let style: Style
    /// The choice that it offers, from 1.
    var choice: Int?

    init(_ text: String, _ style: Style, choice: Int? = nil) {
      self.text = text
      self.style = style
      self.choice = choice
    }
  }

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    guard let classroom = model.classroom, let play = classroom.play else {
      frame.line("`eventually learn` opens the lessons", row: 0, .dim, in: rect)
      return PaneHeading(title: "LESSON", detail: "")
    }
    let prose = proseLines(play, classroom, width: rect.width)
    let goal = goalLines(model, play, classroom, width: rect.width)
    if prose.count + goal.count <= rect.height {
      let (upper, lower) = rect.splitTop(rect.height - goal.count)
      draw(prose[...], in: upper, &frame)
      draw(goal[...], in: lower, &frame)
    } else {
      // Where not all has room the goal is the end of the text, and one line of ticks stays in view.
      let all = prose + goal
      let (upper, lower) = rect.splitTop(max(0, rect.height - 1))
      let reach = all.count - upper.height
      frame.extend(.lesson, by: reach)
      let scrolled = max(0, min(reach, -(model.scroll[.lesson] ?? 0)))
      draw(all.dropFirst(scrolled), in: upper, &frame)
      let isCut = all.count > upper.height + scrolled
      draw([summary(model, play, classroom, isCut: isCut)][...], in: lower, &frame)
    }
    let place = play.step == nil ? "done" : "step \(play.position + 1)/\(play.lesson.steps.count)"
    return PaneHeading(title: play.lesson.title.uppercased(), detail: place)
  }

  private static func draw(_ lines: ArraySlice<Line>, in rect: Rect, _ frame: inout Frame) {
    for (row, line) in lines.prefix(rect.height).enumerated() {
      frame.line(line.text, row: row, line.style, in: rect)
      if let choice = line.choice { frame.mark(Rect(rect.x, rect.y + row, rect.width, 1), .choice(choice)) }
    }
  }

  /// The goal in a line: a tick for each clause, and where the text goes on.
  private static func summary(
    _ model: ScreenModel, _ play: LessonPlay, _ classroom: Classroom, isCut: Bool
  ) -> Line {
    let more = isCut ? "  ▼ j PgDn" : "  ▲ k PgUp"
    if classroom.isReached { return Line("● GOAL  ► Enter goes on\(isCut ? more : "")", Style(.ok, bold: true)) }
    let guessed = play.step?.prediction == nil ? [] : [play.guess != nil]
    let held = play.clauses(in: model.session).map(\.isHeld)
    let ticks = (guessed + held).map { $0 ? "●" : "○" }.joined()
    let isGuessMissing = guessed == [false] && held.allSatisfy { $0 }
    return Line(
      "GOAL \(ticks)\(isGuessMissing ? " guess" : "")\(more)", Style(isGuessMissing ? .warn : .focus, bold: true))
  }

  private static func proseLines(_ play: LessonPlay, _ classroom: Classroom, width: Int) -> [Line] {
    var lines: [Line] = []
    func say(_ text: String, _ style: Style = .text, indent: String = "") {
      for line in TextWrap.lines(text, width: width - TextWidth.of(indent)) { lines.append(Line(indent + line, style)) }
    }
    func gap() { if !lines.isEmpty { lines.append(Line("", .text)) } }
    guard let step = play.step else {
      say("● This was the lesson. L lists the others; here you can go on trying.", Style(.focus, bold: true))
      for paragraph in classroom.notice {
        gap()
        say(paragraph, Style(.ok))
      }
      return lines
    }
    if classroom.isReached {
      for paragraph in classroom.notice {
        gap()
        say(paragraph, Style(.ok))
      }
      if let guess = classroom.flow?.outcome?.guess {
        gap()
        say(
          guess.isRight
            ? "● You guessed right: “\(guess.right)”." : "▲ You guessed “\(guess.guessed)”. It is “\(guess.right)”.",
          Style(guess.isRight ? .ok : .warn))
      }
      gap()
    }
    if play.position == 0 {
      for paragraph in play.lesson.introduction {
        gap()
        say(paragraph, .dim)
      }
    }
    gap()
    say(step.title, Style(.text, bold: true))
    for paragraph in step.prose {
      gap()
      say(paragraph)
    }
    if let prediction = step.prediction, !classroom.isReached {
      gap()
      if play.guess == nil { say("Guess first:", Style(.focus)) }
      say(prediction.question, Style(.text, bold: true))
      for (index, choice) in prediction.choices.enumerated() {
        let isGuess = play.guess == index
        let words = TextWrap.lines(choice.words, width: max(1, width - 7))
        for (row, text) in words.enumerated() {
          lines.append(
            Line(
              row == 0 ? " \(index + 1) \(isGuess ? "(●)" : "( )") \(text)" : "       \(text)",
              isGuess ? Style(.focus, bold: true) : .text, choice: index + 1))
        }
      }
      if play.guess == nil { say("Press a digit.", Style(.focus)) }
    }
    for hint in play.hints {
      gap()
      say("Hint: \(hint)", Style(.repair))
    }
    if classroom.showsSolution {
      gap()
      say("Solution:", Style(.repair))
      for line in step.solution { say(line.text, Style(.repair), indent: "  ") }
    }
    return lines
  }

  private static func goalLines(
    _ model: ScreenModel, _ play: LessonPlay, _ classroom: Classroom, width: Int
  ) -> [Line] {
    guard let step = play.step else { return [] }
    var lines = [Line("", .text), Line("GOAL", Style(.focus, bold: true))]
    func tick(_ isHeld: Bool, _ words: String) {
      let wrapped = TextWrap.lines(words, width: max(1, width - 2))
      for (index, line) in wrapped.enumerated() {
        lines.append(Line("\(index == 0 ? (isHeld ? "●" : "○") : " ") \(line)", isHeld ? Style(.ok) : .text))
      }
    }
    if step.prediction != nil { tick(play.guess != nil, "you have guessed") }
    for clause in play.clauses(in: model.session) { tick(clause.isHeld, clause.words) }
    let commands = play.commands(in: model.session)
    let count = "\(CountedNoun("command").text(commands)), the solution has \(step.solution.count)"
    lines.append(classroom.isReached ? Line("► Enter goes on", Style(.focus, bold: true)) : Line(count, .dim))
    return lines
  }
}

extension LessonPanel {
  static func move(_ model: inout ScreenModel, by rows: Int) { model.scrollLesson(by: rows) }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    model.say(
      model.classroom?.play == nil
        ? "`eventually learn` opens the lessons" : "Enter goes on once the goal is reached; > skips the step", .dim)
    return []
  }
}
