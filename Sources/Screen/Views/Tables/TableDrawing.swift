import Language
import Workbench

/// A table as it is drawn: a header that says how it is sorted, and the rows around the selected one.
struct TableDrawing {
  private let table: Table
  private let rows: [Table.Row]
  private let look: TableLook
  private let view: ViewName

  init(_ table: Table, _ rows: [Table.Row], _ look: TableLook, view: ViewName) {
    self.table = table
    self.rows = rows
    self.look = look
    self.view = view
  }

  func render(in rect: Rect, _ frame: inout Frame) {
    guard !rows.isEmpty else {
      let absence = table.rows.isEmpty ? table.absence : "nothing here contains that; Esc shows all"
      frame.line(absence, row: 0, .dim, in: rect)
      return
    }
    let (header, body) = rect.splitTop(1)
    let selected = rows.firstIndex { $0.name == look.selected } ?? 0
    let first = max(0, min(selected - body.height / 2, rows.count - body.height))
    let shown = Array(rows[first...].prefix(body.height))
    let places = places(of: shown, in: rect)
    for (index, place) in places.enumerated() {
      let column = table.columns[index]
      let isSorted = index == look.column
      let title = isSorted ? "\(column.title) \(look.isDescending ? "▼" : "▲")" : column.title
      let cell = Rect(place.x, header.y, place.width, 1)
      let style: Style = isSorted ? Style(.focus) : .dim
      if column.isNumber {
        frame.lineRight(title, row: 0, style, in: cell)
      } else {
        frame.line(title, row: 0, style, in: cell)
      }
      frame.mark(cell, .column(view, index))
    }
    for (offset, row) in shown.enumerated() {
      let isSelected = first + offset == selected
      let line = Rect(body.x, body.y + offset, body.width, 1)
      frame.mark(line, .row(view, first + offset))
      if isSelected { frame.put("►", at: Point(line.x, line.y), Style(.focus, bold: true), clip: line) }
      for (index, place) in places.enumerated() {
        let cell = Rect(place.x, line.y, place.width, 1)
        let style = isSelected && index == 0 ? Style(.focus, bold: true) : row.cells[index].style
        if table.columns[index].isNumber {
          frame.lineRight(row.cells[index].text, row: 0, style, in: cell)
        } else {
          frame.line(row.cells[index].text, row: 0, style, in: cell)
        }
      }
    }
  }

  /// Where the columns stand that there is room for. Two blanks part them; the first one takes what the others leave.
  private func places(of shown: [Table.Row], in rect: Rect) -> [(x: Int, width: Int)] {
    let widths = table.columns.enumerated().map { index, column in
      max(TextWidth.of(column.title) + 2, shown.map { TextWidth.of($0.cells[index].text) }.max() ?? 0)
    }
    let room = rect.width - 2
    let smallest = min(widths[0], max(8, room / 3))
    var count = 1
    var used = smallest
    while count < widths.count, used + widths[count] + 2 <= room {
      used += widths[count] + 2
      count += 1
    }
    var x = rect.x + 2
    return widths.prefix(count).enumerated().map { index, width in
      let width = index == 0 ? min(width, smallest + room - used) : width
      defer { x += width + 2 }
      return (x, width)
    }
  }
}
