import Analysis
import Kernel
import Language
import Workbench

/// The versions of the selected key, and two of them compared writer by writer.
enum ClocksPanel: PaneView {
  static let summary = "the versions of the key, and which happened before which"
  static let room = PaneRoom((50, 12), preferred: (110, 30))
  static let keys = [
    PaneKey(.down, "version", "the next version, compared with the other one"),
    PaneKey(.finish, "hold", "hold the selected version: the next one is compared with it"),
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let report = model.clocks
    let key = model.key.map(Printable.escaped) ?? ""
    guard !report.versions.isEmpty, let comparison = report.comparison else {
      let isAlone = report.versions.count == 1
      frame.line(
        isAlone ? "one version of \(key): \(report.versions[0].value)" : "no version yet", row: 0, .dim, in: rect)
      frame.line(
        isAlone ? "nothing to compare it with: write it once more" : "write one: `write cart milk`", row: 1, .dim,
        in: rect)
      return PaneHeading(title: "CLOCKS \(key)", detail: "")
    }
    let needed = comparisonHeight(comparison, in: rect)
    let listHeight = max(2, min(report.versions.count + 1, max(rect.height - needed, rect.height / 3)))
    let (list, rest) = rect.splitTop(listHeight)
    renderList(report, in: list, &frame)
    if rest.height > 2 { ComparisonDrawing(report, comparison).render(in: rest, &frame) }
    let position = report.selected.map { "\($0 + 1)/\(report.versions.count)" } ?? ""
    return PaneHeading(
      title: "CLOCKS \(key)", detail: "\(comparison.standing.sign) \(comparison.standing.rawValue) · \(position)")
  }

  private static func comparisonHeight(_ comparison: ClockComparison, in rect: Rect) -> Int {
    comparison.components.count + 4
      + TextWrap.lines(comparison.reason, width: rect.width).count
      + TextWrap.lines(comparison.consequence, width: rect.width).count
  }

  /// From which width on the happened-before graph stands beside the list.
  private static let graphWidth = 90

  // MARK: The list

  private static func renderList(_ report: ClocksReport, in whole: Rect, _ frame: inout Frame) {
    let graph = whole.width >= graphWidth ? VersionGraph(report) : nil
    let room = graph.map { $0.width <= whole.width / 3 ? $0.width : 0 } ?? 0
    let (left, rect) = whole.splitLeft(room)
    let columns = Columns(report, width: rect.width)
    columns.renderHeader(report, in: rect, &frame)
    let rows = rect.height - 1
    let selected = report.selected ?? 0
    let first = max(0, min(selected - rows / 2, report.versions.count - rows))
    if room > 0 {
      let shown = first..<min(report.versions.count, first + rows)
      graph?.render(shown, of: report, in: left.splitTop(1).bottom, &frame)
    }
    for (row, version) in report.versions[first...].prefix(rows).enumerated() {
      columns.render(
        version, isSelected: first + row == report.selected, isReference: first + row == report.reference, row: row + 1,
        in: rect, &frame)
    }
  }

  /// Where the columns of the list begin.
  private struct Columns {
    let value: Int
    let dot: Int
    let matrix: Int
    let holders: Int
    /// The width of a writer's column; 0: the vector is written out.
    let counterWidth: Int

    init(_ report: ClocksReport, width: Int) {
      let longest = max(5, report.versions.map { TextWidth.of($0.value) }.max() ?? 0)
      let dots = max(4, report.versions.map(\.dot.count).max() ?? 0)
      let counter = (report.writers.map { TextWidth.of($0) }.max() ?? 3) + 1
      let vector = max(5, report.versions.map(\.vector.count).max() ?? 0)
      let matrixWidth = counter * report.writers.count
      value = 2
      let room = width - dots - 2
      let isMatrix = width >= 60 && matrixWidth + 20 <= room
      counterWidth = isMatrix ? counter : 0
      let clock = isMatrix ? matrixWidth : min(vector, room / 2)
      dot = min(value + longest + 1, max(value + 6, width - dots - clock - 14))
      matrix = dot + dots + 1
      holders = matrix + clock + 2
    }

