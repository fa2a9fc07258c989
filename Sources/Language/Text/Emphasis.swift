/// A text in which words between two `*` are emphasized, as in Markdown: what is written, without the asterisks, and which parts
/// of it those are.
public struct Emphasis: Hashable, Sendable {
  /// The text without the asterisks.
  public let text: String
  /// Whether each of its characters that is no blank is emphasized, in order: breaking lines changes blanks only.
  private let marks: [Bool]

  /// Reads a text. A `*` that doesn't open right before a word, or is never closed right after one, is one.
  public init(_ marked: String) {
    let characters = Array(marked)
    var (text, marks) = ("", [Bool]())
    var end: Int?
    for (index, character) in characters.enumerated() {
      if character == "*", index == end {
        end = nil
        continue
      }
      if character == "*", end == nil, let close = Self.close(characters, after: index) {
        end = close
        continue
      }
      text.append(character)
      if character != " " { marks.append(end != nil) }
    }
    (self.text, self.marks) = (text, marks)
  }

  /// Where an emphasis ends that begins there; nil if none does.
  private static func close(_ characters: [Character], after open: Int) -> Int? {
    let isOpen = open == 0 || !(characters[open - 1].isLetter || characters[open - 1].isNumber)
    guard isOpen, open + 1 < characters.count, characters[open + 1].isLetter || characters[open + 1].isNumber else {
      return nil
    }
    guard let close = characters[(open + 1)...].firstIndex(of: "*"), characters[close - 1] != " " else { return nil }
    let isClosed = close + 1 == characters.count || !(characters[close + 1].isLetter || characters[close + 1].isNumber)
    return isClosed ? close : nil
  }

  /// The text in lines of at most that many cells, each in stretches that are emphasized or not.
  public func lines(width: Int) -> [[(text: String, isEmphasized: Bool)]] {
    var rest = marks[...]
    return TextWrap.lines(text, width: width).map { line in
      var stretches: [(text: String, isEmphasized: Bool)] = []
      for character in line {
        let isEmphasized = character == " " ? stretches.last?.isEmphasized ?? false : rest.popFirst() ?? false
        if stretches.last?.isEmphasized == isEmphasized {
          stretches[stretches.count - 1].text.append(character)
        } else {
          stretches.append((String(character), isEmphasized))
        }
      }
      return stretches
    }
  }
}
