import Language
import Workbench

/// The line where commands are typed: an editor with history and completion.
public struct Prompt: Hashable, Sendable {
  /// How many lines of history are kept.
  public static let historyLimit = 1_000
  /// How many characters a line can have.
  public static let longest = 10_000

  /// What is wrong with the line, and where.
  public struct Fault: Hashable, Sendable {
    /// In one sentence.
    public let message: String
    /// The first wrong character.
    public let start: Int
    /// How many are wrong, at least 1.
    public let length: Int
  }

  /// What could stand where the cursor is.
  public struct Completion: Hashable, Sendable {
    /// The words, those that fit what was typed.
    public let candidates: [String]
    /// The word that is taken for now, by position; nil before the first Tab.
    public var chosen: Int?
    /// Where the word begins that they complete.
    let start: Int
    /// What was typed of it.
    let stem: String
  }

  /// The line.
  public private(set) var text: [Character] = []
  /// Where the next character goes.
  public private(set) var cursor = 0
  /// Earlier lines, oldest first.
  public private(set) var history: [String] = []
  /// What is wrong with the line, once it was refused.
  public var fault: Fault?
  /// What could come next; nil if nothing is to be offered.
  public private(set) var completion: Completion?
  private var place: Int?
  private var draft: [Character] = []

  /// An empty line without history.
  public init() {}

  /// The line as a string.
  public var line: String { String(text) }

  // MARK: Editing

  /// Puts text in at the cursor, line ends as blanks.
  mutating func insert(_ string: String) {
    let characters = SourceLine.characters(of: string).map { $0.isNewline ? " " : $0 }.prefix(Self.longest - text.count)
    text.insert(contentsOf: characters, at: cursor)
    cursor += characters.count
    changed()
  }

  mutating func backspace() {
    guard cursor > 0 else { return }
    text.remove(at: cursor - 1)
    cursor -= 1
    changed()
  }

  mutating func deleteForward() {
    guard cursor < text.count else { return }
    text.remove(at: cursor)
    changed()
  }

  mutating func deleteWord() {
    let start = wordStart
    text.removeSubrange(start..<cursor)
    cursor = start
    changed()
  }

  mutating func deleteWordForward() {
    text.removeSubrange(cursor..<wordEnd)
    changed()
  }

  /// Where the word begins that stands at the cursor or before it.
  var wordStart: Int {
    let blanks = text[..<cursor].lastIndex { $0 != " " } ?? 0
    return text[..<blanks].lastIndex(of: " ").map { $0 + 1 } ?? 0
  }

  /// Where the word ends that stands at the cursor or after it.
  var wordEnd: Int {
    let blanks = text[cursor...].firstIndex { $0 != " " } ?? text.count
    return text[blanks...].firstIndex(of: " ") ?? text.count
  }

  mutating func deleteToStart() {
    text.removeSubrange(0..<cursor)
    cursor = 0
    changed()
  }

  mutating func deleteToEnd() {
    text.removeSubrange(cursor...)
    changed()
  }

  mutating func move(to position: Int) {
    cursor = max(0, min(text.count, position))
    completion = nil
  }

  /// Replaces the whole line.
  mutating func set(_ line: String) {
    text = Array(line)
    cursor = text.count
    changed()
    place = nil
  }

  private mutating func changed() {
    fault = nil
    completion = nil
    place = nil
  }

  // MARK: History

  /// Empties the line and keeps it in the history; a line that repeats the last one isn't kept twice.
  mutating func keep() {
    remember(line)
    set("")
  }

  /// Puts a line into the history, unless it is empty or stands there last.
  mutating func remember(_ line: String) {
    guard !line.allSatisfy(\.isWhitespace), history.last != line else { return }
    history.append(line)
    if history.count > Self.historyLimit { history.removeFirst() }
  }

  /// Turns to the next earlier line that begins with what was typed.
  mutating func earlier() {
    if place == nil { draft = text }
    let stem = String(draft)
    guard let found = history[..<(place ?? history.count)].lastIndex(where: { $0.hasPrefix(stem) && $0 != line }) else {
      return
    }
    show(history[found], at: found)
  }

  /// Turns to the next later line that begins with what was typed, at last to that itself.
  mutating func later() {
    guard let place else { return }
    let stem = String(draft)
    if let found = history[(place + 1)...].firstIndex(where: { $0.hasPrefix(stem) && $0 != line }) {
      show(history[found], at: found)
    } else {
      show(stem, at: nil)
    }
  }

  private mutating func show(_ line: String, at place: Int?) {
    let draft = self.draft
    set(line)
    self.place = place
    self.draft = draft
  }

  // MARK: Completion

  /// The candidates for the word at the cursor, and the command's usage, if it is known by now.
  func candidates(in context: NameContext) -> (words: [String], usage: [String], start: Int, stem: String) {
    let before = text[..<cursor]
    let start = before.lastIndex { $0 == " " }.map { $0 + 1 } ?? 0
    let stem = String(before[start...])
    let (expectations, command) = CommandParser.expectations(after: String(before[..<start]), in: context)
    var words: [String] = []
    for word in expectations.flatMap({ context.candidates(for: $0) })
    where word.lowercased().hasPrefix(stem.lowercased()) && !words.contains(word) {
      words.append(word)
    }
    return (words, command?.usage ?? [], start, stem)
  }

  /// Completes the word at the cursor; again: turns to the next candidate, or the one before.
  mutating func complete(in context: NameContext, forward: Bool = true) {
    if var completion, completion.candidates.count > 1 {
      let count = completion.candidates.count
      let next = completion.chosen.map { ($0 + (forward ? 1 : count - 1)) % count } ?? (forward ? 0 : count - 1)
      completion.chosen = next
      replace(from: completion.start, with: completion.candidates[next])
      self.completion = completion
      return
    }
    let (words, _, start, stem) = candidates(in: context)
    guard let first = words.first else { return }
    guard words.count > 1 else {
      replace(from: start, with: first + (first.hasSuffix("(") ? "" : " "))
      return
    }
    let common = Self.commonPrefix(words)
    if common.count > stem.count { replace(from: start, with: common) }
    completion = Completion(candidates: words, chosen: nil, start: start, stem: stem)
  }

  private mutating func replace(from start: Int, with word: String) {
    text.replaceSubrange(start..<cursor, with: Array(word))
    cursor = start + word.count
    fault = nil
    completion = nil
  }

  private static func commonPrefix(_ words: [String]) -> String {
    words.dropFirst().reduce(words[0]) { prefix, word in
      String(zip(prefix, word).prefix { $0.lowercased() == $1.lowercased() }.map(\.0))
    }
  }
}
