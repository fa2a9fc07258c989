import Analysis
import Yams

/// A lesson's front matter.
struct LessonMatter {
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
  /// - Throws: a ``YAMLProblem``.
  init(_ text: String) throws {
    guard let mapping = try YAMLText.compose(text)?.mapping else {
      throw YAMLProblem(line: 1, column: 1, message: "the front matter is a list of `name: value` lines")
    }
    for (key, _) in mapping {
      guard let name = key.string, Self.known.contains(name) else {
        throw YAMLProblem(
          key, "the front matter knows \(Self.known.joined(separator: ", ")), and no `\(key.string ?? "?")`")
      }
    }
    func stated(_ name: String) throws -> String {
      guard let node = mapping[Node(name)] else {
        throw YAMLProblem(line: 1, column: 1, message: "the front matter lacks `\(name)`")
      }
      guard let text = node.scalar?.string, !text.isEmpty else { throw YAMLProblem(node, "`\(name)` is a text") }
      return text
    }
    func list(_ name: String) throws -> [String] {
      guard let node = mapping[Node(name)] else { return [] }
      guard let sequence = node.sequence else { throw YAMLProblem(node, "`\(name)` is a list, such as `[a, b]`") }
      return try sequence.map { item in
        guard let text = item.scalar?.string else { throw YAMLProblem(item, "`\(name)` is a list of texts") }
        return text
      }
    }
    title = try stated("title")
    summary = try stated("summary")
    chapter = try stated("chapter")
    guard let minutes = Int(try stated("minutes")), (1...60).contains(minutes) else {
      throw YAMLProblem(mapping[Node("minutes")] ?? Node(""), "`minutes` is a whole number from 1 to 60")
    }
    self.minutes = minutes
    prerequisites = try list("prerequisites")
    sources = try list("sources")
    par = try mapping[Node("par")].map { node in
      guard let par = node.scalar.flatMap({ Int($0.string) }), (1...100).contains(par) else {
        throw YAMLProblem(node, "`par` is a whole number from 1 to 100")
      }
      return par
    }
  }
}
