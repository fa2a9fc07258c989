import Kernel
import Language

/// How profiles fared, side by side on one axis of time.
public struct OrdealReport: Sendable {
  /// How many columns the axis has at most.
  private static let mostColumns = 56

  private let ordeal: Ordeal
  private let results: [OrdealResult]
  /// How long a column is, in seconds.
  private let width: Int
  /// How many columns there are.
  private let columns: Int

  /// A report of what became of profiles.
  public init(_ ordeal: Ordeal, _ results: [OrdealResult]) {
    (self.ordeal, self.results) = (ordeal, results)
    let ends = results.map { result in
      result.stretches.last.map { Self.seconds($0.start + Ordeal.stretch) } ?? 0
    }
    let end = (ends.max() ?? 0) + 1
    width = max(1, (end + Self.mostColumns - 1) / Self.mostColumns)
    columns = (end + width - 1) / width
  }

  private static func seconds(_ instant: Instant) -> Int { Int((instant.microseconds + 999_999) / 1_000_000) }

  /// The report in lines.
  public var lines: [String] {
    let margin = (results.map { TextWidth.of($0.profile) } + ["seconds".count]).max() ?? 0
    func row(_ name: String, _ strip: String) -> String { "\(TextWidth.pad(name, margin))  \(strip)" }
    let strips = results.map { row($0.profile, strip(of: $0)) }
    let cut = ordeal.cut
    return [
      "The same load on each: \(ordeal.workload)",
      "The same cut: \(cut.first) and \(cut.second) don't reach each other from \(Quantity.text(Ordeal.calm)) to "
        + "\(Quantity.text(Ordeal.calm + cut.span)).", "",
      row("seconds", axis), row("the cut", cutStrip),
    ] + strips + [
      "· answered  s some reads stale  x some operations blocked",
      "~ copies differ  = all agree; \(CountedNoun("second").text(width)) a sign", "",
    ] + table + [""] + remarks
  }

  private var axis: String {
    var text = ""
    for tick in stride(from: 0, to: columns, by: 10) {
      text += TextWidth.pad("\(tick * width)", 10)
    }
    while text.last == " " { text.removeLast() }
    return text
  }

  private var cutStrip: String {
    let (start, end) = (Self.seconds(.start + Ordeal.calm), Self.seconds(.start + Ordeal.calm + ordeal.cut.span))
    return (0..<((end + width - 1) / width)).map { ($0 + 1) * width > start ? "▬" : " " }.joined()
  }

  /// A sign for each column: the worst that happened in it. What is so after the last event stays so.
  private func strip(of result: OrdealResult) -> String {
    (0..<columns).map { column in
      let stretches = result.stretches.filter { $0.start.microseconds / 1_000_000 / Int64(width) == Int64(column) }
      if stretches.contains(where: { $0.ended > $0.answered }) { return "x" }
      if stretches.contains(where: { $0.stale > 0 }) { return "s" }
      if stretches.contains(where: { $0.ended > 0 }) { return "·" }
      return stretches.last?.isConverged ?? result.hasConverged ? "=" : "~"
    }.joined()
  }

  private var table: [String] {
    Listing.table(
      [["profile", "blocked", "stale", "behind", "beaten", "lost", "agreed", "moved"]] + results.map(cells),
      right: [1, 2, 3, 4, 5, 6, 7])
  }

  private func cells(of result: OrdealResult) -> [String] {
    func count(_ cell: OrdealResult.Cell) -> Int { Int(result.values[cell]?.magnitude ?? 0) }
    let behind = result.values[.behind]?.magnitude.map { Quantity.figure(TimeSpan(microseconds: Int64($0))) }
    return [
      result.profile, "\(count(.operations) - count(.answered))", "\(count(.stale))", behind ?? "–",
      "\(count(.overwritten))", "\(count(.lost))", agreed(result), Quantity.size(count(.bytes)),
    ]
  }

  private func agreed(_ result: OrdealResult) -> String {
    guard result.hasConverged, let time = result.values[.converged]?.magnitude else { return "never" }
    let healed = (Ordeal.calm + ordeal.cut.span).microseconds
    return Quantity.figure(TimeSpan(microseconds: max(0, Int64(time) - healed)))
  }

  private var remarks: [String] {
    let untouched = results.filter { !$0.isCut }.map(\.profile)
    return [
      "blocked: operations that were refused, or not answered in time. stale: reads.",
      "behind: age of the oldest write that some owner lacks as the cut is healed.",
      "beaten: acknowledged writes that lost to one that hadn't seen them.",
      "agreed: how long after the cut was healed all agreed. moved: between regions.",
    ]
      + (untouched.isEmpty
        ? [] : ["Not cut, as it lacks one of the two regions: \(untouched.joined(separator: ", "))."])
      + ["With --script NAME a row is printed as a script that expects its figures."]
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
          + [.init("converged", .boolean(result.hasConverged)), .init("series", .array(series))]
      ).text
    }
  }
}

extension OrdealResult.Cell {
  /// What the cell is called in JSON.
  fileprivate var field: String {
    switch self {
    case .operations: "operations"
    case .answered: "answered"
    case .unavailable: "unavailable"
    case .timeout: "timeout"
    case .stale: "stale"
    case .behind: "oldestMissingAtHeal"
    case .overwritten: "overwritten"
    case .lost: "lost"
    case .bytes: "bytesCrossRegion"
    case .converged: "end"
    }
  }
}
