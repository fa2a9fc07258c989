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
    /// Its parts, each drawn in its own way.
    let parts: [(text: String, style: Style)]
    /// The choice that it offers, from 1.
    var choice: Int?

    init(_ text: String, _ style: Style, choice: Int? = nil) {
      self.init([(text, style)], choice: choice)
    }

    init(_ parts: [(text: String, style: Style)], choice: Int? = nil) {
      self.parts = parts
      self.choice = choice
    }
  }

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    guard let classroom = model.classroom, let play = classroom.play else {
      frame.line("`eventually learn` opens the lessons", row: 0, .dim, in: rect)
      return PaneHeading(title: "LESSON", detail: "")
    }
    let prose = proseLines(model, play, classroom, width: rect.width)
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
      var column = rect.x
      for part in line.parts {
        let rest = Rect(column, rect.y + row, max(0, rect.right - column), 1)
        frame.line(part.text, row: 0, part.style, in: rest)
        column += TextWidth.of(part.text)
      }
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
    let clauses = play.hidesGoal ? [] : play.clauses(in: model.session)
    let ticks = guessed.map { $0 ? "●" : "○" } + clauses.map { $0.isOutOfReach ? "✗" : $0.isHeld ? "●" : "○" }
    let isGuessMissing = play.hidesGoal && play.isMet(in: model.session)
    return Line(
      "GOAL \(ticks.joined())\(play.hidesGoal ? " guess" : "")\(more)",
      Style(isGuessMissing ? .warn : .focus, bold: true))
  }

  private static func proseLines(
    _ model: ScreenModel, _ play: LessonPlay, _ classroom: Classroom, width: Int
  ) -> [Line] {
    var lines: [Line] = []
    func say(_ text: String, _ style: Style = .text, indent: String = "") {
      for parts in Emphasis(text).lines(width: width - TextWidth.of(indent)) {
        let stressed = Style(style.role == .text ? .focus : style.role, bold: true)
        var drawn = parts.map { (text: $0.text, style: $0.isEmphasized ? stressed : style) }
        if !indent.isEmpty { drawn.insert((text: indent, style: style), at: 0) }
        lines.append(Line(drawn))
      }
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
      let isProjected = classroom.flow?.isProjected ?? false
      if play.guess == nil { say(isProjected ? "Vote first:" : "Guess first:", Style(.focus)) }
      say(prediction.question, Style(.text, bold: true))
      for (index, choice) in prediction.choices.enumerated() {
        let isGuess = (play.guess ?? classroom.flow?.chosen.map { $0 - 1 }) == index
        let votes = play.poll.map { "\($0.votes[index]) × " } ?? ""
        let words = TextWrap.lines(votes + choice.words, width: max(1, width - 7))
        for (row, text) in words.enumerated() {
          lines.append(
            Line(
              row == 0 ? " \(index + 1) \(isGuess ? "(●)" : "( )") \(text)" : "       \(text)",
              isGuess ? Style(.focus, bold: true) : .text, choice: classroom.flow?.chosen == nil ? index + 1 : nil))
        }
      }
      if isProjected {
        if play.guess == nil, let request = model.pollRequest { say(request, Style(.focus)) }
      } else if play.guess == nil, classroom.flow?.chosen == nil {
        say("Press a digit.", Style(.focus))
      } else if play.guess == nil {
        say("How sure are you?", Style(.focus))
        for (index, confidence) in LessonConfidence.allCases.enumerated() {
          lines.append(Line(" \(index + 1)  \(confidence.rawValue)", Style(.focus), choice: index + 1))
        }
      }
    }
    for hint in play.hints {
      gap()
      say("Hint: \(hint)", Style(.repair))
    }
    if classroom.showsSolution {
      gap()
      say("Solution:", Style(.repair))
      for line in step.solution {
        for text in TextWrap.lines(line.text, width: max(1, width - 2)) {
          lines.append(Line("  \(text)", Style(.repair)))
        }
      }
    }
    return lines
  }

  private static func goalLines(
    _ model: ScreenModel, _ play: LessonPlay, _ classroom: Classroom, width: Int
  ) -> [Line] {
    guard let step = play.step else { return [] }
    var lines = [Line("", .text), Line("GOAL", Style(.focus, bold: true))]
    func tick(_ mark: String, _ words: String, _ style: Style) {
      let wrapped = TextWrap.lines(words, width: max(1, width - 2))
      for (index, line) in wrapped.enumerated() { lines.append(Line("\(index == 0 ? mark : " ") \(line)", style)) }
    }
    let isGuessed = play.guess != nil
    if step.prediction != nil {
      tick(isGuessed ? "●" : "○", "you have guessed", isGuessed ? Style(.ok) : .text)
    }
    let clauses = play.clauses(in: model.session)
    if play.hidesGoal {
      tick("·", "\(CountedNoun("clause").text(clauses.count)) more, shown once you have guessed", .dim)
    }
    for clause in clauses where !play.hidesGoal {
      if clause.isOutOfReach {
        tick("✗", "\(clause.words): can no longer be met", Style(.bad))
      } else {
        tick(clause.isHeld ? "●" : "○", clause.words, clause.isHeld ? Style(.ok) : .text)
      }
    }
    if !play.hidesGoal, clauses.contains(where: \.isOutOfReach) {
      tick(" ", wayBack(model, play), Style(.warn))
    }
    let commands = play.commands(in: model.session)
    let count = "\(CountedNoun("command").text(commands)), the solution has \(step.commands.count)"
    lines.append(classroom.isReached ? Line("► Enter goes on", Style(.focus, bold: true)) : Line(count, .dim))
    return lines
  }
}

extension LessonPanel {
  /// What leads back to before a clause got out of reach.
  private static func wayBack(_ model: ScreenModel, _ play: LessonPlay) -> String {
    guard let count = play.wayBack(from: model.session), let key = model.keyMap.label(for: .undo) else {
      return "\(model.keyMap.label(for: .lesson(.again)) ?? "E") begins the step anew"
    }
    return count == 1 ? "\(key) goes back to before it" : "\(key), \(count) times, goes back to before it"
  }

  static func move(_ model: inout ScreenModel, by rows: Int) { model.scrollLesson(by: rows) }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    let words =
      switch model.classroom?.play?.hidesGoal {
      case nil: "`eventually learn` opens the lessons"
      case true?: "the question comes first: a digit answers it; > skips the step"
      case false?: "Enter goes on once the goal is reached; > skips the step"
      }
    model.say(words, .dim)
    return []
  }
}
