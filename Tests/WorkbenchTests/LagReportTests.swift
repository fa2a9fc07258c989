import Testing

@testable import Workbench

/// Replication lag from region to region.
@Suite struct LagReportTests {
  private func rows(_ script: String) throws -> [[String]] {
    try play(script + "\nshow lag").shown.map {
      $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    }
  }

  @Test func eachPairOfRegionsHasItsOwn() throws {
    let rows = try rows("write cart milk at ALL\nwrite cart eggs at ALL in eu-west-1")
    #expect(rows.contains(["us-east-1", "eu-west-1", "3", "40.000", "ms", "40.000", "ms", "40.000", "ms"]))
    #expect(rows.contains(["us-east-1", "us-east-1", "3", "0.500", "ms", "0.500", "ms", "0.500", "ms"]))
    #expect(rows.contains(["eu-west-1", "ap-south-1", "3", "60.000", "ms", "60.000", "ms", "60.000", "ms"]))
    #expect(!rows.contains { $0.first == "ap-south-1" }, "nobody wrote there")
    #expect(rows.contains(["ap2", "2", "60.000", "ms", "90.000", "ms", "90.000", "ms"]))
  }

  @Test func aCutShowsAsLag() throws {
    let rows = try rows("cut us-east-1 eu-west-1\nwrite cart milk\nrun 5s\nheal\nrun 20s")
    let row = try #require(rows.first { $0.prefix(2) == ["us-east-1", "eu-west-1"] })
    #expect((Double(row[3]) ?? 0) > 5_000, "hints brought it after the cut: \(row)")
  }

  @Test func beforeAnyWriteThatIsSaid() throws {
    #expect(try rows("") == [["no", "version", "has", "reached", "a", "copy", "yet"]])
  }
}
