import Analysis
import Insight
import Kernel
import Language

/// What a drill has come to: times from the cause on, and harm.
public struct DrillScore: Hashable, Sendable {
  /// When somebody knew of the trouble, from its cause on; nil if nobody has.
  public let detected: TimeSpan?
  /// When the cause was named and proven, guesses added; nil if it wasn't.
  public let named: TimeSpan?
  /// How many guesses were wrong or not proven.
  public let guesses: Int
  /// When the trouble had ended for good; nil while it shows, and where it never has.
  public let recovered: TimeSpan?
  /// Whether it has shown at all.
  public let hasShown: Bool
  /// Reads that were answered.
  public let reads: Int
  /// Of those, the stale ones.
  public let stale: Int
  /// Operations that ended.
  public let ended: Int
  /// Of those, the ones that ended otherwise than ok.
  public let failed: Int
  /// Acknowledged writes that are lost.
  public let lost: Int
  /// What that cost, in dollars, at the drill's price.
  public let sales: Int
  /// How many changes were made, and how many of them do harm.
  public let changes: Int
  /// How many of them the drill calls harmful.
  public let harmful: Int

  /// What a play has come to so far.
  public init(_ play: DrillPlay) {
    let drill = play.drill
    let journal = play.journal.filter { $0.at >= drill.onset }
    let guesses = play.journal.filter { $0.kind == .wrong || $0.kind == .unproven }.count
    self.guesses = guesses
    detected = journal.first(where: \.detects).map { $0.at - drill.onset }
    named = journal.first { $0.kind == .named }.map { named in
      TimeSpan(
        microseconds: (named.at - drill.onset).microseconds + Int64(guesses) * DrillPlay.costOfAGuess.microseconds)
    }
    hasShown = play.watch.trouble != nil
    recovered = play.watch.isTroubled ? nil : play.watch.trouble.map { $0.last + drill.interval - drill.onset }
    let tally = play.session.world.observer.tally
    (reads, stale, ended) = (tally.readsAnswered, tally.readsStale, tally.ended)
    failed = tally.ended - tally.succeeded
    lost = Losses.lostWrites(play.session.cluster, play.session.world.observer).count
    sales =
      stale * drill.price.stale + failed * drill.price.failed + lost * drill.price.lost
      + drill.price.trouble * Int(play.watch.duration.microseconds) / 60_000_000
    changes = play.changes.count
    harmful = play.changes.filter { play.worth(of: $0.words)?.worth == .harmful }.count
  }
}

/// The figures of a drill as they come out when nobody does anything.
public struct DrillCourse: Sendable {
  /// What it came to.
  public let score: DrillScore
  /// What each figure was, in its unit; nil where there was nothing to read.
  public let values: [Double?]
  /// What came in.
  public let journal: [DrillEntry]

  /// Plays a drill that nobody touches.
  ///
  /// - Throws: a ``Diagnostic`` if its scene can't be set.
  public init(untouched drill: Drill, seed: UInt64 = 1) throws {
    var play = try DrillPlay(drill, seed: seed)
    var values: [Double?] = Array(repeating: nil, count: drill.figures.count)
    let timed = drill.figures.indices.compactMap { index -> (index: Int, fact: String, at: Instant)? in
      if case .fact(let fact, let at) = drill.figures[index].measure { (index, fact, at) } else { nil }
    }
    for figure in timed.sorted(by: { ($0.at, $0.index) < ($1.at, $1.index) }) {
      play.run(to: figure.at)
      values[figure.index] = play.value(of: figure.fact, unit: drill.figures[figure.index].unit)
    }
    play.finish()
    score = DrillScore(play)
    for (index, figure) in drill.figures.enumerated() {
      switch figure.measure {
      case .fact: break
      case .recovery: values[index] = score.recovered.map { Double($0.microseconds) / 1_000_000 }
      case .detection: values[index] = score.detected.map { Double($0.microseconds) / 1_000_000 }
      }
    }
    self.values = values
    journal = play.journal
  }
}
