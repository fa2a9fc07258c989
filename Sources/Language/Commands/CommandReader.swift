import Kernel
import Replication

/// A word of a command.
public struct Word: Hashable, Sendable {
  /// What it says, quotes and escapes resolved.
  public let text: String
  /// Whether it stood in quotes, and so can't be a keyword or a name.
  public let isQuoted: Bool
  /// Where it stands.
  public let span: SourceSpan
}

/// Reads a command from left to right, and keeps account of what could have stood where it stopped.
///
/// The same account feeds error messages (what was expected) and completion (what could come next): what parses a
/// command asks the reader for what it takes, and everything else follows.
public struct CommandReader: Sendable {
  /// What names mean here.
  public let context: NameContext
  let characters: [Character]
  var position = 0
  /// How many facts of a condition were read.
  var facts = 0
  private var depth = 0
  /// What could stand at the present position.
  public private(set) var expectations: [Expectation] = []

  /// A reader at the beginning of a line.
  public init(_ text: String, context: NameContext) {
    characters = SourceLine.characters(of: text)
    self.context = context
  }

  // MARK: Words

  /// The next word without taking it; nil at the end of the line or before a comment.
  func peek() throws -> Word? { try scan()?.word }

  /// Takes the next word, whatever it is.
  mutating func take(_ expectation: Expectation) throws -> Word {
    note(expectation)
    guard let (word, end) = try scan() else { throw unexpected(nil) }
    advance(to: end)
    return word
  }

  /// Whether only a comment is left.
  mutating func isAtEnd() throws -> Bool { try scan() == nil }

  /// Throws unless only a comment is left.
  public mutating func end() throws {
    note(.lineEnd)
    if let (word, _) = try scan() { throw unexpected(word) }
  }

  /// The error that something else should stand at the present position.
  func unexpected(_ word: Word?) -> LanguageError {
    let span = word?.span ?? SourceSpan(start: characters.count, length: 1)
    let candidates = expectations.flatMap { context.candidates(for: $0) }
    return LanguageError(.expected(expectations, found: word?.text), at: span, candidates: candidates)
  }

  /// The error that what stood there can't be.
  func refused(_ reason: String, _ span: SourceSpan) -> LanguageError { LanguageError(.refused(reason), at: span) }

  /// The error that the cluster's replication scheme doesn't have what stood there, and what it has of the kind.
  func lacks(_ what: String, butHas list: [String], _ word: Word?) -> LanguageError {
    let rest = list.isEmpty ? "none at all" : list.joined(separator: ", ")
    return refused(
      "the replication scheme \(context.scheme.rawValue) has no \(what); it has: \(rest)",
      word?.span ?? SourceSpan(start: 0, length: 1))
  }

  /// The error that a command, or a part of one, needs something that the cluster's replication scheme hasn't.
  func lacks(
    _ command: String, for feature: SchemeFeature, _ word: Word?, butHas list: [String] = []
  ) -> LanguageError {
    let rest =
      list.isEmpty ? feature.instead(under: context.scheme) : "; it has: \(list.joined(separator: ", "))"
    return refused(
      "the replication scheme \(context.scheme.rawValue) has no \(feature.rawValue), and so no \(command)\(rest)",
      word?.span ?? SourceSpan(start: 0, length: 1))
  }

  mutating func note(_ expectation: Expectation) {
    if !expectations.contains(expectation) { expectations.append(expectation) }
  }

