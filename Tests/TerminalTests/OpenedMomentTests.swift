import Foundation
import Language
import Testing

@testable import Workbench

/// A moment that was shared, opened on a terminal.
@Suite(.serialized) struct OpenedMomentTests {
  private func opened(_ moment: SharedMoment, in home: Folder) throws -> TerminalSession {
    try TerminalSession.workbench(
      ["open", try ShareToken(moment).text], environment: ["XDG_STATE_HOME": home.path])
  }

  @Test func itOpensWhereItWasShared() throws {
    var session = Session()
    for line in ["write cart milk at ALL", "cut us-east-1 eu-west-1"] {
      try session.execute(.prompt(line), isPrompt: true) { _ in }
    }
    let home = try Folder()
    let screen = try opened(session.sharedMoment, in: home)
    #expect(screen.screen.shows("CUT") && screen.screen.shows("us1 ● milk"))
    try screen.press("\u{19}")
    try screen.wait(toSee: "SHARE")
    #expect(screen.screen.shows(try session.share().text), "who shares it on, shares the same")
    try screen.press("\u{1B}")
    try screen.type("q")
    #expect(try screen.ending() == .exited(0))
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(home.path)/eventually/sessions")
    #expect(files.count == 1, "it is kept as a session of who opened it")
  }

  @Test func whatAnotherVersionSharedOpensAsFarAsItsCommandsExist() throws {
    let home = try Folder()
    let moment = SharedMoment(
      lines: ["write cart milk at ALL", "teleport cart", "write cart eggs"], fingerprint: "00000000000000ff",
      version: "9.9.9")
    let screen = try opened(moment, in: home)
    try screen.wait(toSee: "this was shared by eventually 9.9.9")
    #expect(screen.screen.shows("us1 ● milk") && !screen.screen.shows("eggs"))
    try screen.press("\u{1B}")
    try screen.type("q")
    #expect(try screen.ending() == .exited(0))
  }
}
