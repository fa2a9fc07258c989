import Kernel

/// Who is nearest to whom.
///
/// A coordinator asks its own copy first, then by the mean delay of the link (slow-downs don't count), then in the
/// cluster's order. Static, as Cassandra's plain snitches are (`AbstractNetworkTopologySnitch`), but by delay
/// instead of by the three classes self, same region and elsewhere.
public struct Proximity: Sendable {
  private let byReplica: [[ReplicaID]]
  private let byRegion: [[ReplicaID]]
  private let regionSpans: [[TimeSpan]]

  /// The order under the present delays of a network.
  public init(topology: Topology, network: Network) {
    func order(_ distance: (ReplicaID) -> Int64) -> [ReplicaID] {
      topology.replicaIDs.map { (distance($0), $0) }.sorted { $0 < $1 }.map(\.1)
    }
    byReplica = topology.replicaIDs.map { from in
      order { $0 == from ? -1 : network.meanDelay(from, $0) }
    }
    byRegion = topology.regionIDs.map { region in
      order { Self.isIn(region, $0, topology) ? -1 : network.meanDelay(Self.gate(of: region, topology), $0) }
    }
    regionSpans = topology.regionIDs.map { from in
      topology.regionIDs.map { to in
        let span = network.meanDelay(Self.gate(of: from, topology), Self.gate(of: to, topology))
        return from == to ? .zero : TimeSpan(microseconds: span / 1_000)
      }
    }
  }

  /// All replicas, the nearest to that replica first: itself.
  public func order(from replica: ReplicaID) -> [ReplicaID] { byReplica[replica.index] }

  /// All replicas, the nearest to a client in that region first: the region's own.
  public func order(fromClientIn region: RegionID) -> [ReplicaID] { byRegion[region.index] }

  /// How long a message takes from a region to another, on average.
  func span(from: RegionID, to: RegionID) -> TimeSpan { regionSpans[from.index][to.index] }

  /// The replica whose links a region's clients share on their way to other regions: its first.
  public static func gate(of region: RegionID, _ topology: Topology) -> ReplicaID {
    ReplicaID(topology.regions[region.index].replicas.lowerBound)
  }

  private static func isIn(_ region: RegionID, _ replica: ReplicaID, _ topology: Topology) -> Bool {
    topology.region(of: replica) == region
  }
}
