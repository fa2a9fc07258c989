import Analysis
import Language
import Workbench

/// Up to three regions as blocks in a triangle, with links between them.
struct MapGraph: MapDrawing {
  private let scene: MapScene
  private let blocks: [RegionBlock]
  private let rects: [Rect]
  private let paths: [LinkPath]
  private let isBoxed: Bool
  private let rect: Rect
  private let notices: MapNotices
  /// The rows below for what is amiss and has no place in the picture.
  private let noticeRect: Rect

  /// The picture for a pane, with what is amiss below; nil if the regions are too many or too large for it.
  static func fitting(_ scene: MapScene, in rect: Rect) -> MapGraph? {
    guard let whole = MapGraph(scene, in: rect, notices: 0) else { return nil }
    let rows = whole.notices.rows(width: rect.width, atMost: max(1, rect.height / 4))
    guard rows > 0 else { return whole }
    // What is thought may be counted, so that the picture fits; faults are not.
    let least = min(rows, whole.notices.rowsOfFaults(width: rect.width))
    for rows in (least...rows).reversed() {
      if let graph = MapGraph(scene, in: rect, notices: rows) { return graph }
    }
    return nil
  }

  private init?(_ scene: MapScene, in whole: Rect, notices rows: Int) {
    let (rect, noticeRect) = whole.splitTop(whole.height - rows)
    let regions = scene.map.regions
    guard regions.count <= 3, rect.width >= 40 else { return nil }
    let isBoxed = rect.height >= 17
    let border = isBoxed ? 2 : 0
    let longest = regions.flatMap(\.replicas).map { TextWidth.of($0.name) }.max() ?? 3
    let perRow = min(4, regions.map(\.replicas.count).max() ?? 1)
    let side = regions.count == 1 ? rect.width : rect.width * 2 / 5
    let cellWidth = min(11, (side - border * 2) / perRow)
    guard cellWidth >= longest + 2 else { return nil }
    blocks = regions.enumerated().map {
      RegionBlock(region: $0.element, scene: scene, index: $0.offset, cellWidth: cellWidth, perRow: perRow)
    }
    let width = min(side, perRow * cellWidth + border * 2)
    let named = isBoxed ? 0 : 1
    func height(_ block: RegionBlock) -> Int { named + block.replicaRows * 2 + (isBoxed ? 2 : 1) + border }
    let upper = blocks.prefix(2).map(height).max() ?? 0
    let lower = regions.count == 3 ? height(blocks[2]) : 0
    guard upper + lower + (regions.count == 3 ? 2 : 0) <= rect.height else { return nil }
    let gap = rect.height - upper - lower
    let top = rect.y + (regions.count == 3 ? (isBoxed ? min(2, gap / 6) : 0) : gap / 3)
    var places = [Rect(rect.x, top, width, height(blocks[0]))]
    if regions.count > 1 { places.append(Rect(rect.right - width, top, width, height(blocks[1]))) }
    if regions.count == 3 {
      places.append(
        Rect(rect.x + (rect.width - width) / 2, rect.bottom - lower - (isBoxed ? min(1, gap / 6) : 0), width, lower))
    }
    if regions.count == 1 { places[0].x = rect.x + (rect.width - width) / 2 }
    self.scene = scene
    rects = places
    self.noticeRect = noticeRect
    self.isBoxed = isBoxed
    self.rect = rect
    let paths = scene.map.links.map { LinkPath($0, in: scene, between: places, clip: rect) }
    self.paths = paths
    let told = Set(zip(scene.map.links, paths).filter { $0.1.isTold }.map(\.0))
    notices = MapNotices(scene, isTold: told.contains)
  }

  var places: [(region: Int, rect: Rect)] { zip(blocks, rects).map { ($0.index, $1) } }

  func render(_ frame: inout Frame) {
    var taken: Set<Point> = []
    for (index, path) in paths.enumerated() {
      // What a link says of itself gives way to its own messages.
      let others = Set(paths.indices.filter { $0 != index }.flatMap { paths[$0].wordCells })
      var all = taken.union(others)
      path.render(scene.map.messages, avoiding: &all, &frame)
      taken = all.subtracting(others)
    }
    for (block, place) in zip(blocks, rects) {
      guard isBoxed else {
        block.render(in: place, hasName: true, &frame)
        continue
      }
      frame.border(place, isFocused: false, clip: rect)
      let name = " \(scene.names.regions[block.index]) "
      let edge = Rect(place.x + 2, place.y, place.width - 4, 1)
      frame.line(name, row: 0, scene.nameStyle(block.index), in: edge)
      block.render(in: place.inset(2, 1), hasName: false, &frame)
    }
    notices.render(in: noticeRect, &frame)
  }
}
