import Language

/// How sure somebody is of a guess.
public enum LessonConfidence: String, Codable, CaseIterable, Sendable {
  case sure
  case thinkSo = "think so"
  case guess

  /// The one of that number, from 1, of that name, or whose name begins so.
  public init?(_ word: String) {
    let wanted = word.lowercased()
    let number = Int(wanted).flatMap(Self.allCases.index(ofNumber:)).map { Self.allCases[$0] }
    guard !wanted.isEmpty, let known = number ?? Self.allCases.first(where: { $0.rawValue.hasPrefix(wanted) }) else {
      return nil
    }
    self = known
  }
}

/// What is known of somebody's way through a step: kept in `progress.json` for them, and for a teacher to whom they give it.
///
/// In the file, by lesson and step (from 0): `lessons.NAME.records.STEP`.
public struct StepRecord: Codable, Hashable, Sendable {
  /// The choice that was guessed first, from 1; nil where nothing was to be guessed, or hasn't been.
  public var guess: Int?
  /// The choice that was right, from 1; nil as `guess`.
  public var right: Int?
  /// How sure they were: `sure`, `think so` or `guess`; nil as `guess`.
  public var confidence: LessonConfidence?
  /// How many hints they took.
  public var hints: Int
  /// Whether they looked at the solution.
  public var solutionSeen: Bool
  /// How long they were at it until it was done, in whole seconds; nil while it isn't, or where nobody had a clock.
  public var seconds: Int?
  /// Whether it was done.
  public var done: Bool
  /// How many of a class voted for each choice, where it was projected; then the guess is the class's.
  public var poll: [Int]?

  /// A record of those figures.
  public init(
    guess: Int? = nil, right: Int? = nil, confidence: LessonConfidence? = nil, hints: Int = 0,
    solutionSeen: Bool = false,
    seconds: Int? = nil, done: Bool = false, poll: [Int]? = nil
  ) {
    (self.guess, self.right, self.confidence) = (guess, right, confidence)
    (self.hints, self.solutionSeen, self.seconds, self.done) = (hints, solutionSeen, seconds, done)
    self.poll = poll
  }

  /// This record and a later one of the same step: what came first stands, help is counted as it was used most. Of
  /// several classes the last one's votes are kept.
  func joined(with later: StepRecord) -> StepRecord {
    StepRecord(
      guess: guess ?? later.guess, right: guess == nil ? later.right : right,
      confidence: guess == nil ? later.confidence : confidence, hints: max(hints, later.hints),
      solutionSeen: solutionSeen || later.solutionSeen, seconds: seconds ?? later.seconds, done: done || later.done,
      poll: later.poll ?? poll)
  }
}
