import Kernel
import Language

/// A script with two numbers left open, and a claim about it: for which numbers does it hold?
///
/// In the script `{load}` stands for the value of the parameter `load`. A comment `# parameter load 50..120 by 10` says which
/// values are usual.
public struct MapPlan: Sendable {
  /// A parameter and its values.
  public struct Axis: Hashable, Sendable {
    /// The most values on an axis.
    public static let most = 60

    /// As the script calls it.
    public let name: String
    /// Its values, ascending.
    public let values: [Double]

    /// An axis as it is written: `load`, with the values that the script says are usual, or `load=50..120` or
    /// `load=50..120/10` with the step; ten values where none is said.
    ///
    /// - Throws: a ``ScriptError`` that says what is wrong.
    public init(_ text: String, usual: [Axis]) throws {
      func refused(_ reason: String) -> ScriptError { .unreadable("`\(Printable.escaped(text))`", reason: reason) }
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard let name = parts.first, !name.isEmpty else { throw refused("this names no parameter") }
      guard parts.count == 2 else {
        guard let axis = usual.first(where: { $0.name == name }) else {
          let names = usual.map(\.name)
          let meant = NearestWord.to(name, among: names).map { "; did you mean \($0)?" } ?? ""
          throw refused(
            names.isEmpty
              ? "the script says no usual values; say them, such as \(name)=10..100/10"
              : "the script says no usual values of it, but of \(names.joined(separator: ", "))\(meant)")
        }
        self = axis
        return
      }
      guard let axis = Axis(name, range: parts[1]) else {
        throw refused("a range is two numbers and perhaps a step, such as 50..120/10, of at most \(Self.most) values")
      }
      self = axis
    }

    /// The values of a range such as `50..120/10`; nil if it is none.
    init?(_ name: String, range: String) {
      let parts = range.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard (1...2).contains(parts.count), let dots = parts[0].firstRange(of: ".."),
        let first = Self.number(parts[0][..<dots.lowerBound]), let last = Self.number(parts[0][dots.upperBound...]),
        first < last
      else { return nil }
      let step: Double
      if parts.count == 2 {
        guard let given = Self.number(parts[1][...]), given > 0 else { return nil }
        step = given
      } else {
        step = (last - first) / 9
      }
      let count = ((last - first) / step + 1e-9).rounded(.down)
      guard count < Double(Self.most) else { return nil }
      self.name = name
      values = (0...Int(count)).map { first + Double($0) * step }
    }

    private static func number(_ text: Substring) -> Double? {
      guard !text.isEmpty, text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), text.count <= 12 else {
        return nil
      }
      return Double(text)
    }

    /// A value as the script gets it and the axis shows it.
    public func text(_ place: Int) -> String { Self.text(values[place]) }

    /// A number as a script gets it.
    static func text(_ value: Double) -> String { Quantity.number((value * 1_000).rounded() / 1_000) }
  }

  /// The script, with open numbers.
  public let text: String
  /// Its name.
  public let file: String
  /// What is to hold at its end.
  public let claim: String
  /// The parameter from left to right.
  public let x: Axis
  /// The parameter from below to above.
  public let y: Axis
  /// The seeds with which each cell is played.
  public let seeds: ClosedRange<UInt64>

  /// A map of a script.
  ///
  /// - Parameter claim: what is to hold; nil: what the script's comment `# claim …` says.
  /// - Throws: a ``ScriptError`` where an axis is none, or the script doesn't have its parameter.
  public init(_ file: String, text: String, x: String, y: String, claim: String?, seeds: ClosedRange<UInt64>) throws {
    guard let claim = claim ?? Self.usualClaim(of: text) else {
      throw ScriptError.unreadable(file, reason: "it says no claim of its own; --claim CONDITION says what is to hold")
    }
    let usual = Self.usualAxes(of: text)
    let (x, y) = (try Axis(x, usual: usual), try Axis(y, usual: usual))
    guard x.name != y.name else { throw ScriptError.unreadable(file, reason: "x and y are both \(x.name)") }
    (self.file, self.text, self.claim, self.x, self.y, self.seeds) = (file, text, claim, x, y, seeds)
    for axis in [x, y] where !text.contains("{\(axis.name)}") {
      throw ScriptError.unreadable(file, reason: "nothing in it stands for {\(axis.name)}")
    }
  }

  /// The claim in a comment such as `# claim last.outcome == ok`.
  private static func usualClaim(of text: String) -> String? { usualClaims(of: text).first }

  /// The claims in such comments.
  static func usualClaims(of text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("# claim ") }.map { String($0.dropFirst("# claim ".count)) }
  }

  /// The axes that comments such as `# parameter load 50..120 by 10` describe.
  static func usualAxes(of text: String) -> [Axis] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 6, words[0] == "#", words[1] == "parameter", words[4] == "by" else { return nil }
      return Axis(words[2], range: "\(words[3])/\(words[5])")
    }
  }

  /// The script with its numbers.
  public func script(x column: Int, y row: Int) -> String {
    text.replacingEach("{\(x.name)}", with: x.text(column)).replacingEach("{\(y.name)}", with: y.text(row))
  }
}

extension String {
  /// The text with another one wherever a mark stands.
  func replacingEach(_ mark: String, with text: String) -> String {
    components(around: mark).joined(separator: text)
  }

  private func components(around mark: String) -> [Substring] {
    var parts: [Substring] = []
    var rest = self[...]
    while let found = rest.firstRange(of: mark) {
      parts.append(rest[..<found.lowerBound])
      rest = rest[found.upperBound...]
    }
    return parts + [rest]
  }
}
