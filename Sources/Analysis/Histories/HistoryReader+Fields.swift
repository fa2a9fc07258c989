import Insight
import Language

/// What the fields of a record mean: keys, values and processes by their numbers.
extension HistoryReader {
  /// The key and the value of a record: `[key value]` is split where no key is said.
  mutating func subject(
    _ record: HistoryRecord, _ function: HistoryFunction, _ start: Int
  ) throws(HistorySyntaxError) -> (key: Int, value: HistoryRecord.Content) {
    let hasKey = record.key != .absent && record.key != .scalar(0)
    guard !hasKey, case .list(let first?) = record.value else { return (try key(record.key, start), record.value) }
    let head = record.items[first]
    guard let second = head.next, record.items[second].next == nil else {
      return (try key(record.key, start), record.value)
    }
    // Two scalars are what a cas asks for and what it writes.
    if function == .cas, case .list = record.items[second].content {
    } else if function == .cas {
      return (try key(record.key, start), record.value)
    }
    return (try key(head.content, start), record.items[second].content)
  }

  mutating func key(_ content: HistoryRecord.Content, _ start: Int) throws(HistorySyntaxError) -> Int {
    switch content {
    case .absent, .scalar(0):
      if let onlyKey { return onlyKey }
      result.keys.append(nil)
      onlyKey = result.keys.count - 1
      return result.keys.count - 1
    case .scalar(let scalar):
      while keyOf.count <= scalar { keyOf.append(contentsOf: repeatElement(-1, count: max(64, keyOf.count))) }
      if keyOf[scalar] >= 0 { return Int(keyOf[scalar]) }
      keyOf[scalar] = Int32(result.keys.count)
      result.keys.append(scalar)
      return result.keys.count - 1
    case .list, .other: throw wrong("a key is a scalar", start)
    }
  }

  func written(_ content: HistoryRecord.Content, _ start: Int) throws(HistorySyntaxError) -> Int {
    switch content {
    case .scalar(let scalar): return scalar
    case .absent: throw wrong("a write needs a value; null deletes", start)
    case .list, .other: throw wrong("the value of a write is a scalar", start)
    }
  }

  func pair(
    _ content: HistoryRecord.Content, _ record: HistoryRecord, _ start: Int
  ) throws(HistorySyntaxError) -> (Int, Int) {
    if case .list(let first) = content {
      let elements = record.elements(first)
      if elements.count == 2, case .scalar(let expected) = elements[0], case .scalar(let written) = elements[1] {
        return (expected, written)
      }
    }
    throw wrong("a cas wants [from, to] as its value", start)
  }

  /// Keys of our own histories that are no registers say so.
  mutating func leaveOutIfOther(_ key: Int, _ function: HistoryFunction, _ record: HistoryRecord) {
    let isTyped = record.datatype != .absent || function.isOfDataType
    guard isTyped || record.expires != .absent || record.mirrored != .absent else { return }
    reach(key)
    guard record.mirrored == .absent else { return result.history.leaveOut(key, .mirrored) }
    let isRow = if case .scalar(let type) = record.datatype { scanner.scalars.text(of: type) == "row" } else { false }
    result.history.leaveOut(key, isRow ? .row : isTyped ? .dataType : .expiring)
  }

  /// Makes sure that the history knows a key, also where nothing on it is judged.
  mutating func reach(_ key: Int) { result.history.reserveKeys(key + 1) }

  mutating func number(ofProcess scalar: Int) -> Int {
    while processOf.count <= scalar { processOf.append(contentsOf: repeatElement(-1, count: max(64, processOf.count))) }
    if processOf[scalar] >= 0 { return Int(processOf[scalar]) }
    let number = result.processes.count
    processOf[scalar] = Int32(number)
    result.processes.append(scalar)
    open.append(nil)
    let isNamed = scanner.scalars.kind(of: scalar) == .text
    sessions.add(number, named: isNamed ? scanner.scalars.text(of: scalar) : nil)
    return number
  }

  func name(_ process: Int) -> String { text(result.processes[process]) }

  func text(_ scalar: Int) -> String {
    Printable.escaped(TextWidth.fit(scanner.scalars.text(of: scalar), 60))
  }
}
