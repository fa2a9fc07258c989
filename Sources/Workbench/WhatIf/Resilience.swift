import Kernel
import Replication

/// How much would still be answered after each single fault, once it has been noticed: a write and a read by each region's
/// client at each level, tried on copies.
struct Resilience: Sendable {
  /// For how long a fault lasts before anything is asked.
  private static let settling = TimeSpan.milliseconds(1_500)
  /// How many faults of a kind are tried at most.
  private static let limit = 6

  /// What can fail.
  enum Kind: CaseIterable {
    case replica, region, link
  }

  /// For each level the worst share of each kind, and the fault that brought it about.
  private let worst: [[(share: Double, fault: String)?]]

  init(_ session: Session, levels: [ConsistencyLevel]) {
    let key = session.keys.last ?? "whatif"
    let regions = session.cluster.topology.regionIDs
    var worst: [[(share: Double, fault: String)?]] = Array(
      repeating: Array(repeating: nil, count: Kind.allCases.count), count: levels.count)
    for (column, kind) in Kind.allCases.enumerated() {
      for (name, fault) in Self.faults(kind, key, in: session.cluster).prefix(Self.limit) {
        var copy = session
        _ = try? copy.begin(.input(.fault(fault)), from: .prompt("")) { _ in }
        var goal = Goal.instant(copy.now + Self.settling)
        _ = copy.pursue(&goal, until: .end, atMost: 1_000_000) { _ in }
        for (row, level) in levels.enumerated() {
          let answered = regions.flatMap { region in
            [OperationKind.write, .read].map { session.probe($0, key, level, from: region) }
          }.map { plan -> Bool in
            if case .answered? = Forecast(plan, in: copy)?.ending { true } else { false }
          }
          let share = Double(answered.count { $0 }) / Double(max(1, answered.count))
          if share < worst[row][column]?.share ?? 2 { worst[row][column] = (share, name) }
        }
      }
    }
    self.worst = worst
  }

  private static func faults(_ kind: Kind, _ key: String, in cluster: Cluster) -> [(String, Fault)] {
    let (topology, placement) = (cluster.topology, cluster.environment.placement)
    let owners = placement.owners[placement.owners(ofKey: key)].byRegion
    switch kind {
    case .replica:
      // Those of a region are alike, but for whether they own the key.
      return topology.regionIDs.compactMap { owners[$0.index].first { _ in true } ?? topology.members(of: $0).first }
        .map {
          (topology.name(of: $0), .crash(ReplicaSet([$0])))
        }
    case .region: return topology.regionIDs.map { (topology.name(of: $0), .crash(topology.set(of: $0))) }
    case .link:
      return topology.regionIDs.flatMap { first in
        topology.regionIDs.filter { $0 > first }.map { second in
          let links = Fault.Links(from: topology.set(of: first), to: topology.set(of: second), bothWays: true)
          return ("\(topology.name(of: first)) \(topology.name(of: second))", .cut([links]))
        }
      }
    }
  }

  /// A level's worst shares, such as `67 %`.
  func shares(_ level: Int) -> [String] { worst[level].map { $0.map { Quantity.percent($0.share) } ?? "–" } }
}
