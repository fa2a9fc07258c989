import Kernel

/// One replication group for each partition over all regions, where each answer rests on two of them (DynamoDB's global tables with
/// multi-Region strong consistency: exactly three regions, of which one may be a witness that serves nobody).
///
/// AWS describes what the mode promises and not how it is kept. Here the group has one leader, in the region from which the way
/// to all others is the shortest: from there whoever is asked elsewhere waits for one round trip to it. A documented simplification:
/// a region that doesn't reach the leader doesn't serve, though it may reach the third.
public struct RegionSpan: Hashable, Sendable {
  /// By region: in which turn it comes into question for leading; a witness comes last.
  let ranks: [Int]
  /// The region that keeps the log and serves nobody; nil where all serve.
  public let witness: RegionID?

  /// How many regions there are, a witness included.
  public static let regionCount = 3

  init(_ topology: Topology, _ proximity: Proximity, witness: RegionID?) {
    func distance(of region: RegionID) -> Int64 {
      topology.regionIDs.reduce(0) {
        $0 + proximity.span(from: region, to: $1).microseconds + proximity.span(from: $1, to: region).microseconds
      }
    }
    func key(of region: RegionID) -> (Int, Int64, Int) {
      (region == witness ? 1 : 0, distance(of: region), region.index)
    }
    let order = topology.regionIDs.sorted { key(of: $0) < key(of: $1) }
    ranks = topology.regionIDs.map { order.firstIndex(of: $0) ?? 0 }
    self.witness = witness
  }

  /// A partition's copies, those first that come into question for leading first.
  func group(_ byRegion: [[ReplicaID]]) -> [ReplicaID] {
    byRegion.indices.sorted { ranks[$0] < ranks[$1] }.flatMap { byRegion[$0] }
  }
}
