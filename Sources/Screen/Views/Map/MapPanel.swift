import Analysis
import Kernel
import Language
import Workbench

/// The map: regions, replicas with what they hold of the selected key, links, cuts, and messages on their way.
enum MapPanel: PaneView {
  static let summary = "regions, replicas with what they hold of the key, links, and messages on their way"
  static let room = PaneRoom((42, 12), preferred: (84, 28))
  static let keys = [
    PaneKey(.kind, "choose", "h j k l choose replicas, links, messages"),
    PaneKey(.cutOrHeal, "cut", "cut or heal the selected link or replica"),
    PaneKey(.faults, "fault", "what can be done to what is selected"),
  ]

  static func render(_ model: ScreenModel, in rect: Rect, _ frame: inout Frame) -> PaneHeading {
    let map = model.session.map
    let copies = model.key.map { model.session.copies(of: $0) } ?? []
    let scene = MapScene(
      map: map, copies: copies.reduce(into: [:]) { $0[$1.replica] = $1 }, selected: model.selectedThing)
    draw(scene, in: rect, &frame)
    return PaneHeading(
      title: "MAP",
      detail: "\(CountedNoun("region").text(map.regions.count)) · \(map.inFlight) in flight")
  }
}

extension MapPanel {
  /// Draws a map as well as there is room.
  static func draw(_ scene: MapScene, in rect: Rect, _ frame: inout Frame) {
    if let graph = MapGraph(scene, in: rect) {
      graph.render(&frame)
    } else {
      MapLanes.render(scene, in: rect, &frame)
    }
  }
}

/// What the map shows, with the copies of the selected key by replica.
struct MapScene {
  let map: MapReport
  let copies: [String: CopyReport]
  let selected: MapThing?

  /// Whether a link is selected.
  func isSelected(_ link: MapReport.Link) -> Bool { selected == thing(link) }

  /// A link, as it is selected.
  func thing(_ link: MapReport.Link) -> MapThing { .link(map.regions[link.first].name, map.regions[link.second].name) }

  /// What a region's client messages and those among its own replicas are, the next to arrive first.
  func local(_ region: Int) -> [MapReport.Message] {
    map.messages.filter { $0.from.region == region && $0.to.region == region }
  }
}

/// One region's replicas with their values, drawn into a block.
struct RegionBlock {
  let region: MapReport.Region
  let scene: MapScene
  let index: Int
  /// The columns of one replica.
  let cellWidth: Int
  /// How many replicas stand side by side.
  let perRow: Int

  /// Rows of replicas.
  var replicaRows: Int { (region.replicas.count + perRow - 1) / perRow }

  /// Draws name, replicas and values from the top of a rectangle on, and what happens inside below, if there is room.
  func render(in rect: Rect, hasName: Bool, _ frame: inout Frame) {
    var row = 0
    if hasName {
      frame.line(Printable.escaped(region.name), row: 0, Style(.text, bold: true), in: rect)
      row = 1
    }
    for start in stride(from: 0, to: region.replicas.count, by: perRow) {
      for (offset, replica) in region.replicas[start..<min(start + perRow, region.replicas.count)].enumerated() {
        let cell = Rect(
          rect.x + offset * cellWidth, rect.y, min(cellWidth, rect.width - offset * cellWidth), rect.height)
        render(replica, row: row, in: cell, &frame)
      }
      row += 2
    }
    for line in notes where row < rect.height {
      frame.line(line.text, row: row, line.style, in: rect)
      row += 1
    }
  }

  private func render(_ replica: MapReport.Replica, row: Int, in cell: Rect, _ frame: inout Frame) {
    let isSelected = scene.selected == .replica(replica.name)
    frame.mark(Rect(cell.x, cell.y + row, cell.width - 1, 2), .thing(.replica(replica.name)))
    frame.put(
      replica.condition.glyph, at: Point(cell.x, cell.y + row), Style(replica.condition.role), clip: cell)
    let indent = cell.width >= TextWidth.of(replica.name) + 4 ? 2 : 1
    let name = Rect(cell.x + indent, cell.y, cell.width - indent, cell.height)
    frame.line(replica.name, row: row, isSelected ? Style(.focus, bold: true, reversed: true) : .text, in: name)
    guard let copy = scene.copies[replica.name] else { return }
    let value = Rect(cell.x + indent, cell.y, cell.width - indent - 1, cell.height)
    let style: Style =
      switch copy.relation {
      case .newest: Style(.ok)
      case .stale: Style(.warn)
      case .missing: .dim
      case .concurrent, .ahead: Style(.conflict, bold: true)
      }
    frame.line(copy.shownValue, row: row + 1, style, in: value)
  }

  /// What goes on inside, and what is amiss, most urgent first.
  private var notes: [(text: String, style: Style)] {
    var notes: [(text: String, style: Style)] = []
    let local = scene.local(index)
    if let next = local.first {
      let more = local.count > 1 ? " +\(local.count - 1)" : ""
      notes.append(("► \(next.route) \(next.word)\(more)", Style(.flight)))
    }
    var troubles: [String] = []
    let hints = region.replicas.reduce(0) { $0 + $1.hints }
    if hints > 0 { troubles.append("hints \(hints)") }
    let queue = region.replicas.reduce(0) { $0 + $1.queue }
    if queue > 0 { troubles.append("queue \(queue)") }
    for replica in region.replicas where replica.skew != .zero {
      troubles.append("\(replica.name) clock \(replica.skew > .zero ? "+" : "")\(Quantity.text(replica.skew))")
    }
    if !troubles.isEmpty { notes.append((troubles.joined(separator: " · "), Style(.warn))) }
    return notes
  }
}
