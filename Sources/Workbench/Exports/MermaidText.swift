import Language

/// Text that Mermaid shows as it stands, whatever it holds.
///
/// In a diagram `#` begins an entity or a comment, `;` ends a statement, `%%` begins a comment and `%%{` a directive, `$$`
/// formulas, `<` markup, `wrap:` a setting; the word `end` can end a block, and a colon before an entity is taken for a style
/// (Mermaid's documentation of sequence diagrams, comments and directives, and the lexer of its sequence diagrams). So nothing
/// of ASCII but letters, digits and a few marks is left as it is: the rest stands as an entity, `#35;`.
struct MermaidText {
  /// The text as it stands in the diagram.
  let written: String

  private init(written: String) { self.written = written }

  /// What stands as it is beside letters and digits.
  private static let plain: Set<Unicode.Scalar> = [" ", ".", ",", "_", "-", "(", ")", "/", "="]
  /// What Mermaid itself puts in place of an entity while it works, and then takes for one.
  private static let reserved: Set<Unicode.Scalar> = ["ﬂ", "¶"]

  /// A name: of a box, or of a participant.
  static func name(_ text: String) -> MermaidText { MermaidText(written: escaped(text, keepsColons: false)) }

  /// What is said at an arrow or in a note; it begins with a time, so that a colon does no harm where no entity is in its word.
  static func message(_ text: String) -> MermaidText { MermaidText(written: escaped(text, keepsColons: true)) }

  private static func escaped(_ text: String, keepsColons: Bool) -> String {
    let scalars = Array(Printable.escaped(text).unicodeScalars)
    var parts: [String] = []
    var isClean = true
    for (index, scalar) in scalars.enumerated().reversed() {
      if scalar == " " { isClean = true }
      let isQuietColon = keepsColons && scalar == ":" && isClean
      if isPlain(scalar) || isQuietColon, !isWordEnd(scalars, at: index) {
        parts.append(String(scalar))
      } else {
        parts.append(entity(scalar))
        isClean = false
      }
    }
    return parts.reversed().joined()
  }

  private static func entity(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "<": "#lt;"
    case ">": "#gt;"
    default: "#\(scalar.value);"
    }
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? isWord(scalar) || plain.contains(scalar) : !reserved.contains(scalar)
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_"
  }

  /// Whether the word `end` begins there.
  private static func isWordEnd(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
    guard index + 2 < scalars.count, index == 0 || !isWord(scalars[index - 1]),
      index + 3 == scalars.count || !isWord(scalars[index + 3])
    else { return false }
    return String(String.UnicodeScalarView(scalars[index...index + 2])).lowercased() == "end"
  }
}
