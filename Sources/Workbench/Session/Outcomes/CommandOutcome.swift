import Analysis
import Kernel
import Language

/// What came of a command or a key, in one sentence: the same on the status line, line by line, and in what `run` prints.
///
/// Each command yields exactly one, once the time that it takes has passed. What it says is read off the session, its
/// timeline and its cluster, as they are then.
public struct CommandOutcome: Hashable, Sendable {
  /// How much of it a report has to say that prints every event.
  public enum Kind: Hashable, Sendable {
    /// Nothing else tells of it.
    case change
    /// Time ran for a condition, and it came true.
    case condition
    /// An event before it tells the same at length: an operation, an expectation, the answer to a question.
    case told
    /// Somebody speaks; an event before it has the words.
    case narration
    /// It concerns whoever watches: what is shown, and how fast.
    case stage
  }

  /// The command, as it was written; what a key did that is no command has none.
  public let command: String
  /// What came of it.
  public let sentence: String
  /// How much it matters.
  public let weight: LogLine.Weight
  /// How a report treats it.
  public let kind: Kind
  /// When.
  public let at: Instant

  /// An outcome of those parts.
  init(_ command: String, _ finding: OutcomeFinding, at: Instant) {
    self.command = command
    sentence = PrintableLine(finding.sentence).text
    (weight, kind) = (finding.weight, finding.kind)
    self.at = at
  }
}

/// What was found to have come of something.
struct OutcomeFinding {
  let sentence: String
  let weight: LogLine.Weight
  let kind: CommandOutcome.Kind

  init(_ sentence: String, _ weight: LogLine.Weight = .plain, _ kind: CommandOutcome.Kind = .change) {
    (self.sentence, self.weight, self.kind) = (sentence, weight, kind)
  }

  /// The same with something behind it.
  func adding(_ words: String) -> OutcomeFinding { OutcomeFinding(sentence + words, weight, kind) }
}

/// All that has been said, the latest last: so many lines at most.
public struct MessageHistory: Hashable, Sendable {
  /// How many are kept.
  public static let limit = 1_000

  /// One line.
  public struct Line: Hashable, Sendable {
    /// What was said.
    public let text: String
    /// How much it matters.
    public let weight: LogLine.Weight
    /// The virtual time at which it was said.
    public let at: Instant
  }

  /// The lines.
  public private(set) var lines: [Line] = []
  /// How many have been said in all.
  public private(set) var count = 0

  /// Nothing said.
  public init() {}

  /// Takes in what is said; what repeats the last line at the same instant isn't kept twice.
  public mutating func add(_ text: String, _ weight: LogLine.Weight, at: Instant) {
    let line = Line(text: text, weight: weight, at: at)
    count += 1
    guard !text.isEmpty, lines.last != line else { return }
    lines.append(line)
    if lines.count > Self.limit { lines.removeFirst() }
  }

  /// The lines as text of at most that many cells, each after its instant.
  public func text(width: Int = .max) -> [String] {
    guard !lines.isEmpty else { return ["nothing has been said yet"] }
    let times = lines.map { Quantity.milliseconds($0.at.microseconds) }
    let margin = times.map { TextWidth.of($0) }.max() ?? 0
    let blank = String(repeating: " ", count: margin)
    return zip(times, lines).flatMap { time, line in
      TextWrap.lines(line.text, width: max(16, width - margin - 2)).enumerated().map {
        "\($0.offset == 0 ? TextWidth.padLeft(time, margin) : blank)  \($0.element)"
      }
    }
  }
}
