import Foundation

/// Which families of card somebody was asked of, and when each is due again: kept in `cards.json`, written whole and renamed.
///
/// What was missed comes back after a day; each right answer takes it to the next interval. That is Leitner's system of boxes
/// (*So lernt man lernen*, 1972).
public struct CardDeck: Codable, Hashable, Sendable {
  /// After how many days a family comes back, by its box.
  public static let intervals = [1, 3, 7, 21]
  /// How many cards a review has: half a minute each.
  public static let reviewed = 6

  /// How a family stands.
  public struct Entry: Codable, Hashable, Sendable {
    /// Which interval it waits for.
    public var box: Int
    /// The day on which it is due, as ``ReviewDay`` writes it.
    public var due: String
    /// How often it was asked.
    public var asked: Int
    /// How often it was answered rightly.
    public var right: Int
    /// How often each misconception was chosen, by its name.
    public var chosen: [String: Int]

    /// Whether somebody can have come so far: a file may hold any number.
    var canBe: Bool {
      let counts = 0..<1_000_000_000
      return CardDeck.intervals.indices.contains(box) && ([asked, right] + chosen.values).allSatisfy(counts.contains)
    }
  }

  /// The families by their names.
  public private(set) var families: [String: Entry] = [:]

  /// Nothing was asked yet.
  public init() {}

  /// How a family stands; nil if it was never asked of.
  public func entry(_ family: CardFamily) -> Entry? { families[family.rawValue] }

  /// The families of a review on a day: those that are due, the longest first, and then others that were never asked of.
  ///
  /// - Parameter open: the families whose lessons were done.
  public func due(on day: ReviewDay, open: [CardFamily]) -> [CardFamily] {
    let known = open.compactMap { family in entry(family).map { (family, ReviewDay($0.due) ?? day) } }
    let waiting = known.filter { $0.1 <= day }.sorted { ($0.1, $0.0.number) < ($1.1, $1.0.number) }.map(\.0)
    let fresh = open.filter { entry($0) == nil }
    return Array((waiting + fresh).prefix(Self.reviewed))
  }

  /// The next day on which something is due; nil if nothing ever is.
  public func next(open: [CardFamily]) -> ReviewDay? {
    open.compactMap { family in entry(family).flatMap { ReviewDay($0.due) } }.min()
  }

  /// The card of a family that is asked next: each time another.
  public func card(_ family: CardFamily, seed: UInt64) -> Card {
    Card(family, seed: seed &+ 1_000_003 &* UInt64(entry(family)?.asked ?? 0))
  }

  /// Takes in an answer.
  ///
  /// - Parameter choice: the position; nil if there was no answer, which counts as missed.
  public mutating func answered(_ card: Card, choice: Int?, on day: ReviewDay) {
    let isRight = choice == card.answer
    var entry = entry(card.family) ?? Entry(box: 0, due: day.text, asked: 0, right: 0, chosen: [:])
    entry.box = isRight ? min(entry.box + 1, Self.intervals.count - 1) : 0
    entry.due = day.after(days: Self.intervals[entry.box]).text
    entry.asked += 1
    if isRight { entry.right += 1 }
    if let belief = choice.flatMap({ card.choices[$0].misconception }) {
      entry.chosen[belief.rawValue, default: 0] += 1
    }
    families[card.family.rawValue] = entry
  }

  // MARK: On disk

  /// The deck in a file; an empty one if there is no such file, or nothing in it that is known.
  public init(path: String) {
    guard FileKind(at: path) == .regular, let data = FileManager.default.contents(atPath: path),
      let known = try? JSONDecoder().decode(CardDeck.self, from: data)
    else { return }
    families = known.families.filter { $0.value.canBe }
  }

  /// Writes it to a file.
  ///
  /// - Throws: a ``FileProblem`` if it can't be written.
  public func save(to path: String) throws {
    try PrivateFolder.make(for: path)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try OutputFile.write(String(decoding: try encoder.encode(self), as: UTF8.self) + "\n", to: path)
  }
}

extension SessionFolder {
  /// Where it is kept how somebody stands with the cards.
  public var cardsPath: String {
    URL(fileURLWithPath: progressPath).deletingLastPathComponent().appendingPathComponent("cards.json").path
  }
}
