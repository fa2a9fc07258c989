import Foundation
import Testing

/// `eventually export`, run as a user would.
@Suite struct ExportCommandTests {
  private static func script(_ text: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "eventually-\(UUID().uuidString).ev").path
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test(arguments: [
    ("history", #""type":"invoke""#), ("shiviz", #"us1 {"us1":1}"#), ("mermaid", "sequenceDiagram"),
    ("csv", "start_ms,end_ms"), ("json", #""series":["#), ("openmetrics", "# EOF"),
  ]) func eachFormGoesToStandardOutput(format: String, piece: String) throws {
    let script = try Self.script("write cart milk at QUORUM\n")
    let result = try BuiltBinary.run(["export", script, "--format", format])
    #expect(result.status == 0 && result.errors.isEmpty && result.output.contains(piece))
  }

  @Test func aFileIsWrittenWholeOrNotAtAll() throws {
    let script = try Self.script("write cart milk\n")
    let output = script + ".csv"
    #expect(try BuiltBinary.run(["export", script, "--format", "csv", "--output", output]).status == 0)
    #expect(try String(contentsOfFile: output, encoding: .utf8).hasPrefix("start_ms"))
    let nowhere = try BuiltBinary.run(["export", script, "--format", "csv", "--output", "/nowhere/at/all.csv"])
    #expect(nowhere.status == 73 && nowhere.errors.contains("/nowhere/at/all.csv"))
  }

  @Test(arguments: [
    (["--format", "cvs"], "cvs"), (["--format", "csv", "--from", "1ms"], "--from and --to are for shiviz and mermaid"),
    (["--format", "mermaid", "--from", "soon"], "not `soon`"),
    (["--format", "mermaid", "--from", "2s", "--to", "1s"], "nothing lies in between"),
  ]) func wrongUsageIsSixtyFour(arguments: [String], piece: String) throws {
    let result = try BuiltBinary.run(["export", try Self.script("write cart milk\nrun 3s\n")] + arguments)
    #expect(result.status == 64 && result.output.isEmpty && result.errors.contains(piece), "\(result.errors)")
  }
}
