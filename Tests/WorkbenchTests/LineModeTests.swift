import Testing

@testable import Language
@testable import Workbench

/// The workbench without a screen: a lesson and a session, line by line.
@Suite struct LineModeTests {
  private final class Paper {
    var lines: [String] = []
    func write(_ line: PrintableLine) { lines.append(line.text) }
  }

  private static let lesson = LessonTemplate.firstStep.joined(separator: "\n")

  private func lesson(on paper: Paper, keep: @escaping (LessonProgress) -> String? = { _ in nil }) throws -> LineLesson
  {
    try LineLesson(
      LessonReader.read(Self.lesson, file: "a.md", name: "a"), LessonProgress(), TextReport(isColored: false),
      write: paper.write, keep: keep)
  }

  @Test func aLessonIsGuessedTriedAndDone() throws {
    let paper = Paper()
    var kept: [LessonProgress] = []
    var lesson = try lesson(on: paper) { progress in
      kept.append(progress)
      return nil
    }
    #expect(!paper.lines.contains("  ○ eggs were written and acknowledged"), "it would give the answer away")
    for line in ["next", "1", "sure", "1", "write cart eggs at ONE"] { #expect(lesson.take(line) == true) }
    #expect(paper.lines.contains("  the goal isn't reached yet; `skip` leaves the step"))
    #expect(paper.lines.contains("✗ you have guessed already; what was guessed first stands"))
    #expect(paper.lines.contains("● done with 1 command; the solution has 1"))
    #expect(paper.lines.contains("● you guessed right: “about a millisecond”"))
    #expect(paper.lines.contains("  ○ eggs were written and acknowledged"))
    #expect(kept.map { $0.lessons["a"]?.steps } == [0, 1])
    let record = try #require(kept.last?.lessons["a"]?.records[0])
    #expect(record == StepRecord(guess: 1, right: 1, confidence: .sure, done: true))
    #expect(lesson.take("next") == true && paper.lines.last == "  there is no further step; quit leaves")
    #expect(lesson.take("quit") == false)
  }

  @Test func aLessonGoesOnWhereItWasLeftAndBeginsAnewOnceItIsDone() throws {
    let whole = try LessonReader.read(Self.lesson, file: "a.md", name: "a")
    let step = try #require(whole.steps.first)
    let lesson = Lesson(
      name: "a", title: whole.title, summary: "", chapter: "", minutes: 1, prerequisites: [], sources: [],
      introduction: [],
      setUp: whole.setUp, steps: [step, step, step], par: nil)
    var progress = LessonProgress()
    for done in 1...3 {
      progress.finished(step: done - 1, of: "a", commands: 1)
      let paper = Paper()
      _ = try LineLesson(lesson, progress, TextReport(isColored: false), write: paper.write, keep: { _ in nil })
      let isOver = done == 3
      #expect(paper.lines.contains { $0.hasPrefix("\(isOver ? 1 : done + 1)/3 ") }, "\(paper.lines)")
      #expect(paper.lines.contains { $0.contains("go on at step \(done + 1) of 3") } != isOver)
    }
  }

  @Test func whatCannotBeGuessedIsRefused() throws {
    let paper = Paper()
    var lesson = try lesson(on: paper)
    for choice in [0, 3, -1, Int.min, .max] {
      #expect(lesson.take("\(choice)") == true)
      #expect(paper.lines.last == "✗ there is no choice \(choice)")
    }
  }

  @Test func progressThatCannotBeKeptIsSaidAndTheLessonGoesOn() throws {
    let paper = Paper()
    var lesson = try lesson(on: paper) { _ in "the disk is full" }
    for line in ["2 guess", "write cart eggs at ONE"] { #expect(lesson.take(line) == true) }
    #expect(paper.lines.contains("✗ your progress can't be kept: the disk is full"))
    #expect(paper.lines.contains { $0.hasPrefix("▲ you guessed “as long as") })
  }

  /// A journal that takes so many commands, and files that exist already.
  private struct Desk: SessionSurroundings {
    var room: Int
    var written: [KeptScript] = []

    mutating func writeDown(_ script: KeptScript) -> [SurroundingsAnswer] {
      guard script.lines.count <= room else { return [.notWrittenDown("the journal is full")] }
      written.append(script)
      return [.writtenDown]
    }
    mutating func save(_ draft: FileDraft, replacing: Bool) -> SurroundingsAnswer { .exists(draft) }
    mutating func read(_ path: String, _ names: NameContext) -> SurroundingsAnswer {
      .told("\(path) isn't there", isProblem: true)
    }
    mutating func note(_ text: String) {}
    mutating func keepCopy(_ text: String) -> SurroundingsAnswer { .told("copied", isProblem: false) }
    mutating func keep(_ progress: LessonProgress) {}
  }

  private func mode(_ room: Int, on paper: Paper) -> LineMode<Desk> {
    LineMode(
      Session(), in: Desk(room: room), TextReport(isColored: false), write: paper.write,
      complain: { paper.lines.append("complaint: \($0)") })
  }

  @Test func commandsAreCarriedOutOnceTheyAreWrittenDown() throws {
    let paper = Paper()
    var mode = mode(1_000, on: paper)
    for line in ["write cart milk at QUORUM", "expect last.outcome == timeout"] { #expect(mode.take(line) == true) }
    #expect(paper.lines.contains { $0.contains("cart = milk") || $0.contains("cart milk") })
    #expect(mode.session.expectations.failed == 1)
    #expect(mode.take("quit") == false)
  }

  @Test func whatCannotBeWrittenDownIsNotCarriedOut() throws {
    let paper = Paper()
    var mode = mode(0, on: paper)
    #expect(mode.take("write cart milk at QUORUM") == true)
    #expect(paper.lines == ["✗ the journal is full"])
    #expect(mode.session.commands == 0)
  }

  @Test(arguments: [
    ("wriet cart milk", "✗ "), ("save a.ev", "✗ a.ev exists; save under another name"),
    ("source a.ev", "✗ a.ev isn't there"), ("undo", "✗ there is no command to undo"),
  ]) func whatGoesWrongIsOneLine(line: String, start: String) {
    let paper = Paper()
    var mode = mode(1_000, on: paper)
    #expect(mode.take(line) == true)
    #expect(paper.lines.count == 1 && paper.lines[0].contains(start), "\(paper.lines)")
  }
}
