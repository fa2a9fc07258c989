import Kernel
import Workbench

/// The log: what happened last, the latest at the bottom.
enum LogPanel {
  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let skipped = model.scroll[.log] ?? 0
    let lines = LogReport.lines(rect.height, skipping: skipped, in: model.session)
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

/// The operations that commands issued, the latest at the bottom.
enum OperationsPanel {
  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let skipped = model.scroll[.operations] ?? 0
    let operations = model.session.latestOperations(rect.height, skipping: skipped)
    if operations.isEmpty { frame.line("no operation has ended yet", row: 0, .dim, in: rect) }
    for (row, operation) in operations.enumerated() {
      let number = TextWidth.padLeft("\(operation.id)", 4)
      var x = frame.write(number, at: Point(rect.x, rect.y + row), .dim, clip: rect) + 2
      let outcome = operation.shortOutcome
      let room = max(0, rect.right - x - TextWidth.of(outcome) - 1)
      let route =
        rect.width >= 72 ? "  \(Printable.escaped(operation.client)) → \(operation.coordinator ?? "nobody")" : ""
      let text = TextWidth.fit(operation.request + route, room)
      x = frame.write(text, at: Point(x, rect.y + row), .text, clip: rect)
      frame.lineRight(outcome, row: row, Style(operation.weight.role), in: Rect(x, rect.y, rect.right - x, rect.height))
    }
    return PaneHeading(title: "OPERATIONS", detail: skipped == 0 ? "" : "\(skipped) back · End follows")
  }
}
