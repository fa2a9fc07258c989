import Foundation
import Testing

/// Terminals that are small, odd, poor or missing, and what they send.
@Suite(.serialized) struct TerminalsTests {
  private let escape = "\u{1B}"

  @Test func everySizeIsDrawnAndLeft() throws {
    let session = try TerminalSession.workbench()
    try session.press(escape)
    for (columns, rows) in [(40, 10), (20, 5), (200, 60), (1, 1), (120, 40), (80, 24)] {
      session.resize(columns: columns, rows: rows)
      try session.wait(for: "a picture of \(columns)x\(rows)") {
        let lines = session.screen.lines
        if columns < 20 { return lines[0].isEmpty || lines[0] == "…" || lines[0] == "e" }
        return columns < 40 ? session.screen.shows("has \(columns)x\(rows)") : lines[rows - 1].hasSuffix("? keys")
      }
    }
    #expect(session.screen.lines[0].hasPrefix(" EVENTUALLY"))
    session.resize(columns: 20, rows: 5)
    try session.wait(toSee: "q quits")
    try session.type("q")
    #expect(try session.ending() == .exited(0))
    session.expectRestored()
  }

  @Test func aStormOfSizesEndsInTheLastOne() throws {
    let session = try TerminalSession.workbench()
    try session.type("write cart")
    for step in 0..<60 { session.resize(columns: 40 + step * 7 % 100, rows: 10 + step * 5 % 40) }
    session.resize(columns: 90, rows: 30)
    try session.wait(for: "a picture of 90x30") {
      session.screen.lines[0].hasSuffix("? help") && session.screen.lines[28].hasPrefix(":write cart")
    }
    try session.type(" milk")
    try session.wait(toSee: ":write cart milk")
    #expect(session.screen.lines[0].count == 89)
  }

  @Test func linesAndColumnsOfTheEnvironmentDontFreezeTheSize() throws {
    let session = try TerminalSession.workbench(environment: ["LINES": "24", "COLUMNS": "80"])
    session.resize(columns: 120, rows: 40)
    try session.wait(for: "a picture of 120x40") { session.screen.lines[38].hasPrefix(":write cart milk at ALL") }
  }

  @Test(arguments: [
    ("nonsense-term", "nothing is known about a terminal called `nonsense-term`"),
    ("dumb", "a terminal called `dumb` can't place its cursor"), ("", "TERM, the terminal's name, isn't set"),
  ]) func aTerminalThatCannotBeDrawnOnIsRefused(name: String, problem: String) throws {
    let session = try TerminalSession(environment: ["TERM": name])
    #expect(try session.ending() == .exited(69))
    session.expectRestored()
    let said = session.screen.lines.dropFirst().joined()
    #expect(said.hasPrefix("eventually: \(problem); "))
    #expect(said.contains("`eventually run FILE`"))
    #expect(!session.bytes.contains(0x1B), "no sequence reaches it")
  }

  @Test(arguments: [("write cart milk at QUORAM", 65), (nil, 66)] as [(String?, Int32)])
  func aScriptThatCannotRunLeavesTheTerminalAlone(script: String?, status: Int32) throws {
    let folder = try Folder()
    let file = try script.map { try folder.write("a.ev", $0) } ?? folder.path + "/missing.ev"
    let session = try TerminalSession(["--script", file], columns: 200)
    #expect(try session.ending() == .exited(status))
    session.expectRestored()
    #expect(session.screen.shows(file))
    #expect(!session.bytes.contains(0x1B), "no sequence reaches it")
  }

