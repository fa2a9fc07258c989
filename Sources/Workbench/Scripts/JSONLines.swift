import Language

/// Lines that are printed as they stand, by the million: what came from outside is in them escaped.
public struct EncodedLines: Sendable {
  /// The lines in UTF-8, each with its end.
  public let bytes: [UInt8]

  /// Lines that an encoder of this program made.
  package init(encoded bytes: [UInt8]) { self.bytes = bytes }
}

/// Flat JSON objects, a line each, that are written straight into bytes: no text is made on the way.
struct JSONLines {
  private var bytes: [UInt8] = []
  private var isFirst = true

  /// The lines so far.
  var lines: EncodedLines { EncodedLines(encoded: bytes) }

  /// Makes room for so many bytes.
  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Begins an object.
  mutating func begin() {
    bytes.append(UInt8(ascii: "{"))
    isFirst = true
  }

  /// Ends an object, and its line.
  mutating func end() {
    bytes.append(UInt8(ascii: "}"))
    bytes.append(UInt8(ascii: "\n"))
  }

  /// Adds a whole number under a name, which is plain.
  mutating func add(_ name: StaticString, _ value: Int64) {
    addName(name)
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = value.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Adds a whole number under a name, which is plain.
  mutating func add(_ name: StaticString, _ value: Int) { add(name, Int64(value)) }

  /// Adds a truth under a name, which is plain.
  mutating func add(_ name: StaticString, _ value: Bool) {
    addName(name)
    bytes += (value ? "true" : "false").utf8
  }

  /// Adds null under a name, which is plain.
  mutating func addNull(_ name: StaticString) {
    addName(name)
    bytes += "null".utf8
  }

  /// Adds a string under a name, which is plain.
  mutating func add(_ name: StaticString, _ value: String) {
    addName(name)
    JSONText.quote(value, to: &bytes)
  }

  /// Adds a string that stands between quotes already under a name, which is plain.
  mutating func add(_ name: StaticString, quoted value: some Collection<UInt8>) {
    addName(name)
    bytes += value
  }

  private mutating func addName(_ name: StaticString) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }
}
