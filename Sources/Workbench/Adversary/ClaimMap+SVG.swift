import Language

extension ClaimMap {
  private static let side = 28.0

  /// The map as a picture in lines: cells with a colour and a mark, so that nobody needs to tell colours apart.
  public var svg: [String] {
    let (columns, rows) = (Double(plan.x.values.count), Double(plan.y.values.count))
    let (left, top, side) = (70.0, 40.0, Self.side)
    let foot = top + rows * side
    var drawing = SVGDrawing(
      width: max(left + columns * side + 30, left + 8 * Double(plan.claim.count)),
      height: foot + 44 + 18 * Double(legend.count),
      title: "Where `\(plan.claim)` holds, by \(plan.x.name) and \(plan.y.name)",
      description: "\(plan.y.name) from below to above, \(plan.x.name) from left to right. "
        + legend.joined(separator: ". "))
    drawing.text(plan.claim, left, 22, bold: true)
    for (row, cells) in cells.enumerated() {
      let y = foot - Double(row + 1) * side
      drawing.text(plan.y.text(row), left - 8, y + 18, .muted, .end)
      for (column, cell) in cells.enumerated() {
        let x = left + Double(column) * side
        drawing.rect(x + 1, y + 1, side - 2, side - 2, cell.standing.paint, radius: 3)
        drawing.text(String(cell.standing.rawValue), x + side / 2, y + 19, cell.standing.ink, .middle, bold: true)
      }
    }
    for column in plan.x.values.indices {
      drawing.text(plan.x.text(column), left + (Double(column) + 0.5) * side, foot + 16, .muted, size: 11, .middle)
    }
    drawing.text("→ \(plan.x.name)   ↑ \(plan.y.name)", left, foot + 36, .muted)
    for (place, line) in legend.enumerated() { drawing.text(line, left, foot + 54 + 18 * Double(place), .muted) }
    return drawing.lines
  }
}

extension ClaimMap.Standing {
  /// What its mark is drawn with, so that it stands out from its ground.
  fileprivate var ink: SVGDrawing.Paint {
    switch self {
    case .holds, .unjudged: .ink
    case .sometimes, .lasting, .fails: .paper
    }
  }

  /// The ground on which its mark stands.
  fileprivate var paint: SVGDrawing.Paint {
    switch self {
    case .holds: .answered
    case .sometimes: .stale
    case .lasting: .owed
    case .fails: .blocked
    case .unjudged: .grid
    }
  }
}
