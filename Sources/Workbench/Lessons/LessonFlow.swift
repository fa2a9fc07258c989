import Analysis
import Language

/// How somebody goes through a lesson: screen and line mode both go by it.
public struct LessonFlow: Sendable {
  /// The lesson that is being played.
  public private(set) var play: LessonPlay
  /// What has come of the step, once its goal is reached; nil before.
  public private(set) var outcome: LessonOutcome?
  /// Whether a class sees it on a projector: it is asked for its votes, and until it has voted nothing tells what comes.
  public let isProjected: Bool
  /// Tells how many seconds have gone by since some instant; nil where there is no clock.
  private let clock: (@Sendable () -> Double)?
  /// What it showed when the step began.
  private var begun = 0.0
  /// When the step's goal was reached; nil before the first that was.
  private var reached: Timeline.Moment?

  /// The choice that was made, from 1, while it isn't known yet how sure it is.
  public private(set) var chosen: Int?

  /// What comes of a guess.
  public enum Guess: Hashable, Sendable {
    /// Nothing is to be guessed.
    case noQuestion
    /// There is no such choice.
    case noChoice
    /// What was guessed first stands.
    case stands
    /// It is made; the rest of the goal may be met already.
    case made(String, isGoalMet: Bool)
  }

  /// A lesson from its first step on.
  ///
  /// - Throws: a ``Diagnostic`` if its scene can't be set.
  public init(_ lesson: Lesson, isProjected: Bool = false, clock: (@Sendable () -> Double)? = nil) throws {
    play = try LessonPlay(lesson)
    self.isProjected = isProjected
    self.clock = clock
    begun = clock?() ?? 0
  }

  /// What is known of the step by now.
  public var record: StepRecord {
    play.record(isDone: outcome != nil, seconds: clock.map { Int(($0() - begun).rounded(.down)) })
  }

  /// Goes on where somebody has left the lesson: the steps that were done before are as if their solutions had been carried out.
  /// Who has done them all begins anew. Says the session with which it goes on.
  public mutating func resume(_ progress: LessonProgress) -> Session {
    var session = play.beginning
    let done = progress.lessons[play.lesson.name]?.steps ?? 0
    if done < play.lesson.steps.count { for _ in 0..<done { session = goOn(from: session) } }
    return session
  }

  /// Looks whether the step's goal has come true; says whether that has changed. What was reached stays so until somebody goes back
  /// before it: a trial may be made again with other settings.
  public mutating func follow(_ session: Session) -> Bool {
    play.look(at: session)
    if outcome != nil, let reached, session.timeline.contains(reached) { return false }
    let isReached = play.isReached(in: session)
    guard play.step != nil, isReached != (outcome != nil) else { return false }
    outcome = nil
    if isReached {
      reached = session.timeline.moment
      let seconds = clock.map { Int(($0() - begun).rounded(.down)) }
      outcome = LessonOutcome(play, session, play.record(isDone: true, seconds: seconds))
    }
    return true
  }

  /// Makes a choice, from 1, which is a guess once it is said how sure it is; false if there is no such choice, or what was
  /// guessed first stands.
  public mutating func choose(_ number: Int) -> Bool {
    guard let prediction = play.step?.prediction, play.guess == nil, !isProjected,
      prediction.choices.index(ofNumber: number) != nil
    else { return false }
    chosen = number
    return true
  }

  /// Takes the choice back.
  public mutating func unchoose() { chosen = nil }

  /// Guesses; choices count from 1.
  public mutating func guess(
    _ number: Int, _ confidence: LessonConfidence = .thinkSo, in session: Session
  ) -> Guess {
    guard let prediction = play.step?.prediction else { return .noQuestion }
    guard let choice = prediction.choices.index(ofNumber: number) else { return .noChoice }
    guard play.guess == nil else { return .stands }
    chosen = nil
    play.guess(choice, confidence)
    return .made(prediction.choices[choice].words, isGoalMet: play.isMet(in: session))
  }

  /// Whether a class has yet to vote.
  public var awaitsPoll: Bool { isProjected && play.hidesGoal }

  /// How votes are asked for.
  public var pollRequest: String {
    let count = play.step?.prediction?.choices.count ?? 2
    return "the class votes first: `poll \(Array(repeating: "VOTES", count: count).joined(separator: " "))` takes its "
      + "\(CountedNoun("number").text(count)) down"
  }

