import Language

/// A paragraph of a lesson as markup: `code` between backticks, *emphasis* between stars; the rest is text.
enum InlineMarkup {
  /// The paragraph's markup, well-formed whatever stands in it.
  static func markup(_ paragraph: String) -> String {
    var result = ""
    var rest = paragraph[...]
    while let mark = rest.firstIndex(where: { $0 == "`" || $0 == "*" }) {
      result += PageText.escaped(String(rest[..<mark]))
      let inner = rest[rest.index(after: mark)...]
      guard let end = inner.firstIndex(of: rest[mark]), end > inner.startIndex, isOpening(rest[mark], inner) else {
        result += PageText.escaped(String(rest[mark]))
        rest = inner
        continue
      }
      let element = rest[mark] == "`" ? "code" : "em"
      result += "<\(element)>\(PageText.escaped(String(inner[..<end])))</\(element)>"
      rest = inner[inner.index(after: end)...]
    }
    return result + PageText.escaped(String(rest))
  }

  /// Whether emphasis begins here: a star before a blank is a star.
  private static func isOpening(_ mark: Character, _ rest: Substring) -> Bool {
    mark == "`" || rest.first.map { !$0.isWhitespace } == true
  }
}
