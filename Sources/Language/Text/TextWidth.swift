import Algorithms

/// How many cells text takes on a terminal: one table for layout, grid and tests.
public enum TextWidth {
  /// The width of a character in cells: 0 (a mark without a base), 1 or 2.
  ///
  /// Accents, joiners and variation selectors take no cells of their own; letters that are written together take theirs, and an
  /// emoji that is put together of several, or a flag of two letters, takes the two of one.
  public static func of(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    // Letters, and the lines, blocks and shapes that screens are made of, and what else is a scalar alone.
    if scalars.index(after: scalars.startIndex) == scalars.endIndex { return of(first) }
    var width = 0
    for scalar in scalars {
      width += of(scalar)
      if width >= 2 { return 2 }
    }
    return width
  }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 && scalar.value >= 0xA0 || (0x20..<0x7F).contains(scalar.value)
      || (0x2500...0x25FC).contains(scalar.value)
    {
      // The soft hyphen is the one of them that is a mark for the printer.
      return scalar.value == 0xAD ? 0 : 1
    }
    // Medial vowels and final consonants of Hangul stand in the cells of the consonant before them.
    if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FB).contains(scalar.value) { return 0 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return isWide(scalar.value) ? 2 : 1
    }
  }

  /// The width of a text in cells.
  public static func of(_ text: String) -> Int {
    // Plain text, which most is, has a byte for each cell.
    isPlain(text) ? text.utf8.count : text.reduce(0) { $0 + of($1) }
  }

  /// Whether a text consists of printable ASCII characters alone.
  public static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } }

  /// The longest beginning of a text that fits, ending in `…` where something is missing; never half a wide character.
  public static func fit(_ text: String, _ width: Int, ellipsis: Character = "…") -> String {
    if of(text) <= width { return text }
    guard width > 0 else { return "" }
    if isPlain(text) {
      return String(text.utf8.prefix(width - 1).map { Character(Unicode.Scalar($0)) }) + String(ellipsis)
    }
    var result = ""
    var used = 0
    for character in text {
      let next = of(character)
      if used + next > width - 1 { break }
      result.append(character)
      used += next
    }
    return result + String(ellipsis)
  }

  /// What a text shows from that cell on; half a wide character is a blank.
  public static func dropping(_ cells: Int, _ text: String) -> String {
    var left = cells
    var rest = Substring(text)
    while left > 0, let first = rest.popFirst() { left -= of(first) }
    return String(repeating: " ", count: max(0, -left)) + rest
  }

  /// The longest end of a text that fits, beginning with `…` where something is missing.
  public static func fitEnd(_ text: String, _ width: Int, ellipsis: String = "…") -> String {
    if of(text) <= width { return text }
    let room = width - of(ellipsis)
    guard room >= 0 else { return "" }
    var result: [Character] = []
    var used = 0
    for character in text.reversed() {
      let next = of(character)
      if used + next > room { break }
      result.append(character)
      used += next
    }
    return ellipsis + String(result.reversed())
  }

  /// The text, cut or filled up with blanks on the right to exactly that width.
  public static func pad(_ text: String, _ width: Int) -> String {
    let fitted = fit(text, width)
    return fitted + String(repeating: " ", count: max(0, width - of(fitted)))
  }

  /// The text, cut or filled up with blanks on the left to exactly that width.
  public static func padLeft(_ text: String, _ width: Int) -> String {
    let fitted = fit(text, width)
    return String(repeating: " ", count: max(0, width - of(fitted))) + fitted
  }

  private static func isWide(_ value: UInt32) -> Bool {
    let place = wide.partitioningIndex { $0.upperBound >= value }
    return place < wide.count && wide[place].contains(value)
  }

  /// Ranges of East Asian Wide and Fullwidth characters (Unicode 15, `EastAsianWidth.txt`), adjoining blocks joined.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x23F0...0x23F0, 0x23F3...0x23F3,
    0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653, 0x267F...0x267F, 0x2693...0x2693, 0x26A1...0x26A1,
    0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26CE...0x26CE, 0x26D4...0x26D4, 0x26EA...0x26EA,
    0x26F2...0x26F3, 0x26F5...0x26F5, 0x26FA...0x26FA, 0x26FD...0x26FD, 0x2705...0x2705, 0x270A...0x270B,
    0x2728...0x2728, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27B0...0x27B0, 0x27BF...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B50, 0x2B55...0x2B55, 0x2E80...0x303E,
    0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF,
    0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320,
    0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3CF...0x1F3D3,
    0x1F3E0...0x1F3F0, 0x1F3F4...0x1F3F4, 0x1F3F8...0x1F43E, 0x1F440...0x1F440, 0x1F442...0x1F4FC,
    0x1F4FF...0x1F53D, 0x1F54B...0x1F54E, 0x1F550...0x1F567, 0x1F57A...0x1F57A, 0x1F595...0x1F596,
    0x1F5A4...0x1F5A4, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6D2,
    0x1F6D5...0x1F6D7, 0x1F6DC...0x1F6DF, 0x1F6EB...0x1F6EC, 0x1F6F4...0x1F6FC, 0x1F7E0...0x1F7EB,
    0x1F7F0...0x1F7F0, 0x1F90C...0x1F93A, 0x1F93C...0x1F945, 0x1F947...0x1F9FF, 0x1FA70...0x1FAFF,
    0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]
}
