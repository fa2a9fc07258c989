import Kernel

/// What happens when somebody is woken.
extension Cluster {
  /// Lets a timer go off. False if nobody waits for it any more.
  mutating func wake(_ timer: Timer, _ scheduled: Scheduled) -> Bool {
    switch timer {
    case .deadline(let operation, let ticket):
      return passDeadline(operation, ticket, scheduled)
    case .seek(let operation, let ticket):
      return seek(operation, ticket)
    case .notice:
      return notice()
    case .path(let timer):
      return wake(timer)
    case .timelines(let timer):
      return wake(timer)
    case .served(let id, let incarnation):
      return wake(id, incarnation: incarnation, scheduled) { servers, turn in
        servers.finishServing(at: id, &turn)
        return true
      }
    case .leaderless(let timer):
      return wake(timer, scheduled)
    case .streams(let timer):
      return wake(timer, scheduled)
    case .log(let timer):
      return wake(timer, scheduled)
    case .primaryCache(let timer):
      return wake(timer, scheduled)
    }
  }

  /// Wakes a replica, once it goes on if it is paused. False if it needs nothing any more.
  mutating func wake(
    _ id: ReplicaID, incarnation: UInt32?, _ scheduled: Scheduled, _ act: (inout Servers, inout Turn) -> Bool
  ) -> Bool {
    if let incarnation, incarnation != replicas.incarnation(of: id) { return false }
    switch replicas.status(of: id) {
    case .running: return act(&replicas, &turn)
    case .paused:
      replicas[id].inbox.append(scheduled)
      return true
    case .crashed: return false
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
    let now = now
    let hasChanged = turn.rearrange { $0.detector.observe(at: now) { present.isReachable($1, from: $0) } }
    if hasChanged { scheduleNotice() }
    if plan.scheme == .log { watchReplicas() }
    observePath()
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
    let now = now
    let changes = turn.rearrange { $0.detector.notice(at: now, delay: delay) }
    for change in changes {
      turn.effects.record(.noticed(by: change.coordinator, of: change.replica, isAlive: change.isAlive), at: now)
    }
    if !changes.isEmpty {
      failRepairsWithDead(topology.everyone)
      replicas.noticeOpinions(&turn)
    }
    return !changes.isEmpty
  }
}
