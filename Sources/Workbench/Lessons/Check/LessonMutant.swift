import Language
import Replication

/// A solution with something changed about it: what somebody might do who hasn't understood, or who does more than was needed.
struct LessonMutant: Hashable {
  /// What was changed.
  enum Kind: Int, CaseIterable {
    /// Something was left out.
    case omission
    /// A cut, or another fault of one direction, goes both ways.
    case bothWays
    /// An operation or a load has another level.
    case level
    /// Reads and writes of a load come one after the other, so that none meets another.
    case split
    /// Two lines have changed places.
    case order
    /// Time has run until all is quiet before a line: somebody pressed Enter.
    case patience
    /// An operation that nobody needs was done, while all was quiet.
    case stray
  }

  /// What was changed.
  let kind: Kind
  /// In words.
  let words: String
  /// The position of the first line that isn't as in the solution.
  let start: Int
  /// What is carried out from there on.
  let lines: [SourceLine]

  /// Whether only something was added that can't matter.
  var isHarmless: Bool { kind == .stray }

  /// How long quiet is waited for.
  private static let quiet = "run until settled within 30s"

  /// All mutants of a solution.
  ///
  /// - Parameters:
  ///   - names: what names mean where the solution ends.
  ///   - quiet: whether all is quiet before each line, and after the last.
  static func all(of solution: [SourceLine], in names: NameContext, quiet: [Bool]) -> [LessonMutant] {
    let lines = solution.indices
    var mutants = lines.map { leavingOut($0, of: solution) }
    for index in lines {
      mutants += rewritten(solution[index], names).map { kind, words, replacement in
        LessonMutant(
          kind: kind, words: words, start: index,
          lines: replacement.map { like(solution[index], $0) } + solution[(index + 1)...])
      }
    }
    for index in lines.dropLast() where solution[index].text != solution[index + 1].text {
      mutants.append(
        LessonMutant(
          kind: .order, words: "`\(solution[index + 1].words)` before `\(solution[index].words)`", start: index,
          lines: [solution[index + 1], solution[index]] + solution[(index + 2)...]))
    }
    for index in lines.dropFirst() where !quiet[index] {
      mutants.append(
        LessonMutant(
          kind: .patience, words: "waiting until all is quiet before `\(solution[index].words)`", start: index,
          lines: [like(solution[index], Self.quiet)] + solution[index...]))
    }
    for index in lines where quiet[index] {
      for stray in ["write stray:1 x at ONE", "read stray:1 at ONE"] {
        mutants.append(
          LessonMutant(
            kind: .stray, words: "`\(stray)` before `\(solution[index].words)`", start: index,
            lines: [like(solution[index], stray), like(solution[index], Self.quiet)] + solution[index...]))
      }
    }
    return mutants.sorted { ($0.kind.rawValue, $0.start) < ($1.kind.rawValue, $1.start) }
  }

  private static func leavingOut(_ index: Int, of solution: [SourceLine]) -> LessonMutant {
    LessonMutant(
      kind: .omission, words: "without `\(solution[index].words)`", start: index,
      lines: Array(solution[(index + 1)...]))
  }

  /// A line of its own where another one stands.
  private static func like(_ line: SourceLine, _ text: String) -> SourceLine {
    SourceLine(file: line.file, number: line.number, text: text)
  }

  private static func rewritten(_ line: SourceLine, _ names: NameContext) -> [(Kind, String, [String])] {
    let words = line.text.split(separator: " ").map(String.init)
    guard let command = words.first(where: { $0 != "async" }) else { return [] }
    var found: [(Kind, String, [String])] = []
    if let arrow = words.firstIndex(of: "->"), ["cut", "hold", "slow", "lose", "duplicate"].contains(command) {
      let text = (words[..<arrow] + words[(arrow + 1)...]).joined(separator: " ")
      found.append((.bothWays, "`\(text)`, both ways", [text]))
    }
    if let at = words.firstIndex(of: "at"), at + 1 < words.count {
      let written = words[at + 1].split(separator: "/").map(String.init)
      for level in names.levelNames.prefix(8) where written.contains(where: { $0 != level }) {
        let text = (words[...at] + [level] + words[(at + 2)...]).joined(separator: " ")
        found.append((.level, "`\(text)`", [text]))
      }
    }
    if command == "load", let parts = split(words) {
      found.append((.split, "writes first, then reads: `\(line.words)`", parts))
    }
    return found
  }

  /// A load of which all writes come first, then quiet, then all reads; nil if it only writes or only reads.
  private static func split(_ words: [String]) -> [String]? {
    guard let span = words.firstIndex(of: "for"), span + 1 < words.count else { return nil }
    var rest = words
    var share = "50%"
    if let write = words.firstIndex(of: "write"), write + 1 < words.count {
      share = words[write + 1]
      rest.removeSubrange(write...write + 1)
    }
    guard share != "0%", share != "100%" else { return nil }
    func load(_ share: String) -> String {
      var words = rest
      words.insert(contentsOf: ["write", share], at: span + 2)
      return words.joined(separator: " ")
    }
    let duration = words[span + 1]
    return [load("100%"), "run \(duration)", quiet, load("0%"), "run \(duration)", quiet]
  }
}

extension SourceLine {
  /// The command in a line, without what surrounds it.
  fileprivate var words: String { text.trimmedBlanks }
}
