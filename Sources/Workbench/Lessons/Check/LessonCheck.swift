import Analysis
import Kernel
import Language

/// Plays a lesson headless and finds fault with it: what a learner would stumble over, found before there is one.
public struct LessonCheck: Sendable {
  /// What came of one step.
  public struct StepResult: Sendable {
    /// The lesson's name.
    public let lesson: String
    /// The step, from 1.
    public let step: Int
    /// Whether its goal was reached before anything was done.
    public let goalBefore: Bool
    /// Whether its solution reached it.
    public let goalAfter: Bool
    /// How many commands the solution has.
    public let commands: Int
    /// How many wrong scripts there are, and how many of them missed the goal, as they should.
    public let wrong: (total: Int, rejected: Int)
    /// How many ways of doing something else than the solution were played, and how many were left out, as they take too long.
    public let mutants: (tried: Int, leftOut: Int)
    /// What is to be mended.
    public let problems: [String]

    /// Whether nothing is.
    public var isFine: Bool { problems.isEmpty }

    /// The line of `lessons check --json`.
    public var json: String {
      JSONText.object([
        .init("lesson", .string(lesson)), .init("step", .integer(Int64(step))),
        .init("goalBefore", .boolean(goalBefore)), .init("goalAfter", .boolean(goalAfter)),
        .init("commands", .integer(Int64(commands))), .init("ok", .boolean(isFine)),
        .init(
          "wrong",
          .object([.init("total", .integer(Int64(wrong.total))), .init("rejected", .integer(Int64(wrong.rejected)))])),
        .init(
          "mutants",
          .object([.init("tried", .integer(Int64(mutants.tried))), .init("leftOut", .integer(Int64(mutants.leftOut)))])),
        .init("problems", .array(problems.map { .string($0) })),
      ]).text
    }

  }

  /// What came of each step.
  public let results: [StepResult]

  /// Plays lessons, as many at once as there are processors; what came of them stands in their order.
  public static func all(_ lessons: [Lesson]) -> [LessonCheck] {
    // The later ones take longer: whoever begins with them has something small left at the end.
    Concurrently.map(lessons.reversed()) { LessonCheck($0) }.reversed()
  }

  /// Plays a lesson.
  public init(_ lesson: Lesson) {
    var results: [StepResult] = []
    do {
      var play = try LessonPlay(lesson, isTracing: false)
      play.isVerdictEnough = true
      var session = play.beginning
      for (index, step) in lesson.steps.enumerated() {
        results.append(Self.check(step, number: index + 1, of: lesson, play, &session))
        if index + 1 < lesson.steps.count {
          var next = session
          try next.carryOut(lesson.steps[index + 1].setUp)
        }
        session = play.goOn(from: session)
      }
    } catch {
      results.append(
        StepResult(
          lesson: lesson.name, step: results.count + 1, goalBefore: false, goalAfter: false, commands: 0, wrong: (0, 0),
          mutants: (0, 0), problems: ["the scene can't be set: \(Self.words(error))"]))
    }
    self.results = results
  }

  private static func check(
    _ step: LessonStep, number: Int, of lesson: Lesson, _ play: LessonPlay, _ session: inout Session
  ) -> StepResult {
    var problems: [String] = []
    let goalBefore = play.isMet(in: session)
    if goalBefore { problems.append("its goal is reached before anything is done") }
    var answer: Int?
    if let prediction = step.prediction {
      do {
        let answers = try prediction.answers(in: session)
        answer = answers.first
        if answers.count != 1 {
          problems.append("of the prediction's choices \(answers.count) are right, not one")
        }
      } catch {
        problems.append("what the prediction runs ahead can't be carried out: \(words(error))")
      }
    }
    var rejected = 0
    for attempt in step.wrong {
      switch run(attempt.lines, play, session) {
      case .success(let end):
        if end.isMet {
          problems.append("the wrong script “\(attempt.title)” reaches its goal")
        } else {
          rejected += 1
        }
        if let idea = step.idea, end.session.holds(idea.condition) {
          problems.append("the wrong script “\(attempt.title)” has its idea, “\(idea.words)”")
        }
      case .failure(let error):
        problems.append("the wrong script “\(attempt.title)” can't be carried out: \(error.words)")
      }
    }
    for attempt in step.others {
      switch run(attempt.lines, play, session) {
      case .success(let end):
        if let idea = step.idea, !end.session.holds(idea.condition) {
          problems.append("the other way “\(attempt.title)” goes without its idea, “\(idea.words)”")
        }
        if !end.isMet { problems.append("the other way “\(attempt.title)” doesn't reach its goal") }
      case .failure(let error): problems.append("the other way “\(attempt.title)” can't be carried out: \(error.words)")
      }
    }
    let adversary = LessonAdversary(step, play, session)
    var goalAfter = false
    switch run(step.solution, play, session) {
    case .success(let end):
      session = end.session
      goalAfter = end.isMet
      if !goalAfter {
        let missed = end.play.clauses(in: session).filter { !$0.isHeld }.map(\.words).joined(separator: "; ")
        problems.append("its solution doesn't reach its goal: \(missed)")
      }
      if let idea = step.idea, !session.holds(idea.condition) {
        problems.append("its solution goes without its idea, “\(idea.words)”")
      }
    case .failure(let error): problems.append("its solution can't be carried out: \(error.words)")
    }
    for text in step.notice {
      for name in text.split(separator: "{").dropFirst().compactMap({ $0.split(separator: "}").first }) {
        if LessonPlay.value(of: String(name), in: session) == nil {
          problems.append("what there is to notice quotes `\(name)`, which is no fact")
        }
      }
    }
    if goalAfter { problems += Self.contradiction(step, answer, session) }
    problems += adversary.problems
    problems += LessonText(step, of: lesson, number: number, answer: answer, end: session).problems
    return StepResult(
      lesson: lesson.name, step: number, goalBefore: goalBefore, goalAfter: goalAfter, commands: step.solution.count,
      wrong: (step.wrong.count, rejected), mutants: (adversary.tried, adversary.leftOut), problems: problems)
  }

  /// Where the solution ends with what the prediction ran ahead, what was right there must be so here, and nothing else.
  private static func contradiction(_ step: LessonStep, _ answer: Int?, _ session: Session) -> [String] {
    guard let prediction = step.prediction, let answer, !prediction.lines.isEmpty,
      step.solution.map(\.text).suffix(prediction.lines.count) == prediction.lines.map(\.text)[...]
    else { return [] }
    return prediction.choices.indices.filter { $0 != answer && session.holds(prediction.choices[$0].condition) }.map {
      "at the solution's end another choice is right, too: “\(prediction.choices[$0].words)”"
    }
  }

  private struct Refusal: Error { let words: String }

  /// Where a script has led.
  private struct End {
    var play: LessonPlay
    var session: Session
    var isMet: Bool { play.isMet(in: session) }
  }

  private static func run(
    _ lines: [SourceLine], _ play: LessonPlay, _ session: Session
  ) -> Result<End, Refusal> {
    var end = End(play: play, session: session)
    do {
      try end.play.carryOut(lines, in: &end.session)
      return .success(end)
    } catch {
      return .failure(Refusal(words: words(error)))
    }
  }

  private static func words(_ error: any Error) -> String {
    guard let diagnostic = error as? Diagnostic else { return "\(error)" }
    return "line \(diagnostic.line.number): \(diagnostic.sentence)"
  }
}
