import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// Two branches side by side.
@Suite struct BranchComparisonTests {
  @Test func itSaysWhereBranchesPartedAndWhatDiffers() throws {
    let walk = try Walk(
      "write cart milk at ALL\nwrite cart eggs at ONE\nread cart at ONE in eu-west-1\nback 6\n"
        + "write cart eggs at QUORUM\nread cart at ONE in eu-west-1")
    let comparison = try #require(BranchComparison("main", "main~1", in: walk.session.timeline))
    #expect(comparison.parting.count == 3)
    #expect(comparison.parting[2].contains("main~1: write cart eggs at QUORUM"))
    let stale = try #require(comparison.facts.first { $0.name == "reads.stale" })
    #expect(stale.first == "1" && stale.second == "0")
    #expect(comparison.lines.contains { $0.hasPrefix("≠  reads.stale") })
  }

  @Test func aBranchIsTheSameAsItself() throws {
    let walk = try Walk("write cart milk at ALL")
    let comparison = try #require(BranchComparison("main", "main", in: walk.session.timeline))
    #expect(comparison.parting.first?.hasPrefix("They have not parted") == true)
    #expect(comparison.keys.isEmpty && comparison.facts.map(\.name) == ["time"])
  }

  @Test func comparingChangesNothing() throws {
    var walk = try Walk("write cart milk at ALL\nfork other\nwrite cart eggs at ALL")
    let moment = walk.moment
    try walk("diff main other")
    #expect(walk.moment == moment && walk.branch == "other")
    #expect(throws: LanguageError.self) { try walk("diff main nowhere") }
  }
}
