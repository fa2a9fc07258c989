import Insight
import Kernel

@testable import Analysis
@testable import Replication
@testable import Workbench

extension Reading {
  mutating func flaw(in claim: FailureClaim) -> String? {
    switch claim {
    case .refused(let operation, let need, let alive, let copies, let short):
      let refusals = steps(of: operation, by: need.coordinator) { step, _ -> (Int, RegionID)? in
        if case .refused(_, let alive, let region) = step { (Int(alive), region) } else { nil }
      }
      let regards = steps(of: operation, by: need.coordinator) { step, _ -> (ReplicaID, Bool)? in
        if case .regards(let replica, let isAlive, _) = step { (replica, isAlive) } else { nil }
      }.map(\.found)
      let replaced = steps(of: operation, by: need.coordinator) { step, _ -> ReplicaID? in
        if case .replaced(_, let replica) = step { replica } else { nil }
      }.map(\.found)
      guard isTaken(operation, need), refusals.count == 1, regards.count == copies,
        (regards.filter(\.1).map(\.0) + replaced).sorted() == alive, refusals[0].found.1 == short ?? .none
      else { return "it thought others alive" }
      let topology = witness.topology
      let home = topology.region(of: need.coordinator)
      let counted = alive.count { replica in
        short.map { topology.region(of: replica) == $0 }
          ?? (need.level.isLocal ? topology.region(of: replica) == home : true)
      }
      return counted == refusals[0].found.0 ? nil : "another number was alive"
    case .unserved(let operation, let coordinator, _):
      let taken = steps(of: operation, by: coordinator) { step, _ -> Bool? in
        if case .taken = step { true } else { nil }
      }
      // Whoever was asked may have said so.
      _ = answered(operation, .shortage)
      return taken.count == 1 && witness.history[operation]?.operation.outcome == .unavailable ? nil : "it was served"
    case .fewInSync(let operation, let inSync, let needed):
      let taken = steps(of: operation) { step, _ -> Bool? in if case .taken = step { true } else { nil } }
      let refusals = steps(of: operation) { step, _ -> (UInt16, UInt16)? in
        if case .answered(.unavailable, let required, let received, .shortage) = step {
          (required, received)
        } else {
          nil
        }
      }
      return taken.count == 1 && refusals.count == 1 && Int(refusals[0].found.0) == needed
        && Int(refusals[0].found.1) == inSync && inSync < needed ? nil : "others were in sync"
    case .overwhelmed(let operation, let need, let replicas, let had):
      let failures = counted(of: operation, by: need.coordinator) { $0 == .readFailure }
      let count = witness.history[operation].map { Int($0.operation.received) }
      return isTaken(operation, need) && answered(operation, .tombstones) != nil
        && failures.map(\.found.from).sorted() == replicas && count == had ? nil : "others gave up"
    case .throttled(let operation, _):
      return answered(operation, .capacity) != nil ? nil : "its partition had capacity left"
    case .refusedRead(let operation, _):
      let taken = steps(of: operation) { step, _ -> Bool? in if case .taken = step { true } else { nil } }
      return taken.count == 1 && answered(operation, .shortage) != nil ? nil : "it was not refused"
    case .dead(let operation, let replicas, let by, let since, _, _, _, _):
      let dead = steps(of: operation, by: by) { step, _ -> ReplicaID? in
        if case .regards(let replica, isAlive: false, since) = step { replica } else { nil }
      }
      return dead.map(\.found).sorted() == replicas.sorted() ? nil : "not since then"
    case .short(let operation, let phase, let need, let had, let asked):
      return flawInShortfall(operation, phase, need, had, asked)
    case .stillLed(let operation, let need):
      guard isTaken(operation, need), let asked = witness.history[operation]?.operation,
        asked.coordinator != need.coordinator
      else { return "nobody led it" }
      let cluster = witness.world(at: asked.endedAt).cluster
      let hasAnswered = witness.steps(of: operation).contains { step in
        guard step.by == need.coordinator, step.id.position <= asked.endedAt else { return false }
        return if case .answered = step.step { true } else { false }
      }
      let isWaiting = cluster.awaited(ofWrite: operation, at: need.coordinator) != nil || need.level.isSerial
      return cluster.replicas[need.coordinator].status == .running && isWaiting && !hasAnswered
        ? nil : "it did not wait any more"
    case .contended(let operation, _): return answered(operation, .contention) != nil ? nil : "there was no contention"
    case .minority(let operation, let by, let accepted, let asked):
      let acks = counted(of: operation, by: by) { $0 == .paxosAccept }
      let sends = sent(of: operation, by: by) { $0 == .paxosPropose }
      return answered(operation, .minority) != nil && acks.count == accepted && sends.count == asked
        ? nil : "others accepted"
    case .waited(let operation, _):
      let expired = steps(of: operation) { step, _ -> Bool? in
        if case .expired(.waiting, _, _) = step { true } else { nil }
      }
      return expired.count == 1 ? nil : "it did not wait"
    case .stopped(let replica, _, let isPaused, _):
      let stops = take { record -> Replica.Status? in
        if case .liveness(replica, let status) = record.what { status } else { nil }
      }
      if stops.isEmpty { return looks.isEmpty ? "nothing says so" : nil }
      return stops.map(\.found) == [isPaused ? .paused : .crashed] ? nil : "it did not stop"
    case .clientLost(let operation, let replica, let isAnswer, let loss, _):
      let lost = steps(of: operation, by: replica) { step, _ -> Bool? in
        if case .clientLost(isAnswer: isAnswer, loss) = step { true } else { nil }
      }
      return lost.count == 1 ? nil : "it was not lost so"
    case .answerUnderway(let operation, let replica, let due):
      return isOnItsWay(due) { event in
        if case .answer(let answer) = event {
          answer.operation == operation && answer.coordinator == replica
        } else {
          false
        }
      } ? nil : "no answer was on its way"
    case .requestUnderway(let operation, let replica, let due):
      return isOnItsWay(due) { event in
        if case .request(operation, _, coordinator: replica) = event { true } else { false }
      } ? nil : "no request was on its way"
    case .sought(let operation):
      let ended = take { if case .ended(operation) = $0.what { true } else { nil } }
      let lacks = take { if case .lacked(operation, _, _) = $0.what { true } else { nil } }
      return ended.count == 1 && !lacks.isEmpty ? nil : "nobody lacked anything"
    case .unheard(let operation, let replica):
      let ended = take { if case .ended(operation) = $0.what { true } else { nil } }
      return ended.count == 1 && witness.history[operation]?.operation.coordinator == replica
        && !witness.steps(of: operation).contains { if case .answered = $0.step { true } else { false } }
        ? nil : "it had answered"
    case .unheardTogether(let operation, let coordinator, let other):
      let joined = steps(of: operation, by: coordinator) { step, _ -> Bool? in step == .joined(other) ? true : nil }
      return joined.count == 1 && witness.history[other]?.operation.outcome != .ok
        ? nil : "it did not wait for that one"
    case .unled(let operation, let leader):
      let cluster = witness.session.cluster
      return cluster.version(writtenBy: operation) == nil && cluster.handover(of: operation)?.to == leader
        ? nil : "it is on its way to nobody"
    case .silent(let operation, let replica, let silence, _): return flawInSilence(operation, replica, silence)
    case .unaccepted(let operation):
      let ended = take { if case .ended(operation) = $0.what { true } else { nil } }
      return ended.count == 1 && witness.session.cluster.version(writtenBy: operation) == nil && isOver(operation)
        ? nil : "it was accepted, or may be"
    case .discarded(let operation, let by):
      let cluster = witness.session.cluster
      guard let version = cluster.version(writtenBy: operation) else { return "nobody accepted it" }
      return cluster.catalogue.version(version).writer.replica == by && !cluster.mayTakeEffect(operation)
        ? nil : "it may take effect"
    case .pending(let operation, let by, let holders):
      let cluster = witness.session.cluster
      guard let version = cluster.version(writtenBy: operation) else { return "nobody accepted it" }
      return cluster.catalogue.version(version).writer.replica == by && Array(cluster.holders(of: version)) == holders
        ? nil : "others have it"
    case .hintsFor(let operation, let by, let targets):
      let stores = witness.session.cluster.hints(of: by).pending.filter { store in
        store.hints.contains { witness.catalogue.version($0.version).operation == operation }
      }
      return stores.map(\.target).sorted() == targets ? nil : "hints are kept for others"
    case .uncommitted(let operation, let leader, let inSync, let awaited, let needed):
      guard let (cluster, state) = decided(for: operation, whose: leader) else { return "nobody appended it" }
      return state.leader == leader && Array(state.inSync) == inSync
        && Array(cluster.awaited(ofWrite: operation, at: leader) ?? ReplicaSet()) == awaited
        && (!awaited.isEmpty || inSync.count < needed) ? nil : "it was committed, or others were waited for"
    case .unfetched(let operation, let follower, let leader, let isInSync, let absence, _):
      guard let end = witness.history[operation]?.operation.endedAt else { return "it has not ended" }
      let cluster = witness.world(at: end).cluster
      if isInSync, cluster.awaited(ofWrite: operation, at: leader)?.contains(follower) != true {
        return "it was not waited for"
      }
      switch absence {
      case .down: return cluster.replicas[follower].status == .crashed ? nil : "it was not down"
      case .paused: return cluster.replicas[follower].status == .paused ? nil : "it was not paused"
      case .cut:
        return cluster.network.isCut(leader, follower) || cluster.network.isCut(follower, leader)
          ? nil : "nothing was cut"
      case .held: return cluster.messagesInFlight.contains { $0.arrives == nil } ? nil : "nothing was held"
      case .underway: return cluster.replicas[follower].status == .running ? nil : "it did not run"
      }
    case .deposed(let operation, let leader, let heir, let epoch):
      _ = sentToAnybody(of: operation)
      guard let (_, state) = decided(for: operation, whose: leader) else { return "nobody appended it" }
      return state.leader == heir && state.epoch == epoch && heir != leader ? nil : "it led still"
    }
  }

