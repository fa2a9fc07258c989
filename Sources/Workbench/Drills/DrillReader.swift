import Analysis
import Kernel
import Language
import Yams

/// Reads a `drill.yaml`: everything of a drill but its scene.
struct DrillReader {
  private let mapping: Node.Mapping
  private let node: Node
  /// What names mean once the scene has begun.
  private let names: NameContext

  /// The outermost mapping of a text.
  ///
  /// - Throws: a ``YAMLProblem``.
  init(_ text: String, names: NameContext) throws(YAMLProblem) {
    guard let root = try YAMLText.compose(text) else {
      throw YAMLProblem(
        line: 1, column: 1, message: "this is a mapping with a `title`, and all that belongs to a drill")
    }
    try self.init(root, names)
  }

  private init(_ node: Node, _ names: NameContext) throws(YAMLProblem) {
    guard let mapping = node.mapping else { throw YAMLProblem(node, "this is a mapping") }
    (self.mapping, self.node, self.names) = (mapping, node, names)
  }

  // MARK: Values

  /// Throws if there is anything of another name.
  func only(_ known: [String]) throws(YAMLProblem) {
    for (key, _) in mapping where !known.contains(key.string ?? "") {
      throw YAMLProblem(key, "there is \(known.joined(separator: ", ")), and no `\(key.string ?? "?")`")
    }
  }

  /// A text, on one line; nil if there is none.
  func optionalText(_ name: String) throws(YAMLProblem) -> String? {
    guard let node = mapping[Node(name)] else { return nil }
    guard let text = node.scalar?.string, !text.isEmpty else { throw YAMLProblem(node, "`\(name)` is a text") }
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  func text(_ name: String) throws(YAMLProblem) -> String {
    guard let text = try optionalText(name) else { throw YAMLProblem(node, "`\(name)` is missing") }
    return text
  }

  /// A text's paragraphs: blank lines part them.
  func paragraphs(_ name: String) throws(YAMLProblem) -> [String] {
    guard let text = mapping[Node(name)]?.scalar?.string else { throw YAMLProblem(node, "`\(name)` is missing") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.split { $0.allSatisfy(\.isWhitespace) }.map { $0.joined(separator: " ") }
  }

  /// A list of texts, or one; nothing if there is none.
  func texts(_ name: String) throws(YAMLProblem) -> [String] {
    guard let node = mapping[Node(name)] else { return [] }
    var texts: [String] = []
    for item in node.sequence.map(Array.init) ?? [node] {
      guard let text = item.scalar?.string else { throw YAMLProblem(item, "`\(name)` is a list of texts") }
      texts.append(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }
    return texts
  }

  /// A list of mappings; nothing if there is none.
  func items(_ name: String) throws(YAMLProblem) -> [DrillReader] {
    guard let node = mapping[Node(name)] else { return [] }
    guard let items = node.sequence else { throw YAMLProblem(node, "`\(name)` is a list") }
    var readers: [DrillReader] = []
    for item in items { readers.append(try DrillReader(item, names)) }
    return readers
  }

  func item(_ name: String) throws(YAMLProblem) -> DrillReader {
    guard let node = mapping[Node(name)] else { throw YAMLProblem(node, "`\(name)` is missing") }
    return try DrillReader(node, names)
  }

  func optionalSpan(_ name: String) throws(YAMLProblem) -> TimeSpan? {
    guard let text = try optionalText(name) else { return nil }
    guard let span = Quantity.duration(text), span >= .zero else {
      throw YAMLProblem(mapping[Node(name)] ?? node, "`\(name)` is a duration such as 15m")
    }
    return span
  }

  func span(_ name: String) throws(YAMLProblem) -> TimeSpan {
    guard let span = try optionalSpan(name) else { throw YAMLProblem(node, "`\(name)` is missing") }
    return span
  }

  func optionalNumber(_ name: String) throws(YAMLProblem) -> Double? {
    guard let node = mapping[Node(name)] else { return nil }
    guard let number = node.float ?? node.int.map(Double.init), number.isFinite else {
      throw YAMLProblem(node, "`\(name)` is a number")
    }
    return number
  }

  func whole(_ name: String) throws(YAMLProblem) -> Int {
    guard let node = mapping[Node(name)] else { return 0 }
    guard let number = node.int, (0...1_000_000_000).contains(number) else {
      throw YAMLProblem(node, "`\(name)` is a whole number from 0 to 1000000000")
    }
    return number
  }

  func flag(_ name: String) throws(YAMLProblem) -> Bool {
    guard let node = mapping[Node(name)] else { return false }
    guard let flag = node.bool else { throw YAMLProblem(node, "`\(name)` is true or false") }
    return flag
  }

  /// A condition, or `failed > 5%`, or `stale > 5%`.
  func sign(_ name: String) throws(YAMLProblem) -> DrillSign {
    let text = try text(name)
    let words = text.split(separator: " ").map(String.init)
    if words.count == 3, words[1] == ">", let kind = DrillSign.Kind(rawValue: words[0]) {
      guard words[2].hasSuffix("%"), let share = Double(words[2].dropLast()), (0...100).contains(share) else {
        throw YAMLProblem(mapping[Node(name)] ?? node, "a share is a percentage, such as `failed > 5%`")
      }
      return .share(kind, above: share / 100)
    }
    return .condition(try condition(text, at: mapping[Node(name)] ?? node))
  }

  private func condition(_ text: String, at node: Node) throws(YAMLProblem) -> Condition {
    do {
      if case .expect(let condition, _)? = try CommandParser.parse("expect \(text)", in: names) { return condition }
    } catch let error as LanguageError {
      let line = SourceLine(file: "drill.yaml", number: 1, text: "expect \(text)")
      throw YAMLProblem(node, Diagnostic(error, in: line).sentence)
    } catch {}
    throw YAMLProblem(node, "this is no condition")
  }

  /// A command that `help` knows.
  func command(_ name: String) throws(YAMLProblem) -> String {
    let text = try text(name)
    guard CommandCatalog.all.contains(where: { $0.name == text.prefix { $0 != " " } }) else {
      throw YAMLProblem(mapping[Node(name)] ?? node, "`\(text)` begins with no command")
    }
    return text
  }

  /// A command, or `lags`, which a drill has besides.
  func look(_ name: String) throws(YAMLProblem) -> String {
    let text = try text(name)
    return text == "lags" ? text : try command(name)
  }

  func problem(_ name: String, _ message: String) -> YAMLProblem { YAMLProblem(mapping[Node(name)] ?? node, message) }

  /// Whether a value of that name is there.
  func has(_ name: String) -> Bool { mapping[Node(name)] != nil }
}
