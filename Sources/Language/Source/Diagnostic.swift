/// An error in words, as a compiler shows it: where, what, the line with a caret, and the nearest word.
public struct Diagnostic: Error, Hashable, Sendable {
  /// The line that is wrong.
  public let line: SourceLine
  /// Where in it.
  public let span: SourceSpan
  /// What is wrong and what was expected, in one sentence without a full stop.
  public let message: String
  /// What there is instead, such as `there are us1, us2 and us3`.
  public let choice: String?
  /// The word that was perhaps meant.
  public let suggestion: String?

  /// A diagnostic of those parts.
  public init(line: SourceLine, span: SourceSpan, message: String, choice: String? = nil, suggestion: String? = nil) {
    self.line = line
    self.span = span
    self.message = message
    self.choice = choice
    self.suggestion = suggestion
  }

  /// What an error of the language means, in words.
  public init(_ error: LanguageError, in line: SourceLine) {
    self.line = line
    span = error.span
    var choice: String?
    switch error.problem {
    case .unterminatedQuote:
      message = "this quote doesn't end; close it with \""
      suggestion = nil
    case .badEscape(let character):
      message = "`\\\(Printable.escaped(String(character)))` means nothing in quotes; there are \\\" \\\\ \\n \\t"
      suggestion = nil
    case .unknownCommand(let word):
      message = "there is no command \(Self.quoted(word))"
      choice = "\(Self.reference(to: "commands", inWorkbench: line.isPrompt)) lists them"
      suggestion = NearestWord.to(word, among: error.candidates)
    case .promptOnly(let word):
      message = "\(Self.quoted(word)) is a command for the prompt, not for scripts"
      suggestion = nil
    case .expected(let expectations, let found):
      message = Self.expected(expectations, found: found)
      if found == nil, expectations.count == 1 {
        choice = Self.choice(error.candidates) ?? Self.list(of: expectations[0], inWorkbench: line.isPrompt)
      }
      suggestion = found.flatMap { NearestWord.to($0, among: error.candidates) }
    case .unknownName(let expectation, let word):
      message = "there is no \(expectation.description.withoutArticle) \(Self.quoted(word))"
      choice = Self.choice(error.candidates) ?? Self.list(of: expectation, inWorkbench: line.isPrompt)
      suggestion =
        expectation == .profile ? ProfileCatalog.nearest(to: word) : NearestWord.to(word, among: error.candidates)
    case .refused(let reason):
      message = reason
      suggestion = nil
    }
    self.choice = choice
  }

  /// The message in the form that editors can follow: `FILE:LINE:COLUMN: error: …`, the line, a caret, a suggestion.
  public var text: String {
    let file = Printable.escaped(line.file)
    let message = Printable.escaped(message)
    let excerpt = excerpt
    var result = "\(file):\(line.number):\(span.start + 1): error: \(message)\(choice.map { "; \($0)" } ?? "")\n"
    result += "  \(excerpt.text)\n  \(excerpt.caret)"
    if let suggestion { result += "\n  did you mean \(Printable.escaped(suggestion))?" }
    return result
  }

  /// The message in one line, for where there is little room: the nearest word, and what there is instead or where it stands.
  public var sentence: String {
    let message = Printable.escaped(message)
    guard let suggestion else { return choice.map { "\(message); \($0)" } ?? message }
    return "\(message); did you mean \(Printable.escaped(suggestion))?\(choice.map { " (\($0))" } ?? "")"
  }

  /// The line under the source: blanks, and `^~~~` under the wrong word.
  public var caret: String { excerpt.caret }

  /// How many characters of a line are shown at most, and how many of them before what is wrong.
  private static let shown = (all: 240, before: 120)

  /// The line as far as it is shown, escaped, and what stands under it. Of a long one the part around what is wrong.
  private var excerpt: (text: String, caret: String) {
    let characters = line.characters
    let first = characters.count <= Self.shown.all ? 0 : max(0, min(span.start, characters.count) - Self.shown.before)
    let last = min(characters.count, first + Self.shown.all)
    let pieces = characters[first..<last].map { character in
      character.unicodeScalars.count > CommandParser.mostScalars ? "…" : Printable.escaped(String(character))
    }
    let head = first > 0 ? "…" : ""
    let widths = pieces.map { TextWidth.of($0) }
    let indent = widths.prefix(span.start - first).reduce(TextWidth.of(head), +)
    let width = widths.dropFirst(span.start - first).prefix(span.length).reduce(0, +)
    let caret = String(repeating: " ", count: indent) + "^" + String(repeating: "~", count: max(0, width - 1))
    return (head + pieces.joined() + (last < characters.count ? "…" : ""), caret)
  }