    func renderHeader(_ report: ClocksReport, in rect: Rect, _ frame: inout Frame) {
      func write(_ text: String, _ column: Int, _ end: Int) {
        frame.line(text, row: 0, .dim, in: Rect(rect.x + column, rect.y, end - column, 1))
      }
      write("value", value, dot - 1)
      write("dot", dot, matrix - 1)
      if counterWidth > 0 {
        for (index, writer) in report.writers.enumerated() {
          frame.lineRight(
            writer, row: 0, .dim,
            in: Rect(rect.x + matrix + index * counterWidth, rect.y, counterWidth, 1))
        }
      } else {
        write("clock", matrix, holders - 1)
      }
      write("held by", holders, rect.width)
    }

    func render(
      _ version: ClocksReport.Version, isSelected: Bool, isReference: Bool, row: Int, in rect: Rect,
      _ frame: inout Frame
    ) {
      func write(_ text: String, _ column: Int, _ end: Int, _ style: Style) {
        frame.line(text, row: row, style, in: Rect(rect.x + column, rect.y, end - column, rect.height))
      }
      let isHeld = !version.holders.isEmpty
      let style: Style =
        isSelected ? Style(.focus, bold: true) : isReference ? Style(.flight, bold: true) : isHeld ? .text : .dim
      write(isSelected ? "►" : isReference ? "◆" : " ", 0, 1, style)
      write(version.value, value, dot - 1, style)
      write(version.dot.isEmpty ? "merge" : version.dot, dot, matrix - 1, style)
      if counterWidth > 0 {
        for (index, counter) in version.counters.enumerated() {
          frame.lineRight(
            counter == 0 ? "·" : "\(counter)", row: row, counter == 0 ? .dim : style,
            in: Rect(rect.x + matrix + index * counterWidth, rect.y, counterWidth, rect.height))
        }
      } else {
        write(version.vector, matrix, holders - 1, style)
      }
      write(
        whereabouts(of: version, room: rect.width - holders), holders, rect.width,
        version.isNewest ? Style(.ok) : isHeld ? .text : .dim)
    }

    private func whereabouts(of version: ClocksReport.Version, room: Int) -> String {
      let mark = version.isNewest ? "newest: " : ""
      if version.holders.isEmpty { return version.elsewhere.isEmpty ? "nobody any more" : version.elsewhere }
      let all = version.holders.joined(separator: " ")
      let rest = version.elsewhere.isEmpty ? "" : ", and \(version.elsewhere)"
      let isRoomy = TextWidth.of(mark + all + rest) <= room || version.holders.count <= 6
      return mark + (isRoomy ? all : CountedNoun("replica").text(version.holders.count)) + rest
    }
  }
}

/// Two versions side by side: a row for each writer, and what follows from them.
private struct ComparisonDrawing {
  private let comparison: ClockComparison
  private let first: ClocksReport.Version
  private let second: ClocksReport.Version

  init(_ report: ClocksReport, _ comparison: ClockComparison) {
    self.comparison = comparison
    first = report.versions[report.selected ?? 0]
    second = report.versions[report.reference ?? 0]
  }

