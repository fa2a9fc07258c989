import Analysis
import Language
import Workbench

/// One region's replicas with their values, drawn into a block: as many as there is room for, the selected one among them.
struct RegionBlock {
  /// A place among the replicas: one of them, or how many have none.
  enum Slot: Hashable {
    case replica(Int)
    case hidden(Int, worst: MapReport.Condition)
  }

  let region: MapReport.Region
  let scene: MapScene
  let index: Int
  /// The columns of one replica.
  let cellWidth: Int
  /// How many replicas stand side by side.
  let perRow: Int
  /// What replicas are called here, by their names; as everywhere if unsaid.
  var names: [String: String] = [:]
  /// Whether values stand below the names.
  var hasValues = true

  /// Rows of replicas, if all are shown.
  var replicaRows: Int { (region.replicas.count + perRow - 1) / perRow }

  /// The columns of a name and what stands before and after it: names longer than that are cut.
  static func cellWidth(_ map: MapReport, in width: Int) -> Int {
    let longest = map.regions.flatMap(\.replicas).map { TextWidth.of($0.name) }.max() ?? 3
    return max(4, min(longest + 2, width / 3))
  }

  /// What stands where, in that many rows: where not all replicas fit, those around the selected one, and at the ends how many
  /// there are besides.
  func slots(rows: Int) -> [Slot] {
    let (count, room) = (region.replicas.count, perRow * max(1, rows))
    guard count > room else { return region.replicas.indices.map { .replica($0) } }
    let selected = region.replicas.firstIndex { scene.selected == .replica($0.name) || scene.replica == $0.name } ?? 0
    // Where there is one place only, it is the selected one's.
    guard room > 1 else { return [.replica(selected)] }
    if selected < room - 1 { return (0..<room - 1).map { .replica($0) } + [hidden(room - 1..<count)] }
    let last = count - room + 1
    if selected >= last { return [hidden(0..<last)] + (last..<count).map { .replica($0) } }
    guard room > 2 else { return [.replica(selected), hidden((0..<count).filter { $0 != selected })] }
    let first = max(1, min(selected - (room - 2) / 2, last))
    let shown = first..<first + room - 2
    return [hidden(0..<shown.lowerBound)] + shown.map { .replica($0) } + [hidden(shown.upperBound..<count)]
  }

  /// What is said of replicas that have no place: how many they are, and how the worst of them is.
  private func hidden(_ positions: some Collection<Int>) -> Slot {
    let conditions = positions.map { region.replicas[$0].condition }
    let worst = [MapReport.Condition.down, .paused, .slow].first(where: conditions.contains)
    return .hidden(positions.count, worst: worst ?? .up)
  }

  /// Draws name, replicas and values from the top of a rectangle on, and what happens inside below, if there is room.
  func render(in rect: Rect, hasName: Bool, rows: Int? = nil, _ frame: inout Frame) {
    var row = 0
    if hasName {
      frame.line(scene.names.regions[index], row: 0, scene.nameStyle(index), in: rect)
      row = 1
    }
    let slots = slots(rows: rows ?? replicaRows)
    for start in stride(from: 0, to: slots.count, by: perRow) {
      for (offset, slot) in slots[start..<min(start + perRow, slots.count)].enumerated() {
        let width = min(cellWidth, rect.width - offset * cellWidth)
        let cell = Rect(rect.x + offset * cellWidth, rect.y, width, rect.height)
        switch slot {
        case .replica(let position): render(region.replicas[position], row: row, in: cell, &frame)
        case .hidden(let count, let worst):
          let mark = worst == .up ? "" : String(worst.glyph)
          frame.line("\(mark)+\(count)", row: row, Style(worst == .up ? .text : worst.role, bold: true), in: cell)
        }
      }
      row += hasValues ? 2 : 1
    }
    for line in notes(width: rect.width) where row < rect.height {
      frame.line(line.text, row: row, line.style, in: rect)
      row += 1
    }
  }

