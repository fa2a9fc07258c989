import Workbench

/// The copies of the selected key: what each owner holds, and how it stands to the newest.
enum KeyPanel {
  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    guard let key = model.key else {
      frame.line("no key yet", row: 0, .dim, in: rect)
      frame.line("write one: `write cart milk`", row: 1, .dim, in: rect)
      return PaneHeading(title: "KEY", detail: "")
    }
    let copies = model.session.copies(of: key)
    let newest = copies.filter { $0.relation == .newest }.count
    let isWide = rect.width >= 44
    let columns = Columns(copies, width: rect.width, isWide: isWide)
    columns.renderHeader(in: rect, &frame)
    let rows = max(0, rect.height - (isWide ? 3 : 2))
    let selected = copies.firstIndex { $0.replica == model.replica } ?? 0
    let first = max(0, min(selected - rows / 2, copies.count - rows))
    for (row, copy) in copies[first...].prefix(rows).enumerated() {
      columns.render(copy, isSelected: copy.replica == model.replica, row: row + 1, in: rect, &frame)
    }
    if isWide {
      renderBar(newest, of: copies.count, in: Rect(rect.x, rect.bottom - 1, rect.width, 1), &frame)
    } else {
      frame.line("= newest < old ‖ conflict", row: rect.height - 1, .dim, in: rect)
    }
    return PaneHeading(title: "KEY \(Printable.escaped(key))", detail: "newest on \(newest) of \(copies.count)")
  }

  /// How many copies are the newest, as a bar.
  private static func renderBar(_ part: Int, of whole: Int, in rect: Rect, _ frame: inout Frame) {
    let label = "newest on \(part) of \(whole) "
    let x = frame.write(label, at: Point(rect.x, rect.y), part == whole ? Style(.ok) : .text, clip: rect)
    let width = min(whole * 2, rect.right - x)
    guard whole > 0 else { return }
    let full = width * part / whole
    for column in 0..<max(0, width) {
      frame.put(column < full ? "■" : "·", at: Point(x + column, rect.y), column < full ? Style(.ok) : .dim, clip: rect)
    }
  }

  /// Where the columns of the table begin.
  private struct Columns {
    let isWide: Bool
    let value: Int
    let vector: Int
    let relation: Int

    init(_ copies: [CopyReport], width: Int, isWide: Bool) {
      self.isWide = isWide
      let name = max(3, copies.map { TextWidth.of($0.replica) }.max() ?? 0)
      value = 1 + name + 3
      relation = width - (isWide ? 22 : 1)
      let longest = copies.map { TextWidth.of($0.shownValue) }.max() ?? 0
      let vectors = copies.map { TextWidth.of($0.vector) }.max() ?? 0
      let room = relation - value - 2
      vector = value + min(max(5, longest), max(5, room - min(vectors, room / 2))) + 1
    }

    func renderHeader(in rect: Rect, _ frame: inout Frame) {
      func write(_ text: String, _ column: Int, _ end: Int) {
        frame.line(text, row: 0, .dim, in: Rect(rect.x + column, rect.y, end - column, 1))
      }
      write("rep", 1, value)
      write("value", value, vector)
      write("clock", vector, relation)
      if isWide {
        write("vs newest", relation, rect.width)
        frame.lineRight("age", row: 0, .dim, in: rect)
      }
    }

    func render(_ copy: CopyReport, isSelected: Bool, row: Int, in rect: Rect, _ frame: inout Frame) {
      func write(_ text: String, _ column: Int, _ end: Int, _ style: Style) {
        frame.line(text, row: row, style, in: Rect(rect.x + column, rect.y, end - column, rect.height))
      }
      let style = copy.style
      if isSelected { write("►", 0, 1, Style(.focus, bold: true)) }
      write(copy.replica, 1, value - 2, isSelected ? Style(.focus, bold: true) : .text)
      write(copy.glyph, value - 2, value - 1, copy.isUp ? Style(.ok) : Style(.bad))
      write(copy.shownValue, value, vector - 1, style)
      write(copy.vector, vector, relation - 1, style.role == .text ? .text : style)
      write(isWide ? copy.words : copy.sign, relation, isWide ? rect.width - 8 : rect.width, style)
      guard isWide, let age = copy.age else { return }
      frame.lineRight(Quantity.age(age), row: row, .dim, in: rect)
    }
  }
}

extension CopyReport {
  /// How the copy is drawn: what stands level is ordinary, what lags behind steps back, what conflicts stands out.
  var style: Style {
    switch relation {
    case .newest: .text
    case .stale, .missing: .dim
    case .concurrent, .ahead: Style(.conflict, bold: true)
    }
  }

  /// The relation's first sign.
  var sign: String { String(relation.words.prefix(1)) }

  /// The relation in words, or what keeps the replica silent.
  var words: String { isUp ? relation.words : state }

  /// The replica's state as a glyph.
  var glyph: String { isUp ? "●" : state == "paused" ? "○" : "✗" }
}
