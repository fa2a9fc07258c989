import Foundation
import Kernel
import Workbench

/// A lesson line by line: prose out, commands in. For screen readers and pipes.
struct PlainLesson {
  private var play: LessonPlay
  private var session: Session
  private var progress: LessonProgress
  /// Whether the step's goal has been reached: `next` goes on, and until then everything can be looked at.
  private var isDone = false
  private let output = LineWriter.standardOutput
  private let text = TextReport(isColored: TerminalTraits.isColored)
  private let isTyped = isatty(STDIN_FILENO) == 1
  private let input = StandardInput()

  /// What can be typed besides the language.
  private static let words = "hint · solution · reset · next · skip · previous · goal · 1, 2 … to guess · quit"

  private init(_ lesson: Lesson) throws {
    play = try LessonPlay(lesson)
    session = play.beginning
    progress = LessonProgress(path: LessonFiles.progressPath)
  }

  /// Plays a lesson from standard input to standard output; says the exit status.
  ///
  /// - Throws: a ``Diagnostic`` if its scene can't be set, an exit with status 73 if nothing can be written.
  static func run(_ lesson: Lesson) throws -> Int32 {
    var plain = try PlainLesson(lesson)
    return try plain.run()
  }

  private mutating func run() throws -> Int32 {
    heading(play.lesson.title)
    play.lesson.introduction.forEach(say)
    tell()
    output.write("")
    output.write("  (Besides commands: \(Self.words))")
    // After its last step there is time to try what it spoke of.
    while true {
      if isTyped { output.ask("eventually> ") }
      output.push()
      guard let line = try input.line(), take(line) else { break }
      advance()
    }
    try output.close()
    return 0
  }

  /// Takes a line; false to leave.
  private mutating func take(_ line: String) -> Bool {
    let word = line.split(separator: " ").joined(separator: " ").lowercased()
    switch word {
    case "", "next":
      if isDone {
        goOn()
      } else if word == "next" {
        output.write("  the goal isn't reached yet; `skip` leaves the step")
      }
    case "quit": return false
    case "hint":
      let taken = play.hints.count
      play.takeHint()
      say(play.hints.count > taken ? play.hints.last ?? "" : "this was the last hint; `solution` shows the solution")
    case "solution": play.step?.solution.forEach { output.write("    \($0.text)") }
    case "reset":
      session = play.beginning
      isDone = false
      output.write("  the step begins anew")
      showGoal()
    case "help":
      carryOut(line)
      output.write("  In a lesson: \(Self.words)")
    case "skip" where isDone: goOn()
    case "skip":
      session = play.skip()
      if play.step == nil { output.write("  there is no further step; quit leaves") } else { tell() }
    case "previous":
      isDone = false
      session = play.goBack(to: play.position - 1)
      tell()
    case "goal": showGoal()
    default:
      if let choice = Int(word), play.step?.prediction != nil { guess(choice) } else { carryOut(line) }
    }
    return true
  }

  private mutating func carryOut(_ line: String) {
    let before = (now: session.now, clauses: play.clauses(in: session))
    do {
      var isSilent = true
      try session.execute(.prompt(line), isPrompt: true) { event in
        let lines = text.lines(for: event)
        isSilent = isSilent && lines.isEmpty
        lines.forEach { output.write($0) }
      }
      if isSilent { tellTime(since: before.now) }
    } catch {
      output.write("✗ \((error as? Diagnostic)?.sentence ?? "\(error)")")
    }
    for (clause, earlier) in zip(play.clauses(in: session), before.clauses) where clause.isHeld != earlier.isHeld {
      output.write("  \(clause.isHeld ? "●" : "○") \(clause.words)")
    }
  }

  /// What came of a command that has nothing to say: how late it is, and what happened last.
  private func tellTime(since earlier: Instant) {
    let now = Quantity.milliseconds(session.now.microseconds)
    let latest = LogReport.lines(1, in: session).first { _ in session.now != earlier }
    output.write("\(TextWidth.padLeft(now, 12))  " + (latest.map { "\($0.place)  \($0.text)" } ?? "no time has passed"))
  }

  private mutating func guess(_ choice: Int) {
    guard let prediction = play.step?.prediction, prediction.choices.indices.contains(choice - 1) else {
      output.write("✗ there is no choice \(choice)")
      return
    }
    guard play.guess == nil else {
      output.write("✗ you have guessed already; what was guessed first stands")
      return
    }
    play.guess(choice - 1)
    let isDone = play.clauses(in: session).allSatisfy(\.isHeld)
    output.write("  You guess “\(prediction.choices[choice - 1].words)”.\(isDone ? "" : " Now try it.")")
  }

  /// Once the goal is reached: what there is to notice, and the next step.
  private mutating func advance() {
    guard !isDone, let step = play.step, play.isReached(in: session) else { return }
    isDone = true
    let commands = play.commands(in: session)
    output.write("● done with \(CountedNoun("command").text(commands)); the solution has \(step.solution.count)")
    if let prediction = step.prediction, let guess = play.guess, let answer = play.answer {
      output.write(
        guess == answer
          ? "● you guessed right: “\(prediction.choices[answer].words)”"
          : "▲ you guessed “\(prediction.choices[guess].words)”; it is “\(prediction.choices[answer].words)”")
    }
    play.notice(in: session).forEach(say)
    progress.finished(step: play.position, of: play.lesson.name, commands: commands)
    do {
      try progress.save(to: LessonFiles.progressPath)
    } catch {
      output.write("✗ your progress can't be kept: \((error as? FileProblem)?.sentence ?? "\(error)")")
    }
    let isLast = play.position + 1 == play.lesson.steps.count
    if isLast { output.write("● this was the lesson “\(play.lesson.title)”") }
    output.write("  (Look about, if you like; \(isLast ? "quit leaves" : "next goes on").)")
  }

  private mutating func goOn() {
    guard play.position + 1 < play.lesson.steps.count else {
      output.write("  there is no further step; quit leaves")
      return
    }
    isDone = false
    session = play.goOn(from: session)
    tell()
  }

  // MARK: Telling

  private func heading(_ words: String) {
    output.write("")
    output.write(words.uppercased())
  }

  private func say(_ paragraph: String) {
    output.write("")
    TextWrap.lines(paragraph, width: 76).forEach { output.write("  \($0)") }
  }

  private func tell() {
    guard let step = play.step else { return }
    heading("\(play.position + 1)/\(play.lesson.steps.count)  \(step.title)")
    step.prose.forEach(say)
    if let prediction = step.prediction {
      say("Guess first: \(prediction.question)")
      for (index, choice) in prediction.choices.enumerated() { output.write("    \(index + 1)  \(choice.words)") }
    }
    showGoal()
  }

  private func showGoal() {
    output.write("")
    if play.step?.prediction != nil { output.write("  \(play.guess == nil ? "○" : "●") you have guessed") }
    for clause in play.clauses(in: session) { output.write("  \(clause.isHeld ? "●" : "○") \(clause.words)") }
  }
}
