import Foundation
import Testing

/// How the program ends, and what it says where: `contract.md` §4.
@Suite struct ExitStatusTests {
  @Test func zeroIfEverythingHeldAndOneIfAnExpectationFailed() throws {
    #expect(try BuiltBinary.run(["run", "-"], input: "expect converged\n").status == 0)
    #expect(try BuiltBinary.run(["run", "-"], input: "").status == 0)
    let failed = try BuiltBinary.run(["run", "-"], input: "expect not converged\nwrite a 1\n")
    #expect(failed.status == 1 && failed.errors.isEmpty)
    #expect(failed.output.contains("✗ not converged") && failed.output.contains("write a = 1"), "it goes on")
  }

  @Test(arguments: [
    ["run"], ["run", "--nonsense", "-"], ["run", "-", "--seed", "x"], ["run", "-", "--seed", "-1"], ["frobnicate"],
    ["run", "-", "--seed"], ["run", "-", "--seed", "18446744073709551616"], ["commands", "nonsense"],
    ["facts", "extra"],
  ]) func sixtyFourForWrongUsage(arguments: [String]) throws {
    let result = try BuiltBinary.run(arguments)
    #expect(result.status == 64, "\(arguments): \(result.status)")
    #expect(result.output.isEmpty && !result.errors.isEmpty, "\(arguments)")
  }

  @Test func sixtyFiveForAScriptThatIsWrong() throws {
    let folder = try Folder()
    let file = try folder.write("a.ev", "write a 1\nwrite a 2 at QUORM\n")
    let result = try BuiltBinary.run(["run", "a.ev"], in: folder.url)
    #expect(result.status == 65)
    #expect(result.output.isEmpty, "nothing runs before every line is understood")
    #expect(result.errors.hasPrefix("a.ev:2:14: error: there is no consistency level `QUORM`"))
    #expect(result.errors.hasSuffix("\n  write a 2 at QUORM\n               ^~~~~\n  did you mean QUORUM?\n"))
    #expect(try BuiltBinary.run(["run", file, "--json"]).output.isEmpty)
  }

  @Test func sixtyFiveForACommandThatCantBeCarriedOutAndWhatWasPrintedStands() throws {
    let result = try BuiltBinary.run(["run", "-"], input: "write a 1\nswitch nowhere\nwrite a 2\n")
    #expect(result.status == 65)
    #expect(result.output.contains("write a = 1") && !result.output.contains("write a = 2"))
    #expect(result.errors.hasPrefix("<stdin>:2:1: error: there is no branch `nowhere`"))
  }

  @Test func sixtyFiveForWhatIsNoText() throws {
    let folder = try Folder()
    for (name, bytes) in [("latin", [0x77, 0xE9, 0x0A]), ("half", [0xC3]), ("utf16", [0xFF, 0xFE, 0x77, 0x00])] {
      try Data(bytes.map(UInt8.init)).write(to: folder.url.appendingPathComponent(name))
      let result = try BuiltBinary.run(["run", name], in: folder.url)
      #expect(result.status == 65, "\(name)")
      #expect(result.errors == "eventually: \(name): it isn't UTF-8 text\n")
    }
    try Data([0xEF, 0xBB, 0xBF] + Array("write a 1\r\nread a\r\n".utf8)).write(
      to: folder.url.appendingPathComponent("windows"))
    let windows = try BuiltBinary.run(["run", "windows"], in: folder.url)
    #expect(windows.status == 0 && windows.errors.isEmpty, "a byte order mark and Windows' line ends do no harm")
  }

  @Test func sixtySixForAFileThatIsMissing() throws {
    let folder = try Folder()
    let missing = try BuiltBinary.run(["run", "nowhere.ev"], in: folder.url)
    #expect(missing.status == 66 && missing.output.isEmpty)
    #expect(missing.errors == "eventually: nowhere.ev: there is no such file\n")
    #expect(try BuiltBinary.run(["run", folder.url.path]).status == 66, "a folder is no script")
    try folder.write("a.ev", "write a 1\n")
    let second = try BuiltBinary.run(["run", "a.ev", "nowhere.ev"], in: folder.url)
    #expect(second.status == 66 && second.output.isEmpty, "all are read before the first runs")
  }

