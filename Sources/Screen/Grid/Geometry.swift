/// A cell's place: columns from the left, rows from the top, both from 0.
public struct Point: Hashable, Sendable {
  /// The column.
  public var x: Int
  /// The row.
  public var y: Int

  /// The place in that column and row.
  public init(_ x: Int, _ y: Int) {
    self.x = x
    self.y = y
  }
}

/// A width and a height in cells.
public struct Size: Hashable, Sendable {
  /// How many columns.
  public var columns: Int
  /// How many rows.
  public var rows: Int

  /// The largest screen that is drawn.
  public static let largest = Size(columns: 1_000, rows: 500)

  /// That many columns and rows.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// The size that a text such as `120x40` states; nil if it states none, or one beyond ``largest``.
  public init?(_ text: String) {
    let parts = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let columns = parts[0], let rows = parts[1],
      (1...Self.largest.columns).contains(columns), (1...Self.largest.rows).contains(rows)
    else { return nil }
    self.init(columns: columns, rows: rows)
  }
}

/// A rectangle of cells.
public struct Rect: Hashable, Sendable {
  /// Its leftmost column.
  public var x: Int
  /// Its topmost row.
  public var y: Int
  /// How many columns it has, at least 0.
  public var width: Int
  /// How many rows it has, at least 0.
  public var height: Int

  /// A rectangle; negative extents become 0.
  public init(_ x: Int, _ y: Int, _ width: Int, _ height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// One column past the right edge.
  public var right: Int { x + width }
  /// One row past the bottom edge.
  public var bottom: Int { y + height }

  /// Whether a place lies inside.
  public func contains(_ point: Point) -> Bool {
    point.x >= x && point.x < right && point.y >= y && point.y < bottom
  }

  /// The rectangle without that many cells at each side.
  public func inset(_ columns: Int, _ rows: Int) -> Rect {
    Rect(x + columns, y + rows, width - 2 * columns, height - 2 * rows)
  }

  /// The first `width` columns and the rest.
  public func splitLeft(_ width: Int) -> (left: Rect, right: Rect) {
    let width = min(max(0, width), self.width)
    return (Rect(x, y, width, height), Rect(x + width, y, self.width - width, height))
  }

  /// The first `height` rows and the rest.
  public func splitTop(_ height: Int) -> (top: Rect, bottom: Rect) {
    let height = min(max(0, height), self.height)
    return (Rect(x, y, width, height), Rect(x, y + height, width, self.height - height))
  }
}
