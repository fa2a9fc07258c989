import Kernel
import Replication

/// Why an operation answered as it did: a chain of facts, each with its instant, and what would have changed it.
public struct Explanation: Hashable, Sendable {
  /// One thing that was so, and when: `goto` leads there.
  public struct Fact: Hashable, Sendable {
    /// When; nil for what holds at all times.
    public let at: Instant?
    /// What, in a sentence or two.
    public let text: String
  }

  /// Facts that answer one question.
  public struct Chapter: Hashable, Sendable {
    /// The question, in a word or two.
    public let heading: String
    /// What answers it, in order.
    public let facts: [Fact]
  }

  /// A change that would have avoided what happened, tried on a fork.
  public struct Remedy: Hashable, Sendable {
    /// What would have been asked instead.
    public let plan: OperationPlan
    /// How much later.
    public let delay: TimeSpan
    /// When its client would have had the answer, counted from the original issue.
    public let answered: TimeSpan
    /// What it is, such as `at QUORUM`.
    public let change: String
    /// What would have come of it.
    public let result: String
  }

  /// The operation.
  public let number: Int
  /// How it ended, in a sentence.
  public let title: String
  /// The chain of events.
  public internal(set) var chapters: [Chapter] = []
  /// For a stale read: where each write that it missed was for each replica asked.
  public internal(set) var misses: [Miss] = []
  /// Changes that would have avoided what happened, the smallest first.
  public internal(set) var remedies: [Remedy] = []

  mutating func add(_ heading: String, _ facts: [Fact]) {
    if !facts.isEmpty { chapters.append(Chapter(heading: heading, facts: facts)) }
  }
}

extension Explanation {
  /// How wide its lines are at most.
  static let width = 80
  private static let margin = 14

  /// The explanation as text, each fact after its instant in milliseconds.
  public var lines: [String] {
    var lines = TextWrap.lines("op \(number)  \(title)", width: Self.width)
    for chapter in chapters {
      lines.append(chapter.heading)
      for fact in chapter.facts { lines += Self.lines(of: fact) }
    }
    return lines
  }

  private static func lines(of fact: Fact) -> [String] {
    let blank = String(repeating: " ", count: margin + 2)
    let time = fact.at.map { Quantity.milliseconds($0.microseconds) } ?? ""
    let body = TextWrap.lines(fact.text, width: width - margin - 2)
    return body.enumerated().map { ($0.offset == 0 ? TextWidth.padLeft(time, margin) + "  " : blank) + $0.element }
  }
}
