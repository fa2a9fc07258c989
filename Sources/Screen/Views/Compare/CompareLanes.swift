import Kernel
import Language
import Workbench

/// The lanes of ``CompareView`` as they are drawn: an axis, the cut, a row a profile, and below what there is to say of the
/// selected one.
struct CompareLanes {
  /// How many columns an axis has at most.
  static let mostColumns = 56
  /// What an axis of one second a column takes with a usual cut, and figures beside it want.
  private static let figureTitles = ["blocked", "stale", "behind", "agreed", "moved"]

  private let comparison: Comparison
  private let selection: ViewSelection
  private let strip: OrdealStrip
  /// How wide names are.
  private let margin: Int

  init(_ comparison: Comparison, _ selection: ViewSelection, in rect: Rect) {
    self.comparison = comparison
    self.selection = selection
    let widest = comparison.results.map { TextWidth.of($0.profile) }.max() ?? 0
    margin = min(widest + 3, max(6, rect.width / 3))
    let room = max(1, min(Self.mostColumns, rect.width - margin - 1))
    strip = OrdealStrip(comparison.results, in: comparison.ordeal, mostColumns: room)
  }

  private var place: Int { comparison.results.firstIndex { $0.profile == selection.profile } ?? 0 }
  private var instant: Instant { selection.instant ?? comparison.ordeal.cutRange.upperBound }

  /// The column in which the selected instant lies.
  private var column: Int {
    min(strip.columns - 1, Int((instant - .start).microseconds / (1_000_000 * Int64(strip.width))))
  }

  /// Draws all that there is room for: lanes first, then the axis, then words.
  func render(in rect: Rect, _ frame: inout Frame) {
    let count = comparison.results.count
    let hasAxis = rect.height >= count + 3
    var row = 0
    if hasAxis {
      renderAxis(in: rect, &frame)
      row = 2
    }
    let first = hasAxis ? 0 : max(0, min(place - rect.height / 2, count - rect.height))
    for (offset, result) in comparison.results.enumerated().dropFirst(first) where row < rect.height {
      render(result, offset, row: row, in: rect, &frame)
      row += 1
    }
    for line in words(width: rect.width) where row < rect.height {
      frame.line(line.text, row: row, line.style, in: rect)
      row += 1
    }
  }

  private func renderAxis(in rect: Rect, _ frame: inout Frame) {
    let axis = Rect(rect.x + margin, rect.y, max(0, rect.width - margin), 1)
    for tick in stride(from: 0, to: strip.columns, by: 10) {
      frame.write("\(tick * strip.width)s", at: Point(axis.x + tick, axis.y), .dim, clip: axis)
    }
    let cut = comparison.ordeal.cut
    frame.line("cut", row: 1, .dim, in: Rect(rect.x + 2, rect.y, max(0, margin - 2), 2))
    for place in strip.cut {
      frame.put("━", at: Point(axis.x + place, rect.y + 1), Style(.bad), clip: rect)
    }
    let after = Rect(axis.x + strip.cut.upperBound + 1, rect.y + 1, 0, 1)
    let words = Rect(after.x, after.y, max(0, rect.right - after.x), 1)
    if words.width >= TextWidth.of("\(cut.first) \(cut.second)") {
      frame.line("\(cut.first) \(cut.second)", row: 0, Style(.bad), in: words)
    }
    renderTitles(in: rect, &frame)
  }

  /// Where figures begin, and how wide each column is; nil: there is no room for them.
  private func figurePlace(in rect: Rect) -> (x: Int, width: Int)? {
    let x = rect.x + margin + strip.columns + 2
    let width = 10
    return x + width * Self.figureTitles.count <= rect.right ? (x, width) : nil
  }

  private func renderTitles(in rect: Rect, _ frame: inout Frame) {
    guard let figures = figurePlace(in: rect) else { return }
    for (index, title) in Self.figureTitles.enumerated() {
      frame.lineRight(title, row: 0, .dim, in: Rect(figures.x + index * figures.width, rect.y, figures.width, 1))
    }
  }

