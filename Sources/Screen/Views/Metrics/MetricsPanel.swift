import Analysis
import Kernel
import Language
import Workbench

/// The service levels, the worst first, with their course; below them all numbers of the session so far.
///
/// Each level's value, objective and status are shown at any size; then come the words, the course of the selected one, the
/// courses of all, and the numbers, as far as there is room: what a smaller pane shows, a larger one shows, too.
enum MetricsPanel: PaneView {
  static let summary = "the service levels, the worst first, their course, and all numbers"
  static let room = PaneRoom((40, 13), preferred: (80, 14))
  static let keys = [
    PaneKey(.down, "level", "the next service level; past the last one the numbers scroll")
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let report = ServiceReport(columns: CourseChart.bars, in: model.session.timeline)
    let selected = report.rows.firstIndex { $0.name == model.selection.level } ?? 0
    let table = LevelTable(report, width: rect.width, hasHeader: rect.height > report.rows.count + 1)
    table.render(report, selected: selected, in: rect, &frame)
    var rest = rect.splitTop(table.height(of: report)).bottom
    let row = report.rows[selected]
    var sentence = TextWrap.lines(row.sentence, width: rect.width)
    let windows = model.session.timeline.isWatching ? WindowReport(model.session.timeline) : nil
    if let words = windows?.sentence(of: row.name) { sentence += TextWrap.lines(words, width: rect.width) }
    let hasChart =
      rest.height >= CourseChart.least + 1 && rest.width >= CourseChart.leastWidth
      && row.course.contains { $0 != nil }
    let room = hasChart ? max(1, rest.height - max(CourseChart.least, min(10, rest.height / 2))) : rest.height
    if sentence.count > room, room > 0 {
      sentence = Array(sentence.prefix(room))
      sentence[room - 1] = TextWidth.fit(sentence[room - 1] + " …", rect.width)
    }
    for (offset, line) in sentence.enumerated() { frame.line(line, row: offset, row.status.style, in: rest) }
    rest = rest.splitTop(sentence.count).bottom
    if hasChart {
      let (chart, below) = rest.splitTop(rest.height < 14 ? rest.height : min(16, rest.height / 2))
      CourseChart(row, report).render(in: chart, &frame)
      rest = below
    }
    renderNumbers(model, in: rest.splitTop(1).bottom, &frame)
    let bad = report.rows.filter { $0.status == .critical }.count
    let doubtful = report.rows.filter { $0.status == .warning || $0.status == .missed }.count
    let met = report.rows.filter { $0.status == .met }.count
    let unsaid = report.rows.count - bad - doubtful - met
    let firing = windows.map(\.firingCount) ?? 0
    let alerts = firing == 0 ? "" : "  \(CountedNoun("alert fires", "alerts fire").text(firing))"
    return PaneHeading(title: "METRICS", detail: "✗ \(bad)  ▲ \(doubtful)  ● \(met)  · \(unsaid)\(alerts)")
  }

