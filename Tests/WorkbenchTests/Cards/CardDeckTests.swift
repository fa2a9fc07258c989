import Foundation
import Language
import Testing

@testable import Workbench

/// Repetition with growing intervals: what was missed comes back after a day, what is known after 3, 7 and 21.
@Suite struct CardDeckTests {
  private let day = ReviewDay(number: 20_000)

  private func wrong(_ card: Card) -> Int { card.choices.firstIndex { $0.misconception != nil } ?? 0 }

  @Test func daysAreThoseOfTheCalendar() throws {
    #expect(ReviewDay("1970-01-01")?.number == 0 && ReviewDay("2000-02-29")?.number == 11_016)
    #expect(ReviewDay("2026-11-30")?.after(days: 1).text == "2026-12-01")
    #expect(ReviewDay("2024-02-28")?.after(days: 1).text == "2024-02-29")
    #expect(ReviewDay("2100-02-28")?.after(days: 1).text == "2100-03-01")
    for number in stride(from: 0, through: 60_000, by: 37) {
      #expect(ReviewDay(ReviewDay(number: number).text)?.number == number)
    }
    for text in [
      "", "2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-00-10", "2026-01-32", "x", "2026-01-01-",
    ] {
      #expect(ReviewDay(text) == nil, "\(text)")
    }
  }

  @Test func theIntervalsGrowAndBeginAnewAfterAMiss() {
    var deck = CardDeck()
    var today = day
    func answer(_ isRight: Bool) -> Int {
      let card = deck.card(.hints, seed: 1)
      deck.answered(card, choice: isRight ? card.answer : wrong(card), on: today)
      return (deck.entry(.hints).flatMap { ReviewDay($0.due) }?.number ?? 0) - today.number
    }
    for (isRight, days) in [(false, 1), (true, 3), (true, 7), (true, 21), (true, 21), (false, 1), (true, 3)] {
      #expect(answer(isRight) == days)
      today = today.after(days: days)
    }
    #expect(deck.entry(.hints)?.asked == 7 && deck.entry(.hints)?.right == 5)
    #expect(deck.entry(.hints)?.chosen.values.reduce(0, +) == 2)
  }

  @Test(arguments: [Int.min, -1, 4, Int.max]) func whatNobodyCanHaveDoneIsForgotten(number: Int) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "cards-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    for name in ["box", "asked", "right"] {
      let counts = ["box": 0, "asked": 0, "right": 0].merging([name: number]) { $1 }
      let entry = counts.map { "\"\($0)\": \($1)" }.joined(separator: ", ")
      let text = "{\"families\": {\"hints\": {\(entry), \"due\": \"2026-01-01\", \"chosen\": {\"x\": \(Int.min)}}}}"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      var deck = CardDeck(path: path)
      #expect(deck.families.isEmpty)
      deck.answered(deck.card(.hints, seed: 1), choice: nil, on: day)
    }
  }

  @Test func whatIsDueComesFirstAndNothingBeforeItsDay() {
    var deck = CardDeck()
    let open = CardFamily.allCases
    let first = deck.due(on: day, open: open)
    #expect(first == Array(open.prefix(6)))
    for family in first {
      let card = deck.card(family, seed: 1)
      deck.answered(card, choice: family == .latency ? wrong(card) : card.answer, on: day)
    }
    #expect(deck.due(on: day, open: open) == Array(open[6..<12]))
    #expect(deck.due(on: day.after(days: 1), open: open).first == .latency)
    #expect(deck.due(on: day.after(days: 2), open: first) == [.latency])
    #expect(deck.due(on: day.after(days: 3), open: first).first == .latency)
    #expect(deck.due(on: day.after(days: 3), open: first).count == 6)
    #expect(deck.next(open: first) == day.after(days: 1))
    #expect(deck.due(on: day, open: []).isEmpty)
  }

  @Test func eachTimeTheNumbersAreOthers() {
    var deck = CardDeck()
    var seen: Set<[String]> = []
    for _ in 1...5 {
      let card = deck.card(.latency, seed: 1)
      seen.insert(card.scene)
      deck.answered(card, choice: card.answer, on: day)
    }
    #expect(seen.count == 5)
  }

  @Test func aDeckIsKeptAndWhatIsNoneIsForgotten() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("deck-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("cards.json").path
    var deck = CardDeck()
    let card = deck.card(.set, seed: 4)
    deck.answered(card, choice: nil, on: day)
    try deck.save(to: path)
    #expect(CardDeck(path: path) == deck)
    try Data("{".utf8).write(to: URL(fileURLWithPath: path))
    #expect(CardDeck(path: path) == CardDeck())
  }

  @Test func aReviewTakesLettersAndLeavesOnQuit() {
    var said: [String] = []
    var review = LineReview(CardDeck(), on: day, open: [.holders, .copies], seed: 2) { said.append($0.text) }
    #expect(review.cards.count == 2 && said.contains("CARD 1 OF 2"))
    let staysAfterNonsense = review.take("what?")
    #expect(staysAfterNonsense && review.choices.isEmpty)
    let staysAfterAnAnswer = review.take(Card.letter(review.cards[0].answer))
    #expect(staysAfterAnAnswer)
    #expect(said.contains("  ● Right.") && said.contains { $0.contains("comes back on \(day.after(days: 3).text)") })
    let staysAfterQuit = review.take("quit")
    #expect(!staysAfterQuit && review.choices.count == 1 && review.deck.entry(.copies) == nil)
  }
}
