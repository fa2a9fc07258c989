/// Numbers, and the three words of JSON.
extension HistoryScanner {
  mutating func jsonWord() throws(HistorySyntaxError) -> Int {
    let start = at
    while at < end, bytes[at] >= UInt8(ascii: "a"), bytes[at] <= UInt8(ascii: "z") { at += 1 }
    let word = UnsafeBufferPointer(rebasing: bytes[start..<at])
    if word.elementsEqual("null".utf8) { return 0 }
    if word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8) { return scalars.intern(.boolean, word) }
    at = start
    throw wrong("this is no value of JSON")
  }

  mutating func jsonNumber() throws(HistorySyntaxError) -> Int {
    let start = at
    if next == UInt8(ascii: "-") { at += 1 }
    let whole = digits()
    guard whole == 1 || whole > 1 && bytes[at - whole] != UInt8(ascii: "0") else {
      throw wrong(whole == 0 ? "a number has digits" : "a number doesn't begin with 0", at: start)
    }
    if next == UInt8(ascii: ".") {
      at += 1
      if digits() == 0 { throw wrong("after the point there are digits") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      at += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { at += 1 }
      if digits() == 0 { throw wrong("an exponent has digits") }
    }
    return internNumber(start..<at)
  }

  /// Takes digits; how many there are.
  mutating func digits() -> Int {
    let start = at
    while at < end, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
    return at - start
  }

  mutating func internNumber(_ range: Range<Int>) -> Int {
    let text = UnsafeBufferPointer(rebasing: bytes[range])
    guard let canonical = HistoryNumber.canonical(text) else { return scalars.intern(.number, text) }
    return canonical.withUnsafeBufferPointer { scalars.intern(.number, $0) }
  }

  /// About how large a number is, which is what times need; nil for a fraction, and one that isn't decimal.
  func number(_ range: Range<Int>) -> Double? {
    var (whole, isWhole): (Int64, Bool) = (0, range.count <= 18)
    for byte in bytes[range] {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
        isWhole = false
        break
      }
      if isWhole { whole = whole * 10 + Int64(byte - UInt8(ascii: "0")) }
    }
    guard !isWhole else { return Double(whole) }
    let text = String(decoding: bytes[range], as: UTF8.self)
    return Double(text.last == "N" || text.last == "M" ? String(text.dropLast()) : text)
  }
}
