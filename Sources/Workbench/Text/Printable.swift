/// Text from outside made safe to show: whatever could command a terminal is shown as an escape.
public enum Printable {
  /// The text with control characters, direction marks and other invisible scalars written as `\n`, `\e`, `\u{202E}`.
  public static func escaped(_ text: String) -> String {
    // Most text is plain, which is soon seen.
    if TextWidth.isPlain(text) { return text }
    guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isUnsafe(scalar) { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\t": "\\t"
    case "\r": "\\r"
    case "\u{1B}": "\\e"
    default: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      // The joiner inside an emoji or a Persian word is part of the letter.
      scalar.value != 0x200D && scalar.value != 0x200C
    default:
      false
    }
  }
}
