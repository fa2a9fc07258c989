import Analysis
import Language
import Workbench

/// Any number of regions, with rows of replicas each, and their links as lanes on which messages travel.
///
/// Where there are more regions than rows, those around the selected replica are shown, and the others counted.
struct MapLanes: MapDrawing {
  private let scene: MapScene
  private let rect: Rect
  private let blocks: [(block: RegionBlock, rows: Int, rect: Rect)]
  private let nameWidth: Int
  /// The row that says how many regions aren't in sight.
  private let omission: (row: Rect, text: String)?
  private let lanes: [(link: MapReport.Link, row: Rect)]
  private let captions: MapLaneCaptions
  private let notices: MapNotices
  private let noticeRect: Rect

  init(_ scene: MapScene, in rect: Rect) {
    self.scene = scene
    self.rect = rect
    let map = scene.map
    let names = max(6, scene.names.regions.map(TextWidth.of).max() ?? 6) + 1
    nameWidth = names
    let captions = MapLaneCaptions(scene, width: rect.width)
    self.captions = captions
    let hurt = map.links.filter { !$0.faults.isEmpty }
    let reserve = hurt.isEmpty && MapNotices(scene, isTold: { _ in true }).notices.isEmpty ? 0 : 1
    let room = max(1, rect.height - reserve)
    let visible = map.regions.count <= room ? map.regions.count : max(1, room - 1)
    let chosen = map.regions.firstIndex { $0.replicas.contains { $0.name == scene.replica } } ?? 0
    let first = max(0, min(chosen - visible / 2, map.regions.count - visible))
    let shown = first..<first + visible
    var rest = max(0, room - visible - (visible < map.regions.count ? 1 : 0))

    // The links that are hurt have half of the rows that are left, if they need them, then all replicas are shown.
    let hurtLanes = min(hurt.count, (rest + 1) / 2)
    rest -= hurtLanes
    var regions = shown.map { Self.block($0, scene, in: rect.width - names) }
    var rows = Array(repeating: 1, count: regions.count)
    while rest > 0,
      let next = rows.indices.filter({ rows[$0] < regions[$0].replicaRows }).min(by: { rows[$0] < rows[$1] })
    {
      rows[next] += 1
      rest -= 1
    }
    let told = Set(Self.ranked(hurt, scene).prefix(hurtLanes).filter(captions.isWhole))
    notices = MapNotices(scene, isTold: { $0.faults.isEmpty || told.contains($0) })
    let noticeRows = notices.rows(width: rect.width, atMost: rest + reserve)
    rest = max(0, rest + reserve - noticeRows)
    let others = map.links.count - hurtLanes
    let hasValues = zip(rows, regions).allSatisfy { $0 >= $1.replicaRows } && rest >= rows.reduce(0, +) + min(4, others)
    if hasValues { rest -= rows.reduce(0, +) }
    let short = scene.names.replicas(in: (regions.first?.cellWidth ?? 4) - 1)
    for index in regions.indices { (regions[index].hasValues, regions[index].names) = (hasValues, short) }

    var y = rect.y
    func take(_ height: Int) -> Rect {
      defer { y += height }
      return Rect(rect.x, y, rect.width, max(0, min(height, rect.bottom - y)))
    }
    blocks = zip(regions, rows).map { ($0, $1, take(hasValues ? $1 * 2 : $1)) }
    let hidden = map.regions.indices.filter { !shown.contains($0) }.map { map.regions[$0] }
    let replicas = hidden.reduce(0) { $0 + $1.replicas.count }
    let conditions = hidden.flatMap(\.replicas).map(\.condition)
    let amiss = [MapReport.Condition.down, .paused, .slow].map { kind in (kind, conditions.count { $0 == kind }) }
    let worst = amiss.filter { $0.1 > 0 }.map { " \($0.0.glyph)\($0.1)" }.joined()
    omission =
      hidden.isEmpty
      ? nil
      : (
        take(1),
        "+\(CountedNoun("region").text(hidden.count)) with \(CountedNoun("replica").text(replicas))\(worst)"
      )
    let best = Self.ranked(map.links, scene).prefix(hurtLanes + rest)
    lanes = map.links.filter(best.contains).map { ($0, take(1)) }
    noticeRect = take(noticeRows)
  }

  var places: [(region: Int, rect: Rect)] { blocks.map { ($0.block.index, $0.rect) } }

  func render(_ frame: inout Frame) {
    for (block, rows, place) in blocks {
      let (name, replicas) = place.splitLeft(nameWidth)
      frame.line(
        scene.names.regions[block.index], row: 0, scene.nameStyle(block.index), in: name.splitLeft(nameWidth - 1).left)
      block.render(in: replicas, hasName: false, rows: rows, &frame)
    }
    if let omission { frame.line(omission.text, row: 0, Style(.text, bold: true), in: omission.row) }
    for (link, row) in lanes { render(link, in: row, &frame) }
    notices.render(in: noticeRect, &frame)
  }

