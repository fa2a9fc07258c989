import Language
import Yams

/// A number in an experiment's file that could be another: of an action, or of a command that sets it up.
struct ExperimentNumber: Hashable, Sendable {
  /// What it is, such as `mixed_load.qps` or `set read-timeout`.
  let name: String
  /// In which scenario it stands, by position; nil where it is about all.
  let scenario: Int?
  /// Its value, in the unit that stands behind it.
  let value: Double
  /// What stands behind it, such as `ms` or `/s`; may be empty.
  let unit: String
  /// Whether it was written without a point, and counts something.
  let isWhole: Bool
  /// Where it stands in the text, in characters.
  fileprivate let place: Range<Int>

  /// The number and its unit.
  func text(_ value: Double) -> String { digits(value) + unit }

  private func digits(_ value: Double) -> String {
    if isWhole && unit.isEmpty { return "\(Int64(max(1, value).rounded()))" }
    // Three digits that count are as near as anybody looks.
    return Quantity.number((value * 1_000).rounded() / 1_000)
  }

  /// The value as near to it as can be written.
  func written(_ value: Double) -> Double { Double(digits(value)) ?? value }

  /// All in a file, in the order in which they stand.
  static func all(in text: String, file: String) throws -> [ExperimentNumber] {
    let starts = lineStarts(text)
    let characters = Array(text)
    func numbers(_ node: Node, named name: String, scenario: Int?) -> [ExperimentNumber] {
      guard let scalar = node.scalar, let mark = node.mark, mark.line <= starts.count else { return [] }
      let start = starts[mark.line - 1] + mark.column - 1 + (scalar.style == .plain ? 0 : 1)
      return scalar.string.split { " (),".contains($0) }.compactMap { word in
        guard let match = word.wholeMatch(of: #/(\d+(?:\.\d+)?)([a-zA-Z%\/]*)/#) else { return nil }
        let offset = start + scalar.string.distance(from: scalar.string.startIndex, to: word.startIndex)
        let digits = String(match.1)
        // What was folded over lines stands elsewhere.
        guard let value = Double(digits), value > 0, offset + digits.count <= characters.count,
          String(characters[offset..<offset + digits.count]) == digits
        else { return nil }
        return ExperimentNumber(
          name: name, scenario: scenario, value: value, unit: String(match.2), isWhole: !digits.contains("."),
          place: offset..<offset + digits.count)
      }
    }
    let spec = try ExperimentSource(text, file: file).compose(text).mapping?["spec"]?.mapping
    var found: [ExperimentNumber] = []
    for command in spec?["setup"]?.sequence ?? [] {
      let words = command.scalar?.string.split(separator: " ") ?? []
      let name = words.first == "set" ? words.prefix(2) : words.prefix { !($0.first?.isNumber ?? false) }
      found += numbers(command, named: name.joined(separator: " "), scenario: nil)
    }
    for (index, scenario) in (spec?["scenarios"]?.sequence ?? []).enumerated() {
      for action in scenario.mapping?["actions"]?.sequence ?? [] {
        let kind = action.mapping?["type"]?.scalar?.string ?? "action"
        for (key, value) in action.mapping ?? [:] {
          guard let word = key.scalar?.string, word != "type", word != "targets" else { continue }
          for inner in value.sequence.map(Array.init) ?? [value] {
            found += numbers(inner, named: "\(kind).\(word)", scenario: index)
          }
        }
      }
    }
    return found
  }

  /// The file with another number in its place.
  func text(_ text: String, changedTo value: Double) -> String {
    var characters = Array(text)
    characters.replaceSubrange(place, with: Array(digits(value)))
    return String(characters)
  }

  private static func lineStarts(_ text: String) -> [Int] {
    var starts = [0]
    for (index, character) in text.enumerated() where character.isNewline { starts.append(index + 1) }
    return starts
  }
}
