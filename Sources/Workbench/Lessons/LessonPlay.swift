import Analysis
import Kernel
import Language
import Replication

/// A lesson that is being played: which step, what was guessed, how many hints were taken. The session is somebody else's.
public struct LessonPlay: Sendable {
  /// The lesson.
  public let lesson: Lesson
  /// The step that is being played, from 0; as many as there are steps once all are done.
  public private(set) var position = 0
  /// How many hints of the step have been taken.
  public private(set) var hintsTaken = 0
  /// What was guessed at the step, by position; nil before.
  public private(set) var guess: Int?
  /// The right guess, found out by running ahead when it was made.
  public private(set) var answer: Int?
  /// How sure the guess was; nil before.
  public private(set) var confidence: LessonConfidence?
  /// What the class has voted, where a lesson is projected; nil before.
  public private(set) var poll: LessonPoll?
  /// Whether the step's solution was looked at.
  public private(set) var isSolutionSeen = false
  /// Whether of a trial only the verdict counts, as for who checks a lesson.
  var isVerdictEnough = false
  /// The session as it was when each step began.
  private var beginnings: [Session]
  /// How the clauses of the step's goal stand.
  private var standing: LessonStanding
  /// The latest trial of the step, and what had been decided about the cluster then.
  private var trial: (report: TrialReport, arrangement: [Input])?

  /// A lesson from its first step on, in a session with its scene.
  ///
  /// - Throws: a ``Diagnostic`` if its scene can't be set.
  public init(_ lesson: Lesson, seed: UInt64? = nil, isTracing: Bool = true) throws {
    self.lesson = lesson
    var session = Session(seed: seed, isTracing: isTracing)
    try session.carryOut(lesson.setUp + (lesson.steps.first?.setUp ?? []))
    session.settle()
    beginnings = [session]
    standing = LessonStanding(lesson.steps.first?.goal ?? [], in: session)
  }

  /// The step that is being played; nil once all are done.
  public var step: LessonStep? { position < lesson.steps.count ? lesson.steps[position] : nil }

  /// The session as it was when the step began: from there it can be tried again.
  public var beginning: Session { beginnings[min(position, beginnings.count - 1)] }

  /// A clause of the step's goal, and how it stands.
  public struct Clause: Hashable, Sendable {
    /// In words.
    public let words: String
    /// Whether it holds, or has been met.
    public let isHeld: Bool
    /// Whether it can't be met any more from here on.
    public var isOutOfReach = false
  }

  /// Whether each clause of the step's goal holds in a session, or has been met on the way there; and, last, whether the trial is
  /// passed, if there is one.
  public func clauses(in session: Session) -> [Clause] {
    guard let step else { return [] }
    let (held, lost) = (standing.held(in: session), standing.outOfReach(in: session))
    return step.wanted.enumerated().map { index, words in
      index < held.count
        ? Clause(words: words, isHeld: held[index], isOutOfReach: lost[index])
        : Clause(words: words, isHeld: isTrialPassed(in: session))
    }
  }

  /// Whether the clauses are hidden: what they say would give away what is to be guessed first.
  public var hidesGoal: Bool { step?.prediction != nil && guess == nil }

  /// How many commands have to be taken back before no clause is out of reach any more; nil while none is.
  public func wayBack(from session: Session) -> Int? { standing.wayBack(from: session) }

  /// What the class has voted, beside what is right; empty where nobody has.
  public var pollLines: [String] {
    guard let prediction = step?.prediction, let poll else { return [] }
    return poll.lines(prediction, answer: answer)
  }

  /// What was guessed, played beside what comes of it; nil before the guess.
  public var belief: LessonBelief? {
    guard let prediction = step?.prediction, let guess, let answer else { return nil }
    return LessonBelief(prediction, guess: guess, answer: answer, in: beginning)
  }

  /// Whether the goal is met but for the guess.
  public func isMet(in session: Session) -> Bool {
    guard let step else { return false }
    let isTried = step.trial == nil || isTrialPassed(in: session)
    return isTried && (standing.isWhole(in: session) || standing.held(in: session).allSatisfy { $0 })
  }

  /// Whether the step's goal is reached: all its clauses hold, and what was to be guessed has been.
  public func isReached(in session: Session) -> Bool {
    guard let step else { return false }
    return (step.prediction == nil || guess != nil) && isMet(in: session)
  }

  /// The trial holds for the cluster that it was made with: settings and faults must be what they were then.
  private func isTrialPassed(in session: Session) -> Bool {
    trial.map { $0.report.isPassed && $0.arrangement == session.timeline.arrangement } ?? false
  }

  /// How many commands the step has taken so far.
  public func commands(in session: Session) -> Int { max(0, session.commands - beginning.commands) }

  /// The hints taken so far.
  public var hints: [String] { Array(step?.hints.prefix(hintsTaken) ?? []) }

  // MARK: What the learner does

  /// Looks at what has happened since it was looked last: a clause that came true stays met.
  public mutating func look(at session: Session) { standing.look(at: session) }

  /// Plays the step's trial on copies of a session; nil if the step has none.
  ///
  /// - Throws: a ``Diagnostic`` if its workload can't be carried out on the cluster as it is.
  public mutating func tryOut(_ session: Session) throws -> TrialReport? {
    guard let step, let trial = step.trial else { return nil }
    let report = try trial.play(on: session, isVerdictEnough: isVerdictEnough)
    self.trial = (report, session.timeline.arrangement)
    return report
  }

