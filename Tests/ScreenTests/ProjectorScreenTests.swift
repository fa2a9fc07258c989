import Analysis
import Testing

@testable import Screen
@testable import Workbench

/// A lesson on a projector: the screen asks for the class's votes, and keeps what would tell to itself until then.
@Suite struct ProjectorScreenTests {
  private func classroom() throws -> ScreenModel {
    let course = try Course(
      texts: [(name: "01-first", text: LessonTemplate.lines.joined(separator: "\n"))], in: "lessons")
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 120, rows: 40))
    try model.learn(course, LessonProgress(), lesson: course.lessons[0], isProjected: true)
    return model
  }

  @Test func nothingHappensBeforeTheClassHasVoted() throws {
    var model = try classroom()
    #expect(model.shows("Vote first:") && model.shows("poll VOTES VOTES"))
    let before = model.session.timeline.position
    model.press(.character("1"), .character("1"), .character("."), .character(" "), .escape)
    for line in ["write cart eggs at ONE", "run 1s", "predict"] {
      model.enter(line)
      #expect(model.shows("the class votes first"), "\(line)")
      model.press(.escape)
    }
    #expect(model.session.timeline.position == before && model.classroom?.play?.guess == nil && model.playback == nil)
  }

  @Test func theVotesStandBesideWhatIsRight() throws {
    var model = try classroom()
    model.enter("poll 4 16")
    #expect(model.shows("POLL, BELIEF AND TRUTH") && model.shows("The class has voted:"))
    #expect(model.shows("▲ You guessed: as long as a message"))
    model.press(.escape, .escape)
    #expect(model.shows("16 × as long as") && model.shows("4 × about a millisecond"))
    model.enter("write cart eggs at ONE")
    #expect(model.classroom?.isReached == true)
    #expect(model.classroom?.progress.lessons["01-first"]?.records[0]?.poll == [4, 16])
  }

  @Test func votesThatCannotBeAreRefused() throws {
    var model = try classroom()
    model.enter("poll 1 2 3")
    #expect(model.classroom?.play?.guess == nil && model.shows("there are 2 choices"))
    var alone = try stage("")
    alone.enter("poll 1 2")
    #expect(alone.shows("--projector"))
  }
}
