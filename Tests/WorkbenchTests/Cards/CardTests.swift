import Kernel
import Language
import Testing

@testable import Workbench

/// Cards: drawn, played, and asked with choices of which one is right.
@Suite struct CardTests {
  @Test(arguments: CardFamily.allCases)
  func everyCardHasOneRightChoiceAndNoTwoAlike(family: CardFamily) {
    for seed in UInt64(1)...8 {
      let card = Card(family, seed: seed)
      let words = card.choices.map(\.words)
      #expect((3...4).contains(words.count), "\(family) seed \(seed)")
      #expect(Set(words).count == words.count, "\(family) seed \(seed): \(words)")
      let beliefs = card.choices.map(\.misconception)
      #expect(beliefs.count { $0 == nil } == 1 && beliefs[card.answer] == nil, "\(family) seed \(seed)")
      #expect(Set(beliefs).count == beliefs.count, "\(family) seed \(seed): \(beliefs)")
      #expect(!card.question.isEmpty && !card.story.isEmpty && !card.rule.isEmpty)
    }
  }

  @Test(arguments: CardFamily.allCases) func theSameSeedAsksTheSameAndOthersAskOtherwise(family: CardFamily) {
    let cards = (1...6).map { Card(family, seed: $0) }
    #expect(Card(family, seed: 1) == cards[0])
    #expect(Set(cards.map { $0.scene + [$0.question] + $0.choices.map(\.words) }).count > 1)
  }

  /// Worked out by hand from the links: the round trip to the slowest of those that the level waits for, and the client's millisecond.
  @Test func theLatencyIsTheRoundTripToTheLastThatIsWaitedFor() throws {
    for seed in UInt64(1)...20 {
      let card = Card(.latency, seed: seed)
      let delays = card.scene.filter { $0.hasPrefix("link us1 ") }
        .compactMap { $0.split(separator: " ").last.flatMap { Int($0.dropLast(2)) } }
      let level = try #require(card.scene.last?.split(separator: " ")[4])
      let copies = delays.count + 1
      let acks = ["ONE": 1, "TWO": 2, "THREE": 3, "QUORUM": copies / 2 + 1, "ALL": copies][level] ?? 0
      let away = acks == 1 ? 0 : delays.sorted()[acks - 2]
      #expect(card.choices[card.answer].words == Quantity.figure(.milliseconds(Int64(2 * away + 1))), "seed \(seed)")
    }
  }

  @Test func aMajorityOfAllIsCountedOverAllRegions() throws {
    for seed in UInt64(1)...20 {
      let card = Card(.acknowledgements, seed: seed)
      let words = try #require(card.scene.first).split(separator: " ")
      let factor = try #require(words.last.flatMap { Int($0.dropFirst(3)) })
      let copies = (words.count - 2) * factor
      let level = try #require(card.scene.last?.split(separator: " ")[4])
      let acks = ["QUORUM": copies / 2 + 1, "LOCAL_QUORUM": factor / 2 + 1, "TWO": 2, "THREE": 3][level]
      #expect(card.choices[card.answer].words == acks.map { "\($0)" }, "seed \(seed)")
    }
  }

  @Test func onlyPairsThatOverlapAreRight() {
    for seed in UInt64(1)...20 {
      let card = Card(.overlap, seed: seed)
      let copies = card.scene[0].contains(":3") ? 3 : 5
      let count = ["ONE": 1, "TWO": 2, "THREE": 3, "QUORUM": copies / 2 + 1, "ALL": copies]
      for (index, choice) in card.choices.enumerated() {
        let levels = choice.words.split { !$0.isUppercase }.compactMap { count[String($0)] }
        #expect(levels.count == 2)
        #expect((levels.reduce(0, +) > copies) == (index == card.answer), "seed \(seed): \(choice.words)")
      }
    }
  }

  @Test func everyMisconceptionIsOfferedSomewhereAndSaysWhatIsTrue() {
    var offered: Set<Misconception> = []
    for family in CardFamily.allCases {
      for seed in UInt64(1)...10 { offered.formUnion(Card(family, seed: seed).choices.compactMap(\.misconception)) }
    }
    for belief in Misconception.allCases {
      #expect(offered.contains(belief), "nobody is offered \(belief.rawValue)")
      #expect(belief.title.hasSuffix(".") && belief.truth.hasSuffix("."))
    }
  }

  @Test func theAnswerIsExplainedByTheRuleAndTheRun() {
    let card = Card(.fresh, seed: 3)
    #expect(card.why.first == card.rule && card.why.count > 3)
    let lines = CardText.answer(to: card, choice: card.choices.firstIndex { $0.misconception != nil })
    #expect(lines.contains { $0.contains("You answered as if:") } && lines.contains { $0.hasPrefix("  ▲ It is ") })
    #expect(CardText.answer(to: card, choice: card.answer).first == "  ● Right.")
  }

  @Test func aChoiceIsNamedByItsLetterOrItsNumber() {
    let card = Card(.latency, seed: 1)
    #expect(card.position(of: "b") == 1 && card.position(of: "B") == 1 && card.position(of: "2") == 1)
    for word in ["", "z", "0", "9", "ab"] { #expect(card.position(of: word) == nil) }
  }

  @Test func cardsFitEightyColumns() {
    for family in CardFamily.allCases {
      for seed in UInt64(1)...3 {
        for line in CardText.lines(of: Card(family, seed: seed)) { #expect(TextWidth.of(line) <= 80, "\(line)") }
      }
    }
  }
}
