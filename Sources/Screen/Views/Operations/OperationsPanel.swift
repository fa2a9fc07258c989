import Analysis
import Kernel
import Language
import Workbench

/// The operations that have ended, the latest at the bottom; Enter shows the messages of the selected one.
enum OperationsPanel: PaneView {
  static let summary = "the operations that have ended, the latest at the bottom"
  static let room = PaneRoom((72, 6), preferred: (110, 14))
  static let keys = [
    PaneKey(.finish, "messages", "the messages of the selected operation"),
    PaneKey(.why, "why", "why the selected operation answered so"),
    PaneKey(.scope, "loads", "those of loads as well, or of commands only"),
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let hasHeader = rect.height >= 4 && rect.width >= 70
    let rows = rect.height - (hasHeader ? 1 : 0)
    let operations = shown(model, rows: rows)
    if operations.isEmpty { frame.line("no operation has ended yet", row: 0, .dim, in: rect) }
    let columns = OperationColumns(operations, width: rect.width)
    if hasHeader, !operations.isEmpty { columns.renderHeader(in: rect, &frame) }
    let body = hasHeader ? rect.splitTop(1).bottom : rect
    for (row, operation) in operations.enumerated() {
      frame.mark(Rect(body.x, body.y + row, body.width, 1), .row(.operations, operation.id))
      columns.render(
        operation, isSelected: operation.id == model.selection.operation,
        in: Rect(body.x, body.y + row, body.width, 1), &frame)
    }
    let scope = model.selection.hasLoads ? "of commands and loads" : "of commands"
    let detail = model.selection.operation.map { "op \($0) · Enter: its messages · y: why" } ?? scope
    return PaneHeading(title: "OPERATIONS", detail: detail)
  }

  /// As many as fit: the latest, or those around the selected one.
  private static func shown(_ model: ScreenModel, rows: Int) -> [OperationReport] {
    let (session, hasLoads) = (model.session, model.selection.hasLoads)
    guard let selected = model.selection.operation,
      session.operation(0, after: selected, withLoads: hasLoads) == selected
    else { return session.operations(rows, withLoads: hasLoads) }
    let last = session.operation(rows / 2, after: selected, withLoads: hasLoads)
    return session.operations(rows, upTo: last, withLoads: hasLoads)
  }
}

/// Where the columns of the operations' table begin.
private struct OperationColumns {
  private let number: Int
  /// When it was issued; 0: there is no room for it.
  private let time: Int
  private let level: Int
  private let route: Int
  private let latency = 11
  private let outcome: Int
  private let behind: Int
  private let isTable: Bool

  init(_ operations: [OperationReport], width: Int) {
    number = max(3, "\(operations.last?.id ?? 0)".count) + 1
    isTable = width >= 70
    time = width >= 110 ? max(12, (operations.last.map { OperationColumns.time($0.start).count } ?? 0) + 1) : 0
    level = operations.map { $0.levelName.count }.max() ?? 5
    route = width >= 100 ? min(24, operations.map { TextWidth.of(OperationColumns.route($0)) }.max() ?? 0) : 4
    behind = width >= 90 ? 7 : 0
    outcome = min(24, max(12, operations.map { TextWidth.of($0.result) }.max() ?? 0))
  }

  private static func time(_ instant: Instant) -> String {
    String(Quantity.milliseconds(instant.microseconds).dropLast(3))
  }

  private static func route(_ operation: OperationReport) -> String {
    "\(Printable.escaped(operation.client)) → \(operation.answeredBy)"
  }

  func renderHeader(in rect: Rect, _ frame: inout Frame) {
    let line = Rect(rect.x, rect.y, rect.width, 1)
    let places = places(in: line)
    frame.lineRight("op", row: 0, .dim, in: Rect(line.x, line.y, number, 1))
    if time > 0 { frame.lineRight("ms", row: 0, .dim, in: Rect(line.x + number, line.y, time, 1)) }
    for (text, place, isRight) in [
      ("request", places.request, false), ("level", places.level, false), ("via", places.route, false),
      ("latency", places.latency, true), ("outcome", places.outcome, false), ("behind", places.behind, true),
    ] where place.width > 0 {
      if isRight { frame.lineRight(text, row: 0, .dim, in: place) } else { frame.line(text, row: 0, .dim, in: place) }
    }
  }

