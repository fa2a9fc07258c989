/// A frame as plain text, and as a golden file that shows every cell.
public enum TextEncoder {
  /// The rows, without blanks at their ends.
  public static func lines(of frame: Frame) -> [String] {
    (0..<frame.size.rows).map { y in
      var line = text(of: frame, row: y)
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// The frame for a golden file: the text, each row closed by `|`, then the roles, a letter a cell, then the cursor.
  ///
  /// Upper case is bold (`T` for ordinary text), `R` is reversed.
  public static func golden(_ frame: Frame, title: String) -> String {
    var lines = ["# size \(frame.size.columns)x\(frame.size.rows) \(title)"]
    lines += (0..<frame.size.rows).map { text(of: frame, row: $0) + "|" }
    lines.append("---")
    lines += (0..<frame.size.rows).map { y in String(frame.row(y).map(letter)) + "|" }
    lines.append("cursor " + (frame.cursor.map { "\($0.x),\($0.y)" } ?? "hidden"))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(of frame: Frame, row: Int) -> String {
    String(frame.row(row).filter { !$0.isTail }.map(\.glyph))
  }

  private static func letter(_ cell: Cell) -> Character {
    if cell.style.isReversed { return "R" }
    let letter = cell.style.role.letter
    guard cell.style.isBold else { return letter }
    return letter == "." ? "T" : Character(letter.uppercased())
  }
}