  @Test func seventyThreeWhereOutputCantBeWritten() throws {
    let folder = try Folder()
    let script = try folder.write("a.ev", "write a 1\n")
    for option in ["--history", "--trace"] {
      let result = try BuiltBinary.run(["run", script, option, folder.path("no/such/folder/out")])
      #expect(result.status == 73, "\(option)")
      #expect(result.errors.contains("can't be written"))
    }
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    #expect(try BuiltBinary.run(["run", script, "--history", "/dev/full"]).status == 73)
    #expect(try BuiltBinary.shell("\"$0\" run '\(script)' > /dev/full").status == 73)
  }

  @Test func diagnosticsOfStandardInputSaySo() throws {
    let result = try BuiltBinary.run(["run", "-"], input: "heal\n\n  wirte a 1\n")
    #expect(result.status == 65)
    #expect(result.errors.hasPrefix("<stdin>:3:3: error: there is no command `wirte`"))
    #expect(result.errors.hasSuffix("did you mean write?\n"))
  }

  @Test(arguments: ["breakpoint last.stale", "save x", "help", "quit", "export mermaid a.mmd"])
  func aCommandOfThePromptIsSaidToBeOne(line: String) throws {
    let result = try BuiltBinary.run(["run", "-"], input: "heal\n\(line)\n")
    #expect(result.status == 65)
    let word = line.prefix { $0 != " " }
    #expect(result.errors.hasPrefix("<stdin>:2:1: error: `\(word)` is a command for the prompt, not for scripts\n"))
  }

  @Test func aClosedPipeEndsQuietly() throws {
    let folder = try Folder()
    let script = try folder.write("a.ev", "load 1000/s for 5s at ONE\nrun 6s\n")
    let result = try BuiltBinary.shell("\"$0\" run '\(script)' --json --all | head -n 1; echo \"${PIPESTATUS[0]}\"")
    #expect(result.errors.isEmpty)
    #expect(result.lines.count == 2 && result.lines.last == "0", "\(result.output)")
  }

  @Test func scriptsSourceOthersRelativeToThemselves() throws {
    let folder = try Folder()
    try folder.write("main.ev", "source parts/one.ev\nwrite a 3\n")
    try folder.write("parts/one.ev", "write a 1\nsource two.ev\n")
    try folder.write("parts/two.ev", "write a 2\nsource ../parts/three.ev\n")
    try folder.write("parts/three.ev", "heal\n")
    for (path, current) in [("main.ev", folder.url), (folder.path("main.ev"), nil)] {
      let result = try BuiltBinary.run(["run", path, "--json"], in: current)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.lines.filter { $0.contains("\"operation\"") }.count == 3)
    }
  }

  @Test func scriptsThatSourceEachOtherInACircleAreRefused() throws {
    let folder = try Folder()
    try folder.write("a.ev", "heal\nsource sub/b.ev\n")
    try folder.write("sub/b.ev", "source ../a.ev\n")
    try folder.write("self.ev", "source ./self.ev\n")
    let round = try BuiltBinary.run(["run", "a.ev"], in: folder.url)
    #expect(round.status == 65 && round.errors.contains("circle"), "\(round.errors)")
    let own = try BuiltBinary.run(["run", "self.ev"], in: folder.url)
    #expect(own.status == 65 && own.errors.contains("circle"), "\(own.errors)")
    let missing = try BuiltBinary.run(["run", "-"], input: "source nowhere.ev\n", in: folder.url)
    #expect(missing.status == 65 && missing.errors.contains("<stdin>:1:1: error:"))
  }

  @Test func coloursStayOutOfPipes() throws {
    let result = try BuiltBinary.run(["run", "-"], input: "write a 1\nexpect last.stale\n")
    #expect(!result.output.contains("\u{1B}"))
  }
}
