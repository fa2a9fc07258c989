import Analysis
import Kernel
import Language
import Workbench

/// Where the parts of a space-time diagram stand: time, lines and words, from left to right.
struct SpaceTimeGeometry {
  /// A line of the diagram: a replica's, or a region's where there is no room for all replicas.
  struct Line {
    let name: String
    /// Its column.
    let x: Int
    /// How many columns its name may take.
    let width: Int
  }

  /// The lines from left to right.
  let lines: [Line]
  /// Whether each region has one line.
  let isByRegion: Bool
  /// The width of the column of instants.
  let timeWidth: Int
  /// Where words begin.
  let textX: Int
  /// The line of each replica, by the replica's position.
  private let lineOf: [Int: Int]

  init(_ report: SpaceTimeReport, now: Instant, in rect: Rect) {
    timeWidth = SpaceTimeText.time(now).count + 2
    let words = rect.width >= 100 ? 40 : rect.width >= 70 ? 29 : 18
    let room = rect.width - timeWidth - words
    let wholeWidth = report.lanes.isEmpty ? 0 : min(10, room / report.lanes.count)
    let regions: [Int] = report.lanes.reduce(into: []) { if $0.last != $1.region { $0.append($1.region) } }
    isByRegion = wholeWidth < 4 && report.lanes.count > regions.count
    let count = isByRegion ? regions.count : report.lanes.count
    let width = isByRegion ? min(14, max(2, room / max(1, count))) : max(2, wholeWidth)
    let left = rect.x + timeWidth
    let names =
      isByRegion
      ? regions.map { Self.name(of: $0, in: report, width: width - 1) } : report.lanes.map(\.name)
    let short = ShortNames.fit(names, max(1, width - 1))
    let isWhole = !isByRegion
    lines = short.enumerated().map { index, name in
      let role = isWhole ? report.lanes[index].role : ""
      return Line(
        name: TextWidth.of(name) + TextWidth.of(role) < width ? name + role : name, x: left + index * width + width / 2,
        width: max(1, width - 1))
    }
    textX = left + count * width + 1
    let isByRegion = isByRegion
    lineOf = report.lanes.enumerated().reduce(into: [:]) { lineOf, lane in
      lineOf[lane.element.replica] = isByRegion ? regions.firstIndex(of: lane.element.region) : lane.offset
    }
  }

  /// A region's name, or what its replicas' names begin with where it is too long.
  private static func name(of region: Int, in report: SpaceTimeReport, width: Int) -> String {
    let name = Printable.escaped(report.regions[region])
    guard TextWidth.of(name) > width, let replica = report.lanes.first(where: { $0.region == region }) else {
      return name
    }
    return String(replica.name.prefix { !$0.isNumber })
  }

  /// The line of a replica, by position.
  func line(of replica: Int) -> Int? { lineOf[replica] }

  /// The column of a replica's line.
  func x(of replica: Int) -> Int? { lineOf[replica].map { lines[$0].x } }

  /// The columns between a line and the next one to that side, the best for a message's way down first.
  ///
  /// That beside the line is taken last, so that the two aren't mistaken for each other; the farthest one is left to
  /// arrowheads.
  func gutter(of line: Int, toRight: Bool) -> [Int] {
    let neighbour = line + (toRight ? 1 : -1)
    let step = toRight ? 1 : -1
    let width = lines.indices.contains(neighbour) ? abs(lines[neighbour].x - lines[line].x) - 1 : 2
    let distances = width < 3 ? Array(1...max(1, width - 1)) : Array(2...width - 1) + [1]
    return distances.map { lines[line].x + step * $0 }
  }
}

/// Words of a space-time diagram.
enum SpaceTimeText {
  /// An instant in milliseconds, without the unit.
  static func time(_ instant: Instant) -> String { String(Quantity.milliseconds(instant.microseconds).dropLast(3)) }

  /// How events stand to the selected one, as signs: `<` before, `>` after, `‖` concurrent.
  static func signs(of row: SpaceTimeReport.Row) -> String {
    let standings = Set(row.events.compactMap(\.standing))
    if standings.contains(.selected) { return "" }
    return (standings.contains(.past) ? "<" : "") + (standings.contains(.concurrent) ? "‖" : "")
      + (standings.contains(.future) ? ">" : "")
  }
}

extension LightCone.Standing {
  /// How what stands so is drawn.
  var style: Style {
    switch self {
    case .selected: Style(.focus, bold: true)
    case .past: Style(.flight)
    case .future: Style(.repair)
    case .concurrent: Style(.conflict)
    }
  }
}

extension SpaceTimeReport.Mark {
  var glyph: Character {
    switch self {
    case .act: "●"
    case .receipt, .answer: "○"
    case .merge, .repair: "■"
    case .loss, .stop: "✗"
    case .prediction: "◌"
    }
  }

  var style: Style {
    switch self {
    case .act: Style(.text, bold: true)
    case .receipt, .prediction: Style(.flight)
    case .answer: .dim
    case .merge: Style(.conflict, bold: true)
    case .repair: Style(.repair)
    case .loss, .stop: Style(.bad)
    }
  }
}

extension SpaceTimeReport.Event {
  /// How it is drawn: by its light cone where one is shown, else by what it is.
  var style: Style { mark == .prediction ? mark.style : standing?.style ?? mark.style }
}
