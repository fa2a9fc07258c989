import ArgumentParser
import Foundation
import Language
import Workbench

struct ReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Three minutes of cards: what was learned, with other numbers.",
    discussion: """
      Six questions about clusters that are drawn anew, from the lessons that you have done. What was missed comes back after a \
      day; each right answer takes it on to 3, 7 and 21 days. Answer with a letter; quit leaves, and what was answered counts. \
      How you stand is kept in cards.json beside progress.json. Exit status: 0, also where nothing is due; 73 it can't be kept.
      """)

  @Option(help: ArgumentHelp("The day, such as 2026-11-30; today when unsaid.", valueName: "date"))
  var now: String?

  @Option(help: "What the numbers of the cards are drawn from.")
  var seed: UInt64 = 1

  @Flag(help: "Ask of lessons too that you haven't done.")
  var all = false

  @Flag(help: "Print JSON Lines and nothing else: each card, and what came of it.")
  var json = false

  func validate() throws {
    if let now, ReviewDay(now) == nil {
      throw ValidationError("--now takes a day such as 2026-11-30, not `\(Printable.escaped(now))`")
    }
  }

  private var today: ReviewDay {
    if let now, let day = ReviewDay(now) { return day }
    let parts = Calendar(identifier: .gregorian).dateComponents(in: .current, from: Date())
    func two(_ number: Int?) -> String { String(format: "%02d", number ?? 1) }
    return ReviewDay("\(parts.year ?? 1970)-\(two(parts.month))-\(two(parts.day))") ?? ReviewDay(number: 0)
  }

  private func open() throws -> [CardFamily] {
    if all { return CardFamily.allCases }
    let course = try LessonFiles.course(nil)
    let progress = LessonProgress(path: LessonFiles.progressPath)
    return CardFamily.allCases.filter { family in
      course.lesson(named: "\(family.lesson)").map(progress.isDone) ?? false
    }
  }

  func run() throws {
    let path = SessionFolder.mine.cardsPath
    let open = try open()
    let deck = CardDeck(path: path)
    let output = LineWriter.standardOutput
    let day = today
    var review = LineReview(deck, on: day, open: open, seed: seed, isJSON: json) { output.write($0) }
    if review.cards.isEmpty {
      if !json { output.write(nothing(open, deck, day)) }
      return try output.close()
    }
    try PlainLines(output: output).converse { line in
      let count = review.choices.count
      let goesOn = review.take(line)
      if review.choices.count > count { try review.deck.save(to: path) }
      return goesOn
    }
    if !json {
      let right = zip(review.cards, review.choices).count { $0.answer == $1 }
      output.write("")
      output.write("  \(right) of \(CountedNoun("card").text(review.choices.count)) right")
    }
    try output.close()
  }

  private func nothing(_ open: [CardFamily], _ deck: CardDeck, _ day: ReviewDay) -> String {
    guard !open.isEmpty else {
      return
        "Cards come from lessons that were done, and none was yet: `eventually learn` opens them, --all asks of all."
    }
    let next = deck.next(open: open).map { "; the next card is due on \($0.text)" } ?? ""
    return "Nothing is due on \(day.text)\(next)."
  }
}
