import Analysis
import Insight
import Kernel
import Language

/// What somebody guessed, played beside what comes of it: on a copy, up to the first event from which on the truth holds and the
/// belief doesn't.
public struct LessonBelief: Hashable, Sendable {
  /// Where belief and truth part.
  public struct Parting: Hashable, Sendable {
    /// When, and what happened, in words.
    public let event: String
    /// What the facts of the two conditions are worth there.
    public let facts: [String]
  }

  /// How much is looked at in them at most, so that whoever guesses doesn't wait: see ``Condition/looks(events:changes:in:)``.
  private static let mostLooks = 40_000_000

  /// What was guessed.
  public let guessed: String
  /// What is right.
  public let right: String
  /// Whether they are the same.
  public let isRight: Bool
  /// Where they part for good; nil if they are the same, or nobody can tell.
  public let parting: Parting?
  /// What the facts of both are worth in the end.
  public let facts: [String]

  /// A guess beside the truth, by what a prediction runs ahead; nil if it can't be run.
  init?(_ prediction: LessonPrediction, guess: Int, answer: Int, in session: Session) {
    var ahead = session
    guard (try? ahead.carryOut(prediction.lines)) != nil else { return nil }
    let (belief, truth) = (prediction.choices[guess], prediction.choices[answer])
    let conditions = guess == answer ? [truth.condition] : [belief.condition, truth.condition]
    (guessed, right, isRight) = (belief.words, truth.words, guess == answer)
    facts = Self.words(for: conditions) { ahead.facts(for: $0) }
    parting =
      guess == answer
      ? nil
      : Self.parting(of: belief.condition, from: truth.condition, in: ahead.timeline, since: session.timeline.position)
  }

  private static func parting(
    of belief: Condition, from truth: Condition, in timeline: Timeline, since start: Int
  ) -> Parting? {
    let (events, changes) = (timeline.position - start, timeline.world.observer.history.count)
    let looks = [belief, truth].map { $0.looks(events: events, changes: changes, in: timeline.world) }
    guard belief.canBeAskedOfTrace, truth.canBeAskedOfTrace, looks.reduce(0, +) <= mostLooks else { return nil }
    var parted: Timeline?
    var watch = FactWatch()
    timeline.replayed(since: start, isTracing: true) { past in
      let isParted = watch.holds([truth, belief], in: past.world) == [true, false]
      if !isParted { parted = nil } else if parted == nil { parted = past }
      return false
    }
    guard let parted else { return nil }
    let line = LogReport.lines(1, in: parted).last
    let what = line.map { line in
      [line.place, line.text, line.outcome].filter { !$0.isEmpty }.joined(separator: ": ")
    }
    let at = Quantity.text(parted.now - .start)
    return Parting(
      event: what.map { "at \(at), \($0)" } ?? "at \(at)",
      facts: words(for: [belief, truth]) { _ in FactContext.ofTrace(parted.world) })
  }

  private static func words(for conditions: [Condition], _ context: (Condition) -> FactContext) -> [String] {
    var words: [String] = []
    for condition in conditions {
      let facts = context(condition)
      for fact in condition.facts {
        let text = "\(fact.text) is \(LessonPlay.words(for: facts.value(fact), of: fact))"
        if !words.contains(text) { words.append(text) }
      }
    }
    return words
  }

  /// The two side by side, in sentences.
  public var lines: [String] {
    let end = facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))"
    if isRight { return ["● You guessed right: \(right)\(end)."] }
    let parted = parting.map { parting in
      ["  They part \(parting.event): \(parting.facts.joined(separator: ", ")).", ""]
    }
    return ["▲ You guessed: \(guessed)", "● It comes out: \(right)", ""] + (parted ?? [])
      + [facts.isEmpty ? "" : "In the end \(facts.joined(separator: ", "))."]
  }
}
