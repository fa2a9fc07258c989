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

  /// A name or a value as part of a sentence: one without a character is seen as well.
  public static func named(_ text: String) -> String { text.isEmpty ? "\"\"" : escaped(text) }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\t": "\\t"
    case "\r": "\\r"
    case "\u{1B}": "\\e"
    default: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
  }

  /// Whether a scalar could command a terminal, or isn't seen.
  public static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    // Letters, and the lines and shapes that screens are made of.
    if (0x20..<0x7F).contains(scalar.value) || (0x2500...0x25FF).contains(scalar.value) { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      // The joiner inside an emoji or a Persian word is part of the letter.
      !isJoiner(scalar)
    default:
      false
    }
  }

  /// Whether it joins or parts the letters beside it, and is not seen itself.
  static func isJoiner(_ scalar: Unicode.Scalar) -> Bool { scalar.value == 0x200D || scalar.value == 0x200C }
}
