import Kernel
import Language
import Replication

/// Why an operation answered as it did: a chain of facts, each with its instant, and what would have changed it.
public struct Explanation: Hashable, Sendable {
  /// One thing that was so, and when: `goto` leads there.
  ///
  /// It can be made of a claim and what proves it only: its words are the claim's.
  public struct Fact: Hashable, Sendable {
    /// When; nil for what holds at all times.
    public let at: Instant?
    /// What, in a sentence or two.
    public let text: String
    /// What it says.
    let claim: Claim
    /// What it quotes.
    public let quotes: Quotes

    init(_ claim: Claim, at instant: Instant?, quoting quotes: Quotes, in wording: Wording) {
      at = instant
      text = wording.words(claim)
      self.claim = claim
      self.quotes = quotes
    }
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

  /// The operation; nil if it is about none.
  public let number: Int?
  /// How it ended, or the answer, in a sentence.
  public let title: String
  /// The chain of events.
  public internal(set) var chapters: [Chapter] = []
  /// For a stale read: where each write that it missed was for each replica asked.
  public internal(set) var misses: [Miss] = []
  /// Changes that would have avoided what happened, the smallest first.
  public internal(set) var remedies: [Remedy] = []

  init(number: Int? = nil, title: String) {
    self.number = number
    self.title = title
  }

  /// All its sentences, in order.
  public var facts: [Fact] { chapters.flatMap(\.facts) }

  mutating func add(_ heading: String, _ facts: [Fact]) {
    if !facts.isEmpty { chapters.append(Chapter(heading: heading, facts: facts)) }
  }
}

extension Explanation {
  /// How wide its lines are at most, unless somebody has less room.
  public static let width = 80

  /// The explanation as text, each fact after its instant in milliseconds.
  public var lines: [String] { lines(width: Self.width) }

  /// The same in lines of at most that many cells, 24 or more.
  public func lines(width: Int) -> [String] { paragraphs(width: max(24, width)).flatMap(\.lines) }

  /// The lines that begin a fact with an instant, and which: a reader can go there.
  public func stops(width: Int) -> [(line: Int, at: Instant)] {
    var stops: [(line: Int, at: Instant)] = []
    var line = 0
    for paragraph in paragraphs(width: max(24, width)) {
      if let at = paragraph.at { stops.append((line, at)) }
      line += paragraph.lines.count
    }
    return stops
  }

  private func paragraphs(width: Int) -> [(at: Instant?, lines: [String])] {
    let title = (number.map { "op \($0)  " } ?? "") + title
    return [(nil, TextWrap.lines(title, width: width))]
      + chapters.flatMap { chapter in
        [(nil, TextWrap.lines(chapter.heading, width: width))]
          + chapter.facts.map { ($0.at, Self.lines(of: $0, width: width)) }
      }
  }

  private static func lines(of fact: Fact, width: Int) -> [String] {
    let margin = width >= 60 ? 14 : 8
    let blank = String(repeating: " ", count: margin + 2)
    let time = fact.at.map { Quantity.milliseconds($0.microseconds) } ?? ""
    let body = TextWrap.lines(fact.text, width: width - margin - 2)
    return body.enumerated().map { ($0.offset == 0 ? TextWidth.padLeft(time, margin) + "  " : blank) + $0.element }
  }
}