  /// Carries out lines of the step in a session, as somebody would who plays it: what comes true on the way counts.
  ///
  /// - Throws: a ``Diagnostic`` at the first line that can't be carried out.
  mutating func carryOut(_ lines: [SourceLine], in session: inout Session) throws {
    for line in lines {
      if LessonTrial.isAsked(by: line), step?.trial != nil {
        _ = try tryOut(session)
      } else {
        try session.execute(line, isPrompt: false) { _ in }
        look(at: session)
      }
    }
  }

  /// Looks at the solution.
  public mutating func showSolution() { isSolutionSeen = true }

  /// What is known of somebody's way through the step by now.
  ///
  /// - Parameter seconds: how long they have been at it; nil where nobody knows.
  func record(isDone: Bool, seconds: Int?) -> StepRecord {
    StepRecord(
      guess: guess.map { $0 + 1 }, right: guess == nil ? nil : answer.map { $0 + 1 }, confidence: confidence,
      hints: hintsTaken, solutionSeen: isSolutionSeen, seconds: isDone ? seconds : nil, done: isDone,
      poll: poll?.votes)
  }

  /// Takes the next hint, if there is one more.
  public mutating func takeHint() { hintsTaken = min(step?.hints.count ?? 0, hintsTaken + 1) }

  /// Guesses, once: what was guessed first stands. The answer is found out on a copy of the session as the step began.
  ///
  /// - Parameters:
  ///   - confidence: how sure somebody is; nil where nobody was asked, as of a class.
  ///   - poll: what a class has voted.
  public mutating func guess(_ choice: Int, _ confidence: LessonConfidence? = .thinkSo, poll: LessonPoll? = nil) {
    guard guess == nil, let prediction = step?.prediction, prediction.choices.indices.contains(choice) else { return }
    (guess, self.confidence, self.poll) = (choice, confidence, poll)
    answer = (try? prediction.answers(in: beginning))?.first
  }

  /// Goes on to the next step, which begins where this one has ended unless it sets a scene of its own; says the session
  /// with which it does.
  public mutating func goOn(from session: Session) -> Session {
    guard position < lesson.steps.count else { return session }
    var next = session
    if let step = position + 1 < lesson.steps.count ? lesson.steps[position + 1] : nil {
      // A scene that can't be set is what `lessons check` is for; who plays on sees what there is.
      try? next.carryOut(step.setUp)
      if !step.setUp.isEmpty { next.settle() }
    }
    beginnings = Array(beginnings.prefix(position + 1)) + [next]
    move(to: position + 1)
    return next
  }

  /// Leaves a step undone: the next one begins as if the step's solution had been carried out.
  public mutating func skip() -> Session {
    var session = beginning
    try? session.carryOut(step?.commands ?? [])
    return goOn(from: session)
  }

  /// Goes back to an earlier step; says the session with which it began.
  public mutating func goBack(to step: Int) -> Session {
    move(to: max(0, min(position, step)))
    return beginning
  }

  private mutating func move(to step: Int) {
    position = step
    (hintsTaken, guess, answer, trial) = (0, nil, nil, nil)
    (confidence, poll, isSolutionSeen) = (nil, nil, false)
    standing = LessonStanding(self.step?.goal ?? [], in: beginning)
  }

  /// Begins the step anew: what was met is open again, what was guessed stands.
  public mutating func again() -> Session {
    trial = nil
    standing = LessonStanding(step?.goal ?? [], in: beginning)
    return beginning
  }

  /// What there is to notice after the step, with the facts of the run in place of `{…}`.
  public func notice(in session: Session) -> [String] {
    step?.notice.map { Self.filled($0, in: session) } ?? []
  }

  /// Puts the values of facts into a text: `{last.latency}`.
  static func filled(_ text: String, in session: Session) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open]
      let name = String(rest[rest.index(after: open)..<close])
      result += value(of: name, in: session) ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// A fact of the run in words; nil if there is no such fact.
  static func value(of name: String, in session: Session) -> String? {
    var names = session.names(isPrompt: false)
    // The learner may have begun another cluster since: what that lacks has no value.
    names.mayNameAbsent = true
    var reader = CommandReader(name, context: names)
    guard let (fact, unit) = try? reader.fact() else { return nil }
    let facts = session.facts(for: .fact(fact))
    if case .named(let name, let arguments) = fact, arguments.isEmpty,
      let (part, whole) = FactEvaluation.all[name]?.counts?(facts)
    {
      return Quantity.share(part, of: whole)
    }
    return words(for: facts.value(fact), unit)
  }

  /// A value in words.
  private static func words(for value: FactValue, _ unit: FactUnit?) -> String {
    switch value {
    case .duration(let span) where abs(span) >= 10_000_000: Quantity.figure(TimeSpan(microseconds: span))
    case .duration(let span): Quantity.milliseconds(span, decimals: 1)
    case .number(let share) where unit == .share: Quantity.percent(share)
    case .number(let count) where count >= 10_000 && count < 1e15 && count.rounded() == count:
      Quantity.grouped(Int(count))
    case let value: value.text
    }
  }

  /// What a fact is worth, in words.
  static func words(for value: FactValue, of fact: Fact) -> String {
    guard case .named(let name, _) = fact else { return words(for: value, nil) }
    return words(for: value, FactCatalog.named(name)?.unit)
  }
}

extension Session {
  /// Carries out a lesson's commands.
  ///
  /// - Throws: a ``Diagnostic`` at the first that can't be.
  mutating func carryOut(_ lines: [SourceLine]) throws {
    for line in lines { try execute(line, isPrompt: false) { _ in } }
  }
}
