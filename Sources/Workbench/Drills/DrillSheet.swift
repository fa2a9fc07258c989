import Kernel
import Language
import Replication

/// A drill's score sheet: what came of it, beside the same day with nobody on duty, and beside the original.
public struct DrillSheet: Sendable {
  private let play: DrillPlay
  private let score: DrillScore
  private let untouched: DrillCourse
  var drill: Drill { play.drill }
  /// What came in and what was done.
  var journal: [DrillEntry] { play.journal }
  /// When the trouble showed first and last.
  var trouble: (first: Instant, last: Instant)? { play.watch.trouble }
  /// When the trouble had ended for good; nil while it shows.
  var wellAgain: Instant? { score.recovered.map { drill.onset + $0 } }
  /// By what the end of the session is known.
  var fingerprint: String { play.session.cluster.fingerprint.description }

  /// The sheet of a drill that is over.
  ///
  /// - Throws: a ``Diagnostic`` if the drill can't be played again without anybody.
  public init(_ play: DrillPlay) throws {
    self.play = play
    score = DrillScore(play)
    untouched = try DrillCourse(untouched: play.drill, seed: play.session.seed)
  }

  /// The table of scores.
  var table: [String] {
    let (mine, nobody, original) = (score, untouched.score, drill.original)
    let rows = [
      ["", "you", "nobody", "original"],
      ["noticed", Self.text(mine.detected), Self.text(nobody.detected), Self.told(original.detected)],
      ["cause named, proven", Self.text(mine.named), Self.text(nobody.named), Self.told(original.named)],
      ["well again", Self.recovery(mine), Self.recovery(nobody), Self.told(original.recovered)],
      ["stale reads", "\(mine.stale) of \(mine.reads)", "\(nobody.stale) of \(nobody.reads)", ""],
      ["failed operations", "\(mine.failed) of \(mine.ended)", "\(nobody.failed) of \(nobody.ended)", ""],
      ["acknowledged writes lost", "\(mine.lost)", "\(nobody.lost)", ""],
      ["sales lost", Self.dollars(mine.sales), Self.dollars(nobody.sales), original.loss ?? "not told"],
      ["guesses", "\(mine.guesses)", "", ""],
    ]
    return Listing.table(rows)
  }

  /// The table of figures: the original's, and those of the run that nobody touched.
  var figures: [String] {
    guard !drill.figures.isEmpty else { return [] }
    let rows = zip(drill.figures, untouched.values).map { figure, value in
      [
        figure.name, figure.published.map { "\(Quantity.figure($0)) \(figure.unit)" } ?? "–",
        value.map { "\(Quantity.figure($0)) \(figure.unit)" } ?? "none", Self.verdict(figure, value),
      ]
    }
    return Listing.table([["figure", "original", "here, untouched", ""]] + rows, right: [1, 2])
  }

  private static func verdict(_ figure: DrillFigure, _ value: Double?) -> String {
    guard let bounds = figure.bounds else { return "nothing to compare" }
    guard let value else { return "no value" }
    return bounds.contains(value) ? "agrees" : "differs"
  }

  /// All that is printed at the end.
  public var lines: [String] { lines(width: 78) }

  /// The same, with paragraphs of at most that many columns.
  public func lines(width: Int) -> [String] {
    func wrapped(_ text: String) -> [String] { TextWrap.lines(text, width: max(20, width - 2)).map { "  \($0)" } }
    var lines = [
      "SCORE SHEET: \(drill.title), seed \(play.session.seed)",
      "Times are counted from the cause on, at \(drill.clock.text(drill.onset)).", "",
    ]
    lines += table
    lines += wrapped("Price: \(price)")
    lines += ["", "THE CAUSE"]
    for cause in drill.causes where cause.isRight { lines += wrapped("\(cause.words). \(cause.reason)") }
    for (index, cause) in drill.causes.enumerated() where !cause.isRight {
      lines += wrapped("Not \(index + 1), “\(cause.words)”: \(cause.reason)")
    }
    lines += ["", "WHAT YOU CHANGED"]
    lines += changes.isEmpty ? ["  nothing"] : changes.flatMap(wrapped)
    lines += ["", "THE ORIGINAL"]
    lines += drill.original.story.flatMap(wrapped)
    if !figures.isEmpty { lines += [""] + figures.map { "  \($0)" } }
    lines += ["", "MODELLED"] + drill.original.modelled.flatMap { wrapped("· \($0)") }
    lines += ["NOT MODELLED"] + drill.original.leftOut.flatMap { wrapped("· \($0)") }
    lines += ["SOURCES"] + drill.original.sources.flatMap { wrapped("· \($0)") }
    return lines
  }

