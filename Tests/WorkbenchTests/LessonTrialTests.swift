import Foundation
import Insight
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Steps that the tool plays, clauses that stay met, and ideas.
@Suite struct LessonTrialTests {
  private static func lesson(
    ideas: String = "", setUp: String = "set hints off", step: String
  ) -> String {
    """
    ---
    title: A lesson
    summary: Something.
    chapter: Tests
    minutes: 1
    \(ideas)---
    A story.

    ```setup
    \(setUp)
    ```

    ## A step

    Do it.

    \(step)

    ```hint
    Think.
    ```
    """
  }

  private func read(_ text: String) throws -> Lesson { try LessonReader.read(text, file: "a.md", name: "a") }

  private func problems(_ text: String) throws -> [String] { LessonCheck(try read(text)).results.flatMap(\.problems) }

  private static let trial = """
    ```trial
    seeds: 4
    share: 75%
    run: crash eu1
    run: load 100/s for 2s write 50% keys 4 at QUORUM
    run: run 3s
    run: restart eu1
    run: run 20s
    - what a replica missed comes to it :: hints.replayed >= 1
    ```

    ```solution
    set hints on
    trial
    ```

    ```wrong leaving all as it is
    trial
    ```
    """

  // MARK: Trials

  @Test func aTrialJudgesWhatIsSetUpAndLeavesNothingBehind() throws {
    var play = try LessonPlay(try read(Self.lesson(step: Self.trial)))
    var session = play.beginning
    let before = (session.timeline.position, session.now)
    let firstTried = try play.tryOut(session)
    let first = try #require(firstTried)
    #expect(!first.isPassed && first.held == 0 && first.needed == 3 && first.clauses[0].firstFailure?.seed == 1)
    #expect((session.timeline.position, session.now) == before)
    #expect(!play.isMet(in: session))
    try session.execute(.prompt("set hints on"), isPrompt: true) { _ in }
    let secondTried = try play.tryOut(session)
    let second = try #require(secondTried)
    #expect(second.isPassed && play.isMet(in: session))
    #expect(second.lines.last == "● the trial is passed: all hold under 4 of 4 seeds")
    let again = try play.tryOut(session)
    #expect(again == second, "it comes out alike each time")
    try session.execute(.prompt("set hints off"), isPrompt: true) { _ in }
    #expect(!play.isMet(in: session), "it was passed with other settings")
    try session.execute(.prompt("undo"), isPrompt: true) { _ in }
    #expect(play.isMet(in: session))
  }

  @Test func whatTheLearnerDidBeforeIsInNoneOfItsNumbers() throws {
    let step = Self.trial.replacing("hints.replayed >= 1", with: "reads.total == 0 and count(read) == 0").replacing(
      "write 50%", with: "write 100%")
    var play = try LessonPlay(try read(Self.lesson(step: step)))
    var session = play.beginning
    try session.execute(.prompt("read k0"), isPrompt: true) { _ in }
    #expect(session.world.observer.tally.reads == 1)
    let reportTried = try play.tryOut(session)
    let report = try #require(reportTried)
    #expect(report.isPassed)
  }

  @Test func eachSeedHasDrawsOfItsOwn() throws {
    let step = Self.trial.replacing("at QUORUM", with: "poisson at QUORUM").replacing(
      "hints.replayed >= 1", with: "reads.total == 0")
    var play = try LessonPlay(try read(Self.lesson(step: step)))
    let reportTried = try play.tryOut(play.beginning)
    let report = try #require(reportTried)
    #expect(report.clauses[0].held == 0 && report.clauses[0].median != nil)
    #expect(report.lines[0].contains("first not under seed 1, with"))
  }

  @Test func aTrialAloneMakesAStep() throws {
    #expect(try problems(Self.lesson(step: Self.trial)) == [])
  }

