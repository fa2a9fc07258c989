import Foundation
import Testing

/// The built program, run as a user would.
enum BuiltBinary {
  /// What a run left behind.
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// The program that the variable EVENTUALLY names, such as the released one, which users have and which is ten times as
  /// fast; else the one that stands beside the bundle of the tests, wherever that was built.
  static var url: URL {
    get throws {
      if let path = ProcessInfo.processInfo.environment["EVENTUALLY"],
        FileManager.default.isExecutableFile(atPath: path)
      {
        return URL(fileURLWithPath: path)
      }
      for start in [Bundle(for: Folder.self).bundleURL, URL(fileURLWithPath: CommandLine.arguments[0])] {
        var folder = start
        for _ in 0..<4 {
          let candidate = folder.appendingPathComponent("eventually")
          var isFolder: ObjCBool = false
          if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue {
            return candidate
          }
          folder = folder.deletingLastPathComponent()
        }
      }
      throw Missing()
    }
  }

  struct Missing: Error {}

  /// Runs the program to its end.
  ///
  /// - Parameter input: what standard input gives.
  static func run(_ arguments: [String], input: String = "", in folder: URL? = nil) throws -> Result {
    try run(try url, arguments, input: input, in: folder)
  }

  /// Runs a line of bash in which `$0` is the program.
  static func shell(_ line: String) throws -> Result {
    try run(URL(fileURLWithPath: "/bin/bash"), ["-c", line, try url.path], input: "", in: nil)
  }

  /// Runs a program to its end.
  static func run(_ program: URL, _ arguments: [String], input: String = "", in folder: URL?) throws -> Result {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    var environment = ProcessInfo.processInfo.environment
    environment["NO_COLOR"] = "1"
    // What a test does is kept nowhere.
    let state = try Folder()
    environment["XDG_STATE_HOME"] = state.url.path
    process.environment = environment
    let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
    process.standardInput = stdin
    process.standardOutput = stdout
    process.standardError = stderr
    // Standard error is small here; standard output may fill its pipe, and is read while the program runs.
    try process.run()
    if !input.isEmpty { stdin.fileHandleForWriting.write(Data(input.utf8)) }
    try stdin.fileHandleForWriting.close()
    let output = stdout.fileHandleForReading.readDataToEndOfFile()
    let errors = stderr.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self))
  }
}

/// A folder of a test's own, which goes with it.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("eventually-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }

  func lines(_ name: String) throws -> [String] {
    String(decoding: try bytes(name), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
