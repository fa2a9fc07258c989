/// Lines on a grid, which join where they meet: each cell knows in which directions lines leave it.
struct LineCanvas {
  /// A direction in which a line leaves a cell.
  struct Arms: OptionSet {
    let rawValue: UInt8
    static let up = Arms(rawValue: 1)
    static let down = Arms(rawValue: 2)
    static let left = Arms(rawValue: 4)
    static let right = Arms(rawValue: 8)
  }

  private struct Stroke {
    var arms: Arms = []
    var style = Style.dim
    var weight = 0
  }

  private let rect: Rect
  private var strokes: [Stroke]

  /// An empty canvas over a rectangle of the screen.
  init(_ rect: Rect) {
    self.rect = rect
    strokes = Array(repeating: Stroke(), count: rect.width * rect.height)
  }

  /// Draws a vertical line between two rows, from the middle of the one to the middle of the other.
  ///
  /// - Parameter weight: where lines cross, the style of the heaviest is seen.
  mutating func vertical(_ x: Int, _ rows: ClosedRange<Int>, _ style: Style, weight: Int) {
    for y in rows {
      var arms: Arms = []
      if y > rows.lowerBound { arms.insert(.up) }
      if y < rows.upperBound { arms.insert(.down) }
      add(arms, x, y, style, weight)
    }
  }

  /// Draws a horizontal line between two columns.
  mutating func horizontal(_ y: Int, from start: Int, to end: Int, _ style: Style, weight: Int) {
    let columns = min(start, end)...max(start, end)
    for x in columns {
      var arms: Arms = []
      if x > columns.lowerBound { arms.insert(.left) }
      if x < columns.upperBound { arms.insert(.right) }
      add(arms, x, y, style, weight)
    }
  }

  /// Lets lines leave a cell in some directions.
  mutating func add(_ arms: Arms, _ x: Int, _ y: Int, _ style: Style, _ weight: Int) {
    guard rect.contains(Point(x, y)), !arms.isEmpty else { return }
    let index = (y - rect.y) * rect.width + x - rect.x
    strokes[index].arms.formUnion(arms)
    guard weight >= strokes[index].weight else { return }
    strokes[index].style = style
    strokes[index].weight = weight
  }

  /// Puts the lines on the screen.
  func render(_ frame: inout Frame) {
    for y in 0..<rect.height {
      for x in 0..<rect.width {
        let stroke = strokes[y * rect.width + x]
        guard !stroke.arms.isEmpty else { continue }
        // What only leads on and weighs nothing is dotted: without colours, too, a message is told from a replica's line.
        let isDotted = stroke.weight == 0 && stroke.arms.isSubset(of: [.up, .down])
        let glyph = isDotted ? "┊" : Self.glyphs[Int(stroke.arms.rawValue)]
        frame.put(glyph, at: Point(rect.x + x, rect.y + y), stroke.style, clip: rect)
      }
    }
  }

  /// The glyph for each set of arms, by its number.
  private static let glyphs: [Character] = [
    " ", "│", "│", "│", "─", "┘", "┐", "┤", "─", "└", "┌", "├", "─", "┴", "┬", "┼",
  ]
}
