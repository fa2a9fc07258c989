import Language
import Workbench

/// A menu: commands with their meanings, the keys that do the same, and reasons where something can't be done.
enum MenuPanel {
  static func render(_ menu: Menu, _ frame: inout Frame) {
    let items = menu.shown
    let width = min(frame.size.columns - 2, 76)
    let rows = max(1, min(frame.size.rows - 7, max(items.count, menu.isFiltered ? min(16, menu.items.count) : 1)))
    let height = rows + 2 + (menu.isFiltered ? 1 : 0)
    // The status line below stays to be read.
    let top = max(1, min((frame.size.rows - height) / 2, frame.size.rows - 3 - height))
    let rect = Rect((frame.size.columns - width) / 2, top, width, height)
    frame.clear(rect)
    frame.border(rect, isFocused: true, clip: frame.bounds)
    let edge = Rect(rect.x + 2, rect.y, rect.width - 4, 1)
    frame.line(" \(menu.title) ", row: 0, Style(.focus, bold: true), in: edge)
    var content = rect.inset(2, 1)
    if menu.isFiltered {
      let end = frame.write(
        "► \(Printable.escaped(menu.filter))", at: Point(content.x, content.y), Style(.focus), clip: content)
      frame.cursor = Point(min(end, content.right - 1), content.y)
      if menu.filter.isEmpty { frame.line("type to narrow it down", row: 0, .dim, in: Rect(end + 1, content.y, 30, 1)) }
      content = content.splitTop(1).bottom
    }
    if items.isEmpty { frame.line("nothing is called that", row: 0, .dim, in: content) }
    // Meanings stand in a column of their own, where that isn't too far from the commands.
    let column = min(38, items.filter(\.hasMeaning).map { TextWidth.of($0.label ?? $0.command) }.max() ?? 0) + 2
    let first = max(0, min(menu.selected - rows / 2, items.count - rows))
    for (row, item) in items[first...].prefix(rows).enumerated() {
      let isSelected = first + row == menu.selected
      guard item.isChoice || !item.summary.isEmpty else {
        frame.line(item.command, row: row, Style(.focus, bold: true), in: content)
        continue
      }
      if item.isChoice { frame.mark(Rect(content.x, content.y + row, content.width, 1), .item(first + row)) }
      render(item, isSelected: isSelected, summaryAt: column, row: row, in: content, &frame)
      if isSelected, !menu.isFiltered { frame.cursor = Point(content.x, content.y + row) }
    }
    let place = items.count > rows ? "\(menu.selected + 1)/\(items.count)  " : ""
    frame.lineRight(
      " \(place)Enter takes it  Esc closes ", row: 0, Style(.focus), in: Rect(edge.x, rect.bottom - 1, edge.width, 1))
  }

  private static func render(
    _ item: Menu.Item, isSelected: Bool, summaryAt column: Int, row: Int, in rect: Rect, _ frame: inout Frame
  ) {
    let style: Style = item.reason != nil ? .dim : isSelected ? Style(.focus, bold: true) : .text
    let keyWidth = item.key.isEmpty ? 0 : 11
    if keyWidth > 0 {
      frame.line(
        item.key, row: row, isSelected ? style : Style(.focus), in: Rect(rect.x + 2, rect.y, keyWidth, rect.height))
    }
    if isSelected { frame.line("►", row: row, Style(.focus, bold: true), in: rect) }
    let x = rect.x + 2 + keyWidth
    let end = frame.write(
      TextWidth.fit(Printable.escaped(item.label ?? item.command), rect.right - x), at: Point(x, rect.y + row), style,
      clip: rect)
    let words = item.reason ?? (item.hasMeaning ? item.summary : "")
    let start = max(end + 2, x + column)
    frame.line(words, row: row, .dim, in: Rect(start, rect.y, rect.right - start, rect.height))
  }
}

extension Menu.Item {
  /// Whether its meaning stands beside it.
  fileprivate var hasMeaning: Bool { isChoice && (action == nil || isDescribed) }
}
