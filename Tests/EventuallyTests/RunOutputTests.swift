import Foundation
import Testing

/// What `run --json` prints: `contract.md` §4, JSON Lines.
@Suite struct RunOutputTests {
  /// A line as the JSON object that it is.
  private typealias Line = [String: any Sendable]

  private func lines(_ result: BuiltBinary.Result) throws -> [Line] {
    try result.lines.map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      return try #require(object as? Line, "\(line)")
    }
  }

  private func run(_ script: String, _ options: [String] = []) throws -> (lines: [Line], result: BuiltBinary.Result) {
    let result = try BuiltBinary.run(["run", "-", "--json"] + options, input: script)
    return (try lines(result), result)
  }

  private func operations(_ lines: [Line]) -> [Line] { lines.filter { $0["kind"] as? String == "operation" } }

  private func isNull(_ line: Line, _ field: String) -> Bool { line[field] is NSNull }

  @Test func anOperationsLineIsAsTheContractHasIt() throws {
    let result = try BuiltBinary.run(
      ["run", "-", "--json"], input: "write cart milk at QUORUM\nread cart at ONE in ap-south-1\n")
    #expect(result.status == 0 && result.errors.isEmpty)
    #expect(
      result.lines[0]
        == #"{"kind":"operation","id":1,"operation":"write","key":"cart","level":"QUORUM","client":"us-east-1","#
        + #""coordinator":"us1","start":0,"end":81000,"outcome":"ok","value":"milk","siblings":null,"stale":null,"#
        + #""versionsBehind":null}"#)
    #expect(
      result.lines[1]
        == #"{"kind":"operation","id":2,"operation":"read","key":"cart","level":"ONE","client":"ap-south-1","#
        + #""coordinator":"ap1","start":81001,"end":82001,"outcome":"ok","value":null,"siblings":0,"stale":true,"#
        + #""versionsBehind":1}"#)
  }

  @Test func fieldsWithoutMeaningAreNull() throws {
    let (lines, _) = try run(
      """
      set failure-detector oracle
      write cart milk
      delete cart
      read cart
      crash eu-west-1
      crash ap-south-1
      write cart eggs at QUORUM
      read cart at ALL
      crash us-east-1
      read cart
      """)
    let operations = operations(lines)
    #expect(operations.map { $0["operation"] as? String } == ["write", "delete", "read", "write", "read", "read"])
    #expect(isNull(operations[1], "value") && isNull(operations[1], "siblings") && isNull(operations[1], "stale"))
    #expect(isNull(operations[2], "value") && operations[2]["siblings"] as? Int == 0)
    #expect(operations[2]["stale"] as? Bool == false && operations[2]["versionsBehind"] as? Int == 0)
    #expect(operations[3]["value"] as? String == "eggs" && operations[3]["outcome"] as? String == "unavailable")
    for refused in operations[4...] {
      #expect(refused["outcome"] as? String == "unavailable" && isNull(refused, "value") && isNull(refused, "siblings"))
      #expect(isNull(refused, "stale") && isNull(refused, "versionsBehind"))
    }
    #expect(operations[4]["coordinator"] as? String == "us1" && isNull(operations[5], "coordinator"))
    let fields: Set = [
      "kind", "id", "operation", "key", "level", "client", "coordinator", "start", "end", "outcome", "value",
      "siblings",
      "stale", "versionsBehind",
    ]
    #expect(operations.allSatisfy { Set($0.keys) == fields })
  }

  @Test func timesAreWholeMicrosecondsAndLinesComeWhenOperationsEnd() throws {
    let (lines, result) = try run("async write a 1 at ALL\nasync write b 1 at ONE\nawait\nsay done\n")
    let operations = operations(lines)
    #expect(operations.map { $0["id"] as? Int } == [2, 1], "the second ended first")
    #expect(lines[2]["kind"] as? String == "say" && lines[2]["text"] as? String == "done")
    #expect(!result.output.contains("\"start\":0.") && result.output.contains("\"end\":181000,"))
  }

  @Test func aLoadsOperationsAreNumberedButPrintedOnlyIfAskedFor() throws {
    let script = "write a 1\nload 10/s for 1s at ONE\nrun 2s\nwrite a 2\n"
    let (few, _) = try run(script)
    #expect(operations(few).map { $0["id"] as? Int } == [1, 12])
    let (all, _) = try run(script, ["--all"])
    #expect(operations(all).count == 12)
    #expect(Set(operations(all).compactMap { $0["id"] as? Int }) == Set(1...12))
    #expect(Set(operations(all).compactMap { $0["client"] as? String }) == ["us-east-1", "eu-west-1", "ap-south-1"])
  }

  @Test func expectationsNameTheirFileAndLine() throws {
    let folder = try Folder()
    let file = try folder.write(
      "a.ev", "# first\nwrite cart milk\nexpect  last.value ==  milk # yes\nexpect last.stale\n")
    let result = try BuiltBinary.run(["run", file, "--json"])
    #expect(result.status == 1)
    let expectations = try lines(result).filter { $0["kind"] as? String == "expect" }
    #expect(expectations.map { $0["line"] as? Int } == [3, 4])
    #expect(expectations.map { $0["held"] as? Bool } == [true, false])
    #expect(expectations.map { $0["condition"] as? String } == ["last.value == milk", "last.stale"])
    #expect(expectations.allSatisfy { $0["file"] as? String == file })
  }

  @Test func aConditionThatIsNotReachedIsAFailedExpectation() throws {
    let (lines, result) = try run("run until reads.total > 0 within 3s\nrun until converged\n")
    #expect(result.status == 1)
    #expect(lines.map { $0["kind"] as? String } == ["expect", "end"])
    #expect(lines[0]["condition"] as? String == "reads.total > 0" && lines[0]["held"] as? Bool == false)
    #expect(lines[0]["file"] as? String == "<stdin>" && lines[0]["line"] as? Int == 1)
    #expect(lines[1]["time"] as? Int == 3_000_000, "time stands at the bound")
  }

  @Test func theEndLineStandsOnceAndLast() throws {
    let (lines, _) = try run("write cart milk at ALL\nrun 1s\nread cart\nexpect not last.stale\nexpect last.stale\n")
    #expect(lines.count { $0["kind"] as? String == "end" } == 1)
    let end = try #require(lines.last)
    #expect(Set(end.keys) == ["kind", "time", "events", "converged", "fingerprint", "expectations", "metrics"])
    #expect(end["time"] as? Int == 1_182_000 && end["converged"] as? Bool == true)
    #expect(try #require(end["events"] as? Int) > 20)
    let expectations = try #require(end["expectations"] as? [String: Int])
    #expect(expectations == ["held": 1, "failed": 1])
    let metrics = try #require(end["metrics"] as? [String: any Sendable])
    for name in [
      "reads.total", "reads.stale", "reads.stale-rate", "writes.acked", "writes.failed", "writes.lost",
      "writes.overwritten", "bytes.cross-region", "faults", "commands", "conflicts.total", "conflicts.rate",
      "convergence.p50", "convergence.p99", "lag.p99", "hints.pending", "hints.replayed", "repairs.read",
      "availability",
      "time",
    ] {
      #expect(metrics[name] is NSNumber, "\(name) is \(String(describing: metrics[name]))")
    }
    #expect(metrics["convergence.p99"] as? Int == 90_000 && metrics["time"] as? Int == 1_182_000)
    #expect(metrics["availability"] as? Double == 1 && metrics["reads.stale-rate"] as? Double == 0)
    #expect(metrics["converged"] == nil && metrics["last.latency"] == nil, "numbers only, and none of one operation")
  }

  @Test func aMetricWithoutAValueIsNull() throws {
    let end = try #require(try run("").lines.last)
    let metrics = try #require(end["metrics"] as? [String: any Sendable])
    #expect(metrics["availability"] is NSNull && metrics["lag.p99"] is NSNull && metrics["reads.total"] as? Int == 0)
    #expect(end["time"] as? Int == 0)
  }

  @Test func nothingButJSONIsPrintedWhateverTheScriptSays() throws {
    let odd = "a \u{1}\u{7F}\u{2028} \"quoted\" \\ \t 🎉 é"
    let quoted = odd.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let (lines, result) = try run(
      "write \"\(quoted)\" \"\(quoted)\"\nsay \"two\\nlines\"\nshow metrics\nmark here\nbranches\nshow links\nnote x\nback 1\n"
    )
    #expect(lines.map { $0["kind"] as? String } == ["operation", "say", "end"])
    #expect(lines[0]["key"] as? String == odd && lines[0]["value"] as? String == odd)
    #expect(lines[1]["text"] as? String == "two\nlines")
    #expect(!result.output.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7F })
  }

  @Test func operationsGoOnBeingNumberedWhereAClusterBeginsAnew() throws {
    let (lines, _) = try run(
      "write a 1\ncluster x-1:3\nwrite a 1\nexpect converged\nseed 5\nread a\nexpect last.value == none\n")
    #expect(operations(lines).map { $0["id"] as? Int } == [1, 2, 3])
    #expect(operations(lines).map { $0["start"] as? Int } == [0, 0, 0])
    #expect(operations(lines)[1]["coordinator"] as? String == "x1")
    #expect((lines.last?["expectations"] as? [String: Int])?["held"] == 2, "so do expectations")
  }

  @Test func theSeedOfTheCommandLineTakesPrecedence() throws {
    let script = "link us-east-1 us-east-1 uniform(1ms, 90ms)\nwrite a 1 at LOCAL_QUORUM\n"
    func end(_ seed: String?, _ options: [String]) throws -> Int? {
      operations(try run((seed.map { "seed \($0)\n" } ?? "") + script, options).lines)[0]["end"] as? Int
    }
    let (one, two) = (try end("1", []), try end("2", []))
    #expect(one != two)
    #expect(try end(nil, []) == one, "seed 1 when unsaid")
    #expect(try end("2", ["--seed", "1"]) == one)
    #expect(try end("1", ["--seed", "2"]) == two)
  }

  @Test func timeRunsOnAtTheEndUntilEverythingHasEnded() throws {
    let (lines, _) = try run("async write a 1 at ALL\nload 10/s for 2s at ONE\n", ["--all"])
    #expect(operations(lines).count == 21)
    #expect(operations(lines).allSatisfy { $0["outcome"] as? String == "ok" })
    #expect(try #require(lines.last?["time"] as? Int) >= 1_900_000)
  }
}
