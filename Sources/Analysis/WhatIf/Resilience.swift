import Kernel
import Language
import Replication

/// How much would still be answered after each single fault, once the failure detector in use has noticed it: a write and a
/// read by each region's client at each level, tried on copies.
struct Resilience: Sendable {
  /// How many faults of a kind are tried at most.
  private static let limit = 6

  /// What can fail.
  enum Kind: CaseIterable {
    case replica, region, link
  }

  /// For each level how many ways to ask are answered after the worst fault of each kind; nil where none can be.
  private let worst: [[Int?]]
  /// How many ways to ask there are.
  private let asked: Int

  init(_ timeline: Timeline, levels: [LevelPair]) {
    let key = timeline.cluster.latestKey ?? "whatif"
    let regions = timeline.cluster.topology.regionIDs
    var worst: [[Int?]] = Array(
      repeating: Array(repeating: nil, count: Kind.allCases.count), count: levels.count)
    for (column, kind) in Kind.allCases.enumerated() {
      for fault in Self.faults(kind, key, in: timeline.cluster).prefix(Self.limit) {
        var trial = Trial(timeline)
        _ = trial.strike(.fault(fault))
        for (row, level) in levels.enumerated() {
          let answered = regions.flatMap { region in
            [
              timeline.probe(.write, key, level.write, from: region),
              timeline.probe(.read, key, level.read, from: region),
            ]
          }.map { plan -> Bool in
            if case .answered? = Forecast(plan, in: trial.timeline)?.ending { true } else { false }
          }
          worst[row][column] = min(worst[row][column] ?? .max, answered.count { $0 })
        }
      }
    }
    (self.worst, asked) = (worst, 2 * regions.count)
  }

  private static func faults(_ kind: Kind, _ key: String, in cluster: Cluster) -> [Fault] {
    let (topology, placement) = (cluster.topology, cluster.environment.placement)
    let owners = placement.owners[placement.owners(ofKey: key)].byRegion
    switch kind {
    case .replica:
      // Those of a region are alike, but for whether they own the key.
      return topology.regionIDs.compactMap { owners[$0.index].first { _ in true } ?? topology.members(of: $0).first }
        .map { .crash(ReplicaSet([$0])) }
    case .region: return topology.regionIDs.map { .crash(topology.set(of: $0)) }
    case .link:
      return topology.regionIDs.flatMap { first in
        topology.regionIDs.filter { $0 > first }.map { second in
          .cut([Fault.Links(from: topology.set(of: first), to: topology.set(of: second), bothWays: true)])
        }
      }
    }
  }

  /// A level's worst shares, such as `4 of 6`.
  func shares(_ level: Int) -> [String] { worst[level].map { $0.map { Quantity.share($0, of: asked) } ?? "–" } }
}
