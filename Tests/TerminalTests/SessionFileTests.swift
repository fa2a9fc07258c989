import Foundation
import Screen
import TestSupport
import Testing
import Workbench

/// Sessions that are kept, cut off, saved, reopened and played.
@Suite(.serialized) struct SessionFileTests {
  private let escape = "\u{1B}"

  @Test func aSessionThatWasKilledCanBeGoneOnWith() throws {
    let home = try Folder()
    let session = try TerminalSession.workbench(environment: ["XDG_STATE_HOME": home.path])
    try session.enter("write cart milk at ALL")
    try session.wait(toSee: "acknowledged in")
    try session.press(escape)
    try session.press(":")
    try session.enter("cut us-east-1 eu-west-1")
    try session.wait(toSee: "CUT")
    session.send(SIGKILL)
    #expect(try session.ending() == .killed(SIGKILL))

    let again = try TerminalSession.workbench(["resume"], environment: ["XDG_STATE_HOME": home.path])
    #expect(again.screen.shows("CUT"))
    #expect(again.screen.shows("us1 ● milk"))
    try again.press(":")
    try again.press("\(escape)[A")
    try again.wait(toSee: ":cut us-east-1 eu-west-1")
    try again.press("\u{15}")
    try again.enter("heal")
    try again.wait(toSee: "heal")
    try again.press(escape)
    try again.type("q")
    #expect(try again.ending() == .exited(0))
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(home.path)/eventually/sessions")
    let text = try String(
      contentsOfFile: "\(home.path)/eventually/sessions/\(try #require(files.first))", encoding: .utf8)
    #expect(files.count == 1)
    #expect(text.hasSuffix("write cart milk at ALL\ncut us-east-1 eu-west-1\nheal\n"))
  }

  private func sessions(in home: Folder) throws -> [String] {
    let folder = "\(home.path)/eventually/sessions"
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
  }

  /// A session in which a key was written, and which has ended.
  private func keptSession(in home: Folder) throws -> String {
    let session = try TerminalSession(["--plain"], environment: ["XDG_STATE_HOME": home.path])
    try session.enter("write cart milk at ALL")
    try session.wait(toSee: "181")
    try session.enter("quit")
    #expect(try session.ending() == .exited(0))
    return try #require(try sessions(in: home).last)
  }