  /// What an operation costs, in words.
  var price: String {
    let price = drill.price
    return "\(Self.dollars(price.stale)) a stale read, \(Self.dollars(price.failed)) a failed operation, "
      + "\(Self.dollars(price.lost)) a lost write, \(Self.dollars(price.trouble)) a minute of trouble. \(price.words)"
  }

  /// Each change that was made, and what it is worth.
  var changes: [String] {
    play.changes.map { entry in
      let worth =
        play.worth(of: entry.words).map { "\($0.worth.rawValue): \($0.reason)" } ?? "the drill says nothing of it"
      return "\(drill.clock.text(entry.at))  \(entry.words) · \(worth)"
    }
  }

  private static func text(_ span: TimeSpan?) -> String { span.map { Quantity.figure($0) } ?? "never" }
  private static func told(_ span: TimeSpan?) -> String { span.map { Quantity.figure($0) } ?? "not told" }

  private static func recovery(_ score: DrillScore) -> String {
    score.hasShown ? text(score.recovered) : "no trouble"
  }

  /// Dollars with commas between thousands.
  static func dollars(_ amount: Int) -> String {
    var digits = Array(String(amount))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return "$" + String(digits)
  }

  // MARK: JSON

  /// The scores on one line; spans in microseconds.
  public var json: String {
    JSONText.object([
      .init("kind", .string("drill")), .init("name", .string(drill.name)),
      .init("seed", .integer(Int64(play.session.seed))), .init("you", Self.json(score)),
      .init("nobody", Self.json(untouched.score)),
      .init(
        "original",
        .object([
          .init("detected", Self.json(drill.original.detected)), .init("named", Self.json(drill.original.named)),
          .init("recovered", Self.json(drill.original.recovered)), .init("loss", .optional(drill.original.loss)),
        ])),
      .init(
        "figures",
        .array(
          zip(drill.figures, untouched.values).map { figure, value in
            .object([
              .init("name", .string(figure.name)), .init("unit", .string(figure.unit)),
              .init("published", figure.published.map { .number($0) } ?? .null),
              .init("measured", value.map { .number($0) } ?? .null),
              .init("agrees", Self.json(figure, value)),
            ])
          })),
      .init("fingerprint", .string(play.session.cluster.fingerprint.description)),
    ]).text
  }

  private static func json(_ figure: DrillFigure, _ value: Double?) -> JSONText {
    guard let bounds = figure.bounds, let value else { return .null }
    return .boolean(bounds.contains(value))
  }

  private static func json(_ span: TimeSpan?) -> JSONText { span.map { .integer($0.microseconds) } ?? .null }

  private static func json(_ score: DrillScore) -> JSONText {
    .object([
      .init("detected", json(score.detected)), .init("named", json(score.named)),
      .init("guesses", .integer(Int64(score.guesses))), .init("recovered", json(score.recovered)),
      .init("reads", .integer(Int64(score.reads))), .init("stale", .integer(Int64(score.stale))),
      .init("ended", .integer(Int64(score.ended))), .init("failed", .integer(Int64(score.failed))),
      .init("lost", .integer(Int64(score.lost))), .init("sales", .integer(Int64(score.sales))),
      .init("changes", .integer(Int64(score.changes))), .init("harmful", .integer(Int64(score.harmful))),
    ])
  }
}
