import Insight
import Kernel
import Language
import Replication

/// What an operation waited for in vain where partitions have leaders and streams: whoever was to serve it, or the copies that had to
/// have its record.
extension Explainer {
  func silenceOfStreams(_ service: Service, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let (operation, end) = (service.operation, chronicle.end)
    guard timeline.cluster.scheme.features.contains(.streams), operation.coordinator != .none,
      let taken = service.taken?.entry.quoted
    else { return [] }
    let asked = service.last { entry -> ReplicaID? in
      guard case .sent(let message) = entry.step, message.kind.streams?.isQuestion == true, entry.by == message.from
      else {
        return nil
      }
      return message.to
    }
    let (executor, quoted) = (asked?.found ?? operation.coordinator, asked?.entry.quoted ?? taken)
    let exchange = Exchange(operation.id, with: executor, service.records, end)
    if executor != operation.coordinator {
      let isThere = exchange.question?.arrived != nil && exchange.answer == nil && exchange.crash == nil
      guard isThere, end.replicas[executor].status == .running else {
        return [silence(exchange, operation.id, asked: quoted, in: end)]
      }
    }
    let waiting =
      operation.kind.isUpdate
      ? undurable(operation, executor, quoted, end) : unconfirmed(operation, executor, quoted, end)
    guard waiting.isEmpty, executor != operation.coordinator else { return waiting }
    return [silence(exchange, operation.id, asked: quoted, in: end)]
  }

  /// In which two regions a write was durable when it was answered, where it has to be in two.
  func durable(_ service: Service) -> [Explanation.Fact] {
    let found = service.first { entry -> (RegionID, RegionID)? in
      if case .foundDurable(let first, let second) = entry.step { (first, second) } else { nil }
    }
    return found.map { found in
      let claim = WriteClaim.durable(service.operation.id, by: found.entry.by, found.found.0, found.found.1)
      return [fact(.write(claim), found.entry.at, Quotes(found.entry.quoted))]
    } ?? []
  }

  /// Why a record that a leader had made was not durable.
  private func undurable(
    _ operation: Replication.Operation, _ leader: ReplicaID, _ asked: Quoted, _ end: Cluster
  ) -> [Explanation.Fact] {
    guard let version = end.version(writtenBy: operation.id),
      let partition = end.partition(ofKey: catalogue.names.name(of: operation.key))
    else { return [] }
    let home = topology.region(of: leader)
    let spans = end.environment.settings.multiRegion == .strong
    let group = end.environment.owners(of: operation.key).members.filter { spans || topology.region(of: $0) == home }
    let loggers = end.loggers(of: version)
    let without = lacking(operation, group.filter { !loggers.contains($0) }, leader, end)
    if let heir = end.leader(of: partition, in: home), heir != leader,
      let leadership = end.leadership(of: heir, in: partition)
    {
      let claim = FailureClaim.deposed(operation.id, leader, by: heir, epoch: UInt32(leadership.epoch))
      return [fact(.failure(claim), nil, Quotes(asked).adding([.pending(heir, position: end.position)]))] + without
    }
    let had = group.filter(loggers.contains)
    let claim = FailureClaim.undurable(operation.id, leader: leader, had: had, spansRegions: spans)
    let waits = fact(
      .failure(claim), nil, Quotes(asked).adding(had.map { .pending($0, position: end.position) }))
    return [waits] + without
  }

  /// Why nobody had confirmed that a leader leads.
  private func unconfirmed(
    _ operation: Replication.Operation, _ leader: ReplicaID, _ asked: Quoted, _ end: Cluster
  ) -> [Explanation.Fact] {
    guard end.environment.settings.multiRegion == .strong, operation.level == .strong,
      topology.region(of: leader) == topology.region(of: operation.coordinator)
    else { return [] }
    let others = end.environment.owners(of: operation.key).members.filter {
      topology.region(of: $0) != topology.region(of: leader)
    }
    let waits = fact(
      .failure(.unconfirmed(operation.id, leader: leader)), nil,
      Quotes(asked).adding([.pending(leader, position: end.position)]))
    return [waits] + lacking(operation, others, leader, end)
  }

  private func lacking(
    _ operation: Replication.Operation, _ copies: [ReplicaID], _ leader: ReplicaID, _ end: Cluster
  ) -> [Explanation.Fact] {
    let trail = trail(before: operation.endedAt)
    return copies.map { copy in
      let (reason, culprit) = absence(of: copy, from: leader, end, trail)
      return fact(
        .failure(.lacking(operation.id, copy, from: leader, reason, culprit)), nil,
        Quotes(.pending(copy, position: end.position)).blaming(culprit))
    }
  }
}

extension StreamsMessage {
  /// Whether a coordinator asks it for a client.
  var isQuestion: Bool { self == .update || self == .strongRead || self == .read }

  /// Whether it answers such a question.
  var isReply: Bool {
    switch self {
    case .data, .done, .unmet, .refused, .throttled, .conflict: true
    case .update, .strongRead, .read, .append, .relay, .barrier, .persisted, .committed, .item, .received, .resume,
      .heartbeat, .resign, .follow, .inquiry, .testimony, .campaign, .vote, .fetch, .copyItem, .copied, .trim, .refill,
      .handover, .durable, .confirm, .confirmed, .informed:
      false
    }
  }
}
