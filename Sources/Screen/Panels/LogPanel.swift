import Analysis
import Kernel
import Language
import Workbench

/// The log: what happened last, the latest at the bottom.
enum LogPanel {
  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let skipped = model.scroll[.log] ?? 0
    let lines = LogReport.lines(rect.height, skipping: skipped, in: model.session.timeline)
    if lines.isEmpty { frame.line("nothing has happened yet", row: 0, .dim, in: rect) }
    let names = model.session.replicaNames.map { TextWidth.of($0) }.max() ?? 3
    for (row, line) in lines.enumerated() { render(line, place: min(16, 2 * names + 4), row: row, in: rect, &frame) }
    return PaneHeading(title: "LOG", detail: skipped == 0 ? "ms · following" : "\(skipped) back · End follows")
  }

  private static func render(_ line: LogLine, place: Int, row: Int, in rect: Rect, _ frame: inout Frame) {
    let y = rect.y + row
    let style = Style(line.weight.role)
    let time = TextWidth.padLeft(String(Quantity.milliseconds(line.at.microseconds).dropLast(3)), 11)
    var x = frame.write(time, at: Point(rect.x, y), .dim, clip: rect) + 2
    if line.weight == .command {
      frame.line(
        "► \(line.text)", row: row, Style(.focus, bold: true), in: Rect(x, rect.y, rect.right - x, rect.height))
      return
    }
    x = frame.write(TextWidth.pad(line.place, place), at: Point(x, y), .dim, clip: rect) + 1
    let room = rect.right - x
    let outcome = TextWidth.of(line.outcome) + 16 < room ? line.outcome : ""
    let width = room - TextWidth.of(outcome) - (outcome.isEmpty ? 0 : 1)
    frame.line(line.text, row: row, style, in: Rect(x, rect.y, width, rect.height))
    frame.lineRight(outcome, row: row, line.weight == .plain ? .dim : style, in: Rect(x, rect.y, room, rect.height))
  }
}
