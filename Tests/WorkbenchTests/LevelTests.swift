import Foundation
import Kernel
import Replication
import Testing

@testable import Analysis
@testable import Language
@testable import Workbench

/// The arithmetic of consistency levels: `semantics.md` §10.1, and the latencies of `vectors/latency.json`.
@Suite struct LevelTests {
  /// One region with three replicas, and failures noticed at once, as the vectors' "down" has it.
  private let three = "cluster us-east-1:3 rf=3\nset failure-detector oracle\n"
  private let all = "set failure-detector oracle\n"

  @Test func A01_withOneOfThreeDownTwoAndQuorumSucceedAndThreeAndAllAreRefused() throws {
    try check(
      three + """
        crash us3
        write a 1 at ONE
        expect last.outcome == ok
        write a 2 at TWO
        expect last.outcome == ok
        write a 3 at QUORUM
        expect last.outcome == ok
        write a 4 at THREE
        expect last.outcome == unavailable
        write a 5 at ALL
        expect last.outcome == unavailable
        expect value(us1, a) == 3 and value(us2, a) == 3
        """)
    let played = try play(three + "crash us3\nwrite a 1 at ALL")
    #expect((played.last.required, played.last.received) == (3, 2))
  }

  @Test func A02_withTwoOfThreeDownQuorumIsRefusedAndOneSucceeds() throws {
    try check(
      three + """
        crash us2
        crash us3
        write a 1 at QUORUM
        expect last.outcome == unavailable
        read a at QUORUM
        expect last.outcome == unavailable
        write a 1 at ONE
        expect last.outcome == ok
        """)
  }

  @Test func A03_withAllOwnersDownAnyKeepsHintsAndOneIsRefusedWithoutAny() throws {
    // Four replicas and three copies: one of them owns nothing of the key.
    let setUp = "cluster us-east-1:4 rf=3\nset failure-detector oracle\n"
    let cluster = try play(setUp + "read a").session.cluster
    let key = try #require(cluster.catalogue.names.key(named: "a"))
    let owners = cluster.environment.owners(of: key).members.map { cluster.topology.name(of: $0) }
    let other = try #require(["us1", "us2", "us3", "us4"].first { !owners.contains($0) })
    let crashes = owners.map { "crash \($0)\n" }.joined()
    try check(
      setUp + crashes + """
        write a 1 at ONE via \(other)
        expect last.outcome == unavailable
        expect hints.pending == 0
        write a 2 at ANY via \(other)
        expect last.outcome == ok
        expect hints.pending == 3
        """)
  }

  @Test func A04_aReadAtAnyIsRefusedBeforeAnythingRuns() {
    #expect(throws: Diagnostic.self) { try play("write a 1\nread a at ANY") }
  }

  @Test func A06_twoCopiesTolerateNoLossAtQuorum() throws {
    let played = try play("cluster us-east-1:2 rf=2\nset failure-detector oracle\ncrash us2\nwrite a 1 at QUORUM")
    #expect((played.last.outcome, played.last.required, played.last.received) == (.unavailable, 2, 1))
  }

  @Test func A07_fourCopiesWithTwoDownHaveNoQuorum() throws {
    let played = try play(
      "cluster us-east-1:4 rf=4\nset failure-detector oracle\ncrash us3\ncrash us4\nwrite a 1 at QUORUM")
    #expect((played.last.outcome, played.last.required, played.last.received) == (.unavailable, 3, 2))
  }

  @Test func A08_theConfiguredFactorCountsNotTheReplicasThereAre() throws {
    let played = try play("cluster us-east-1:2 rf=3\nwrite a 1 at QUORUM\nwrite a 2 at ALL")
    #expect(played[1]?.outcome == .ok)
    #expect((played.last.outcome, played.last.required, played.last.received) == (.unavailable, 3, 2))
  }

  @Test func A09_withARegionDownLocalAndPlainQuorumGoOn() throws {
    try check(
      all + """
        crash eu-west-1
        write a 1 at LOCAL_QUORUM
        expect last.outcome == ok
        write a 2 at QUORUM
        expect last.outcome == ok
        write a 3 at EACH_QUORUM
        expect last.outcome == unavailable
        write a 4 at ALL
        expect last.outcome == unavailable
        """)
    let played = try play(all + "crash eu-west-1\nwrite a 3 at EACH_QUORUM\nwrite a 4 at ALL")
    #expect((played[1]?.required, played[1]?.received) == (2, 0))
    #expect((played[2]?.required, played[2]?.received) == (9, 6))
  }

  @Test func A10_withTwoRegionsDownThereIsNoQuorum() throws {
    let played = try play(
      all + "crash eu-west-1\ncrash ap-south-1\nwrite a 1 at QUORUM\nwrite a 2 at LOCAL_QUORUM\nwrite a 3 at ONE")
    #expect((played[1]?.outcome, played[1]?.required, played[1]?.received) == (.unavailable, 5, 3))
    #expect(played[2]?.outcome == .ok)
    #expect(played[3]?.outcome == .ok)
  }

  @Test func A11_inAPartitionTheLargerSideHasAQuorumAndEverySideALocalOne() throws {
    try check(
      all + """
        write a 0 at ALL
        partition us-east-1 | eu-west-1 ap-south-1
        write a 1 at QUORUM
        expect last.outcome == unavailable
        write a 2 at QUORUM in eu-west-1
        expect last.outcome == ok
        write a 3 at LOCAL_QUORUM in us-east-1
        expect last.outcome == ok
        write a 4 at LOCAL_QUORUM in eu-west-1
        expect last.outcome == ok
        write a 5 at LOCAL_QUORUM in ap-south-1
        expect last.outcome == ok
        """)
  }

