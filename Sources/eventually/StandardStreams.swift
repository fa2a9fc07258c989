import Foundation
import Language
import Workbench

/// Standard input, output and error, any of which the program's parent may have closed.
enum StandardStreams {
  /// Makes them fail as they should, once, before anything else is opened.
  ///
  /// A descriptor that is closed goes to the next file that is opened, which then gets what was meant for the stream.
  /// Something that can't be read or written takes its place; only what goes to standard error goes nowhere.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
    where fcntl(descriptor, F_GETFD) < 0 {
      let opened = open("/dev/null", mode)
      if opened >= 0, opened != descriptor {
        dup2(opened, descriptor)
        close(opened)
      }
    }
  }

  /// Writes a line to standard error, if that can be done.
  static func writeError(_ line: PrintableLine) {
    var rest = Array((line.text + "\n").utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if written > 0 { rest = rest.dropFirst(written) } else if written == 0 || errno != EINTR { return }
    }
  }
}

/// Standard input, read by hand: a stream that is closed or a folder is an error with its reason, and not an empty script.
final class StandardInput {
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  /// All of it, but not more than so many bytes.
  ///
  /// - Throws: a ``ScriptError`` if it can't be read.
  static func read(atMost count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = try piece(atMost: min(1 << 16, count - bytes.count))
      if piece.isEmpty { break }
      bytes += piece
    }
    return bytes
  }

  /// The next line without its end; nil after the last.
  ///
  /// - Throws: a ``ScriptError`` if it can't be read, or if the line is longer than any line may be.
  func line() throws -> String? {
    while true {
      if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return Self.text(buffer[start..<end])
      }
      guard !isAtEnd else {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        return Self.text(buffer[start...])
      }
      buffer.removeSubrange(..<start)
      start = 0
      guard buffer.count <= Script.longest else {
        throw ScriptError.unreadable(FileScripts.standardInput, reason: "a line of it has no end")
      }
      let piece = try Self.piece(atMost: 1 << 16)
      isAtEnd = piece.isEmpty
      buffer += piece
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self)
  }

  private static func piece(atMost count: Int) throws -> [UInt8] {
    while true {
      var failure: Int32 = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, filled in
        let count = Foundation.read(STDIN_FILENO, room.baseAddress, room.count)
        if count < 0 { failure = errno }
        filled = max(0, count)
      }
      switch failure {
      case 0: return bytes
      case EINTR: continue
      case EISDIR: throw ScriptError.missing(FileScripts.standardInput, reason: "this is a folder, not a script")
      case EBADF: throw ScriptError.missing(FileScripts.standardInput, reason: "it is closed")
      // The terminal is gone, or belongs to another program.
      case EIO: return []
      default:
        throw ScriptError.missing(
          FileScripts.standardInput, reason: "it can't be read: \(String(cString: strerror(failure)))")
      }
    }
  }
}
