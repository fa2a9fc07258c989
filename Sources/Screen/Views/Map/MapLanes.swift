import Analysis
import Language
import Workbench

/// Any number of regions, a row or two each, and their links as lanes on which messages travel.
enum MapLanes {
  static func render(_ scene: MapScene, in rect: Rect, _ frame: inout Frame) {
    let regions = scene.map.regions
    let nameWidth = min(16, max(6, regions.map { TextWidth.of(Printable.escaped($0.name)) }.max() ?? 6)) + 1
    // Values have a row of their own if links find room beside them; the key pane has them in any case.
    let hasValues = rect.height >= regions.count * 2 + min(4, scene.map.links.count)
    let links = shownLinks(scene, room: rect.height - regions.count * (hasValues ? 2 : 1))
    let longest = regions.flatMap(\.replicas).map { TextWidth.of($0.name) }.max() ?? 3
    var row = 0
    for (index, region) in regions.enumerated() where row < rect.height {
      let perRow = max(1, (rect.width - nameWidth) / (longest + 4))
      let block = RegionBlock(
        region: region, scene: scene, index: index,
        cellWidth: min(11, (rect.width - nameWidth) / min(perRow, region.replicas.count)),
        perRow: perRow)
      let height = hasValues ? block.replicaRows * 2 : 1
      let line = Rect(rect.x, rect.y + row, rect.width, height)
      frame.line(
        Printable.escaped(region.name), row: 0, Style(.text, bold: true), in: line.splitLeft(nameWidth - 1).left)
      block.render(in: line.splitLeft(nameWidth).right, hasName: false, &frame)
      row += height
    }
    for link in links where row < rect.height {
      render(link, scene, in: Rect(rect.x, rect.y + row, rect.width, 1), &frame)
      row += 1
    }
  }

  /// The links for which there is room: those that are hurt or carry something come first.
  private static func shownLinks(_ scene: MapScene, room: Int) -> [MapReport.Link] {
    let links = scene.map.links
    guard links.count > room else { return links }
    guard room > 0 else { return [] }
    func interest(_ link: MapReport.Link) -> Int {
      if link.isHurt || !link.trouble.isEmpty { return 0 }
      return scene.map.messages.contains { link.carries($0) } ? 1 : 2
    }
    let ranked = links.enumerated().sorted { (interest($0.element), $0.offset) < (interest($1.element), $1.offset) }
    return ranked.prefix(room).sorted { $0.offset < $1.offset }.map(\.element)
  }

  private static func render(_ link: MapReport.Link, _ scene: MapScene, in rect: Rect, _ frame: inout Frame) {
    let names = [link.first, link.second].map { Printable.escaped(scene.map.regions[$0].name) }
    let side = min(13, rect.width / 5)
    let isSelected = scene.isSelected(link)
    frame.mark(rect, .thing(scene.thing(link)))
    frame.line(
      isSelected ? "►\(names[0])" : names[0], row: 0, isSelected ? Style(.focus, bold: true) : .dim,
      in: Rect(rect.x, rect.y, side, 1))
    let delay = link.isCut ? "CUT" : link.isHurt ? "CUT part" : link.trouble.isEmpty ? link.delay : link.trouble
    let words = min(10, max(5, TextWidth.of(delay)))
    let lane = Rect(rect.x + side + 1, rect.y, rect.width - 2 * side - words - 3, 1)
    frame.line(names[1], row: 0, .dim, in: Rect(lane.right + 1, rect.y, side, 1))
    frame.lineRight(delay, row: 0, link.isHurt ? Style(.bad) : .dim, in: Rect(rect.right - words, rect.y, words, 1))
    for x in lane.x..<max(lane.x, lane.right) {
      frame.put(link.isHurt ? "╌" : "─", at: Point(x, lane.y), link.isHurt ? Style(.bad) : .dim, clip: lane)
    }
    if link.isHurt { frame.put("✗", at: Point(lane.x + lane.width / 2, lane.y), Style(.bad, bold: true), clip: lane) }
    for message in scene.map.messages.reversed() where link.carries(message) {
      let isBack = message.from.region == link.second
      let way = isBack ? 1 - message.progress : message.progress
      let x = lane.x + Int((way * Double(max(0, lane.width - 1))).rounded())
      let isChosen = scene.selected == .message(message.number)
      frame.put(
        isBack ? "◄" : "►", at: Point(x, lane.y),
        isChosen
          ? Style(.focus, bold: true, reversed: true)
          : Style(message.errand == .repair ? .repair : .flight, bold: true),
        clip: lane)
      frame.mark(Rect(x, lane.y, 1, 1), .thing(.message(message.number)))
    }
  }
}

extension MapReport.Link {
  /// Whether a message travels on it.
  func carries(_ message: MapReport.Message) -> Bool {
    let (from, to) = (message.from.region, message.to.region)
    return from == first && to == second || from == second && to == first
  }
}
