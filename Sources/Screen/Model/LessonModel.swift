import Language
import Workbench

/// The lessons as the screen knows them: all there are, the one that is being played, and how far somebody has come.
public struct Classroom: Sendable {
  /// All lessons.
  public let course: Course
  /// How far somebody has come.
  public internal(set) var progress: LessonProgress
  /// The way through the lesson that is being played; nil in the menu.
  public internal(set) var flow: LessonFlow?
  /// Whether the solution of the step is shown.
  public internal(set) var showsSolution = false
  /// Whether it was reached while time ran by itself: an Enter that was meant to finish that must not turn the page.
  public internal(set) var isUnread = false
  /// Whether what is known of the step has changed and is to be kept.
  var isKeptLater = false
  /// What there was to notice, once it is.
  public internal(set) var notice: [String] = []
  /// The view that belongs beside the step.
  var companion = ViewName.key
  /// Whether a class sees it; see ``LessonFlow/isProjected``.
  let isProjected: Bool
  /// Tells how many seconds have gone by since some instant; nil: how long a step takes is not kept.
  let clock: (@Sendable () -> Double)?

  /// The lesson that is being played; nil in the menu.
  public var play: LessonPlay? { flow?.play }
  /// Whether the step's goal has been reached; then Enter goes on.
  public var isReached: Bool { flow?.outcome != nil }

  /// A classroom with those lessons.
  public init(
    _ course: Course, _ progress: LessonProgress, isProjected: Bool = false, clock: (@Sendable () -> Double)? = nil
  ) {
    self.isProjected = isProjected
    self.course = course
    self.progress = progress
    self.clock = clock
  }
}

/// What somebody does who learns.
public enum LessonAction: Hashable, Sendable {
  case hint, solution, again, skip, previous, menu
}

extension ScreenModel {
  /// The lesson, or the duty, which stands at the left of the map, and the view that belongs beside it; nil: there is neither.
  var guide: Layout.Guide? {
    if duty != nil { return Layout.Guide(view: .duty, companion: .metrics) }
    return classroom.flatMap { $0.play == nil ? nil : Layout.Guide(view: .lesson, companion: $0.companion) }
  }

  /// The view that the solution of the present step is about; the key where it is about none more than another.
  private var viewOfStep: ViewName {
    let names = session.names(isPrompt: false)
    let commands = (classroom?.play?.step?.solution ?? []).compactMap { try? CommandParser.parse($0.text, in: names) }
    return commands.reversed().lazy.compactMap(\.view).first ?? .key
  }

  /// Opens the lessons: one of them, or their menu.
  public mutating func learn(
    _ course: Course, _ progress: LessonProgress, lesson: Lesson?, isProjected: Bool = false,
    clock: (@Sendable () -> Double)? = nil
  ) throws {
    classroom = Classroom(course, progress, isProjected: isProjected, clock: clock)
    tutorial.end()
    mode = .keys
    if let lesson { try begin(lesson) } else { openLessons() }
  }

  /// Begins a lesson, where somebody has left it: its scene takes the place of whatever there was. The steps that were done
  /// before are as if their solutions had been carried out.
  mutating func begin(_ lesson: Lesson) throws {
    var flow = try LessonFlow(lesson, isProjected: classroom?.isProjected ?? false, clock: classroom?.clock)
    let session = classroom.map { flow.resume($0.progress) } ?? flow.play.beginning
    classroom?.flow = flow
    restart(from: session)
    focus = .lesson
    if flow.play.position > 0, let back = keyMap.label(for: .lesson(.previous)) {
      say("step \(flow.play.position + 1) of \(lesson.steps.count): those before were done; \(back) goes back", .focus)
    } else {
      say("\(lesson.title): read at the left, `:` types a command, H gives a hint", .focus)
    }
  }

  /// The session becomes another; what was selected in it is gone.
  private mutating func restart(from session: Session) {
    playback = nil
    self.session = session
    (key, replica, selection, scroll, search) = (nil, nil, ViewSelection(), [:], nil)
    leaveStep()
  }

  /// What was shown of a step is gone.
  private mutating func leaveStep() {
    classroom?.showsSolution = false
    classroom?.isUnread = false
    classroom?.notice = []
    let view = viewOfStep
    classroom?.companion = view
  }

