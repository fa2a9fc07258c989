/// Sentences broken into lines.
public enum TextWrap {
  /// A text in lines of at most that many cells, broken at blanks; a longer word is broken where the
  /// line ends, as text is that has no blanks.
  public static func lines(_ text: String, width: Int) -> [String] {
    guard width > 0, !text.isEmpty else { return [] }
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in text.split(separator: " ").flatMap({ pieces(of: String($0), width: width) }) {
      let length = TextWidth.of(word)
      if used > 0, used + 1 + length > width {
        lines.append(line)
        (line, used) = ("", 0)
      }
      line += used > 0 ? " \(word)" : word
      used += (used > 0 ? 1 : 0) + length
    }
    return lines + [line]
  }

  /// A word, in pieces that fit.
  private static func pieces(of word: String, width: Int) -> [String] {
    guard TextWidth.of(word) > width else { return [word] }
    var pieces = [""]
    var used = 0
    for character in word {
      let next = TextWidth.of(character)
      if used + next > width, used > 0 {
        pieces.append("")
        used = 0
      }
      pieces[pieces.count - 1].append(character)
      used += next
    }
    return pieces
  }

  /// A line that may be too long, with what goes over indented; blanks at its beginning and within it stay.
  public static func hanging(_ line: String, width: Int, indent: Int) -> [String] {
    guard TextWidth.of(line) > width else { return [line] }
    // Where the column is too far to the right to leave room beside it, what goes over is only set off.
    let indent = indent <= width / 2 ? indent : min(2, width / 3)
    // Cut at the last blank that fits, but not at those before the first word.
    let start = line.firstIndex { $0 != " " } ?? line.endIndex
    var used = 0
    var cut: String.Index?
    var full = line.endIndex
    for index in line.indices {
      if line[index] == " ", index > start { cut = index }
      used += TextWidth.of(line[index])
      if used > width {
        full = index
        break
      }
    }
    let end = cut ?? full
    let blank = String(repeating: " ", count: indent)
    let rest = line[end...].drop { $0 == " " }
    return [String(line[..<end])] + lines(String(rest), width: max(1, width - indent)).map { blank + $0 }
  }
}