  private func places(
    in line: Rect
  ) -> (request: Rect, level: Rect, route: Rect, latency: Rect, outcome: Rect, behind: Rect) {
    func place(_ x: Int, _ width: Int) -> Rect { Rect(x, line.y, width, 1) }
    let behindX = line.right - behind
    let outcomeX = behindX - outcome - 1
    let latencyX = outcomeX - latency - 1
    let routeX = latencyX - route - 1
    let levelX = routeX - level - 1
    let requestX = line.x + number + time + 1
    return (
      place(requestX, levelX - requestX - 1), place(levelX, level), place(routeX, route),
      place(latencyX, latency), place(outcomeX, outcome), place(behindX, behind)
    )
  }

  func render(_ operation: OperationReport, isSelected: Bool, in line: Rect, _ frame: inout Frame) {
    let mark = isSelected ? Style(.focus, bold: true) : .text
    frame.lineRight(
      (isSelected ? "►" : "") + "\(operation.id)", row: 0, isSelected ? mark : .dim, in: Rect(line.x, line.y, number, 1)
    )
    guard isTable else {
      renderShort(operation, mark, in: line, &frame)
      return
    }
    let places = places(in: line)
    if time > 0 {
      frame.lineRight(Self.time(operation.start), row: 0, .dim, in: Rect(line.x + number, line.y, time, 1))
    }
    frame.line(operation.action, row: 0, mark, in: places.request)
    frame.line(operation.levelName, row: 0, mark, in: places.level)
    frame.line(
      route > 4 ? Self.route(operation) : operation.answeredBy, row: 0, .dim, in: places.route)
    frame.lineRight(operation.latency, row: 0, .text, in: places.latency)
    let outcome = Style(operation.weight.role)
    frame.line(operation.result, row: 0, outcome, in: places.outcome)
    if let missed = operation.versionsBehind, missed > 0 {
      frame.lineRight("\(missed)", row: 0, outcome, in: places.behind)
    }
  }

  /// In a narrow pane: the request, and how it ended.
  private func renderShort(_ operation: OperationReport, _ mark: Style, in line: Rect, _ frame: inout Frame) {
    let x = line.x + number + 1
    let outcome = operation.shortOutcome
    let room = max(0, line.right - x - TextWidth.of(outcome) - 1)
    frame.line(operation.request, row: 0, mark, in: Rect(x, line.y, room, 1))
    frame.lineRight(outcome, row: 0, Style(operation.weight.role), in: Rect(x, line.y, line.right - x, 1))
  }
}

extension OperationsPanel {
  static func move(_ model: inout ScreenModel, by rows: Int) { model.moveOperation(by: rows) }

  static func open(_ model: inout ScreenModel) -> [ScreenEffect] {
    model.tellStory()
    return []
  }

  static func changeScope(_ model: inout ScreenModel) { model.selection.hasLoads.toggle() }

  static func deselect(_ model: inout ScreenModel) -> Bool {
    defer { model.selection.operation = nil }
    return model.selection.operation != nil
  }

  static func subject(_ model: ScreenModel) -> Int? { model.selection.operation }
  static func condition(_ model: ScreenModel) -> String? { model.conditionOfStaleness }
  static func matches(of text: String, in model: ScreenModel) -> [Int] { model.session.operations(containing: text) }
  static func show(_ match: Int, in model: inout ScreenModel) { model.selection.operation = match }
}

/// The operations view.
extension ScreenModel {
  /// Selects the operation that many rows further down.
  mutating func moveOperation(by rows: Int) {
    let reach = max(-1_000_000, min(1_000_000, rows))
    selection.operation = session.operation(reach, after: selection.operation, withLoads: selection.hasLoads)
  }

  /// Shows the messages of the selected operation, or of the latest.
  mutating func tellStory() {
    let number = selection.operation ?? session.operation(0, after: nil, withLoads: selection.hasLoads)
    selection.operation = number
    tellStory(of: number)
  }

  /// Shows the messages of an operation.
  mutating func tellStory(of number: Int?) {
    guard let number, let story = OperationStory(of: number, in: session.timeline) else {
      say("no operation has ended yet", .dim)
      return
    }
    mode = .overlay(Overlay(title: story.title, lines: story.lines))
  }
}
