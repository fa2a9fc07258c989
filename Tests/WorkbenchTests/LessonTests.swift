import Foundation
import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// The format of lessons, and the check that finds fault with them.
@Suite struct LessonTests {
  private static let lines = LessonTemplate.firstStep
  private static let template = lines.joined(separator: "\n")

  private func read(_ text: String) throws -> Lesson { try LessonReader.read(text, file: "a.md", name: "a") }

  private func error(_ text: String) -> LessonError? {
    do {
      _ = try read(text)
      return nil
    } catch {
      return error as? LessonError
    }
  }

  @Test func theTemplateIsALessonThatPasses() throws {
    let lesson = try read(Self.template)
    #expect(lesson.title == "A title of a few words" && lesson.minutes == 5)
    let step = try #require(lesson.steps.first)
    #expect(step.goal.count == 2 && step.hints.count == 1 && step.wrong.count == 1 && step.others.count == 1)
    let results = LessonCheck(lesson).results
    #expect(results.allSatisfy { $0.isFine })
  }

  @Test(arguments: [
    ("minutes: 5", "minutes: soon", "`minutes` is a whole number from 1 to 60", 5),
    ("title: A title", "titel: A title", "no `titel`", 2),
    ("chapter: My lessons", "chapter: [", "isn't YAML", 7),
    ("```setup", "```scene", "no `scene`", 11),
    ("```goal", "```gaol", "no `gaol`", 27),
    ("at ONE\n```\n\n```wrong", "at NONE\n```\n\n```wrong", "did you mean", 37),
    ("last.level == ONE", "last.levle == ONE", "did you mean last.level", 29),
    ("eggs were written and acknowledged ::", "eggs were written and acknowledged", "` :: `", 28),
    (
      "Say what to do, and every",
      "Say what to do, and every every every every every every every every every every every every", "80 columns", 17
    ),
  ]) func aMalformedLessonIsRefusedWithItsPlace(old: String, new: String, message: String, line: Int) throws {
    let problem = try #require(error(Self.template.replacing(old, with: new, maxReplacements: 1)))
    #expect(problem.message.contains(message), "\(problem.text)")
    #expect(abs(problem.line - line) <= 2, "\(problem.text)")
    #expect(problem.text.hasPrefix("a.md:\(problem.line):\(problem.column): error: "))
  }

  /// A lesson whose end is missing is refused, with a place in what is left or right behind it, until its step has all
  /// that it needs; after that wherever a block is left open.
  @Test(arguments: 0...lines.count) func whateverIsCutOffIsRefusedInOrder(part: Int) throws {
    let lines = Self.lines.prefix(part)
    let last = try #require(Self.lines.firstIndex { $0.hasPrefix("```wrong") })
    let isOpen = lines.count { $0.hasPrefix("```") } % 2 == 1
    do {
      let lesson = try read(lines.joined(separator: "\n"))
      #expect(part > last && !isOpen && lesson.steps.count == 1, "the first \(part) lines are read")
    } catch let error as LessonError {
      #expect(part <= last || isOpen, "\(error.text)")
      #expect((1...part + 1).contains(error.line), "\(error.text)")
    }
  }

  // MARK: The check

  private func problems(_ old: String, _ new: String) throws -> [String] {
    LessonCheck(try read(Self.template.replacing(old, with: new, maxReplacements: 1))).results.flatMap(\.problems)
  }

  @Test func aGoalThatIsReachedFromTheStartIsFoundOut() throws {
    let found = try problems("last.value == eggs and last.outcome == ok", "last.value == milk").joined()
    #expect(found.contains("goal is reached before anything is done") || found.contains("doesn't reach its goal"))
  }

  @Test func aWrongScriptThatReachesTheGoalIsFoundOut() throws {
    let found = try problems("write cart eggs at ALL", "write cart eggs at ONE")
    #expect(found == ["the wrong script “waiting for everybody” reaches its goal"])
  }

  @Test func aSolutionThatDoesNotReachTheGoalIsFoundOut() throws {
    let found = try problems("```solution\nwrite cart eggs", "```solution\nwrite cart jam")
    #expect(found.contains { $0.hasPrefix("its solution doesn't reach its goal: eggs were written") })
  }

