import Kernel
import Testing

@testable import Replication

/// Who owns which key: tokens as Cassandra computes them, and the walk round the ring.
@Suite struct PlacementTests {
  /// What the drivers of Cassandra check their own tokens against.
  private static let published: [(bytes: [UInt8], token: Int64)] = [
    (Array("123".utf8), -7_468_325_962_851_647_638),
    (Array(repeatElement([0x00, 0xff, 0x10, 0xfa, 0x99], count: 10).joined()), 5_837_342_703_291_459_765),
    (Array(repeating: 0xfe, count: 8), -8_927_430_733_708_461_935),
    (Array(repeating: 0x10, count: 8), 1_446_172_840_243_228_796),
    (Array("9223372036854775807".utf8), 7_162_290_910_810_015_547),
    (Array(1...16), -5_563_837_382_979_743_776), (Array(2...17), -1_513_403_162_740_402_161),
    (Array(3...18), -495_360_443_712_684_655), ([], 0),
  ]

  @Test func tokensAreThoseOfCassandrasPartitioner() {
    for (bytes, token) in Self.published { #expect(Murmur3.token(bytes) == token, "\(bytes)") }
  }

  /// Plain MurmurHash3 x64 128, first half: for ASCII Cassandra's variant is the same.
  private static let hashes: [(text: String, hash: UInt64)] = [
    ("hello", 0xcbd8_a7b3_41bd_9b02), ("hello, world", 0x342f_ac62_3a5e_bc8e),
    ("19 Jan 2038 at 3:14:07 AM", 0xb89e_5988_b737_affc),
    ("The quick brown fox jumps over the lazy dog.", 0xcd99_481f_9ee9_02c9),
    ("123456789012345", 0x8870_01ae_a2af_cfd6), ("1234567890123456", 0x4fbe_5dc5_c0e3_2cf8),
    ("12345678901234567", 0x7486_1796_8026_b77e),
  ]

  @Test func tokensOfTextAreMurmurHash3() {
    for (text, hash) in Self.hashes { #expect(Murmur3.token(text) == Int64(bitPattern: hash), "\(text)") }
  }

  private struct Vectors: Decodable {
    struct Region: Decodable {
      let name: String
      let replicas: Int
      let factor: Int
    }
    struct Cluster: Decodable {
      let regions: [Region]
      let owners: [String: [String]]
    }

    let tokens: [String: String]
    let clusters: [Cluster]
  }

  @Test func tokensAndOwnersAreAsComputedElsewhere() throws {
    let vectors = try fixture("placement", as: Vectors.self)
    for (key, token) in vectors.tokens { #expect(String(Murmur3.token(key)) == token, "\(key)") }
    for cluster in vectors.clusters {
      let topology = Topology(regions: cluster.regions.map { ($0.name, $0.replicas) })
      let placement = Placement(topology: topology, factors: cluster.regions.map(\.factor))
      for (key, expected) in cluster.owners {
        let owners = placement.owners[placement.owners(ofKey: key)].members.map { owner in
          let replica = topology.replicas[owner.index]
          return "\(topology.name(of: replica.region))/\(replica.number)"
        }
        #expect(owners == expected, "\(key) in \(cluster.regions.map(\.name))")
      }
    }
  }

  @Test func everyRegionHoldsItsFactorOfEveryKey() {
    let topology = Topology(regions: [("us-east-1", 7), ("eu-west-1", 4), ("ap-south-1", 2)])
    let placement = Placement(topology: topology, factors: [3, 1, 5])
    for number in 0..<500 {
      let owners = placement.owners[placement.owners(ofKey: "k\(number)")]
      #expect(owners.byRegion.map(\.count) == [3, 1, 2], "a region can't hold more copies than it has replicas")
      #expect(owners.members == Array(owners.set))
      #expect(owners.byRegion.reduce(ReplicaSet()) { $0.union($1) } == owners.set)
    }
  }

  @Test func theRingSharesKeysOut() {
    let topology = Topology(regions: [("us-east-1", 6)])
    let placement = Placement(topology: topology, factors: [3])
    var copies = Array(repeating: 0, count: 6)
    for number in 0..<3_000 {
      for owner in placement.owners[placement.owners(ofKey: "k\(number)")].members { copies[owner.index] += 1 }
    }
    // 1,500 each on average; with 16 tokens a replica some have more than others.
    #expect(copies.reduce(0, +) == 9_000)
    #expect(copies.allSatisfy { (900...2_100).contains($0) }, "\(copies)")
  }

  @Test func aFurtherReplicaTakesOverAShareAndMovesNothingElse() {
    let before = Placement(topology: Topology(regions: [("us-east-1", 5)]), factors: [1])
    let after = Placement(topology: Topology(regions: [("us-east-1", 6)]), factors: [1])
    var moved = 0
    for number in 0..<1_000 {
      let was = before.owners[before.owners(ofKey: "k\(number)")].members
      let now = after.owners[after.owners(ofKey: "k\(number)")].members
      if was != now {
        moved += 1
        #expect(now == [ReplicaID(5)], "a key that moves goes to the new replica")
      }
    }
    #expect((60...350).contains(moved), "about a sixth, not \(moved) of 1,000")
  }

  @Test func theLargestClusterIsPlaced() {
    let topology = Topology(regions: [("us-east-1", 200), ("eu-west-1", 56)])
    let placement = Placement(topology: topology, factors: [3, 3])
    #expect(placement.owners[placement.owners(ofKey: "cart")].set.count == 6)
  }
}
