import Kernel

/// What can happen next. Plain data, so that it can be printed, compared, listed and filtered.
public enum Event: Hashable, Sendable {
  /// A message reaches a replica.
  case message(Message)
  /// A client's request reaches its coordinator.
  case request(OperationID, ticket: UInt32, coordinator: ReplicaID)
  /// The coordinator's answer reaches the client.
  case answer(Answer)
  /// A load issues its next operation.
  case arrival(WorkloadID)
  /// A timer goes off; its owner ignores it once it is no longer needed.
  case wake(Timer)
}

/// What somebody wanted to be woken for.
public enum Timer: Hashable, Sendable {
  /// The operation's timeout has passed.
  case deadline(OperationID, ticket: UInt32)
  /// The replica is done with the request that it was working on.
  case served(ReplicaID, incarnation: UInt32)
  /// The coordinator looks for targets of its hints that can be reached again.
  case hintDispatch(ReplicaID, incarnation: UInt32)
  /// The coordinator's throttle lets the next hint go.
  case hintSend(ReplicaID, to: ReplicaID, incarnation: UInt32)
  /// The leader of a handed-over update has waited long enough.
  case endLead(UInt32, OperationID)
  /// A session asks again for a replica that has what it needs.
  case seek(OperationID, ticket: UInt32)
  /// A transaction that gave way tries again.
  case retry(ReplicaID, OperationID, slot: UInt32)
  /// A read has taken so long that one more replica is asked.
  case speculate(ReplicaID, OperationID, slot: UInt32)
  /// Read repairs have gone unacknowledged for so long that others are asked to take them.
  case spreadRepair(ReplicaID, OperationID, slot: UInt32)
  /// A check by chance has waited long enough for its answers.
  case endCheck(ReplicaID, OperationID, slot: UInt32)
  /// A tombstone among siblings has been kept for as long as the setting says.
  case reap(ReplicaID, VersionID, incarnation: UInt32)
  /// A repair session has taken too long.
  case repairPatience(RepairID)
  /// The next scheduled round of repair begins.
  case repairRound(UInt32)
  /// A replica's next round of gossip.
  case gossip(ReplicaID, incarnation: UInt32, generation: UInt32)
  /// Coordinators notice what they can and can't reach.
  case notice
}

extension Timer {
  /// The replica that wanted to be woken, and the incarnation that did, if it forgets with its memory what for; nil where
  /// it is the cluster's own.
  var sleeper: (replica: ReplicaID, incarnation: UInt32?)? {
    switch self {
    case .served(let id, let incarnation), .hintDispatch(let id, let incarnation),
      .hintSend(let id, _, let incarnation), .gossip(let id, let incarnation, _):
      (id, incarnation)
    case .retry(let id, _, _), .speculate(let id, _, _), .spreadRepair(let id, _, _), .endCheck(let id, _, _),
      .reap(let id, _, _):
      (id, nil)
    case .deadline, .endLead, .seek, .repairPatience, .repairRound, .notice: nil
    }
  }
}

/// An event in the queue, and when its message left.
public struct Scheduled: Hashable, Sendable {
  // The event comes first, so that the whole is four aligned words.
  /// What happens.
  public let event: Event
  /// When it was sent or set.
  public let departed: Instant

  init(departed: Instant, event: Event) {
    self.event = event
    self.departed = departed
  }
}
