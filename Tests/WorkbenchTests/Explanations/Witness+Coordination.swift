import Insight
import Kernel

@testable import Analysis
@testable import Replication
@testable import Workbench

extension Reading {
  mutating func flaw(in claim: CoordinationClaim) -> String? {
    switch claim {
    case .asks(let operation, let replica, let direction):
      let turned = steps(of: operation, by: replica) { step, _ -> Bool? in
        if case .directed(direction) = step { true } else { nil }
      }
      let all = witness.steps(of: operation).filter { if case .directed = $0.step { true } else { false } }
      guard turned.count == 1, turned[0].id == all.last?.id else { return "it did not turn to that one last" }
      guard direction == .nearest, let asked = witness.history[operation]?.operation else { return nil }
      let cluster = witness.world(at: asked.beganAt - 1).cluster
      let first = cluster.environment.proximity.order(fromClientIn: asked.region).first {
        cluster.canReach($0, from: asked.region)
      }
      return first == replica ? nil : "that isn't the nearest"
    case .lacked(let operation, let replicas, let origins):
      let lacks = take { record -> (ReplicaID, OperationID)? in
        if case .lacked(operation, let replica, let origin) = record.what { (replica, origin) } else { nil }
      }.map(\.found)
      return Set(lacks.map(\.0)) == Set(replicas) && Set(lacks.map(\.1)) == Set(origins) ? nil : "others lacked it"
    case .handedOver(let operation, let coordinator, let leader):
      let handed = steps(of: operation, by: coordinator) { step, _ -> Bool? in
        if case .handedOver(leader) = step { true } else { nil }
      }
      guard handed.count == 1, let asked = witness.history[operation]?.operation else {
        return "it was not handed to that one"
      }
      let environment = witness.world(at: handed[0].id.position).cluster.environment
      let alive = environment.detector.alive(to: coordinator)
      let home = witness.topology.region(of: coordinator)
      let nearest = environment.proximity.order(from: coordinator).first { replica in
        environment.ownerSet(of: asked.key).contains(replica) && alive.contains(replica)
          && (!asked.level.isLocal || witness.topology.region(of: replica) == home)
      }
      return nearest == leader ? nil : "another is nearer"
    case .joined(let operation, let coordinator, let other):
      let joined = steps(of: operation, by: coordinator) { step, _ -> Bool? in step == .joined(other) ? true : nil }
      return joined.count == 1 ? nil : "it did not wait for that one"
    case .standsIn(let operation, let coordinator, let standIns):
      let replaced = steps(of: operation, by: coordinator) { step, _ -> StandIn? in
        if case .replaced(let owner, let replica) = step { StandIn(replica: replica, owner: owner) } else { nil }
      }
      return replaced.map(\.found) == standIns ? nil : "others stand in"
    case .askedLeader(let operation, let coordinator, let leader):
      let asked = steps(of: operation, by: coordinator) { step, _ -> Bool? in
        if case .askedLeader(leader) = step { true } else { nil }
      }
      return asked.isEmpty ? "that one was not asked" : nil
    case .path(let operation, let step):
      let found = steps(of: operation) { taken, _ -> Bool? in taken == .path(step) ? true : nil }
      return found.isEmpty ? "nothing of the kind happened on the path" : nil
    case .timeline(let operation, let step, _):
      let found = steps(of: operation) { taken, _ -> Bool? in taken == .timeline(step) ? true : nil }
      return found.isEmpty ? "nothing of the kind was noted of the timeline" : nil
    case .cache(let operation, let server, let step):
      let found = steps(of: operation, by: server) { taken, _ -> Bool? in
        if case .refused = taken, step == .knewNobody { return true }
        return taken == .cache(step) ? true : nil
      }
      return found.isEmpty ? "it did nothing of the kind" : nil
    case .named(let operation, let replica):
      let named = steps(of: operation, by: replica) { step, _ -> Bool? in if case .asksOnly = step { true } else { nil }
      }
      return named.count == 1 && witness.history[operation]?.operation.coordinator == ReplicaID.none
        ? nil : "it was not asked for alone"
    case .nobody(let operation, let isKeptHome):
      let kept = steps(of: operation) { step, _ -> Bool? in if case .keptHome = step { true } else { nil } }
      guard (kept.count == 1) == isKeptHome else { return "nothing kept it home" }
      let began = take { if case .began(operation) = $0.what { true } else { nil } }
      let turned = witness.steps(of: operation).contains { if case .directed = $0.step { true } else { false } }
      return began.count == 1 && !turned ? nil : "it turned to somebody"
    case .unreachable(let operation, let replicas, let isStopped, _):
      let all = steps(of: operation) { step, by -> ReplicaID? in if case .unreachable = step { by } else { nil } }
      guard Set(all.map(\.found)) == Set(replicas), let id = all.first?.id else { return "others were out of reach" }
      let cluster = witness.world(at: id.position).cluster
      return replicas.allSatisfy { (cluster.replicas[$0].status != .running) == isStopped } ? nil : "not for that"
    case .thinksDead(let operation, let coordinator, let replicas, _):
      let dead = steps(of: operation, by: coordinator) { step, _ -> ReplicaID? in
        if case .regards(let replica, isAlive: false, _) = step { replica } else { nil }
      }
      return Set(dead.map(\.found)) == Set(replicas) ? nil : "it thought others dead"
    }
  }

