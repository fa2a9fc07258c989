import Foundation
import Testing

@testable import Language
@testable import Screen
@testable import Workbench

/// Learning on the screen: reading, guessing, trying, and being told.
@Suite struct LessonScreenTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "lessons").path

  private func classroom(_ size: Size = Size(columns: 120, rows: 40), lesson: String? = "01-three-copies") throws
    -> ScreenModel
  {
    let course = try Course(folder: Self.folder)
    var model = ScreenModel(Session(isTracing: true), size: size)
    try model.learn(course, LessonProgress(), lesson: lesson.flatMap { course.lesson(named: $0) })
    return model
  }

  private func isReached(_ model: ScreenModel) -> Bool { model.classroom?.isReached ?? false }

  @Test func theMenuShowsHowFarSomebodyHasCome() throws {
    var model = try classroom(lesson: nil)
    #expect(model.shows("○ 01 Three copies"))
    model.press(.enter)
    #expect(model.shows("THE WHOLE IDEA"))
    #expect(model.shows("step 1/3"))
  }

  @Test func aLessonGoesOnWhereItWasLeftAndBeginsAnewOnceItIsDone() throws {
    let course = try Course(folder: Self.folder)
    let lesson = try #require(course.lesson(named: "01-three-copies"))
    var progress = LessonProgress()
    for done in 1...lesson.steps.count {
      progress.finished(step: done - 1, of: lesson.name, commands: 1)
      var model = ScreenModel(Session(isTracing: true), size: Size(columns: 120, rows: 40))
      try model.learn(course, progress, lesson: lesson)
      let isOver = done == lesson.steps.count
      #expect(model.classroom?.play?.position == (isOver ? 0 : done))
      guard !isOver else { continue }
      #expect(model.shows("step \(done + 1) of 3: those before were done; < goes back"))
      #expect(!isReached(model), "what was done before is the scene, and no answer")
      model.press(.character("<"))
      #expect(model.classroom?.play?.position == done - 1)
    }
  }

  @Test func aStepIsDoneOnceItsGoalHoldsAndWasGuessedBefore() throws {
    var model = try classroom()
    model.enter("async write list milk at ALL")
    model.press(.escape)
    model.press(.character("."), .character("."))
    #expect(!isReached(model), "nothing has been guessed")
    model.press(.character("9"), .character("1"), .character("1"), .escape)
    #expect(isReached(model))
    #expect(model.shows("● You guessed right: “none of them”."))
    #expect(model.shows("► Enter goes on"))
    model.press(.character(","), .character(","))
    #expect(!isReached(model), "going back takes it away again")
  }

  @Test func whatWasGuessedFirstStands() throws {
    var model = try classroom()
    model.press(.character("2"))
    #expect(model.classroom?.play?.guess == nil && model.shows("How sure are you?"))
    model.press(.character("3"))
    #expect(model.classroom?.play?.guess == 1 && model.classroom?.play?.confidence == .guess)
    #expect(model.shows("BELIEF AND TRUTH") && model.shows("● It comes out: none of them"))
    model.press(.escape)
    #expect(model.shows("(●) both of them"))
    model.press(.character("1"))
    #expect(model.focus == ViewName.allCases.first { $0.digit == 1 }, "digits turn to views again")
    #expect(model.classroom?.play?.guess == 1)
  }

  @Test func aQuestionIsAnsweredOnceItCanBeSeen() throws {
    var model = try classroom(Size(columns: 80, rows: 24))
    model.press(.character("2"))
    #expect(model.classroom?.play?.guess == nil && model.shows("the question is out of sight: j and PgDn lead to it"))
    for _ in 0..<3 { model.press(.pageDown) }
    model.press(.character("2"))
    for _ in 0..<3 { model.press(.pageDown) }
    model.press(.character("2"), .escape)
    #expect(model.classroom?.play?.guess == 1)
    #expect(model.shows("GOAL ●○"), "a line of ticks stays in view")
  }

  @Test func whatThereWasToNoticeLastStaysToBeRead() throws {
    var model = try classroom()
    model.press(.character(">"), .character(">"))
    for line in model.classroom?.play?.step?.solution ?? [] { model.enter(line.text) }
    model.press(.escape, .character("1"), .character("1"), .escape)
    #expect(isReached(model))
    let notice = try #require(model.classroom?.notice.first)
    model.press(.enter, .enter, .escape)
    #expect(model.shows("● This was the lesson."))
    #expect(model.shows(notice.split(separator: " ").prefix(4).joined(separator: " ")))
  }

  @Test func aHintComesIntoSight() throws {
    var model = try classroom(Size(columns: 80, rows: 24))
    model.press(.character("H"))
    #expect(model.shows("Hint:"))
    let scrolled = model.scroll[.lesson]
    model.enter("show list")
    model.press(.escape, .escape)
    #expect(model.scroll[.lesson] == scrolled, "a command leaves the text where it is")
  }

  @Test func anEnterTooManyDoesNotTurnThePage() throws {
    var model = try classroom()
    model.press(.character("1"), .character("2"), .escape)
    model.enter("async write list milk at ALL")
    model.begin("run 10ms")
    model.watch()
    #expect(isReached(model))
    model.press(.escape, .enter)
    #expect(model.shows("Enter once more goes on") && model.shows("step 1/3"))
    model.press(.enter)
    #expect(model.shows("step 2/3"))
  }

  @Test func anyWayToTheGoalCounts() throws {
    var model = try classroom()
    model.press(.character("1"), .character("2"), .escape)
    model.enter("async write list milk at ALL")
    model.enter("run 10ms")
    #expect(isReached(model))
    let effects = model.press(.escape, .enter, .enter)
    #expect(effects.isEmpty)
    #expect(model.shows("step 2/3"))
    #expect(model.classroom?.progress.lessons["01-three-copies"]?.steps == 1)
  }

  @Test func whatTheGoalSaysIsHiddenUntilTheGuess() throws {
    var model = try classroom()
    #expect(
      !model.shows("one or two copies have the milk") && model.shows("3 clauses more, shown once you have guessed"))
    model.press(.character("1"), .escape)
    #expect(model.classroom?.flow?.chosen == nil && model.classroom?.play?.guess == nil, "Esc takes the choice back")
    model.press(.character("1"), .character("1"), .escape)
    #expect(model.shows("○ one or two copies have the milk"))
    #expect(model.classroom?.progress.lessons["01-three-copies"]?.records[0]?.confidence == .sure)
  }

  @Test func enterNeverLosesAGoal() throws {
    var model = try classroom()
    model.press(.character("1"), .character("1"), .escape)
    model.begin("write list milk at ALL")
    model.press(.enter)
    model.watch()
    #expect(isReached(model), "it was so on the way")
  }

  @Test func whatCanNoLongerBeMetSaysHowToGoBackBeforeIt() throws {
    var model = try classroom()
    model.press(.character("1"), .character("1"), .escape)
    model.enter("crash us3")
    model.press(.escape)
    #expect(model.shows("✗ nothing is broken: can no longer be met") && model.shows("u goes back to before it"))
    model.press(.character("u"))
    #expect(model.shows("● nothing is broken"))
  }

  @Test func hintsComeOneAtATimeAndTheSolutionWhenAskedFor() throws {
    var model = try classroom()
    model.press(.character("H"))
    #expect(model.classroom?.play?.hints.count == 1)
    model.press(.character("H"), .character("H"))
    #expect(model.classroom?.play?.hints.count == 2)
    model.press(.character("S"), .character("G"))
    for _ in 0..<40 { model.press(.character("j")) }
    #expect(model.shows("async write list milk at ALL"))
  }

  @Test func aStepCanBeBegunAnewSkippedAndGoneBackTo() throws {
    var model = try classroom()
    model.enter("write list milk at ALL")
    model.press(.escape, .character("E"))
    #expect(model.session.latestNumber == 0)
    model.press(.character(">"))
    #expect(model.shows("step 2/3"))
    model.press(.character("<"))
    #expect(model.shows("step 1/3"))
    model.press(.character(">"), .character(">"), .character(">"))
    #expect(model.shows("LESSONS"), "after the last step comes the menu")
  }

  @Test(arguments: [
    Size(columns: 39, rows: 9), Size(columns: 40, rows: 10), Size(columns: 80, rows: 24), Size(columns: 200, rows: 60),
  ])
  func itFitsEveryScreen(size: Size) throws {
    var model = try classroom(size)
    _ = ScreenView.render(model)
    model.press(.character("1"), .character("z"))
    #expect(model.lines.count == size.rows)
  }

  /// Each step of each lesson. Of the cluster nothing is drawn that isn't drawn elsewhere: no scene is played for it.
  @Test func everyStepKeepsItsBordersAndIndents() throws {
    for lesson in try Course(folder: Self.folder).lessons {
      for step in lesson.steps {
        let alone = lesson.withoutScenes(step)
        var model = ScreenModel(Session(isTracing: true), size: Size(columns: 80, rows: 24))
        let course = try Course(
          texts: [(name: "01-first", text: LessonTemplate.lines.joined(separator: "\n"))], in: "lessons")
        try model.learn(course, LessonProgress(), lesson: alone)
        model.press(.escape)
        for (columns, rows) in [(40, 10), (60, 18), (80, 24), (120, 40), (200, 60)] {
          _ = model.update(.resize(Size(columns: columns, rows: rows)))
          WideTextTests.check(model, "\(lesson.title), \(step.title), \(columns)x\(rows)")
        }
      }
    }
  }
}

extension Lesson {
  /// A lesson of one of its steps, before which nothing has happened.
  fileprivate func withoutScenes(_ step: LessonStep) -> Lesson {
    let bare = LessonStep(
      title: step.title, setUp: [], prose: step.prose, prediction: step.prediction, goal: step.goal, trial: step.trial,
      idea: step.idea, hints: step.hints, solution: step.solution, wrong: step.wrong, others: step.others,
      notice: step.notice)
    return Lesson(
      name: name, title: title, summary: summary, chapter: chapter, minutes: minutes, prerequisites: prerequisites,
      sources: sources, introduction: introduction, setUp: [], steps: [bare], par: par)
  }
}
