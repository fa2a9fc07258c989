import Testing

@testable import Language
@testable import Workbench

/// What an error says: where, what was expected, the line with a caret, the nearest word.
@Suite struct DiagnosticTests {
  private func diagnostics(_ script: String, _ others: [String: String] = [:]) -> [Diagnostic] {
    var names = NameContext.standard
    let files = others.merging(["a.ev": script]) { _, new in new }
    do {
      _ = try Script("a.ev", from: MemoryScripts(files: files), names: &names)
    } catch ScriptError.wrong(let diagnostics) {
      return diagnostics
    } catch {
      Issue.record("\(error)")
    }
    return []
  }

  private func first(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Diagnostic {
    try #require(diagnostics(script).first, "no error", sourceLocation: sourceLocation)
  }

  @Test func anErrorNamesFileLineAndColumnAndShowsTheLineWithACaret() throws {
    let lines = try first("heal\n  write cart milk at QUORM\n").text.split(separator: "\n")
    #expect(lines[0].hasPrefix("a.ev:2:22: error: there is no consistency level `QUORM`"))
    #expect(lines[1] == "    write cart milk at QUORM")
    #expect(lines[2] == "                       ^~~~~")
    #expect(lines[3] == "  did you mean QUORUM?")
  }

  @Test(arguments: [
    ("wirte cart milk", "write"), ("red cart", "read"), ("crahs us1", "crash"),
    ("write a b at LOCAL_QURUM", "LOCAL_QUORUM"),
    ("write a b at each_quorm", "EACH_QUORUM"), ("read a in us-east-2", "us-east-1"),
    ("read a in eu-wset-1", "eu-west-1"),
    ("crash us11", "us1"), ("read a as eu-west1", "eu-west-1"), ("set hint on", "hints"),
    ("set read-repiar off", "read-repair"), ("set read-repair blokcing", "blocking"), ("view mpa", "map"),
    ("expect last.stael", "last.stale"), ("expect convergd", "converged"), ("expect count(raed) > 1", "read"),
    ("expect op(1).latncy > 1ms", "latency"), ("expect value(us11, a) == 1", "us1"),
    ("link us1 us2 unifrom(1ms, 2ms)", "uniform"),
    ("write a b vai us1", "via"), ("async wirte a b", "write"), ("expect last.outcome == ok an converged", "and"),
    ("cut us-east-1 eu-west-2", "eu-west-1"), ("run untl converged", "until"),
  ]) func theNearestWordIsOffered(line: String, meant: String) throws {
    #expect(try first(line).suggestion == meant)
  }

  @Test(
    "a value that a fact can never have is diagnosed",
    arguments: [
      ("expect last.outcome == timeot", "timeout"), ("expect last.outcome != OK", "ok"),
      ("expect op(1).outcome == unavailabel", "unavailable"), ("expect last.level == QUORM", "QUORUM"),
      ("expect op(1).operation == wirte", "write"), ("expect relation(us1, us2, cart) == concurent", "concurrent"),
      ("expect last.stale == ture", "true"), ("run until converged == flase", "false"),
      ("expect guarantee(causal) == fals", "false"),
    ]) func closedValues(line: String, meant: String) throws
  {
    let diagnostic = try first(line)
    #expect(diagnostic.suggestion == meant && diagnostic.choice?.hasPrefix("there are ") == true)
  }

  @Test(arguments: [
    "expect last.outcome == none", "expect last.stale == false", "expect last.value == anything",
    "expect last.outcome contains time", "expect relation(us1, us2, cart) != equal", "expect last.level == EACH_QUORUM",
    "expect op(1).outcome == op(2).outcome",
  ]) func whatAFactCanBeIsTaken(line: String) { #expect(diagnostics(line).isEmpty) }

  @Test(arguments: [
    ("wriet a b", "eventually commands", "help"), ("expect last.stael", "eventually facts", "help facts"),
    ("set hnts on", "eventually commands set", "help set"),
    ("expect count(raed) > 1", "eventually facts", "help facts"),
  ]) func anErrorPointsAtTheListThatIsAtHand(line: String, inFile: String, atPrompt: String) throws {
    #expect(try first(line).choice == "`\(inFile)` lists them")
    var session = Session()
    let error = #expect(throws: Diagnostic.self) { try session.execute(.prompt(line), isPrompt: true) { _ in } }
    #expect(error?.sentence.contains("did you mean") == true)
    #expect(error?.sentence.hasSuffix("(`\(atPrompt)` lists them)") == true, "\(error?.sentence ?? "")")
  }

  @Test(arguments: ["help facts", "help settings", "help set", "help"])
  func whatAnErrorPointsAtIsThere(line: String) throws {
    var session = Session()
    var lines: [String] = []
    try session.execute(.prompt(line), isPrompt: true) { if case .shown(let shown) = $0 { lines = shown } }
    #expect(lines.count > 10)
  }

  @Test("a key or a branch that isn't there is answered with the nearest and with those there are")
  func unknownKeysAndBranches() throws {
    var session = Session()
    for line in ["write cart milk", "fork trial"] { try session.execute(.prompt(line), isPrompt: true) { _ in } }
    func sentence(_ line: String) -> String? {
      #expect(throws: Diagnostic.self) { try session.execute(.prompt(line), isPrompt: true) { _ in } }?.sentence
    }
    #expect(sentence("show crat") == "no operation has touched a key `crat`, perhaps `cart`; there is cart")
    #expect(sentence("switch tiral") == "there is no branch `tiral`, perhaps `trial`; there are main, trial")
  }

  @Test(arguments: [
    "frobnicate", "crash mars", "write a b at SOMETIMES", "set xyzzy 1", "expect nonsense", "read a in x",
  ])
  func aWordThatIsNearNothingGetsNoOffer(line: String) throws {
    #expect(try first(line).suggestion == nil)
  }

  @Test(arguments: [
    ("write", 6, "a key"), ("write cart", 11, "a value"), ("run", 4, "a duration"), ("seed", 5, "a whole number"),
    ("client alice", 13, "`in`"), ("cut us1", 8, "a replica"), ("lose 5%", 8, "a region"), ("say", 4, "a text"),
    ("slow us1 us2", 13, "`by`"), ("set", 4, "a setting"), ("set hints", 10, "`on` or `off`"),
    ("expect", 7, "a condition"), ("expect converged and", 21, "a condition"), ("expect value(us1", 17, "`,`"),
    ("run until", 10, "a condition"), ("link us1 us2", 13, "a delay"), ("link us1 us2 uniform(1ms", 25, "`,`"),
  ]) func aLineThatEndsTooEarlySaysWhatIsMissing(line: String, column: Int, expected: String) throws {
    let diagnostic = try first(line)
    #expect(
      diagnostic.text.hasPrefix("a.ev:1:\(column): error: the line ends too early: expected"), "\(diagnostic.text)")
    #expect(diagnostic.message.contains(expected), "\(diagnostic.message)")
  }

  @Test(arguments: [
    ("heal us1 eu1 ap1", 14), ("step 5 6", 8), ("read cart at ONE at TWO", 18), ("await now", 7), ("undo 3", 6),
    ("write cart milk at ONE, TWO", 20), ("run 1s 2s", 8), ("expect converged converged", 18), ("show cart cart", 11),
    ("link us1 us2 uniform(1ms, 2ms) 3ms", 32), ("expect (converged))", 19), ("cluster a:3 rf=3 b:1", 18),
  ]) func whatIsTooMuchIsPointedAt(line: String, column: Int) throws {
    #expect(try first(line).span.start + 1 == column)
  }

  @Test(
    "an error says what would be right",
    arguments: [
      ("say hello world", "several words stand in quotes: say \"The link is cut.\""),
      ("mark one two", "several words stand in quotes: mark \"The cut\""),
      ("why converged", "`why not converged`"), ("why available", "`why not available`"),
      ("expect last.value = milk", "`last.value == …`"), ("expect reads.stale = 1", "`reads.stale == …`"),
      ("expect last.value", "`last.value == WORD`"), ("expect last.latency", "`last.latency > 10ms`"),
      ("expect last.outcome", "`last.outcome == ok`"), ("expect reads.stale", "`reads.stale > 0`"),
    ]) func whatWouldBeRight(line: String, said: String) throws
  {
    #expect(try first(line).sentence.contains(said))
  }

  @Test func theCaretStandsUnderTheWordWhateverItsWidth() throws {
    // Wide characters take two cells, and an escape is as long as it is shown.
    let lines = try first("write 日本 \"\u{1B}[31m\" at QUORM").text.split(separator: "\n")
    #expect(lines[1] == #"  write 日本 "\e[31m" at QUORM"#)
    #expect(lines[2] == "                         ^~~~~")
    #expect(lines[0].contains(":1:21: "), "columns are counted in characters")
  }

  @Test func quotesAndEscapesThatAreWrongAreExplained() throws {
    #expect(try first(#"write cart "two eggs"#).message.contains("quote doesn't end"))
    #expect(try first(#"write cart "two\eggs""#).message.contains(#"`\e` means nothing"#))
    #expect(try first(#"write cart "two\eggs""#).span.start == 15)
    #expect(try first(#"write cart "two\"#).message.contains("quote doesn't end"))
  }

  @Test func whatCouldCommandATerminalIsShownAsAnEscape() throws {
    let text = try first("write a b at \u{1B}[2J\u{9B}31m\u{202E}").text
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x9B || $0.value == 0x202E })
    #expect(text.contains(#"\e[2J\u{9B}31m\u{202E}"#))
  }

  @Test func severalWrongLinesAreAllReported() {
    let found = diagnostics("wirte a\nheal\nread a at ANY\n\ncrash mars\n")
    #expect(found.map(\.line.number) == [1, 3, 5])
    #expect(diagnostics(String(repeating: "wrong\n", count: 500)).count == 20, "but not without end")
  }

  @Test func namesAreKnownFromTheScriptThatMadeThem() throws {
    #expect(diagnostics("client alice in us-east-1\nread a as alice").isEmpty)
    #expect(diagnostics("read a as alice\nclient alice in us-east-1").map(\.line.number) == [1])
    #expect(diagnostics("cluster x-1:1 y-2:2\ncrash y2\ncrash us1").map(\.line.number) == [3])
    #expect(diagnostics("cluster us-east-1:1 us-west-2:1\ncrash use1\ncrash usw1\ncrash us1").map(\.line.number) == [4])
    #expect(diagnostics("client alice in us-east-1\nclient alice in us-east-1").map(\.line.number) == [2])
    #expect(diagnostics("fork a\nfork a\nswitch a\nfork main").map(\.line.number) == [2, 4])
    #expect(diagnostics("help\nquit\nbreakpoint converged").count == 3, "those are for the prompt")
  }

  /// After going back it isn't known which cluster there is: names are judged when the line runs.
  @Test func inAScriptThatTravelsNamesAreJudgedWhenTheyAreUsed() throws {
    let script = "cluster x-1:2\nwrite a 1\nundo\nundo\ncrash us1\ncrash x1\n"
    #expect(diagnostics(script).isEmpty)
    let error = #expect(throws: Diagnostic.self) { try play(script) }
    #expect(error?.line.number == 6)
  }

  @Test func nothingRunsBeforeEveryLineIsUnderstood() {
    #expect(throws: Diagnostic.self) { try play("write a 1\ncrash mars") }
    var ran = 0
    var runner = ScriptRunner(Session()) { _ in ran += 1 }
    #expect(throws: ScriptError.self) {
      try runner.run(["a.ev", "b.ev"], from: MemoryScripts(files: ["a.ev": "write a 1", "b.ev": "wrong"]))
    }
    #expect(ran == 0)
  }
}
