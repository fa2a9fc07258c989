import Foundation
import Testing

/// A moment that is shared in a shell, and reopened in another.
@Suite struct ShareCommandTests {
  private static let script = "write cart milk at QUORUM\ncut us-east-1 eu-west-1\nwrite cart eggs at ONE\nrun 30ms\n"

  private func object(_ line: String) throws -> [String: any Sendable] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: any Sendable])
  }

  @Test func theLastLineReopensTheInstant() throws {
    let shared = try BuiltBinary.run(["run", "-"], input: Self.script + "share\n")
    let token = try #require(shared.lines.last)
    #expect(shared.status == 0 && token.utf8.count <= 2_048 && shared.output.hasSuffix("\(token)\n"))
    let opened = try BuiltBinary.run(["open", token, "--json"])
    #expect(opened.status == 0 && opened.errors.isEmpty && opened.lines.count == 1, "\(opened.errors)")
    let end = try object(opened.lines[0])
    let here = try object(try #require(try BuiltBinary.run(["run", "-", "--json"], input: Self.script).lines.last))
    #expect(end["kind"] as? String == "end" && end["time"] as? Int == here["time"] as? Int)
    #expect(end["fingerprint"] as? String == here["fingerprint"] as? String && end["fingerprint"] != nil)
    #expect(try BuiltBinary.run(["open", "-", "--json"], input: "  \(token)\n").output == opened.output)
  }

  @Test func programsReadItAsALineOfJSON() throws {
    let result = try BuiltBinary.run(["run", "-", "--json"], input: Self.script + "share\nrun 1s\n")
    let lines = try result.lines.map(object)
    #expect(lines.map { $0["kind"] as? String } == ["operation", "operation", "share", "end"])
    let opened = try BuiltBinary.run(["open", try #require(lines[2]["token"] as? String), "--json"])
    #expect(try object(opened.lines[0])["fingerprint"] as? String == lines[2]["fingerprint"] as? String)
    #expect(lines[2]["fingerprint"] as? String != lines[3]["fingerprint"] as? String)
  }

  @Test func noPathTimeOrMachineIsInIt() throws {
    let (here, there) = (try Folder(), try Folder())
    try here.write("a.ev", "source b.ev\nshare\n")
    try here.write("b.ev", Self.script)
    try there.write("other/name.ev", Self.script + "share\n")
    let first = try BuiltBinary.run(["run", "a.ev"], in: here.url)
    let second = try BuiltBinary.run(["run", there.path("other/name.ev")])
    #expect(first.status == 0 && first.lines.last == second.lines.last, "\(first.errors)")
  }

  @Test(arguments: ["nonsense", "AAAA", "A", "-x", ""]) func aBadTextIsRefused(text: String) throws {
    let result = try BuiltBinary.run(["open", "--json", "--", text])
    #expect(result.status == 65 && result.output.isEmpty && !result.errors.isEmpty, "\(result.status)")
  }

  @Test func whatDoesntFitSaysSoWithItsPlace() throws {
    let lines = (0..<500).map { "write key-\($0 &* 7_919 % 10_007) \($0 &* 104_729 % 1_000_003)\n" }
    let result = try BuiltBinary.run(["run", "-"], input: lines.joined() + "share\n")
    #expect(
      result.status == 65 && result.errors.contains("<stdin>:501:1: error: this moment takes "), "\(result.errors)")
    #expect(result.errors.contains("use `save FILE`"))
  }

  @Test func theProgramIsOfTheVersionThatLinksName() throws {
    let version = try BuiltBinary.run(["--version"]).output
    let source = SourceFile.all(in: "Sources/Workbench/Sharing").flatMap(\.lines).joined(separator: "\n")
    let number = try #require(source.firstMatch(of: #/number = "([0-9.]+)"/#)?.1)
    #expect(version.contains(number))
  }
}
