import Foundation
import Insight
import Language

/// What a read of nil means.
public enum NilReads: String, CaseIterable, Sendable {
  /// The key is missing, as in our own histories.
  case missing
  /// The answer isn't known, as where a client writes nil for it.
  case unknown
}

/// A history in the shape of Jepsen's, read from JSON Lines, a JSON array, or EDN, from any program.
public struct HistoryFile: Sendable {
  /// What the checkers judge.
  public internal(set) var history = RegisterHistory()
  /// For each operation the number of the line where its invocation begins, from 1.
  public internal(set) var lines: [Int] = []
  /// How many lines of a nemesis were passed over.
  public internal(set) var nemesisLines = 0
  /// How many reads found nil, which tells nothing.
  public internal(set) var unknownReads = 0
  var scalars = HistoryScalars()
  /// The scalar of each process and of each key; nil for the one register of a history without keys.
  var processes: [Int] = []
  var keys: [Int?] = []

  /// Reads a history.
  ///
  /// - Throws: a ``Diagnostic`` that names the line that can't be understood, or can't be part of a history.
  public init(_ text: String, file: String, nilReads: NilReads = .missing) throws {
    self = try Array(text.utf8).withUnsafeBufferPointer { try HistoryFile($0, file: file, nilReads: nilReads) }
  }

  /// Reads a history from the bytes of a file.
  ///
  /// - Throws: a ``Diagnostic`` that names the line that can't be understood, or can't be part of a history.
  public init(_ data: Data, file: String, nilReads: NilReads = .missing) throws {
    self = try data.withUnsafeBytes {
      try HistoryFile($0.bindMemory(to: UInt8.self), file: file, nilReads: nilReads)
    }
  }

  private init(_ bytes: UnsafeBufferPointer<UInt8>, file: String, nilReads: NilReads) throws {
    do {
      var reader = HistoryReader(bytes, nilReads)
      self = try reader.read()
    } catch {
      throw Self.diagnostic(error, bytes, file)
    }
  }

  init() {}

  /// The most that is shown of a line that is wrong.
  private static let shownBytes = 240

  private static func diagnostic(_ error: HistorySyntaxError, _ bytes: UnsafeBufferPointer<UInt8>, _ file: String)
    -> Diagnostic
  {
    let offset = min(error.offset, bytes.count)
    var number = 1
    var start = 0
    for index in 0..<offset where bytes[index] == 0x0A {
      number += 1
      start = index + 1
    }
    // Of a long line what stands around the fault.
    if offset - start > shownBytes / 2 { start = offset - shownBytes / 2 }
    let rest = bytes[start...].prefix(shownBytes)
    let text = String(decoding: rest.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    let column = String(decoding: bytes[start..<offset], as: UTF8.self).count
    return Diagnostic(
      line: SourceLine(file: file, number: number, text: text),
      span: SourceSpan(start: min(column, text.count), length: 1), message: error.message)
  }

  /// A key as it is shown, not yet escaped; nil for the one register of a history without keys.
  public func name(ofKey key: Int) -> String? { keys[key].map(scalars.text) }

  /// An operation in words, not yet escaped, such as `alice read x → 5`.
  public func words(of number: Int) -> String {
    let operation = history.operations[number]
    let key = name(ofKey: operation.key).map { " \($0)" } ?? ""
    let process = scalars.text(of: processes[operation.process])
    let value = scalars.text(of: operation.value)
    switch operation.function {
    case .read: return "\(process) read\(key)\(operation.ending == .ok ? " → \(value)" : ending(operation))"
    case .write: return "\(process) write\(key) = \(value)\(ending(operation))"
    case .compareAndSet(let expected):
      return "\(process) cas\(key) \(scalars.text(of: expected)) → \(value)\(ending(operation))"
    }
  }

  private func ending(_ operation: RegisterHistory.Operation) -> String {
    switch operation.ending {
    case .ok: ""
    case .failed: " (failed)"
    case .refuted: " (found another value)"
    case .unknown: " (unknown)"
    }
  }
}
