import Yams

/// What is wrong with a YAML text, and where: line and column from 1.
package struct YAMLProblem: Error, Hashable {
  package let line: Int
  package let column: Int
  package let message: String

  package init(line: Int, column: Int, message: String) {
    self.line = line
    self.column = column
    self.message = message
  }

  package init(_ node: Node, _ message: String) {
    self.init(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, message: message)
  }

  package init(_ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(line: mark.line, column: mark.column, message: "this isn't YAML: \(problem)")
    case .duplicatedKeysInMapping(let names, let context):
      self.init(
        line: context.mark.line, column: context.mark.column,
        message: "`\(names.sorted().first ?? "")` stands twice in one mapping; one of the two has to go")
    case .reader(let problem, _, _, _):
      self.init(line: 1, column: 1, message: "this isn't YAML: \(problem)")
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      self.init(line: 1, column: 1, message: "this isn't YAML")
    }
  }
}

/// Small YAML texts: a lesson's front matter, a configuration.
package enum YAMLText {
  /// A value with its name, as a path from the outermost mapping.
  package struct Entry: Hashable {
    package let path: [String]
    package let value: String
    package let line: Int
    package let column: Int
  }

  /// The outermost node; nil where there is none.
  ///
  /// - Throws: a ``YAMLProblem``. Anchors are refused: with them a short text can stand for a very long one.
  package static func compose(_ text: String) throws(YAMLProblem) -> Node? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let suspect = lines.firstIndex { line in
      let code = line.prefix { $0 != "#" }
      return code.contains(" &") || code.contains(" *")
    }
    if let suspect {
      throw YAMLProblem(line: suspect + 1, column: 1, message: "anchors and aliases aren't understood here")
    }
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw YAMLProblem(error)
    } catch {
      throw YAMLProblem(line: 1, column: 1, message: "this isn't YAML: \(error)")
    }
  }

  /// All values of nested mappings, in their order. A list counts as the values in it, under one name.
  ///
  /// - Throws: a ``YAMLProblem`` if it is no YAML, or no mapping.
  package static func entries(of text: String) throws(YAMLProblem) -> [Entry] {
    guard let root = try compose(text) else { return [] }
    guard let mapping = root.mapping else {
      throw YAMLProblem(root, "this is a list of `name: value` lines")
    }
    var entries: [Entry] = []
    try collect(mapping, [], &entries)
    return entries
  }

  private static func collect(
    _ mapping: Node.Mapping, _ path: [String], _ entries: inout [Entry]
  ) throws(YAMLProblem) {
    guard path.count < 8 else { throw YAMLProblem(line: 1, column: 1, message: "this is nested too deeply") }
    for (key, value) in mapping {
      guard let name = key.string else { throw YAMLProblem(key, "a name is a text") }
      let path = path + [name]
      if let inner = value.mapping {
        try collect(inner, path, &entries)
      } else {
        for item in value.sequence.map(Array.init) ?? [value] {
          guard let text = item.scalar?.string else {
            throw YAMLProblem(item, "`\(name)` is a text or a list of texts")
          }
          let mark = item.mark ?? key.mark
          entries.append(Entry(path: path, value: text, line: mark?.line ?? 1, column: mark?.column ?? 1))
        }
      }
    }
  }
}
