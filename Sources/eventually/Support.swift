import ArgumentParser
import Foundation
import Language
import Lessons
import Workbench

/// What is wrong, told on standard error. Where that is closed or full nobody can be told, but the exit status says it.
enum Complaint {
  /// Tells it, each line escaped.
  static func tell(_ text: String) {
    for line in PrintableLine.lines(text) { StandardStreams.writeError(line) }
  }

  /// Tells it after the program's name.
  static func say(_ sentence: String) { tell("eventually: \(sentence)") }
}

/// Exit statuses, as in `sysexits.h`.
enum Failure {
  /// The exit status of an error, after it was told on standard error.
  static func exit(for error: any Error) -> any Error {
    switch error {
    case let error as ScriptError:
      switch error {
      case .wrong: Complaint.tell(error.sentence)
      case .missing, .unreadable: Complaint.say(error.sentence)
      }
      switch error {
      case .missing: return ExitCode(66)
      case .unreadable, .wrong: return ExitCode(65)
      }
    case let error as FileProblem:
      Complaint.say(error.sentence)
      return ExitCode(73)
    default: return error
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

  /// Whether a screen can be drawn: on a terminal that says what it is and can place its cursor.
  static var isScreen: Bool {
    let name = ProcessInfo.processInfo.environment["TERM"] ?? ""
    return isatty(STDOUT_FILENO) == 1 && !name.isEmpty && name != "dumb"
  }
}

/// Scripts in files, and on standard input.
struct FileScripts: ScriptSource {
  /// The longest file that is read, in bytes.
  var longest = Script.longest
  /// Whether somebody waits at a screen, who would see it stand still until a pipe or a device brings something.
  var isAwaited = false

  /// Whether there is such a file.
  static func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: file) }

  func text(of file: String) throws -> String { try Self.text(try bytes(of: file), of: file) }

  /// The text that bytes are.
  ///
  /// - Throws: a ``ScriptError`` if they are none.
  static func text(_ bytes: [UInt8], of file: String) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ScriptError.unreadable(file, reason: "it isn't UTF-8 text")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }

  /// What a file holds.
  ///
  /// - Throws: a ``ScriptError`` if it can't be read, or is too long.
  func bytes(of file: String) throws -> [UInt8] {
    let bytes = try beginning(of: file, atMost: longest + 1)
    guard bytes.count <= longest else {
      throw ScriptError.unreadable(file, reason: "it is longer than \(longest / 1_024 / 1_024) MiB")
    }
    return bytes
  }

  /// What a file begins with.
  ///
  /// - Throws: a ``ScriptError`` if it can't be read.
  func beginning(of file: String, atMost count: Int) throws -> [UInt8] {
    file == Self.standardInput ? try StandardInput.read(atMost: count) : try named(file, atMost: count)
  }

  private func named(_ file: String, atMost count: Int) throws -> [UInt8] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
      // A demo that came with the program is known by its name, wherever the program runs.
      if let demo = ShippedLessons.demo(file) { return Array(demo.utf8) }
      throw ScriptError.missing(file, reason: "there is no such file")
    }
    guard !isFolder.boolValue else { throw ScriptError.missing(file, reason: "this is a folder, not a script") }
    if isAwaited {
      let type = try? FileManager.default.attributesOfItem(
        atPath: URL(fileURLWithPath: file).resolvingSymlinksInPath().path)[.type]
      guard type as? FileAttributeType == .typeRegular else {
        throw ScriptError.missing(file, reason: "this is no regular file, and might never end")
      }
    }
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw ScriptError.missing(file, reason: "it can't be read; are its permissions right?")
    }
    guard let read = try? handle.read(upToCount: count) ?? Data() else {
      throw ScriptError.missing(file, reason: "it can't be read to its end")
    }
    return Array(read)
  }

  func resolve(_ name: String, from file: String) -> String {
    if name.hasPrefix("/") || file == Self.standardInput { return name }
    return URL(fileURLWithPath: name, relativeTo: URL(fileURLWithPath: file).deletingLastPathComponent())
      .standardizedFileURL.path
  }

  static let standardInput = "<stdin>"
}