  @Test(arguments: [
    ("seeds: 4", "seeds: 201", "`seeds` is a whole number from 1 to 200"),
    ("share: 75%", "share: 0%", "`share` is a percentage"),
    ("share: 75%", "portion: 75%", "a trial has lines with"),
    ("run: run 3s", "run: trial", "a trial can't ask for itself"),
    ("- what a replica missed comes to it :: hints.replayed >= 1\n", "", "judges nothing"),
    ("```trial", "```goal\nx :: reads.total >= 0\n```\n\n```oracle", "no `oracle`"),
  ]) func aMalformedTrialIsRefused(old: String, new: String, message: String) throws {
    #expect(throws: LessonError.self) { try self.read(Self.lesson(step: Self.trial.replacing(old, with: new))) }
    do { _ = try read(Self.lesson(step: Self.trial.replacing(old, with: new))) } catch let error as LessonError {
      #expect(error.message.contains(message), "\(error.text)")
    }
  }

  @Test func withoutATrialNobodyCanAskForOne() throws {
    #expect(throws: LessonError.self) {
      try self.read(Self.lesson(step: Self.goal.replacing("async write cart eggs at ALL", with: "trial")))
    }
    var session = Session()
    #expect(throws: Diagnostic.self) { try session.execute(.prompt("trial"), isPrompt: true) { _ in } }
  }

  // MARK: Clauses that stay met

  private static let goal = """
    ```goal
    one copy has it, and not all :: holders(cart) >= 1 and holders(cart) < 9
    it is everywhere :: holders(cart) == 9
    nothing was broken :: faults == 0
    ```

    ```solution
    async write cart eggs at ALL
    run until converged
    ```

    ```wrong nothing
    run 1s
    ```
    """

  @Test func whatWasTrueOnTheWayStaysMetUntilSomebodyGoesBackBeforeIt() throws {
    var play = try LessonPlay(try read(Self.lesson(step: Self.goal)))
    var session = play.beginning
    try play.carryOut([.prompt("write cart eggs at ALL"), .prompt("run until converged")], in: &session)
    #expect(play.clauses(in: session).map(\.isHeld) == [true, true, true], "playing on to the end loses nothing")
    #expect(play.isMet(in: session))
    for _ in 0..<2 { try session.execute(.prompt("undo"), isPrompt: true) { _ in } }
    play.look(at: session)
    #expect(play.clauses(in: session).map(\.isHeld) == [false, false, true])
  }

  @Test func whatHeldFromTheStartIsToBeKeptAndSaysWhenItIsLost() throws {
    var play = try LessonPlay(try read(Self.lesson(step: Self.goal)))
    var session = play.beginning
    try play.carryOut([.prompt("crash us1"), .prompt("restart us1"), .prompt("run 1s")], in: &session)
    #expect(play.clauses(in: session).map(\.isOutOfReach) == [false, false, true])
    #expect(play.wayBack(from: session) == 3)
    for _ in 0..<3 { try session.execute(.prompt("undo"), isPrompt: true) { _ in } }
    play.look(at: session)
    #expect(
      play.wayBack(from: session) == nil && play.clauses(in: session).map(\.isOutOfReach) == [false, false, false])
    try play.carryOut([.prompt("write cart eggs at ALL"), .prompt("run until converged")], in: &session)
    #expect(play.isMet(in: session))
  }

  // MARK: Ideas

  @Test func anIdeaStandsInQuotesOrNot() throws {
    let plain = try read(
      Self.lesson(ideas: "ideas:\n- what was missed comes :: setting(hints) != off\n", step: Self.trial))
    #expect(plain.steps[0].idea?.words == "what was missed comes")
    #expect(plain.steps[0].idea?.text == "setting(hints) != off")
    let quoted = try read(
      Self.lesson(ideas: "ideas:\n- \"what was missed comes :: setting(hints) != off\"\n", step: Self.trial))
    #expect(quoted.steps[0].idea == plain.steps[0].idea)
    #expect(try read(Self.lesson(ideas: "ideas: [none]\n", step: Self.trial)).steps[0].idea == nil)
    #expect(throws: LessonError.self) {
      try self.read(Self.lesson(ideas: "ideas: [none, none]\n", step: Self.trial))
    }
    #expect(throws: LessonError.self) {
      try self.read(Self.lesson(ideas: "ideas:\n- x :: setting(hints) == maybe\n", step: Self.trial))
    }
  }

  @Test func aSolutionWithoutTheIdeaAndAWrongScriptWithItAreFoundOut() throws {
    let found = try problems(
      Self.lesson(ideas: "ideas:\n- none of it :: setting(hints) == off\n", step: Self.trial))
    #expect(found.contains("its solution goes without its idea, “none of it”"))
    #expect(found.contains("the wrong script “leaving all as it is” has its idea, “none of it”"))
  }

  @Test func aWayAroundTheIdeaIsFoundOut() throws {
    let step = """
      ```goal
      it was asked at two levels :: count(write level=ONE) >= 1 and count(write level=QUORUM) >= 0
      ```

      ```solution
      set hints on
      write cart eggs at ONE
      ```

      ```wrong nothing
      run 1s
      ```
      """
    let found = try problems(
      Self.lesson(ideas: "ideas:\n- hints bring it :: setting(hints) != off\n", step: step))
    #expect(found.contains { $0.contains("can be passed without its idea") && $0.contains("without `set hints") })
  }

  @Test func needlessOperationsThatBlockTheGoalAreFoundOut() throws {
    let step = """
      ```goal
      it was written :: count(write key=cart) >= 1
      nothing else was :: writes.acked <= 1
      ```

      ```solution
      write cart eggs at ONE
      ```

      ```wrong nothing
      run 1s
      ```
      """
    let found = try problems(Self.lesson(ideas: "ideas:\n- a write :: count(write key=cart) >= 1\n", step: step))
    #expect(found.contains { $0.contains("is blocked though its idea is there: `write stray:1 x at ONE`") })
  }

  @Test func anAnswerThatStandsInTheTextIsFoundOut() throws {
    let step = Self.goal.replacing(
      "```goal",
      with: """
        ```predict
        How many copies?
        run: write cart eggs at ALL
        - nine copies of it :: holders(cart) == 9
        - just a single one :: holders(cart) == 1
        ```

        ```goal
        """)
    let text = Self.lesson(step: step)
    #expect(!(try problems(text).contains { $0.contains("stands in the text before") }))
    let found = try problems(text.replacing("A story.", with: "A story of nine lives."))
    #expect(found.isEmpty, "\(found)")
    let leaked = try problems(text.replacing("Do it.", with: "There are nine copies of it."))
    #expect(leaked.contains("what is to be guessed stands in the text before: “nine copies of it”"))
  }

  @Test func wordsInBackticksThatAreNoCommandAreFoundOut() throws {
    let text = Self.lesson(step: Self.trial)
    #expect(
      try problems(text.replacing("Do it.", with: "`write KEY VALUE at LEVEL`, `read cart at ONE`, `read`.")) == [])
    let found = try problems(text.replacing("Do it.", with: "Try `write cart to ONE`."))
    #expect(found.contains { $0.hasPrefix("`write cart to ONE` looks like a command and is none") }, "\(found)")
  }

  // MARK: Belief

  @Test func aBeliefIsPlayedBesideTheTruthUpToWhereTheyPart() throws {
    let step = Self.goal.replacing(
      "```goal",
      with: """
        ```predict
        How many copies when it is over?
        run: async write cart eggs at ALL
        run: run until converged
        - nine :: holders(cart) == 9
        - eight or fewer :: holders(cart) <= 8
        ```

        ```goal
        """)
    var play = try LessonPlay(try read(Self.lesson(step: step)))
    #expect(play.hidesGoal && play.belief == nil)
    play.guess(1, .sure)
    let belief = try #require(play.belief)
    #expect(!belief.isRight && belief.guessed == "eight or fewer" && belief.right == "nine")
    let parting = try #require(belief.parting)
    #expect(parting.facts == ["holders is 9"] && parting.event.hasPrefix("at 90.5ms"), "\(parting)")
    #expect(!play.hidesGoal && play.record(isDone: false, seconds: 3).guess == 2)
    #expect(play.record(isDone: true, seconds: 3).confidence == .sure)
  }
}
