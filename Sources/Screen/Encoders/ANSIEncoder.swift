import Language
import Workbench

/// A frame as text with the escape sequences that colour it: for a terminal, a pipe to one, and recordings.
public struct ANSIEncoder: Sendable {
  private let theme: Theme

  /// An encoder for a theme.
  public init(_ theme: Theme) { self.theme = theme }

  /// The rows; each begins and ends without attributes.
  public func lines(of frame: Frame) -> [String] {
    (0..<frame.size.rows).map { y in
      var line = ""
      var current = theme.paint(.text)
      let plain = current
      for (x, cell) in frame.row(y).enumerated() where !cell.isTail {
        let paint = theme.paint(cell.style)
        if paint != current {
          line += Self.sequence(paint)
          current = paint
        }
        line.append(cell.glyph)
        // Terminals quarrel about the width of what is put together of several: whatever they think, the next cell is there.
        if cell.glyph.unicodeScalars.count > 1 { line += "\u{1B}[\(x + TextWidth.of(cell.glyph) + 1)G" }
      }
      return current == plain ? line : line + "\u{1B}[0m"
    }
  }

  /// The rows for a printer. Cells hold nothing that could command a terminal; the only control sequences are colours.
  public func printableLines(of frame: Frame) -> [PrintableLine] {
    lines(of: frame).map { PrintableLine(encoded: $0) }
  }

  /// Select Graphic Rendition (ECMA-48, 8.3.117).
  private static func sequence(_ paint: Paint) -> String {
    var codes = ["0"]
    if paint.isBold { codes.append("1") }
    if paint.isDim { codes.append("2") }
    if paint.isUnderlined { codes.append("4") }
    if paint.isReversed { codes.append("7") }
    switch paint.color {
    case nil: break
    case .some(let color) where color < 8: codes.append("\(30 + color)")
    case .some(let color) where color < 16: codes.append("\(82 + color)")
    case .some(let color): codes.append("38;5;\(color)")
    }
    return "\u{1B}[\(codes.joined(separator: ";"))m"
  }
}