  /// Line by line as on the screen: what a script says stands in the journal before it happens.
  @Test(arguments: [["--plain"], []]) func scriptsAreKeptLineByLineBeforeTheyRun(mode: [String]) throws {
    let home = try Folder()
    let one = try home.write("one.ev", "write cart milk at ALL\n")
    // The second line would take for ever.
    let two = try home.write(
      "two.ev", "cut us1 eu1\nset gossip 1s\nrun until time < 0ms within 10000d\nwrite never done\n")
    let environment = ["XDG_STATE_HOME": home.path]
    let arguments = mode + ["--script", one]
    let session =
      mode.isEmpty
      ? try TerminalSession.workbench(arguments, environment: environment)
      : try TerminalSession(arguments, environment: environment)
    if mode.isEmpty { try session.press(":") }
    try session.enter("source \(two)")
    var text = ""
    try session.wait(for: "the journal") {
      text = (try? sessions(in: home).last.map { try String(contentsOfFile: $0, encoding: .utf8) }) ?? ""
      return text.contains("run until")
    }
    session.send(SIGKILL)
    #expect(try session.ending() == .killed(SIGKILL))
    #expect(
      text.hasSuffix("write cart milk at ALL\ncut us1 eu1\nset gossip 1s\nrun until time < 0ms within 10000d\n"),
      "\(text)")
  }

  @Test func aTornSessionIsGoneOnWithAndTheRestIsNamed() throws {
    for tail in [[0x77, 0x72, 0x69, 0xC3], [0, 0, 0], [0x77]] as [[UInt8]] {
      let home = try Folder()
      let file = try keptSession(in: home)
      let whole = try Data(contentsOf: URL(fileURLWithPath: file))
      try (whole + tail).write(to: URL(fileURLWithPath: file))
      let session = try TerminalSession.workbench(["resume"], environment: ["XDG_STATE_HOME": home.path])
      #expect(session.screen.shows("left out what stands behind the last whole command"))
      #expect(session.screen.shows("us1 ● milk"))
      try session.press(":")
      try session.enter("cut us-east-1 eu-west-1")
      try session.wait(toSee: "CUT")
      try session.press(escape)
      try session.type("q")
      #expect(try session.ending() == .exited(0))
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.hasSuffix("write cart milk at ALL\ncut us-east-1 eu-west-1\n"), "\(text)")
      #expect(try sessions(in: home).count == 1)
    }
  }

  @Test func theSecondProgramInASessionGoesOnUnderANewName() throws {
    let home = try Folder()
    let file = try keptSession(in: home)
    let environment = ["XDG_STATE_HOME": home.path]
    let first = try TerminalSession.workbench(["resume"], environment: environment)
    let second = try TerminalSession(["resume", "--plain"], environment: environment)
    try second.wait(toSee: "another program is in it: the session goes on as")
    try second.enter("write cart eggs")
    try second.wait(toSee: "eggs")
    try first.press(":")
    try first.enter("cut us1 eu1")
    try first.press(escape)
    try first.type("q")
    #expect(try first.ending() == .exited(0))
    try second.enter("quit")
    #expect(try second.ending() == .exited(0))
    let texts = try sessions(in: home).map { try String(contentsOfFile: $0, encoding: .utf8) }
    #expect(texts.count == 2)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasSuffix("milk at ALL\ncut us1 eu1\n"))
    #expect(texts[1].hasSuffix("milk at ALL\nwrite cart eggs\n"), "\(texts)")
    // The lock went with its process.
    let name = String(try #require(file.split(separator: "/").last).dropLast(3))
    let third = try TerminalSession(["resume", name, "--plain"], environment: environment)
    try third.enter("quit")
    #expect(try third.ending() == .exited(0))
    #expect(try sessions(in: home).count == 2)
  }

  @Test func whereNothingCanBeKeptThatIsSaid() throws {
    for arguments in [["--plain"], []] {
      let environment = ["XDG_STATE_HOME": "/dev/null/nowhere"]
      let session =
        arguments.isEmpty
        ? try TerminalSession.workbench(environment: environment)
        : try TerminalSession(arguments, environment: environment)
      try session.enter("write cart milk")
      try session.wait(toSee: "from here on the session can't be kept")
      session.send(SIGTERM)
      _ = try session.ending()
    }
  }

  @Test func aPipedRunIsNoSession() throws {
    let home = try Folder()
    let binary = try TerminalSession.binary
    let line = "printf 'write cart milk\\n' | \(binary) --plain; \(binary) resume; exit $?"
    let session = try TerminalSession(["-c", line], environment: ["XDG_STATE_HOME": home.path], program: "/bin/sh")
    #expect(try session.ending() == .exited(66))
    #expect(session.screen.shows("no session has been kept yet"))
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func whoIsToldToStopLeavesNoHalfFile(signal: Int32) throws {
    let folder = try Folder()
    let history = try folder.write("h", "old\n")
    let script = try folder.write("long.ev", "load 1000/s for 3000s at ALL\nrun 3001s\n")
    func names() -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }
    let session = try TerminalSession(["run", script, "--history", history], program: TerminalSession.binary)
    try session.wait(for: "the draft") { names().count == 3 }
    session.send(signal)
    #expect(try session.ending() == .killed(signal))
    #expect(names() == ["h", "long.ev"])
    #expect(try String(contentsOfFile: history, encoding: .utf8) == "old\n")
  }

  /// Some terminals claim sizes for which nobody has the memory.
  @Test func aHugeTerminalIsDrawnInBoundedMemory() throws {
    let line = "stty cols 65535 rows 65535; ulimit -v 4000000; exec \(try TerminalSession.binary)"
    let session = try TerminalSession(["-c", line], columns: 1_000, rows: 500, program: "/bin/sh")
    try session.wait(toSee: "EVENTUALLY")
    session.send(SIGTERM)
    #expect(try session.ending() == .exited(143))
  }

  @Test func withoutAnySessionResumeSaysSo() throws {
    let home = try Folder()
    let session = try TerminalSession(["resume"], environment: ["XDG_STATE_HOME": home.path])
    #expect(try session.ending() == .exited(66))
    #expect(String(decoding: session.bytes, as: UTF8.self).contains("no session has been kept yet"))
  }

  @Test func saveWritesAScriptThatDoesItAgain() throws {
    let folder = try Folder()
    let session = try TerminalSession.workbench()
    try session.enter("write cart milk at ALL")
    try session.wait(toSee: "acknowledged in")
    try session.press(escape)
    try session.press(":")
    try session.enter("save \(folder.path)/a.ev")
    try session.wait(toSee: "● saved the session so far")
    let text = try String(contentsOfFile: "\(folder.path)/a.ev", encoding: .utf8)
    #expect(text.split(separator: "\n").last == "write cart milk at ALL")
    try session.press(":")
    try session.enter("source \(folder.path)/a.ev")
    try session.wait(toSee: "1 command of")
  }

  @Test func aDemoThatFailsLeavesItsScreenBehind() throws {
    let folder = try Folder()
    let script = try folder.write("a.ev", "write cart milk at ALL\nexpect last.value == eggs\n")
    let session = try TerminalSession(["play", script, "--pace", "instant"])
    #expect(try session.ending() == .exited(1))
    #expect(session.screen.shows("failed: last.value == eggs"))
  }

  @Test func aPresenterPlaysADemo() throws {
    let folder = try Folder()
    let script = try folder.write("a.ev", "say \"Hello\"\nnote \"smile\"\nwrite cart milk at ALL\nexpect converged\n")
    let session = try TerminalSession.workbench(
      ["play", script, "--pace", "presenter", "--notes", "\(folder.path)/notes"])
    try session.wait(toSee: "step 0/4")
    try session.type(" ")
    try session.wait(toSee: "▌ Hello")
    try session.type(" ")
    try session.wait(toSee: ":wri")
    try session.type(" ")
    try session.wait(toSee: "RUNNING")
    try session.type(" ")
    try session.wait(toSee: "step 4/4")
    try session.type("q")
    #expect(try session.ending() == .exited(0))
    session.expectRestored()
    #expect(try String(contentsOfFile: "\(folder.path)/notes", encoding: .utf8) == "smile\n")
  }

  /// What a player shows at the end of a recording is the demo's last frame.
  @Test func aRecordingPlaysToTheLastFrame() throws {
    var model = ScreenModel(Session(isTracing: true), size: Size(columns: 90, rows: 28))
    var names = model.session.names(isPrompt: false)
    let text = "say \"A cart, 牛奶\"\nwrite cart \"牛奶\" at ALL\nread cart at ONE in eu-west-1\n"
    model.play(try Script("a.ev", from: OneScript(text: text), names: &names), pace: .human)
    var lines: [String] = []
    _ = CastRecorder.record(&model, title: "a") { lines.append($0) }
    var screen = ScreenEmulator(columns: 90, rows: 28)
    for line in lines.dropFirst() {
      let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any])
      if event[1] as? String == "o" { screen.feed(Array(try #require(event[2] as? String).utf8)) }
    }
    #expect(screen.lines == TextEncoder.lines(of: ScreenView.render(model)).map { $0.trimmed })
    #expect(screen.unknown.isEmpty)
  }

  /// What the encoder writes is what a terminal shows: random frames, wide characters at every edge.
  @Test(arguments: 1...20) func anEncodedFrameIsShownAsItIs(seed: Int) {
    var dice = Dice(seed: seed)
    let glyphs: [Character] = ["a", "Z", "━", "●", "牛", "乳", "é", "e\u{301}", "▁", " ", "ק", "✗"]
    var frame = Frame(Size(columns: dice.roll(1...30), rows: dice.roll(1...8)))
    for _ in 0..<200 {
      let place = Point(dice.roll(below: frame.size.columns), dice.roll(below: frame.size.rows))
      let style = Style(dice.pick(Role.allCases), bold: dice.chance(50), reversed: dice.chance(25))
      frame.put(dice.pick(glyphs), at: place, style, clip: frame.bounds)
    }
    var screen = ScreenEmulator(columns: frame.size.columns, rows: frame.size.rows)
    for (y, line) in ANSIEncoder(Theme(.full)).lines(of: frame).enumerated() {
      screen.feed(Array("\(escape)[\(y + 1);1H\(line)".utf8))
    }
    #expect(screen.lines == TextEncoder.lines(of: frame).map { $0.trimmed }, "seed \(seed)")
    #expect(screen.unknown.isEmpty)
  }
}
