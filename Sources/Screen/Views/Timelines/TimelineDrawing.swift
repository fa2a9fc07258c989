import Analysis
import Kernel
import Language
import Workbench

/// A user's timeline as it is drawn: a row a post and a column a region, and below in words what is missing and what went wrong.
struct TimelineDrawing {
  private let report: TimelineReport

  init(_ report: TimelineReport) { self.report = report }

  private typealias Line = (text: String, style: Style)

  func render(in rect: Rect, _ frame: inout Frame) {
    let about = TextWrap.lines(
      "\(Printable.escaped(report.user)): \(report.about.joined(separator: " · "))", width: rect.width)
    let (top, rest) = rect.splitTop(min(about.count, max(1, rect.height / 4)))
    for (row, line) in about.enumerated() where row < top.height {
      frame.line(line, row: row, row == 0 ? Style(.text, bold: true) : .text, in: top)
    }
    let words = words(width: rect.width)
    // Header, foot and a post at least; what is said in words has the rest, and no more than half of it.
    let rows = report.rows.count + 1 + feet.count
    let wanted = words.isEmpty ? 0 : min(words.count + 1, max(rest.height / 2, rest.height - rows))
    let (matrix, below) = rest.splitTop(min(rows, rest.height - wanted))
    renderMatrix(in: matrix, &frame)
    guard below.height > 1 else { return }
    let body = below.splitTop(1).bottom
    let isCut = words.count > body.height
    for (row, line) in words.prefix(isCut ? body.height - 1 : body.height).enumerated() {
      frame.line(line.text, row: row, line.style, in: body)
    }
    if isCut {
      let more = CountedNoun("more line").text(words.count - body.height + 1)
      frame.line("+\(more): Enter", row: body.height - 1, .dim, in: body)
    }
  }

  /// What stands below the columns: how many posts each cached timeline has, and what daemons have to do where they have anything.
  private var feet: [[(text: String, style: Style)]] {
    let cached = report.regions.map { (text: "\($0.cached) cached", style: Style.dim) }
    guard report.regions.contains(where: { $0.left > 0 }) else { return [cached] }
    return [
      cached,
      report.regions.map {
        $0.left > 0
          ? (text: "\(Quantity.grouped($0.left)) to insert", style: Style(.warn)) : (text: "", style: Style.dim)
      },
    ]
  }

  // MARK: Posts and regions

  /// The columns that there is room for: those of regions are as wide as what stands in them.
  private func renderMatrix(in rect: Rect, _ frame: inout Frame) {
    guard rect.height > 1 else { return }
    let room = max(0, rect.height - 1 - feet.count)
    let shown = Array(report.rows.prefix(room))
    let titles = report.regions.map { $0.isHome ? "\($0.name) *" : $0.name }
    let name = max(4, shown.map { TextWidth.of(Printable.escaped($0.post)) }.max() ?? 0)
    let age = max(3, shown.map { TextWidth.of(Quantity.figure($0.age)) }.max() ?? 0)
    var x = rect.x + min(name, max(8, rect.width / 3))
    let names = Rect(rect.x, rect.y, x - rect.x, rect.height)
    frame.line("post", row: 0, .dim, in: names)
    for (row, post) in shown.enumerated() { frame.line(Printable.escaped(post.post), row: row + 1, in: names) }
    if report.count > shown.count {
      frame.line("+\(report.count - shown.count)", row: shown.count + 1, .dim, in: names)
    }
    let ages = Rect(x + 2, rect.y, age, rect.height)
    frame.lineRight("age", row: 0, .dim, in: ages)
    for (row, post) in shown.enumerated() { frame.lineRight(Quantity.figure(post.age), row: row + 1, .dim, in: ages) }
    x = ages.right + 2
    let widths = report.regions.indices.map { index in
      ([titles[index]] + feet.map { $0[index].text } + shown.map { $0.cells[index].text })
        .map { TextWidth.of($0) }.max() ?? 0
    }
    let share = (rect.right - x) / max(1, report.regions.count) - 2
    let isTight = widths.reduce(0, { $0 + $1 + 2 }) > rect.right - x
    for index in report.regions.indices where x < rect.right {
      let width = min(isTight ? max(6, share) : widths[index], rect.right - x)
      let column = Rect(x, rect.y, width, rect.height)
      frame.line(titles[index], row: 0, report.regions[index].isHome ? Style(.focus) : .dim, in: column)
      for (row, post) in shown.enumerated() {
        let cell = post.cells[index]
        frame.line(cell.text, row: row + 1, cell.kind.style, in: column)
      }
      for (row, foot) in feet.enumerated() {
        frame.line(foot[index].text, row: shown.count + 1 + row, foot[index].style, in: column)
      }
      x += width + 2
    }
    // What was said, where there is room for it.
    let texts = Rect(x, rect.y, rect.right - x, rect.height)
    guard texts.width >= 8 else { return }
    for (row, post) in shown.enumerated() { frame.line(Printable.escaped(post.text), row: row + 1, .dim, in: texts) }
  }

  // MARK: In words

  private func words(width: Int) -> [Line] {
    var lines: [Line] = []
    func add(_ title: String, _ entries: [String], _ style: Style) {
      guard !entries.isEmpty else { return }
      lines.append((title, Style(.focus, bold: true)))
      for entry in entries {
        let wrapped = TextWrap.lines(entry, width: max(10, width - 2))
        lines += wrapped.map { ("  \($0)", style) }
      }
    }
    add("WENT WRONG", report.wrongs.map { "op \($0.operation) \($0.text)" }, Style(.bad))
    add("MISSING IN \(report.place)", report.lacks, Style(.warn))
    add("READ, NOT INSERTED", report.sources, .text)
    add("DAEMONS", report.fanOuts, .dim)
    return lines
  }
}

extension TimelineCell.Kind {
  /// How it is drawn.
  fileprivate var style: Style {
    switch self {
    case .there: Style(.ok)
    case .read: Style(.focus)
    case .coming: Style(.warn)
    case .stuck: Style(.bad)
    case .out: .dim
    }
  }
}
