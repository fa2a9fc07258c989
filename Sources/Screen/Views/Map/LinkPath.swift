import Analysis
import Language
import Workbench

/// The way of a link over the map, and how it and its messages are drawn.
struct LinkPath {
  private enum Step {
    case horizontal, vertical, corner(Character)
  }

  private let link: MapReport.Link
  private let scene: MapScene
  /// The cells from the first region to the second, with what is drawn there.
  private let cells: [(point: Point, step: Step)]
  /// Whether it leads straight from left to right, and messages back have a row of their own.
  private let isStraight: Bool

  /// The blocks, over which no word may be written.
  private let blocks: [Rect]
  private let clip: Rect
  /// The delay and what is amiss, where they stand.
  private var label: [(text: String, style: Style, place: Point)] = []
  /// Whether the drawing tells all that is amiss with the link.
  private(set) var isTold = false

  /// The way between two of three blocks: straight between the upper ones, down and sideways to the lower one.
  init(_ link: MapReport.Link, in scene: MapScene, between places: [Rect], clip: Rect) {
    self.link = link
    self.scene = scene
    blocks = places
    self.clip = clip
    let (first, second) = (places[link.first], places[link.second])
    isStraight = first.y == second.y
    if isStraight {
      let y = first.y + 1
      cells = (first.right + 1..<max(first.right + 1, second.x - 1)).map { (Point($0, y), .horizontal) }
      placeLabel()
      return
    }
    // The second is the lower one, in the middle; the first stands at the left or at the right of it.
    let isLeft = first.x < second.x
    let x = isLeft ? first.x + min(6, first.width / 3) : first.right - 1 - min(6, first.width / 3)
    let y = second.y + 1
    var cells: [(Point, Step)] = (first.bottom..<max(first.bottom, y)).map { (Point(x, $0), .vertical) }
    cells.append((Point(x, y), .corner(isLeft ? "╰" : "╯")))
    let across = isLeft ? Array(x + 1..<max(x + 1, second.x - 1)) : Array(stride(from: x - 1, to: second.right, by: -1))
    cells += across.map { (Point($0, y), .horizontal) }
    self.cells = cells
    placeLabel()
  }

  /// The cells that the words at the link take.
  var wordCells: [Point] {
    label.flatMap { word in (0..<TextWidth.of(word.text)).map { Point(word.place.x + $0, word.place.y) } }
  }

  /// Draws the link and what travels on it.
  ///
  /// - Parameter taken: the cells of other links' words and of messages: no word may stand right beside one.
  func render(_ messages: [MapReport.Message], avoiding taken: inout Set<Point>, _ frame: inout Frame) {
    guard cells.count >= 3 else { return }
    if isStraight {
      renderLane(isCut: link.cutThere != .none, down: 0, clip, &frame)
      renderLane(isCut: link.cutBack != .none, down: 1, clip, &frame)
    } else {
      renderLane(isCut: link.isHurt, down: 0, clip, &frame)
    }
    for word in label { frame.write(word.text, at: word.place, word.style, clip: clip) }
    renderTraffic(messages, isBack: false, &taken, clip, &frame)
    renderTraffic(messages, isBack: true, &taken, clip, &frame)
  }

  /// Draws the line itself, dashed and crossed out where nothing can pass.
  private func renderLane(isCut: Bool, down rows: Int, _ clip: Rect, _ frame: inout Frame) {
    for (index, cell) in cells.enumerated() {
      let point = Point(cell.point.x, cell.point.y + rows)
      let glyph: Character =
        switch cell.step {
        case .horizontal: isCut ? "╌" : "─"
        case .vertical: isCut ? "╎" : "│"
        case .corner(let corner): corner
        }
      let isCross = isCut && index == cells.count / 2
      let style: Style =
        isCut
        ? Style(.bad, bold: isCross)
        : scene.isSelected(link) ? Style(.focus, bold: true) : link.faults.isEmpty || link.isHurt ? .dim : Style(.warn)
      frame.put(isCross ? "✗" : glyph, at: point, style, clip: clip)
      frame.mark(Rect(point.x, point.y, 1, 1), .thing(scene.thing(link)))
    }
  }

  // MARK: Words

  /// Finds places for the delay and for what is amiss: where not all fits, the faults go first.
  private mutating func placeLabel() {
    guard cells.count >= 3 else { return }
    let isSelected = scene.isSelected(link)
    let delay = (isSelected ? "►\(link.delay)" : link.delay, isSelected ? Style(.focus, bold: true) : Style.dim)
    let (words, isWhole) = scene.names.words(link, isAcross: isStraight)
    let faults = words.map { ($0, $0.hasPrefix("CUT") ? Style(.bad, bold: true) : Style(.warn)) }
    let places = isStraight ? abreast : stacked
    if let all = places([delay] + faults) {
      (label, isTold) = (all, isWhole)
    } else if let some = places(faults), !faults.isEmpty {
      (label, isTold) = (some, isWhole)
    } else {
      isTold = faults.isEmpty
      let sign = ("✗", Style(.bad, bold: true))
      label = (faults.isEmpty ? nil : places([delay, sign]) ?? places([sign])) ?? places([delay]) ?? []
    }
  }

  /// Words side by side in the middle above the line; nil if they don't fit.
  private func abreast(_ words: [(text: String, style: Style)]) -> [(text: String, style: Style, place: Point)]? {
    let width = words.reduce(-1) { $0 + TextWidth.of($1.text) + 1 }
    let row = Point(cells[0].point.x, cells[0].point.y - 1)
    guard width <= cells.count, clip.contains(row) else { return nil }
    var x = row.x + (cells.count - width) / 2
    return words.map { word in
      defer { x += TextWidth.of(word.text) + 1 }
      return (word.text, word.style, Point(x, row.y))
    }
  }

