import Analysis
import Kernel
import Language

/// A lesson line by line: prose out, commands in. For screen readers and pipes.
public struct LineLesson {
  private var flow: LessonFlow
  private var session: Session
  private var progress: LessonProgress
  private let report: TextReport
  private let write: (PrintableLine) -> Void
  private let keep: (LessonProgress) -> String?

  /// What can be typed besides the language.
  private var words: String {
    "hint · solution · reset · next · skip · previous · goal · trial · "
      + (flow.isProjected ? "poll, for the class's votes" : "1, 2 … to guess") + " · quit"
  }
  /// How sure somebody is, as it is asked.
  private static let confidences = LessonConfidence.allCases.enumerated().map { "\($0 + 1) \($1.rawValue)" }
    .joined(separator: " · ")

  /// A lesson from where somebody has left it on, which it tells at once.
  ///
  /// - Parameters:
  ///   - progress: how far somebody has come.
  ///   - report: how events are told.
  ///   - isProjected: whether a class sees it; see ``LessonFlow/isProjected``.
  ///   - clock: tells how many seconds have gone by since some instant; nil: how long a step takes is not kept.
  ///   - write: takes each line that is said.
  ///   - keep: keeps how far somebody has come; says why it can't, in a sentence.
  /// - Throws: a ``Diagnostic`` if its scene can't be set.
  public init(
    _ lesson: Lesson, _ progress: LessonProgress, _ report: TextReport, isProjected: Bool = false,
    clock: (@Sendable () -> Double)? = nil,
    write: @escaping (PrintableLine) -> Void,
    keep: @escaping (LessonProgress) -> String?
  ) throws {
    flow = try LessonFlow(lesson, isProjected: isProjected, clock: clock)
    session = flow.resume(progress)
    (self.progress, self.report, self.write, self.keep) = (progress, report, write, keep)
    heading(lesson.title)
    lesson.introduction.forEach(say)
    if flow.play.position > 0 {
      say(
        "You go on at step \(flow.play.position + 1) of \(lesson.steps.count): those before were done; `previous` goes back."
      )
    }
    tell()
    write("")
    write("  (Besides commands: \(words))")
  }

  /// Takes a line; false to leave. After the last step there is time to try what it spoke of.
  public mutating func take(_ line: String) -> Bool {
    let word = line.split(separator: " ").joined(separator: " ").lowercased()
    switch word {
    case "quit", "q": return false
    case "":
      if flow.outcome != nil { goOn() }
    case "next":
      if flow.outcome != nil { goOn() } else { write("  the goal isn't reached yet; `skip` leaves the step") }
    case "hint": say(flow.takeHint() ?? "this was the last hint; `solution` shows the solution")
    case "solution": flow.showSolution().forEach { write("    \($0.text)") }
    case "reset":
      session = flow.again()
      write("  the step begins anew")
      showGoal()
    case "help":
      carryOut(line)
      write("  In a lesson: \(words)")
    case "skip" where flow.outcome != nil: goOn()
    case "skip":
      session = flow.goOn(from: session)
      if flow.play.step == nil { write("  there is no further step; quit leaves") } else { tell() }
    case "previous":
      session = flow.goBack()
      tell()
    case "goal": showGoal()
    case "trial" where flow.play.step?.trial != nil && !flow.awaitsPoll: tryOut()
    default:
      if !guess(word) { carryOut(line) }
    }
    advance()
    return true
  }

  private mutating func carryOut(_ line: String) {
    let before = flow.play.clauses(in: session)
    let (report, write) = (report, write)
    do {
      let command = try session.read(.prompt(line))
      if case .poll(let votes) = command {
        take(votes)
        return
      }
      if let reason = command.flatMap(flow.withholding(of:)) {
        write("✗ \(reason)")
        return
      }
      try session.execute(.prompt(line), isPrompt: true) { report.lines(for: $0).forEach(write) }
    } catch {
      write("✗ \((error as? Diagnostic)?.sentence ?? "\(error)")")
    }
    flow.look(at: session)
    guard !flow.play.hidesGoal else { return }
    for (clause, earlier) in zip(flow.play.clauses(in: session), before) where clause != earlier { write(told(clause)) }
    tellWayBack()
  }

  private func told(_ clause: LessonPlay.Clause) -> PrintableLine {
    let mark = clause.isOutOfReach ? "✗" : clause.isHeld ? "●" : "○"
    return "  \(mark) \(clause.words)\(clause.isOutOfReach ? ": can no longer be met" : "")"
  }

  private func tellWayBack() {
    guard flow.play.clauses(in: session).contains(where: \.isOutOfReach) else { return }
    let way = flow.play.wayBack(from: session).map { $0 == 1 ? "`undo`" : "`undo`, \($0) times," } ?? "`reset`"
    write("  \(way) leads back to before it")
  }

  private mutating func tryOut() {
    do {
      try flow.tryOut(session)?.lines.forEach { write("  \($0)") }
    } catch {
      write("✗ \((error as? Diagnostic)?.sentence ?? "\(error)")")
    }
  }

