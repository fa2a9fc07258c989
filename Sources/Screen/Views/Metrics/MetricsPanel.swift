import Analysis
import Kernel
import Language
import Workbench

/// The service levels, the worst first, with their course; below them all numbers of the session so far.
enum MetricsPanel: PaneView {
  static let summary = "the service levels, the worst first, their course, and all numbers"
  static let room = PaneRoom((40, 10), preferred: (80, 16))
  static let keys = [
    PaneKey(.down, "level", "the next service level; past the last one the numbers scroll")
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let table = LevelTable(width: rect.width)
    let report = ServiceReport(
      columns: rect.width >= 76 ? max(table.sparkWidth, rect.width - 16) : max(1, table.sparkWidth),
      in: model.session.timeline)
    let selected = report.rows.firstIndex { $0.name == model.selection.level } ?? 0
    table.render(report, selected: selected, in: rect, &frame)
    var rest = rect.splitTop(report.rows.count + 1).bottom
    let row = report.rows[selected]
    let sentence = TextWrap.lines(row.sentence, width: rect.width).prefix(rest.height)
    for (offset, line) in sentence.enumerated() { frame.line(line, row: offset, row.status.style, in: rest) }
    rest = rest.splitTop(sentence.count).bottom
    if rest.height >= 9, rest.width >= 50, row.course.contains(where: { $0 != nil }) {
      let (chart, below) = rest.splitTop(rest.height < 14 ? rest.height : min(16, rest.height / 2))
      CourseChart(row, report).render(in: Rect(chart.x, chart.y + 1, chart.width, chart.height - 1), &frame)
      rest = below
    }
    renderNumbers(model, in: rest.splitTop(1).bottom, &frame)
    let bad = report.rows.filter { $0.status == .critical }.count
    let doubtful = report.rows.filter { $0.status == .warning || $0.status == .missed }.count
    let met = report.rows.filter { $0.status == .met }.count
    let unsaid = report.rows.count - bad - doubtful - met
    return PaneHeading(title: "METRICS", detail: "✗ \(bad)  ▲ \(doubtful)  ● \(met)  · \(unsaid)")
  }

  /// The numeric facts, from where they are scrolled to.
  private static func renderNumbers(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) {
    guard rect.height > 0 else { return }
    let count = Session.numberCount
    let first = max(0, min(model.scroll[.metrics] ?? 0, count - rect.height))
    let names = Session.metricNameWidth
    for (row, metric) in model.session.metrics(first..<first + rect.height).enumerated() {
      frame.line(metric.name, row: row, .dim, in: Rect(rect.x, rect.y, names, rect.height))
      let value = Rect(rect.x + names + 1, rect.y, min(13, rect.width - names - 1), rect.height)
      frame.lineRight(metric.value, row: row, isAlarming(metric) ? Style(.bad) : .text, in: value)
      let rest = Rect(value.right + 2, rect.y, rect.right - value.right - 2, rect.height)
      if rest.width >= 20 { frame.line(metric.summary, row: row, .dim, in: rest) }
    }
  }

  private static func isAlarming(_ metric: (name: String, value: String, summary: String)) -> Bool {
    ["reads.stale", "writes.lost", "writes.late-overwritten"].contains(metric.name) && metric.value != "0"
  }
}

extension ServiceReport.Status {
  /// How it is drawn.
  var style: Style {
    switch self {
    case .unknown, .undecided: .dim
    case .met: Style(.ok)
    case .missed, .warning: Style(.warn)
    case .critical: Style(.bad)
    }
  }
}

/// The table of service levels.
private struct LevelTable {
  private let name = 23
  private let value = 9
  private let objective: Int
  private let strain: Int
  private let words: Int
  /// How many columns a course takes; 0 if there is no room for any.
  let sparkWidth: Int

  init(width: Int) {
    objective = width >= 60 ? 13 : 0
    words = width >= 60 ? 11 : 0
    let rest = width - name - value - objective - words - 2
    strain = rest >= 14 ? 7 : 0
    sparkWidth = rest - strain >= 8 ? min(80, rest - strain - 1) : 0
  }

  func render(_ report: ServiceReport, selected: Int, in rect: Rect, _ frame: inout Frame) {
    var heads: [(String, Int, Int, Bool)] = [("indicator", 1, name, false), ("now", name, value, true)]
    if objective > 0 { heads.append(("objective", name + value + 2, objective, false)) }
    if sparkWidth > 0 {
      heads.append(("0 … \(Quantity.age(report.end - .start))", name + value + objective + 2, sparkWidth, false))
    }
    if strain > 0 { heads.append(("used", rect.width - words - strain - 1, strain, true)) }
    for (text, x, width, isRight) in heads {
      let cell = Rect(rect.x + x, rect.y, width, 1)
      if isRight { frame.lineRight(text, row: 0, .dim, in: cell) } else { frame.line(text, row: 0, .dim, in: cell) }
    }
    for (offset, row) in report.rows.enumerated() where offset + 1 < rect.height {
      render(row, isSelected: offset == selected, y: rect.y + offset + 1, in: rect, &frame)
    }
  }