  @Test func withoutATerminalItSaysWhatDoesWithoutOne() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try TerminalSession.binary)
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 69)
    #expect(output.fileHandleForReading.readDataToEndOfFile().isEmpty)
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(said.hasPrefix("eventually: this needs a terminal"))
    #expect(said.contains("`eventually run FILE`"))
  }

  @Test(arguments: [["LC_ALL": "C"], ["LC_ALL": "POSIX"]]) func aLocaleWithoutUTF8GetsASCIIOnly(
    environment: [String: String]
  ) throws {
    let folder = try Folder()
    let script = try folder.write("a.ev", "write cart \"牛奶 é\" at ALL\ncut us-east-1 eu-west-1\n")
    let session = try TerminalSession.workbench(["--script", script], environment: environment)
    #expect(session.screen.shows("EVENTUALLY"))
    #expect(session.screen.lines[1].hasPrefix("+= 1 MAP ====="))
    try session.press("?")
    try session.press("G")
    #expect(session.bytes.allSatisfy { $0 < 0x80 })
  }

  @Test func aLocaleThatIsMissingHereIsTakenAtItsWord() throws {
    let session = try TerminalSession.workbench(environment: ["LC_ALL": "", "LANG": "xx_YY.utf8"])
    #expect(session.screen.lines[1].hasPrefix("┏━ 1 MAP ━"))
  }

  @Test func asciiIsAnOption() throws {
    let session = try TerminalSession.workbench(["--ascii"])
    #expect(session.screen.lines[1].hasPrefix("+= 1 MAP ====="))
    #expect(session.bytes.allSatisfy { $0 < 0x80 })
  }

  @Test func unicodeIsAnOptionWhereTheLocaleHasNone() throws {
    let session = try TerminalSession.workbench(["--unicode"], environment: ["LC_ALL": "C"])
    #expect(session.screen.lines[1].hasPrefix("┏━ 1 MAP ━"))
  }

  @Test(arguments: ["[7;3~", "[99~", "[1;9P", "[57399u", "[>0;276;0c"])
  func aSequenceThatNobodyKnowsIsNoKeyAndNeitherAreItsLetters(_ sequence: String) throws {
    let session = try TerminalSession.workbench()
    try session.type("write cart")
    try session.type("\u{1B}\(sequence)")
    try session.type(" milk")
    try session.wait(toSee: ":write cart milk")
  }

  @Test func keysOfOtherTerminalsAndWithAltEditTheLine() throws {
    let session = try TerminalSession.workbench()
    try session.type("cart milk\u{1B}[7~write \u{1B}[8~!\u{1B}b\u{1B}d")
    try session.wait(toSee: ":write cart")
    try session.type("tea")
    try session.wait(toSee: ":write cart tea")
  }

  private static let colors: [([String: String], [String], Bool)] = [
    ([:], [], true), (["TERM": "xterm"], [], true), (["TERM": "vt100"], [], false), (["NO_COLOR": "1"], [], false),
    ([:], ["--no-color"], false), (["NO_COLOR": "1"], ["--color"], true),
  ]

  @Test(arguments: colors)
  func colorsAreThereUnlessTheyAreUnwanted(environment: [String: String], arguments: [String], expected: Bool) throws {
    let session = try TerminalSession.workbench(arguments, environment: environment)
    try session.enter("cut us-east-1 eu-west-1")
    try session.wait(toSee: "CUT")
    #expect(session.screen.colors.isEmpty != expected, "\(session.screen.colors)")
  }

  @Test func aPasteIsTextWhateverItHolds() throws {
    let session = try TerminalSession.workbench()
    try session.press(escape)
    let pasted = "write cart milk q quit\t\u{1B}[A\u{3}"
    try session.type("\(escape)[200~\(pasted)\(escape)[201~")
    try session.wait(toSee: ":write cart milk q quit")
    #expect(session.screen.shows("t=0.000 ms"), "nothing was carried out")
    try session.enter("\u{15}quit")
    #expect(try session.ending() == .exited(0))
  }

  @Test func aPasteThatComesInPiecesIsOne() throws {
    let session = try TerminalSession.workbench()
    try session.press(escape)
    try session.type("\(escape)[200~write")
    #expect(try session.isQuiet(milliseconds: 600))
    try session.type(" cart q")
    session.resize(columns: 90, rows: 30)
    try session.type("!\(escape)[201~")
    try session.wait(for: "the text") { session.screen.lines[28].hasPrefix(":write cart q!") }
  }

  @Test func severalPastedLinesAreCarriedOutOneAfterAnother() throws {
    let session = try TerminalSession.workbench()
    try session.press(escape)
    try session.type(
      "\(escape)[200~speed max\rwrite cart milk at ALL\rcut us-east-1 eu-west-1\rnonsense\rheal\r\(escape)[201~")
    try session.wait(toSee: "CUT")
    try session.wait(toSee: ":nonsense")
    #expect(session.screen.shows("CUT"), "what stands behind the wrong line was not carried out")
  }

  @Test func aPasteBeyondAllBoundsIsNotCarriedOut() throws {
    let session = try TerminalSession.workbench()
    let line = String(repeating: "x", count: 99) + "\r"
    try session.type("\(escape)[200~" + String(repeating: line, count: 1_000) + "quit\r\(escape)[201~")
    try session.wait(toSee: "xxxxxxxxxxxxxxxx")
    try session.enter("\u{15}quit")
    #expect(try session.ending() == .exited(0))
  }

  @Test func nothingMovesUnlessTimeMoves() throws {
    let session = try TerminalSession.workbench()
    #expect(try session.isQuiet(milliseconds: 300))
    try session.enter("write cart milk at QUORUM")
    try session.wait(toSee: "RUNNING")
    try session.type("\r")
    try session.wait(toSee: "PAUSED")
    #expect(try session.isQuiet(milliseconds: 300))
  }
}
