import Screen
import Testing
import Workbench

/// What somebody sees who opens the workbench and presses keys.
@Suite(.serialized) struct OnATerminalTests {
  private let escape = "\u{1B}"

  @Test func theFirstScreenShowsTheClusterAndOffersACommand() throws {
    let session = try TerminalSession.workbench()
    let screen = session.screen
    #expect(screen.lines[0].hasPrefix(" EVENTUALLY  ‖ PAUSED"))
    for region in ["us-east-1", "eu-west-1", "ap-south-1"] { #expect(screen.shows(region)) }
    #expect(screen.lines[22].hasPrefix(":write cart milk at ALL   Enter: "))
    #expect(screen.cursor == ScreenEmulator.Place(row: 22, column: 1))
    #expect(screen.modes.contains(25), "the cursor stands where one types")
    #expect(screen.unknown.isEmpty, "sequences that the emulator doesn't know")
  }

  @Test func theCommandOnOfferIsAnEnterAwayAndAnotherFinishesIt() throws {
    let session = try TerminalSession.workbench()
    try session.type("\r")
    try session.wait(toSee: "RUNNING")
    try session.type("\r")
    try session.wait(toSee: "● write cart = milk at ALL: acknowledged")
    try session.wait(toSee: ":write cart eggs at ONE")
  }

  @Test func aTypedWriteIsPlayedAndItsAnswerTold() throws {
    let session = try TerminalSession.workbench()
    try session.enter("write cart milk at QUORUM")
    try session.wait(toSee: "time runs; Enter finishes at once")
    try session.type("\r")
    try session.wait(toSee: "● write cart = milk at QUORUM: acknowledged in 81.0 ms by 5 replicas")
    #expect(session.screen.shows("us1 ● milk"), "the key pane shows the value")
    #expect(session.screen.shows("PAUSED"))
  }

  @Test func tabCompletesTheWordAtTheCursor() throws {
    let session = try TerminalSession.workbench()
    try session.type("cut us-\teu-\t")
    try session.wait(toSee: ":cut us-east-1 eu-west-1")
    try session.type("\u{15}cut us\t")
    try session.wait(toSee: "┃ us-east-1  ┃")
    #expect(session.screen.shows("┃ us3        ┃"))
    try session.type("\t\t")
    try session.wait(toSee: "┃►us1        ┃")
    try session.wait(toSee: ":cut us1")
    try session.type("\(escape)[Z")
    try session.wait(toSee: ":cut us-east-1")
  }

  @Test func aWrongWordStaysToBeMendedAndTheNearestOneIsNamed() throws {
    let session = try TerminalSession.workbench()
    try session.enter("write cart milk at QUORAM")
    try session.wait(toSee: "did you mean QUORUM?")
    #expect(session.screen.lines[22] == ":write cart milk at QUORAM", "the line stays to be mended")
    #expect(session.screen.lines[23].contains("Enter run"), "the footer stays")
    try session.enter("\u{7F}\u{7F}UM")
    try session.wait(toSee: "RUNNING")
  }

  @Test func escapeEndsTheTutorialAndKeysPlayTime() throws {
    let session = try TerminalSession.workbench()
    try session.press(escape)
    try session.wait(toSee: ": opens the prompt")
    try session.enter(":async write cart milk at ALL")
    try session.wait(toSee: "op 1, a write of cart, is on its way")
    try session.type(escape)
    try session.wait(toSee: ": opens the prompt")
    try session.press(".")
    try session.wait(toSee: "t=0.500 ms")
    try session.press(".")
    try session.wait(toSee: "t=1.000 ms")
    try session.press(",")
    try session.wait(toSee: "t=0.500 ms")
    #expect(session.screen.shows("◄ PAST"))
    try session.type(" ")
    try session.wait(toSee: "RUNNING")
    try session.type(" ")
    try session.wait(toSee: "▲ paused: played ")
  }

  @Test func theHelpOpensOnAQuestionMarkAndClosesOnEscape() throws {
    let session = try TerminalSession.workbench()
    try session.press("?")
    try session.wait(toSee: "┏━ KEYS ━")
    try session.type("cut or heal")
    try session.wait(toSee: "► x ")
    try session.press(escape)
    try session.wait(for: "the help to close") { !session.screen.shows("┏━ KEYS") }
    try session.press("\(escape)OP")
    try session.wait(toSee: "┏━ KEYS ━")
  }

  @Test func arrowsAreUnderstoodInEveryFormThatTerminalsSend() throws {
    let session = try TerminalSession.workbench()
    try session.press(escape)
    for (arrow, replica) in [("OB", "us1"), ("[B", "us2"), ("OC", "us3"), ("[C", "eu1"), ("OA", "us3"), ("[D", "us2")] {
      try session.press(escape + arrow)
      #expect(session.screen.shows("●\(replica)"))
    }
    try session.press(":")
    try session.type("heal\(escape)[H\(escape)OF x\(escape)[1~y")
    try session.wait(toSee: ":yheal x")
  }

  @Test func aScriptRunsFirst() throws {
    let folder = try Folder()
    let script = try folder.write("a.ev", "write cart milk at ALL\ncut us-east-1 eu-west-1\n")
    let session = try TerminalSession.workbench(["--script", script])
    #expect(session.screen.shows("us1 ● milk"))
    #expect(session.screen.shows("CUT"))
    #expect(session.screen.shows("► cut us-east-1 eu-west-1"))
  }

  @Test func controlLMendsAScarredScreen() throws {
    let session = try TerminalSession.workbench()
    let lines = session.screen.lines
    try session.scribble("\(escape)[5;1H\(escape)[JSomebody else writes here.\r\n")
    #expect(session.screen.lines != lines)
    try session.press("\u{C}")
    #expect(session.screen.lines == lines)
  }

  @Test(arguments: ["xterm", "linux", "screen-256color", "vt100", "vt220"])
  func terminalsOfOtherKindsShowTheSame(name: String) throws {
    let usual = try TerminalSession.workbench()
    let session = try TerminalSession.workbench(environment: ["TERM": name])
    #expect(session.screen.lines == usual.screen.lines)
    for key in [escape, ".", "?", escape, "3"] {
      try usual.press(key)
      try session.press(key)
      #expect(session.screen.lines == usual.screen.lines)
    }
    #expect(session.screen.unknown.isEmpty)
    try session.type("q")
    #expect(try session.ending() == .exited(0))
    #expect(session.modes == session.modesBefore)
  }

  /// What ncurses puts on a terminal is the frame that was rendered, cell by cell, also where characters are wide.
  @Test(arguments: ["40x10", "80x24", "121x41", "200x60"]) func theTerminalShowsTheFrame(_ name: String) throws {
    let size = try #require(Size(name))
    let text = """
      cluster us-east-1:3 eu-west-1:2 ap-south-1:2 rf=2
      write cart "牛奶とパン" at ALL
      write cart "crème brûlée" at ONE in eu-west-1
      cut us-east-1 eu-west-1
      async write "ключ" "e\u{301}tude 👍" at QUORUM
      step 4

      """
    let folder = try Folder()
    let file = try folder.write("a.ev", text)
    let session = try TerminalSession.workbench(["--script", file], columns: size.columns, rows: size.rows)
    var model = ScreenModel(Session(isTracing: true), size: size)
    var names = model.session.names(isPrompt: false)
    try model.run(Script("a.ev", from: OneScript(text: text), names: &names))
    func expectTheFrame() {
      #expect(session.screen.lines == TextEncoder.lines(of: ScreenView.render(model)).map { $0.trimmed })
    }
    expectTheFrame()
    for key in ["2", ".", ",", "[", "3", "z", "z", "1", "?"] as [Character] {
      try session.press(String(key))
      _ = model.update(.key(.character(key)))
      expectTheFrame()
    }
  }
}

/// A script that is held in memory.
struct OneScript: ScriptSource {
  let text: String
  func text(of file: String) -> String { text }
  func resolve(_ name: String, from file: String) -> String { name }
}

extension String {
  /// Without blanks at its end.
  var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
