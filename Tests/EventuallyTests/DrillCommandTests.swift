import Foundation
import Testing

/// Drills as they are played at a terminal, or through a pipe.
@Suite struct DrillCommandTests {
  private func solution(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appendingPathComponent("drills/\(name)/solution.txt"), encoding: .utf8)
  }

  @Test func withoutANameTheyAreListed() throws {
    let result = try BuiltBinary.run(["drill"])
    #expect(result.status == 0)
    for name in ["black-friday", "retry-storm", "older-plan"] { #expect(result.output.contains("\(name)  ")) }
    let missing = try BuiltBinary.run(["drill", "nothing"])
    #expect(missing.status == 66 && missing.errors.contains("there is no drill `nothing`; there are black-friday"))
  }

  @Test func theEndOfInputIsTheEndOfTheDay() throws {
    let result = try BuiltBinary.run(["drill", "older-plan"], input: "run 20m\n")
    #expect(result.status == 0)
    #expect(
      result.output.contains("ticket from everybody") && result.output.contains("SCORE SHEET: No address, seed 1"))
    #expect(!result.output.contains("plan-110  "), "what happens by itself isn't told")
  }

  @Test func aPostMortemIsWrittenThatReplays() throws {
    let folder = try Folder()
    let page = folder.path("page.md")
    let result = try BuiltBinary.run(
      ["drill", "older-plan", "--json", "--seed", "3", "--postmortem", page], input: try solution("older-plan"))
    #expect(result.status == 0 && result.lines.count == 1, "\(result.output)\(result.errors)")
    let line = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let mine = try #require(line["you"] as? [String: Any])
    #expect(mine["named"] is Int && line["seed"] as? Int == 3)
    let fingerprint = try #require(line["fingerprint"] as? String)
    #expect(try folder.lines("page.md").contains { $0.contains(fingerprint) })
    let trace = folder.path("trace")
    #expect(try BuiltBinary.run(["run", "\(page).ev", "--trace", trace]).status == 0)
    #expect(try folder.lines("trace").last?.contains(fingerprint) == true)
  }

  @Test func whatCannotBeWrittenIsRefusedBeforeItIsPlayed() throws {
    let result = try BuiltBinary.run(["drill", "older-plan", "--postmortem", "/nowhere/page.md"], input: "run 1m\n")
    #expect(result.status == 73 && result.output.isEmpty)
    #expect(result.errors.contains("/nowhere/page.md can't be written"))
  }
}