  private static func block(_ index: Int, _ scene: MapScene, in width: Int) -> RegionBlock {
    let largest = scene.map.regions.map(\.replicas.count).max() ?? 1
    let least = RegionBlock.cellWidth(scene.map, in: width)
    // Wider cells read better, where they cost no row.
    let roomy = max(least, min(11, width / max(1, min(largest, width / max(1, least + 2)))))
    let rows = { (cell: Int) in (largest + max(1, width / cell) - 1) / max(1, width / cell) }
    let cell = [roomy, least + 2].first { rows($0) <= rows(least) } ?? least
    return RegionBlock(
      region: scene.map.regions[index], scene: scene, index: index, cellWidth: cell, perRow: max(1, width / cell))
  }

  /// The links in the order of what they tell: those that are hurt, the selected one, those that carry something.
  private static func ranked(_ links: [MapReport.Link], _ scene: MapScene) -> [MapReport.Link] {
    func interest(_ link: MapReport.Link) -> Int {
      if !link.faults.isEmpty { return scene.isSelected(link) ? 0 : 1 }
      if scene.isSelected(link) { return 2 }
      return scene.map.messages.contains { link.carries($0) } ? 3 : 4
    }
    return links.enumerated().map { (interest($0.element), $0.offset, $0.element) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }

  private func render(_ link: MapReport.Link, in rect: Rect, _ frame: inout Frame) {
    let side = captions.side
    let isSelected = scene.isSelected(link)
    let (first, second) = (captions.names[link.first], captions.names[link.second])
    frame.mark(rect, .thing(scene.thing(link)))
    frame.line(
      isSelected ? "►\(first)" : first, row: 0, isSelected ? Style(.focus, bold: true) : .dim,
      in: Rect(rect.x, rect.y, side + 1, 1))
    let style = link.isHurt ? Style(.bad) : link.faults.isEmpty ? Style.dim : Style(.warn)
    let lane = Rect(rect.x + side + 2, rect.y, rect.width - 2 * side - captions.words - 4, 1)
    frame.line(second, row: 0, .dim, in: Rect(lane.right + 1, rect.y, side, 1))
    frame.lineRight(
      captions.text(link), row: 0, style, in: Rect(rect.right - captions.words, rect.y, captions.words, 1))
    for x in lane.x..<max(lane.x, lane.right) {
      frame.put(link.isHurt ? "╌" : "─", at: Point(x, lane.y), style, clip: lane)
    }
    if link.isHurt { frame.put("✗", at: Point(lane.x + lane.width / 2, lane.y), Style(.bad, bold: true), clip: lane) }
    for message in scene.map.messages.reversed() where link.carries(message) { render(message, on: link, lane, &frame) }
  }

  private func render(_ message: MapReport.Message, on link: MapReport.Link, _ lane: Rect, _ frame: inout Frame) {
    let isBack = message.from.region == link.second
    let way = isBack ? 1 - message.progress : message.progress
    let x = lane.x + Int((way * Double(max(0, lane.width - 1))).rounded())
    let isChosen = scene.selected == .message(message.number)
    // The mark of a cut stays in sight.
    if link.isHurt, x == lane.x + lane.width / 2, !isChosen { return }
    frame.put(
      isBack ? "◄" : "►", at: Point(x, lane.y),
      isChosen
        ? Style(.focus, bold: true, reversed: true)
        : Style(message.errand == .repair ? .repair : .flight, bold: true),
      clip: lane)
    frame.mark(Rect(x, lane.y, 1, 1), .thing(.message(message.number)))
  }
}

/// What stands beside the lanes of links: their ends, and their delays or what is amiss.
struct MapLaneCaptions {
  /// The columns of an end's name.
  let side: Int
  /// The columns of the words.
  let words: Int
  /// The names of the ends.
  let names: [String]
  private let scene: MapScene

  init(_ scene: MapScene, width: Int) {
    self.scene = scene
    let longest = scene.map.regions.map { TextWidth.of(Printable.escaped($0.name)) }.max() ?? 6
    side = min(longest, max(4, min(16, width / 4)))
    names = ShortNames.fit(scene.map.regions.map(\.name), side)
    let room = max(5, width - 2 * side - 4 - 6)
    words = min(room, scene.map.links.map { TextWidth.of(Self.whole($0, scene)) }.max() ?? 5)
  }

  private static func whole(_ link: MapReport.Link, _ scene: MapScene) -> String {
    link.faults.isEmpty ? link.delay : scene.names.words(link, isAcross: true).words.joined(separator: ", ")
  }

  /// What is said about a link, as far as there is room.
  func text(_ link: MapReport.Link) -> String { TextWidth.fit(Self.whole(link, scene), words) }

  /// Whether that tells all that is amiss.
  func isWhole(_ link: MapReport.Link) -> Bool {
    scene.names.words(link, isAcross: true).isWhole && TextWidth.of(Self.whole(link, scene)) <= words
  }
}

extension MapReport.Link {
  /// Whether a message travels on it.
  func carries(_ message: MapReport.Message) -> Bool {
    let (from, to) = (message.from.region, message.to.region)
    return from == first && to == second || from == second && to == first
  }
}
