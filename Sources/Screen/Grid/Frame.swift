import Language
import Workbench

/// A whole screen: what every panel draws into, and what terminal, text, ANSI and SVG are made of.
public struct Frame: Hashable, Sendable {
  /// How large it is.
  public let size: Size
  /// Its cells, row by row.
  public private(set) var cells: [Cell]
  /// Where the hardware cursor stands; nil hides it.
  public var cursor: Point?
  /// Where the selected row of the focused view begins; nil if none is marked.
  public internal(set) var selected: Point?

  /// What somebody who looks at it sees.
  public private(set) var sight = Sight()

  /// An empty screen.
  public init(_ size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.columns * size.rows)
  }

  /// All of it.
  public var bounds: Rect { Rect(0, 0, size.columns, size.rows) }

  /// The cells of one row.
  public func row(_ y: Int) -> ArraySlice<Cell> { cells[y * size.columns..<(y + 1) * size.columns] }

  /// The cell at a place, which must lie inside.
  public subscript(x: Int, y: Int) -> Cell { cells[y * size.columns + x] }

  /// Where the first mark of a selected row stands in a rectangle.
  func mark(in rect: Rect) -> Point? {
    for y in rect.y..<rect.bottom {
      for x in rect.x..<rect.right where self[x, y].glyph == "►" && self[x, y].style.role == .focus {
        return Point(x, y)
      }
    }
    return nil
  }

  // MARK: Clicking

  /// Makes a part of the screen stand for something.
  public mutating func mark(_ rect: Rect, _ target: Hit.Target) { sight.hits.append(Hit(rect: rect, target: target)) }

  /// Makes everything so far stand for nothing: something lies over it.
  public mutating func cover() { sight.hits = [] }

  /// Says how many rows a view's text can be scrolled.
  mutating func extend(_ view: ViewName, by rows: Int) { sight.reach[view] = rows }

  // MARK: Drawing

  /// Draws one character, if its place lies inside `clip`. A wide one needs both its cells there.
  public mutating func put(_ glyph: Character, at point: Point, _ style: Style, clip: Rect) {
    guard clip.contains(point), bounds.contains(point) else { return }
    let width = TextWidth.of(glyph)
    guard width > 0 else { return }
    let isControl = Printable.isUnsafe(glyph)
    let last = Point(point.x + width - 1, point.y)
    let fits = clip.contains(last) && bounds.contains(last)
    let index = point.y * size.columns + point.x
    clearNeighbours(of: index, width: fits ? width : 1, in: point.y)
    cells[index] = Cell(glyph: isControl ? "?" : fits ? glyph : " ", style: style)
    if width == 2, fits { cells[index + 1] = Cell(glyph: " ", style: style, isTail: true) }
  }

  /// Draws a printable ASCII character, which is one cell wide and harmless.
  private mutating func putPlain(_ byte: UInt8, at point: Point, _ style: Style, clip: Rect) {
    guard clip.contains(point), bounds.contains(point) else { return }
    let index = point.y * size.columns + point.x
    clearNeighbours(of: index, width: 1, in: point.y)
    cells[index] = Cell(glyph: Self.plain[Int(byte)], style: style)
  }

  /// The ASCII characters, by their codes.
  private static let plain = (0..<128 as Range<UInt8>).map { Character(Unicode.Scalar($0)) }

  /// Half a wide character can't be drawn: what loses one half becomes blank.
  private mutating func clearNeighbours(of index: Int, width: Int, in row: Int) {
    if cells[index].isTail { cells[index - 1].glyph = " " }
    let next = index + width
    if next < (row + 1) * size.columns, cells[next].isTail { cells[next] = Cell(glyph: " ", style: cells[next].style) }
  }

  /// Writes a text from a place on, as far as `clip` goes; returns the column after it.
  @discardableResult
  public mutating func write(_ text: String, at point: Point, _ style: Style = .text, clip: Rect) -> Int {
    var x = point.x
    if TextWidth.isPlain(text) {
      for byte in text.utf8 {
        putPlain(byte, at: Point(x, point.y), style, clip: clip)
        x += 1
      }
      return x
    }
    for character in text {
      put(character, at: Point(x, point.y), style, clip: clip)
      x += TextWidth.of(character)
    }
    return x
  }

  /// Writes a text into a rectangle's row, cut with `…` where it is too long.
  public mutating func line(_ text: String, row: Int, _ style: Style = .text, in rect: Rect) {
    write(TextWidth.fit(text, rect.width), at: Point(rect.x, rect.y + row), style, clip: rect)
  }

  /// Writes a text so that it ends at a rectangle's right edge.
  public mutating func lineRight(_ text: String, row: Int, _ style: Style = .text, in rect: Rect) {
    let fitted = TextWidth.fit(text, rect.width)
    write(fitted, at: Point(rect.right - TextWidth.of(fitted), rect.y + row), style, clip: rect)
  }

  /// Empties a rectangle.
  public mutating func clear(_ rect: Rect, _ style: Style = .text) {
    for y in max(0, rect.y)..<max(0, min(rect.bottom, size.rows)) {
      for x in max(0, rect.x)..<max(0, min(rect.right, size.columns)) {
        put(" ", at: Point(x, y), style, clip: bounds)
      }
    }
  }

  /// Draws a border around a rectangle: heavy for the focused one, round and dim for others.
  public mutating func border(_ rect: Rect, isFocused: Bool, clip: Rect) {
    guard rect.width > 1, rect.height > 1 else { return }
    let glyphs: [Character] = isFocused ? ["┏", "┓", "┗", "┛", "━", "┃"] : ["╭", "╮", "╰", "╯", "─", "│"]
    let style = isFocused ? Style(.focus) : .dim
    for x in rect.x + 1..<rect.right - 1 {
      put(glyphs[4], at: Point(x, rect.y), style, clip: clip)
      put(glyphs[4], at: Point(x, rect.bottom - 1), style, clip: clip)
    }
    for y in rect.y + 1..<rect.bottom - 1 {
      put(glyphs[5], at: Point(rect.x, y), style, clip: clip)
      put(glyphs[5], at: Point(rect.right - 1, y), style, clip: clip)
    }
    put(glyphs[0], at: Point(rect.x, rect.y), style, clip: clip)
    put(glyphs[1], at: Point(rect.right - 1, rect.y), style, clip: clip)
    put(glyphs[2], at: Point(rect.x, rect.bottom - 1), style, clip: clip)
    put(glyphs[3], at: Point(rect.right - 1, rect.bottom - 1), style, clip: clip)
  }
}

