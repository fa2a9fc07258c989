/// What EDN has and JSON hasn't: keywords, symbols, characters, tags, sets, and numbers with an `N` or an `M`.
extension HistoryScanner {
  /// Whether a byte ends a word.
  func isDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"),
      UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
      true
    default: false
    }
  }

  /// Passes over tags, such as `#jepsen.history.Op`: what they stand before is what counts.
  mutating func skipTags() throws(HistorySyntaxError) {
    while next == UInt8(ascii: "#"), at + 1 < end, bytes[at + 1] != UInt8(ascii: "{"),
      bytes[at + 1] != UInt8(ascii: "#")
    {
      at += 1
      if try word().isEmpty { throw wrong("`#` is followed by a tag, a set, or `_` and what is skipped") }
      try skipBlanks()
    }
  }

  /// Takes a word: what stands before the next blank, bracket or quote.
  private mutating func word() throws(HistorySyntaxError) -> UnsafeBufferPointer<UInt8> {
    let start = at
    var isASCII = true
    while at < end, !isDelimiter(bytes[at]) {
      if bytes[at] >= 0x80 { isASCII = false }
      at += 1
    }
    let word = UnsafeBufferPointer(rebasing: bytes[start..<at])
    if !isASCII, String(validating: word, as: UTF8.self) == nil { throw wrong("this isn't UTF-8 text", at: start) }
    return word
  }

  mutating func ednContent() throws(HistorySyntaxError) -> HistoryRecord.Content {
    let start = at
    switch bytes[at] {
    case UInt8(ascii: "#"): return try tagged()
    case UInt8(ascii: ":"):
      at += 1
      let name = try word()
      if name.isEmpty { throw wrong("`:` is followed by a name", at: start) }
      return .scalar(scalars.intern(.keyword, name))
    case UInt8(ascii: "\\"):
      at += 1
      // A bracket or a blank may be the character itself.
      if at < end, isDelimiter(bytes[at]) { at += 1 } else { _ = try word() }
      return .scalar(scalars.intern(.character, UnsafeBufferPointer(rebasing: bytes[start + 1..<at])))
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): throw wrong("this bracket closes nothing")
    default: break
    }
    let name = try word()
    if name.isEmpty { throw wrong("this is no value of EDN", at: start) }
    let isSigned = name[0] == UInt8(ascii: "-") || name[0] == UInt8(ascii: "+")
    let digit = name.count > 1 && isSigned ? name[1] : name[0]
    if digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") { return .scalar(try ednNumber(start..<at)) }
    if name.elementsEqual("nil".utf8) { return .scalar(0) }
    let isBoolean = name.elementsEqual("true".utf8) || name.elementsEqual("false".utf8)
    return .scalar(scalars.intern(isBoolean ? .boolean : .symbol, name))
  }

  private mutating func tagged() throws(HistorySyntaxError) -> HistoryRecord.Content {
    if at + 1 < end, bytes[at + 1] == UInt8(ascii: "{") {
      at += 1
      _ = try list(closing: "}")
      return .other
    }
    if at + 1 < end, bytes[at + 1] == UInt8(ascii: "#") {
      // `##Inf` and `##NaN`.
      at += 2
      return .scalar(scalars.intern(.symbol, try word()))
    }
    try skipTags()
    return try content()
  }

  /// A number: `1`, `+1`, `1N`, `1.5M`, `1/2`, and `0x1F`, which Clojure prints where it names an object.
  private mutating func ednNumber(_ range: Range<Int>) throws(HistorySyntaxError) -> Int {
    let end = range.upperBound
    at = range.lowerBound
    if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { at += 1 }
    if at + 1 < end, bytes[at] == UInt8(ascii: "0"), bytes[at + 1] | 0x20 == UInt8(ascii: "x") {
      return try hexadecimalNumber(range, from: at + 2)
    }
    let first = at
    let whole = digits()
    var isNumber = whole > 0
    if whole > 1, bytes[first] == UInt8(ascii: "0") {
      throw wrong("a whole number doesn't begin with 0", at: range.lowerBound)
    }
    if at < end, bytes[at] == UInt8(ascii: "/") {
      at += 1
      isNumber = isNumber && digits() > 0 && at == end
      at = end
      guard isNumber else { throw wrong("this is no number", at: range.lowerBound) }
      return scalars.intern(.number, UnsafeBufferPointer(rebasing: bytes[range]))
    }
    if at < end, bytes[at] == UInt8(ascii: ".") {
      at += 1
      _ = digits()
    }
    if at < end, bytes[at] == UInt8(ascii: "e") || bytes[at] == UInt8(ascii: "E") {
      at += 1
      if at < end, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      isNumber = isNumber && digits() > 0
    }
    let stop = at
    if at < end, bytes[at] == UInt8(ascii: "N") || bytes[at] == UInt8(ascii: "M") { at += 1 }
    let isWhole = at == end
    at = end
    guard isNumber, isWhole else { throw wrong("this is no number", at: range.lowerBound) }
    return internNumber(range.lowerBound..<stop)
  }

  /// A number in hexadecimal digits, which is the same as in decimal ones.
  private mutating func hexadecimalNumber(_ range: Range<Int>, from start: Int) throws(HistorySyntaxError) -> Int {
    let digits = String(decoding: bytes[start..<range.upperBound], as: UTF8.self)
    at = range.upperBound
    guard digits.utf8.first != UInt8(ascii: "+"), digits.utf8.first != UInt8(ascii: "-"),
      let value = UInt64(digits, radix: 16)
    else { throw wrong("this is no number of up to 16 hexadecimal digits", at: range.lowerBound) }
    let isNegative = value > 0 && bytes[range.lowerBound] == UInt8(ascii: "-")
    return scalars.intern(.number, "\(isNegative ? "-" : "")\(value)")
  }
}
