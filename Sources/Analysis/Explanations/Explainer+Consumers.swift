import Insight
import Kernel
import Replication

/// What a consumer got twice, what it did not get, and which checkpoint both rest on; where a mirrored record comes from.
extension Explainer {
  /// How its consumer came to consume there, what of that it had got before, and what it has not got.
  mutating func explainConsumption(_ operation: Replication.Operation) {
    var end = timeline
    end.go(to: end.moment(at: operation.endedAt, time: operation.ended))
    let cluster = end.world.cluster
    let moved = cluster.consumerGroup(of: operation.client)?.resumptions.last { $0.position < operation.beganAt }
    explanation.add("What it had of its group", sharing(operation, cluster))
    explanation.add("Where it went on", moved.map { wentOn(operation, $0) } ?? [])
    explanation.add("What it got twice", repeated(operation, moved, cluster))
    guard let source = moved?.source else { return }
    let missing = (Losses.missing(to: operation.client, cluster, end.world.observer.staleness) ?? []).filter {
      catalogue.home(of: $0) == source
    }
    var facts = missing.prefix(Self.shown).compactMap { version in
      cluster.catalogue.position(of: version).map {
        fact(
          .consumer(.unmirrored(operation.id, version, $0)), nil, Quotes(.operation(operation.id), [.version(version)]))
      }
    }
    if missing.count > Self.shown {
      facts.append(
        fact(
          .consumer(.moreUnmirrored(operation.id, missing.count - Self.shown)), nil,
          Quotes(.operation(operation.id), missing.dropFirst(Self.shown).map { .version($0) })))
    }
    explanation.add("What it has not got", facts)
  }

  private func wentOn(_ operation: Replication.Operation, _ moved: Resumption) -> [Explanation.Fact] {
    let quotes = Quotes(.command(moved.position - 1), [.operation(operation.id)])
    let partitions = moved.start.indices.filter { moved.source != nil && (moved.left[$0] > 0 || moved.start[$0] > 0) }
    return [fact(.consumer(.movedOn(operation.id, moved)), moved.at, quotes)]
      + partitions.prefix(Self.shown).map { partition in
        let isTold = moved.checkpoint?.place(in: partition) != nil
        return fact(
          .consumer(
            isTold
              ? .resumed(operation.id, moved, partition: partition)
              : .unchecked(operation.id, moved, partition: partition)), isTold ? moved.checkpoint?.taken : nil, quotes)
      }
  }

  /// What it had of its group's partitions, and whether it could commit.
  private func sharing(_ operation: Replication.Operation, _ cluster: Cluster) -> [Explanation.Fact] {
    guard let group = cluster.consumerGroup(of: operation.client)?.group else { return [] }
    let quotes = Quotes(.operation(operation.id))
    var facts: [Explanation.Fact] = []
    if let generation = group.generation(before: operation.beganAt) {
      let partitions = generation.owners.indices.filter { generation.owners[$0] == operation.client }
      facts.append(fact(.consumer(.assigned(operation.id, generation, partitions)), generation.at, quotes))
    }
    if cluster.isCommitted(operation.id) == false, let asked = cluster.generation(of: operation.id) {
      facts.append(fact(.consumer(.uncommitted(operation.id, asked: asked, group.current)), operation.ended, quotes))
    }
    return facts
  }

  private func repeated(
    _ operation: Replication.Operation, _ moved: Resumption?, _ cluster: Cluster
  ) -> [Explanation.Fact] {
    let repeats = cluster.repeats(by: operation.id)
    var facts = repeats.prefix(Self.shown).compactMap { entry -> Explanation.Fact? in
      guard let position = cluster.catalogue.position(of: entry.record.original) else { return nil }
      let isCovered = moved?.checkpoint.map { $0.offsets[entry.record.partition] <= Int(position.offset) } ?? false
      return fact(
        .consumer(
          .repeated(
            operation.id, entry.record.version, earlier: entry.earlier, position, isCovered ? moved : nil,
            isUncommitted: cluster.isCommitted(entry.earlier) == false)),
        history[entry.earlier]?.operation.ended,
        Quotes(.operation(operation.id), [.operation(entry.earlier), .version(entry.record.version)]))
    }
    if repeats.count > Self.shown {
      facts.append(
        fact(
          .consumer(.moreRepeated(operation.id, repeats.count - Self.shown)), nil, Quotes(.operation(operation.id))))
    }
    return facts
  }

  /// Which other regions have a key of which a read found nothing, where each region keeps logs of its own.
  func elsewhere(_ read: Replication.Operation) -> [Explanation.Fact] {
    guard timeline.cluster.scheme.keepsRegionsApart, read.version == .none, read.coordinator != .none else { return [] }
    var end = timeline
    end.go(to: end.moment(at: read.endedAt, time: read.ended))
    let (cluster, position) = (end.world.cluster, end.position)
    let home = topology.region(of: read.coordinator)
    let name = catalogue.names.name(of: read.key)
    return topology.regionIDs.filter { $0 != home }.compactMap { source in
      let holder = topology.members(of: source).first { cluster.cell(read.key, at: $0).version != .none }
      guard let holder else { return nil }
      let isMirrored = cluster.environment.settings.mirrors.contains { $0.source == source && $0.target == home }
      let mirrored = isMirrored ? "\(topology.name(of: source)).\(name)" : nil
      return fact(
        .read(.elsewhere(read.id, read.key, source, not: home, mirroredAs: mirrored)), nil,
        Quotes(.copy(holder, read.key, position: position)))
    }
  }

  /// Where what was read was mirrored from, and what the latest checkpoints of that region's consumers say of it.
  func mirrorOrigin(of read: Replication.Operation) -> [Explanation.Fact] {
    guard read.version != .none, let origin = catalogue.origin(of: read.version),
      let there = catalogue.position(of: origin), let here = catalogue.position(of: read.version),
      let source = catalogue.home(of: origin), let target = catalogue.home(of: read.version)
    else { return [] }
    let quotes = Quotes(.operation(read.id), [.version(read.version), .version(origin)])
    var end = timeline
    end.go(to: end.moment(at: read.endedAt, time: read.ended))
    let (cluster, partition) = (end.world.cluster, Int(here.partition))
    let checkpoints = cluster.clients.ids.compactMap { cluster.checkpoint(of: $0, from: source, to: target) }
    return [
      fact(
        .consumer(.mirrored(read.id, read.version, of: origin, there, here: here)),
        catalogue.version(read.version).accepted, quotes)
    ]
      + checkpoints.filter { $0.place(in: partition) != nil }.prefix(Self.shown).map { checkpoint in
        let rest = max(0, Int(here.offset) + 1 - (checkpoint.place(in: partition) ?? 0))
        return fact(
          .consumer(
            .checkpoint(
              read.id, checkpoint, of: cluster.clients[checkpoint.client].name, from: source, to: target,
              partition: partition, behind: rest)), checkpoint.at, quotes)
      }
  }
}