  @Test func A12_twoRegionsWithOneDown() throws {
    let played = try play(
      """
      cluster us-east-1:3 eu-west-1:3 rf=3
      set failure-detector oracle
      crash eu-west-1
      write a 1 at QUORUM
      write a 2 at LOCAL_QUORUM
      """)
    #expect((played[1]?.outcome, played[1]?.required, played[1]?.received) == (.unavailable, 4, 3))
    #expect(played[2]?.outcome == .ok)
  }

  @Test(arguments: [
    ("QUORUM", "us-east-1", 3), ("EACH_QUORUM", "us-east-1", 4), ("LOCAL_QUORUM", "us-east-1", 2),
    ("LOCAL_QUORUM", "eu-west-1", 2), ("ALL", "us-east-1", 5),
  ]) func A13_threeAndTwoCopies(level: String, region: String, needed: Int) throws {
    let played = try play(
      """
      cluster us-east-1:3 eu-west-1:2 rf=us-east-1:3,eu-west-1:2
      write a 1 at \(level) in \(region)
      """)
    #expect((played.last.outcome, played.last.required) == (.ok, needed))
  }

  @Test func A14_oneIsServedElsewhereAndLocalOneIsNot() throws {
    // A region without copies, so that its replicas coordinate and own nothing.
    try check(
      """
      cluster us-east-1:1 eu-west-1:3 rf=us-east-1:0,eu-west-1:3
      write a 1 at ALL
      expect last.outcome == ok
      read a at ONE
      expect last.outcome == ok and last.value == 1
      read a at LOCAL_ONE
      expect last.outcome == unavailable
      """)
  }

  @Test func A15_aRegionWithoutCopiesNeedsOneOfNone() throws {
    let played = try play(
      "cluster us-east-1:1 eu-west-1:3 rf=us-east-1:0,eu-west-1:3\nwrite a 1 at LOCAL_QUORUM")
    #expect((played.last.outcome, played.last.required, played.last.received) == (.unavailable, 1, 0))
  }

  @Test func A17_eachQuorumWaitsForAMajorityOfEveryRegion() throws {
    // Asia answers last: six acknowledgements are in before its second.
    try check(
      """
      hold us1 ap1
      hold us1 ap2
      async write a 1 at EACH_QUORUM
      run 500ms
      expect op(1).outcome == none
      release us1 ap1
      run 200ms
      expect op(1).outcome == ok
      """)
  }

  @Test func A18_localQuorumCountsItsOwnRegionOnly() throws {
    try check(
      """
      hold us1 us2
      hold us1 us3
      async write a 1 at LOCAL_QUORUM
      run 500ms
      expect op(1).outcome == none and holds(eu1, op 1) and holds(ap1, op 1)
      release us1 us2
      run 1ms
      expect op(1).outcome == none
      run 1ms
      expect op(1).outcome == ok
      """)
  }

  private struct Latencies: Decodable {
    struct Pair: Decodable {
      let read: Double?
      let write: Double
      let read_if_supported: Double?
    }

    let latency: [String: [String: Pair]]
  }

  @Test func latenciesOfTheDefaultClusterAreExact() throws {
    let url = try #require(Bundle.module.url(forResource: "latency", withExtension: "json", subdirectory: "Fixtures"))
    let vectors = try JSONDecoder().decode(Latencies.self, from: Data(contentsOf: url))
    for (region, levels) in vectors.latency {
      for (level, expected) in levels {
        let write = try play("write a 1 at \(level) in \(region)").last
        #expect(write.microseconds == Int64(expected.write * 1_000), "write \(level)")
        let settled = "write a 1 at ALL\nrun 1s\n"
        let read = try play(settled + "read a at \(level) in \(region)").last
        let milliseconds = try #require(expected.read ?? expected.read_if_supported)
        #expect(read.microseconds == Int64(milliseconds * 1_000), "read \(level)")
      }
    }
  }

  /// The k-th smallest round trip from the other regions, by the same definition.
  @Test(arguments: [
    ("eu-west-1", "QUORUM", 81_000), ("eu-west-1", "EACH_QUORUM", 121_000), ("eu-west-1", "ALL", 121_000),
    ("eu-west-1", "LOCAL_QUORUM", 2_000), ("ap-south-1", "QUORUM", 121_000), ("ap-south-1", "EACH_QUORUM", 181_000),
    ("ap-south-1", "ALL", 181_000), ("ap-south-1", "ONE", 1_000), ("ap-south-1", "THREE", 2_000),
  ]) func latenciesFromTheOtherRegions(region: String, level: String, microseconds: Int64) throws {
    #expect(try play("write a 1 at \(level) in \(region)").last.microseconds == microseconds)
    #expect(try play("read a at \(level) in \(region)").last.microseconds == microseconds)
  }

  @Test func aRefusalTakesOneRoundTripToTheCoordinator() throws {
    let played = try play(all + "crash eu-west-1\nwrite a 1 at ALL")
    #expect((played.last.outcome, played.last.microseconds) == (.unavailable, 1_000))
  }

  @Test func withNobodyToCoordinateAnOperationIsRefusedAtOnce() throws {
    let played = try play("cluster us-east-1:2 rf=2\ncrash us-east-1\nwrite a 1")
    #expect((played.last.outcome, played.last.microseconds, played.last.coordinator) == (.unavailable, 0, nil))
  }
}

extension OperationReport {
  var microseconds: Int64 { end.microseconds - start.microseconds }
}
