import Workbench

/// Shares as bars, and series of numbers as sparklines.
enum Bar {
  /// Draws a share from 0 to 1 over the whole width of a row.
  static func render(_ share: Double, at point: Point, width: Int, _ style: Style, clip: Rect, _ frame: inout Frame) {
    let full = Int((share * Double(width)).rounded(.down))
    for column in 0..<max(0, width) {
      let isFull = column < full || share > 0 && column == 0
      frame.put(
        isFull ? "█" : "░", at: Point(point.x + column, point.y), isFull ? style : .dim, clip: clip)
    }
  }
}
