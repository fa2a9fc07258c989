/// The scalars of a history, each once: processes, keys and values may be any.
///
/// A text and a number are two, `1` and `1.0` are one, and numbers of any size differ exactly. Number 0 is null.
struct HistoryScalars: Sendable {
  /// What sort of scalar it is: those of different sorts differ, whatever they look like.
  enum Kind: UInt8, Sendable {
    case null, boolean, number, text
    /// A word of EDN: `:ok`, `ok`, `\a`.
    case keyword, symbol, character
  }

  private struct Entry {
    let start: Int
    let length: Int
    let hash: Int
    let kind: Kind
  }

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  /// Places in `entries`, by hash; -1: free.
  private var table = Array(repeating: Int32(-1), count: 1 << 10)

  init() { entries.append(Entry(start: 0, length: 0, hash: 0, kind: .null)) }

  /// The scalar of that sort and those bytes.
  mutating func intern(_ kind: Kind, _ text: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = UInt64(kind.rawValue) &+ 0xcbf2_9ce4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash ^= hash >> 32
    let wanted = Int(truncatingIfNeeded: hash >> 1)
    var place = wanted & (table.count - 1)
    while table[place] >= 0 {
      let entry = entries[Int(table[place])]
      if entry.hash == wanted, entry.kind == kind, entry.length == text.count, isEqual(text, entry) {
        return Int(table[place])
      }
      place = (place + 1) & (table.count - 1)
    }
    table[place] = Int32(entries.count)
    entries.append(Entry(start: bytes.count, length: text.count, hash: wanted, kind: kind))
    bytes.append(contentsOf: text)
    if entries.count * 2 > table.count { grow() }
    return entries.count - 1
  }

  /// The scalar of that sort and text.
  mutating func intern(_ kind: Kind, _ text: String) -> Int {
    Array(text.utf8).withUnsafeBufferPointer { intern(kind, $0) }
  }

  private func isEqual(_ text: UnsafeBufferPointer<UInt8>, _ entry: Entry) -> Bool {
    for offset in 0..<entry.length where bytes[entry.start + offset] != text[offset] { return false }
    return true
  }

  private mutating func grow() {
    table = Array(repeating: -1, count: table.count * 4)
    for index in entries.indices.dropFirst() {
      var place = entries[index].hash & (table.count - 1)
      while table[place] >= 0 { place = (place + 1) & (table.count - 1) }
      table[place] = Int32(index)
    }
  }

  /// A scalar as it is shown, not yet escaped: a text without its quotes.
  func text(of scalar: Int) -> String {
    let entry = entries[scalar]
    let text = String(decoding: bytes[entry.start..<entry.start + entry.length], as: UTF8.self)
    switch entry.kind {
    case .null: return "none"
    case .keyword: return ":" + text
    case .character: return "\\" + text
    case .boolean, .number, .text, .symbol: return text
    }
  }

  /// What sort of scalar it is.
  func kind(of scalar: Int) -> Kind { entries[scalar].kind }
}

/// Numbers as they are compared: by value, however they are written.
enum HistoryNumber {
  /// More digits than these are not written out.
  private static let longest = 400

  /// The one way to write a number that has a point, an exponent or a sign; nil for the common case of a plain integer.
  ///
  /// - Parameter text: a number after the grammar of JSON, perhaps with a plus before it.
  static func canonical(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let isPlain = text.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && (text.count == 1 || text[0] != 0x30)
    if isPlain, text.count <= longest { return nil }
    var digits: [UInt8] = []
    var (isNegative, exponent, isFraction) = (false, 0, false)
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): break
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        let written = String(decoding: text[(index + 1)...], as: UTF8.self)
        // No number of any history is that large: what lies beyond is told apart by its digits alone.
        let limit = 1_000_000_000
        exponent += Int(written).map { max(-limit, min(limit, $0)) } ?? (written.hasPrefix("-") ? -limit : limit)
        index = text.count
      default:
        digits.append(text[index])
        if isFraction { exponent -= 1 }
      }
      index += 1
    }
    let leading = digits.prefix { $0 == 0x30 }.count
    digits.removeFirst(leading)
    while digits.last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    guard !digits.isEmpty else { return [0x30] }
    let sign = isNegative ? [UInt8(ascii: "-")] : []
    if exponent >= 0, digits.count + exponent <= longest {
      return sign + digits + Array(repeating: 0x30, count: exponent)
    }
    return sign + digits + Array("e\(exponent)".utf8)
  }
}