  mutating func flaw(in claim: WriteClaim) -> String? {
    switch claim {
    case .accepted(let operation, let by, let direct, let relays, let copies, let need):
      return flawInAcceptance(operation, by, direct, relays, copies, need)
    case .hinted(let operation, let by, let targets):
      let catalogue = witness.catalogue
      let kept = take { record -> ReplicaID? in
        guard case .hinted(let version, by: by, let target) = record.what,
          catalogue.version(version).operation == operation
        else { return nil }
        return target
      }
      let dead = doubted(operation, by)
      return Set(kept.map(\.found)) == Set(targets) && dead == Set(targets) ? nil : "hints were kept for others"
    case .unhinted(let operation, let by, let targets, let refusal):
      let left = steps(of: operation, by: by) { step, _ -> ReplicaID? in
        if case .unhinted(let target, refusal) = step { target } else { nil }
      }
      let dead = doubted(operation, by)
      return Set(left.map(\.found)) == Set(targets) && dead == Set(targets) ? nil : "it left out others"
    case .acknowledged(let operation, let replica, let isOwn, let number):
      let acks = counted(of: operation) { $0 == .writeAck }
      return acks.map(\.found.from) == [replica] && (acks[0].found.to == replica) == isOwn
        && place(of: acks[0].id, operation) == number ? nil : "it was not the \(number)th"
    case .decided(let operation, let replica, let isOwn, let number, let level, let journey, _):
      return flawInDecision(operation, replica, isOwn, number, level, journey)
    case .durable(let operation, let replica, let first, let second):
      let found = steps(of: operation, by: replica) { step, _ -> Bool? in
        if case .foundDurable(first, second) = step { true } else { nil }
      }
      return found.count == 1 && first != second ? nil : "it was durable elsewhere"
    case .led(_, let leader, let partition, let epoch, _):
      guard case .pending(leader, let position)? = looks.first else { return "nobody looked" }
      let cluster = witness.world(at: position).cluster
      let known =
        cluster.leadership(of: leader, in: partition)?.epoch
        ?? cluster.decision(on: partition, in: witness.topology.region(of: leader)).map { Int($0.state.epoch) }
      return cluster.role(of: leader, in: partition) == .leader && known == epoch ? nil : "somebody else led"
    case .persisted(let operation, let replica, _, let number, _):
      guard case .pending(replica, let position)? = looks.first else { return "nobody looked" }
      func has(_ position: Int) -> Bool {
        let cluster = witness.world(at: position).cluster
        guard let version = cluster.version(writtenBy: operation) else { return false }
        return cluster.hasRecord(version, at: replica) || cluster.loggers(of: version).contains(replica)
      }
      return has(position) && !has(position - 1) && number > 0 ? nil : "it had it at another moment"
    case .committed(let operation, let database):
      let made = take { record -> VersionID? in
        if case .accepted(let version) = record.what { version } else { nil }
      }
      let catalogue = witness.catalogue
      return made.count == 1 && catalogue.version(made[0].found).operation == operation
        && catalogue.version(made[0].found).writer.replica == database ? nil : "somebody else made it"
    case .more(let operation, let number):
      let acks = counted(of: operation) { $0 == .writeAck }
      let answer = witness.steps(of: operation).last { if case .answered = $0.step { true } else { false } }
      return acks.count == number && acks.allSatisfy { $0.id > answer?.id ?? $0.id } ? nil : "others came"
    case .hintSufficed(let operation, let by):
      let kept = take { if case .hinted(_, by: by, _) = $0.what { true } else { nil } }
      return answered(operation, .hinted) != nil && kept.count == 1 ? nil : "no hint was kept"
    case .timeoutSufficed(let operation, let by, let acknowledged, let isHinted):
      let acks = counted(of: operation, by: by) { $0 == .writeAck }
      let kept = take { if case .hinted(_, by: by, _) = $0.what { true } else { nil } }
      return answered(operation, .timeoutAtAny) != nil && acks.count == acknowledged && kept.isEmpty != isHinted
        ? nil : "it was otherwise"
    case .answered(let operation, let span):
      let began = take { if case .began(operation) = $0.what { true } else { nil } }
      let ended = take { if case .ended(operation) = $0.what { true } else { nil } }
      guard began.count == 1, ended.count == 1 else { return "it did not begin and end so" }
      return ended[0].at - began[0].at == span ? nil : "it took another while"
    }
  }

