import Insight
import Kernel
import Language
import Replication

/// What an operation on a log waited for in vain: whoever was to serve it, or the followers in sync that had to have its record.
extension Explainer {
  func silenceOfLogs(_ service: Service, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let (operation, end) = (service.operation, chronicle.end)
    guard timeline.cluster.scheme.features.contains(.logs),
      let asked = service.last({ entry -> ReplicaID? in
        guard case .sent(let message) = entry.step, message.kind.log?.isQuestion == true, entry.by == message.from
        else {
          return nil
        }
        return message.to
      })
    else { return [] }
    if operation.kind == .consume { return silenceOfLeaders(service, chronicle) }
    let (executor, quoted) = (asked.found, asked.entry.quoted)
    let heard = service.last { entry -> Bool? in
      guard case .counted(let message) = entry.step, message.from == executor, entry.by == operation.coordinator else {
        return nil
      }
      return message.kind.log?.isReply == true ? true : nil
    }
    // What was heard of it has come too late on its way to the client, if at all.
    if let heard, heard.entry.quoted.id > quoted.id { return [] }
    if executor != operation.coordinator {
      let exchange = Exchange(operation.id, with: executor, service.records, end)
      let isThere = exchange.question?.arrived != nil && exchange.answer == nil && exchange.crash == nil
      guard isThere, end.replicas[executor].status == .running else {
        return [silence(exchange, operation.id, asked: quoted, in: end)]
      }
    }
    let waiting = uncommitted(operation, executor, quoted, end)
    guard waiting.isEmpty, executor != operation.coordinator else { return waiting }
    return [
      silence(
        Exchange(operation.id, with: executor, service.records, end), operation.id, asked: quoted, in: end)
    ]
  }

  /// Who of the leaders had not answered when a consumer got what the others had sent.
  func silenceBeforeAnswer(_ operation: Replication.Operation) -> [Explanation.Fact] {
    let chronicle = chronicle(of: operation)
    return silenceOfLeaders(Service(operation, chronicle.quoted), chronicle)
  }

  /// Why leaders that a consumer's coordinator asked had not answered.
  private func silenceOfLeaders(_ service: Service, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let (id, end) = (service.operation.id, chronicle.end)
    let counted = ReplicaSet(
      service.all { entry -> ReplicaID? in
        if case .counted(let message) = entry.step, message.kind.log?.isReply == true { message.from } else { nil }
      }.map(\.found))
    var told = counted
    return service.all { entry -> ReplicaID? in
      if case .sent(let message) = entry.step, message.kind == .log(.poll) { message.to } else { nil }
    }.filter { told.insert($0.found) }.map { asked in
      silence(Exchange(id, with: asked.found, service.records, end), id, asked: asked.entry.quoted, in: end)
    }
  }

  /// Why a leader had not committed a record that it had appended.
  private func uncommitted(
    _ operation: Replication.Operation, _ leader: ReplicaID, _ asked: Quoted, _ end: Cluster
  ) -> [Explanation.Fact] {
    guard operation.level == .acksAll, let version = end.version(writtenBy: operation.id),
      let position = end.catalogue.position(of: version),
      let decided = end.decision(on: Int(position.partition), in: topology.region(of: leader))
    else { return [] }
    let look = Evidence.pending(leader, position: end.position)
    guard decided.state.leader == leader else {
      return [
        fact(
          .failure(.deposed(operation.id, leader, by: decided.state.leader, epoch: decided.state.epoch)), decided.since,
          Quotes(asked).adding([look]))
      ]
    }
    let needed = min(end.environment.settings.minInSync, decided.members.count)
    let awaited = end.awaited(ofWrite: operation.id, at: leader) ?? ReplicaSet()
    guard !awaited.isEmpty || decided.state.inSync.count < needed else { return [] }
    let trail = trail(before: operation.endedAt)
    var facts = [
      fact(
        .failure(
          .uncommitted(
            operation.id, leader: leader, inSync: decided.state.inSync.map { $0 }, awaited: awaited.map { $0 },
            needed: needed)), nil, Quotes(asked).adding([look]))
    ]
    // Whom it would have needed besides has left the set for a reason.
    let missing = awaited.isEmpty ? decided.members.filter { !decided.state.inSync.contains($0) } : awaited.map { $0 }
    facts += missing.map { follower in
      let (reason, culprit) = absence(of: follower, from: leader, end, trail)
      return fact(
        .failure(.unfetched(operation.id, follower, from: leader, isInSync: !awaited.isEmpty, reason, culprit)), nil,
        Quotes(.pending(follower, position: end.position)).blaming(culprit))
    }
    return facts
  }

  /// Why a follower doesn't get what its leader has.
  func absence(
    of follower: ReplicaID, from leader: ReplicaID, _ cluster: Cluster, _ trail: FaultTrail
  ) -> (FailureClaim.Absence, FaultTrail.Culprit?) {
    switch cluster.replicas[follower].status {
    case .crashed: return (.down, trail.stop(of: follower))
    case .paused: return (.paused, trail.stop(of: follower))
    case .running: break
    }
    if cluster.network.isCut(leader, follower) || cluster.network.isCut(follower, leader) {
      return (.cut, trail.outage(between: leader, and: follower))
    }
    let between = cluster.messagesInFlight.filter { sent in
      guard case .message(let message) = sent.event else { return false }
      return message.from == leader && message.to == follower || message.from == follower && message.to == leader
    }
    if between.contains(where: { $0.arrives == nil }) {
      return (.held, trail.hold(leader, follower) ?? trail.hold(follower, leader))
    }
    return (.underway, trail.slowness(leader, follower) ?? trail.slowness(follower, leader))
  }
}

extension LogMessage {
  /// Whether a coordinator asks it for a client.
  var isQuestion: Bool {
    switch self {
    case .produceBlindly, .produce, .produceForAll, .read, .readAfter, .poll: true
    case .produced, .notEnough, .notLeader, .data, .noData, .fetch, .records, .watermark, .askEpoch, .epochEnd, .polled,
      .notPolled, .mirrorFetch, .mirrored, .checkpoint, .notFetched:
      false
    }
  }

  /// Whether it answers such a question.
  var isReply: Bool {
    switch self {
    case .produced, .notEnough, .notLeader, .data, .noData, .polled, .notPolled: true
    case .produceBlindly, .produce, .produceForAll, .read, .readAfter, .fetch, .records, .watermark, .askEpoch,
      .epochEnd, .poll, .mirrorFetch, .mirrored, .checkpoint, .notFetched:
      false
    }
  }
}

extension Message.Kind {
  /// Whether it asks for something to be done for an operation that its coordinator waits for.
  var isQuestion: Bool { leaderless?.isQuestion ?? log?.isQuestion ?? streams?.isQuestion ?? false }
  /// Whether it answers such a question.
  var isReply: Bool { leaderless?.isReply ?? log?.isReply ?? streams?.isReply ?? false }
  /// Whether it says what a copy holds.
  var isReading: Bool { leaderless?.isReading ?? streams?.answersRead ?? log?.answersRead ?? false }
}
