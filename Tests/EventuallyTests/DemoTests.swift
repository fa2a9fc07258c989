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
}