  /// Opens the menu of lessons, with how far somebody has come.
  mutating func openLessons() {
    guard let classroom else {
      say("`eventually learn` opens the lessons", .dim)
      return
    }
    var chapter = ""
    let items = classroom.course.lessons.map { lesson in
      let steps = min(classroom.progress.lessons[lesson.name]?.steps ?? 0, lesson.steps.count)
      let mark = steps == lesson.steps.count ? "●" : steps > 0 ? "►" : "○"
      let isFirst = lesson.chapter != chapter
      chapter = lesson.chapter
      let number = lesson.name.prefix { $0 != "-" }
      return Menu.Item(
        command: lesson.name, summary: "\(lesson.minutes) min  \(isFirst ? lesson.chapter : "")",
        label: "\(mark) \(number) \(lesson.title)", isLesson: true)
    }
    // After a lesson the next one is offered, else the first that has not been done.
    let lessons = classroom.course.lessons
    let start = classroom.play.flatMap { play in lessons.firstIndex { $0.name == play.lesson.name } } ?? 0
    let later = lessons[start...].firstIndex { !classroom.progress.isDone($0) }
    let next = later ?? lessons.firstIndex { !classroom.progress.isDone($0) } ?? 0
    mode = .menu(Menu(title: "LESSONS", items: items, isFiltered: false, selected: next))
  }

  /// Begins the lesson of that name.
  mutating func begin(lessonNamed name: String) {
    guard let lesson = classroom?.course.lessons.first(where: { $0.name == name }) else { return }
    do {
      try begin(lesson)
    } catch {
      say("the scene can't be set: \((error as? Diagnostic)?.sentence ?? "\(error)")", .bad)
    }
  }

  // MARK: Playing

  /// Looks whether the step's goal has come true, or is true no more.
  mutating func followLesson() -> [ScreenEffect] {
    let isKept = classroom?.isKeptLater ?? false
    classroom?.isKeptLater = false
    let session = session
    guard classroom?.flow?.follow(session) ?? false else {
      return isKept ? keptProgress : []
    }
    let outcome = classroom?.flow?.outcome
    classroom?.notice = outcome?.notice ?? []
    guard let outcome else { return isKept ? keptProgress : [] }
    classroom?.progress.finished(outcome)
    say(
      "done with \(CountedNoun("command").text(outcome.commands)), the solution has \(outcome.solution); Enter goes on",
      .ok)
    scroll[.lesson] = nil
    return keptProgress
  }

  /// Has the step's trial played, and shows what it came to.
  mutating func playTrial() {
    do {
      let session = session
      guard let report = try classroom?.flow?.tryOut(session) else { return }
      mode = .overlay(Overlay(title: "TRIAL", lines: Overlay.fitted(report.lines, on: size)))
      say(report.summary, report.isPassed ? .ok : .warn)
    } catch {
      say("the trial can't be played: \((error as? Diagnostic)?.sentence ?? "\(error)")", .bad)
    }
  }

  /// Takes a digit as a choice, where something is to be guessed and hasn't been, or as how sure the choice is; false where it
  /// means neither, as after the guess.
  mutating func guess(_ number: Int) -> Bool {
    guard let play = classroom?.play, let prediction = play.step?.prediction, play.guess == nil else { return false }
    if let chosen = classroom?.flow?.chosen {
      guard let position = LessonConfidence.allCases.index(ofNumber: number) else { return false }
      return guess(chosen, LessonConfidence.allCases[position])
    }
    guard prediction.choices.index(ofNumber: number) != nil else { return false }
    if let request = pollRequest {
      say(request, .warn)
      return true
    }
    guard sight.hits.contains(where: { $0.target == .choice(number) }) else {
      let isAbove =
        -(scroll[.lesson] ?? 0) > 0 && !sight.hits.contains { if case .choice = $0.target { true } else { false } }
      say("the question is out of sight: \(isAbove ? "k and PgUp lead back" : "j and PgDn lead") to it", .warn)
      return true
    }
    guard classroom?.flow?.choose(number) ?? false else { return false }
    say("how sure? 1 sure · 2 think so · 3 guess; Esc takes the choice back", .focus)
    return true
  }

