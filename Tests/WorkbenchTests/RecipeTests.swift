import Kernel
import Replication
import Testing

@testable import Language
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

  @Test func timeThatRanOnItsOwnStandsAsTheMomentToWhichItLed() throws {
    var session = Session()
    try session.execute(.prompt("async write cart milk at ALL"), isPrompt: true) { _ in }
    for _ in 0..<3 { session.step { _ in } }
    var goal = Goal.instant(.start + .milliseconds(7))
    _ = session.pursue(&goal, until: .end, atMost: .max) { _ in }
    session.step { _ in }
    #expect(session.recipe.lines.count == 2, "\(session.recipe.lines)")
    let again = try KeptSession.replayed(session)
    KeptSession.expectSame(again, session, "")
    #expect(again.commands == 1, "nobody gave a command but the first")
  }

  @Test func aCommandThatWasCutShortStandsAsWhatBecameOfIt() throws {
    var session = Session()
    let command = try #require(try CommandParser.parse("write cart milk at ALL", in: session.names(isPrompt: true)))
    var goal = try #require(try session.begin(command, from: .prompt("write cart milk at ALL")) { _ in })
    _ = session.pursue(&goal, until: .start + .milliseconds(20), atMost: .max) { _ in }
    session.letGo()
    #expect(session.recipe.lines.first == "async write cart milk at ALL")
    #expect(session.recipe.lines.last?.hasSuffix("at 20000us") == true)
    let again = try KeptSession.replayed(session)
    KeptSession.expectSame(again, session, "")
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
    KeptSession.expectSame(try KeptSession.replayed(session), session, "")
  }

  /// Where an instant holds many events, or none, the moment is still the same one.
  @Test(arguments: [
    "write b w29 at ALL\nback 2\nset hints off\nundo",
    "async write c x at ALL\nundo\nload 50/s for 1s\nswitch main\nundo",
    "load 500/s for 1s at ALL\nrun 40ms\nback 3\nundo\nredo\nback 1\nwrite a 1\nundo\nundo",
    "write a 1 at ALL\nfork other\nback 4\nheal\nswitch main\nundo\nundo\nredo",
    "async write a 1 at ALL\nrun 3ms\nback 1\ngoto event 2 at 1ms\nundo\ncluster us-east-1:3\nwrite a 2\nback 3\nundo",
    "seed 9\nwrite a 1 at ALL\nundo\nundo\nredo",
  ]) func aMomentIsExactAlsoWithinAnInstant(script: String) throws {
    var session = Session()
    for line in script.split(separator: "\n") {
      try session.execute(.prompt(String(line)), isPrompt: true) { _ in }
      KeptSession.expectSame(try KeptSession.replayed(session), session, script)
    }
  }

  @Test func aSeedThatTheCommandLineGaveStaysFixed() throws {
    var session = Session(seed: 7)
    for line in ["seed 8", "set coordinator random", "write a 1 at ALL", "undo", "seed 9", "undo", "redo"] {
      try session.execute(.prompt(line), isPrompt: true) { _ in }
    }
    let again = try KeptSession.replayed(session)
    KeptSession.expectSame(again, session, "")
    #expect(again.fixedSeed == 7 && again.kept().lines == session.kept().lines)
  }

  /// A session may be longer than any duration that a command takes.
  @Test func aSessionOfManyYearsIsKept() throws {
    var session = Session()
    for _ in 0..<3 { try session.execute(.prompt("run 10000d"), isPrompt: true) { _ in } }
    try session.execute(.prompt("async write a 1 at ALL"), isPrompt: true) { _ in }
    for _ in 0..<3 { session.step { _ in } }
    KeptSession.expectSame(try KeptSession.replayed(session), session, "")
  }

  @Test(arguments: KeptSession.seeds) func whatIsKeptOfAnySessionLeadsToWhereItStands(seed: Int) throws {
    let session = try KeptSession.random(seed: seed)
    let lines = session.kept().lines.joined(separator: "\n")
    let again = try KeptSession.replayed(session)
    KeptSession.expectSame(again, session, "seed \(seed):\n\(lines)")
    #expect(again.kept().lines == session.kept().lines, "seed \(seed): what is kept of what was kept is the same")
    // What was undone before can be done again after.
    var (one, two) = (session, again)
    for line in ["undo", "undo", "redo", "write z z at ONE", "undo"] {
      let isPossible = KeptSession.play(line, &one)
      #expect(KeptSession.play(line, &two) == isPossible, "seed \(seed): \(line)\n\(lines)")
    }
    KeptSession.expectSame(two, one, "seed \(seed), and undo and redo:\n\(lines)")
  }
}
