import Foundation
import Insight

/// A history in the shape of Jepsen's, read from JSON Lines, whoever wrote it.
public struct HistoryFile: Sendable {
  /// What the checkers judge: keys that were only read and written.
  public internal(set) var history = RegisterHistory()
  /// The names of its keys.
  public internal(set) var keys: [String] = []
  /// For each operation the line of its invocation, from 1, and what that says.
  public internal(set) var lines: [(number: Int, text: String)] = []
  /// Keys that were left out because something else was done to them, such as a delete.
  public internal(set) var otherKeys: [String] = []

  /// Reads a history.
  ///
  /// - Throws: a ``Diagnostic`` that names the line that can't be understood, or can't be part of a history.
  public init(_ text: String, file: String) throws {
    var reader = HistoryReader(file: file)
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      let trimmed = line.hasSuffix("\r") ? line.dropLast() : line
      guard trimmed.contains(where: { !$0.isWhitespace }) else { continue }
      try reader.read(SourceLine(file: file, number: number, text: String(trimmed)))
    }
    self = try reader.finish()
  }

  fileprivate init() {}
}

/// A JSON scalar: processes, keys and values may be any.
private enum Scalar: Hashable, Decodable {
  case none
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let integer = try? container.decode(Int64.self) {
      self = .integer(integer)
    } else if let boolean = try? container.decode(Bool.self) {
      self = .boolean(boolean)
    } else {
      self = .number(try container.decode(Double.self))
    }
  }

  var words: String {
    switch self {
    case .none: "none"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .text(let value): value
    }
  }
}

private struct HistoryReader {
  private struct Line: Decodable {
    let process: Scalar?
    let type: String
    let f: String?
    let key: Scalar?
    let value: Scalar?
    let values: [Scalar]?
    let time: Double?
  }

  private struct Open {
    let function: String
    let key: Int
    let operation: Int?
  }

  private let file: String
  private let decoder = JSONDecoder()
  private var result = HistoryFile()
  private var place = 0
  private var time = -Double.infinity
  private var processes: [Scalar: Int] = [:]
  private var open: [Int: Open] = [:]
  private var keys: [Scalar: Int] = [:]
  private var values: [[Scalar: Int]] = []
  private var writtenAt: [[Int: Int]] = []
  private var isOther: [Bool] = []
  private var orders: [(key: Int, values: [Scalar])] = []

  init(file: String) { self.file = file }

  mutating func read(_ source: SourceLine) throws {
    func wrong(_ message: String) -> Diagnostic {
      Diagnostic(
        line: source, span: SourceSpan(start: 0, length: max(1, min(source.text.count, 60))), message: message)
    }
    let line: Line
    do {
      line = try decoder.decode(Line.self, from: Data(source.text.utf8))
    } catch DecodingError.keyNotFound(let key, _) {
      throw wrong("this line has no `\(key.stringValue)`")
    } catch DecodingError.typeMismatch(_, let context) {
      let field = context.codingPath.last?.stringValue ?? ""
      throw wrong(field.isEmpty ? "this line is no JSON object" : "`\(field)` is not what it should be")
    } catch {
      throw wrong("this line is no JSON object")
    }
    guard let name = line.key, name != .none else { throw wrong("this line has no `key`") }
    let key = number(of: name)
    if line.type == "order" {
      guard let ranked = line.values else { throw wrong("an order needs `values`, the oldest first") }
      guard !orders.contains(where: { $0.key == key }) else { throw wrong("this key has an order already") }
      orders.append((key, ranked.filter { $0 != .none }))
      return
    }
    guard let process = line.process else { throw wrong("this line has no `process`") }
    guard let function = line.f else { throw wrong("this line has no `f`: read or write") }
    if let now = line.time {
      guard now >= time else { throw wrong("times must not decrease") }
      time = now
    }
    place += 1
    let actor = processes[process] ?? processes.count
    processes[process] = actor
    switch line.type {
    case "invoke":
      guard open[actor] == nil else {
        throw wrong("process \(process.words) has an operation in flight already; it has one at a time")
      }
      open[actor] = try invoke(function, key, actor, line, source, wrong)
    case "ok", "fail", "info":
      guard let started = open.removeValue(forKey: actor), started.function == function, started.key == key else {
        throw wrong("process \(process.words) has no such \(function) in flight")
      }
      try end(started, line, wrong)
    default:
      throw wrong("`\(Printable.escaped(line.type))` is no type; there are invoke, ok, fail, info and order")
    }
  }

  private mutating func invoke(
    _ function: String, _ key: Int, _ process: Int, _ line: Line, _ source: SourceLine,
    _ wrong: (String) -> Diagnostic
  ) throws -> Open {
    guard function == "read" || function == "write" else {
      isOther[key] = true
      return Open(function: function, key: key, operation: nil)
    }
    var value = 0
    if function == "write" {
      guard let written = line.value, written != .none else { throw wrong("a write needs a value") }
      value = self.value(written, of: key)
      if let before = writtenAt[key][value] {
        throw wrong(
          "\(written.words) was written on line \(before) already; the values written to a key must be unique")
      }
      writtenAt[key][value] = source.number
    }
    let operation = result.history.append(
      RegisterHistory.Operation(
        process: process, key: key, isRead: function == "read", value: value, invoked: place))
    let what =
      function == "read" ? "read \(result.keys[key])" : "write \(result.keys[key]) = \(line.value?.words ?? "")"
    result.lines.append((source.number, "\(line.process?.words ?? "") \(what)"))
    return Open(function: function, key: key, operation: operation)
  }

  private mutating func end(_ started: Open, _ line: Line, _ wrong: (String) -> Diagnostic) throws {
    guard let operation = started.operation else { return }
    let ending: RegisterHistory.Ending =
      switch line.type {
      case "ok": .ok
      case "fail": .failed
      default: .unknown
      }
    let isRead = started.function == "read"
    let value = isRead && ending == .ok ? line.value.map { self.value($0, of: started.key) } ?? 0 : 0
    result.history.end(operation, ending, value: value, at: place)
    if isRead, ending == .ok {
      result.lines[operation].text += " → \(line.value?.words ?? "none")"
    } else if ending != .ok {
      result.lines[operation].text += ending == .failed ? " (failed)" : " (unknown)"
    }
  }

  private mutating func number(of key: Scalar) -> Int {
    if let known = keys[key] { return known }
    keys[key] = keys.count
    result.keys.append(key.words)
    values.append([:])
    writtenAt.append([:])
    isOther.append(false)
    return result.keys.count - 1
  }

  private mutating func value(_ value: Scalar, of key: Int) -> Int {
    guard value != .none else { return 0 }
    if let known = values[key][value] { return known }
    values[key][value] = values[key].count + 1
    return values[key].count
  }

  mutating func finish() throws -> HistoryFile {
    for (key, ranked) in orders where key < result.history.keyCount {
      result.history.orders[key] = ranked.map { value($0, of: key) }
    }
    for key in isOther.indices where isOther[key] { result.otherKeys.append(result.keys[key]) }
    result.history.leaveOut(Set(isOther.indices.filter { isOther[$0] }))
    return result
  }
}
