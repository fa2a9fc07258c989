import Kernel
import Replication

/// Acknowledged writes that are gone.
///
/// A write is lost if it was acknowledged to its client, but no live replica holds it or what replaced it, and no hint
/// or message is left that could bring either back. Writes that the conflict policy gave up are not lost but
/// *overwritten*: see ``Conflicts``.
public enum Losses {
  /// The acknowledged writes of a consumer's region before the place that it has read to, which it never got: they were lost, or
  /// cleaned away before it came there. Nil for a client that consumes nothing.
  public static func missing(to client: ClientID, _ cluster: Cluster, _ staleness: Staleness) -> [VersionID]? {
    let region = cluster.clients[client].region
    return cluster.clients[client].consumer.map { consumer in
      staleness.acknowledged.filter { version in
        guard let place = cluster.catalogue.position(of: version), cluster.catalogue.home(of: version) == region else {
          return false
        }
        return place.offset < consumer.positions[Int(place.partition)].offset && !consumer.has(version)
      }
    }
  }

  /// The lost writes, by key.
  public static func lostWrites(_ cluster: Cluster, _ staleness: Staleness) -> [VersionID] {
    if cluster.plan.scheme == .log { return staleness.acknowledged.filter(cluster.isLost) }
    let live = cluster.live
    var pending: [VersionID]?
    var result: [VersionID] = []
    for key in cluster.catalogue.names.keys {
      let owners = cluster.environment.owners(of: key).members.filter(live.contains)
      let cells = owners.map { cluster.cell(key, at: $0) }
      var best = Replica.Cell.empty
      for cell in cells where cluster.catalogue.wins(cell.version, over: best.version) { best = cell }
      var missing = staleness.lacking(key, held: best.version, seen: best.seen, cluster.catalogue)
      guard !missing.isEmpty else { continue }
      missing.removeAll { version in
        cells.contains { cluster.catalogue.isSuperseded(version, byHeld: $0.version, seen: $0.seen) }
      }
      guard !missing.isEmpty else { continue }
      if pending == nil { pending = cluster.pendingVersions }
      let rest = (pending ?? []).filter { cluster.catalogue.version($0).key == key }
      result += missing.filter { version in
        !rest.contains {
          cluster.catalogue.isSuperseded(version, byHeld: $0, seen: cluster.catalogue.version($0).vector)
        }
      }
    }
    return result
  }
}
