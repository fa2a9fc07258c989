import Kernel
import Replication
import Testing

@testable import Workbench

/// A session kept as a script: what the script leads to is what the session had come to.
@Suite struct RecipeTests {
  @Test func commandsStandAsTheyWereWritten() throws {
    var walk = try Walk("write \"a  b\"   milk at QUORUM\nrun 5ms")
    try walk("cut us-east-1 eu-west-1   # the ocean")
    #expect(
      walk.session.recipe.lines == [
        "write \"a  b\"   milk at QUORUM", "run 5ms", "cut us-east-1 eu-west-1   # the ocean",
      ])
  }

  @Test func whatOnlyLooksIsLeftOut() throws {
    let walk = try Walk("write cart milk\nshow cart\nhelp read\nbranches\nbreakpoint converged\nbreakpoint off")
    #expect(walk.session.recipe.lines == ["write cart milk"])
  }

  @Test func timeThatRanOnItsOwnStandsAsItsEvents() throws {
    var session = Session()
    try session.execute(.prompt("async write cart milk at ALL"), isPrompt: true) { _ in }
    for _ in 0..<3 { session.step { _ in } }
    var goal = Goal.instant(.start + .milliseconds(7))
    _ = session.pursue(&goal, until: .end, atMost: .max) { _ in }
    session.step { _ in }
    #expect(session.recipe.lines.count == 2, "\(session.recipe.lines)")
    #expect(try Self.replay(session).cluster.fingerprint == session.cluster.fingerprint)
  }

  @Test func aCommandThatWasCutShortStandsAsWhatBecameOfIt() throws {
    var session = Session()
    let command = try #require(try CommandParser.parse("write cart milk at ALL", in: session.names(isPrompt: true)))
    var goal = try #require(try session.begin(command, from: .prompt("write cart milk at ALL")) { _ in })
    _ = session.pursue(&goal, until: .start + .milliseconds(20), atMost: .max) { _ in }
    session.letGo()
    #expect(session.recipe.lines.first == "async write cart milk at ALL")
    #expect(session.recipe.lines.last == "goto 20000us")
    let again = try Self.replay(session)
    #expect(again.now == session.now)
    #expect(again.cluster.openCommands == 1)
  }

  @Test func repairThatWasCutShortGoesOnByItself() throws {
    var session = Session()
    for line in ["set hints off", "crash eu1", "write cart milk at ONE", "run 1s", "restart eu1"] {
      try session.execute(.prompt(line), isPrompt: true) { _ in }
    }
    let command = try #require(try CommandParser.parse("repair", in: session.names(isPrompt: true)))
    var goal = try #require(try session.begin(command, from: .prompt("repair")) { _ in })
    _ = session.pursue(&goal, until: session.now + .milliseconds(30), atMost: .max) { _ in }
    session.letGo()
    let again = try Self.replay(session)
    #expect(again.cluster.fingerprint == session.cluster.fingerprint)
    #expect(again.now == session.now)
  }

  @Test(arguments: 1...40)
  func theRecipeOfAnySessionLeadsToWhereItStands(seed: Int) throws {
    var dice = Dice(seed: seed)
    let script = RandomScript(seed: seed, length: 25)
    var session = Session()
    for line in script.lines {
      try Self.play(line, &session, &dice)
      if dice.chance(25) { session.step { _ in } }
      if dice.chance(15) {
        try Self.play(dice.pick(["undo", "back 3", "goto 40ms", "redo", "switch main"]), &session, &dice)
      }
      if dice.chance(15) { Self.runFreely(&session, &dice) }
    }
    session.letGo()
    let again = try Self.replay(session)
    let lines = session.recipe.lines.joined(separator: "\n")
    #expect(again.cluster.fingerprint == session.cluster.fingerprint, "seed \(seed):\n\(lines)")
    #expect(again.now == session.now, "seed \(seed):\n\(lines)")
    #expect(again.timeline.branchNames == session.timeline.branchNames, "seed \(seed):\n\(lines)")
    #expect(again.timeline.branchName == session.timeline.branchName, "seed \(seed):\n\(lines)")
    #expect(again.latestNumber == session.latestNumber, "seed \(seed):\n\(lines)")
  }

  /// Plays a line to its end, or cuts it short; what can't be carried out is left out.
  private static func play(_ line: String, _ session: inout Session, _ dice: inout Dice) throws {
    guard let command = try? CommandParser.parse(line, in: session.names(isPrompt: true)),
      var goal = try? session.begin(command, from: .prompt(line), report: { _ in })
    else { return }
    if dice.chance(30) {
      let span = TimeSpan(microseconds: Int64(dice.roll(0...60_000)))
      _ = session.pursue(&goal, until: session.now + span, atMost: dice.roll(1...200)) { _ in }
      if dice.chance(50) { session.letGo() }
    } else {
      while session.pursue(&goal, until: .end, atMost: .max, report: { _ in }) == .ongoing {}
    }
  }

  private static func runFreely(_ session: inout Session, _ dice: inout Dice) {
    session.letGo()
    for _ in 0..<dice.roll(1...4) {
      let limit = session.now + TimeSpan(microseconds: Int64(dice.roll(1...90_000)))
      var goal = Goal.instant(limit)
      _ = session.pursue(&goal, until: .end, atMost: dice.roll(1...50)) { _ in }
    }
  }

  private static func replay(_ played: Session) throws -> Session {
    var names = NameContext.standard
    let script = try Script(
      "saved.ev", from: MemoryScripts(files: ["saved.ev": played.script().joined(separator: "\n")]), names: &names)
    var session = Session()
    for line in script.lines { try session.execute(line, isPrompt: false) { _ in } }
    return session
  }
}