  /// Takes a line as a choice, or as how sure it is, or as both: `2`, `sure`, `2 sure`. False if it is neither.
  private mutating func guess(_ line: String) -> Bool {
    guard flow.play.step?.prediction != nil else { return false }
    let words = line.split(separator: " ", maxSplits: 1).map(String.init)
    if flow.awaitsPoll, words.first.flatMap({ Int($0) }) != nil {
      write("✗ \(flow.pollRequest)")
      return true
    }
    if let chosen = flow.chosen, let confidence = LessonConfidence(line) {
      guess(chosen, confidence)
      return true
    }
    guard let number = words.first.flatMap({ Int($0) }) else { return false }
    let confidence = words.count > 1 ? LessonConfidence(words[1]) : nil
    guard words.count == 1 || confidence != nil else { return false }
    if flow.play.guess != nil {
      write("✗ you have guessed already; what was guessed first stands")
    } else if !flow.choose(number) {
      write("✗ there is no choice \(number)")
    } else if let confidence {
      guess(number, confidence)
    } else {
      write("  How sure are you? \(Self.confidences)")
    }
    return true
  }

  private mutating func guess(_ choice: Int, _ confidence: LessonConfidence) {
    guard case .made(let words, let isGoalMet) = flow.guess(choice, confidence, in: session) else { return }
    write("  You guess “\(words)” (\(confidence.rawValue)).\(isGoalMet ? "" : " Now try it.")")
    note()
    tellBelief()
    showGoal()
  }

  /// Takes down what the class has voted, and shows it beside what is right.
  private mutating func take(_ votes: [Int]) {
    switch flow.take(votes: votes, in: session) {
    case .refused(let reason): write("✗ \(reason)")
    case .guessed(let words, let isGoalMet):
      write("  The class guesses “\(words)”.\(isGoalMet ? "" : " Now try it.")")
      note()
      write("")
      flow.play.pollLines.forEach { write("  \($0)") }
      tellBelief()
      showGoal()
    }
  }

  private func tellBelief() {
    guard let belief = flow.play.belief else { return }
    write("")
    for line in belief.lines { TextWrap.lines(line, width: 76).forEach { write("  \($0)") } }
  }

  /// Keeps what is known of the step by now.
  private mutating func note() {
    progress.note(flow.record, step: flow.play.position, of: flow.play.lesson.name)
    if let problem = keep(progress) { write("✗ your progress can't be kept: \(problem)") }
  }

  /// Once the goal is reached: what there is to notice, and the next step. Until `next` everything can be looked at.
  private mutating func advance() {
    guard flow.outcome == nil, flow.follow(session), let outcome = flow.outcome else { return }
    write("● done with \(CountedNoun("command").text(outcome.commands)); the solution has \(outcome.solution)")
    if let guess = outcome.guess {
      write(
        guess.isRight
          ? "● you guessed right: “\(guess.right)”" : "▲ you guessed “\(guess.guessed)”; it is “\(guess.right)”")
    }
    outcome.notice.forEach(say)
    progress.finished(outcome)
    if let problem = keep(progress) { write("✗ your progress can't be kept: \(problem)") }
    if outcome.isLast { write("● this was the lesson “\(flow.play.lesson.title)”") }
    write("  (Look about, if you like; \(outcome.isLast ? "quit leaves" : "next goes on").)")
  }

  private mutating func goOn() {
    guard flow.outcome?.isLast == false else {
      write("  there is no further step; quit leaves")
      return
    }
    session = flow.goOn(from: session)
    tell()
  }

  // MARK: Telling

  private func heading(_ words: String) {
    write("")
    write(PrintableLine(words.uppercased()))
  }

  private func say(_ paragraph: String) {
    write("")
    TextWrap.lines(Emphasis(paragraph).text, width: 76).forEach { write("  \($0)") }
  }

  private func tell() {
    guard let step = flow.play.step else { return }
    heading("\(flow.play.position + 1)/\(flow.play.lesson.steps.count)  \(step.title)")
    step.prose.forEach(say)
    if let prediction = step.prediction {
      say("\(flow.isProjected ? "Vote" : "Guess") first: \(prediction.question)")
      for (index, choice) in prediction.choices.enumerated() { write("    \(index + 1)  \(choice.words)") }
      if flow.awaitsPoll { say("(\(flow.pollRequest); until then nothing is carried out that would tell.)") }
    }
    showGoal()
  }

  private func showGoal() {
    write("")
    if flow.play.step?.prediction != nil { write("  \(flow.play.guess == nil ? "○" : "●") you have guessed") }
    let clauses = flow.play.clauses(in: session)
    guard !flow.play.hidesGoal else {
      write("  (\(CountedNoun("clause").text(clauses.count)) of the goal: shown once you have guessed)")
      return
    }
    clauses.forEach { write(told($0)) }
    tellWayBack()
  }
}