  /// The numeric facts, from where they are scrolled to.
  private static func renderNumbers(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) {
    guard rect.height > 0 else { return }
    let count = model.session.numberCount
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
struct LevelTable {
  /// The bars of a course in the table: so many at any width, so that its shape is always the same.
  static let bars = 10

  private let name: Int
  private let value: Int
  private let objective: Int
  private let words: Int
  private let hasCourse: Bool
  private let range: Int
  private let strain: Int
  private let hasHeader: Bool

  init(_ report: ServiceReport, width: Int, hasHeader: Bool) {
    func longest(_ texts: [String]) -> Int { texts.map(TextWidth.of).max() ?? 0 }
    value = max(3, longest(report.rows.map(\.value)))
    objective = longest(report.rows.map(\.objective))
    let words = longest(report.rows.map(\.status.word))
    let range = max(5, longest(report.rows.map(\.rangeText)))
    let names = longest(report.rows.map(\.name))
    // What is left beside the columns that are always there goes to the name, up to its length, and then to the others.
    var rest = width - 3 - value - objective - 2
    func take(_ columns: Int, leaving least: Int) -> Bool {
      guard rest - columns - 1 >= least else { return false }
      rest -= columns + 1
      return true
    }
    self.words = take(words, leaving: 13) ? words : 0
    hasCourse = take(Self.bars + 1 + range, leaving: min(names, 18))
    self.range = hasCourse ? range : 0
    strain = take(6, leaving: names) ? 6 : 0
    name = min(names, max(0, rest))
    self.hasHeader = hasHeader
  }

  /// How many rows it takes.
  func height(of report: ServiceReport) -> Int { report.rows.count + (hasHeader ? 1 : 0) }

  /// Where the columns begin, from left to right.
  private var places: (name: Int, value: Int, objective: Int, course: Int, strain: Int, words: Int) {
    let value = 3 + name + 1
    let objective = value + self.value + 1
    let course = objective + self.objective + 1
    let strain = course + (hasCourse ? Self.bars + 1 + range + 1 : 0)
    return (3, value, objective, course, strain, strain + (self.strain > 0 ? self.strain + 1 : 0))
  }

  func render(_ report: ServiceReport, selected: Int, in rect: Rect, _ frame: inout Frame) {
    if hasHeader { renderHeader(report, in: rect, &frame) }
    let top = rect.y + (hasHeader ? 1 : 0)
    for (offset, row) in report.rows.enumerated() where top + offset < rect.bottom {
      render(row, isSelected: offset == selected, y: top + offset, in: rect, &frame)
    }
  }

  private func renderHeader(_ report: ServiceReport, in rect: Rect, _ frame: inout Frame) {
    func write(_ text: String, _ column: Int, _ width: Int) {
      frame.line(text, row: 0, .dim, in: Rect(rect.x + column, rect.y, width, 1))
    }
    write("indicator", 1, name + 2)
    frame.lineRight("now", row: 0, .dim, in: Rect(rect.x + places.value, rect.y, value, 1))
    write("objective", places.objective, objective)
    if hasCourse {
      write("bar \(Quantity.figure(report.bar(of: Self.bars)))", places.course, Self.bars)
      write("range", places.course + Self.bars + 1, range)
    }
    if strain > 0 { frame.lineRight("used", row: 0, .dim, in: Rect(rect.x + places.strain, rect.y, strain, 1)) }
    if words > 0 { write("status", places.words, words) }
  }

  private func render(
    _ row: ServiceReport.Row, isSelected: Bool, y: Int, in rect: Rect, _ frame: inout Frame
  ) {
    func write(_ text: String, _ column: Int, _ width: Int, _ style: Style) {
      frame.line(text, row: 0, style, in: Rect(rect.x + column, y, min(width, rect.width - column), 1))
    }
    if isSelected { write("►", 0, 1, Style(.focus, bold: true)) }
    write(String(row.status.words.prefix(1)), 1, 1, row.status.style)
    write(row.name, places.name, name, isSelected ? Style(.focus, bold: true) : .text)
    frame.lineRight(
      row.value, row: 0, row.status == .met ? .text : row.status.style,
      in: Rect(rect.x + places.value, y, value, 1))
    write(row.objective, places.objective, objective, .dim)
    if hasCourse {
      let spark = Rect(rect.x + places.course, y, Self.bars, 1)
      let course = row.course.worst(of: Self.bars, row)
      Sparkline.render(course, top: row.top, at: Point(spark.x, y), clip: spark, &frame, style: row.style)
      write(row.rangeText, places.course + Self.bars + 1, range, .dim)
    }
    if strain > 0, let used = row.strain {
      frame.lineRight(
        Quantity.figure(used) + "×", row: 0, used > 1 ? row.status.style : .text,
        in: Rect(rect.x + places.strain, y, strain, 1))
    }
    if words > 0 { write(row.status.word, places.words, words, row.status.style) }
  }
}

extension ServiceReport {
  /// How much time a bar stands for where the course has at most that many.
  fileprivate func bar(of bars: Int) -> TimeSpan {
    let size = max(1, ((rows.first?.course.count ?? 0) + bars - 1) / bars)
    return TimeSpan(microseconds: stretch.microseconds * Int64(size))
  }
}

extension ServiceReport.Row {
  /// How a value of its course is drawn: by its side of the objective.
  fileprivate func style(_ value: Double) -> Style {
    (isBetterWhenLarger ? value < target : value > target) ? Style(.bad) : Style(.ok)
  }

  /// What the highest bar stands for: the objective at least, so that bars say how near it is.
  fileprivate var top: Double { max(course.compactMap { $0 }.max() ?? 0, isBetterWhenLarger ? 1 : target) }

  fileprivate var rangeText: String { "0–\(text(top))" }
}

extension [Double?] {
  /// The values in at most so many groups of equal length, each the worst of those in it.
  fileprivate func worst(of groups: Int, _ row: ServiceReport.Row) -> [Double?] {
    let size = Swift.max(1, (count + groups - 1) / groups)
    return stride(from: 0, to: count, by: size).map { start in
      let values = self[start..<Swift.min(count, start + size)].compactMap { $0 }
      return row.isBetterWhenLarger ? values.min() : values.max()
    }
  }
}

/// The course of one indicator over several rows, with its objective and the faults below.
struct CourseChart {
  /// So many bars at most, at any width: each stands for the same time, and the shape is always the same.
  static let bars = 30
  /// The fewest rows and columns that it needs.
  static let least = 4
  static let leastWidth = 46

  private let row: ServiceReport.Row
  private let report: ServiceReport

  init(_ row: ServiceReport.Row, _ report: ServiceReport) {
    self.row = row
    self.report = report
  }

  func render(in rect: Rect, _ frame: inout Frame) {
    let axis = 9
    let isTitled = rect.height >= 6
    let barWidth = max(1, (rect.width - axis - 6) / Self.bars)
    let plot = Rect(
      rect.x + axis + 1, rect.y + (isTitled ? 1 : 0), min(Self.bars * barWidth, rect.width - axis - 6),
      rect.height - 2 - (isTitled ? 1 : 0))
    guard plot.height >= 2, plot.width >= 20 else { return }
    if isTitled {
      let peak = row.course.compactMap { $0 }.max().map { " · peak \(row.text($0))" } ?? ""
      frame.line(
        "\(row.name)\(peak) · a bar is \(Quantity.figure(report.stretch))", row: 0, .dim, in: rect)
    }
    let values = row.course.flatMap { Array(repeating: $0, count: barWidth) }
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
    if plot.height >= 4 { label(row.text(top / 2), plot.y + plot.height / 2) }
    label("0", plot.bottom - 1)
    renderTime(plot, used: max(1, values.count), hasBar: !isTitled, in: rect, &frame)
  }

  private func renderTime(_ plot: Rect, used: Int, hasBar: Bool, in rect: Rect, _ frame: inout Frame) {
    for x in plot.x - 1..<plot.right { frame.put(x < plot.x ? "└" : "─", at: Point(x, plot.bottom), .dim, clip: rect) }
    let span = Double(max(1, report.end.microseconds))
    frame.write("0", at: Point(plot.x, plot.bottom + 1), .dim, clip: rect)
    let bar = hasBar ? ", a bar is \(Quantity.figure(report.stretch))" : ""
    let end = Quantity.figure(report.end - .start) + bar
    let line = Rect(plot.x + 2, plot.bottom + 1, max(min(plot.width, used), TextWidth.of(end) + 2) - 2, 1)
    frame.lineRight(end, row: 0, .dim, in: line)
    var free = plot.x + 2
    for fault in report.faults {
      let x = plot.x + min(used - 1, Int(Double(fault.at.microseconds) / span * Double(used)))
      frame.put("▲", at: Point(x, plot.bottom), Style(.warn), clip: rect)
      let text = TextWidth.fit(Printable.escaped(fault.text), 28)
      guard x >= free, x + TextWidth.of(text) < line.right - TextWidth.of(end) - 1 else { continue }
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
    let last = names.count - 1 + session.numberCount
    let target = max(0, min(last, place + max(-10_000, min(10_000, rows))))
    selection.level = names[min(target, names.count - 1)]
    scroll[.metrics] = max(0, target - names.count + 1)
  }
}
