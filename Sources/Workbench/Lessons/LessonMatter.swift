import Yams

/// A lesson's front matter.
struct LessonMatter {
  /// What is wrong with it, and where: line and column from 1, within the front matter.
  struct Problem: Error {
    let line: Int
    let column: Int
    let message: String
  }

  let title: String
  let summary: String
  let chapter: String
  let minutes: Int
  let prerequisites: [String]
  let sources: [String]
  let par: Int?

  private static let known = ["title", "summary", "chapter", "minutes", "prerequisites", "sources", "par"]

  /// Reads YAML.
  ///
  /// - Throws: a ``Problem``.
  init(_ text: String) throws {
    // Nothing here needs anchors, with which a short text can stand for a very long one.
    if let line = text.split(separator: "\n").firstIndex(where: { $0.contains(" &") || $0.contains(" *") }) {
      throw Problem(line: line + 1, column: 1, message: "anchors and aliases aren't understood here")
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.problem(error)
    }
    guard let mapping = root?.mapping else {
      throw Problem(line: 1, column: 1, message: "the front matter is a list of `name: value` lines")
    }
    for (key, _) in mapping {
      guard let name = key.string, Self.known.contains(name) else {
        throw Self.problem(
          key, "the front matter knows \(Self.known.joined(separator: ", ")), and no `\(key.string ?? "?")`")
      }
    }
    func stated(_ name: String) throws -> String {
      guard let node = mapping[Node(name)] else {
        throw Problem(line: 1, column: 1, message: "the front matter lacks `\(name)`")
      }
      guard let text = node.scalar?.string, !text.isEmpty else { throw Self.problem(node, "`\(name)` is a text") }
      return text
    }
    func list(_ name: String) throws -> [String] {
      guard let node = mapping[Node(name)] else { return [] }
      guard let sequence = node.sequence else { throw Self.problem(node, "`\(name)` is a list, such as `[a, b]`") }
      return try sequence.map { item in
        guard let text = item.scalar?.string else { throw Self.problem(item, "`\(name)` is a list of texts") }
        return text
      }
    }
    title = try stated("title")
    summary = try stated("summary")
    chapter = try stated("chapter")
    guard let minutes = Int(try stated("minutes")), (1...60).contains(minutes) else {
      throw Self.problem(mapping[Node("minutes")] ?? Node(""), "`minutes` is a whole number from 1 to 60")
    }
    self.minutes = minutes
    prerequisites = try list("prerequisites")
    sources = try list("sources")
    par = try mapping[Node("par")].map { node in
      guard let par = node.scalar.flatMap({ Int($0.string) }), (1...100).contains(par) else {
        throw Self.problem(node, "`par` is a whole number from 1 to 100")
      }
      return par
    }
  }

  private static func problem(_ node: Node, _ message: String) -> Problem {
    Problem(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message: message)
  }

  private static func problem(_ error: YamlError) -> Problem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      Problem(line: mark.line, column: mark.column, message: "this isn't YAML: \(problem)")
    default: Problem(line: 1, column: 1, message: "this isn't YAML: \(error)")
    }
  }
}
