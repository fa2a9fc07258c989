import Analysis
import Language
import Workbench

/// The copies of the selected key: what each owner holds, its vector, and how it stands to the selected one.
enum KeyPanel: PaneView {
  static let summary = "the copies of the key: what each owner holds, and how it stands to the selected one"
  static let room = PaneRoom((30, 14), preferred: (70, 16))
  static let keys = [
    PaneKey(.nextKey, "key", "the next key"),
    PaneKey(.previousKey, "", "the key before"),
    PaneKey(.repair, "repair", "bring the copies of the key level", needsRepair: true),
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    guard let key = model.key else {
      frame.line("no key yet", row: 0, .dim, in: rect)
      frame.line("write one: `write cart milk`", row: 1, .dim, in: rect)
      return PaneHeading(title: "KEY", detail: "")
    }
    // Further apart, the columns of a row would no longer be read as one.
    let rect = Rect(rect.x, rect.y, min(rect.width, 100), rect.height)
    let report = KeyReport(of: key, comparedWith: model.replica, in: model.session.timeline)
    let isWide = rect.width >= 44
    let columns = KeyColumns(report, width: rect.width, isWide: isWide)
    columns.renderHeader(report, in: rect, &frame)
    let contents = isWide && rect.height >= report.rows.count + 5 ? report.contents : []
    // A blank row parts the bar from the rest, unless there is more to be read.
    let footer = isWide && contents.count + report.rows.count + 4 <= rect.height ? 2 : 1
    let detailHeight = contents.isEmpty ? 0 : min(contents.count + 1, rect.height - footer - 1 - report.rows.count)
    let rows = max(0, rect.height - 1 - footer - detailHeight)
    let selected = report.rows.firstIndex { $0.replica == model.replica } ?? 0
    let first = max(0, min(selected - rows / 2, report.rows.count - rows))
    for (row, copy) in report.rows[first...].prefix(rows).enumerated() {
      frame.mark(Rect(rect.x, rect.y + row + 1, rect.width, 1), .copy(copy.replica))
      columns.render(
        copy, report.standings[first + row], report.matrix[first + row], report.roles[first + row],
        isSelected: copy.replica == model.replica,
        row: row + 1, in: rect, &frame)
    }
    if detailHeight > 0 {
      let used = 1 + min(rows, report.rows.count)
      renderContents(contents, report, in: Rect(rect.x, rect.y + used, rect.width, detailHeight), &frame)
    }
    if isWide {
      renderBar(report, in: Rect(rect.x, rect.bottom - 1, rect.width, 1), &frame)
    } else {
      frame.line("= same < old ‖ conflict", row: rect.height - 1, .dim, in: rect)
    }
    let form = report.form == "lww" ? "" : "\(report.form) · "
    return PaneHeading(title: "KEY \(Printable.escaped(key))", detail: form + summary(of: report))
  }

  /// On how many copies the newest is.
  private static func summary(of report: KeyReport) -> String {
    guard report.owners > 0 else { return "nobody holds it" }
    return "newest \(report.isSpread ? "in their regions " : "")on \(report.newest) of \(report.owners)"
  }

  /// What the selected copy consists of.
  private static func renderContents(_ lines: [String], _ report: KeyReport, in rect: Rect, _ frame: inout Frame) {
    for x in rect.x..<rect.right { frame.put("─", at: Point(x, rect.y), .dim, clip: rect) }
    let name = report.reference.map { "► \($0)  " } ?? "newest  "
    for (row, line) in lines.prefix(rect.height - 1).enumerated() {
      let x = rect.x + TextWidth.of(name)
      if row == 0 {
        frame.line(name, row: 1, report.reference == nil ? .dim : Style(.focus, bold: true), in: rect)
      }
      let isLast = row == rect.height - 2 && lines.count > rect.height - 1
      frame.line(
        isLast ? "… \(lines.count - row) more" : line, row: row + 1, isLast ? .dim : .text,
        in: Rect(x, rect.y, rect.right - x, rect.height))
    }
  }

  /// How many copies are the newest, as a bar.
  private static func renderBar(_ report: KeyReport, in rect: Rect, _ frame: inout Frame) {
    let (part, whole) = (report.newest, report.owners)
    let place = report.isSpread ? "in their regions " : ""
    let label =
      report.isConverged
      ? "● all \(whole) level \(place)" : whole == 0 ? "" : "newest \(place)on \(part) of \(whole) "
    let x = frame.write(label, at: Point(rect.x, rect.y), part == whole ? Style(.ok) : .text, clip: rect)
    let width = min(whole * 2, rect.right - x)
    guard whole > 0 else { return }
    let full = width * part / whole
    for column in 0..<max(0, width) {
      frame.put(column < full ? "■" : "·", at: Point(x + column, rect.y), column < full ? Style(.ok) : .dim, clip: rect)
    }
  }
}

/// Where the columns of the key's table begin.
private struct KeyColumns {
  private let isWide: Bool
  private let value: Int
  private let vector: Int
  /// The column of roles, which ends before the relation; nil where there are none, or no room.
  private let role: Int?
  private let relation: Int
  /// The width of a writer's column; 0: the vector is written out.
  private let counterWidth: Int

