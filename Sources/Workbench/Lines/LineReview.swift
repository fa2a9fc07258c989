import Language

/// A review line by line: card after card, a letter for each, and what is right at once.
public struct LineReview {
  /// How somebody stands with the cards.
  public private(set) var deck: CardDeck
  /// The cards of the review.
  public let cards: [Card]
  /// What was chosen on each that was answered.
  public private(set) var choices: [Int] = []
  private let day: ReviewDay
  private let isJSON: Bool
  private let write: (PrintableLine) -> Void

  /// A review on a day, whose first card it asks at once.
  ///
  /// - Parameters:
  ///   - open: the families that may be asked of.
  ///   - isJSON: whether cards and what came of them are told as JSON Lines, and nothing else is.
  ///   - write: takes each line that is said.
  public init(
    _ deck: CardDeck, on day: ReviewDay, open: [CardFamily], seed: UInt64, isJSON: Bool = false,
    write: @escaping (PrintableLine) -> Void
  ) {
    (self.deck, self.day, self.isJSON, self.write) = (deck, day, isJSON, write)
    cards = deck.due(on: day, open: open).map { deck.card($0, seed: seed) }
    ask()
  }

  /// Whether all cards were answered.
  public var isOver: Bool { choices.count >= cards.count }

  /// Takes a line; false to leave. What was answered so far counts.
  public mutating func take(_ line: String) -> Bool {
    guard !isOver else { return false }
    let word = SourceLine.prompt(line).trimmed
    if ["quit", "q"].contains(word.lowercased()) { return false }
    let card = cards[choices.count]
    guard let choice = card.position(of: word) else {
      if !isJSON { say("✗ expected a letter from a to \(Card.letter(card.choices.count - 1)); quit leaves") }
      return true
    }
    choices.append(choice)
    deck.answered(card, choice: choice, on: day)
    if isJSON { say(json(of: card, choice)) } else { CardText.answer(to: card, choice: choice).forEach(say) }
    if !isJSON, let entry = deck.entry(card.family) { say("  (It comes back on \(entry.due), with other numbers.)") }
    ask()
    return !isOver
  }

  private func ask() {
    guard !isOver else { return }
    if isJSON { return say(CardText.json(of: cards[choices.count], number: choices.count + 1)) }
    say("")
    say("CARD \(choices.count + 1) OF \(cards.count)")
    CardText.lines(of: cards[choices.count]).forEach(say)
  }

  private func say(_ text: String) { write(PrintableLine(text)) }

  private func json(of card: Card, _ choice: Int) -> String {
    JSONText.object([
      .init("kind", .string("review")), .init("family", .string(card.family.rawValue)),
      .init("lesson", .integer(Int64(card.family.lesson))), .init("seed", .integer(Int64(clamping: card.seed))),
      .init("choice", .string(Card.letter(choice))), .init("answer", .string(Card.letter(card.answer))),
      .init("right", .boolean(choice == card.answer)),
      .init("misconception", .optional(card.choices[choice].misconception?.rawValue)),
      .init("due", .optional(deck.entry(card.family)?.due)),
    ]).text
  }
}
