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

/// A series of numbers in one row.
enum Sparkline {
  private static let glyphs: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// Draws one value a column, from 0 to `top`; where nothing was measured there is a dot.
  static func render(
    _ values: [Double?], top: Double, at point: Point, clip: Rect, _ frame: inout Frame, style: (Double) -> Style
  ) {
    for (column, value) in values.enumerated() {
      let place = Point(point.x + column, point.y)
      guard let value else {
        frame.put("·", at: place, .dim, clip: clip)
        continue
      }
      let step = top > 0 ? Int((value / top * Double(glyphs.count - 1)).rounded()) : 0
      frame.put(glyphs[max(0, min(glyphs.count - 1, step))], at: place, style(value), clip: clip)
    }
  }

  /// Draws columns over several rows, with eight steps to the row.
  static func renderColumns(
    _ values: [Double?], top: Double, in rect: Rect, _ frame: inout Frame, style: (Double) -> Style
  ) {
    guard rect.height > 0, top > 0 else { return }
    for (column, value) in values.enumerated() {
      guard let value else { continue }
      let eighths = max(value > 0 ? 1 : 0, Int((value / top * Double(rect.height * 8)).rounded()))
      for row in 0..<rect.height {
        let rest = eighths - row * 8
        guard rest > 0 else { break }
        frame.put(
          glyphs[min(8, rest) - 1], at: Point(rect.x + column, rect.bottom - 1 - row), style(value), clip: rect)
      }
    }
  }
}
