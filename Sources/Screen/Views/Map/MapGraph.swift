import Analysis
import Language
import Workbench

/// Up to three regions as blocks in a triangle, with links between them.
struct MapGraph {
  private let scene: MapScene
  private let blocks: [RegionBlock]
  private let places: [Rect]
  private let paths: [LinkPath]
  private let isBoxed: Bool
  private let rect: Rect

  /// The picture for a pane; nil if the regions are too many or too large for it.
  init?(_ scene: MapScene, in rect: Rect) {
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
    self.places = places
    self.isBoxed = isBoxed
    self.rect = rect
    paths = scene.map.links.map { LinkPath($0, in: scene, between: places) }
  }

  func render(_ frame: inout Frame) {
    for path in paths { path.render(scene.map.messages, clip: rect, &frame) }
    for (block, place) in zip(blocks, places) {
      guard isBoxed else {
        block.render(in: place, hasName: true, &frame)
        continue
      }
      frame.border(place, isFocused: false, clip: rect)
      let name = " \(Printable.escaped(block.region.name)) "
      let edge = Rect(place.x + 2, place.y, place.width - 4, 1)
      frame.line(name, row: 0, Style(.text, bold: true), in: edge)
      block.render(in: place.inset(2, 1), hasName: false, &frame)
    }
  }
}
