import Foundation
import Testing

/// Files that subcommands write: only in place of files, only whole, and nobody else's.
@Suite struct OutputCommandTests {
  private static let lines = [
    "run a.ev --history OUT", "run a.ev --trace OUT", "export a.ev --format csv --output OUT",
    "record a.ev --pace instant --output OUT",
  ]
  /// Every form of an export, too.
  private static let allLines =
    lines + ["history", "shiviz", "mermaid", "json", "openmetrics"].map { "export a.ev --format \($0) --output OUT" }

  private func run(_ line: String, to out: String, in folder: Folder) throws -> BuiltBinary.Result {
    try folder.write("a.ev", "write a 1\n")
    return try BuiltBinary.run(
      line.replacingOccurrences(of: "OUT", with: out).split(separator: " ").map(String.init), in: folder.url)
  }

  @Test(arguments: allLines) func whatIsNoFileIsRefused(line: String) throws {
    let folder = try Folder()
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
    for (name, target) in [
      ("null", "/dev/null"), ("fifo", "pipe"), ("round", "round"), ("lost", "no/such"), ("up", ".."),
    ] {
      #expect(symlink(target, folder.path(name)) == 0)
    }
    let there = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() + ["a.ev"]
    for (out, reason) in [
      ("pipe", "this is a named pipe"), ("fifo", "this is a named pipe"), ("null", "this is a device"),
      ("/dev/null", "this is a device"), (".", "this is a folder"), ("up", "this is a folder"),
      ("/dev/stdout", "this is a named pipe"), ("/dev/fd/2", "this is a named pipe"), ("round", "Too many levels"),
      ("lost", "No such file"), ("no/such/folder", "No such file"), ("a.ev/b", "Not a directory"),
      (String(repeating: "n", count: 256), "File name too long"),
    ] {
      let result = try run(line, to: out, in: folder)
      #expect(result.status == 73, "\(out)")
      #expect(result.errors.contains("\(out) can't be written: \(reason)"), "\(result.errors)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == there.sorted())
  }

  /// A stream's name leads to a file that has none any more: nothing would ever be found of what was written there.
  @Test func aFileWithoutANameIsRefused() throws {
    let folder = try Folder()
    try folder.write("a.ev", "write a 1\n")
    let line = "cd '\(folder.url.path)' && exec 3>gone && rm gone && \"$0\" run a.ev --history /dev/fd/3"
    let result = try BuiltBinary.shell(line)
    #expect(result.status == 73 && result.errors.contains("can't be written: "), "\(result.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.ev"])
  }

  @Test(arguments: lines) func linksAreWrittenThroughAndNothingElseIsTouched(line: String) throws {
    let folder = try Folder()
    try folder.write("real", "old\n")
    try folder.write("real.part", "mine\n")
    try folder.write("link.part", "mine\n")
    #expect(symlink("real", folder.path("link")) == 0)
    #expect(try run(line, to: "link", in: folder).status == 0)
    #expect(try folder.lines("real") != ["old"])
    #expect(try folder.lines("real.part") == ["mine"] && folder.lines("link.part") == ["mine"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")) == "real")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 5)
  }

  @Test(arguments: lines) func anyNameIsAName(line: String) throws {
    let folder = try Folder()
    for out in ["o", "ö", ".x", "a b", "./o", "\(folder.url.path)/o", String(repeating: "n", count: 255)] {
      let words = line.split(separator: " ").map { $0 == "OUT" ? out : String($0) }
      try folder.write("a.ev", "write a 1\n")
      #expect(try BuiltBinary.run(words, in: folder.url).status == 0, "\(out)")
    }
  }

  @Test func twoOutputsCannotGoToOneFile() throws {
    #expect(try BuiltBinary.run(["run", "-", "--history", "x", "--trace", "x"]).status == 64)
  }
}