  /// The cluster when an operation ended, and what was decided then about the partition of what it wrote.
  private mutating func decided(for operation: OperationID, whose leader: ReplicaID) -> (Cluster, PartitionState)? {
    _ = sentToAnybody(of: operation)
    guard let end = witness.history[operation]?.operation.endedAt else { return nil }
    let cluster = witness.world(at: end).cluster
    guard let version = cluster.version(writtenBy: operation),
      let position = cluster.catalogue.position(of: version),
      let decided = cluster.decision(on: Int(position.partition), in: cluster.topology.region(of: leader))
    else { return nil }
    return (cluster, decided.state)
  }

  /// What was asked of anybody for an operation, under any scheme.
  private mutating func sentToAnybody(of operation: OperationID) -> [(id: RecordID, at: Instant, found: Message)] {
    steps(of: operation) { step, _ -> Message? in
      if case .sent(let message) = step, message.kind.isQuestion { message } else { nil }
    }
  }

  private mutating func flawInShortfall(
    _ operation: OperationID, _ phase: Phase, _ need: Need, _ had: [ReplicaID], _ asked: Int
  ) -> String? {
    let expired = steps(of: operation, by: need.coordinator) { step, _ -> (Int, Int)? in
      if case .expired(phase, let required, let received) = step { (Int(required), Int(received)) } else { nil }
    }
    let counts = counted(of: operation, by: need.coordinator) { $0.isReply }.map(\.found.from)
    let given = steps(of: operation, by: need.coordinator) { step, _ -> ReplicaID? in
      if case .promised(let replica, isGiven: true, _) = step { replica } else { nil }
    }.map(\.found)
    let sends = sent(of: operation) { $0.isQuestion }
    guard isTaken(operation, need), expired.count == 1, (counts + given).sorted() == had,
      Set(sends.map(\.found.to)).count == asked, sends.count == asked
    else { return "others answered" }
    guard expired[0].found.1 == had.count else { return "it had \(expired[0].found.1)" }
    // What it had did not suffice.
    let environment = witness.session.cluster.environment
    let region = witness.topology.region(of: need.coordinator)
    guard phase == .write else { return had.count < asked ? nil : "all had answered" }
    return environment.isMet(need.level, by: ReplicaSet(had), coordinatorIn: region) ? "that was enough" : nil
  }

