import Analysis
import Kernel
import Language
import Workbench

/// The space-time diagram: time runs down, each replica is a line, each message an arrow, and the selected event has its
/// light cone.
enum SpaceTimePanel: PaneView {
  static let summary = "messages as arrows between replicas, and the light cone of an event"
  static let room = PaneRoom((80, 14), preferred: (110, 30))
  static let keys = [
    PaneKey(.down, "event", "the next event; l and h: another replica's"),
    PaneKey(.scope, "all keys", "all keys, or only the selected one"),
    PaneKey(.finish, "go there", "go to the selected event's instant"),
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let report = model.spaceTime(rows: rect.height)
    let subject = model.subject
    guard !report.rows.isEmpty else {
      frame.line("nothing has happened to \(subject) yet", row: 0, .dim, in: rect)
      return PaneHeading(title: "SPACE-TIME", detail: subject)
    }
    let details = report.selected == nil || rect.height < 14 ? SpaceTimeLegend.rows(in: rect) : 5
    let (body, footer) = rect.splitTop(rect.height - details)
    let geometry = SpaceTimeGeometry(report, now: model.session.now, in: rect)
    renderNames(geometry, in: body, &frame)
    let diagram = body.splitTop(1).bottom
    let sight = SpaceTimeSight(report, height: diagram.height)
    render(report, sight, geometry, in: diagram, &frame)
    if let selected = report.selected, details > 1 {
      renderDetails(selected, report, in: footer, &frame)
    } else if details > 0 {
      SpaceTimeLegend.render(in: footer, &frame)
    }
    let cone = report.cone
    let counts =
      report.selected == nil
      ? subject : "\(subject) · past \(cone.past) · future \(cone.future) · concurrent \(cone.concurrent)"
    return PaneHeading(title: "SPACE-TIME", detail: counts)
  }

  private static func renderNames(_ geometry: SpaceTimeGeometry, in rect: Rect, _ frame: inout Frame) {
    frame.lineRight("ms", row: 0, .dim, in: Rect(rect.x, rect.y, geometry.timeWidth - 1, 1))
    for line in geometry.lines {
      let name = TextWidth.fit(line.name, line.width)
      let x = max(rect.x, line.x - TextWidth.of(name) / 2)
      frame.write(name, at: Point(x, rect.y), Style(.text, bold: true), clip: rect)
    }
  }

  // MARK: Rows

  private static func render(
    _ report: SpaceTimeReport, _ sight: SpaceTimeSight, _ geometry: SpaceTimeGeometry, in rect: Rect,
    _ frame: inout Frame
  ) {
    let lines = Rect(rect.x, rect.y, min(rect.width, geometry.textX - rect.x), sight.height)
    var canvas = LineCanvas(lines)
    for line in geometry.lines where sight.height > 0 {
      canvas.vertical(line.x, rect.y - 1...rect.y + sight.height, .dim, weight: 0)
    }
    let heads = SpaceTimeArrows(report, sight, geometry, in: lines).draw(&canvas)
    canvas.render(&frame)
    for head in heads { frame.put(head.glyph, at: head.point, head.style, clip: lines) }
    for gap in sight.gaps { render(gap, geometry, in: rect, &frame) }
    var last: Instant?
    for (index, place) in zip(sight.rows, sight.places) {
      let row = report.rows[index]
      let y = rect.y + place
      if let at = row.at {
        // The same instant once more is dittoed below its last digit.
        frame.lineRight(
          row.at == last ? "\"" : SpaceTimeText.time(at), row: 0, .dim,
          in: Rect(rect.x + 1, y, geometry.timeWidth - 2, 1))
      }
      last = row.at ?? last
      if row.note == .present { renderPresent(geometry, y, in: rect, &frame) }
      renderPoints(of: row, geometry, y, clip: lines, &frame)
      renderWords(of: row, geometry, isSelected: index == report.selectedRow, y, in: rect, &frame)
    }
  }

  /// Time in which nothing happens, as a break of the axis and of the replicas' lines, with its length.
  private static func render(
    _ gap: SpaceTimeSight.Gap, _ geometry: SpaceTimeGeometry, in rect: Rect, _ frame: inout Frame
  ) {
    let y = rect.y + gap.place
    frame.lineRight(
      "⋮ \(Quantity.figure(gap.length))", row: 0, .dim, in: Rect(rect.x, y, geometry.timeWidth - 1, 1))
    for line in geometry.lines where frame[line.x, y].glyph == "┊" {
      frame.put("⋮", at: Point(line.x, y), .dim, clip: rect)
    }
  }

