import Language
import Workbench

/// What the glyphs and lines of a space-time diagram mean: below it where there is room, and in the help.
enum SpaceTimeLegend {
  /// What stands for what, the most telling first.
  static let entries = [
    "● acts", "○ receives", "──► message", "┊ replica", "✗ lost, stops", "⋮ nothing happens", "■ merges, is repaired",
    "◌ to come", "< before", "> after", "‖ concurrent",
  ]

  /// The entries in lines of a width.
  static func lines(width: Int) -> [String] {
    entries.reduce(into: [String]()) { lines, entry in
      if let last = lines.last, TextWidth.of(last) + 2 + TextWidth.of(entry) <= width {
        lines[lines.count - 1] = last + "  " + entry
      } else {
        lines.append(entry)
      }
    }
  }

  /// How many rows it takes below a diagram: one where there is room for it, none where the diagram needs all.
  static func rows(in rect: Rect) -> Int { rect.height >= 14 && rect.width >= 40 ? 1 : 0 }

  static func render(in rect: Rect, _ frame: inout Frame) {
    guard let line = lines(width: rect.width).first else { return }
    frame.line(line, row: rect.height - 1, .dim, in: rect)
  }
}
