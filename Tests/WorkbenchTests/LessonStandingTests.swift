import Language
import Testing

@testable import Analysis
@testable import Workbench

/// What came true on the way stays met, however long the way and however much there is to look at.
@Suite struct LessonStandingTests {
  private func play(_ goal: String, _ lines: [String], setUp: String = "set hints off") throws -> (LessonPlay, Session)
  {
    let text = """
      ---
      title: A lesson
      summary: Something.
      chapter: Tests
      minutes: 1
      ---
      A story.

      ```setup
      \(setUp)
      ```

      ## A step

      Do it.

      ```goal
      \(goal)
      ```

      ```hint
      Think.
      ```

      ```solution
      run 1s
      ```

      ```wrong nothing
      run 1ms
      ```
      """
    var play = try LessonPlay(try LessonReader.read(text, file: "a.md", name: "a"))
    var session = play.beginning
    try play.carryOut(lines.map { .prompt($0) }, in: &session)
    return (play, session)
  }

  private static let load = ["load 200/s for 5s write 100% keys 50 at ONE", "run 20s"]

  /// More events than anybody would go through one by one if each took a look at all operations.
  @Test(arguments: [
    "count(write) == 700", "count(write key=k3 level=ONE) == 7 and not converged",
    "not converged and writes.acked == 500", "time < 3s and count(ok) >= 100 and count(ok) <= 101",
  ]) func whatHeldForAnEventOfALongStretchStaysMet(condition: String) throws {
    let (play, session) = try play("it was so :: \(condition)", Self.load)
    #expect(session.timeline.position > 10_000)
    #expect(!session.holds(try #require(play.step?.goal.first).condition), "it isn't so any more")
    #expect(play.isMet(in: session))
  }

  @Test func whatConvergedInBetweenStaysMet() throws {
    let lines = ["load 1/s for 6s write 100% keys 1 at ONE", "run 20s"]
    let (play, session) = try play("all copies were alike after two writes :: converged and count(write) == 2", lines)
    #expect(play.isMet(in: session))
  }

  @Test func whatNeverHeldIsNotMet() throws {
    for condition in ["count(write) == 1001", "converged and count(write) == 700 and time < 1s", "count(read) > 0"] {
      let (play, session) = try play("it was so :: \(condition)", Self.load)
      #expect(!play.isMet(in: session), "\(condition)")
    }
  }

  /// What has been reached as a whole is lost by going back before it, and by nothing else.
  @Test func theWholeIsLostByGoingBackBeforeIt() throws {
    let goal = "seven writes :: count(write) == 7\nnothing was read :: count(read) == 0"
    var (play, session) = try play(goal, ["load 10/s for 2s write 100% keys 5 at ONE", "run 20s", "read k0", "run 1s"])
    #expect(play.isMet(in: session))
    for _ in 0..<3 { try session.execute(.prompt("undo"), isPrompt: true) { _ in } }
    play.look(at: session)
    #expect(!play.isMet(in: session))
    try play.carryOut([.prompt("read k0"), .prompt("run 20s")], in: &session)
    #expect(!play.isMet(in: session), "something was read before")
  }
}
