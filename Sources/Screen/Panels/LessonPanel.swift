import Workbench

/// The lesson: what the step says, what is to be guessed, the goal with its ticks, hints, and what there is to notice.
enum LessonPanel {
  private typealias Line = (text: String, style: Style)

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    guard let classroom = model.classroom, let play = classroom.play else {
      frame.line("`eventually learn` opens the lessons", row: 0, .dim, in: rect)
      return PaneHeading(title: "LESSON", detail: "")
    }
    let goal = goalLines(model, play, classroom, width: rect.width)
    // The goal stays in view whatever is scrolled.
    let foot = min(goal.count, max(0, rect.height - 3))
    let (upper, lower) = rect.splitTop(rect.height - foot)
    let prose = proseLines(play, classroom, width: rect.width)
    let scrolled = max(0, min(prose.count - upper.height, -(model.scroll[.lesson] ?? 0)))
    for (row, line) in prose.dropFirst(scrolled).prefix(upper.height).enumerated() {
      frame.line(line.text, row: row, line.style, in: upper)
    }
    for (row, line) in goal.prefix(foot).enumerated() { frame.line(line.text, row: row, line.style, in: lower) }
    let isCut = prose.count > upper.height + scrolled
    let place = play.step == nil ? "done" : "step \(play.position + 1) of \(play.lesson.steps.count)"
    return PaneHeading(title: play.lesson.title.uppercased(), detail: isCut ? "\(place) · j more" : place)
  }

  private static func proseLines(_ play: LessonPlay, _ classroom: Classroom, width: Int) -> [Line] {
    guard let step = play.step else { return [] }
    var lines: [Line] = []
    func say(_ text: String, _ style: Style = .text, indent: String = "") {
      for line in TextWrap.lines(text, width: width - TextWidth.of(indent)) { lines.append((indent + line, style)) }
    }
    func gap() { if !lines.isEmpty { lines.append(("", .text)) } }
    if classroom.isReached {
      for paragraph in classroom.notice {
        gap()
        say(paragraph, Style(.ok))
      }
      if let prediction = step.prediction, let guess = play.guess, let answer = play.answer {
        gap()
        say(
          guess == answer
            ? "● You guessed right: \(prediction.choices[answer].words)."
            : "▲ You guessed: \(prediction.choices[guess].words). It is: \(prediction.choices[answer].words).",
          Style(guess == answer ? .ok : .warn))
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
      say(prediction.question, Style(.text, bold: true))
      for (index, choice) in prediction.choices.enumerated() {
        let isGuess = play.guess == index
        say(
          "\(index + 1) \(isGuess ? "(●)" : "( )") \(choice.words)", isGuess ? Style(.focus, bold: true) : .text,
          indent: " ")
      }
      if play.guess == nil { say("Guess first: press a digit", Style(.focus)) }
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
    var lines: [Line] = [("", .text), ("GOAL", Style(.focus, bold: true))]
    func tick(_ isHeld: Bool, _ words: String) {
      let wrapped = TextWrap.lines(words, width: max(1, width - 2))
      for (index, line) in wrapped.enumerated() {
        lines.append(("\(index == 0 ? (isHeld ? "●" : "○") : " ") \(line)", isHeld ? Style(.ok) : .text))
      }
    }
    if step.prediction != nil { tick(play.guess != nil, "you have guessed") }
    for clause in play.clauses(in: model.session) { tick(clause.isHeld, clause.words) }
    let commands = play.commands(in: model.session)
    let count = "\(commands) command\(commands == 1 ? "" : "s"), the solution has \(step.solution.count)"
    lines.append(classroom.isReached ? ("► Enter goes on", Style(.focus, bold: true)) : (count, .dim))
    return lines
  }
}
