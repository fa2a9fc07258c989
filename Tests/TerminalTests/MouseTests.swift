import Foundation
import Testing

/// The mouse on a real terminal: reports go in, and the modes that bring them go with us.
@Suite(.serialized) struct MouseTests {
  private let escape = "\u{1B}"

  /// What xterm sends for the left button at a place, counted from 1.
  private func press(_ column: Int, _ row: Int) -> String { "\(escape)[<0;\(column);\(row)M" }

  @Test func aClickSelectsAReplica() throws {
    let session = try TerminalSession.workbench()
    let row = try #require(session.screen.lines.firstIndex { $0.contains("●us2") })
    let line = session.screen.lines[row]
    let column = line.distance(from: line.startIndex, to: try #require(line.firstRange(of: "us2")).lowerBound)
    try session.type(press(column + 1, row + 1) + "\(escape)[<0;\(column + 1);\(row + 1)m")
    try session.press("f")
    try session.wait(toSee: "crash us2")
  }

  @Test func aReportThatComesInPiecesIsOne() throws {
    let session = try TerminalSession.workbench()
    let row = try #require(session.screen.lines.firstIndex { $0.contains("LOG") })
    for piece in ["\(escape)[<0;1", "0;\(row + 1)", "M"] { try session.type(piece) }
    try session.wait(for: "the focus on the log") { session.screen.lines[row].hasPrefix("┏━ 3 LOG") }
  }

  @Test func nonsenseIsNoKey() throws {
    let session = try TerminalSession.workbench()
    let lines = session.screen.lines
    for report in ["[<M", "[<0;0;0M", "[<99999999999999999999;1;1M", "[<0;4000;4000M", "[<2;5;5M", "[<;;m"] {
      try session.type(escape + report)
    }
    try session.press("\u{C}")
    #expect(session.screen.lines == lines)
  }

  @Test func theModesEndWithUsAndF2EndsThemBefore() throws {
    let session = try TerminalSession.workbench()
    #expect(session.screen.modes.isSuperset(of: [1002, 1006]))
    try session.press("\(escape)OQ")
    try session.wait(toSee: "the mouse is the terminal's")
    #expect(session.screen.modes.isDisjoint(with: [1002, 1006]))
    try session.press("\(escape)OQ")
    try session.wait(toSee: "the mouse points at things")
    session.send(SIGTERM)
    #expect(try session.ending() == .exited(143))
    session.expectRestored()
    let other = try TerminalSession.workbench(["--no-mouse"])
    #expect(other.screen.modes.isDisjoint(with: [1002, 1006]))
  }
}
