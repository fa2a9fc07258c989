import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Scripts as files: lines, sources, and what happens when one stops half-way.
@Suite struct ScriptTests {
  private func lines(_ files: [String: String]) throws -> [SourceLine] {
    var names = NameContext.standard
    return try Script("main.ev", from: MemoryScripts(files: files), names: &names).lines
  }

  /// The diagnostic of a script that can't be read.
  private func diagnostic(_ files: [String: String]) throws -> Diagnostic {
    let error = #expect(throws: ScriptError.self) { try lines(files) }
    guard case .wrong(let diagnostics) = error else { throw error ?? .wrong([]) }
    return try #require(diagnostics.first)
  }

  @Test(arguments: ["\n", "\r\n"]) func linesEndAsTheSystemThatWroteThemHasIt(end: String) throws {
    let script = ["write cart milk", "", "# a comment", "  read cart  ", "crash us1"].joined(separator: end)
    for text in [script, script + end] {
      let read = try lines(["main.ev": text])
      #expect(read.map(\.text) == ["write cart milk", "  read cart  ", "crash us1"])
      #expect(read.map(\.number) == [1, 4, 5])
    }
  }

  @Test func anEmptyScriptDoesNothing() throws {
    #expect(try lines(["main.ev": ""]).isEmpty)
    #expect(try lines(["main.ev": "\n\n# nothing\n"]).isEmpty)
    #expect(try play("").operations.isEmpty)
  }

  @Test func sourceStandsForTheLinesOfAnotherScript() throws {
    let read = try lines([
      "main.ev": "write a 1\nsource other.ev\nwrite a 3", "other.ev": "write a 2\nsource third.ev", "third.ev": "heal",
    ])
    #expect(read.map(\.text) == ["write a 1", "write a 2", "heal", "write a 3"])
    #expect(read.map(\.file) == ["main.ev", "other.ev", "third.ev", "main.ev"])
  }

  @Test func aScriptMayBeSourcedTwiceButNotByItself() throws {
    #expect(try lines(["main.ev": "source a.ev\nsource a.ev", "a.ev": "heal"]).count == 2)
    let own = try diagnostic(["main.ev": "heal\nsource main.ev"])
    #expect(own.line.number == 2 && own.message.contains("circle"))
    let round = try diagnostic(["main.ev": "source a.ev", "a.ev": "heal\nsource b.ev", "b.ev": "source main.ev"])
    #expect(round.line.file == "b.ev" && round.message.contains("circle"))
  }

  @Test func namesGoInAndOutOfSourcedScripts() throws {
    let files = [
      "main.ev": "client alice in eu-west-1\nsource set-up.ev\nread a as bob\nsource use.ev",
      "set-up.ev": "read a as alice\nclient bob in eu-west-1", "use.ev": "read a as bob\nread a as carol",
    ]
    let wrong = try diagnostic(files)
    #expect(wrong.line.file == "use.ev" && wrong.line.number == 2 && wrong.message.contains("carol"))
  }