  private func render(_ replica: MapReport.Replica, row: Int, in cell: Rect, _ frame: inout Frame) {
    guard row < cell.height else { return }
    let isSelected = scene.selected == .replica(replica.name)
    let height = hasValues ? min(2, cell.height - row) : 1
    frame.mark(Rect(cell.x, cell.y + row, cell.width - 1, height), .thing(.replica(replica.name)))
    let condition = replica.condition
    frame.put(condition.glyph, at: Point(cell.x, cell.y + row), Style(condition.role), clip: cell)
    let shown = names[replica.name] ?? scene.names.replica(replica.name)
    let indent = cell.width >= TextWidth.of(shown) + 4 ? 2 : 1
    let name = Rect(cell.x + indent, cell.y, cell.width - indent, cell.height)
    let role = scene.roles[replica.name]
    frame.line(
      TextWidth.fitEnd(shown, name.width), row: row,
      isSelected ? Style(.focus, bold: true, reversed: true) : Style(.text, bold: role?.leads ?? false), in: name)
    if let role { render(role, after: min(TextWidth.of(shown), name.width), row: row, in: name, &frame) }
    guard hasValues, height == 2, let copy = scene.copies[replica.name] else { return }
    // Where there is hardly any room a value begins below the sign: four letters instead of three.
    let margin = cell.width - indent - 1 < 4 ? 0 : indent
    let value = Rect(cell.x + margin, cell.y, cell.width - margin - 1, cell.height)
    let style: Style =
      switch copy.relation {
      case .newest: Style(.ok)
      case .stale: Style(.warn)
      case .missing, .absent: .dim
      case .concurrent, .ahead: Style(.conflict, bold: true)
      }
    frame.line(copy.shownValue, row: row + 1, style, in: value)
  }

  /// What the replica is for the key, behind its name: in a word, or a letter where there is no room.
  private func render(_ role: RoleReport, after width: Int, row: Int, in name: Rect, _ frame: inout Frame) {
    let room = name.width - width - 1
    let style: Style = role.leads ? Style(.focus, bold: true) : .dim
    let place = Point(name.x + width, name.y + row)
    if TextWidth.of(role.word) + 1 < room {
      frame.write(role.word, at: Point(place.x + 1, place.y), style, clip: name)
    } else if room >= 0 {
      frame.write(role.letter, at: place, style, clip: name)
    }
  }

  /// What goes on inside, and what waits.
  private func notes(width: Int) -> [(text: String, style: Style)] {
    var notes: [(text: String, style: Style)] = []
    let local = scene.local(index)
    if let next = local.first {
      let more = local.count > 1 ? " +\(local.count - 1)" : ""
      notes.append(("► \(next.route) \(next.word)\(more)", Style(.flight)))
    }
    // What keeps anybody away comes first: there may be room for little.
    notes += marks(region.path.filter(\.isInTheWay), width).map { (text: $0, style: Style(.warn)) }
    var waiting: [String] = []
    let kept = region.replicas.reduce(0) { $0 + $1.kept }
    if kept > 0 { waiting.append("\(scene.map.wordForKept) \(kept)") }
    let queue = region.replicas.reduce(0) { $0 + $1.queue }
    if queue > 0 { waiting.append("queue \(queue)") }
    if !waiting.isEmpty { notes.append((waiting.joined(separator: " · "), Style(.warn))) }
    notes += marks(region.path.filter { !$0.isInTheWay }, width).map { (text: $0, style: Style.dim) }
    return notes
  }

  /// How parts of the path stand: in words, a line each, or as signs where those would be cut; the help has what they mean.
  private func marks(_ marks: [PathMark], _ width: Int) -> [String] {
    guard region.path.contains(where: { TextWidth.of($0.words) > width }) else { return marks.map(\.words) }
    return TextWrap.lines(marks.map(\.sign).joined(separator: " "), width: width)
  }
}

extension MapReport.Condition {
  /// How a replica in that condition is drawn.
  var glyph: Character {
    switch self {
    case .up: "●"
    case .slow: "▲"
    case .paused: "○"
    case .down: "✗"
    }
  }

  var role: Role {
    switch self {
    case .up: .ok
    case .slow, .paused: .warn
    case .down: .bad
    }
  }
}
