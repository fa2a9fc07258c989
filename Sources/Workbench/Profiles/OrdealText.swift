import Kernel
import Language

/// How profiles fared, side by side on one axis of time.
public struct OrdealReport: Sendable {
  /// How many columns the axis has at most.
  private static let mostColumns = 56

  private let ordeal: Ordeal
  private let results: [OrdealResult]
  private let strip: OrdealStrip

  /// A report of what became of profiles.
  public init(_ ordeal: Ordeal, _ results: [OrdealResult]) {
    (self.ordeal, self.results) = (ordeal, results)
    strip = OrdealStrip(results, in: ordeal, mostColumns: Self.mostColumns)
  }

  /// The report in lines.
  public var lines: [String] {
    let margin = (results.map { TextWidth.of($0.profile) } + ["seconds".count]).max() ?? 0
    func row(_ name: String, _ strip: String) -> String { "\(TextWidth.pad(name, margin))  \(strip)" }
    let strips = zip(results, strip.signs).map { row($0.profile, String($1.map(\.letter))) }
    let cut = ordeal.cut
    let head = [
      "The same load on each: \(ordeal.workload)",
      "The same cut: \(cut.first) and \(cut.second) don't reach each other from \(Quantity.text(Ordeal.calm)) to "
        + "\(Quantity.text(Ordeal.calm + cut.span)).", "",
      row("seconds", axis), row("the cut", cutStrip),
    ]
    let sign = "\(CountedNoun("second").text(strip.width)) a sign"
    let legend = [
      "· answered  s some reads stale  S half as many as the most, or more",
      "x some operations blocked  ~ copies differ  = all agree; \(sign)", "",
    ]
    return head + strips + legend + table + [""] + remarks
  }

  private var axis: String {
    var text = ""
    for tick in stride(from: 0, to: strip.columns, by: 10) {
      text += TextWidth.pad("\(tick * strip.width)", 10)
    }
    while text.last == " " { text.removeLast() }
    return text
  }

  private var cutStrip: String {
    String(repeating: " ", count: strip.cut.lowerBound) + String(repeating: "▬", count: strip.cut.count)
  }

  private var table: [String] {
    Listing.table(
      [["profile", "blocked", "stale", "behind", "beaten", "lost", "agreed", "moved"]] + results.map(cells),
      right: [1, 2, 3, 4, 5, 6, 7])
  }

  private func cells(of result: OrdealResult) -> [String] {
    [
      result.profile, "\(result.blocked)", "\(result.count(.stale))", result.behind.map(Quantity.figure) ?? "–",
      "\(result.count(.overwritten))", "\(result.count(.lost))", result.agreed.map(Quantity.figure) ?? "never",
      Quantity.size(result.count(.bytes)),
    ]
  }

  private var remarks: [String] {
    [
      "blocked: operations that were refused, or not answered in time. stale: reads.",
      "behind: age of the oldest write that some owner lacks as the cut is healed.",
      "beaten: acknowledged writes that lost to one that hadn't seen them.",
      "agreed: how long after the cut was healed all agreed. moved: between regions.",
      "", "What the cut parts:",
    ] + results.flatMap(effect) + ["", "With --script NAME a row is printed as a script that expects its figures."]
  }

  /// What the cut parts in one of them, with its name before it.
  private func effect(in result: OrdealResult) -> [String] {
    let margin = (results.map { TextWidth.of($0.profile) }.max() ?? 0) + 2
    let lines = TextWrap.lines(result.effect?.sentence ?? "–", width: 80 - margin)
    return lines.enumerated().map { TextWidth.pad($0.offset == 0 ? result.profile : "", margin) + $0.element }
  }

  /// A line a profile; times in microseconds.
  public var json: [String] {
    results.map { result in
      let cells = OrdealResult.Cell.allCases.map { cell in
        JSONText.Field(cell.field, result.values[cell]?.magnitude.map { .number($0) } ?? .null)
      }
      let series = result.stretches.map { stretch in
        JSONText.object([
          .init("start", .integer(stretch.start.microseconds)), .init("ended", .integer(Int64(stretch.ended))),
          .init("answered", .integer(Int64(stretch.answered))), .init("stale", .integer(Int64(stretch.stale))),
          .init("converged", .boolean(stretch.isConverged)),
        ])
      }
      return JSONText.object(
        [.init("profile", .string(result.profile)), .init("cut", .boolean(result.isCut))] + cells
          + [.init("converged", .boolean(result.hasConverged))] + (result.effect?.fields ?? [])
          + [.init("series", .array(series))]
      ).text
    }
  }
}

extension OrdealStrip.Sign {
  /// The letter that stands for it.
  public var letter: Character {
    switch self {
    case .ahead: " "
    case .answered: "·"
    case .stale(let many): many ? "S" : "s"
    case .blocked: "x"
    case .differs: "~"
    case .agrees: "="
    }
  }
}
