import Analysis
import Kernel
import Language

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
  /// The session as it was when each step began.
  private var beginnings: [Session]

  /// A lesson from its first step on, in a session with its scene.
  ///
  /// - Throws: a ``Diagnostic`` if its scene can't be set.
  public init(_ lesson: Lesson, seed: UInt64? = nil, isTracing: Bool = true) throws {
    self.lesson = lesson
    var session = Session(seed: seed, isTracing: isTracing)
    try session.carryOut(lesson.setUp + (lesson.steps.first?.setUp ?? []))
    session.settle()
    beginnings = [session]
  }

  /// The step that is being played; nil once all are done.
  public var step: LessonStep? { position < lesson.steps.count ? lesson.steps[position] : nil }

  /// The session as it was when the step began: from there it can be tried again.
  public var beginning: Session { beginnings[min(position, beginnings.count - 1)] }

  /// Whether each clause of the step's goal holds in a session.
  public func clauses(in session: Session) -> [(words: String, isHeld: Bool)] {
    step?.goal.map { ($0.words, session.facts(for: $0.condition).holds($0.condition)) } ?? []
  }

  /// Whether the step's goal is reached: all its clauses hold, and what was to be guessed has been.
  public func isReached(in session: Session) -> Bool {
    guard let step else { return false }
    return (step.prediction == nil || guess != nil) && clauses(in: session).allSatisfy(\.isHeld)
  }

  /// How many commands the step has taken so far.
  public func commands(in session: Session) -> Int { max(0, session.commands - beginning.commands) }

  /// The hints taken so far.
  public var hints: [String] { Array(step?.hints.prefix(hintsTaken) ?? []) }

  // MARK: What the learner does

  /// Takes the next hint, if there is one more.
  public mutating func takeHint() { hintsTaken = min(step?.hints.count ?? 0, hintsTaken + 1) }

  /// Guesses, once: what was guessed first stands. The answer is found out on a copy of the session as the step began.
  public mutating func guess(_ choice: Int) {
    guard guess == nil, let prediction = step?.prediction, prediction.choices.indices.contains(choice) else { return }
    guess = choice
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
    move(to: position + 1)
    beginnings = Array(beginnings.prefix(position)) + [next]
    return next
  }

  /// Leaves a step undone: the next one begins as if the step's solution had been carried out.
  public mutating func skip() -> Session {
    var session = beginning
    try? session.carryOut(step?.solution ?? [])
    return goOn(from: session)
  }

  /// Goes back to an earlier step; says the session with which it began.
  public mutating func goBack(to step: Int) -> Session {
    move(to: max(0, min(position, step)))
    return beginning
  }

  private mutating func move(to step: Int) {
    position = step
    (hintsTaken, guess, answer) = (0, nil, nil)
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
    switch facts.value(fact) {
    case .duration(let span): return Quantity.milliseconds(span, decimals: 1)
    case .number(let share) where unit == .share: return Quantity.percent(share)
    case let value: return value.text
    }
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
