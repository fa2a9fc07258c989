import Kernel
import Testing

@testable import Analysis
@testable import Replication
@testable import Workbench

/// How many bytes travel: what the rules say, by arithmetic.
@Suite struct WireSizeTests {
  @Test(
    "under lww a write has 40 bytes, its key, its value and a timestamp, however many have written the key",
    arguments: 1...9) func write(writers: Int) throws
  {
    let names = ["us1", "us2", "us3", "eu1", "eu2", "eu3", "ap1", "ap2", "ap3"]
    var script = ""
    for name in names.prefix(writers) { script += "write k667 v0 at ALL via \(name)\n" }
    let before = try play(script).session.cluster.traffic.crossRegionBytes
    let after = try play(script + "write k667 v111777 at ALL via us1").session.cluster.traffic.crossRegionBytes
    // Six copies cross and six acknowledgements.
    #expect(after - before == 6 * (40 + 4 + 7 + 8) + 6 * 40)
  }

  @Test func aHintHasEightBytesMore() throws {
    // 40 + 4 + 7 + 8 + 8 = 67. One is replayed, and acknowledged.
    let script = "crash eu1\nrun 2s\nwrite k667 v111777 at ONE\nrun 3s\nrestart eu1\n"
    let before = try play(script).session.cluster.traffic.crossRegionBytes
    let after = try play(script + "run 11s").session.cluster.traffic.crossRegionBytes
    #expect(after - before == 67 + 40)
  }

  @Test func aReadsAnswerHasTheVersionADigestSixteenBytes() throws {
    let script = "cluster us-east-1:1 eu-west-1:2 rf=us-east-1:1,eu-west-1:2\nwrite k667 v111777 at ALL\nrun 1s\n"
    let before = try play(script).session.cluster.traffic.crossRegionBytes
    // us1 asks eu1 and eu2 for digests.
    let after = try play(script + "read k667 at ALL via us1").session.cluster.traffic.crossRegionBytes
    #expect(after - before == 2 * 40 + 2 * (40 + 16))
    // From eu1 its own copy is read, and the others give digests; one of them is across.
    let other = try play(script + "read k667 at ALL via eu1").session.cluster.traffic.crossRegionBytes
    #expect(other - before == 40 + 56)
  }

  @Test func aRepairStreamsRegistersWithoutTheirVectors() throws {
    let played = try play(
      """
      cluster us-east-1:2 rf=2
      set hints off
      isolate us1
      run 2s
      write k667 v111777 at ONE via us1
      run 3s
      heal
      run 2s
      repair
      """)
    // Question 40, tree of one hash 72, wish 40, the version 59, its acknowledgement 40.
    #expect(try played.fact("bytes.repair") == "251")
    #expect(played.repairs.first?.outcome.bytes == 251)
  }

  @Test func whereSiblingsAreKeptTheContextTravels() throws {
    func bytes(_ policy: String) throws -> Int {
      try play("\(policy)\nwrite k667 v111777 at ALL via us1").session.cluster.traffic.crossRegionBytes
    }
    // A vector of one entry, and the dot of the one sibling; no timestamp.
    #expect(try bytes("set conflict siblings") == 6 * (40 + 4 + 12 + 12 + 7) + 6 * 40)
    #expect(try bytes("set conflict lww") == 6 * (40 + 4 + 7 + 8) + 6 * 40)
  }

  @Test func aTombstoneHasNoValue() throws {
    let bytes = try play("delete k667 at ALL").session.cluster.traffic.crossRegionBytes
    #expect(bytes == 6 * (40 + 4 + 8) + 6 * 40)
  }

  @Test func whatAnOperationCostsIsWhatItsMessagesHave() throws {
    let played = try play("write k667 v111777 at ALL via us1\nrun 1s")
    #expect(try played.fact("op(1).bytes") == String(8 * 59 + 8 * 40))
  }
}
