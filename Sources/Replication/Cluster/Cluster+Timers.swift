import Kernel

/// What happens when somebody is woken.
extension Cluster {
  /// Lets a timer go off. False if nobody waits for it any more.
  mutating func wake(_ timer: Timer, _ scheduled: Scheduled) -> Bool {
    switch timer {
    case .deadline(let operation, let ticket):
      return passDeadline(operation, ticket, scheduled)
    case .served(let id, let incarnation):
      return wake(id, incarnation, scheduled) { $0.finishServing(&$1) }
    case .hintDispatch(let id, let incarnation):
      return wakeUnlessOver(id, incarnation, scheduled) { $0.dispatchHints(&$1) }
    case .hintSend(let id, let target, let incarnation):
      return wake(id, incarnation, scheduled) { $0.sendHint(to: target, &$1) }
    case .endLead(let lead, let operation):
      return endLead(lead, operation, scheduled)
    case .seek(let operation, let ticket):
      return seek(operation, ticket)
    case .retry(let id, let operation, let slot):
      return wake(id, scheduled) { $0.retry(slot, operation, &$1) }
    case .speculate(let id, let operation, let slot):
      return wake(id, scheduled) { $0.speculate(slot, operation, &$1) }
    case .spreadRepair(let id, let operation, let slot):
      return wake(id, scheduled) { $0.spreadRepair(slot, operation, &$1) }
    case .endCheck(let id, let operation, let slot):
      return wake(id, scheduled) { replica, _ in replica.endCheck(slot, operation) }
    case .reap(let id, let version, let incarnation):
      return wake(id, scheduled) { $0.reap(version, incarnation: incarnation, &$1) }
    case .repairPatience(let session):
      guard let repair = turn.repairs.session(session) else { return false }
      // Of an initiator that stands still nobody can say that it got no answer.
      let status = replicas[repair.initiator].status
      let reason = status == .running ? .isSilent(repair.partner) : RepairFailure.isDown(repair.initiator, status)
      return turn.failRepair(session, reason)
    case .repairRound(let generation):
      return repairRound(generation)
    case .gossip(let id, let incarnation, let generation):
      guard generation == turn.environment.gossipGeneration else { return false }
      let isWoken = wake(id, incarnation, scheduled) { $0.gossip(&$1) }
      failRepairsWithDead(ReplicaSet([id]))
      return isWoken
    case .notice:
      return notice()
    }
  }

  /// Wakes a coordinator for one of its requests, which may be over; false if it is.
  private mutating func wake(
    _ id: ReplicaID, _ scheduled: Scheduled, _ body: (inout Replica, inout Turn) -> Bool
  ) -> Bool {
    switch replicas[id].status {
    case .running: return body(&replicas[id], &turn)
    case .paused:
      replicas[id].inbox.append(scheduled)
      return true
    case .crashed: return false
    }
  }

  /// Wakes a replica for something that it only cares for while it keeps its memory, and perhaps not even then.
  private mutating func wakeUnlessOver(
    _ id: ReplicaID, _ incarnation: UInt32, _ scheduled: Scheduled,
    _ body: (inout Replica, inout Turn) -> Bool
  ) -> Bool {
    guard replicas[id].incarnation == incarnation else { return false }
    return wake(id, scheduled, body)
  }

  private mutating func wake(
    _ id: ReplicaID, _ incarnation: UInt32, _ scheduled: Scheduled,
    _ body: (inout Replica, inout Turn) -> Void
  ) -> Bool {
    wakeUnlessOver(id, incarnation, scheduled) { replica, turn in
      body(&replica, &turn)
      return true
    }
  }

  /// Whether a replica runs, and messages pass both ways between it and another.
  public func isReachable(_ replica: ReplicaID, from other: ReplicaID) -> Bool {
    replicas[replica].status == .running
      && (replica == other || !network.isCut(replica, other) && !network.isCut(other, replica))
  }

  /// Takes in what a fault or its end has changed; coordinators notice it when the setting says so.
  mutating func observeReachability() {
    let present = self
    let hasChanged = turn.environment.detector.observe(at: now) { present.isReachable($1, from: $0) }
    if hasChanged { scheduleNotice() }
  }

  /// Lets coordinators notice at once, or later.
  mutating func scheduleNotice() {
    guard let delay = turn.environment.settings.detector.delay else { return }
    if delay == .zero {
      _ = notice()
    } else {
      queue.push(Scheduled(departed: now, event: .wake(.notice)), at: now + delay)
    }
  }

  private mutating func notice() -> Bool {
    guard let delay = turn.environment.settings.detector.delay else { return false }
    let changes = turn.environment.detector.notice(at: now, delay: delay)
    for change in changes {
      turn.effects.record(.noticed(by: change.coordinator, of: change.replica, isAlive: change.isAlive), at: now)
    }
    if !changes.isEmpty { failRepairsWithDead(topology.everyone) }
    return !changes.isEmpty
  }
}
