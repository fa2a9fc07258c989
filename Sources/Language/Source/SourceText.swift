/// One line of a script, or of what was typed at a prompt.
public struct SourceLine: Hashable, Sendable {
  /// The file's name as it was given; `<stdin>` for standard input, `<prompt>` for the prompt.
  public let file: String
  /// The line's number, from 1.
  public let number: Int
  /// The line without its end.
  public let text: String

  /// A line of those parts.
  public init(file: String, number: Int, text: String) {
    self.file = file
    self.number = number
    self.text = text
  }

  /// The lines of a file, whose ends are line feeds, with or without a carriage return before them.
  package static func lines(of text: String, in file: String) -> [SourceLine] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().map { index, bytes in
      let line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
      return SourceLine(file: file, number: index + 1, text: String(Substring(line)))
    }
  }

  /// The line as the language reads it: a character each, but a mark that follows an ASCII character stands alone, since
  /// a quote with an accent is a quote, and a blank with one is a blank.
  public static func characters(of text: String) -> [Character] {
    var characters: [Character] = []
    for character in text {
      let scalars = character.unicodeScalars
      guard let first = scalars.first, first.isASCII, scalars.index(after: scalars.startIndex) != scalars.endIndex
      else {
        characters.append(character)
        continue
      }
      characters.append(Character(first))
      characters += String(String.UnicodeScalarView(scalars.dropFirst()))
    }
    return characters
  }

  /// Its characters, as the language counts them.
  var characters: [Character] { Self.characters(of: text) }

  /// Its words with one blank between them.
  package var words: String {
    characters.split(whereSeparator: \.isWhitespace).map { String($0) }.joined(separator: " ")
  }

  /// The line without the blanks around it.
  package var trimmed: String { Self.trimmed(characters[...]) }

  private static func trimmed(_ characters: ArraySlice<Character>) -> String {
    var rest = characters.drop { $0.isWhitespace }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return String(rest)
  }

  /// All of it but the blanks before it.
  package var whole: SourceSpan {
    let characters = characters
    let blanks = characters.prefix { $0.isWhitespace }.count
    return SourceSpan(start: blanks, length: max(1, characters.count - blanks))
  }

  /// The command alone, without the comment behind it.
  public var command: String {
    var isQuoted = false
    var before: Character = " "
    let characters = characters
    for (offset, character) in characters.enumerated() {
      if character == "#", !isQuoted, before.isWhitespace { return Self.trimmed(characters[..<offset]) }
      if character == "\"", isQuoted ? before != "\\" : before.isWhitespace { isQuoted.toggle() }
      before = before == "\\" && character == "\\" ? " " : character
    }
    return trimmed
  }

  /// Whether somebody typed it at the prompt.
  public var isPrompt: Bool { file == Self.promptName }

  private static let promptName = "<prompt>"

  /// A line typed at the prompt.
  public static func prompt(_ text: String) -> SourceLine { SourceLine(file: promptName, number: 1, text: text) }
}

/// A stretch of characters in a line.
public struct SourceSpan: Hashable, Sendable {
  /// The first character, from 0.
  public let start: Int
  /// How many characters, at least 0.
  public let length: Int

  /// The stretch of that many characters from `start` on.
  public init(start: Int, length: Int) {
    self.start = start
    self.length = length
  }
}

/// What was written wrong, and where. One place turns it into words: ``Diagnostic``.
public struct LanguageError: Error, Hashable, Sendable {
  /// What is wrong.
  public enum Problem: Hashable, Sendable {
    /// A quote that doesn't end.
    case unterminatedQuote
    /// A backslash before a character that it can't escape.
    case badEscape(Character)
    /// No command of that name.
    case unknownCommand(String)
    /// A command of the prompt's, in a script.
    case promptOnly(String)
    /// Something else should stand here; nothing is found at the end of the line.
    case expected([Expectation], found: String?)
    /// A name that means nothing here.
    case unknownName(Expectation, String)
    /// Something that reads well but can't be done.
    case refused(String)
  }

  /// What is wrong.
  public let problem: Problem
  /// Where.
  public let span: SourceSpan
  /// Words that would be right here.
  public let candidates: [String]

  /// An error of those parts.
  public init(_ problem: Problem, at span: SourceSpan, candidates: [String] = []) {
    self.problem = problem
    self.span = span
    self.candidates = candidates
  }
}

/// What a place in a command takes.
public enum Expectation: Hashable, Sendable {
  case keyword(String)
  case command, profile, region, replica, client, user, key, value, level, setting, view, pane, branch, fact, lineEnd
  case duration, number, wholeNumber, percentage, distribution, condition, text, file, rate, byteRate, name, filter
  /// A duration, or the word `until` and a condition, and the like.
  case other(String)

  /// How an error message calls it.
  public var description: String {
    switch self {
    case .keyword(let word): "`\(word)`"
    case .command: "a command"
    case .profile: "a profile"
    case .region: "a region"
    case .replica: "a replica"
    case .client: "a client"
    case .user: "a user"
    case .key: "a key"
    case .value: "a value"
    case .level: "a consistency level"
    case .setting: "a setting"
    case .view: "a view"
    case .pane: "a pane"
    case .branch: "a branch"
    case .fact: "a fact"
    case .lineEnd: "the end of the line"
    case .duration: "a duration such as 10ms"
    case .number: "a number"
    case .wholeNumber: "a whole number"
    case .percentage: "a percentage such as 5%"
    case .distribution: "a delay such as 40ms or uniform(1ms, 2ms)"
    case .condition: "a condition"
    case .text: "a text in quotes"
    case .file: "a file"
    case .rate: "a rate such as 1000/s"
    case .byteRate: "a rate such as 1024KiB/s"
    case .name: "a name"
    case .filter: "a filter such as level=ONE"
    case .other(let words): words
    }
  }
}
