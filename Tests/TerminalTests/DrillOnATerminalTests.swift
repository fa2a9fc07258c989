import Testing

/// A drill as somebody plays it who opens it on a terminal.
@Suite(.serialized) struct DrillOnATerminalTests {
  private let escape = "\u{1B}"

  @Test func aDrillIsPlayedOnTheScreenAndItsSheetIsPrintedAfterwards() throws {
    let session = try TerminalSession(["drill", "older-plan"])
    try session.wait(toSee: "NO ADDRESS")
    try session.wait(toSee: "you are on duty")
    try session.press(escape)
    try session.wait(toSee: "CHECKLIST")
    try session.enter(":checklist")
    try session.wait(toSee: "What does somebody get who loo")
    try session.press(escape)
    try session.type(" ")
    try session.wait(toSee: "RUNNING")
    // It stops by itself when somebody calls.
    try session.wait(toSee: "PAUSED")
    try session.press("q")
    try session.wait(toSee: "q once more")
    try session.press("q")
    try session.wait(toSee: "SCORE SHEET")
    try session.press(escape)
    try session.type("q")
    #expect(try session.ending() == .exited(0))
    #expect(String(decoding: session.bytes, as: UTF8.self).contains("SCORE SHEET: No address"))
  }
}
