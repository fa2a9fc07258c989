import Replication

/// One command: how it is called, what it takes, what it does.
public struct CommandSpecification: Sendable {
  /// The parts of the reference.
  public enum Chapter: String, CaseIterable, Sendable {
    case setUp = "Set-up"
    case operations = "Operations"
    case faults = "Faults"
    case time = "Time"
    case repair = "Repair"
    case looking = "Looking"
    case scripts = "Scripts"
    case prompt = "The prompt"
  }

  /// Its name.
  public let name: String
  /// Other words for it.
  public let aliases: [String]
  /// Where it stands in the reference.
  public let chapter: Chapter
  /// Its forms, one a line.
  public let usage: [String]
  /// What it does, in one sentence.
  public let summary: String
  /// What else there is to know; may be empty.
  public let details: String
  /// Commands that can be typed as they stand, on the default cluster.
  public let examples: [String]
  /// Whether it is only for the prompt.
  public let isPromptOnly: Bool
  /// What a replication scheme must have for it; nil: it makes sense under each.
  let feature: SchemeFeature?
  let parse: @Sendable (inout CommandReader) throws -> Command

  init(
    _ name: String, aliases: [String] = [], _ chapter: Chapter, usage: [String], _ summary: String,
    details: String = "", examples: [String] = [], isPromptOnly: Bool = false,
    feature: SchemeFeature? = nil, _ parse: @escaping @Sendable (inout CommandReader) throws -> Command
  ) {
    self.name = name
    self.aliases = aliases
    self.chapter = chapter
    self.usage = usage
    self.summary = summary
    self.details = details
    self.examples = examples
    self.isPromptOnly = isPromptOnly
    self.feature = feature
    self.parse = parse
  }
}

/// All commands, from one table: parser, completion, help and reference are fed by it.
public enum CommandCatalog {
  /// Every command, chapter by chapter.
  public static let all: [CommandSpecification] =
    setUp + operations + consumers + timelines + faults + time + repair + looking + operating + explanations + scripts
    + prompt

  /// The command of that name, or of which it is another word; keywords are case-insensitive.
  public static func named(_ name: String) -> CommandSpecification? {
    let wanted = name.lowercased()
    return all.first { $0.name == wanted || $0.aliases.contains(wanted) }
  }
}

/// Reads one line.
public enum CommandParser {
  /// The command on a line; nil if there is none.
  ///
  /// - Throws: a ``LanguageError`` with the place of what is wrong.
  public static func parse(_ text: String, in context: NameContext) throws -> Command? {
    try checkSize(of: text)
    var reader = CommandReader(text, context: context)
    if try reader.isAtEnd() { return nil }
    let command = try command(&reader)
    try reader.end()
    return command
  }

  /// How many operations a session can hold; a load that would issue more is refused.
  public static let operationBudget = 10_000_000
  /// How long a line may be, in bytes of UTF-8.
  public static let longestLine = 65_536
  /// How many scalars one character may consist of: marks upon marks make no text (Unicode's Stream-Safe Text Format,
  /// UAX #15, allows thirty), and every look at such a character takes longer.
  public static let mostScalars = 32

  /// Throws where a line is too long to be read, or one of its characters can't be anything.
  private static func checkSize(of text: String) throws {
    let size = text.utf8.count
    guard size <= longestLine else {
      throw LanguageError(
        .refused("this line has \(CountedNoun.bytes.text(size)); a line has at most \(longestLine)"),
        at: SourceSpan(start: 0, length: 1))
    }
    // It ends text for many programs, and a session's file is read up to where the disk left zero bytes.
    if text.utf8.contains(0), let offset = SourceLine.characters(of: text).firstIndex(of: "\0") {
      throw LanguageError(
        .refused("this is the character NUL, which no text holds; leave it out"),
        at: SourceSpan(start: offset, length: 1))
    }
    guard size > mostScalars, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return }
    for (offset, character) in SourceLine.characters(of: text).enumerated() {
      let count = character.unicodeScalars.count
      guard count > mostScalars else { continue }
      throw LanguageError(
        .refused("this character consists of \(count) scalars; one has at most \(mostScalars)"),
        at: SourceSpan(start: offset, length: 1))
    }
  }

  /// What could come next after a beginning of a line, and the command that it belongs to, if that is clear.
  public static func expectations(
    after text: String, in context: NameContext
  ) -> (expectations: [Expectation], command: CommandSpecification?) {
    var reader = CommandReader(text, context: context)
    do {
      if try reader.isAtEnd() { return ([.command], nil) }
      var named = reader
      let word = try named.take(.command)
      let specification = CommandCatalog.named(word.text)
      _ = try command(&reader)
      reader.note(.lineEnd)
      return try reader.isAtEnd() ? (reader.expectations, specification) : ([], specification)
    } catch let error as LanguageError {
      let specification = (try? reader.peek()).flatMap { $0 }.flatMap { CommandCatalog.named($0.text) }
      guard case .expected(let expectations, found: nil) = error.problem else { return ([], specification) }
      return (expectations, Self.specification(of: text, context))
    } catch {
      return ([], nil)
    }
  }

  private static func specification(of text: String, _ context: NameContext) -> CommandSpecification? {
    var reader = CommandReader(text, context: context)
    return (try? reader.take(.command)).flatMap { CommandCatalog.named($0.text) }
  }

  /// Reads a command that stands within another.
  static func embedded(_ reader: inout CommandReader) throws -> Command { try command(&reader) }

  private static func command(_ reader: inout CommandReader) throws -> Command {
    let word = try reader.take(.command)
    guard !word.isQuoted, let specification = CommandCatalog.named(word.text) else {
      throw LanguageError(
        .unknownCommand(word.text), at: word.span, candidates: reader.context.candidates(for: .command))
    }
    guard reader.context.isPrompt || !specification.isPromptOnly else {
      throw LanguageError(.promptOnly(word.text), at: word.span)
    }
    if let feature = specification.feature, !reader.context.has(feature) {
      throw reader.lacks("`\(specification.name)`", for: feature, word)
    }
    return try specification.parse(&reader)
  }
}
