import Analysis
import Kernel
import Language

/// A lesson as static pages: what is asked on one, what is answered on another, each with pictures of its run.
public struct LessonPage {
  private struct Step: Sendable {
    let id: String
    let title: String
    let hasScene: Bool
    let scene: String
    let prose: [String]
    let prediction: [Prediction]
    let goal: [String]
    let hints: [String]
    let screen: [PagePicture]
  }

  private struct Prediction: Sendable {
    let question: String
    let choices: [String]
  }

  private struct Content: Sendable {
    let title: String
    let paints: String
    let kind: String
    let heading: String
    let summary: String
    let introduction: [String]
    let hasScene: Bool
    let scene: String
    let steps: [Step]
    let sources: [String]
    let hasSources: Bool
    let home: String
    let answers: [String]
    let footer: String
  }

  private struct Script: Sendable {
    let title: String
    let text: String
  }

  private struct AnswerStep: Sendable {
    let id: String
    let title: String
    let answer: [String]
    let goal: [String]
    let solution: String
    let notice: [String]
    let others: [Script]
    let wrong: [Script]
    let pictures: [PagePicture]
    let rows: [String]
    let hasRows: Bool
    let screen: [PagePicture]
  }

  private struct AnswerContent: Sendable {
    let title: String
    let paints: String
    let kind: String
    let heading: String
    let summary: String
    let steps: [AnswerStep]
    let home: String
    let question: String
    let footer: String
  }

  /// What stands at the foot of each page.
  static let footer = "Written by eventually. All times are virtual: the runs depend on nothing but the lesson."

  /// The lesson.
  public let lesson: Lesson
  /// The page with what there is to do.
  public let questions: String
  /// The page with solutions; nil if it wasn't asked for.
  public let answers: String?

  /// The pages of a lesson.
  ///
  /// - Parameters:
  ///   - screen: draws a session's screen.
  /// - Throws: a ``Diagnostic`` if a scene or a solution can't be carried out.
  public init(_ lesson: Lesson, withAnswers: Bool, screen: (Session) -> ScreenPicture) throws {
    self.lesson = lesson
    var play = try LessonPlay(lesson)
    var session = play.beginning
    var steps: [Step] = []
    var answered: [AnswerStep] = []
    for (index, step) in lesson.steps.enumerated() {
      let number = index + 1
      steps.append(Self.step(step, number, screen(session)))
      let right = try step.prediction.map { prediction in
        try prediction.answers(in: session).map { prediction.choices[$0].words }
      }
      try session.carryOut(step.commands)
      if withAnswers { answered.append(Self.answer(to: step, number, right ?? [], session, screen)) }
      session = play.goOn(from: session)
    }
    let sources = lesson.sources
    questions = PageTemplates.page(
      Content(
        title: lesson.title, paints: SVGDrawing.rules.joined(separator: "\n"),
        kind: "\(lesson.chapter), \(CountedNoun("minute").text(lesson.minutes))", heading: lesson.title,
        summary: lesson.summary, introduction: lesson.introduction.map(InlineMarkup.markup),
        hasScene: !lesson.setUp.isEmpty, scene: Self.text(lesson.setUp), steps: steps, sources: sources,
        hasSources: !sources.isEmpty, home: "index.html",
        answers: withAnswers ? ["answers/\(lesson.name).html"] : [], footer: Self.footer), from: "lesson")
    guard withAnswers else {
      answers = nil
      return
    }
    answers = PageTemplates.page(
      AnswerContent(
        title: "Answers: \(lesson.title)", paints: SVGDrawing.rules.joined(separator: "\n"), kind: "Answers",
        heading: lesson.title, summary: lesson.summary, steps: answered, home: "../index.html",
        question: "../\(lesson.name).html", footer: Self.footer), from: "answers")
  }

  private static func text(_ lines: [SourceLine]) -> String { lines.map(\.text).joined(separator: "\n") }

