import Language

/// The lines of a session's file, as far as they are whole.
///
/// A program that is killed, or a machine that loses power, may leave half a line, half a character, or a stretch of
/// zero bytes where a write had not reached the disk.
public struct KeptLines: Hashable, Sendable {
  /// The whole lines, in order, without their ends.
  public let lines: [String]
  /// How many bytes they take in the file.
  public let length: Int
  /// Where each begins in the file, in bytes.
  private let starts: [Int]
  /// What stands behind them and is no whole line; empty if nothing does.
  public let rest: [UInt8]

  /// The whole lines of a file.
  public init(_ bytes: [UInt8]) {
    var lines: [String] = []
    var starts: [Int] = []
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      var line = bytes[start..<end]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      guard !line.contains(0), let text = String(validating: line, as: UTF8.self) else { break }
      lines.append(text)
      starts.append(start)
      start = end + 1
    }
    self.lines = lines
    self.starts = starts
    length = start
    rest = Array(bytes[start...])
  }

  /// Whether there may be whole lines behind what is broken.
  public var isBrokenWithin: Bool { rest.contains(UInt8(ascii: "\n")) }

  /// What is left out, in words; nil if nothing is.
  public var dropped: String? {
    guard !rest.isEmpty else { return nil }
    let size = CountedNoun.bytes.text(rest.count)
    let words = rest.prefix { $0 != 0 && $0 != UInt8(ascii: "\n") }
    guard !words.isEmpty else {
      return "left out what stands behind the last whole command: \(size) that say nothing"
    }
    let shown = TextWidth.fit(Printable.escaped(String(decoding: words.prefix(400), as: UTF8.self)), 60)
    return "left out what stands behind the last whole command: \(size), `\(shown)`"
  }
}

extension KeptLines {
  /// Whether this is the file of a session, and not something else that lies beside them.
  public var isSession: Bool { lines.first?.hasPrefix("# A session of eventually") ?? false }

  /// The lines that hold commands.
  public var commands: [String] { commandLines(of: "").map(\.text) }

  /// The lines that hold commands, with their places in a file of that name.
  public func commandLines(of file: String) -> [SourceLine] {
    lines.enumerated().map { SourceLine(file: file, number: $0.offset + 1, text: $0.element) }.filter {
      !$0.command.isEmpty
    }
  }

  /// How many bytes the file has before a line, counted from 1.
  public func offset(ofLine number: Int) -> Int { starts[number - 1] }
}