  private func render(_ result: OrdealResult, _ place: Int, row: Int, in rect: Rect, _ frame: inout Frame) {
    let isSelected = place == self.place
    let line = Rect(rect.x, rect.y + row, rect.width, 1)
    frame.mark(line, .row(.compare, place))
    if isSelected { frame.put("►", at: Point(line.x, line.y), Style(.focus, bold: true), clip: line) }
    frame.line(
      result.profile, row: 0, isSelected ? Style(.focus, bold: true) : .text,
      in: Rect(line.x + 2, line.y, max(0, margin - 3), 1))
    for (column, sign) in strip.signs[place].enumerated() {
      var style = sign.style
      if isSelected, column == self.column { style.isReversed = true }
      frame.put(sign.letter, at: Point(line.x + margin + column, line.y), style, clip: line)
    }
    guard let figures = figurePlace(in: rect), result.values[.converged] != nil else { return }
    let cells: [(text: String, style: Style)] = [
      ("\(result.blocked)", result.blocked == 0 ? .dim : Style(.bad)),
      ("\(result.count(.stale))", result.count(.stale) == 0 ? .dim : Style(.warn)),
      (result.behind.map(Quantity.figure) ?? "–", result.behind == .zero ? .dim : .text),
      (result.agreed.map(Quantity.figure) ?? "never", result.agreed == .zero ? .dim : .text),
      (Quantity.size(result.count(.bytes)), result.count(.bytes) == 0 ? .dim : .text),
    ]
    for (index, cell) in cells.enumerated() {
      frame.lineRight(
        cell.text, row: 0, cell.style, in: Rect(figures.x + index * figures.width, line.y, figures.width, 1))
    }
  }

  /// What is said below the lanes.
  private func words(width: Int) -> [(text: String, style: Style)] {
    guard comparison.results.indices.contains(place) else { return [] }
    let result = comparison.results[place]
    let at = Quantity.text(strip.start(of: column) - .start)
    let effect = result.effect.map { "the cut: \($0.sentence)" } ?? "the cut begins at \(Quantity.text(Ordeal.calm))"
    let legend = "x blocked > S most stale > s stale > · answered; unasked ~ differ, = agree"
    func wrapped(_ text: String, _ style: Style) -> [(text: String, style: Style)] {
      TextWrap.lines(text, width: width).map { ($0, style) }
    }
    var lines: [(text: String, style: Style)] = [(legend, .dim), ("", .dim)]
    lines += wrapped("\(result.profile) at \(at): \(moment(of: result))", Style(.focus, bold: true))
    lines += wrapped(effect, .text)
    lines += wrapped(Self.figures(of: result), .text)
    lines += wrapped("the load: \(result.load)", .dim)
    return lines
  }

  /// What happened to a profile in the selected column.
  private func moment(of result: OrdealResult) -> String {
    let range = strip.start(of: column)..<strip.start(of: column + 1)
    let stretches = result.stretches.filter { range.contains($0.start) }
    let ended = stretches.reduce(0) { $0 + $1.ended }
    switch strip.signs[place][column] {
    case .ahead: return "not there yet"
    case .agrees: return "nothing is asked any more, and all agree"
    case .differs: return "nothing is asked any more, and copies differ"
    case .answered, .stale, .blocked:
      let blocked = ended - stretches.reduce(0) { $0 + $1.answered }
      let stale = stretches.reduce(0) { $0 + $1.stale }
      return "\(CountedNoun("operation").text(ended)), \(CountedNoun("stale read").text(stale)), \(blocked) blocked"
    }
  }

  /// A profile's figures in a sentence.
  static func figures(of result: OrdealResult) -> String {
    guard result.values[.converged] != nil else { return "its figures stand here once it is through" }
    let agreed = result.agreed.map { "all agreed \(Quantity.figure($0)) after the cut" } ?? "never agreed"
    return "\(result.blocked) of \(CountedNoun("operation").text(result.count(.operations))) blocked, "
      + "\(CountedNoun("stale read").text(result.count(.stale))), "
      + "\(result.behind.map(Quantity.figure) ?? "–") behind as the cut was healed, "
      + "\(CountedNoun("write").text(result.count(.overwritten))) beaten unseen, \(result.count(.lost)) lost, "
      + "\(agreed), \(Quantity.size(result.count(.bytes))) between regions"
  }
}

extension OrdealStrip.Sign {
  /// How it is drawn.
  fileprivate var style: Style {
    switch self {
    case .ahead: .dim
    case .answered: Style(.ok)
    case .stale(let many): Style(.warn, bold: many)
    case .blocked: Style(.bad, bold: true)
    case .differs: Style(.conflict)
    case .agrees: Style(.ok)
    }
  }
}
