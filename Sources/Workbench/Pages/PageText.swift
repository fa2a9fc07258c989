import Language

/// Text on a page that is HTML and well-formed XML at once.
package enum PageText {
  /// The text as the content of an element or of an attribute: nothing of it is markup.
  ///
  /// Scalars are looked at, not characters: a bracket with an accent on it is one character, and would go through. Of what
  /// can't be seen only the ends of lines are kept; the rest is written as ``Printable`` writes it.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if number > 0 { result += "\n" }
      for scalar in Printable.escaped(String(line)).unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}
