import Kernel

/// What the cluster does by itself where nobody leads: it hands updates to owners, and ends sessions of repair.
extension Cluster {
  /// Lets a timer of the scheme go off. False if nobody waits for it any more.
  mutating func wake(_ timer: LeaderlessTimer, _ scheduled: Scheduled) -> Bool {
    switch timer {
    case .endLead(let lead, let operation):
      return endLead(lead, operation, scheduled)
    case .repairPatience(let session):
      guard let repair = repairs.session(session) else { return false }
      // Of an initiator that stands still nobody can say that it got no answer.
      let status = replicas[repair.initiator].status
      let reason = status == .running ? .isSilent(repair.partner) : RepairFailure.isDown(repair.initiator, status)
      return failRepair(session, reason)
    case .repairRound(let generation):
      return repairRound(generation)
    case .gossip(let id, _, let generation):
      guard generation == turn.environment.gossipGeneration else { return false }
      let isWoken = wakeSleeper(of: timer, scheduled)
      failRepairsWithDead(ReplicaSet([id]))
      return isWoken
    case .hintDispatch, .hintSend, .retry, .speculate, .spreadRepair, .endCheck, .reap, .store:
      return wakeSleeper(of: timer, scheduled)
    }
  }

  private mutating func wakeSleeper(of timer: LeaderlessTimer, _ scheduled: Scheduled) -> Bool {
    guard let (id, incarnation) = timer.sleeper else { return false }
    return wake(id, incarnation: incarnation, scheduled) { $0.leaderless[id].wake(timer, &$1) }
  }
}
