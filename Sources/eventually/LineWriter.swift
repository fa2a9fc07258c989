import ArgumentParser
import Foundation
import Language
import Workbench

/// Writes lines to a file or to standard output, in large pieces. Whatever it is given is printable, or is made so.
final class LineWriter {
  private enum Sink {
    case descriptor(Int32)
    case file(OutputFile)
  }

  private let sink: Sink
  private let name: String
  private var buffer: [UInt8] = []
  private var failed: FileProblem?

  /// A writer to standard output. A closed pipe ends the program quietly: its reader has seen enough.
  static var standardOutput: LineWriter { LineWriter(.descriptor(STDOUT_FILENO), name: "standard output") }

  private init(_ sink: Sink, name: String) {
    self.sink = sink
    self.name = name
  }

  /// A writer to a file, which has its name once it is whole.
  ///
  /// - Throws: an exit with status 73 if it can't be created.
  convenience init(path: String) throws {
    do {
      self.init(.file(try OutputFile(path)), name: path)
    } catch {
      throw Failure.exit(for: error)
    }
  }

  /// A writer to a file or terminal that somebody follows while it is written.
  ///
  /// - Throws: an exit with status 73 if it is something else, or can't be written.
  convenience init(following path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o666)
    guard descriptor >= 0 else {
      throw Failure.exit(for: FileProblem(path, String(cString: strerror(errno))))
    }
    var status = stat()
    let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    guard isFile || isatty(descriptor) == 1 else {
      _ = Foundation.close(descriptor)
      throw Failure.exit(for: FileProblem(path, "this is neither a file nor a terminal"))
    }
    if isFile { ftruncate(descriptor, 0) }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    self.init(.descriptor(descriptor), name: path)
  }

  /// Writes a line.
  func write(_ line: PrintableLine) {
    ask(line)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count > 65_536 { push() }
  }

  /// Writes text as a line.
  func write(_ text: String) { write(PrintableLine(text)) }

  /// Writes many lines.
  func write(_ lines: EncodedLines) {
    buffer.append(contentsOf: lines.bytes)
    if buffer.count > 65_536 { push() }
  }

  /// Writes words after which the line goes on.
  func ask(_ words: PrintableLine) { buffer.append(contentsOf: words.text.utf8) }

  /// Writes out what is left.
  ///
  /// - Throws: an exit with status 73 if anything could not be written.
  func close() throws {
    push()
    if failed == nil, case .file(let file) = sink {
      do { try file.close() } catch { failed = error }
    }
    if let failed { throw Failure.exit(for: failed) }
  }

  /// Writes out what there is.
  func push() {
    switch sink {
    case .file(let file): file.write(buffer)
    case .descriptor(let descriptor):
      var start = 0
      while start < buffer.count, failed == nil {
        let written = buffer[start...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if written > 0 {
          start += written
        } else if errno == EPIPE, descriptor == STDOUT_FILENO {
          exit(0)
        } else if errno != EINTR {
          failed = FileProblem(name, String(cString: strerror(errno)))
        }
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
