import Foundation
import Testing

/// However the workbench is left, the terminal is as it was: its set-up byte for byte, screen, cursor and modes.
@Suite(.serialized) struct LeavingTests {
  private let escape = "\u{1B}"

  @Test func qLeaves() throws {
    let session = try TerminalSession.workbench()
    try session.press(escape)
    try session.type("q")
    #expect(try session.ending() == .exited(0))
    session.expectRestored()
  }

  @Test func quitLeaves() throws {
    let session = try TerminalSession.workbench()
    try session.enter("quit")
    #expect(try session.ending() == .exited(0))
    session.expectRestored()
  }

  @Test func controlCTwiceLeaves() throws {
    let session = try TerminalSession.workbench()
    try session.press("\u{3}")
    #expect(session.screen.shows("Ctrl-C once more leaves"))
    try session.type("\u{3}")
    #expect(try session.ending() == .exited(130))
    session.expectRestored()
  }

  @Test func controlCOnceStopsWhatRuns() throws {
    let session = try TerminalSession.workbench()
    try session.enter("write cart milk at ALL")
    try session.wait(toSee: "RUNNING")
    try session.type("\u{3}")
    try session.wait(toSee: "▲ paused")
    try session.type("abc")
    try session.wait(toSee: ":abc")
    try session.press("\u{3}")
    #expect(!session.screen.shows(":abc"), "it empties the prompt")
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func aSignalToEndLeavesInGoodOrder(signal: Int32, status: Int32) throws {
    let session = try TerminalSession.workbench()
    session.send(signal)
    #expect(try session.ending() == .exited(status))
    session.expectRestored()
  }

  @Test func aSignalToEndIsHeardWhileTimeRuns() throws {
    let session = try TerminalSession.workbench()
    try session.enter("write cart milk at ALL")
    try session.wait(toSee: "RUNNING")
    session.send(SIGTERM)
    #expect(try session.ending() == .exited(143))
    session.expectRestored()
  }

  @Test func aSignalToEndIsHeardWhileTheProgramIsBusy() throws {
    let session = try TerminalSession.workbench()
    try session.enter("load 1000/s for 900s at QUORUM")
    try session.enter("run 900s")
    try session.wait(toSee: "RUNNING")
    // The next command finds the one before done: until that is so, nothing is drawn and no key is read.
    try session.enter("write cart milk")
    for _ in 0..<40 where try session.isQuiet(milliseconds: 500) { break }
    session.send(SIGTERM)
    #expect(try session.ending() == .exited(143))
    session.expectRestored()
  }

  @Test(arguments: [SIGSEGV, SIGABRT, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGQUIT])
  func aCrashRestoresTheTerminalAndTakesItsCourse(signal: Int32) throws {
    let session = try TerminalSession.workbench()
    session.send(signal)
    #expect(try session.ending() == .killed(signal))
    session.expectRestored()
  }

  @Test func aClosedWindowEndsIt() throws {
    let session = try TerminalSession.workbench()
    session.closeWindow()
    #expect(try session.ending() == .exited(129))
  }

  @Test(arguments: ["by key", "by signal"]) func itStopsAndGoesOn(how: String) throws {
    let session = try TerminalSession.workbench()
    try session.type("write cart")
    try session.wait(toSee: ":write cart")
    for round in 1...2 {
      if how == "by key" { try session.type("\u{1A}") } else { session.send(SIGTSTP) }
      try session.wait(for: "the stop") { session.reports.last == .stopped(SIGTSTP) }
      session.expectRestored()
      // The window changes while the program can't notice.
      session.resize(columns: 80 + round, rows: 24 + round)
      session.send(SIGCONT)
      try session.wait(for: "the screen") {
        session.screen.isAlternate && session.screen.lines[22 + round].hasPrefix(":write cart")
          && session.screen.shows("EVENTUALLY")
      }
      #expect(session.screen.modes.contains(2004))
    }
    try session.type(" milk")
    try session.wait(toSee: ":write cart milk")
    try session.enter("\u{15}quit")
    #expect(try session.ending() == .exited(0))
    session.expectRestored()
  }

  @Test func whoeverStoppedItUnaskedMayHaveChangedTheTerminal() throws {
    let session = try TerminalSession.workbench()
    session.send(SIGSTOP)
    try session.wait(for: "the stop") { session.reports.last == .stopped(SIGSTOP) }
    session.restoreModes()
    try session.scribble("\u{1B}[?2004l\u{1B}[?1l\u{1B}>\u{1B}[?1049l\u{1B}[2J[1]+ Stopped")
    #expect(session.screen.lines[1].contains("Stopped"))
    session.send(SIGCONT)
    try session.wait(toSee: ":write cart milk at ALL")
    #expect(session.screen.isAlternate && session.screen.modes.isSuperset(of: [1, 2004]))
    #expect(session.modes != session.modesBefore)
    try session.enter("quit")
    #expect(try session.ending() == .exited(0))
  }

  @Test func aShellTakesOverAndGivesBack() throws {
    let session = try TerminalSession(["-i"], environment: ["PS1": "shell> "], program: "/bin/sh")
    try session.wait(toSee: "shell>")
    try session.enter(try TerminalSession.binary)
    try session.wait(toSee: ":write cart milk at ALL")
    try session.type("\u{1A}")
    // What is typed before the shell has the terminal back may be thrown away.
    try session.wait(for: "the shell's second prompt") {
      session.screen.lines.filter { $0.hasPrefix("shell>") }.count == 2
    }
    try session.enter("echo $((6 * 7))")
    try session.wait(for: "the shell's answer") { session.screen.lines.contains("42") }
    #expect(!session.screen.isAlternate)
    try session.enter("fg")
    try session.wait(toSee: ":write cart milk at ALL")
    try session.enter("quit")
    try session.wait(for: "the shell") { session.screen.lines.last { !$0.isEmpty } == "shell>" }
    try session.enter("echo status=$?; exit")
    try session.wait(toSee: "status=0")
    #expect(try session.ending() == .exited(0))
  }
}