  /// Reads something within something else: so deep that people still understand it, and not so deep that the stack
  /// overflows.
  mutating func nested<Result>(_ read: (inout CommandReader) throws -> Result) throws -> Result {
    guard depth < 100 else {
      throw refused("this nests deeper than 100 levels", SourceSpan(start: max(0, position - 1), length: 1))
    }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  mutating func advance(to end: Int) {
    position = end
    expectations = []
  }

  private func scan() throws -> (word: Word, end: Int)? {
    var index = position
    while index < characters.count, characters[index].isWhitespace { index += 1 }
    guard index < characters.count, characters[index] != "#" else { return nil }
    if characters[index] == "\"" { return try scanQuoted(from: index) }
    var end = index
    while end < characters.count, !characters[end].isWhitespace { end += 1 }
    let word = Word(
      text: String(characters[index..<end]), isQuoted: false, span: SourceSpan(start: index, length: end - index))
    return (word, end)
  }

  func scanQuoted(from start: Int) throws -> (word: Word, end: Int) {
    var text = ""
    var index = start + 1
    while index < characters.count {
      switch characters[index] {
      case "\"":
        let span = SourceSpan(start: start, length: index + 1 - start)
        return (Word(text: text, isQuoted: true, span: span), index + 1)
      case "\\":
        index += 1
        guard index < characters.count else { break }
        switch characters[index] {
        case "\"", "\\": text.append(characters[index])
        case "n": text.append("\n")
        case "t": text.append("\t")
        default:
          throw LanguageError(.badEscape(characters[index]), at: SourceSpan(start: index - 1, length: 2))
        }
      default:
        text.append(characters[index])
      }
      index += 1
    }
    throw LanguageError(.unterminatedQuote, at: SourceSpan(start: start, length: characters.count - start))
  }

  // MARK: Keywords and names

  /// Takes one of these keywords if it is next.
  mutating func optionalKeyword(_ keywords: String...) throws -> String? { try optionalKeyword(keywords) }

  /// Takes one of these keywords if it is next.
  mutating func optionalKeyword(_ keywords: [String]) throws -> String? {
    for keyword in keywords { note(.keyword(keyword)) }
    guard let (word, end) = try scan(), !word.isQuoted else { return nil }
    guard let keyword = keywords.first(where: { $0.lowercased() == word.text.lowercased() }) else { return nil }
    advance(to: end)
    return keyword
  }

  /// Takes one of these keywords.
  mutating func keyword(_ keywords: String...) throws -> String { try keyword(keywords) }

  /// Takes one of these keywords.
  mutating func keyword(_ keywords: [String]) throws -> String {
    guard let keyword = try optionalKeyword(keywords) else { throw unexpected(try peek()) }
    return keyword
  }

  /// Takes a region.
  mutating func region() throws -> RegionID {
    let word = try take(.region)
    if !word.isQuoted, let region = context.topology.region(named: word.text) { return region }
    return try unknown(.region, word, RegionID(0))
  }

  /// Takes a replica.
  mutating func replica() throws -> ReplicaID {
    let word = try take(.replica)
    if !word.isQuoted, let replica = context.topology.replica(named: word.text) { return replica }
    return try unknown(.replica, word, ReplicaID(0))
  }

  /// Takes a region or a replica, as the set of its replicas.
  mutating func place() throws -> ReplicaSet {
    note(.region)
    note(.replica)
    guard let (word, end) = try scan() else { throw unexpected(nil) }
    if !word.isQuoted {
      if let region = context.topology.region(named: word.text) {
        advance(to: end)
        return context.topology.set(of: region)
      }
      if let replica = context.topology.replica(named: word.text) {
        advance(to: end)
        return ReplicaSet([replica])
      }
    }
    advance(to: end)
    return try unknown(.other("region or replica"), word, ReplicaSet([ReplicaID(0)]))
  }

  /// Takes a client.
  mutating func client() throws -> ClientID {
    let word = try take(.client)
    if let index = context.clients.firstIndex(of: word.text) { return ClientID(index) }
    return try unknown(.client, word, ClientID(0))
  }

  /// Takes a consistency level; keywords are case-insensitive.
  mutating func level() throws -> ConsistencyLevel {
    let word = try take(.level)
    guard !word.isQuoted, let level = level(word.text) else {
      throw LanguageError(.unknownName(.level, word.text), at: word.span, candidates: context.candidates(for: .level))
    }
    return level
  }

  /// The level of that name, if the scheme has it.
  func level(_ text: String) -> ConsistencyLevel? {
    let name = text.uppercased()
    return context.levelNames.contains(name) ? ConsistencyLevel.allCases.first { $0.name == name } : nil
  }

  /// Throws that there is no such thing, unless it has been somewhere, and only the run shows which cluster there is.
  ///
  /// What is returned then is for reading on only: before it is carried out the command is read again.
  func unknown<Known>(_ expectation: Expectation, _ word: Word, _ fallback: Known) throws -> Known {
    if !word.isQuoted || expectation == .client, context.mayTurnOut(expectation, word.text) { return fallback }
    throw LanguageError(
      .unknownName(expectation, word.text), at: word.span, candidates: context.candidates(for: expectation))
  }

  // MARK: Quantities

  /// Takes a duration that isn't negative.
  package mutating func duration() throws -> TimeSpan {
    let (span, word) = try signedDuration()
    guard span >= .zero else { throw refused("a negative duration makes no sense here", word.span) }
    return span
  }

  /// Takes a duration of either sign, with the word that states it.
  mutating func signedDuration() throws -> (TimeSpan, Word) {
    note(.duration)
    let expected = expectations
    let word = try take(.duration)
    guard !word.isQuoted, let span = Quantity.duration(word.text) else {
      if !word.isQuoted, let longer = Quantity.durationUnit(of: word.text) {
        throw refused("a duration is at most \(Quantity.text(Quantity.longest)); \(longer) is too long", word.span)
      }
      let candidates = expected.flatMap { context.candidates(for: $0) }
      throw LanguageError(.expected(expected, found: word.text), at: word.span, candidates: candidates)
    }
    return (span, word)
  }

  /// Takes a rate of bytes, above 0.
  mutating func byteRate() throws -> ByteRate {
    note(.byteRate)
    let expected = expectations
    let word = try take(.byteRate)
    let size = word.text.hasSuffix("/s") ? String(word.text.dropLast(2)) : nil
    guard !word.isQuoted, let bytes = Quantity.bytes(size ?? word.text) else {
      if !word.isQuoted, size != nil || word.text.last.map({ $0.isNumber }) ?? false {
        throw refused("a rate has a unit: B, KiB, MiB, GiB, KB, MB or GB, as in 1024KiB/s", word.span)
      }
      let candidates = expected.flatMap { context.candidates(for: $0) }
      throw LanguageError(.expected(expected, found: word.text), at: word.span, candidates: candidates)
    }
    guard size != nil else { throw refused("a rate is a size a second: \(word.text)/s", word.span) }
    guard bytes >= 1 else { throw refused("a rate is at least 1B/s; `off` for no limit", word.span) }
    guard bytes <= Quantity.fastest.bytesPerSecond else {
      throw refused("a rate is at most \(Quantity.text(Quantity.fastest)); `off` for no limit", word.span)
    }
    return ByteRate(bytesPerSecond: bytes)
  }

  /// Takes a whole number in a range.
  mutating func wholeNumber(_ range: ClosedRange<Int>) throws -> Int {
    let word = try take(.wholeNumber)
    guard !word.isQuoted, let number = Int(word.text) else {
      throw LanguageError(.expected([.wholeNumber], found: word.text), at: word.span)
    }
    guard range.contains(number) else {
      throw refused("\(number) is out of range: from \(range.lowerBound) to \(range.upperBound)", word.span)
    }
    return number
  }

  /// Takes what a class has voted: a number for each choice, of which a question has two to six.
  mutating func votes() throws -> [Int] {
    var votes: [Int] = []
    repeat {
      votes.append(try wholeNumber(0...10_000))
      if votes.count > 1 { note(.lineEnd) }
    } while try votes.count < 2 || votes.count < 6 && !isAtEnd()
    return votes
  }

  /// Takes a percentage.
  mutating func percentage() throws -> Probability {
    let word = try take(.percentage)
    guard !word.isQuoted, word.text.hasSuffix("%"),
      let millionths = Quantity.scaled(String(word.text.dropLast()), by: 10_000)
    else { throw LanguageError(.expected([.percentage], found: word.text), at: word.span) }
    guard millionths <= 1_000_000 else { throw refused("a share is from 0% to 100%", word.span) }
    return Probability(millionths: Int(millionths))
  }
}
