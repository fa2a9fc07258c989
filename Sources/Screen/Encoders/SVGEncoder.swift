import Language
import Workbench

/// A frame as a picture.
public enum SVGEncoder {
  static let cell = (width: 8.4, height: 17.0)
  static let margin = 12.0
  static func paper(_ palette: Palette) -> String {
    switch palette {
    case .dark: "#16181d"
    case .light: "#fdfdfb"
    case .highContrast: "#000000"
    }
  }

  /// The picture as one SVG document.
  public static func document(of frame: Frame, on palette: Palette = .dark) -> String {
    let width = Double(frame.size.columns) * cell.width + 2 * margin
    let height = Double(frame.size.rows) * cell.height + 2 * margin
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(number(width))\" height=\"\(number(height))\" "
        + "viewBox=\"0 0 \(number(width)) \(number(height))\">",
      "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"\(paper(palette))\"/>",
      "<g font-family=\"'DejaVu Sans Mono', 'JetBrains Mono', Menlo, Consolas, monospace\" font-size=\"14\" "
        + "xml:space=\"preserve\">",
    ]
    for y in 0..<frame.size.rows {
      for run in runs(in: frame, row: y) { lines += elements(for: run, row: y, palette) }
    }
    return (lines + ["</g>", "</svg>"]).joined(separator: "\n") + "\n"
  }

  /// Neighbouring cells of one style.
  private struct Run {
    let start: Int
    var text: String
    let columns: Int
    let style: Style
  }

  private static func runs(in frame: Frame, row y: Int) -> [Run] {
    var runs: [Run] = []
    var x = 0
    while x < frame.size.columns {
      let style = frame[x, y].style
      let start = x
      var text = ""
      while x < frame.size.columns, frame[x, y].style == style {
        if !frame[x, y].isTail { text.append(frame[x, y].glyph) }
        x += 1
      }
      runs.append(Run(start: start, text: text, columns: x - start, style: style))
    }
    return runs
  }

  private static func elements(for run: Run, row: Int, _ palette: Palette) -> [String] {
    let x = margin + Double(run.start) * cell.width
    let y = margin + Double(row) * cell.height
    let width = Double(run.columns) * cell.width
    let color = color(of: run.style.role, palette)
    var elements: [String] = []
    if run.style.isReversed {
      elements.append(
        "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(cell.height))\" "
          + "fill=\"\(color)\"/>")
    }
    guard run.text.contains(where: { $0 != " " }) else { return elements }
    let weight = run.style.isBold ? " font-weight=\"bold\"" : ""
    elements.append(
      "<text x=\"\(number(x))\" y=\"\(number(y + 13))\" textLength=\"\(number(width))\" lengthAdjust=\"spacingAndGlyphs\" "
        + "fill=\"\(run.style.isReversed ? paper(palette) : color)\"\(weight)>\(escaped(run.text))</text>")
    return elements
  }

  static func color(of role: Role, _ palette: Palette) -> String {
    let colors =
      switch role {
      case .text: ("#d7dae0", "#1d2126", "#ffffff")
      case .dim: ("#7a808a", "#767676", "#d0d0d0")
      case .ok: ("#00af87", "#005f5f", "#00ff87")
      case .warn, .conflict: ("#ffaf00", "#af5f00", "#ffff00")
      case .bad: ("#e0662f", "#d70000", "#ff875f")
      case .focus: ("#5fafff", "#005faf", "#00ffff")
      case .flight: ("#3a96dd", "#005fd7", "#87d7ff")
      case .repair: ("#d787af", "#af00af", "#ffafff")
      }
    return switch palette {
    case .dark: colors.0
    case .light: colors.1
    case .highContrast: colors.2
    }
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case " ": result += "\u{A0}"
      default: result.append(character)
      }
    }
  }

  static func number(_ value: Double) -> String { Quantity.number(value, decimals: 1) }
}
