import Insight
import Kernel
import Language
import Replication

/// Replication lag from region to region, and to each replica: how long versions took from their acceptance at a coordinator
/// to each owner that they arrived at, and how many have not arrived.
///
/// It is worked out when it is asked for: the history is played once more.
struct LagReport {
  /// How many records are looked at, at most: above that the latest stretch alone is told.
  private static let limit = 200_000

  private var pairs: [Samples]
  private var replicas: [Samples]
  private let cluster: Cluster
  private let convergence: Convergence
  private let start: Instant

  init(_ timeline: Timeline) {
    cluster = timeline.cluster
    convergence = timeline.world.observer.convergence
    let count = cluster.topology.regions.count
    pairs = Array(repeating: Samples(), count: count * count)
    replicas = Array(repeating: Samples(), count: cluster.topology.replicas.count)
    // Half of the time, a quarter …: as much of the latest as can be looked at.
    var start = Instant.start
    var records = timeline.records(in: start...timeline.now, atMost: Self.limit)
    while records == nil, start < timeline.now {
      start = start + TimeSpan(microseconds: max(1, (timeline.now - start).microseconds / 2))
      records = timeline.records(in: start...timeline.now, atMost: Self.limit)
    }
    self.start = start
    for record in records ?? [] {
      // A version that comes again, or too late to be kept, is no copy that was waited for.
      guard case .stored(let id, let replica, let reception, _, _) = record.what, reception.isKept else { continue }
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
    let head = ["versions", "p50", "p99", "longest", "missing", "oldest for"]
    var rows = [["from", "to"] + head]
    for from in regions {
      for to in regions {
        let samples = pairs[from.index * regions.count + to.index]
        let missing = Outstanding(convergence, in: cluster, on: (from, to))
        guard samples.count > 0 || missing.copies > 0 else { continue }
        rows.append(
          [cluster.topology.name(of: from), cluster.topology.name(of: to)] + Self.figures(samples)
            + Self.figures(missing.copies, missing.oldest))
      }
    }
    guard rows.count > 1 else { return ["no version has reached a copy yet"] }
    let whole = Outstanding(convergence, in: cluster)
    let copies =
      [["replica", ""] + head]
      + cluster.topology.replicaIDs.map {
        let missing = whole.lacked(by: $0)
        return [cluster.topology.name(of: $0), ""] + Self.figures(replicas[$0.index])
          + Self.figures(missing.copies, missing.oldest)
      }
    var notes = ["p50, p99, longest: of the versions that arrived. missing: lacked by an owner, dead or alive."]
    if start != .start {
      notes.append("Since \(Quantity.milliseconds(start.microseconds)): before that too much happened.")
    }
    let right: Set = [2, 3, 4, 5, 6, 7]
    return Listing.table(rows, right: right) + [""] + Listing.table(copies, right: right) + [""] + notes
  }

  private static func figures(_ samples: Samples) -> [String] {
    ["\(samples.count)"]
      + [50.0, 99, 100].map { samples.percentile($0).map { Quantity.milliseconds($0) } ?? "–" }
  }

  private static func figures(_ missing: Int, _ oldest: TimeSpan?) -> [String] {
    missing == 0 ? [] : ["\(missing)", oldest.map { Quantity.milliseconds($0.microseconds) } ?? ""]
  }
}

extension Record.Reception {
  /// Whether the replica came to hold what reached it, which it had not held before.
  fileprivate var isKept: Bool {
    switch self {
    case .applied, .overwrote, .merged: true
    case .beaten, .known: false
    }
  }
}
