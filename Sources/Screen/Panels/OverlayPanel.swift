import Language
import Workbench

/// Text in a box over the screen: help, and answers to `show`.
enum OverlayPanel {
  static func render(_ overlay: ScreenModel.Overlay, _ frame: inout Frame) {
    let bounds = frame.bounds
    let width = min(bounds.width - 2, max(overlay.width, 24) + 4)
    // The status line below stays to be read: it says what came of the command.
    let height = min(ScreenModel.Overlay.rows(on: frame.size), overlay.lines.count) + 2
    let top = max(1, min((bounds.height - height) / 2, bounds.height - 3 - height))
    let rect = Rect((bounds.width - width) / 2, top, width, height)
    let content = rect.inset(2, 1)
    frame.clear(rect)
    frame.border(rect, isFocused: true, clip: bounds)
    let first = max(0, min(overlay.offset, overlay.lines.count - content.height))
    for (row, line) in overlay.lines[first...].prefix(content.height).enumerated() {
      frame.line(text(of: line, in: overlay, content.width), row: row, style(of: line), in: content)
    }
    for (position, stop) in overlay.stops.enumerated() where (first..<first + content.height).contains(stop.line) {
      let row = Rect(content.x, content.y + stop.line - first, content.width, 1)
      frame.mark(row, .instant(stop.at))
      guard position == overlay.selected else { continue }
      let text = text(of: overlay.lines[stop.line], in: overlay, content.width)
      frame.line(text, row: 0, Style(.focus, bold: true), in: row)
      frame.line("►", row: 0, Style(.focus, bold: true), in: row)
    }
    let edge = Rect(rect.x + 2, rect.y, rect.width - 4, 1)
    if !overlay.title.isEmpty { frame.line(" \(overlay.title) ", row: 0, Style(.focus, bold: true), in: edge) }
    let bottom = Rect(edge.x, rect.bottom - 1, edge.width, 1)
    let more = overlay.lines.count > content.height ? "\(first + content.height)/\(overlay.lines.count)  " : ""
    let sideways = overlay.width > content.width && overlay.stops.isEmpty ? "h l sideways · " : ""
    frame.lineRight(
      " \(more)\(sideways)\(overlay.stops.isEmpty ? "" : "j k choose · Enter goes there · ")Esc closes ", row: 0,
      Style(.focus),
      in: bottom)
  }

  /// What is seen of a line that may have been moved sideways.
  private static func text(of line: String, in overlay: ScreenModel.Overlay, _ width: Int) -> String {
    let text = Printable.escaped(line)
    let hidden = min(overlay.column, max(0, overlay.width - width))
    return hidden == 0 ? text : TextWidth.dropping(hidden, text)
  }

  /// Headings of the help stand out.
  private static func style(of line: String) -> Style {
    !line.hasPrefix(" ") && !line.isEmpty && line == line.uppercased() ? Style(.focus, bold: true) : .text
  }
}
