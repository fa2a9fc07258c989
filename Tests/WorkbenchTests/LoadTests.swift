import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Workbench

/// Loads in the background: when they ask, what, whom.
@Suite struct LoadTests {
  private func load(_ script: String) throws -> [OperationReport] {
    try play(script, reportsLoads: true, finishing: true).operations.sorted { $0.id < $1.id }
  }

  @Test func arrivalsAreEvenlySpacedAndTheFirstComesAtOnce() throws {
    let operations = try load("run 1s\nload 8/s for 2s")
    #expect(operations.map(\.start.microseconds) == (0..<16).map { 1_000_000 + Int64($0) * 125_000 })
    #expect(try load("load 3/s for 1s").map(\.start.microseconds) == [0, 333_333, 666_666])
    #expect(try load("load 0.5/s for 5s").map(\.start.microseconds) == [0, 2_000_000, 4_000_000])
    #expect(try load("load 2/m for 1m").count == 2)
  }

  @Test func aPoissonLoadHasTheStatedRateAndNoRhythm() throws {
    let operations = try load("load 100/s for 20s at ONE poisson keys 1")
    #expect((1_850...2_150).contains(operations.count), "\(operations.count) of 2,000")
    let gaps = zip(operations, operations.dropFirst()).map { ($1.start - $0.start).microseconds }
    let short = gaps.count { $0 < 6_931 }  // half of all gaps are shorter than mean · ln 2
    #expect((gaps.count * 45 / 100...gaps.count * 55 / 100).contains(short), "\(short) of \(gaps.count)")
  }

  /// A mean of a few nanoseconds: most gaps are shorter than a microsecond.
  @Test func aDenseLoadKeepsItsRate() throws {
    let session = try play("load 2000/ms for 1ms poisson keys 1 at ONE\nrun 900us").session
    let issued = session.cluster.nextOperation - 1
    #expect((1_650...1_950).contains(issued), "\(issued) in 900 µs, not 1,800")
  }

  @Test func halfAreWritesUnlessItSaysOtherwise() throws {
    let operations = try load("load 1000/s for 1s")
    #expect((440...560).contains(operations.count { $0.kind == .write }))
    #expect(try load("load 500/s for 1s write 100%").allSatisfy { $0.kind == .write })
    #expect(try load("load 500/s for 1s write 0%").allSatisfy { $0.kind == .read })
    #expect((20...80).contains(try load("load 500/s for 1s write 10%").count { $0.kind == .write }))
  }

  @Test func writesHaveTheFirstLevelAndReadsTheSecond() throws {
    for operation in try load("load 100/s for 1s at QUORUM/TWO") {
      #expect(operation.level == (operation.kind == .write ? .quorum : .two))
    }
    #expect(try load("load 100/s for 1s at ALL").allSatisfy { $0.level == .all })
  }

  @Test func everyWrittenValueIsUnique() throws {
    let values = try load("load 300/s for 1s write 100% keys 3\nload 300/s for 1s write 100% keys 3").compactMap(
      \.value)
    #expect(values.count == 600 && Set(values).count == 600)
  }

  @Test func keysAreChosenEvenlyUnlessZipf() throws {
    let even = Dictionary(grouping: try load("load 1000/s for 1s keys 4"), by: \.key).mapValues(\.count)
    #expect(even.keys.sorted() == ["k0", "k1", "k2", "k3"])
    #expect(even.values.allSatisfy { (190...310).contains($0) }, "\(even)")
    let skewed = Dictionary(grouping: try load("load 1000/s for 1s keys 100 zipf 1.2"), by: \.key).mapValues(\.count)
    #expect(skewed["k0", default: 0] > 200 && skewed["k0", default: 0] > 2 * skewed["k2", default: 0], "\(skewed)")
    #expect(skewed.keys.allSatisfy { (0..<100).map { "k\($0)" }.contains($0) })
  }

  @Test func theRegionsAskInTurnAndTheirReplicasCoordinateInTurn() throws {
    let operations = try load("load 90/s for 1s at ONE")
    #expect(operations.prefix(4).map(\.client) == ["us-east-1", "eu-west-1", "ap-south-1", "us-east-1"])
    #expect(
      operations.prefix(12).map(\.coordinator) == [
        "us1", "eu1", "ap1", "us2", "eu2", "ap2", "us3", "eu3", "ap3", "us1", "eu1", "ap1",
      ])
    let without = try load("crash us2\nload 90/s for 1s at ONE")
    #expect(without.filter { $0.client == "us-east-1" }.prefix(4).map(\.coordinator) == ["us1", "us3", "us1", "us3"])
    let abroad = try load("crash us-east-1\nload 9/s for 1s at ONE")
    #expect(abroad.filter { $0.client == "us-east-1" }.allSatisfy { $0.coordinator == "eu1" })
  }

  @Test func aLoadCanBeOneClientsOrOneReplicas() throws {
    #expect(
      try load("load 20/s for 1s in eu-west-1").allSatisfy { $0.client == "eu-west-1" && $0.coordinator == "eu1" })
    #expect(try load("load 20/s for 1s via ap2").allSatisfy { $0.coordinator == "ap2" })
    let hopping = try load("client alice in us-east-1\nload 20/s for 1s as alice hop us-east-1 eu-west-1")
    #expect(hopping.allSatisfy { $0.client == "alice" })
    #expect(hopping.prefix(4).map(\.coordinator) == ["us1", "eu1", "us1", "eu1"])
  }

  @Test func aSizeMakesMessagesLargerAndNothingElse() throws {
    func bytes(_ size: String) throws -> Int {
      Int(try play("load 10/s for 1s write 100% at ALL \(size)\nrun 2s").fact("bytes.cross-region")) ?? 0
    }
    // Ten writes, six copies each across regions.
    #expect(try bytes("size 1100B") - bytes("size 100B") == 10 * 6 * 1_000)
    #expect(try bytes("size 1KiB") - bytes("size 1KB") == 10 * 6 * 24)
  }

  @Test func aLoadRunsInTheBackgroundOnly() throws {
    try check(
      """
      load 100/s for 10s at ONE
      expect time == 0ms and reads.total == 0
      write cart milk at ONE
      expect last.value == milk and time == 1ms
      await
      expect time == 1ms
      run 1s
      expect last.value == milk and count(load) > 90
      load stop
      run 100ms
      expect count(load) < 110
      run 5s
      expect count(load) < 110 and settled
      """)
  }

  @Test func loadsGoOnSideBySide() throws {
    let operations = try load("load 10/s for 1s write 100% in us-east-1\nload 10/s for 1s write 0% in eu-west-1")
    #expect(operations.count == 20)
    #expect(operations.filter { $0.kind == .write }.allSatisfy { $0.client == "us-east-1" })
    #expect(operations.filter { $0.kind == .read }.allSatisfy { $0.client == "eu-west-1" })
  }
}