  @Test func aSourceThatIsMissingIsAnErrorOfTheLineThatNamesIt() throws {
    let wrong = try diagnostic(["main.ev": "heal\n  source nowhere.ev"])
    #expect(
      wrong.line.number == 2 && wrong.span.start == 2 && wrong.message.contains("nowhere.ev: there is no such file"))
  }

  @Test func sourcesNestOnlySoDeep() throws {
    var files = ["main.ev": "source s0.ev"]
    for depth in 0..<100 { files["s\(depth).ev"] = "source s\(depth + 1).ev" }
    #expect(try diagnostic(files).message.contains("64 deep"))
  }

  @Test func expectationsCountAndTheScriptGoesOn() throws {
    let played = try play(
      "expect converged\nexpect not converged\nwrite a 1\nexpect last.value == 2\nrun until time > 1h within 1s")
    #expect(played.session.expectations == (1, 3))
    #expect(played.expectations.map(\.isHeld) == [true, false, false, false])
    #expect(played.expectations[2].facts == ["last.value is 1"])
    #expect(try played.fact("time") == "1.001s", "it stands at the bound")
    let reached = try play("write a 1 at ALL\nrun until time > 150ms")
    #expect(reached.session.expectations == (0, 0), "a condition that is reached counts as nothing")
  }

  @Test func whatACommandCantDoStopsTheScriptAndWhatHappenedStands() throws {
    for command in ["undo", "redo", "switch nowhere", "show nothing", "drop 99", "deliver 99"] {
      var seen = 0
      var runner = ScriptRunner(Session()) { if case .operation = $0 { seen += 1 } }
      let files = ["a.ev": (command == "undo" ? "" : "write a 1\n") + "mark here\n\(command)\nwrite a 2"]
      let error = #expect(throws: ScriptError.self, "\(command)") {
        try runner.run(["a.ev"], from: MemoryScripts(files: files))
      }
      guard case .wrong(let diagnostics) = error else {
        Issue.record("\(command): \(String(describing: error))")
        continue
      }
      #expect(diagnostics[0].line.text == command)
      #expect(seen == (command == "undo" ? 0 : 1), "\(command)")
    }
  }

  @Test func theEndLetsEveryOperationAndLoadEnd() throws {
    let script = "hold us1 us2\nasync write a 1 at ALL\nload 10/s for 3s at ONE\nrun 1s\n"
    let unfinished = try play(script)
    #expect(unfinished.operations.isEmpty)
    let finished = try play(script, reportsLoads: true, finishing: true)
    #expect(finished.operations.count == 31)
    #expect(finished[1]?.outcome == .timeout)
    #expect(finished.session.cluster.openLoads == 0 && !finished.session.cluster.isLoadRunning)
  }

  @Test func severalScriptsRunOnOneClusterOneAfterAnother() throws {
    var operations: [OperationReport] = []
    var runner = ScriptRunner(Session()) { if case .operation(let operation) = $0 { operations.append(operation) } }
    let files = ["a.ev": "client alice in eu-west-1\nwrite a 1 at ALL", "b.ev": "read a as alice"]
    try runner.run(["a.ev", "b.ev"], from: MemoryScripts(files: files))
    #expect(operations.map(\.id) == [1, 2])
    #expect(operations[1].value == "1")
  }

  @Test("a condition that time runs for is said to hold, after what made it so, also where it holds at once")
  func whatTimeRanForIsSaid() throws {
    var session = Session()
    func told(_ line: String) throws -> [String] {
      var lines: [String] = []
      try session.execute(SourceLine.prompt(line), isPrompt: true) { event in
        lines += TextReport(isColored: false).lines(for: event).map(\.text)
        // For programs nothing changes: only what was expected and failed is told.
        if case .outcome = event { #expect(JSONReport.lines(for: event).isEmpty) }
      }
      return lines
    }
    _ = try told("async write x 1 at ALL")
    let moved = try told("run until time > 0ms")
    #expect(moved.count == 1 && moved[0].hasSuffix(" ms  ✓ time > 0ms holds after 0.500 ms"))
    let acknowledged = try told("run until writes.acked == 1")
    #expect(acknowledged.count == 2 && acknowledged.last == "  181.000 ms  ✓ writes.acked == 1 holds after 181 ms")
    #expect(acknowledged.first?.contains("write x = 1") == true)
    #expect(try told("run until converged") == ["  181.000 ms  ✓ converged already"])
    #expect(try told("run until value(us1, x) == 1 within 5s") == ["  181.000 ms  ✓ value(us1, x) == 1 holds already"])
    let failed = try told("run until value(us1, x) == 2 within 5s")
    #expect(failed.count == 1 && failed[0].contains("✗ value(us1, x) == 2"))
    #expect(session.expectations.held == 0 && session.expectations.failed == 1)
  }
}