  /// Words one below the other beside the part that leads down, on the side of the middle; nil if they don't fit.
  private func stacked(_ words: [(text: String, style: Style)]) -> [(text: String, style: Style, place: Point)]? {
    let vertical = cells.prefix { if case .vertical = $0.step { true } else { false } }
    guard words.count <= vertical.count else { return nil }
    let x = cells[0].point.x
    let isLeft = cells[cells.count - 1].point.x > x
    let room = (isLeft ? clip.x + clip.width / 2 - x : x - clip.x - clip.width / 2) - 2
    var placed: [(text: String, style: Style, place: Point)] = []
    for (offset, word) in words.enumerated() {
      let width = TextWidth.of(word.text)
      let start = Point(isLeft ? x + 2 : x - 1 - width, cells[0].point.y + offset)
      let isFree = (start.x..<start.x + width).allSatisfy { column in
        !blocks.contains { $0.contains(Point(column, start.y)) }
      }
      guard width <= room, isFree, clip.contains(start) else { return nil }
      placed.append((word.text, word.style, start))
    }
    return placed
  }

  // MARK: Messages

  /// Messages of one kind at one place.
  private struct Group {
    let place: Int
    let message: MapReport.Message
    var count: Int
    /// Whether they say different things, of which none stands for all.
    var isMixed = false
  }

  private func renderTraffic(
    _ messages: [MapReport.Message], isBack: Bool, _ taken: inout Set<Point>, _ clip: Rect, _ frame: inout Frame
  ) {
    let (from, to) = isBack ? (link.second, link.first) : (link.first, link.second)
    var groups: [Group] = []
    for message in messages where message.from.region == from && message.to.region == to {
      let way = Int((message.progress * Double(cells.count - 1)).rounded())
      let place = isBack ? cells.count - 1 - way : way
      if let known = groups.firstIndex(where: { $0.place == place && $0.message.word == message.word }) {
        groups[known].count += 1
        if message.text != groups[known].message.text { groups[known].isMixed = true }
      } else {
        groups.append(Group(place: place, message: message, count: 1))
      }
    }
    // Where much is on its way, words about each message would say nothing about any.
    let detail: Detail = groups.count <= 2 ? .whole : groups.count <= 5 ? .word : .none
    for group in groups { render(group, detail, isBack: isBack, &taken, clip, &frame) }
  }

  /// How much is said about a message.
  private enum Detail {
    case whole, word, none
  }

  private func render(
    _ group: Group, _ detail: Detail, isBack: Bool, _ taken: inout Set<Point>, _ clip: Rect, _ frame: inout Frame
  ) {
    let style = Style(group.message.errand == .repair ? .repair : .flight, bold: group.message.errand == .request)
    var point = cells[group.place].point
    if isStraight, isBack { point.y += 1 }
    let isSelected = scene.selected == .message(group.message.number)
    frame.put(
      head(at: group.place, isBack: isBack), at: point, isSelected ? Style(.focus, bold: true, reversed: true) : style,
      clip: clip)
    frame.mark(Rect(point.x, point.y, 1, 1), .thing(.message(group.message.number)))
    taken.insert(point)
    let times = group.count > 1 ? " ×\(group.count)" : ""
    let isHeld = group.message.arrives == nil ? " held" : ""
    let full = (group.isMixed ? group.message.word : group.message.text) + times + isHeld
    let short = group.message.word + times + isHeld
    for text in detail == .whole ? [full, short] : detail == .word ? [short] : [] {
      let width = TextWidth.of(text)
      guard let start = room(for: width, beside: point, at: group.place, isBack: isBack, taken, clip) else { continue }
      frame.write(text, at: start, style, clip: clip)
      for x in start.x..<start.x + width { taken.insert(Point(x, start.y)) }
      return
    }
  }

  /// Where a label goes: behind the message on its row, or beside it where the way leads up or down.
  private func room(
    for width: Int, beside point: Point, at place: Int, isBack: Bool, _ taken: Set<Point>, _ clip: Rect
  ) -> Point? {
    let isLeft = cells[cells.count - 1].point.x > cells[0].point.x
    let start: Point
    let limits: Range<Int>
    switch cells[place].step {
    case .horizontal:
      let leadsRight = isLeft != isBack
      start = Point(leadsRight ? point.x - width - 1 : point.x + 2, point.y)
      let row = cells.filter { $0.point.y == cells[place].point.y }.map(\.point.x)
      limits = (row.min() ?? 0)..<(row.max() ?? 0) + 1
    case .vertical, .corner:
      start = Point(isLeft ? point.x + 2 : point.x - width - 1, point.y)
      limits = clip.x..<clip.right
    }
    guard start.x >= limits.lowerBound, start.x + width <= limits.upperBound else { return nil }
    let isTaken = (start.x..<start.x + width).contains { x in
      taken.contains(Point(x, start.y)) || blocks.contains { $0.contains(Point(x, start.y)) }
    }
    // A blank parts words; only the message itself stands right beside its own.
    let touches = [Point(start.x - 1, start.y), Point(start.x + width, start.y)].contains {
      $0 != point && taken.contains($0)
    }
    return isTaken || touches ? nil : start
  }

  private func head(at place: Int, isBack: Bool) -> Character {
    switch cells[place].step {
    case .vertical: return isBack ? "↑" : "↓"
    case .horizontal, .corner:
      let leadsRight = cells[cells.count - 1].point.x > cells[0].point.x
      return leadsRight != isBack ? "►" : "◄"
    }
  }
}
