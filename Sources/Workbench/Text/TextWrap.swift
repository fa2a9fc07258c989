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
}