  func render(in rect: Rect, _ frame: inout Frame) {
    for x in rect.x..<rect.right { frame.put("─", at: Point(x, rect.y), .dim, clip: rect) }
    let names = comparison.components.map { TextWidth.of($0.writer) }.max() ?? 3
    let left = rect.x + names + 2
    let width = min(28, (rect.right - left - 5) / 2)
    let right = left + width + 5
    frame.lineRight("► \(first.value)", row: 1, Style(.focus, bold: true), in: Rect(left, rect.y, width, rect.height))
    frame.line("◆ \(second.value)", row: 1, Style(.flight, bold: true), in: Rect(right, rect.y, width, rect.height))
    let reason = TextWrap.lines(comparison.reason, width: rect.width)
    let consequence = TextWrap.lines(comparison.consequence, width: rect.width)
    let words = reason.count + consequence.count
    let origins = rect.height >= comparison.components.count + words + 4 ? 1 : 0
    if origins > 0 {
      frame.lineRight(origin(of: first), row: 2, .dim, in: Rect(left, rect.y, width, rect.height))
      frame.line("  \(origin(of: second))", row: 2, .dim, in: Rect(right, rect.y, width, rect.height))
    }
    let rows = max(0, min(comparison.components.count, rect.height - 2 - words - origins))
    // Where not all fit, those that differ tell more.
    let shown =
      rows < comparison.components.count
      ? comparison.components.filter { $0.first != $0.second } : comparison.components
    for (row, component) in shown.prefix(rows).enumerated() {
      render(component, left, width, right, row: row + 2 + origins, in: rect, &frame)
    }
    var row = 2 + origins + min(rows, shown.count) + (rect.height > 3 + origins + words + shown.count ? 1 : 0)
    for line in reason {
      frame.line(line, row: row, comparison.standing.style, in: rect)
      row += 1
    }
    for line in consequence where row < rect.height {
      frame.line(line, row: row, .text, in: rect)
      row += 1
    }
  }

  /// Which update made a version, and when.
  private func origin(of version: ClocksReport.Version) -> String {
    guard let operation = version.operation, !version.dot.isEmpty else { return "made by a merge" }
    return "\(version.dot) · op \(operation) · \(Quantity.milliseconds(version.accepted.microseconds))"
  }

  private func render(
    _ component: ClockComparison.Component, _ left: Int, _ width: Int, _ right: Int, row: Int, in rect: Rect,
    _ frame: inout Frame
  ) {
    let isLess = component.first < component.second
    let style = component.sign == "=" ? Style.dim : Style(isLess ? .flight : .focus, bold: component.isDecisive)
    frame.line(component.writer, row: row, .dim, in: rect)
    frame.lineRight(
      "\(component.first)", row: row, component.sign == "=" ? .dim : .text, in: Rect(left, rect.y, width, rect.height))
    frame.write(component.sign, at: Point(left + width + 2, rect.y + row), style, clip: rect)
    frame.line(
      "\(component.second)", row: row, component.sign == "=" ? .dim : .text, in: Rect(right, rect.y, width, rect.height)
    )
  }
}

extension ClockComparison.Standing {
  fileprivate var style: Style {
    switch self {
    case .equal: Style(.ok)
    case .before: Style(.flight)
    case .after: Style(.focus)
    case .concurrent: Style(.conflict, bold: true)
    }
  }
}

extension ClocksPanel {
  static func move(_ model: inout ScreenModel, by rows: Int) { model.moveVersion(by: rows) }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    model.holdVersion()
    return []
  }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    let before = model.selection
    (model.selection.version, model.selection.reference) = (nil, nil)
    return before != model.selection
  }

  static func subject(_ model: ScreenModel) -> Int? {
    let report = model.clocks
    return report.selected.flatMap { report.versions[$0].operation }
  }

  static func condition(_ model: ScreenModel) -> String? { "converged" }
}

/// The clocks view.
extension ScreenModel {
  /// The versions of the selected key, two of them compared.
  var clocks: ClocksReport {
    ClocksReport(of: key ?? "", selected: selection.version, reference: selection.reference, in: session.timeline)
  }

  /// Compares the version that many rows further down.
  mutating func moveVersion(by rows: Int) {
    let report = clocks
    guard let selected = report.selected, let reference = report.reference else { return }
    // The other one stays what it is while this one moves.
    selection.reference = report.versions[reference].number
    let target = max(0, min(report.versions.count - 1, selected + max(-10_000, min(10_000, rows))))
    selection.version = report.versions[target].number
  }

  /// Holds the selected version: what is selected next is compared with it.
  mutating func holdVersion() {
    let report = clocks
    guard let selected = report.selected else {
      say("there is nothing to hold: it takes two versions of the key", .warn)
      return
    }
    selection.reference = report.versions[selected].number
    selection.version = report.versions[selected].number
    say("compared with \(report.versions[selected].value); j and k choose the other", .dim)
  }
}
