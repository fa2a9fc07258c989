import Kernel
import Language
import Yams

/// Reads the fields of one mapping, and says what is wrong at its place.
struct MappingReader {
  let source: ExperimentSource
  let table: FieldTable
  /// The mapping itself.
  let node: Node
  private var values: [ExperimentKey: Node] = [:]

  /// A reader of a mapping.
  ///
  /// - Throws: a ``Diagnostic`` if it is none, has a field that such a mapping hasn't, or lacks one that it needs.
  init(_ node: Node, _ table: FieldTable, _ source: ExperimentSource) throws {
    (self.source, self.table, self.node) = (source, table, node)
    guard let mapping = node.mapping else {
      throw source.problem(node, "\(table.name) is a mapping of \(Self.list(table.fields.map(\.key.rawValue)))")
    }
    for (key, value) in mapping {
      guard let word = key.scalar?.string else { throw source.problem(key, "a name is a text") }
      guard word != "<<" else {
        throw source.problem(key, "merge keys aren't understood here; write out what is meant")
      }
      guard let known = table.fields.first(where: { $0.key.rawValue == word }) else { throw unknown(key, word) }
      // YAML's composer has refused what stands twice.
      values[known.key] = value
    }
    if let missing = table.fields.first(where: { $0.isRequired && values[$0.key] == nil }) {
      throw source.problem(node, "\(table.name) needs `\(missing.key.rawValue)`: \(missing.summary)")
    }
  }

  private func unknown(_ key: Node, _ word: String) -> Diagnostic {
    let names = table.fields.map(\.key.rawValue)
    return source.problem(
      key, "\(table.name) has no `\(word.prefix(60))`", choice: "it has \(Self.list(names))",
      suggestion: NearestWord.to(word, among: names))
  }

  static func list(_ words: [String]) -> String {
    words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
  }

  /// The node behind a name, if there is one.
  subscript(key: ExperimentKey) -> Node? { values[key] }

  /// Where a name's value stands, or the mapping where it has none.
  func place(_ key: ExperimentKey) -> Node { values[key] ?? node }

  // MARK: Values

  /// A text; nil where there is none.
  func text(_ key: ExperimentKey) throws -> String? { try values[key].map { try text($0, key) } }

  private func text(_ node: Node, _ key: ExperimentKey) throws -> String {
    guard let scalar = node.scalar else { throw source.problem(node, "`\(key.rawValue)` is a text") }
    let word = scalar.string
    if scalar.style == .plain {
      if PlainNumber.isTruthWord(word) {
        throw source.problem(node, "some readers of YAML take \(word) for true or false; quote it: \"\(word)\"")
      }
      if word.isEmpty || word == "~" || word.lowercased() == "null" {
        throw source.problem(node, "`\(key.rawValue)` is a text, and nothing stands here")
      }
    }
    guard !word.isEmpty else { throw source.problem(node, "`\(key.rawValue)` can't be empty") }
    guard word.utf8.count <= 4_096 else { throw source.problem(node, "a text has at most 4,096 bytes") }
    return word
  }

  /// A word that stands for a number, a span or a share.
  private func word(_ node: Node, _ key: ExperimentKey, _ what: String) throws -> String {
    guard let scalar = node.scalar else { throw source.problem(node, "`\(key.rawValue)` is \(what)") }
    if let plainer = PlainNumber.plainer(scalar.string) {
      throw source.problem(
        node, "not every reader of YAML takes \(scalar.string.prefix(40)) for a number; write \(plainer)")
    }
    return scalar.string
  }

  private func wrong(_ node: Node, _ key: ExperimentKey, _ what: String) -> Diagnostic {
    let found = node.scalar.map { "`\($0.string.prefix(60))`" } ?? "something else"
    return source.problem(node, "`\(key.rawValue)` is \(what); found \(found)")
  }

  /// One of some words; nil where there is none.
  func choice<Choice: RawRepresentable<String>>(_ key: ExperimentKey, of choices: [Choice]) throws -> Choice? {
    try values[key].map { try choice($0, key, of: choices) }
  }

  private func choice<Choice: RawRepresentable<String>>(
    _ node: Node, _ key: ExperimentKey, of choices: [Choice]
  ) throws -> Choice {
    let word = try text(node, key)
    if let choice = Choice(rawValue: word), choices.contains(where: { $0.rawValue == word }) { return choice }
    let words = choices.map(\.rawValue)
    throw source.problem(
      node, "there is no \(key.rawValue) `\(word.prefix(60))`",
      choice: "there \(words.count == 1 ? "is" : "are") \(Self.list(words))",
      suggestion: NearestWord.to(word, among: words))
  }

