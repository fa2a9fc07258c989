/// Reads the records of a history out of bytes, JSON or EDN, without making anything of what it doesn't need.
///
/// A library's decoder makes an object of every line, which took four times as long as all else; histories are flat, and
/// their grammar is small: RFC 8259, and that of EDN (github.com/edn-format/edn).
struct HistoryScanner {
  /// How deep maps and lists may be nested.
  private static let deepest = 100

  private static let hint = "; `eventually verify --help` shows what a line looks like"

  let bytes: UnsafeBufferPointer<UInt8>
  /// The next byte.
  var at = 0
  /// Where what is read has to end: a line's end, or that of all.
  var end: Int
  var isEDN = false
  var scalars = HistoryScalars()
  var record = HistoryRecord()
  private var unescaped: [UInt8] = []
  private var nesting = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    end = bytes.count
    // Words have the first numbers, as texts and as keywords.
    for kind in [HistoryScalars.Kind.text, .keyword] {
      for word in HistoryWord.allCases { _ = scalars.intern(kind, "\(word)") }
    }
  }

  /// The word that a scalar is; nil if it is none.
  static func word(_ scalar: Int) -> HistoryWord? {
    let count = HistoryWord.allCases.count
    return scalar > 0 && scalar <= 2 * count ? HistoryWord(rawValue: (scalar - 1) % count) : nil
  }

  func wrong(_ message: String, at offset: Int? = nil) -> HistorySyntaxError {
    HistorySyntaxError(offset: offset ?? at, message: message)
  }

  var next: UInt8? { at < end ? bytes[at] : nil }

  /// Goes on to the next byte that isn't blank.
  mutating func skipBlanks() throws(HistorySyntaxError) {
    // What `#_` skips is read first, one value for each.
    var skipped = 0
    while at < end {
      switch bytes[at] {
      case 0x20, 0x09, 0x0A, 0x0D: at += 1
      case UInt8(ascii: ",") where isEDN: at += 1
      case UInt8(ascii: ";") where isEDN:
        while at < end, bytes[at] != 0x0A { at += 1 }
      case UInt8(ascii: "#") where isEDN && at + 1 < end && bytes[at + 1] == UInt8(ascii: "_"):
        at += 2
        skipped += 1
      default:
        guard skipped > 0 else { return }
        skipped -= 1
        _ = try content()
      }
    }
    if skipped > 0 { throw wrong("`#_` is followed by what is skipped") }
  }

  /// Takes a byte if it is the next one.
  mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard at < end, bytes[at] == UInt8(ascii: byte) else { return false }
    at += 1
    return true
  }

  // MARK: Records

  /// Reads a map into ``record``.
  mutating func readRecord() throws(HistorySyntaxError) {
    record.clear()
    if isEDN { try skipTags() }
    guard take("{") else { throw wrong((isEDN ? "this is no map" : "this line is no JSON object") + Self.hint) }
    try skipBlanks()
    while !take("}") {
      let start = at
      let field = try fieldName()
      try skipBlanks()
      if !isEDN {
        guard take(":") else { throw wrong("a name is followed by `:` and a value") }
        try skipBlanks()
      }
      try readField(field, from: start)
      try skipBlanks()
      if !isEDN {
        guard take(",") else {
          if next == UInt8(ascii: "}") { continue }
          throw wrong(at < end ? "after a value there is `,` or `}`" : "this line is no JSON object: it has no end")
        }
        try skipBlanks()
        if next == UInt8(ascii: "}") { throw wrong("after `,` there is another name") }
      }
    }
  }

  private mutating func readField(_ field: HistoryRecord.Field?, from start: Int) throws(HistorySyntaxError) {
    guard let field else {
      _ = try content()
      return
    }
    if field == .time {
      let begin = at
      let content = try content()
      guard record.time == nil else { throw wrong("`time` is said twice", at: start) }
      guard case .scalar(let scalar) = content, scalar == 0 || scalars.kind(of: scalar) == .number else {
        throw wrong("`time` is not what it should be: a number", at: begin)
      }
      guard scalar != 0 else { return }
      guard let time = number(begin..<at) else { throw wrong("`time` is not what it should be: a number", at: begin) }
      record.time = time
      return
    }
    let content = try content()
    guard record.set(field, content) else { throw wrong("`\(field.rawValue)` is said twice", at: start) }
  }

  /// The field that a name means; nil for one without a meaning.
  private mutating func fieldName() throws(HistorySyntaxError) -> HistoryRecord.Field? {
    let isName = isEDN ? next == UInt8(ascii: ":") || next == UInt8(ascii: "\"") : next == UInt8(ascii: "\"")
    guard isName else {
      guard isEDN else {
        throw wrong(at < end ? "a name begins with `\"`" : "this line is no JSON object: it has no end")
      }
      _ = try content()
      return nil
    }
    let start = at + 1
    // Most names are short and plain: no scalar needs to be made of them.
    var stop = start
    while stop < end, bytes[stop] >= UInt8(ascii: "a"), bytes[stop] <= UInt8(ascii: "z") { stop += 1 }
    let isOver =
      bytes[at] == UInt8(ascii: ":") ? stop == end || isDelimiter(bytes[stop]) : stop < end && bytes[stop] == 0x22
    guard isOver else {
      _ = try content()
      return nil
    }
    at = bytes[at] == UInt8(ascii: ":") ? stop : stop + 1
    return field(UnsafeBufferPointer(rebasing: bytes[start..<stop]))
  }

  private func field(_ name: UnsafeBufferPointer<UInt8>) -> HistoryRecord.Field? {
    func isName(_ field: HistoryRecord.Field) -> Bool { name.elementsEqual(field.rawValue.utf8) }
    switch name.count {
    case 1: return name[0] == UInt8(ascii: "f") ? .f : nil
    case 3: return isName(.key) ? .key : nil
    case 4: return isName(.type) ? .type : isName(.time) ? .time : nil
    case 5: return isName(.value) ? .value : isName(.error) ? .error : nil
    case 6: return isName(.values) ? .values : nil
    case 7: return isName(.process) ? .process : isName(.expires) ? .expires : nil
    case 8: return isName(.datatype) ? .datatype : isName(.mirrored) ? .mirrored : nil
    default: return nil
    }
  }

  // MARK: Values

  /// Reads any value.
  mutating func content() throws(HistorySyntaxError) -> HistoryRecord.Content {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.deepest else { throw wrong("this is nested more than \(Self.deepest) deep") }
    guard let first = next else { throw wrong(isEDN ? "a value is missing at the end" : "a value is missing") }
    switch first {
    case UInt8(ascii: "\""): return .scalar(try string())
    case UInt8(ascii: "["): return .list(try list(closing: "]"))
    case UInt8(ascii: "("): if isEDN { return .list(try list(closing: ")")) }
    case UInt8(ascii: "{"):
      try skipMap()
      return .other
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      if !isEDN { return .scalar(try jsonNumber()) }
    default: break
    }
    return isEDN ? try ednContent() : .scalar(try jsonWord())
  }

  /// Reads a list; the place of its first element.
  mutating func list(closing: Unicode.Scalar) throws(HistorySyntaxError) -> Int? {
    at += 1
    try skipBlanks()
    var (first, last): (Int?, Int?) = (nil, nil)
    while !take(closing) {
      let content = try content()
      record.items.append(HistoryRecord.Item(content: content, next: nil))
      let place = record.items.count - 1
      if let last { record.items[last].next = place } else { first = place }
      last = place
      try skipBlanks()
      guard !isEDN else { continue }
      if take(",") {
        try skipBlanks()
        if next == UInt8(ascii: "]") { throw wrong("after `,` there is another value") }
      } else if next != UInt8(ascii: "]") {
        throw wrong("a list goes on with `,` or ends with `]`")
      }
    }
    return first
  }

  private mutating func skipMap() throws(HistorySyntaxError) {
    at += 1
    try skipBlanks()
    while !take("}") {
      if !isEDN, next != UInt8(ascii: "\"") { throw wrong("a name begins with `\"`") }
      _ = try content()
      try skipBlanks()
      if !isEDN {
        guard take(":") else { throw wrong("a name is followed by `:` and a value") }
        try skipBlanks()
      }
      _ = try content()
      try skipBlanks()
      guard !isEDN else { continue }
      if take(",") {
        try skipBlanks()
        if next == UInt8(ascii: "}") { throw wrong("after `,` there is another name") }
      } else if next != UInt8(ascii: "}") {
        throw wrong("after a value there is `,` or `}`")
      }
    }
  }

  private mutating func string() throws(HistorySyntaxError) -> Int {
    let start = at + 1
    var (stop, isPlain, isASCII) = (start, true, true)
    while stop < end, bytes[stop] != 0x22 {
      let byte = bytes[stop]
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        stop += 1
      } else if byte < 0x20, !isEDN {
        throw wrong("a text has no control characters, but \\n and \\u000A", at: stop)
      } else if byte >= 0x80 {
        isASCII = false
      }
      stop += 1
    }
    guard stop < end else { throw wrong("this text doesn't end; close it with \"", at: at) }
    let text = UnsafeBufferPointer(rebasing: bytes[start..<stop])
    if !isASCII, String(validating: text, as: UTF8.self) == nil { throw wrong("this isn't UTF-8 text") }
    if !isPlain { try unescape(start..<stop) }
    at = stop + 1
    return isPlain ? scalars.intern(.text, text) : unescaped.withUnsafeBufferPointer { scalars.intern(.text, $0) }
  }

  private mutating func unescape(_ range: Range<Int>) throws(HistorySyntaxError) {
    unescaped.removeAll(keepingCapacity: true)
    var index = range.lowerBound
    while index < range.upperBound {
      guard bytes[index] == UInt8(ascii: "\\") else {
        unescaped.append(bytes[index])
        index += 1
        continue
      }
      let escape = bytes[index + 1]
      index += 2
      switch escape {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(escape)
      case UInt8(ascii: "b"): unescaped.append(0x08)
      case UInt8(ascii: "f"): unescaped.append(0x0C)
      case UInt8(ascii: "n"): unescaped.append(0x0A)
      case UInt8(ascii: "r"): unescaped.append(0x0D)
      case UInt8(ascii: "t"): unescaped.append(0x09)
      case UInt8(ascii: "u"):
        let first = hexadecimal(&index, range.upperBound)
        var scalar = first.flatMap { Unicode.Scalar($0) }
        if let first, (0xD800..<0xDC00).contains(first), index + 1 < range.upperBound,
          bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        {
          index += 2
          if let second = hexadecimal(&index, range.upperBound), (0xDC00..<0xE000).contains(second) {
            scalar = Unicode.Scalar(0x1_0000 + (first - 0xD800) << 10 + second - 0xDC00)
          }
        }
        guard let scalar else { throw wrong("`\\u` wants four hexadecimal digits of a character", at: index) }
        unescaped.append(contentsOf: String(scalar).utf8)
      default: throw wrong("this means nothing after `\\`", at: index - 1)
      }
    }
  }

  private func hexadecimal(_ index: inout Int, _ end: Int) -> UInt32? {
    guard index + 4 <= end else { return nil }
    var value: UInt32 = 0
    for byte in bytes[index..<index + 4] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - 0x61 + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - 0x41 + 10)
      default: return nil
      }
    }
    index += 4
    return value
  }
}
