import Foundation
import Testing

/// The demos that are shipped: what they claim must hold.
@Suite struct DemoTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("lessons/demos")

  private static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.filter { $0.hasSuffix(".ev") }.sorted() ?? []

  @Test func thereAreDemos() { #expect(Self.names.count >= 3) }

  @Test(arguments: names) func everyExpectationOfADemoHolds(name: String) throws {
    let result = try BuiltBinary.run(["run", Self.folder.appendingPathComponent(name).path])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.lines.last?.contains("expectations held") == true)
  }

  /// The screen that the audience sees is drawn for every step; each demo begins with a chapter.
  @Test(arguments: names) func everyDemoCanBeRecordedAndIsTheSameEachTime(name: String) throws {
    let folder = try Folder()
    let recordings = try (1...2).map { number in
      let file = folder.path("\(number).cast")
      let demo = Self.folder.appendingPathComponent(name).path
      let result = try BuiltBinary.run(["record", demo, "--output", file, "--pace", "instant", "--size", "80x24"])
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      return try folder.lines("\(number).cast")
    }
    #expect(recordings[0] == recordings[1])
    #expect(recordings[0].contains { $0.contains(", \"m\", ") })
  }

  @Test func aRecordingThatCannotBeWrittenIsRefusedBeforeItIsPlayed() throws {
    let demo = Self.folder.appendingPathComponent(try #require(Self.names.first)).path
    let result = try BuiltBinary.run(["record", demo, "--output", "/nowhere/at/all.cast"])
    #expect(result.status == 73)
    #expect(result.errors.contains("/nowhere/at/all.cast can't be written"))
  }
}