  private static func renderPresent(_ geometry: SpaceTimeGeometry, _ y: Int, in rect: Rect, _ frame: inout Frame) {
    for x in rect.x + geometry.timeWidth..<min(rect.right, geometry.textX) where frame[x, y].glyph == " " {
      frame.put("╌", at: Point(x, y), .dim, clip: rect)
    }
  }

  private static func renderPoints(
    of row: SpaceTimeReport.Row, _ geometry: SpaceTimeGeometry, _ y: Int, clip: Rect, _ frame: inout Frame
  ) {
    // Where a region has one line, the selected event is drawn last, over its neighbours.
    let events = row.events.sorted { ($0.standing == .selected ? 1 : 0) < ($1.standing == .selected ? 1 : 0) }
    for event in events where !event.isLostOnItsWay {
      guard let x = geometry.x(of: event.name.replica) else { continue }
      let glyph = event.standing == .selected ? "◆" : event.mark.glyph
      frame.put(glyph, at: Point(x, y), event.style, clip: clip)
    }
  }

  private static func renderWords(
    of row: SpaceTimeReport.Row, _ geometry: SpaceTimeGeometry, isSelected: Bool, _ y: Int, in rect: Rect,
    _ frame: inout Frame
  ) {
    if isSelected { frame.put("►", at: Point(rect.x, y), Style(.focus, bold: true), clip: rect) }
    let room = Rect(geometry.textX, y, rect.right - geometry.textX, 1)
    guard room.width >= 8 else { return }
    if let note = row.note {
      frame.line((note == .command ? "► " : "") + row.text, row: 0, note.style, in: room)
      return
    }
    let standings = Set(row.events.compactMap(\.standing))
    let style = isSelected ? Style(.focus, bold: true) : standings.count > 1 ? .text : row.events.first?.style ?? .text
    let hasCone = !standings.isEmpty
    if hasCone { frame.line(SpaceTimeText.signs(of: row), row: 0, style, in: room) }
    let words = Rect(room.x + (hasCone ? 2 : 0), y, room.width - (hasCone ? 2 : 0), 1)
    let clock = row.events.first?.clock ?? ""
    let text = geometry.isByRegion ? "\(names(of: row, geometry)) \(row.text)" : row.text
    let isRoomy = TextWidth.of(text) + TextWidth.of(clock) + 2 <= words.width
    frame.line(text, row: 0, style, in: words)
    if isRoomy { frame.lineRight(clock, row: 0, .dim, in: words) }
  }

  private static func names(of row: SpaceTimeReport.Row, _ geometry: SpaceTimeGeometry) -> String {
    let names = row.events.map(\.replicaName)
    return names.count > 3 ? "\(names.count) replicas" : names.joined(separator: " ")
  }

  // MARK: The selected event

  private static func renderDetails(
    _ selected: SpaceTimeReport.Event, _ report: SpaceTimeReport, in rect: Rect, _ frame: inout Frame
  ) {
    for x in rect.x..<rect.right { frame.put("─", at: Point(x, rect.y), .dim, clip: rect) }
    let clock = selected.clock.isEmpty ? "" : "   clock \(selected.clock)"
    frame.line(
      "► \(words(of: selected))\(clock)", row: 1, Style(.focus, bold: true), in: rect)
    let events = report.events.filter { $0.mark != .prediction }
    let kinds: [(LightCone.Standing, String)] = [
      (.past, "< could have caused it  "), (.future, "> it could have caused  "),
      (.concurrent, "‖ knows nothing of it   "),
    ]
    for (row, kind) in kinds.enumerated() {
      let found = events.filter { $0.standing == kind.0 }
      // The nearest in time tell most.
      let nearest = kind.0 == .past ? Array(found.reversed()) : found
      let text = found.isEmpty ? "nothing in sight" : nearest.prefix(6).map(words).joined(separator: " · ")
      let x = frame.write(kind.1, at: Point(rect.x, rect.y + row + 2), kind.0.style, clip: rect)
      frame.line(text, row: row + 2, found.isEmpty ? .dim : .text, in: Rect(x, rect.y, rect.right - x, rect.height))
    }
  }

  private static func words(of event: SpaceTimeReport.Event) -> String {
    "\(event.replicaName) \(SpaceTimeText.time(event.name.at)) \(event.name.text)"
  }
}

extension SpaceTimeReport.Note {
  var style: Style {
    switch self {
    case .command: Style(.focus)
    case .good: Style(.ok)
    case .warning: Style(.warn)
    case .bad: Style(.bad)
    case .present: .dim
    }
  }
}
