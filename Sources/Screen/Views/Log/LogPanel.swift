import Analysis
import Kernel
import Language
import Workbench

/// The log: what happened, the latest at the bottom; Enter leads to the selected line's instant.
enum LogPanel: PaneView {
  static let summary = "what happened, message by message"
  static let room = PaneRoom((40, 6), preferred: (110, 14))
  static let keys = [
    PaneKey(.finish, "go there", "go to the selected line's instant"),
    PaneKey(.why, "why", "why the operation that the selected line is about answered so"),
    PaneKey(.search, "search", "search the log"),
    PaneKey(.bottom, "follow", "follow what happens"),
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let timeline = model.session.timeline
    let selected = model.logLine
    let lines = lines(rect.height, around: selected, in: timeline)
    if lines.isEmpty { frame.line("nothing has happened yet", row: 0, .dim, in: rect) }
    let names = model.session.replicaNames.map { TextWidth.of($0) }.max() ?? 3
    for (row, line) in lines.enumerated() {
      frame.mark(Rect(rect.x, rect.y + row, rect.width, 1), .row(.log, line.number))
      render(
        line, place: min(16, 2 * names + 4), isSelected: line.number == selected, row: row, in: rect, &frame)
    }
    return PaneHeading(title: "LOG", detail: "ms · \(place(of: selected, in: timeline))")
  }

  /// Where the selected line stands in all that is recorded.
  private static func place(of selected: Int?, in timeline: Timeline) -> String {
    guard let selected else { return "following" }
    return "\(LogReport.percent(before: selected, in: timeline))% · End follows"
  }

  /// The latest lines, or those around the selected one.
  private static func lines(_ rows: Int, around selected: Int?, in timeline: Timeline) -> [LogLine] {
    guard let selected else { return LogReport.lines(rows, in: timeline) }
    let last = LogReport.number(rows / 2, after: selected, in: timeline)
    let lines = LogReport.lines(rows, upTo: last, in: timeline)
    // Near the beginning there are fewer above than below.
    guard lines.count < rows else { return lines }
    return LogReport.lines(
      rows, upTo: LogReport.number(rows / 2 + rows - lines.count, after: selected, in: timeline), in: timeline)
  }

  private static func render(
    _ line: LogLine, place: Int, isSelected: Bool, row: Int, in rect: Rect, _ frame: inout Frame
  ) {
    let y = rect.y + row
    let style = isSelected ? Style(.focus, bold: true) : Style(line.weight.role)
    let time = TextWidth.padLeft(String(Quantity.milliseconds(line.at.microseconds).dropLast(3)), 11)
    var x = frame.write(time, at: Point(rect.x, y), isSelected ? style : .dim, clip: rect) + 2
    if isSelected { frame.put("►", at: Point(rect.x, y), style, clip: rect) }
    if line.weight == .command {
      frame.line(
        "► \(line.text)", row: row, Style(.focus, bold: true), in: Rect(x, rect.y, rect.right - x, rect.height))
      return
    }
    x = frame.write(TextWidth.pad(line.place, place), at: Point(x, y), isSelected ? style : .dim, clip: rect) + 1
    let room = rect.right - x
    let outcome = TextWidth.of(line.outcome) + 16 < room ? line.outcome : ""
    let width = room - TextWidth.of(outcome) - (outcome.isEmpty ? 0 : 1)
    frame.line(line.text, row: row, style, in: Rect(x, rect.y, width, rect.height))
    frame.lineRight(
      outcome, row: row, line.weight == .plain && !isSelected ? .dim : style, in: Rect(x, rect.y, room, rect.height))
  }
}

extension LogPanel {
  static func move(_ model: inout ScreenModel, by rows: Int) {
    let timeline = model.session.timeline
    let latest = LogReport.number(0, after: nil, in: timeline)
    // Past the latest line it is followed again.
    if rows > 0, model.logLine == nil || model.logLine == latest {
      model.selection.logLine = nil
    } else if rows < 0, model.logLine == nil {
      model.selection.logLine = LogReport.number(rows + 1, after: latest, in: timeline)
    } else {
      let target = LogReport.number(rows, after: model.logLine, in: timeline)
      model.selection.logLine = rows >= 1_000 ? nil : target
    }
  }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    guard let line = model.selectedLogLine else {
      model.say("Enter goes to the selected line's instant: k and j choose one", .warn)
      return []
    }
    return model.go(to: line.at)
  }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { model.selection.logLine = nil }
    return model.selection.logLine != nil
  }

  static func subject(_ model: ScreenModel) -> Int? { model.selectedLogLine?.operation }
  static func condition(_ model: ScreenModel) -> String? { model.conditionOfStaleness }
  static func matches(of text: String, in model: ScreenModel) -> [Int] { model.session.logLines(containing: text) }
  static func show(_ match: Int, in model: inout ScreenModel) { model.selection.logLine = match }
}

extension ScreenModel {
  /// The selected line of the log, by its number; nil follows the latest. What time took back isn't selected.
  var logLine: Int? {
    selection.logLine.flatMap { number in
      LogReport.number(0, after: number, in: session.timeline) == number ? number : nil
    }
  }

  var selectedLogLine: LogLine? {
    logLine.flatMap { LogReport.lines(1, upTo: $0, in: session.timeline).first }
  }
}
