import Testing

@testable import Language
@testable import Workbench

/// A lesson on a projector: the class votes, and until it has nothing tells what comes.
@Suite struct LessonPollTests {
  private final class Paper {
    var lines: [String] = []
    func write(_ line: PrintableLine) { lines.append(line.text) }
  }

  private static func lesson() throws -> Lesson {
    try LessonReader.read(LessonTemplate.firstStep.joined(separator: "\n"), file: "a.md", name: "a")
  }

  private func play(_ lines: [String], isProjected: Bool = true, keep: @escaping (LessonProgress) -> Void = { _ in })
    throws -> [String]
  {
    let paper = Paper()
    var lesson = try LineLesson(
      Self.lesson(), LessonProgress(), TextReport(isColored: false), isProjected: isProjected, write: paper.write
    ) {
      keep($0)
      return nil
    }
    for line in lines { #expect(lesson.take(line) == true) }
    return paper.lines
  }

  @Test(arguments: [
    "write cart eggs at ONE", "run 1s", "step", "predict", "whatif crash us1", "why", "trial", "undo", "check", "1",
    "1 sure", "seed 3", "set hints off", "back 3", "expect time > 0ms",
  ]) func whatWouldTellIsWithheldUntilTheClassHasVoted(line: String) throws {
    let written = try play([line])
    #expect(written.last?.hasPrefix("✗ the class votes first: `poll VOTES VOTES`") == true, "\(written.suffix(3))")
    #expect(!(try play([line], isProjected: false)).contains { $0.contains("the class votes first") })
  }

  @Test(arguments: ["show cart", "help write", "hint", "solution", "goal", "note \"ask the back row\"", "view log"])
  func whatThereIsCanBeSeenBefore(line: String) throws {
    #expect(!(try play([line])).contains { $0.hasPrefix("✗") })
  }

  @Test func theClassGuessesWhatMostOfItVotedFor() throws {
    var kept = LessonProgress()
    let written = try play(["poll 4 16", "write cart eggs at ONE"]) { kept = $0 }
    #expect(written.contains("  The class guesses “as long as a message to Europe and back takes”. Now try it."))
    #expect(written.contains { $0.hasPrefix("  ●  4 ███") && $0.hasSuffix("1  about a millisecond") }, "\(written)")
    #expect(written.contains("  Right were 4 of 20.") || written.contains("  Right were 20%."))
    #expect(written.contains { $0.hasPrefix("  ▲ You guessed: as long as") }, "the belief is played beside the truth")
    #expect(written.contains("● done with 1 command; the solution has 1"))
    let record = try #require(kept.lessons["a"]?.records[0])
    #expect(record == StepRecord(guess: 2, right: 1, done: true, poll: [4, 16]))
  }

  @Test(arguments: [
    ("poll 3", "the line ends too early"), ("poll 1 2 3", "there are 2 choices, and 3 numbers"),
    ("poll 0 0", "nobody has voted"), ("poll -1 3", "out of range"), ("poll 10001 3", "out of range"),
    ("poll many few", "expected a whole number"), ("poll 1 2 3 4 5 6 7", "7"),
  ]) func votesThatCannotBeAreRefused(line: String, reason: String) throws {
    let written = try play([line])
    #expect(written.last?.hasPrefix("✗") == true && written.last?.contains(reason) == true, "\(written.suffix(2))")
  }

  @Test func whatWasVotedFirstStandsAndOnlyAClassIsAsked() throws {
    #expect(try play(["poll 9 1", "poll 1 9"]).last?.contains("has voted already") == true)
    #expect(try play(["poll 9 1"], isProjected: false).last?.contains("--projector") == true)
    var session = Session()
    #expect(throws: Diagnostic.self) { try session.execute(.prompt("poll 1 2"), isPrompt: true) { _ in } }
  }

  @Test(arguments: [([3, 12, 5], 1), ([4, 4, 1], 0), ([0, 2, 2], 1), ([0, 0, 1], 2)])
  func ofSeveralWithAsManyTheFirstIsTheGuess(votes: [Int], majority: Int) throws {
    #expect(try #require(LessonPoll(votes)).majority == majority)
  }
}
