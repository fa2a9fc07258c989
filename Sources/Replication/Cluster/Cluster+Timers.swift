import Kernel

/// What happens when somebody is woken.
extension Cluster {
  /// Lets a timer go off. False if nobody waits for it any more.
  mutating func wake(_ timer: Timer, _ scheduled: Scheduled) -> Bool {
    switch timer {
    case .deadline(let operation, let ticket):
      return passDeadline(operation, ticket, scheduled)
    case .served(let id, let incarnation):
      return wake(id, incarnation, scheduled) { replica, environment, effects in
        replica.finishServing(in: &environment, &effects)
      }
    case .hintDispatch(let id, let incarnation):
      return wakeUnlessOver(id, incarnation, scheduled) { $0.dispatchHints(in: &$1, &$2) }
    case .hintSend(let id, let target, let incarnation):
      return wake(id, incarnation, scheduled) { $0.sendHint(to: target, in: &$1, &$2) }
    case .endLead(let lead, let operation):
      return endLead(lead, operation, scheduled)
    case .seek(let operation, let ticket):
      return seek(operation, ticket)
    case .retry(let id, let operation, let slot):
      return wake(id, scheduled) { $0.retry(slot, operation, in: &$1, &$2) }
    case .speculate(let id, let operation, let slot):
      return wake(id, scheduled) { $0.speculate(slot, operation, in: &$1, &$2) }
    case .spreadRepair(let id, let operation, let slot):
      return wake(id, scheduled) { $0.spreadRepair(slot, operation, in: &$1, &$2) }
    case .endCheck(let id, let operation, let slot):
      return wake(id, scheduled) { replica, _, _ in replica.endCheck(slot, operation) }
    case .reap(let id, let version, let incarnation):
      return wake(id, scheduled) { $0.reap(version, incarnation: incarnation, in: &$1, &$2) }
    case .repairPatience(let session):
      guard let repair = environment.repairs.session(session) else { return false }
      // Of an initiator that stands still nobody can say that it got no answer.
      let status = replicas[repair.initiator].status
      let reason = status == .running ? .isSilent(repair.partner) : RepairFailure.isDown(repair.initiator, status)
      return environment.failRepair(session, reason, &effects)
    case .repairRound(let generation):
      return repairRound(generation)
    case .gossip(let id, let incarnation, let generation):
      guard generation == environment.gossipGeneration else { return false }
      let isWoken = wake(id, incarnation, scheduled) { $0.gossip(in: &$1, &$2) }
      failRepairsWithDead(ReplicaSet([id]))
      return isWoken
    case .notice:
      return notice()
    }
  }

  /// Wakes a coordinator for one of its requests, which may be over; false if it is.
  private mutating func wake(
    _ id: ReplicaID, _ scheduled: Scheduled, _ body: (inout Replica, inout Environment, inout Effects) -> Bool
  ) -> Bool {
    switch replicas[id].status {
    case .running: return body(&replicas[id], &environment, &effects)
    case .paused:
      replicas[id].inbox.append(scheduled)
      return true
    case .crashed: return false
    }
  }

  /// Wakes a replica for something that it only cares for while it keeps its memory, and perhaps not even then.
  private mutating func wakeUnlessOver(
    _ id: ReplicaID, _ incarnation: UInt32, _ scheduled: Scheduled,
    _ body: (inout Replica, inout Environment, inout Effects) -> Bool
  ) -> Bool {
    guard replicas[id].incarnation == incarnation else { return false }
    return wake(id, scheduled, body)
  }

  private mutating func wake(
    _ id: ReplicaID, _ incarnation: UInt32, _ scheduled: Scheduled,
    _ body: (inout Replica, inout Environment, inout Effects) -> Void
  ) -> Bool {
    wakeUnlessOver(id, incarnation, scheduled) { replica, environment, effects in
      body(&replica, &environment, &effects)
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
    let hasChanged = environment.detector.observe(at: now) { present.isReachable($1, from: $0) }
    if hasChanged { scheduleNotice() }
  }

  /// Lets coordinators notice at once, or later.
  mutating func scheduleNotice() {
    guard let delay = environment.settings.detector.delay else { return }
    if delay == .zero {
      _ = notice()
    } else {
      queue.push(Scheduled(departed: now, event: .wake(.notice)), at: now + delay)
    }
  }

  private mutating func notice() -> Bool {
    guard let delay = environment.settings.detector.delay else { return false }
    let changes = environment.detector.notice(at: now, delay: delay)
    for change in changes {
      effects.record(.noticed(by: change.coordinator, of: change.replica, isAlive: change.isAlive), at: now)
    }
    if !changes.isEmpty { failRepairsWithDead(topology.everyone) }
    return !changes.isEmpty
  }
}