  private static func step(_ step: LessonStep, _ number: Int, _ screen: ScreenPicture) -> Step {
    Step(
      id: "step-\(number)", title: "\(number). \(step.title)", hasScene: !step.setUp.isEmpty, scene: text(step.setUp),
      prose: step.prose.map(InlineMarkup.markup),
      prediction: step.prediction.map {
        [
          Prediction(
            question: InlineMarkup.markup($0.question), choices: $0.choices.map { InlineMarkup.markup($0.words) })
        ]
      } ?? [],
      goal: step.wanted.map(InlineMarkup.markup), hints: step.hints.map(InlineMarkup.markup),
      screen: [
        screen.inPage(
          label: "The screen as step \(number) begins", caption: "The screen of the workbench as step \(number) begins."
        )
      ])
  }

  private static func answer(
    to step: LessonStep, _ number: Int, _ right: [String], _ session: Session, _ screen: (Session) -> ScreenPicture
  ) -> AnswerStep {
    var pictures: [PagePicture] = []
    var rows: [String] = []
    if let key = session.operations(1, withLoads: true).last?.key, !key.isEmpty {
      let report = SpaceTimeReader(.key(key), in: session.timeline).report(around: nil, count: 24)
      let drawing = SpaceTimePicture(report, key: key)
      rows = drawing.words
      if !rows.isEmpty {
        pictures = [
          PagePicture(
            drawing.drawing(title: "Space-time diagram of \(key) at the end of step \(number)"),
            named: "step-\(number)-space-time", label: "Space-time diagram of step \(number)", caption: drawing.caption)
        ]
      }
    }
    func scripts(_ attempts: [LessonAttempt]) -> [Script] {
      attempts.map { Script(title: $0.title, text: text($0.lines)) }
    }
    return AnswerStep(
      id: "step-\(number)", title: "\(number). \(step.title)", answer: right.map(InlineMarkup.markup),
      goal: step.wanted.map(InlineMarkup.markup), solution: text(step.solution),
      notice: step.notice.map { InlineMarkup.markup(LessonPlay.filled($0, in: session)) }, others: scripts(step.others),
      wrong: scripts(step.wrong), pictures: pictures, rows: rows, hasRows: !rows.isEmpty,
      screen: [
        screen(session).inPage(
          label: "The screen after the solution of step \(number)",
          caption: "The screen of the workbench after the solution of step \(number).")
      ])
  }
}

/// The first page of a course: its lessons, chapter by chapter.
public enum CoursePage {
  private struct Entry: Sendable {
    let link: String
    let title: String
    let summary: String
    let minutes: String
    let answers: [String]
  }

  private struct Chapter: Sendable {
    let id: String
    let name: String
    let lessons: [Entry]
  }

  private struct Content: Sendable {
    let title: String
    let paints: String
    let kind: String
    let heading: String
    let summary: String
    let chapters: [Chapter]
    let footer: String
  }

  /// The page of some lessons.
  public static func text(_ lessons: [Lesson], withAnswers: Bool) -> String {
    var chapters: [(name: String, lessons: [Lesson])] = []
    for lesson in lessons {
      if chapters.last?.name != lesson.chapter { chapters.append((lesson.chapter, [])) }
      chapters[chapters.count - 1].lessons.append(lesson)
    }
    let minutes = lessons.reduce(0) { $0 + $1.minutes }
    return PageTemplates.page(
      Content(
        title: "Eventual consistency, by doing", paints: "", kind: "A course",
        heading: "Eventual consistency, by doing",
        summary: "\(CountedNoun("lesson").text(lessons.count)), \(CountedNoun("minute").text(minutes)) in all. "
          + "Each is played with `eventually learn`.",
        chapters: chapters.enumerated().map { index, chapter in
          Chapter(
            id: "chapter-\(index + 1)", name: chapter.name,
            lessons: chapter.lessons.map { lesson in
              Entry(
                link: "\(lesson.name).html", title: lesson.title, summary: lesson.summary,
                minutes: "\(lesson.minutes) min", answers: withAnswers ? ["answers/\(lesson.name).html"] : [])
            })
        }, footer: LessonPage.footer), from: "course")
  }
}
