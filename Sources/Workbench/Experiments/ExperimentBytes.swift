import Language

extension ExperimentReader {
  /// How much of a file has to be looked at: of a longer one it is known by then that it is too long.
  public static var longest: Int { ExperimentSource.longest + 1 }

  /// Reads an experiment from a file's bytes.
  ///
  /// - Parameter bytes: all of them, or the first ``longest``.
  /// - Throws: a ``ScriptError`` with line and column of the first thing that is wrong: a byte that begins no character, a
  ///   character that no text has, or anything that ``read(_:file:)`` refuses.
  public static func read(_ bytes: [UInt8], file: String) throws -> Experiment {
    if bytes.count < longest, let flaw = TextFlaw.first(in: bytes) {
      let source = ExperimentSource(String(decoding: bytes, as: UTF8.self), file: file)
      throw ScriptError.wrong([source.problem(line: flaw.line, column: flaw.column, flaw.message)])
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return try read(bytes.count < longest && text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, file: file)
  }
}

/// What no text may have in it, and where the first of it stands.
struct TextFlaw: Hashable {
  let line: Int
  let column: Int
  let message: String

  /// The first byte that begins no character of UTF-8, or control character that YAML doesn't allow; nil if there is none.
  static func first(in bytes: [UInt8]) -> TextFlaw? {
    var (line, column) = (1, 1)
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    while true {
      switch decoder.decode(&rest) {
      case .emptyInput: return nil
      case .error:
        return TextFlaw(line: line, column: column, message: "this isn't UTF-8 text")
      case .scalarValue("\n"): (line, column) = (line + 1, 1)
      case .scalarValue(let scalar):
        guard isAllowed(scalar) else {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          let number = String(repeating: "0", count: 4 - digits.count) + digits
          return TextFlaw(line: line, column: column, message: "control characters are not allowed: U+\(number)")
        }
        column += 1
      }
    }
  }

  /// The characters of YAML 1.2, section 5.1.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x85: true
    case 0..<0x20, 0x7F..<0xA0: false
    default: true
    }
  }
}