  /// Some of some words.
  func choices<Choice: RawRepresentable<String>>(_ key: ExperimentKey, of choices: [Choice]) throws -> [Choice] {
    try items(key).map { try choice($0, key, of: choices) }
  }

  /// A span from `least` on; nil where there is none.
  func duration(_ key: ExperimentKey, atLeast least: TimeSpan = TimeSpan(microseconds: 1)) throws -> TimeSpan? {
    try values[key].map { node in
      let what = "a duration such as 300s, 10ms or 1.5h"
      guard let span = Quantity.duration(try word(node, key, what)) else { throw wrong(node, key, what) }
      guard span >= .zero else { throw source.problem(node, "`\(key.rawValue)` can't be negative") }
      guard span >= least else { throw source.problem(node, "`\(key.rawValue)` is at least \(Quantity.text(least))") }
      return span
    }
  }

  /// A span that may be negative, of at most a year; nil where there is none.
  func signedDuration(_ key: ExperimentKey) throws -> TimeSpan? {
    try values[key].map { node in
      let what = "a duration such as 250ms or -3s"
      guard let span = Quantity.duration(try word(node, key, what)) else { throw wrong(node, key, what) }
      guard span.microseconds.magnitude <= UInt64(TimeSpan.hours(24 * 365).microseconds) else {
        throw source.problem(node, "`\(key.rawValue)` is at most a year")
      }
      return span
    }
  }

  /// A whole number in a range; nil where there is none.
  func whole(_ key: ExperimentKey, _ range: ClosedRange<Int>) throws -> Int? {
    try values[key].map { node in
      let what =
        range.upperBound == .max ? "a whole number" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
      guard let number = PlainNumber.whole(try word(node, key, what)), range.contains(number) else {
        throw wrong(node, key, what)
      }
      return number
    }
  }

  /// A decimal number above 0 as it is written, at most `most`; nil where there is none.
  func number(_ key: ExperimentKey, atMost most: Double) throws -> String? {
    try values[key].map { node in
      let what = "a number above 0, at most \(Quantity.number(most))"
      let word = try word(node, key, what)
      guard let number = PlainNumber.decimal(word), number > 0, number <= most else { throw wrong(node, key, what) }
      return word
    }
  }

  /// A share in millionths; nil where there is none.
  func share(_ key: ExperimentKey) throws -> Int? {
    try values[key].map { node in
      let what = "a share such as 90% or 0.9"
      guard let share = PlainNumber.share(try word(node, key, what)), (0...1).contains(share) else {
        throw wrong(node, key, what)
      }
      return Int((share * 1_000_000).rounded())
    }
  }

  /// Whether something is so; nil where that isn't said.
  func truth(_ key: ExperimentKey) throws -> Bool? {
    try values[key].map { node in
      guard let scalar = node.scalar, scalar.style == .plain, let value = Bool(scalar.string) else {
        throw wrong(node, key, "true or false")
      }
      return value
    }
  }

  /// The elements of a list; none where there is none.
  func items(_ key: ExperimentKey) throws -> [Node] {
    guard let node = values[key] else { return [] }
    guard let list = node.sequence else {
      throw source.problem(node, "`\(key.rawValue)` is a list, with `- ` before each of it")
    }
    if let field = table.fields.first(where: { $0.key == key }), case .list(_, let most) = field.form, list.count > most
    {
      throw source.problem(
        list[most],
        "`\(key.rawValue)` has at most \(most == 1 ? "one element" : "\(most) elements") here; there are \(list.count)")
    }
    return Array(list)
  }

  /// The texts of a list.
  func texts(_ key: ExperimentKey) throws -> [(text: String, node: Node)] {
    try items(key).map { (try text($0, key), $0) }
  }

  /// The mapping behind a name; nil where there is none.
  func mapping(_ key: ExperimentKey) throws -> MappingReader? {
    guard let node = values[key] else { return nil }
    guard let field = table.fields.first(where: { $0.key == key }), case .mapping(let table) = field.form else {
      return nil
    }
    return try MappingReader(node, table, source)
  }

  /// The mappings of a list.
  func mappings(_ key: ExperimentKey) throws -> [MappingReader] {
    guard let field = table.fields.first(where: { $0.key == key }), case .list(.mapping(let table), _) = field.form
    else {
      return []
    }
    return try items(key).map { try MappingReader($0, table, source) }
  }
}
