import Analysis
import Kernel
import Workbench

/// Messages as arrows: from the sender's line sideways into the gutter, down it, and across to the receiver's line.
///
/// Messages that leave a line together in one direction share the way down.
struct SpaceTimeArrows {
  /// What the messages share that go down one way.
  private struct Trunk: Hashable {
    let line: Int
    let departed: Instant
    let toRight: Bool
  }

  /// Where a message ends.
  private struct End {
    /// The row, of those in sight; one past the last if it ends below.
    let row: Int
    /// The line at which it arrives; nil if it is gone on its way.
    let line: Int?
    let style: Style
    let weight: Int
    let isSelected: Bool
  }

  private let geometry: SpaceTimeGeometry
  private let rows: [SpaceTimeReport.Row]
  /// Where each row stands, from the top; between them are gaps of time.
  private let places: [Int]
  private let height: Int
  private let rect: Rect
  private var ends: [Trunk: [End]] = [:]
  private var trunks: [Trunk] = []
  private var starts: [Trunk: Int] = [:]

  /// The arrows of the rows in sight and, where they come from above or end below, of those out of sight.
  init(_ report: SpaceTimeReport, _ sight: SpaceTimeSight, _ geometry: SpaceTimeGeometry, in rect: Rect) {
    self.geometry = geometry
    self.rect = rect
    let range = sight.rows
    rows = Array(report.rows[range])
    places = sight.places
    height = sight.height
    for (index, row) in report.rows.enumerated() where index >= range.lowerBound {
      for event in row.events {
        for origin in event.origins {
          add(
            origin, of: event, row: index < range.upperBound ? places[index - range.lowerBound] : height,
            isBelow: index >= range.upperBound)
        }
      }
    }
    for (index, row) in rows.enumerated() {
      for event in row.events where event.mark != .loss && event.mark != .prediction {
        guard let line = geometry.line(of: event.name.replica) else { continue }
        for toRight in [false, true] {
          let trunk = Trunk(line: line, departed: event.name.at, toRight: toRight)
          if ends[trunk] != nil, starts[trunk] == nil { starts[trunk] = places[index] }
        }
      }
    }
  }

  private mutating func add(_ origin: SpaceTimeReport.Origin, of event: SpaceTimeReport.Event, row: Int, isBelow: Bool)
  {
    guard let from = geometry.line(of: origin.replica), let to = geometry.line(of: origin.target), from != to else {
      return
    }
    // What is sent and ends out of sight crosses nothing.
    if isBelow, let first = rows.last?.at, origin.departed > first { return }
    let trunk = Trunk(line: from, departed: origin.departed, toRight: to > from)
    let isQuiet = event.standing == nil && event.mark == .answer
    let style =
      event.mark == .loss ? Style(.bad) : isQuiet ? .dim : event.standing == nil ? Style(.flight) : event.style
    let end = End(
      row: row, line: event.isLostOnItsWay ? nil : to, style: style,
      weight: isQuiet ? 1 : event.standing == .concurrent ? 2 : 3,
      isSelected: event.standing == .selected)
    if ends[trunk] == nil { trunks.append(trunk) }
    ends[trunk, default: []].append(end)
  }

  /// Draws lines into the canvas and heads into the list of what goes on top.
  func draw(_ canvas: inout LineCanvas) -> [(point: Point, glyph: Character, style: Style)] {
    var heads: [(point: Point, glyph: Character, style: Style)] = []
    var taken: [Int: [ClosedRange<Int>]] = [:]
    let ordered = trunks.sorted { ($0.departed, $0.line) < ($1.departed, $1.line) }
    for trunk in ordered {
      guard let ends = ends[trunk], let last = ends.map(\.row).max() else { continue }
      let start = starts[trunk] ?? 0
      guard start <= last else { continue }
      let columns = geometry.gutter(of: trunk.line, toRight: trunk.toRight)
      let span = start...last
      let free = columns.first { x in !(taken[x] ?? []).contains { $0.overlaps(span) } }
      let x = free ?? columns[columns.count - 1]
      taken[x, default: []].append(span)
      for end in ends.sorted(by: { $0.weight < $1.weight }) {
        draw(end, of: trunk, x, from: starts[trunk], &canvas, &heads)
      }
    }
    return heads
  }

  private func draw(
    _ end: End, of trunk: Trunk, _ x: Int, from start: Int?, _ canvas: inout LineCanvas,
    _ heads: inout [(point: Point, glyph: Character, style: Style)]
  ) {
    let bottom = min(end.row, height - 1)
    let top = start ?? 0
    if let start {
      canvas.horizontal(
        rect.y + start, from: geometry.lines[trunk.line].x, to: x, end.style, weight: end.weight)
    }
    if top <= bottom { canvas.vertical(x, rect.y + top...rect.y + bottom, end.style, weight: end.weight) }
    guard end.row < height else { return }
    guard let line = end.line else {
      heads.append(
        (Point(x, rect.y + end.row), "✗", Style(end.isSelected ? .focus : .bad, bold: true, reversed: end.isSelected)))
      return
    }
    let target = geometry.lines[line].x
    let head = target + (trunk.toRight ? -1 : 1)
    canvas.horizontal(rect.y + end.row, from: x, to: target, end.style, weight: end.weight)
    heads.append((Point(head, rect.y + end.row), trunk.toRight ? "►" : "◄", end.style))
  }
}
