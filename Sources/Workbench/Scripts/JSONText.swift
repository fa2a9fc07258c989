/// A JSON value, written with its fields in the order given.
public indirect enum JSONText: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSONText])
  case object([Field])

  /// A name and a value.
  public struct Field: Hashable, Sendable {
    let name: String
    let value: JSONText

    /// A field of those parts.
    public init(_ name: String, _ value: JSONText) {
      self.name = name
      self.value = value
    }
  }

  /// A string, or null.
  public static func optional(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }

  /// A whole number, or null.
  public static func optional(_ number: Int?) -> JSONText { number.map { .integer(Int64($0)) } ?? .null }

  /// The value on one line.
  public var text: String {
    var result = ""
    write(to: &result)
    return result
  }

  private func write(to result: inout String) {
    switch self {
    case .null: result += "null"
    case .boolean(let value): result += value ? "true" : "false"
    case .integer(let value): result += String(value)
    case .number(let value):
      result +=
        value.isFinite
        ? (value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)) : "null"
    case .string(let value): Self.write(value, to: &result)
    case .array(let values):
      result += "["
      for (index, value) in values.enumerated() {
        if index > 0 { result += "," }
        value.write(to: &result)
      }
      result += "]"
    case .object(let fields):
      result += "{"
      for (index, field) in fields.enumerated() {
        if index > 0 { result += "," }
        Self.write(field.name, to: &result)
        result += ":"
        field.value.write(to: &result)
      }
      result += "}"
    }
  }

  /// A string between quotes. Whatever a terminal could take for a command, and what nobody sees, is written as its
  /// code (RFC 8259, 7), so that a line can be printed as it stands.
  private static func write(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x7F && scalar.value >= 0x20: result.unicodeScalars.append(scalar)
      case _ where Printable.isUnsafe(scalar) || Printable.shapes(scalar):
        for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }
}
