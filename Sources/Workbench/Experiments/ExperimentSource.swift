import Analysis
import Language
import Yams

/// The text of an experiment, by which problems are told with their line and column.
struct ExperimentSource {
  /// How long a file may be, in bytes.
  static let longest = 1 << 20

  let file: String
  private let lines: [SourceLine]

  init(_ text: String, file: String) {
    self.file = file
    // Of a text that is far too long no more is looked at than what is told of it takes.
    let isLong = text.utf8.count > Self.longest
    lines = SourceLine.lines(
      of: isLong ? String(decoding: text.utf8.prefix(Self.longest), as: UTF8.self) : text, in: file)
  }

  /// A problem at a place, both from 1.
  func problem(
    line: Int, column: Int, length: Int = 1, _ message: String, choice: String? = nil, suggestion: String? = nil
  ) -> Diagnostic {
    let number = max(1, min(line, lines.count))
    let source = lines.isEmpty ? SourceLine(file: file, number: 1, text: "") : lines[number - 1]
    let start = max(0, min(column - 1, source.text.count))
    let span = SourceSpan(start: start, length: max(1, min(length, source.text.count - start)))
    return Diagnostic(line: source, span: span, message: message, choice: choice, suggestion: suggestion)
  }

  /// A problem with a node.
  func problem(_ node: Node, _ message: String, choice: String? = nil, suggestion: String? = nil) -> Diagnostic {
    let length = node.scalar.map { $0.string.count + ($0.style == .plain ? 0 : 2) } ?? 1
    return problem(
      line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, length: length, message, choice: choice,
      suggestion: suggestion)
  }

  /// What is wrong with a command that stands in a scalar, told at its place in the file.
  func problem(_ node: Node, in command: String, _ error: LanguageError) -> Diagnostic {
    let inner = Diagnostic(error, in: SourceLine(file: file, number: 1, text: command))
    let quote = node.scalar.map { $0.style == .plain ? 0 : 1 } ?? 0
    return problem(
      line: node.mark?.line ?? 1, column: (node.mark?.column ?? 1) + quote + inner.span.start,
      length: inner.span.length,
      inner.message, choice: inner.choice, suggestion: inner.suggestion)
  }

  /// The outermost mapping of a text.
  ///
  /// Refused before it is composed: what is too long; what has anchors, aliases or tags, by which a short text stands for a
  /// very long one or for no text at all; and more than one document.
  func compose(_ text: String) throws -> Node {
    guard text.utf8.count <= Self.longest else {
      let line = text.utf8.prefix(Self.longest).reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
      throw problem(line: line, column: 1, "an experiment has at most 1 MiB; here that is passed")
    }
    if let suspect = YAMLSuspect.first(in: lines.map(\.text)) {
      throw problem(line: suspect.line, column: suspect.column, suspect.message)
    }
    do {
      guard let root = try Yams.compose(yaml: text) else {
        throw problem(line: 1, column: 1, "there is nothing in this file; `eventually chaos --schema` has its shape")
      }
      return root
    } catch let error as YamlError {
      let found = YAMLProblem(error)
      throw problem(line: found.line, column: found.column, found.message)
    }
  }
}

/// What is refused of YAML before anything is made of it.
struct YAMLSuspect {
  let line: Int
  let column: Int
  let message: String

  /// The first anchor, alias, tag, or further document of a text.
  static func first(in lines: [String]) -> YAMLSuspect? {
    var scan = Scan()
    for (index, line) in lines.enumerated() {
      if let (column, message) = scan.suspect(in: Array(line.unicodeScalars)) {
        return YAMLSuspect(line: index + 1, column: column, message: message)
      }
    }
    return nil
  }

  /// Goes through a text by what a scanner of YAML knows: quotes, comments, and blocks of text.
  private struct Scan {
    private var quote: Unicode.Scalar?
    /// How far the lines of a block of text are indented at least; nil outside of one.
    private var block: Int?
    private var depth = 0
    private var hasContent = false

    mutating func suspect(in line: [Unicode.Scalar]) -> (column: Int, message: String)? {
      let indent = line.prefix { $0 == " " }.count
      if let least = block {
        if indent >= least || line.allSatisfy({ $0 == " " || $0 == "\r" }) { return nil }
        block = nil
      }
      if quote == nil, line.starts(with: "---".unicodeScalars), line.count == 3 || line[3] == " " || line[3] == "\r" {
        if hasContent { return (1, "an experiment is one document; a second one begins here") }
        return nil
      }
      var isTokenStart = true
      for (index, scalar) in line.enumerated() {
        if let open = quote {
          if scalar == open, !(open == "\"" && isEscaped(line, index)) { quote = nil }
          continue
        }
        switch scalar {
        case " ", "\t": continue
        case "#" where index == 0 || line[index - 1] == " " || line[index - 1] == "\t": return nil
        case "\"" where isTokenStart, "'" where isTokenStart: quote = scalar
        case "&" where isTokenStart, "*" where isTokenStart:
          return (index + 1, "anchors and aliases aren't understood here: with them a short text stands for a long one")
        case "!" where isTokenStart: return (index + 1, "tags aren't understood here; write the text itself")
        case "|" where isTokenStart && depth == 0, ">" where isTokenStart && depth == 0:
          block = indent + 1
          hasContent = true
          return nil
        case "[", "{":
          if isTokenStart { depth += 1 }
          continue
        case "]", "}":
          if depth > 0 { depth -= 1 }
        default: break
        }
        hasContent = true
        let isMark = scalar == ":" || scalar == "-" || scalar == "?"
        let isLast = index + 1 == line.count || line[index + 1] == " "
        isTokenStart = isMark && isLast && (scalar == ":" || isTokenStart) || depth > 0 && scalar == ","
      }
      return nil
    }

    private func isEscaped(_ line: [Unicode.Scalar], _ index: Int) -> Bool {
      var count = 0
      while index - count > 0, line[index - count - 1] == "\\" { count += 1 }
      return count % 2 == 1
    }
  }
}
