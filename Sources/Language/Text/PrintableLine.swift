/// One line that can be printed as it stands: whatever came from outside is in it escaped, from any source.
///
/// Printers take nothing else. A line is made from text, which is escaped then, or by an encoder of this program, whose
/// colours are the only control characters that ever reach a terminal.
public struct PrintableLine: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// The line without its end.
  public let text: String

  /// A text on one line, with everything that could command a terminal escaped.
  public init(_ text: String) { self.text = Printable.escaped(text) }

  /// A line that was made of escaped parts and this program's own control sequences.
  package init(encoded: String) { text = encoded }

  /// A line that is written in the source.
  public init(stringLiteral value: String) { self.init(value) }

  /// A line that was put together.
  public init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

  /// Several lines of text, each escaped; only line feeds part them.
  public static func lines(_ text: String) -> [PrintableLine] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { PrintableLine(String($0)) }
  }

  /// Puts a line together: lines stand as they are, everything else is escaped.
  public struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    /// An empty line.
    public init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

    /// Adds what is written in the source.
    public mutating func appendLiteral(_ literal: String) { text += literal }

    /// Adds a line, which is escaped already.
    public mutating func appendInterpolation(_ line: PrintableLine) { text += line.text }

    /// Adds anything else, escaped.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text += Printable.escaped(value.description)
    }
  }

  /// One line after another, on one line.
  public static func + (left: PrintableLine, right: PrintableLine) -> PrintableLine {
    PrintableLine(encoded: left.text + right.text)
  }
}
