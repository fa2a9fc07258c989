import Analysis
import Language

/// A transfer card: a question about a cluster that nobody has seen before, though its idea was met in a lesson.
///
/// A seed draws copies, levels, delays and faults. The right choice is found out by playing the scene on a session of its own;
/// it is never written down. Each wrong choice is what a ``Misconception`` would have answered.
public struct Card: Hashable, Sendable {
  /// Something to choose.
  public struct Choice: Hashable, Sendable {
    /// In words.
    public let words: String
    /// Who would say so; nil for the right one.
    public let misconception: Misconception?
  }

  /// What kind of question it is.
  public let family: CardFamily
  /// What it was drawn from.
  public let seed: UInt64
  /// What it is about, in a sentence or two.
  public let story: String
  /// The commands of its scene, which anybody can carry out.
  public let scene: [String]
  /// The question.
  public let question: String
  /// Three or four choices, of which one is right.
  public let choices: [Choice]
  /// The position of the right one.
  public let answer: Int
  /// The rule by which it is right.
  public let rule: String
  private let isExplained: Bool

  /// The card of a family and a seed.
  public init(_ family: CardFamily, seed: UInt64) {
    // A draw that makes no question, as too few answers differ, is followed by the next.
    for attempt in 0..<UInt64(200) {
      var draw = CardDraw(seed: seed, owner: UInt64(family.number) << 16 | attempt)
      guard let draft = try? family.draft(&draw), let card = Card(family, seed, draft, &draw) else { continue }
      self = card
      return
    }
    preconditionFailure("200 draws of seed \(seed) make no card of the family \(family.rawValue)")
  }

  private init?(_ family: CardFamily, _ seed: UInt64, _ draft: CardDraft, _ draw: inout CardDraw) {
    var wrong: [Choice] = []
    for (misconception, words) in draft.wrong
    where words != draft.right && !wrong.contains(where: { $0.words == words || $0.misconception == misconception }) {
      wrong.append(Choice(words: words, misconception: misconception))
    }
    guard wrong.count >= 2 else { return nil }
    choices = draw.mixed([Choice(words: draft.right, misconception: nil)] + wrong.prefix(3))
    guard let answer = choices.firstIndex(where: { $0.misconception == nil }) else { return nil }
    (self.family, self.seed, self.answer) = (family, seed, answer)
    (story, scene, question, rule) = (draft.story, draft.scene, draft.question, draft.rule)
    isExplained = draft.isExplained
  }

  /// What explains the answer: the rule, and what `why` says of the last operation.
  public var why: [String] {
    var lines = [rule]
    guard isExplained, var session = try? CardScene(scene).session else { return lines }
    try? session.execute(.prompt("why"), isPrompt: true) { event in
      if case .explained(let explanation) = event { lines += explanation.lines }
    }
    return lines
  }

  /// The letter of a choice, from `a`.
  public static func letter(_ position: Int) -> String { String(UnicodeScalar(UInt8(97 + position))) }

  /// The position that an answer names, by its letter or its number from 1; nil if it names none.
  public func position(of answer: String) -> Int? {
    let word = answer.lowercased()
    return choices.indices.first { Self.letter($0) == word || "\($0 + 1)" == word }
  }
}

/// A card before its choices are mixed, and those left out that say the same.
struct CardDraft {
  /// What it is about.
  let story: String
  /// What is played, and shown.
  let scene: [String]
  /// The question.
  let question: String
  /// The right answer.
  let right: String
  /// What others would say, the most telling first.
  let wrong: [(Misconception, String)]
  /// The rule by which the right answer is right.
  let rule: String
  /// Whether `why` has something to say of the last operation.
  var isExplained = true
}