extension Frame {
  /// The same screen with ASCII characters in place of all others, for terminals that can't show them.
  public var inASCII: Frame {
    var frame = self
    for index in cells.indices { frame.cells[index].glyph = ASCIIGlyphs.replacement(for: cells[index].glyph) }
    return frame
  }
}

/// What stands for a character where only ASCII can be shown.
enum ASCIIGlyphs {
  static func replacement(for glyph: Character) -> Character {
    glyph.isASCII ? glyph : table[glyph] ?? "?"
  }

  private static let table: [Character: Character] = [
    "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
    "━": "=", "┃": "|", "┏": "+", "┓": "+", "┗": "+", "┛": "+", "┌": "+", "┐": "+", "└": "+", "┘": "+",
    "╌": ".", "╎": ":", "●": "o", "○": ".", "▲": "!", "✗": "x", "✓": "v", "►": ">", "◄": "<", "▼": "v", "‖": "|",
    "·": ".", "…": "~", "–": "-", "→": ">", "←": "<", "↑": "^", "↓": "v", "■": "#", "▏": "_", "×": "x", "≤": "<",
    "┊": ":", "⋮": ":", "↔": "-", "÷": "/", "┈": ".", "◌": ".", "◆": "*", "≠": "#", "█": "#", "░": ".", "−": "-",
    "▁": "_", "▂": ".", "▃": "-",
    "▄": "=", "▌": "|",
    "▅": "+", "▆": "*", "▇": "%", "⇄": "=", "µ": "u", "’": "'", "“": "\"",
    "”": "\"",
  ]
}