  /// Why a command isn't carried out yet; nil if it is.
  public func withholding(of command: Command) -> String? {
    awaitsPoll && command.tellsWhatComes ? pollRequest : nil
  }

  /// What comes of votes.
  public enum Polling: Hashable, Sendable {
    /// They can't be taken down, for that reason.
    case refused(String)
    /// The class has guessed so; the rest of the goal may be met already.
    case guessed(String, isGoalMet: Bool)
  }

  /// Takes down what a class has voted, which is its guess.
  public mutating func take(votes: [Int], in session: Session) -> Polling {
    guard isProjected else { return .refused("`eventually learn NAME --projector` asks a class for its votes") }
    guard let prediction = play.step?.prediction else { return .refused("nothing is to be guessed at this step") }
    guard play.guess == nil else { return .refused("the class has voted already; what was voted first stands") }
    guard votes.count == prediction.choices.count else {
      return .refused(
        "there are \(prediction.choices.count) choices, and \(CountedNoun("number").text(votes.count)); \(pollRequest)")
    }
    guard let poll = LessonPoll(votes) else { return .refused("nobody has voted; \(pollRequest)") }
    play.guess(poll.majority, nil, poll: poll)
    return .guessed(prediction.choices[poll.majority].words, isGoalMet: play.isMet(in: session))
  }

  /// Looks at what has happened since it was looked last: a clause that came true stays met.
  public mutating func look(at session: Session) { play.look(at: session) }

  /// Plays the step's trial; nil if it has none.
  ///
  /// - Throws: a ``Diagnostic`` if its workload can't be carried out on the cluster as it is.
  public mutating func tryOut(_ session: Session) throws -> TrialReport? { try play.tryOut(session) }

  /// Takes the next hint; nil after the last.
  public mutating func takeHint() -> String? {
    let taken = play.hints.count
    play.takeHint()
    return play.hints.count > taken ? play.hints.last : nil
  }

  /// Looks at the solution; says its commands.
  public mutating func showSolution() -> [SourceLine] {
    play.showSolution()
    return play.step?.solution ?? []
  }

  /// Begins the step anew; says the session with which it does.
  public mutating func again() -> Session {
    outcome = nil
    return play.again()
  }

  /// The next step; says the session with which it begins. Of a step that is left undone, the solution has been carried
  /// out then.
  public mutating func goOn(from session: Session) -> Session {
    let isDone = outcome != nil
    chosen = nil
    (outcome, begun) = (nil, clock?() ?? 0)
    return isDone ? play.goOn(from: session) : play.skip()
  }

  /// The step before; says the session with which it began.
  public mutating func goBack() -> Session {
    chosen = nil
    (outcome, begun) = (nil, clock?() ?? 0)
    return play.goBack(to: play.position - 1)
  }
}

/// What came of a lesson's step, once its goal is reached.
public struct LessonOutcome: Hashable, Sendable {
  /// What was guessed, and what would have been right, in words.
  public struct Guess: Hashable, Sendable {
    /// Whether it was.
    public let isRight: Bool
    /// What was guessed.
    public let guessed: String
    /// What is right.
    public let right: String
  }

  /// The lesson's name.
  public let lesson: String
  /// The step, from 0.
  public let step: Int
  /// Whether it is the last.
  public let isLast: Bool
  /// How many commands it took.
  public let commands: Int
  /// And how many its solution takes.
  public let solution: Int
  /// The guess; nil if nothing was to be guessed.
  public let guess: Guess?
  /// What there is to notice.
  public let notice: [String]
  /// What is known of the way there.
  public let record: StepRecord

  /// What has come of the present step of a play.
  init?(_ play: LessonPlay, _ session: Session, _ record: StepRecord) {
    guard let step = play.step else { return nil }
    self.record = record
    lesson = play.lesson.name
    self.step = play.position
    isLast = play.position + 1 == play.lesson.steps.count
    commands = play.commands(in: session)
    solution = step.commands.count
    if let prediction = step.prediction, let guess = play.guess, let answer = play.answer {
      self.guess = Guess(
        isRight: guess == answer, guessed: prediction.choices[guess].words, right: prediction.choices[answer].words)
    } else {
      guess = nil
    }
    notice = play.notice(in: session)
  }
}
