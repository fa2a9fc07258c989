import Kernel
import Language
import Replication

/// The replicas as a table: how each is, what it lacks, what waits at it, and who thinks it dead.
public struct ReplicasReport: Hashable, Sendable {
  /// One replica.
  public struct Row: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its region's name.
    public let region: String
    /// Whether it does anything.
    public let condition: MapReport.Condition
    /// On how many of the keys that were looked at it holds the newest version.
    public let level: Int
    /// On how many of them it is an owner, and doesn't.
    public let behind: Int
    /// How many requests wait for it, the one it works on included.
    public let queue: Int
    /// How many versions it keeps for others: hints, or what else its scheme keeps.
    public let kept: Int
    /// How far its clock is ahead; negative: behind.
    public let skew: TimeSpan
    /// How many other replicas think it dead.
    public let doubters: Int
  }

  /// The replicas, in the cluster's order.
  public let rows: [Row]
  /// What they keep for others, in a word.
  public let wordForKept: String

  /// The replicas as they are now. Of more than ``KeysReport/limit`` keys the latest are looked at.
  public init(_ timeline: Timeline) {
    let cluster = timeline.cluster
    wordForKept = cluster.scheme.wordForKept
    let ids = cluster.topology.replicaIDs
    var level = Array(repeating: 0, count: ids.count)
    var behind = level
    for key in cluster.catalogue.names.keys.suffix(KeysReport.limit) {
      for group in cluster.copyGroups(of: key) where group.newest != .none {
        for (owner, version) in zip(group.members, group.versions) {
          if version == group.newest { level[owner.index] += 1 } else { behind[owner.index] += 1 }
        }
      }
    }
    var doubters = Array(repeating: 0, count: ids.count)
    let everyone = ReplicaSet(ids)
    for id in ids where cluster.replicas[id].status == .running {
      for suspect in everyone.subtracting(cluster.environment.detector.alive(to: id)) { doubters[suspect.index] += 1 }
    }
    rows = MapReport(cluster).regions.flatMap { region in region.replicas.map { (region.name, $0) } }
      .enumerated().map { index, place in
        let (region, replica) = place
        return Row(
          name: replica.name, region: region, condition: replica.condition, level: level[index],
          behind: behind[index], queue: replica.queue, kept: replica.kept, skew: replica.skew,
          doubters: doubters[index])
      }
  }
}
