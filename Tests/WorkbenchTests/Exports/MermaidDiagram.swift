import Testing

@testable import Workbench

/// A sequence diagram read as Mermaid reads it: what it does to the text before it parses it, its statements as far as they
/// are used, and how entities are shown.
struct MermaidDiagram {
  struct Arrow: Equatable {
    let from: String
    let kind: String
    let to: String
    let text: String
  }

  struct NoDiagram: Error {
    let line: String
  }

  private(set) var names: [String: String] = [:]
  private(set) var arrows: [Arrow] = []
  private(set) var notes: [String] = []
  private(set) var boxes: [String] = []

  init(_ lines: [String]) throws {
    guard lines.first == "sequenceDiagram" else { throw NoDiagram(line: lines.first ?? "") }
    var isInBox = false
    for line in lines.dropFirst() {
      let line = try Self.prepared(String(line.drop { $0 == " " }))
      if line == "end" {
        guard isInBox else { throw NoDiagram(line: line) }
        isInBox = false
      } else if let match = line.wholeMatch(of: #/(?:participant|actor) (\w+) as (.+)/#) {
        names[String(match.1)] = try Self.label(String(match.2))
      } else if let match = line.wholeMatch(of: #/box transparent (.+)/#) {
        isInBox = true
        boxes.append(try Self.label(String(match.1)))
      } else if let match = line.wholeMatch(of: #/(\w+)(-->>|->>|-x)(\w+): (.+)/#) {
        guard let from = names[String(match.1)], let to = names[String(match.3)] else { throw NoDiagram(line: line) }
        arrows.append(Arrow(from: from, kind: String(match.2), to: to, text: try Self.label(String(match.4))))
      } else if let match = line.wholeMatch(of: #/Note over (\w+)(?:,(\w+))?: (.+)/#) {
        guard names[String(match.1)] != nil, match.2.map({ names[String($0)] != nil }) ?? true else {
          throw NoDiagram(line: line)
        }
        notes.append(try Self.label(String(match.3)))
      } else {
        throw NoDiagram(line: line)
      }
    }
    if isInBox { throw NoDiagram(line: "a box without end") }
  }

  /// How a text of a diagram is shown, once it has gone all the way.
  static func shown(_ text: String) throws -> String { try label(prepared("x: 0 " + text)).dropPrefix("x: 0 ") }

  /// What Mermaid does to a text before it parses it: directives and comments go, styles lose a semicolon, and entities are
  /// put aside.
  private static func prepared(_ line: String) throws -> String {
    // A directive, a comment, or a formula anywhere would be taken for one.
    guard !line.contains("%%"), !line.contains("$$"), !line.contains("ﬂ") else { throw NoDiagram(line: line) }
    var line = line
    for word in ["style", "classDef"] {
      if let range = line.range(ofStyle: word) { line.remove(at: line.index(before: range.upperBound)) }
    }
    return line.replacing(#/#(\w+);/#.matchingSemantics(.unicodeScalar)) { "ﬂ°\($0.1)¶ß" }
  }

  /// A text of a statement: nothing in it may end the statement, or be taken for a setting.
  private static func label(_ text: String) throws -> String {
    let lowered = text.lowercased()
    let scalars = text.unicodeScalars
    guard !scalars.contains("#"), !scalars.contains(";"), !scalars.contains("\n"), !lowered.hasPrefix("wrap:"),
      !lowered.hasPrefix("nowrap:"), !lowered.hasPrefix(":"), !scalars.contains("<"), !scalars.contains("`"),
      lowered.firstMatch(of: #/\bend\b/#) == nil
    else { throw NoDiagram(line: text) }
    var failure: NoDiagram?
    let shown = text.replacing(#/ﬂ°(\w+)¶ß/#.matchingSemantics(.unicodeScalar)) { match -> String in
      switch match.1 {
      case "lt": return "<"
      case "gt": return ">"
      default:
        guard let scalar = UInt32(match.1).flatMap(Unicode.Scalar.init) else {
          failure = NoDiagram(line: text)
          return ""
        }
        return String(scalar)
      }
    }
    if let failure { throw failure }
    return shown
  }
}

extension String {
  /// Where Mermaid finds what it takes for a style: the word, a colon, and in the colon's word an entity.
  fileprivate func range(ofStyle word: String) -> Range<String.Index>? {
    switch word {
    case "style": firstRange(of: #/style.*:\S*#.*;/#.matchingSemantics(.unicodeScalar))
    default: firstRange(of: #/classDef.*:\S*#.*;/#.matchingSemantics(.unicodeScalar))
    }
  }

  fileprivate func dropPrefix(_ prefix: String) -> String { String(dropFirst(prefix.count)) }
}