  private mutating func doubted(_ operation: OperationID, _ by: ReplicaID) -> Set<ReplicaID> {
    Set(
      steps(of: operation, by: by) { step, _ -> ReplicaID? in
        if case .regards(let replica, isAlive: false, _) = step { replica } else { nil }
      }.map(\.found))
  }

  private mutating func flawInAcceptance(
    _ operation: OperationID, _ by: ReplicaID, _ direct: [ReplicaID], _ relays: [ReplicaID], _ copies: Int, _ need: Need
  ) -> String? {
    guard isTaken(operation, need) else { return "it needs another number of answers" }
    let accepted = take { record -> VersionID? in
      if case .accepted(let version) = record.what { version } else { nil }
    }
    guard accepted.count == 1, witness.catalogue.version(accepted[0].found).operation == operation,
      witness.catalogue.version(accepted[0].found).writer.replica == by
    else { return "another was accepted" }
    let sends = sent(of: operation, by: by) { $0.isWrite && $0 != .passedOn && $0 != .standIn }
    guard sends.filter({ $0.found.kind.leaderless != .relay }).map(\.found.to).sorted() == direct,
      sends.filter({ $0.found.kind.leaderless == .relay }).map(\.found.to).sorted() == relays
    else { return "it was sent to others" }
    let all = witness.steps(of: operation).filter { step in
      guard step.id.position == accepted[0].id.position, case .sent(let message) = step.step else { return false }
      return message.kind.isWrite && ![.passedOn, .standIn].contains(message.kind.leaderless)
    }
    let owners = witness.history[operation].map { witness.session.cluster.environment.owners(of: $0.operation.key) }
    return all.count == sends.count && owners?.members.count == copies ? nil : "it was sent to more"
  }

  /// The how manyth acknowledgement of the last service that is.
  private func place(of id: RecordID, _ operation: OperationID) -> Int {
    acknowledgements(operation).firstIndex { $0.id == id }.map { $0 + 1 } ?? 0
  }

  private func acknowledgements(_ operation: OperationID) -> [(id: RecordID, from: ReplicaID)] {
    let steps = witness.steps(of: operation)
    let start = steps.lastIndex { if case .directed = $0.step { true } else { false } } ?? 0
    return steps[start...].compactMap { step in
      guard case .counted(let message) = step.step, message.kind.leaderless == .writeAck else { return nil }
      return (step.id, message.from)
    }
  }

  private mutating func flawInDecision(
    _ operation: OperationID, _ replica: ReplicaID, _ isOwn: Bool, _ number: Int, _ level: ConsistencyLevel,
    _ journey: Journey?
  ) -> String? {
    let acks = counted(of: operation) { $0 == .writeAck }
    guard acks.map(\.found.from) == [replica], (acks[0].found.to == replica) == isOwn,
      place(of: acks[0].id, operation) == number, answered(operation, .acknowledged) != nil
    else { return "another made the answer" }
    let environment = witness.session.cluster.environment
    let region = witness.topology.region(of: acks[0].found.to)
    let all = acknowledgements(operation).prefix(number).map(\.from)
    guard environment.isMet(level, by: ReplicaSet(all), coordinatorIn: region),
      !environment.isMet(level, by: ReplicaSet(all.dropLast()), coordinatorIn: region)
    else { return "it was not the last that was needed" }
    guard let journey else { return nil }
    let ways = take { record -> (Message, Instant)? in
      guard case .delivered(let message, let departed) = record.what, message.operation == operation else { return nil }
      return (message, departed)
    }
    guard ways.count == 2, ways[0].found.0.to == replica, ways[1].found.0.from == replica else { return "no such way" }
    let there = ways[0].at - ways[0].found.1
    return there == journey.there && ways[1].at - ways[1].found.1 == journey.back
      && ways[1].found.1 - ways[0].at == journey.waited ? nil : "it took another while"
  }
}