  private func render(
    _ row: ServiceReport.Row, isSelected: Bool, y: Int, in rect: Rect, _ frame: inout Frame
  ) {
    if isSelected { frame.put("►", at: Point(rect.x, y), Style(.focus, bold: true), clip: rect) }
    frame.write(String(row.status.words.prefix(1)), at: Point(rect.x + 1, y), row.status.style, clip: rect)
    frame.line(
      row.name, row: 0, isSelected ? Style(.focus, bold: true) : .text, in: Rect(rect.x + 3, y, name - 3, 1))
    frame.lineRight(
      row.value, row: 0, row.status == .met ? .text : row.status.style, in: Rect(rect.x + name, y, value, 1))
    if objective > 0 { frame.line(row.objective, row: 0, .dim, in: Rect(rect.x + name + value + 2, y, objective, 1)) }
    if sparkWidth > 0 {
      let spark = Rect(rect.x + name + value + objective + 2, y, sparkWidth, 1)
      let course = row.course.spread(over: sparkWidth)
      let top = max(course.compactMap { $0 }.max() ?? 0, row.isBetterWhenLarger ? 1 : row.target)
      Sparkline.render(course, top: top, at: Point(spark.x, y), clip: spark, &frame, style: row.style)
    }
    if strain > 0, let used = row.strain {
      frame.lineRight(
        Quantity.number(used, decimals: used < 10 ? 1 : 0) + "×", row: 0, used > 1 ? row.status.style : .text,
        in: Rect(rect.right - words - strain - 1, y, strain, 1))
    }
    if words > 0 { frame.line(row.status.words, row: 0, row.status.style, in: Rect(rect.right - words, y, words, 1)) }
  }
}

extension ServiceReport.Row {
  /// How a value of its course is drawn: by its side of the objective.
  fileprivate func style(_ value: Double) -> Style {
    (isBetterWhenLarger ? value < target : value > target) ? Style(.bad) : Style(.ok)
  }
}

extension [Double?] {
  /// The values spread over that many columns: each the worst of those that share it, or one value over several.
  fileprivate func spread(over columns: Int) -> [Double?] {
    guard !isEmpty else { return [] }
    return (0..<Swift.max(0, columns)).map { column in
      let start = column * count / columns
      return self[start..<Swift.max(start + 1, (column + 1) * count / columns)].compactMap { $0 }.max()
    }
  }
}

/// The course of one indicator over several rows, with its objective and the faults below.
private struct CourseChart {
  private let row: ServiceReport.Row
  private let report: ServiceReport

  init(_ row: ServiceReport.Row, _ report: ServiceReport) {
    self.row = row
    self.report = report
  }

  func render(in rect: Rect, _ frame: inout Frame) {
    let axis = 9
    let plot = Rect(rect.x + axis + 1, rect.y, rect.width - axis - 6, rect.height - 3)
    guard plot.height >= 3, plot.width >= 20 else { return }
    let values = row.course.spread(over: plot.width)
    let peak = values.compactMap { $0 }.max() ?? 0
    let top = max(peak, row.target * 1.25)
    let targetRow = plot.bottom - 1 - Int((row.target / top * Double(plot.height)).rounded(.down))
    if (plot.y..<plot.bottom).contains(targetRow) {
      for x in plot.x..<plot.right { frame.put("┈", at: Point(x, targetRow), .dim, clip: rect) }
      frame.write("SLO", at: Point(plot.right + 1, targetRow), .dim, clip: rect)
    }
    Sparkline.renderColumns(values, top: top, in: plot, &frame, style: row.style)
    for y in plot.y..<plot.bottom { frame.put("┤", at: Point(plot.x - 1, y), .dim, clip: rect) }
    func label(_ text: String, _ y: Int) {
      frame.lineRight(text, row: 0, .dim, in: Rect(rect.x, y, axis - 1, 1))
    }
    label(row.text(top), plot.y)
    label(row.text(top / 2), plot.y + plot.height / 2)
    label("0", plot.bottom - 1)
    renderTime(plot, in: rect, &frame)
  }

  private func renderTime(_ plot: Rect, in rect: Rect, _ frame: inout Frame) {
    for x in plot.x - 1..<plot.right { frame.put(x < plot.x ? "└" : "─", at: Point(x, plot.bottom), .dim, clip: rect) }
    let span = Double(max(1, report.end.microseconds))
    frame.write("0", at: Point(plot.x, plot.bottom + 1), .dim, clip: rect)
    let end = Quantity.age(report.end - .start)
    frame.lineRight(end, row: 0, .dim, in: Rect(plot.x, plot.bottom + 1, plot.width, 1))
    var free = plot.x + 2
    for fault in report.faults {
      let x = plot.x + min(plot.width - 1, Int(Double(fault.at.microseconds) / span * Double(plot.width)))
      frame.put("▲", at: Point(x, plot.bottom), Style(.warn), clip: rect)
      let text = TextWidth.fit(Printable.escaped(fault.text), 28)
      guard x >= free, x + TextWidth.of(text) < plot.right - end.count - 1 else { continue }
      free = frame.write(text, at: Point(x, plot.bottom + 1), Style(.warn), clip: rect) + 1
    }
  }
}

extension MetricsPanel {
  static func move(_ model: inout ScreenModel, by rows: Int) { model.moveLevel(by: rows) }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] { model.run("show slo") }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { (model.selection.level, model.scroll[.metrics]) = (nil, nil) }
    return model.selection.level != nil || model.scroll[.metrics] != nil
  }

  static func condition(_ model: ScreenModel) -> String? { model.conditionOfStaleness }

  static func matches(of text: String, in model: ScreenModel) -> [Int] { model.session.numbers(containing: text) }
}

/// The service levels, and the numbers below them.
extension ScreenModel {
  /// Selects another service level; past the last one the numbers below are scrolled.
  mutating func moveLevel(by rows: Int) {
    let names = ServiceReport(columns: 1, in: session.timeline).rows.map(\.name)
    let scrolled = scroll[.metrics] ?? 0
    let place = scrolled > 0 ? names.count - 1 + scrolled : names.firstIndex { $0 == selection.level } ?? 0
    let last = names.count - 1 + Session.numberCount
    let target = max(0, min(last, place + max(-10_000, min(10_000, rows))))
    selection.level = names[min(target, names.count - 1)]
    scroll[.metrics] = max(0, target - names.count + 1)
  }
}
