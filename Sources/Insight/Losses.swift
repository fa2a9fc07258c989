import Kernel
import Replication

/// Acknowledged writes that are gone.
///
/// A write is lost if it was acknowledged to its client, but no live replica holds it or what replaced it, and no hint
/// or message is left that could bring either back. Writes that the conflict policy gave up are not lost but
/// *overwritten*: see ``Conflicts``. What a scheme adds to that, its specification says (``Loss``).
public enum Losses {
  /// The acknowledged writes of a consumer's region before the place that it has read to, which it never got: they were lost, or
  /// cleaned away before it came there. Of another region, whose records are mirrored to where it consumes, those that its region's
  /// logs don't have ahead of it: what was written there before it went on here and has not been mirrored, and what is lost there.
  /// Nil for a client that consumes nothing.
  public static func missing(to client: ClientID, _ cluster: Cluster, _ staleness: Staleness) -> [VersionID]? {
    let region = cluster.clients[client].region
    let partitions = cluster.partitions(of: client)
    return cluster.consumerGroup(of: client).map { consumer in
      if let source = consumer.source { return unmirrored(to: client, consumer, from: source, cluster, staleness) }
      return staleness.acknowledged.filter { version in
        guard let place = cluster.catalogue.position(of: version), cluster.catalogue.home(of: version) == region else {
          return false
        }
        return partitions.contains(Int(place.partition))
          && place.offset < consumer.positions[Int(place.partition)].offset && !consumer.has(version)
      }
    }
  }

  private static func unmirrored(
    to client: ClientID, _ consumer: Consumer, from source: RegionID, _ cluster: Cluster, _ staleness: Staleness
  ) -> [VersionID] {
    let (catalogue, target) = (cluster.catalogue, cluster.clients[client].region)
    let (ahead, partitions) = (cluster.recordsAhead(of: client), cluster.partitions(of: client))
    return staleness.acknowledged.filter { version in
      let written = catalogue.version(version)
      guard catalogue.home(of: version) == source, !consumer.has(version),
        catalogue.position(of: version).map({ partitions.contains(Int($0.partition)) }) ?? true,
        !ahead.contains(version),
        cluster.topology.isMirrored(catalogue.names.name(of: written.key), to: target)
      else { return false }
      return written.accepted <= consumer.since || cluster.isLost(version)
    }
  }

  /// The lost writes, by key; where copies follow a leader, in the order of their answers.
  public static func lostWrites(_ cluster: Cluster, _ observer: Observer) -> [VersionID] {
    switch cluster.scheme.loss {
    case .unheld: unheld(cluster, observer.staleness)
    case .unmet: unmet(cluster, observer.staleness, observer.conflicts)
    case .unlogged: observer.staleness.acknowledged.filter(cluster.isLost)
    }
  }

  /// Those that are on no live copy's past, nor on its way, and have met nothing that beat them: what stands there instead was
  /// written without them, since they were lost. What was given up with a leader is lost wherever it may stand yet.
  private static func unmet(_ cluster: Cluster, _ staleness: Staleness, _ conflicts: Conflicts) -> [VersionID] {
    let (live, catalogue) = (cluster.live, cluster.catalogue)
    var missing = staleness.acknowledged.filter { version in
      if cluster.isGivenUp(version) { return true }
      if conflicts.isBeaten(version) { return false }
      let key = catalogue.version(version).key
      return !cluster.environment.owners(of: key).members.contains { owner in
        guard live.contains(owner) else { return false }
        let cell = cluster.cell(key, at: owner)
        return cell.version == version || catalogue.isSeen(version, in: cell.seen)
      }
    }
    guard !missing.isEmpty else { return [] }
    // Nobody misses what it would forget at once.
    missing.removeAll { version in
      catalogue.death(of: version) != nil
        && cluster.environment.owners(of: catalogue.version(version).key).members.contains {
          live.contains($0) && cluster.turn.isPurgeable(version, at: cluster.reading(of: $0))
        }
    }
    let pending = cluster.pendingVersions
    return missing.filter { version in
      cluster.isGivenUp(version)
        || !pending.contains {
          catalogue.version($0).key == catalogue.version(version).key
            && ($0 == version || catalogue.isSeen(version, in: catalogue.version($0).vector))
        }
    }
  }

  /// Those that no live copy holds, nor what their timestamps lose to, and that nothing left could bring back.
  private static func unheld(_ cluster: Cluster, _ staleness: Staleness) -> [VersionID] {
    // Each of a million keys is asked: what is read there is taken out once, and nothing is made for a key that lacks nothing.
    let (live, catalogue, environment) = (cluster.live, cluster.catalogue, cluster.environment)
    var pending: [VersionID]?
    var result: [VersionID] = []
    var cells: [Replica.Cell] = []
    for key in staleness.writtenKeys {
      cells.removeAll(keepingCapacity: true)
      var best = Replica.Cell.empty
      for owner in environment.owners(of: key).members where live.contains(owner) {
        let cell = cluster.cell(key, at: owner)
        if cells.last == cell { continue }
        cells.append(cell)
        if catalogue.wins(cell.version, over: best.version) { best = cell }
      }
      var missing = staleness.lacking(key, held: best.version, seen: best.seen, catalogue)
      guard !missing.isEmpty else { continue }
      missing.removeAll { version in
        cells.contains { catalogue.isSuperseded(version, byHeld: $0.version, seen: $0.seen) }
      }
      guard !missing.isEmpty else { continue }
      if pending == nil { pending = cluster.pendingVersions }
      let rest = (pending ?? []).filter { catalogue.version($0).key == key }
      result += missing.filter { version in
        !rest.contains { catalogue.isSuperseded(version, byHeld: $0, seen: catalogue.version($0).vector) }
      }
    }
    return result
  }
}
