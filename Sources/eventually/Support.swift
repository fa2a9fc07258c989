import ArgumentParser
import Foundation
import Workbench

/// Exit statuses, as in `sysexits.h`.
enum Failure {
  /// The exit status of an error, after it was told on standard error.
  static func exit(for error: any Error) -> any Error {
    guard let error = error as? ScriptError else { return error }
    let text =
      switch error {
      case .wrong: error.sentence
      default: "eventually: \(error.sentence)"
      }
    FileHandle.standardError.write(Data((text + "\n").utf8))
    switch error {
    case .missing: return ExitCode(66)
    case .unreadable, .wrong: return ExitCode(65)
    }
  }
}

/// What standard output can show.
enum TerminalTraits {
  /// Whether colours are wanted: on a terminal, unless `NO_COLOR` or `TERM=dumb` says otherwise.
  static var isColored: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isatty(STDOUT_FILENO) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }
}

/// Scripts in files, and on standard input.
struct FileScripts: ScriptSource {
  /// The longest file that is read, in bytes.
  var longest = Script.longest

  func text(of file: String) throws -> String {
    let data = try data(of: file)
    guard let text = String(data: data, encoding: .utf8) else {
      throw ScriptError.unreadable(file, reason: "it isn't UTF-8 text")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }

  /// The bytes of a file.
  func data(of file: String) throws -> Data {
    let data: Data
    if file == Self.standardInput {
      data = FileHandle.standardInput.readDataToEndOfFile()
    } else {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
        throw ScriptError.missing(file, reason: "there is no such file")
      }
      guard !isFolder.boolValue else { throw ScriptError.missing(file, reason: "this is a folder, not a script") }
      guard let handle = FileHandle(forReadingAtPath: file) else {
        throw ScriptError.missing(file, reason: "it can't be read; are its permissions right?")
      }
      data = (try? handle.read(upToCount: longest + 1)) ?? Data()
    }
    guard data.count <= longest else {
      throw ScriptError.unreadable(file, reason: "it is longer than \(longest / 1_024 / 1_024) MiB")
    }
    return data
  }

  func resolve(_ name: String, from file: String) -> String {
    if name.hasPrefix("/") || file == Self.standardInput { return name }
    return URL(fileURLWithPath: name, relativeTo: URL(fileURLWithPath: file).deletingLastPathComponent())
      .standardizedFileURL.path
  }

  static let standardInput = "<stdin>"
}

/// Writes lines to a file or to standard output, in large pieces.
final class LineWriter {
  private let descriptor: Int32
  private let name: String
  private var buffer: [UInt8] = []
  private var failed: Int32 = 0
  /// What the file is called until it is whole.
  private var draft: String?

  static let standardOutputName = "standard output"

  /// A writer to standard output. A closed pipe ends the program quietly: whoever reads has seen enough.
  static var standardOutput: LineWriter {
    signal(SIGPIPE, SIG_IGN)
    return LineWriter(descriptor: STDOUT_FILENO, name: standardOutputName)
  }

  private init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// A writer to a new file, or to one that loses what it held.
  ///
  /// - Throws: an exit with status 73 if it can't be created.
  convenience init(path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    self.init(descriptor: descriptor, name: path)
  }

  /// A writer to a file that has its name only once it is whole.
  ///
  /// - Throws: an exit with status 73 if it can't be created.
  convenience init(replacing path: String) throws {
    let draft = "\(path).part"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    self.init(descriptor: descriptor, name: path)
    self.draft = draft
  }

  func write(_ line: String) {
    ask(line)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count > 65_536 { flush() }
  }

  /// Writes words after which the line goes on.
  func ask(_ words: String) { buffer.append(contentsOf: words.utf8) }

  /// Writes out what is left.
  ///
  /// - Throws: an exit with status 73 if anything could not be written.
  func close() throws {
    flush()
    if failed == 0, let draft {
      if fsync(descriptor) != 0 || rename(draft, name) != 0 { failed = errno }
    }
    if failed != 0 { throw Self.failure(name, failed) }
  }

  /// Writes out what there is.
  func push() { flush() }

  private func flush() {
    var start = 0
    while start < buffer.count, failed == 0 {
      let written = buffer[start...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        start += written
      } else if errno == EPIPE, descriptor == STDOUT_FILENO {
        exit(0)
      } else if errno != EINTR {
        failed = errno
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func failure(_ name: String, _ code: Int32) -> any Error {
    let text = "eventually: \(Printable.escaped(name)) can't be written: \(String(cString: strerror(code)))\n"
    FileHandle.standardError.write(Data(text.utf8))
    return ExitCode(73)
  }
}
