import Insight
import Kernel
import Replication

/// Replication lag from region to region, and to each replica: how long versions took from their acceptance at a coordinator
/// to each copy.
///
/// It is worked out when it is asked for: the history is played once more.
struct LagReport {
  /// How many records are looked at, at most: above that the latest stretch alone is told.
  private static let limit = 200_000

  private var pairs: [Samples]
  private var replicas: [Samples]
  private let cluster: Cluster
  private let start: Instant

  init(_ session: Session) {
    cluster = session.cluster
    let count = cluster.topology.regions.count
    pairs = Array(repeating: Samples(), count: count * count)
    replicas = Array(repeating: Samples(), count: cluster.topology.replicas.count)
    // Half of the time, a quarter …: as much of the latest as can be looked at.
    var start = Instant.start
    var records = session.timeline.records(in: start...session.now, atMost: Self.limit)
    while records == nil, start < session.now {
      start = start + TimeSpan(microseconds: max(1, (session.now - start).microseconds / 2))
      records = session.timeline.records(in: start...session.now, atMost: Self.limit)
    }
    self.start = start
    for record in records ?? [] {
      guard case .stored(let id, let replica, _, _, _) = record.what else { continue }
      let version = cluster.catalogue.version(id)
      guard version.writer != .none, version.operation != .none else { continue }
      let span = (record.at - version.accepted).microseconds
      let (from, to) = (cluster.topology.region(of: version.writer.replica), cluster.topology.region(of: replica))
      pairs[from.index * count + to.index].add(span)
      replicas[replica.index].add(span)
    }
  }

  var lines: [String] {
    let regions = cluster.topology.regionIDs
    var rows = [["from", "to", "versions", "p50", "p99", "longest"]]
    for from in regions {
      for to in regions {
        let samples = pairs[from.index * regions.count + to.index]
        guard samples.count > 0 else { continue }
        rows.append([cluster.topology.name(of: from), cluster.topology.name(of: to)] + Self.figures(samples))
      }
    }
    guard rows.count > 1 else { return ["no version has reached a copy yet"] }
    let copies =
      [["replica", "", "versions", "p50", "p99", "longest"]]
      + cluster.topology.replicaIDs.map { [cluster.topology.name(of: $0), ""] + Self.figures(replicas[$0.index]) }
    let note =
      start == .start ? [] : ["", "since \(Quantity.milliseconds(start.microseconds)): before that too much happened"]
    return Listing.table(rows, right: [2, 3, 4, 5]) + [""] + Listing.table(copies, right: [2, 3, 4, 5]) + note
  }

  private static func figures(_ samples: Samples) -> [String] {
    ["\(samples.count)"]
      + [50.0, 99, 100].map { samples.percentile($0).map { Quantity.milliseconds($0) } ?? "–" }
  }
}
