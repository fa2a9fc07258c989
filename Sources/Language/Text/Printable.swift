/// Text from outside made safe to show: whatever could command a terminal is shown as an escape.
public enum Printable {
  /// The text with control characters, direction marks and other invisible scalars written as `\n`, `\e`, `\u{202E}`.
  public static func escaped(_ text: String) -> String {
    // Most text is plain, which is soon seen.
    if TextWidth.isPlain(text) { return text }
    guard text.unicodeScalars.contains(where: { isUnsafe($0) || shapes($0) }) else { return text }
    var result = ""
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      if isUnsafe(scalar) || shapes(scalar) && !isSeen(at: index, in: scalars) {
        result += escape(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
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

  /// Whether it is a letter of ASCII, or one of the lines, blocks and shapes that screens are made of (U+2500 to U+25FF):
  /// nearly all are, and the tables of Unicode needn't be asked.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    (0x20..<0x7F).contains(scalar.value) || (0x2500...0x25FF).contains(scalar.value)
  }

  /// Whether a scalar could command a terminal, or isn't seen.
  public static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    if isPlain(scalar) { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      !shapes(scalar)
    default:
      // Fillers and the like (Default_Ignorable_Code_Point, UAX #44) are letters that have no shape.
      scalar.properties.isDefaultIgnorableCodePoint && !shapes(scalar)
    }
  }

  /// Whether a character that is drawn in one place could command a terminal, or has a part that isn't seen.
  public static func isUnsafe(_ character: Character) -> Bool {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return false }
    if scalars.index(after: scalars.startIndex) == scalars.endIndex {
      return !isPlain(first) && (isUnsafe(first) || shapes(first))
    }
    let text = String(character)
    return escaped(text) != text
  }

  /// Whether it joins or parts the letters beside it, and is not seen itself.
  private static func isJoiner(_ scalar: Unicode.Scalar) -> Bool { scalar.value == 0x200D || scalar.value == 0x200C }

  /// Whether it chooses the shape of the letter before it, and is not seen itself.
  private static func isSelector(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isVariationSelector }

  /// Whether it is a joiner or a selector: seen only by what it makes of the letters beside it.
  static func shapes(_ scalar: Unicode.Scalar) -> Bool { isJoiner(scalar) || isSelector(scalar) }

  /// Whether a joiner or a selector does something that is seen: inside an emoji or a Persian word it is part of the
  /// letter, behind a letter that has one shape only it would hide.
  private static func isSeen(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    guard index > 0 else { return false }
    let (scalar, before) = (scalars[index], scalars[index - 1])
    // Keys of a telephone: a digit, a selector and the key around them.
    if before.isASCII {
      return scalar.value == 0xFE0F && index + 1 < scalars.count && scalars[index + 1].value == 0x20E3
    }
    if shapes(before) { return isJoiner(scalar) && isSelector(before) && isSeen(at: index - 1, in: scalars) }
    // Latin, Greek, Cyrillic and Armenian letters have one shape.
    return !isUnsafe(before) && (before.value >= 0x0590 || before.properties.isEmoji)
  }
}
