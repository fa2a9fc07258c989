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
  /// What names each step's idea, `words :: CONDITION`, and where that stands in the front matter; nil for a step without one.
  /// Empty where the lesson says nothing of ideas.
  let ideas: [(text: String?, line: Int, column: Int)]

  private static let known = ["title", "summary", "chapter", "minutes", "prerequisites", "sources", "par", "ideas"]

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
    ideas = try Self.ideas(mapping[Node("ideas")])
    prerequisites = try list("prerequisites")
    sources = try list("sources")
    par = try mapping[Node("par")].map { node in
      guard let par = node.scalar.flatMap({ Int($0.string) }), (1...100).contains(par) else {
        throw YAMLProblem(node, "`par` is a whole number from 1 to 100")
      }
      return par
    }
  }

  /// Takes a list of `words :: CONDITION`. To YAML that is a mapping of one, unless it stands in quotes: both will do.
  private static func ideas(_ node: Node?) throws -> [(text: String?, line: Int, column: Int)] {
    guard let node else { return [] }
    guard let sequence = node.sequence else {
      throw YAMLProblem(node, "`ideas` is a list with a line for each step: `- words :: CONDITION`, or `- none`")
    }
    return try sequence.map { item in
      let (line, column) = (item.mark?.line ?? 1, item.mark?.column ?? 1)
      if let text = item.scalar?.string { return (text == "none" ? nil : text, line, column) }
      guard let pair = item.mapping?.first, item.mapping?.count == 1, let key = pair.key.string, key.hasSuffix(" :"),
        let condition = pair.value.scalar?.string
      else {
        throw YAMLProblem(item, "an idea is `words :: CONDITION`, or `none`; in quotes if YAML reads it otherwise")
      }
      return ("\(key): \(condition)", line, column)
    }
  }
}