  private static func quoted(_ word: String) -> String {
    "`\(TextWidth.fit(Printable.escaped(String(word.prefix(60))), 60))`"
  }

  private static func expected(_ expectations: [Expectation], found: String?) -> String {
    var words: [String] = []
    for expectation in expectations where !words.contains(expectation.description) {
      words.append(expectation.description)
    }
    let choice = list(words, joining: "or")
    guard let found else { return "the line ends too early: expected \(choice)" }
    return "expected \(choice), found \(quoted(found))"
  }

  /// Where all that could stand there is listed, if it is too much for a sentence.
  private static func list(of expectation: Expectation, inWorkbench: Bool) -> String? {
    switch expectation {
    case .fact, .condition, .filter: "\(reference(to: "facts", inWorkbench: inWorkbench)) lists them"
    case .setting: "\(reference(to: "set", inWorkbench: inWorkbench)) lists them"
    case .command: "\(reference(to: "commands", inWorkbench: inWorkbench)) lists them"
    case .profile: inWorkbench ? "`help profile` lists them" : "`eventually profiles` lists them"
    case .view: "\(reference(to: "view", inWorkbench: inWorkbench)) lists them"
    case .region, .replica: "`show links` names those there are"
    case .keyword, .client, .user, .key, .value, .level, .pane, .branch, .lineEnd, .duration, .number,
      .wholeNumber,
      .percentage, .distribution, .text, .file, .rate, .byteRate, .name, .other:
      nil
    }
  }

  /// The command that prints a part of the reference: at the prompt of the workbench, or in a shell.
  private static func reference(to part: String, inWorkbench: Bool) -> String {
    switch part {
    case "commands": inWorkbench ? "`help`" : "`eventually commands`"
    case "facts": inWorkbench ? "`help facts`" : "`eventually facts`"
    default: inWorkbench ? "`help \(part)`" : "`eventually commands \(part)`"
    }
  }

  private static func choice(_ candidates: [String]) -> String? {
    guard (1...12).contains(candidates.count) else { return nil }
    return "there \(candidates.count == 1 ? "is" : "are") "
      + list(candidates.map { Printable.escaped($0) }, joining: "and")
  }

  private static func list(_ words: [String], joining word: String) -> String {
    switch words.count {
    case 0: "nothing"
    case 1: words[0]
    case 2: "\(words[0]) \(word) \(words[1])"
    default: words.dropLast().joined(separator: ", ") + " \(word) " + words[words.count - 1]
    }
  }
}

extension String {
  /// The same without the article that it begins with: after `no` there is none.
  fileprivate var withoutArticle: String {
    ["a ", "an ", "the "].first { hasPrefix($0) }.map { String(dropFirst($0.count)) } ?? self
  }
}

/// The word that somebody meant who mistyped.
package enum NearestWord {
  /// The candidate that is at most a third of the word's letters away, if any is; the first of equals.
  package static func to(_ word: String, among candidates: [String]) -> String? {
    let wanted = Array(word.lowercased())
    guard !wanted.isEmpty, wanted.count <= 40 else { return nil }
    var best: (distance: Int, word: String)?
    for candidate in candidates where candidate.count <= 60 {
      let distance = distance(wanted, Array(candidate.lowercased()))
      let limit = max(1, (max(wanted.count, candidate.count) + 1) / 3)
      if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.word
  }

  /// Insertions, deletions, replacements and swaps of neighbours (Damerau, *CACM* 1964, restricted).
  private static func distance(_ first: [Character], _ second: [Character]) -> Int {
    var rows = [Array(0...second.count)]
    for i in 1...first.count {
      var row = [i]
      for j in 0..<second.count {
        var cost = min(rows[i - 1][j] + (first[i - 1] == second[j] ? 0 : 1), rows[i - 1][j + 1] + 1, row[j] + 1)
        if i > 1, j > 0, first[i - 1] == second[j - 1], first[i - 2] == second[j] {
          cost = min(cost, rows[i - 2][j - 1] + 1)
        }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[first.count][second.count]
  }
}
