import Foundation
import Testing

/// Sessions that are none, folders that are none: `resume` names what is in its way, and nothing is lost or waited for.
@Suite struct ResumeCommandTests {
  private static let title = "# A session of eventually\n"

  /// Runs it in a state folder of its own.
  private func resume(_ arguments: String, in state: Folder, input: String = "") throws -> BuiltBinary.Result {
    let line = "printf '%s' '\(input)' | XDG_STATE_HOME='\(state.url.path)' \"$0\" resume \(arguments)"
    return try BuiltBinary.shell(line)
  }

  @Test func whatIsPassedOverIsNamedWithItsReason() throws {
    let state = try Folder()
    let sessions = "eventually/sessions"
    try state.write("\(sessions)/good.ev", "\(Self.title)write a 1\n")
    try state.write("\(sessions)/foreign.ev", "write a 1\n")
    #expect(mkfifo(state.path("\(sessions)/pipe.ev"), 0o600) == 0)
    #expect(symlink("/dev/zero", state.path("\(sessions)/zero.ev")) == 0)
    #expect(symlink("round.ev", state.path("\(sessions)/round.ev")) == 0)
    try state.write("\(sessions)/folder.ev/x", "")
    for (name, reason) in [
      ("foreign", "it doesn't begin as a session does"), ("pipe", "it is a named pipe, not a session"),
      ("zero.ev", "it is a device, not a session"), ("folder", "it is a folder, not a session"),
      ("round", "it is a link that leads nowhere"),
    ] {
      let result = try resume("\(name) --plain", in: state)
      #expect(result.status == 65, "\(name)")
      #expect(result.errors.hasSuffix("eventually: \(name): \(reason)\n"), "\(result.errors)")
    }
    let list = try resume("--list", in: state)
    #expect(list.status == 0 && list.lines.count == 1 && list.output.contains("1 command "), "\(list.output)")
    #expect(list.output.hasPrefix("good  ") && list.output.contains("36 bytes  write a 1"), "\(list.output)")
    #expect(list.errors.split(separator: "\n").count == 5, "\(list.errors)")
    #expect(try resume("nowhere", in: state).status == 66)
  }

  @Test func aFolderThatIsNoneIsSaid() throws {
    let state = try Folder()
    #expect(try resume("--list", in: state).status == 0, "nothing has been kept yet")
    try state.write("eventually", "")
    for arguments in ["--list", "", "--plain"] {
      let result = try resume(arguments, in: state)
      #expect(result.status == 66)
      #expect(
        result.errors
          == "eventually: the sessions in \(state.path("eventually/sessions")) can't be read: Not a directory\n",
        "\(result.errors)")
    }
  }

  /// Where somebody waits at the prompt, nothing is read that might never end.
  @Test func thePromptWaitsForNoPipe() throws {
    let folder = try Folder()
    #expect(mkfifo(folder.path("pipe"), 0o600) == 0 && symlink("pipe", folder.path("link")) == 0)
    try folder.write("a.ev", "write a 1\n")
    #expect(symlink("a.ev", folder.path("good")) == 0)
    let result = try BuiltBinary.run(
      ["--plain"], input: "source pipe\nsource link\nsource /dev/zero\nsource .\nsource good\n", in: folder.url)
    #expect(result.status == 0 && result.lines.count == 6, "\(result.output)")
    for name in ["pipe", "link", "/dev/zero"] {
      #expect(result.lines.contains("✗ \(name): this is no regular file, and might never end"), "\(result.output)")
    }
    #expect(result.lines.dropLast().last?.contains("write a = 1") == true)
    #expect(result.lines.last == "● 1 command of good")
  }

  /// Sizes that no screen has, or for which nobody has the memory.
  @Test(arguments: [
    "0x0", "0x1", "1x0", "-1x5", "65535x65535", "65535x1", "1001x500", "1000x501", "99999999999999999999x1", "1x", "x1",
    "1x1x1", "1", "", "axb", "1.5x2", "١x١",
  ]) func sizesOutOfRangeAreRefused(size: String) throws {
    let folder = try Folder()
    for words in [["frame", "-"], ["record", "-", "--output", "never.cast"]] {
      let result = try BuiltBinary.run(words + ["--size=\(size)"], input: "write a 1\n", in: folder.url)
      #expect(result.status == 64, "\(words): \(result.errors)")
    }
  }

  @Test(arguments: ["1x1", "1x500", "1000x1", "2x2", "1000x500"]) func sizesInRangeAreDrawn(size: String) throws {
    let result = try BuiltBinary.run(["frame", "-", "--size", size], input: "write a 1\n")
    let sides = size.split(separator: "x").compactMap { Int($0) }
    #expect(result.status == 0 && result.output.filter { $0 == "\n" }.count == sides[1])
  }

  /// Half a million marks on one letter, through every door.
  @Test func aWordOfMarksIsRefusedAtOnce() throws {
    let line = "write é" + String(repeating: "\u{301}", count: 500_000) + " 1\n"
    for (words, status) in [
      (["run", "-"], 65), (["frame", "-"], 65), (["export", "-", "--format", "csv"], 65), (["verify", "-"], 65),
      (["--plain"], 0),
    ] as [([String], Int32)] {
      let result = try BuiltBinary.run(words, input: line)
      #expect(result.status == status, "\(words): \(result.errors.prefix(200))")
      #expect(result.output.utf8.count + result.errors.utf8.count < 4_000)
      if words != ["verify", "-"] {
        #expect((result.output + result.errors).contains("this line has 1000010 bytes; a line has at most 65536"))
      }
    }
  }
}
