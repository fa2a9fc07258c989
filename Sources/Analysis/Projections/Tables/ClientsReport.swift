import Insight
import Kernel
import Language
import Replication

/// The clients as a table: where each is, what it was promised, and what became of what it asked for.
public struct ClientsReport: Hashable, Sendable {
  /// One client.
  public struct Row: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its region's name.
    public let region: String
    /// What its session was promised, in words; empty if nothing.
    public let guarantees: String
    /// How many of its operations have ended, of those that were looked at.
    public let operations: Int
    /// How many of them had no answer.
    public let failed: Int
    /// How many reads of them were stale.
    public let stale: Int
    /// The latest of them.
    public let latest: Int?
  }

  /// How many operations are looked at, at most: those that ended last. Those of loads are left out.
  public static let limit = 20_000

  /// The clients, in the cluster's order.
  public let rows: [Row]

  /// The clients as they are now.
  public init(_ timeline: Timeline) {
    let cluster = timeline.cluster
    let history = timeline.world.observer.history
    let count = cluster.clients.elements.count
    var (operations, failed, stale) = (
      Array(repeating: 0, count: count), Array(repeating: 0, count: count), Array(repeating: 0, count: count)
    )
    var latest: [Int?] = Array(repeating: nil, count: count)
    for id in history.commands.suffix(Self.limit) {
      guard let entry = history[id] else { continue }
      let client = entry.operation.client.index
      operations[client] += 1
      if entry.operation.outcome != .ok { failed[client] += 1 }
      if entry.isStale { stale[client] += 1 }
      latest[client] = id.index
    }
    rows = cluster.clients.elements.enumerated().map { index, client in
      Row(
        name: client.name, region: cluster.topology.name(of: client.region),
        guarantees: client.guarantees.map(\.rawValue).joined(separator: ", "), operations: operations[index],
        failed: failed[index], stale: stale[index], latest: latest[index])
    }
  }
}
