/// Sentences broken into lines.
public enum TextWrap {
  /// A text in lines of at most that many cells, broken at blanks; a longer word is cut.
  public static func lines(_ text: String, width: Int) -> [String] {
    guard width > 0, !text.isEmpty else { return [] }
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in text.split(separator: " ") {
      let word = TextWidth.fit(String(word), width)
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

  /// A line that may be too long, with what goes over indented; blanks at its beginning and within it stay.
  public static func hanging(_ line: String, width: Int, indent: Int) -> [String] {
    guard TextWidth.of(line) > width else { return [line] }
    let indent = min(indent, width / 3)
    var head = ""
    var rest = line[...]
    // Cut at the last blank that fits.
    var used = 0
    var cut: String.Index?
    for index in rest.indices {
      used += TextWidth.of(rest[index])
      if used > width { break }
      if rest[index] == " " { cut = index }
    }
    let end = cut ?? rest.endIndex
    head = String(rest[..<end])
    rest = rest[end...].drop { $0 == " " }
    let blank = String(repeating: " ", count: indent)
    return [head] + lines(String(rest), width: max(1, width - indent)).map { blank + $0 }
  }
}