  /// Whether nothing on its way could still bring an operation about: played to its end on a fork on which every link is
  /// free and every replica runs, it is not accepted.
  private func isOver(_ operation: OperationID) -> Bool {
    var fork = witness.session.timeline
    fork.fork("over")
    let all = fork.world.cluster.topology.everyone
    fork.perform(.stopLoads)
    fork.perform(.fault(.healAll))
    fork.perform(.fault(.release(Fault.Links(from: all, to: all, bothWays: true))))
    fork.perform(.fault(.resume(all)))
    let end = fork.world.cluster.now + .seconds(15)
    while fork.world.cluster.now < end, fork.step() {}
    return fork.world.cluster.version(writtenBy: operation) == nil
  }

  private func isOnItsWay(_ due: Instant, _ isMeant: (Event) -> Bool) -> Bool {
    guard case .pending(_, let position)? = looks.first else { return false }
    return witness.world(at: position).cluster.messagesInFlight.contains { $0.arrives == due && isMeant($0.event) }
  }

  private mutating func flawInSilence(
    _ operation: OperationID, _ replica: ReplicaID, _ silence: FailureClaim.Silence
  ) -> String? {
    let handed = steps(of: operation) { step, _ -> ReplicaID? in
      if case .handedOver(let leader) = step { leader } else { nil }
    }
    let sends = sentToAnybody(of: operation)
    let asked = sends.map { (id: $0.id, to: $0.found.to) } + handed.map { (id: $0.id, to: $0.found) }
    guard asked.count == 1, asked[0].to == replica, let end = witness.history[operation]?.operation.endedAt else {
      return "it was not asked"
    }
    let cluster = witness.world(at: end).cluster
    let isCounted = witness.steps(of: operation).contains { step in
      guard step.id > asked[0].id, step.id.position <= end else { return false }
      // What a leader counts itself has not come back to whoever handed the update over.
      if !handed.isEmpty, step.by != witness.history[operation]?.operation.coordinator { return false }
      return if case .counted(let message) = step.step { message.from == replica } else { false }
    }
    if isCounted { return "it had answered" }
    func isOnItsWay(_ isAnswer: Bool, _ due: Instant?) -> Bool {
      cluster.messagesInFlight.contains { sent in
        guard case .message(let message) = sent.event, message.operation == operation, sent.arrives == due else {
          return false
        }
        return isAnswer
          ? message.from == replica && message.kind.isReply : message.to == replica && message.kind.isQuestion
      }
    }
    switch silence {
    case .lost(let isAnswer, let loss, let at):
      let lost = take { record -> Message? in
        if case .lost(let message, loss, _) = record.what { message } else { nil }
      }
      return lost.count == 1 && lost[0].at == at && (isAnswer ? lost[0].found.from : lost[0].found.to) == replica
        ? nil : "nothing was lost so"
    case .underway(let isAnswer, let due): return isOnItsWay(isAnswer, due) ? nil : "nothing was on its way"
    case .held(let isAnswer): return isOnItsWay(isAnswer, nil) ? nil : "nothing was held"
    case .crashed(let when):
      let crashes = take { if case .liveness(replica, .crashed) = $0.what { true } else { nil } }
      return crashes.map(\.at) == [when] && crashes[0].id > asked[0].id ? nil : "it did not crash then"
    case .paused: return cluster.replicas[replica].status == .paused ? nil : "it was not paused"
    case .down: return cluster.replicas[replica].status == .crashed ? nil : "it was not down"
    case .queued: return cluster.replicas[replica].status == .running ? nil : "it was not running"
    case .unanswered: return nil
    }
  }
}
