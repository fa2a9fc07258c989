import Kernel
import Language
import Testing

@testable import Analysis
@testable import Workbench

/// One load and one cut on all profiles.
@Suite struct OrdealTests {
  private static let short = Ordeal(
    "40/s for 16s write 20% keys 40", cut: .init("us-east-1", "eu-west-1", for: .seconds(6)))

  private func systems() throws -> [Profile] { try Profile.all().filter(\.isSystem) }

  @Test(arguments: [
    ("us-east-1 eu-west-1 for 30s", true), ("a b FOR 1m", true), ("us-east-1 eu-west-1", false), ("a b for 0s", false),
    ("a b for soon", false), ("a b for 2h", false), ("a b c for 3s", false),
  ]) func aCutIsTwoRegionsAndASpan(text: String, isCut: Bool) {
    #expect((Ordeal.Cut(text) != nil) == isCut)
  }

  @Test func eachCellIsReproducedByItsScript() throws {
    for result in try Self.short.run(try systems()) {
      let played = try play(result.script.joined(separator: "\n"))
      #expect(played.expectations.count >= OrdealResult.Cell.allCases.count)
      for expectation in played.expectations where !expectation.isHeld {
        Issue.record("\(result.profile): \(expectation.condition); \(expectation.facts.joined(separator: ", "))")
      }
    }
  }

  @Test func stretchesAddUpToTheWhole() throws {
    for result in try Self.short.run(try systems()) {
      let ended = result.stretches.reduce(0) { $0 + $1.ended }
      #expect(result.values[.operations] == .number(Double(ended)), "\(result.profile)")
      #expect(result.values[.answered] == .number(Double(result.stretches.reduce(0) { $0 + $1.answered })))
      #expect(result.values[.stale] == .number(Double(result.stretches.reduce(0) { $0 + $1.stale })))
    }
  }

  @Test func whoAsksTheOtherRegionIsBlockedAndWhoDoesntIsBehind() throws {
    let results = try Self.short.run(try systems())
    func value(_ cell: OrdealResult.Cell, _ name: String) -> Double {
      results.first { $0.profile == name }?.values[cell]?.magnitude ?? -1
    }
    // The database that takes all writes stands on the other side of the cut.
    #expect(value(.answered, "uber-metrics") < value(.operations, "uber-metrics"))
    for name in ["netflix-cassandra", "amazon-dynamodb"] {
      #expect(value(.answered, name) == value(.operations, name))
      #expect(value(.behind, name) > 5_000_000 && value(.stale, name) > 0)
    }
    // The primary's region still reaches both.
    #expect(value(.answered, "facebook-tao") == value(.operations, "facebook-tao"))
    // What is mirrored waits, and nobody is stale: each region's clients read its own log.
    #expect(value(.answered, "linkedin-kafka") == value(.operations, "linkedin-kafka"))
    #expect(value(.behind, "linkedin-kafka") > 1_000_000 && value(.stale, "linkedin-kafka") == 0)
  }

  @Test func whoLacksARegionIsNotCut() throws {
    let results = try Self.short.run(try systems())
    #expect(results.filter { !$0.isCut }.map(\.profile) == ["discord-cassandra"])
    let lines = OrdealReport(Self.short, results).lines
    #expect(lines.contains { $0.hasPrefix("Not cut") && $0.contains("discord-cassandra") })
  }

  @Test func allStripsAreOfOneLength() throws {
    let report = OrdealReport(Self.short, try Self.short.run(try systems()))
    let strips = report.lines.filter { line in ProfileCatalog.names.contains { line.hasPrefix("\($0) ") } }.prefix(7)
    #expect(Set(strips.map { TextWidth.of($0) }).count == 1)
    #expect(strips.allSatisfy { $0.hasSuffix("=") } && strips.contains { $0.contains("x") })
    for line in report.lines { #expect(TextWidth.of(line) <= 80, "\(line)") }
  }

  @Test func aLoadAtALevelOfItsOwnKeepsIt() throws {
    let ordeal = Ordeal("10/s for 5s keys 5 at ALL", cut: Self.short.cut)
    let netflix = try systems().filter { $0.name == "netflix-cassandra" }
    #expect(try ordeal.run(netflix)[0].script.contains("load 10/s for 5s keys 5 at ALL"))
    #expect(try Self.short.run(netflix)[0].script.contains("load 40/s for 16s write 20% keys 40 at LOCAL_QUORUM"))
  }

  @Test func aLoadThatOneCannotRunIsRefused() throws {
    #expect(throws: ScriptError.self) { try Ordeal("10/s for 5s at QUORUM").run(try systems()) }
    #expect(throws: ScriptError.self) { try Ordeal("often").run(try systems()) }
  }
}
