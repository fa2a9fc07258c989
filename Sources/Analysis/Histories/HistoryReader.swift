import Insight
import Language

/// Makes a history of registers out of the records of a file, and refuses what can't be part of one.
struct HistoryReader {
  var scanner: HistoryScanner
  private let nilReads: NilReads
  var result = HistoryFile()
  var sessions = ProcessSessions()
  /// The place in the order of all invocations and endings.
  private var place = 0
  private var time = -Double.infinity
  private var line = 1
  /// What each process has in flight.
  var open: [Open?] = []
  /// The process, and the key, of each scalar; -1: none.
  var processOf: [Int32] = []
  var keyOf: [Int32] = []
  /// The key of records without one.
  var onlyKey: Int?
  private var orders: [(key: Int, values: [Int])] = []

  /// An operation in flight.
  struct Open {
    let function: HistoryFunction
    let key: Int
    /// What it asks for, if it is a compare-and-set.
    var expected = 0
    var value = 0
    /// Nil for what isn't judged.
    let operation: Int?
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ nilReads: NilReads) {
    scanner = HistoryScanner(bytes)
    self.nilReads = nilReads
  }

  // MARK: Records

  /// Reads everything.
  mutating func read() throws(HistorySyntaxError) -> HistoryFile {
    let bytes = scanner.bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.at = 3 }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw wrong("this is UTF-16 text; save the history as UTF-8", 0)
    }
    if bytes.starts(with: [0x1F, 0x8B]) { throw wrong("this is compressed; unpack it with `gunzip` first", 0) }
    scanner.isEDN = isEDN(from: scanner.at)
    if scanner.isEDN {
      try readElements(closing: try opening())
    } else if try opening() == "]" {
      try readElements(closing: "]")
    } else {
      try readLines()
    }
    return finish()
  }

  /// Whether the first thing that isn't a blank or an opening bracket could not stand there in JSON.
  private func isEDN(from start: Int) -> Bool {
    var isInMap = false
    for byte in scanner.bytes[start...] {
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: "["): if isInMap && byte == UInt8(ascii: "[") { return true }
      case UInt8(ascii: "{"):
        if isInMap { return true }
        isInMap = true
      case UInt8(ascii: "("), UInt8(ascii: ";"), UInt8(ascii: "#"), UInt8(ascii: ":"), UInt8(ascii: ","): return true
      default: return false
      }
    }
    return false
  }

  /// Takes the bracket around all records; what closes it, nil if there is none.
  private mutating func opening() throws(HistorySyntaxError) -> Unicode.Scalar? {
    try scanner.skipBlanks()
    if scanner.take("[") { return "]" }
    return scanner.isEDN && scanner.take("(") ? ")" : nil
  }

  /// Reads records that stand one after another, as elements of an array or a vector or by themselves.
  private mutating func readElements(closing: Unicode.Scalar?) throws(HistorySyntaxError) {
    var counted = 0
    try scanner.skipBlanks()
    while scanner.at < scanner.end {
      if let closing, scanner.take(closing) {
        try scanner.skipBlanks()
        guard scanner.at == scanner.end else { throw scanner.wrong("after the end of the list there is more") }
        return
      }
      let start = scanner.at
      for byte in scanner.bytes[counted..<start] where byte == 0x0A { line += 1 }
      counted = start
      try scanner.readRecord()
      try take(from: start)
      try scanner.skipBlanks()
      if !scanner.isEDN, !scanner.take(",") {
        guard scanner.next == UInt8(ascii: "]") else { throw scanner.wrong("a list goes on with `,` or ends with `]`") }
      } else if !scanner.isEDN {
        try scanner.skipBlanks()
        if scanner.next == UInt8(ascii: "]") { throw scanner.wrong("after `,` there is another value") }
      }
    }
    if let closing { throw scanner.wrong("the list has no end; close it with `\(closing)`") }
  }

  /// Reads one object a line.
  private mutating func readLines() throws(HistorySyntaxError) {
    let bytes = scanner.bytes
    var start = scanner.at
    // What was skipped are blank lines.
    for byte in bytes[..<start] where byte == 0x0A { line += 1 }
    while start < bytes.count {
      var stop = start
      while stop < bytes.count, bytes[stop] != 0x0A { stop += 1 }
      (scanner.at, scanner.end) = (start, stop)
      try scanner.skipBlanks()
      if scanner.at < stop {
        let begin = scanner.at
        try scanner.readRecord()
        try scanner.skipBlanks()
        guard scanner.at == stop else { throw scanner.wrong("after the end of the object there is more on its line") }
        try take(from: begin)
      }
      start = stop + 1
      line += 1
    }
  }

  // MARK: Meaning

  func wrong(_ message: String, _ start: Int) -> HistorySyntaxError {
    HistorySyntaxError(offset: start, message: message)
  }

  /// Takes a record in.
  private mutating func take(from start: Int) throws(HistorySyntaxError) {
    let record = scanner.record
    guard case .scalar(let typeScalar) = record.type else {
      throw wrong("this line has no `type`: invoke, ok, fail, info or order", start)
    }
    let type = HistoryScanner.word(typeScalar)
    if type == .order {
      try takeOrder(record, start)
      return
    }
    guard case .scalar(let process) = record.process, process != 0 else {
      throw wrong("this line has no `process`", start)
    }
    guard case .scalar(let functionScalar) = record.function, functionScalar != 0 else {
      throw wrong("this line has no `f`: read, write, cas or delete", start)
    }
    let word = HistoryScanner.word(functionScalar)
    if isNemesis(process, type, word) {
      result.nemesisLines += 1
      return
    }
    guard let function = word?.function else {
      let text = Printable.escaped(scanner.scalars.text(of: functionScalar))
      throw wrong(
        "`\(text)` can't be judged: only registers can, whose `f` is read (r), write (w), cas or delete; "
          + "leave such operations out, or record reads and writes of each key instead", start)
    }
    if let now = record.time {
      guard now >= time else { throw wrong("times must not decrease", start) }
      time = now
    }
    place += 1
    switch type {
    case .invoke: try invoke(function, number(ofProcess: process), record, start)
    case .ok: try end(function, number(ofProcess: process), .ok, record, start)
    case .fail: try end(function, number(ofProcess: process), .failed, record, start)
    case .info: try end(function, number(ofProcess: process), .unknown, record, start)
    case .order, .read, .r, .write, .w, .cas, .delete, .add, .remove, .increment, .nemesis, nil:
      throw wrong(
        "`\(Printable.escaped(scanner.scalars.text(of: typeScalar)))` is no type; there are invoke, ok, fail, info and order",
        start)
    }
  }

  /// Whether a record tells of a fault. What a client of that name does is an operation like any other.
  private func isNemesis(_ process: Int, _ type: HistoryWord?, _ function: HistoryWord?) -> Bool {
    guard HistoryScanner.word(process) == .nemesis else { return false }
    guard function?.function != nil else { return true }
    let known = process < processOf.count ? processOf[process] : -1
    return type == .info && (known < 0 || open[Int(known)] == nil)
  }

  private mutating func takeOrder(_ record: HistoryRecord, _ start: Int) throws(HistorySyntaxError) {
    guard case .list(let first) = record.values else { throw wrong("an order needs `values`, the oldest first", start) }
    let key = try key(record.key, start)
    guard !orders.contains(where: { $0.key == key }) else { throw wrong("this key has an order already", start) }
    var values: [Int] = []
    for element in record.elements(first) {
      guard case .scalar(let value) = element else { throw wrong("the values of an order are scalars", start) }
      values.append(value)
    }
    orders.append((key, values))
  }

  private mutating func invoke(
    _ function: HistoryFunction, _ process: Int, _ record: HistoryRecord, _ start: Int
  ) throws(HistorySyntaxError) {
    guard open[process] == nil else {
      throw wrong(
        "process \(name(process)) has an operation in flight already; it has one at a time: end it with ok, fail or info first",
        start)
    }
    sessions.invoke(process) { open[$0] != nil }
    let (key, value) = try subject(record, function, start)
    leaveOutIfOther(key, function, record)
    var started = Open(function: function, key: key, operation: nil)
    let kind: RegisterHistory.Function
    switch function {
    case .read: kind = .read
    case .cas:
      (started.expected, started.value) = try pair(value, record, start)
      kind = .compareAndSet(expected: started.expected)
    case .write:
      started.value = try written(value, start)
      kind = .write
    case .delete: kind = .write
    case .add, .remove, .increment:
      open[process] = started
      return
    }
    let operation = result.history.append(
      RegisterHistory.Operation(process: process, key: key, kind, value: started.value, invoked: place))
    result.lines.append(line)
    reach(key)
    open[process] = Open(
      function: function, key: key, expected: started.expected, value: started.value, operation: operation)
  }

  private mutating func end(
    _ function: HistoryFunction, _ process: Int, _ type: RegisterHistory.Ending, _ record: HistoryRecord, _ start: Int
  ) throws(HistorySyntaxError) {
    let (key, value) = try subject(record, function, start)
    guard let started = open[process], started.function == function, started.key == key else {
      throw wrong(
        "process \(name(process)) has no such \(function) in flight; an `invoke` of the same f and key comes before its end",
        start)
    }
    open[process] = nil
    leaveOutIfOther(key, function, record)
    guard let operation = started.operation else { return }
    var ending = type
    var found = 0
    switch function {
    case .read where ending == .ok:
      switch value {
      case .scalar(let scalar): found = scalar
      case .absent: break
      case .list: result.history.leaveOut(key, .siblings)
      case .other: throw wrong("the value of a read is a scalar, or a list of siblings", start)
      }
      if value == .absent || value == .scalar(0), nilReads == .unknown {
        ending = .unknown
        result.unknownReads += 1
      }
    case .write where ending == .ok && value != .absent:
      guard try written(value, start) == started.value else {
        throw wrong("the ok of this write has another value than its invoke, \(text(started.value))", start)
      }
    case .cas:
      if ending == .ok, value != .absent {
        let pair = try pair(value, record, start)
        guard pair == (started.expected, started.value) else {
          throw wrong(
            "the ok of this cas has other values than its invoke, \(text(started.expected)) and \(text(started.value))",
            start)
        }
      }
      // What failed with an error was perhaps never tried.
      if ending == .failed, record.error == .absent || record.error == .scalar(0) { ending = .refuted }
    case .read, .write, .delete, .add, .remove, .increment: break
    }
    result.history.end(operation, ending, value: found, at: place)
  }

  private mutating func finish() -> HistoryFile {
    result.history.reserveKeys(result.keys.count)
    for (key, values) in orders { result.history.orders[key] = values }
    result.history.assign(sessions: sessions.sessions)
    result.scalars = scanner.scalars
    return result
  }
}