  /// Guesses, once it is said how sure that is, and shows the belief beside what comes of it.
  private mutating func guess(_ number: Int, _ confidence: LessonConfidence) -> Bool {
    let session = session
    guard case .made(let words, let isGoalMet) = classroom?.flow?.guess(number, confidence, in: session) else {
      return false
    }
    say("you guess “\(words)” (\(confidence.rawValue))\(isGoalMet ? "" : "; now try it")", .focus)
    keepRecord()
    if let belief = classroom?.play?.belief {
      mode = .overlay(Overlay(title: "BELIEF AND TRUTH", lines: Overlay.fitted(belief.lines, on: size)))
    }
    return true
  }

  /// How a class is asked for its votes; nil where none is, or it has voted.
  var pollRequest: String? { classroom?.flow.flatMap { $0.awaitsPoll ? $0.pollRequest : nil } }

  /// Takes down what the class has voted, and shows it beside what comes of it.
  mutating func take(votes: [Int]) {
    let session = session
    let taken = classroom?.flow?.take(votes: votes, in: session)
    switch taken {
    case nil: say("no lesson is being played", .warn)
    case .refused(let reason): say(reason, .warn)
    case .guessed(let words, let isGoalMet):
      say("the class guesses “\(words)”\(isGoalMet ? "" : "; now try it")", .focus)
      keepRecord()
      let lines = (classroom?.play?.pollLines ?? []) + [""] + (classroom?.play?.belief?.lines ?? [])
      mode = .overlay(Overlay(title: "POLL, BELIEF AND TRUTH", lines: Overlay.fitted(lines, on: size)))
    }
  }

  /// Asks for what is known of somebody's way to be kept.
  private var keptProgress: [ScreenEffect] { classroom.map { [.keep($0.progress)] } ?? [] }

  /// Takes down what is known of the step by now; it is kept with whatever is kept next.
  private mutating func keepRecord() {
    guard let flow = classroom?.flow else { return }
    classroom?.progress.note(flow.record, step: flow.play.position, of: flow.play.lesson.name)
    classroom?.isKeptLater = true
  }

  /// Takes back the choice that it isn't said yet how sure it is; false if there is none.
  mutating func unchoose() -> Bool {
    guard classroom?.flow?.chosen != nil else { return false }
    classroom?.flow?.unchoose()
    status = nil
    return true
  }

  /// Where a lesson's text ends, however long it is: it is scrolled no further than it goes.
  private static let textEnd = -1_000_000

  /// Scrolls the lesson's text; its rows count from its beginning.
  mutating func scrollLesson(by rows: Int) {
    let end = -(sight.reach[.lesson] ?? 0)
    let present = max(end, scroll[.lesson] ?? 0)
    scroll[.lesson] = max(end, min(0, present - max(-400, min(400, rows))))
  }

  mutating func perform(_ action: LessonAction) {
    guard var flow = classroom?.flow else {
      openLessons()
      return
    }
    switch action {
    case .hint:
      _ = flow.takeHint()
      classroom?.flow = flow
      if flow.play.step?.hints.count == flow.play.hints.count {
        say("this was the last hint; S shows the solution", .dim)
      }
      scroll[.lesson] = Self.textEnd
    case .solution:
      _ = flow.showSolution()
      classroom?.flow = flow
      classroom?.showsSolution = true
      scroll[.lesson] = Self.textEnd
    case .again:
      let session = flow.again()
      classroom?.flow = flow
      restart(from: session)
      say("the step begins anew", .focus)
    case .skip: goOn()
    case .previous:
      let session = flow.goBack()
      classroom?.flow = flow
      restart(from: session)
    case .menu: openLessons()
    }
    focus = .lesson
  }

  /// The next step; after the last one, the menu.
  ///
  /// Who leaves a step undone begins the next one as if its solution had been carried out.
  mutating func goOn() {
    guard var flow = classroom?.flow else { return }
    finishPlaying()
    let isReached = flow.outcome != nil
    let notice = isReached ? classroom?.notice ?? [] : []
    let next = flow.goOn(from: session)
    classroom?.flow = flow
    let play = flow.play
    if !isReached || !(play.step?.setUp ?? []).isEmpty { restart(from: next) } else { leaveStep() }
    scroll[.lesson] = nil
    status = nil
    if play.step == nil {
      // What there was to notice last stays to be read.
      classroom?.notice = notice
      say("this was the lesson “\(play.lesson.title)”", .ok)
      openLessons()
    }
  }
}
