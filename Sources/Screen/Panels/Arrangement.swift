import Language

/// How views share a part of the screen: one, several side by side, or one above the other.
///
/// How much each gets follows from the room that the views want (``PaneRoom``): first its smallest size, then as much of what
/// is left as it has use for; what nobody has use for is shared alike.
indirect enum Arrangement: Hashable {
  case pane(ViewName)
  case row([Arrangement])
  case column([Arrangement])

  /// The views in it.
  var views: [ViewName] {
    switch self {
    case .pane(let view): [view]
    case .row(let parts), .column(let parts): parts.flatMap(\.views)
    }
  }

  /// With less, a view would be squeezed.
  var smallest: Size { size { $0.smallest } }
  /// With less, the views would rather have fewer beside them.
  var comfortable: Size { size { $0.comfortable } }
  private var preferred: Size { size { $0.preferred } }

  private func size(_ wish: (PaneRoom) -> Size) -> Size {
    switch self {
    case .pane(let view): return wish(view.pane.room)
    case .row(let parts):
      let sizes = parts.map { $0.size(wish) }
      return Size(columns: sizes.reduce(0) { $0 + $1.columns }, rows: sizes.map(\.rows).max() ?? 0)
    case .column(let parts):
      let sizes = parts.map { $0.size(wish) }
      return Size(columns: sizes.map(\.columns).max() ?? 0, rows: sizes.reduce(0) { $0 + $1.rows })
    }
  }

  /// Where each view stands in a rectangle.
  func panes(in rect: Rect) -> [Layout.Pane] {
    switch self {
    case .pane(let view): return [Layout.Pane(view: view, rect: rect)]
    case .row(let parts):
      let widths = Self.shares(of: rect.width, parts.map { ($0.smallest.columns, $0.preferred.columns) })
      var x = rect.x
      return zip(parts, widths).flatMap { part, width in
        defer { x += width }
        return part.panes(in: Rect(x, rect.y, width, rect.height))
      }
    case .column(let parts):
      let heights = Self.shares(of: rect.height, parts.map { ($0.smallest.rows, $0.preferred.rows) })
      var y = rect.y
      return zip(parts, heights).flatMap { part, height in
        defer { y += height }
        return part.panes(in: Rect(rect.x, y, rect.width, height))
      }
    }
  }

  /// Shares a length out among wishes.
  private static func shares(of length: Int, _ wishes: [(smallest: Int, preferred: Int)]) -> [Int] {
    var shares = wishes.map(\.smallest)
    let wanted = wishes.map { max(0, $0.preferred - $0.smallest) }
    let first = min(length - shares.reduce(0, +), wanted.reduce(0, +))
    for (index, more) in Self.split(first, by: wanted).enumerated() { shares[index] += more }
    let rest = length - shares.reduce(0, +)
    for (index, more) in Self.split(rest, by: wishes.map(\.preferred)).enumerated() { shares[index] += more }
    return shares
  }

  /// Splits a length by weights, to the last cell.
  private static func split(_ length: Int, by weights: [Int]) -> [Int] {
    let whole = weights.reduce(0, +)
    guard whole > 0 else { return weights.map { _ in 0 } }
    var (passed, given) = (0, 0)
    return weights.map { weight in
      passed += weight
      let share = length * passed / whole - given
      given += share
      return share
    }
  }
}

extension Size {
  /// Whether that much fits.
  func holds(_ other: Size) -> Bool { columns >= other.columns && rows >= other.rows }
}
