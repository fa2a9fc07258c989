import Kernel
import Language

/// When an outcome became likely, as a plot in at most 80 columns and as a line of JSON.
extension OutcomeWhatIf {
  /// How high the plot is, in rows.
  private static let height = 5
  /// How wide what stands before the plot is.
  private static let margin = 6
  /// Parts of a cell, from none to all of it.
  private static let eighths = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// The answer in lines.
  public var lines: [String] {
    let words = Printable.escaped(condition)
    guard let end, let first = points.first else {
      return TextWrap.lines(
        "`\(words)` is not so now, nor at the end of what has been played of this branch: nothing led to it that could be "
          + "looked for. Go to where it is so, for example by `run until \(words)`.", width: 78)
    }
    let heading =
      "`\(words)` was so at \(Self.time(end.at)), after event \(end.event). How likely that was, as things stood at each "
      + "event before it, the rest drawn anew:"
    return TextWrap.lines(heading, width: 78) + [""] + plot + axis(first, end) + [""]
      + verdict.flatMap { TextWrap.lines($0, width: 78) } + account + [""] + TextWrap.lines(remark, width: 78)
  }

  private static func time(_ instant: Instant) -> String { Quantity.milliseconds(instant.microseconds) }

  private var plot: [String] {
    (0..<Self.height).map { row in
      let floor = Self.height - 1 - row
      let cells = points.map { point -> String in
        let filled = Int((point.probability * Double(Self.height * 8)).rounded()) - floor * 8
        return Self.eighths[max(0, min(8, filled))]
      }
      let label = row == 0 ? "100%" : row == Self.height - 1 ? "0%" : row == Self.height / 2 ? "50%" : ""
      var line = TextWidth.padLeft(label, Self.margin - 2) + " ┤" + cells.joined()
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  private func axis(_ first: Point, _ end: Point) -> [String] {
    let blank = String(repeating: " ", count: Self.margin)
    var lines: [String] = []
    if let cause, isNamed, let column = points.firstIndex(where: { $0.event >= cause.after.event }) {
      lines.append(blank + String(repeating: " ", count: column) + "▲")
    }
    let (left, right) = ("event \(first.event), \(Self.time(first.at))", "event \(end.event), \(Self.time(end.at))")
    let gap = points.count - TextWidth.of(left) - TextWidth.of(right)
    return lines
      + (gap >= 2 ? [blank + left + String(repeating: " ", count: gap) + right] : [blank + "\(left) to \(right)"])
  }

  private var verdict: [String] {
    guard let cause else {
      return [
        "It was as likely at the first of these events as at the last: nothing that was drawn between them decided it."
      ]
    }
    let shares = "from \(Self.share(cause.before)) to \(Self.share(cause.after))"
    return isNamed
      ? ["It jumps at event \(cause.after.event), at \(Self.time(cause.after.at)), \(shares):"]
      : [
        "No single event stands out. The largest rise is that at event \(cause.after.event), at "
          + "\(Self.time(cause.after.at)), \(shares):"
      ]
  }

  private static func share(_ point: Point) -> String {
    let hits = Int((point.probability * Double(point.courses)).rounded())
    return Quantity.share(hits, of: point.courses)
  }

  private var account: [String] {
    guard let cause else { return [] }
    var lines = ["  \(cause.what)"]
    if let operation = cause.operation {
      lines.append(
        "  of op \(operation)\(cause.command.map { ", `\(Printable.escaped($0))`" } ?? ", which a load issued")")
    }
    return lines + cause.sent.map { "  sent then: \($0)" } + ["  `goto event \(cause.after.event)` leads there"]
  }

  private var remark: String {
    let cut =
      undecided == 0 ? "" : " \(undecided) of them had too many events to be played to the end, and don't count."
    return
      "\(CountedNoun("course").text(courses)) played on copies, with the same commands at the same times; "
      + "nothing has changed here.\(cut)"
  }

  /// The answer as a line of JSON; times in microseconds, probabilities from 0 to 1.
  public var json: [String] {
    func object(_ point: Point) -> JSONText {
      .object([
        .init("event", .integer(Int64(point.event))), .init("time", .integer(point.at.microseconds)),
        .init("probability", .number(point.probability)), .init("courses", .integer(Int64(point.courses))),
      ])
    }
    let jump: JSONText =
      cause.map { cause in
        .object([
          .init("event", .integer(Int64(cause.after.event))), .init("time", .integer(cause.after.at.microseconds)),
          .init("named", .boolean(isNamed)), .init("before", .number(cause.before.probability)),
          .init("after", .number(cause.after.probability)), .init("courses", .integer(Int64(cause.after.courses))),
          .init("what", .string(cause.what)), .init("operation", .optional(cause.operation)),
          .init("command", .optional(cause.command)), .init("sent", .array(cause.sent.map { .string($0) })),
        ])
      } ?? .null
    return [
      JSONText.object([
        .init("kind", .string("whatif")), .init("condition", .string(condition)),
        .init("held", .boolean(end != nil)), .init("event", .optional(end?.event)),
        .init("time", end.map { .integer($0.at.microseconds) } ?? .null), .init("courses", .integer(Int64(courses))),
        .init("undecided", .integer(Int64(undecided))), .init("points", .array(points.map(object))),
        .init("jump", jump),
      ]).text
    ]
  }
}