  @Test func anotherWayThatFailsIsFoundOut() throws {
    let found = try problems("write cart eggs at ONE via us2", "write cart eggs at TWO")
    #expect(found == ["the other way “through another replica” doesn't reach its goal"])
  }

  @Test func aPredictionWithoutOneRightChoiceIsFoundOut() throws {
    let found = try problems("last.latency < 10ms", "last.latency > 10ms")
    #expect(found.contains("of the prediction's choices 0 are right, not one"))
  }

  @Test func aQuotedFactThatIsNoneIsFoundOut() throws {
    let found = try problems("{last.latency}", "{last.patience}")
    #expect(found == ["what there is to notice quotes `last.patience`, which is no fact"])
  }

  // MARK: Playing

  @Test func theAnswerIsThatOfTheStepsBeginningWheneverSomebodyGuesses() throws {
    var play = try LessonPlay(try read(Self.template))
    play.guess(1)
    #expect(play.answer == 0 && play.guess == 1)
    play.guess(0)
    #expect(play.guess == 1, "what was guessed first stands")
  }

  @Test func aStepWithASceneOfItsOwnBeginsWithItAndOneLeftUndoneIsTakenAsSolved() throws {
    let second = """
      ## Anew

      ```setup
      cluster us-east-1:1 rf=1
      write other milk
      ```

      Write once more.

      ```goal
      two writes :: count(write) == 2
      ```

      ```hint
      `write`
      ```

      ```solution
      write other eggs
      ```

      ```wrong reading
      read other
      ```
      """
    let lesson = try read(
      Self.template + "\n" + second + "\n"
        + second.replacing("## Anew", with: "## Again").replacing(
          "```setup\ncluster us-east-1:1 rf=1\nwrite other milk\n```\n\n", with: ""
        ).replacing("== 2", with: "== 3"))
    #expect(LessonCheck(lesson).results.allSatisfy { $0.problems.isEmpty })
    var play = try LessonPlay(lesson)
    let next = play.skip()
    #expect(next.cluster.topology.replicaIDs.count == 1 && play.position == 1)
    #expect(!play.isReached(in: next))
    let last = play.skip()
    #expect(last.keys == ["other"] && play.clauses(in: last).map(\.isHeld) == [false])
    #expect(last.world.observer.history.count == 2, "the step left undone counts as solved")
  }

  @Test func factsOfTheRunStandInWhatThereIsToNotice() throws {
    let play = try LessonPlay(try read(Self.template))
    var session = play.beginning
    try session.execute(.prompt("write cart eggs at ONE"), isPrompt: true) { _ in }
    #expect(play.notice(in: session) == ["It took 1.0 ms. In Cassandra this is consistency level ONE."])
  }

  @Test func progressSurvivesAndIsReplacedWhole() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "eventually-\(UUID().uuidString)/progress.json")
      .path
    var progress = LessonProgress()
    progress.finished(step: 1, of: "a", commands: 5)
    progress.finished(step: 1, of: "a", commands: 3)
    progress.finished(step: 0, of: "a", commands: 9)
    try progress.save(to: path)
    #expect(LessonProgress(path: path) == progress)
    #expect(LessonProgress(path: path).lessons["a"]?.steps == 2)
    #expect(LessonProgress(path: path).lessons["a"]?.commands == [0: 9, 1: 3])
    for number in [Int.min, -1, Int.max] {
      try Data("{\"lessons\": {\"a\": {\"steps\": \(number), \"commands\": {}}}}".utf8)
        .write(to: URL(fileURLWithPath: path))
      #expect((0...1_000).contains(try #require(LessonProgress(path: path).lessons["a"]).steps))
    }
    try Data("{ half".utf8).write(to: URL(fileURLWithPath: path))
    #expect(LessonProgress(path: path) == LessonProgress())
    try FileManager.default.removeItem(at: URL(fileURLWithPath: path).deletingLastPathComponent())
  }
}

extension LessonTemplate {
  /// The lines of its first step, without what names ideas: the smallest lesson there is.
  static let firstStep: [String] = {
    let ideas = lines.firstIndex { $0 == "ideas:" } ?? 0
    let end = lines.firstIndex { $0 == "## What a rate needs" } ?? lines.count
    return Array(lines[..<ideas] + lines[(ideas + 3)..<(end - 1)])
  }()
}