  init(_ report: KeyReport, width: Int, isWide: Bool) {
    self.isWide = isWide
    let name = max(3, report.rows.map { TextWidth.of($0.replica) }.max() ?? 0)
    value = 1 + name + 3
    let longestRelation = report.standings.indices.map { TextWidth.of(Self.words(report, $0)) }.max() ?? 0
    relation = width - (isWide ? max(17, min(22, longestRelation + 8)) : 1)
    let longest = max(5, report.rows.map { TextWidth.of($0.shownValue) }.max() ?? 0)
    let room = relation - value - 2
    let counter = max(3, report.writers.map { TextWidth.of($0) }.max() ?? 0) + 1
    let matrix = counter * report.writers.count
    counterWidth = matrix > 0 && matrix + min(longest, 8) <= room ? counter : 0
    let clock = counterWidth > 0 ? matrix : min(report.rows.map { TextWidth.of($0.vector) }.max() ?? 0, room / 2)
    vector = value + min(longest, max(5, room - clock)) + 1
    let roles = report.roles.compactMap { $0.map { TextWidth.of($0.word) } }.max() ?? 0
    role = roles > 0 && vector + max(clock, 5) + roles + 2 <= relation ? relation - roles - 1 : nil
  }

  func renderHeader(_ report: KeyReport, in rect: Rect, _ frame: inout Frame) {
    func write(_ text: String, _ column: Int, _ end: Int) {
      frame.line(text, row: 0, .dim, in: Rect(rect.x + column, rect.y, end - column, 1))
    }
    write("rep", 1, value)
    write("value", value, vector)
    if counterWidth > 0 {
      for (index, writer) in report.writers.enumerated() {
        frame.lineRight(
          writer, row: 0, .dim, in: Rect(rect.x + vector + index * counterWidth, rect.y, counterWidth - 1, 1))
      }
    } else {
      write("clock", vector, relation)
    }
    if let role { write("role", role, relation) }
    guard isWide else { return }
    write("vs \(report.reference ?? "newest")", relation, rect.width - 5)
    frame.lineRight("age", row: 0, .dim, in: rect)
  }

  func render(
    _ copy: CopyReport, _ standing: KeyReport.Standing, _ counters: [UInt32], _ duty: RoleReport?,
    isSelected: Bool, row: Int, in rect: Rect, _ frame: inout Frame
  ) {
    func write(_ text: String, _ column: Int, _ end: Int, _ style: Style) {
      frame.line(text, row: row, style, in: Rect(rect.x + column, rect.y, end - column, rect.height))
    }
    let style = copy.style
    if isSelected { write("►", 0, 1, Style(.focus, bold: true)) }
    write(copy.replica, 1, value - 2, isSelected ? Style(.focus, bold: true) : .text)
    write(copy.glyph, value - 2, value - 1, copy.isUp ? Style(.ok) : Style(.bad))
    write(copy.shownValue, value, vector - 1, style)
    if counterWidth > 0 {
      for (index, counter) in counters.enumerated() {
        frame.lineRight(
          counter == 0 ? "·" : "\(counter)", row: row, counter == 0 ? .dim : style,
          in: Rect(rect.x + vector + index * counterWidth, rect.y, counterWidth - 1, rect.height))
      }
    } else {
      write(copy.vector, vector, relation - 1, style)
    }
    if let role, let duty { write(duty.word, role, relation, Style(.text, bold: duty.leads)) }
    let words = Self.words(copy, standing, isWide: isWide)
    write(words, relation, isWide ? rect.width - 8 : rect.width, standing.style)
    guard isWide, let age = copy.age else { return }
    frame.lineRight(Quantity.figure(age), row: row, .dim, in: rect)
  }

  private static func words(_ report: KeyReport, _ index: Int) -> String {
    words(report.rows[index], report.standings[index], isWide: true)
  }

  /// The relation in words, or what keeps the replica silent.
  private static func words(_ copy: CopyReport, _ standing: KeyReport.Standing, isWide: Bool) -> String {
    guard isWide else { return standing.sign }
    let words =
      switch standing {
      case .same: "= same"
      case .before: "< before"
      case .after: copy.relation == .ahead ? "> older by clock" : "> after"
      case .concurrent: "‖ concurrent"
      case .none: copy.relation == .missing ? "· nothing" : copy.relation == .absent ? "· region empty" : "· "
      case .apart: "– not compared"
      }
    if copy.isStandIn, copy.isUp {
      return copy.standsInFor.isEmpty
        ? "\(standing.sign) no owner" : "\(standing.sign) for \(copy.standsInFor.joined(separator: ", "))"
    }
    return copy.isUp ? words : "\(standing.sign) \(copy.state)"
  }
}

extension KeyReport.Standing {
  fileprivate var style: Style {
    switch self {
    case .same: .text
    case .before, .none, .apart: .dim
    case .after: Style(.focus)
    case .concurrent: Style(.conflict, bold: true)
    }
  }
}

extension CopyReport {
  /// How the copy is drawn: what stands level is ordinary, what lags behind steps back, what conflicts stands out.
  var style: Style {
    switch relation {
    case .newest: .text
    case .stale, .missing, .absent: .dim
    case .concurrent, .ahead: Style(.conflict, bold: true)
    }
  }

  /// The replica's state as a glyph.
  var glyph: String { isUp ? "●" : state == "paused" ? "○" : "✗" }
}

extension KeyPanel {
  static func move(_ model: inout ScreenModel, by rows: Int) {
    model.selection.thing = nil
    model.moveReplica(
      by: rows,
      among: model.session.holdings(of: model.key ?? "").map(\.replica))
  }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    model.inspect()
    return []
  }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { model.replica = nil }
    return model.replica != nil
  }

  static func condition(_ model: ScreenModel) -> String? {
    guard let key = model.key,
      let copy = model.session.holdings(of: key).first(where: {
        $0.replica == model.replica
      })
    else { return nil }
    let name = CommandText.word(key)
    return "value(\(copy.replica), \(name)) != \(CommandText.quoted(copy.value ?? "none"))"
  }

  static func matches(of text: String, in model: ScreenModel) -> [Int] { model.session.keys(containing: text) }
  static func show(_ match: Int, in model: inout ScreenModel) { model.turn(toKey: match) }
}
