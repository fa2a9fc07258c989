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
    #expect(lines.contains { $0.hasPrefix("discord-cassandra") && $0.contains("us-east-1 alone: nothing is cut") })
  }

  /// Read of roles and links as they are while the cut lasts, whatever is cut.
  @Test(arguments: [
    ("facebook-tao", "us-east-1 eu-west-1", "", false), ("facebook-tao", "us-west-2 eu-west-1", "eu-west-1", true),
    ("uber-metrics", "us-east-1 eu-west-1", "eu-west-1", true), ("linkedin-kafka", "us-east-1 eu-west-1", "", true),
    ("netflix-cassandra", "eu-west-1 ap-south-1", "", true), ("discord-cassandra", "us-east-1 eu-west-1", "", false),
    ("linkedin-kafka", "ap-south-1 sa-east-1", "", false),
  ]) func aCutPartsWhatGoesAcrossIt(name: String, regions: String, parted: String, isTouched: Bool) throws {
    let cut = try #require(Ordeal.Cut("\(regions) for 2s"))
    let profiles = try systems().filter { $0.name == name }
    let result = try #require(try Ordeal("20/s for 12s write 20% keys 40", cut: cut).run(profiles).first)
    let effect = try #require(result.effect)
    #expect(effect.parted.joined() == parted && effect.isTouched == isTouched, "\(effect)")
    // Whom it doesn't touch it doesn't make wait.
    if !isTouched { #expect(result.blocked == 0 && (result.behind ?? .zero) < .seconds(2)) }
  }

  @Test func anInstantIsReachedByItsScript() throws {
    let netflix = try systems().filter { $0.name == "netflix-cassandra" }
    let result = try #require(try Self.short.run(netflix).first)
    for (span, isCut) in [(4, false), (12, true), (18, false)] {
      let played = try play(result.script(upTo: .start + .seconds(Int64(span))).joined(separator: "\n"))
      #expect(played.session.now == .start + .seconds(Int64(span)))
      let counted = result.stretches.filter { $0.start < .start + .seconds(Int64(span)) }.reduce(0) { $0 + $1.ended }
      #expect(try played.fact("operations.ended") == "\(counted)")
      #expect(try (played.fact("faults.now") != "0") == isCut)
    }
  }

  /// Whoever looks on sees the same as whoever waits for the end.
  @Test func goingOnInPiecesComesToTheSame() throws {
    let uber = try #require(try systems().first { $0.name == "uber-metrics" })
    var course = try OrdealCourse(uber, in: Self.short)
    #expect(course.result.effect == nil && course.result.stretches.isEmpty)
    while !course.isOver { try course.advance() }
    let whole = try #require(try Self.short.run([uber]).first)
    #expect(course.result.values == whole.values && course.result.stretches == whole.stretches)
    #expect(course.result.script == whole.script)
  }

  @Test func aPictureSaysInWordsWhatItShows() throws {
    let results = try Self.short.run(try systems())
    let lines = OrdealPicture(Self.short, results).lines
    #expect(lines == OrdealPicture(Self.short, results).lines)
    let text = lines.joined(separator: "\n")
    #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>") && text.contains("role=\"img\""))
    #expect(text.contains("prefers-color-scheme: dark") && !text.contains("<script"))
    for result in results {
      let blocked = CountedNoun("operation").text(result.blocked)
      #expect(text.contains("\(result.profile): \(blocked) blocked, "), "\(result.profile)")
    }
    #expect(text.count { $0 == "<" } == text.count { $0 == ">" })
  }

  @Test func allStripsAreOfOneLength() throws {
    let report = OrdealReport(Self.short, try Self.short.run(try systems()))
    let strips = report.lines.filter { line in ProfileCatalog.names.contains { line.hasPrefix("\($0) ") } }.prefix(7)
    #expect(strips.count == 7 && Set(strips.map { TextWidth.of($0) }).count == 1)
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
