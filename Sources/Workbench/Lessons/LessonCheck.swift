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
      ]).text
    }

  }

  /// What came of each step.
  public let results: [StepResult]

  /// Plays a lesson.
  public init(_ lesson: Lesson) {
    var results: [StepResult] = []
    do {
      var play = try LessonPlay(lesson, isTracing: false)
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
          problems: ["the scene can't be set: \(Self.words(error))"]))
    }
    self.results = results
  }

  private static func check(
    _ step: LessonStep, number: Int, of lesson: Lesson, _ play: LessonPlay, _ session: inout Session
  ) -> StepResult {
    var problems: [String] = []
    func isReached(_ session: Session) -> Bool { play.clauses(in: session).allSatisfy(\.isHeld) }
    let goalBefore = isReached(session)
    if goalBefore { problems.append("its goal is reached before anything is done") }
    if let prediction = step.prediction {
      do {
        let answers = try prediction.answers(in: session)
        if answers.count != 1 {
          problems.append("of the prediction's choices \(answers.count) are right, not one")
        }
      } catch {
        problems.append("what the prediction runs ahead can't be carried out: \(words(error))")
      }
    }
    var rejected = 0
    for attempt in step.wrong {
      switch run(attempt.lines, on: session) {
      case .success(let end) where isReached(end):
        problems.append("the wrong script “\(attempt.title)” reaches its goal")
      case .success: rejected += 1
      case .failure(let error):
        problems.append("the wrong script “\(attempt.title)” can't be carried out: \(error.words)")
      }
    }
    for attempt in step.others {
      switch run(attempt.lines, on: session) {
      case .success(let end):
        if !isReached(end) { problems.append("the other way “\(attempt.title)” doesn't reach its goal") }
      case .failure(let error): problems.append("the other way “\(attempt.title)” can't be carried out: \(error.words)")
      }
    }
    var goalAfter = false
    switch run(step.solution, on: session) {
    case .success(let end):
      session = end
      goalAfter = isReached(end)
      if !goalAfter {
        let missed = play.clauses(in: end).filter { !$0.isHeld }.map(\.words).joined(separator: "; ")
        problems.append("its solution doesn't reach its goal: \(missed)")
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
    return StepResult(
      lesson: lesson.name, step: number, goalBefore: goalBefore, goalAfter: goalAfter, commands: step.solution.count,
      wrong: (step.wrong.count, rejected), problems: problems)
  }

  private struct Refusal: Error { let words: String }

  private static func run(_ lines: [SourceLine], on session: Session) -> Result<Session, Refusal> {
    var copy = session
    do {
      try copy.carryOut(lines)
      return .success(copy)
    } catch {
      return .failure(Refusal(words: words(error)))
    }
  }

  private static func words(_ error: any Error) -> String {
    guard let diagnostic = error as? Diagnostic else { return "\(error)" }
    return "line \(diagnostic.line.number): \(diagnostic.sentence)"
  }
}
