import Kernel

/// What clients do, reported for explanations of their operations.
extension Cluster {
  /// Whether every step of a coordinator is reported, for explanations of operations; see ``Step``.
  public var isDetailed: Bool {
    get { turn.effects.isDetailed }
    set { turn.effects.isDetailed = newValue }
  }

  /// Reports to whom a client turned, or that it could reach nobody.
  mutating func noteDirection(of operation: Operation) {
    guard operation.coordinator == .none else {
      let direction: Direction =
        if operation.named != .none {
          .named
        } else if turn.environment.settings.path.picksRegion {
          .balanced
        } else if operation.isLoad {
          .turn
        } else {
          switch turn.environment.coordinatorPolicy {
          case .nearest: .nearest
          case .tokenAware where operation.key == .none: .nearest
          case .tokenAware:
            turn.environment.ownerSet(of: operation.key).contains(operation.coordinator) ? .nearestOwner : .noOwner
          case .roundRobin: .turn
          case .random: .lot
          case .sticky: .sticky
          }
        }
      turn.effects.note(.directed(direction), of: operation.id, by: operation.coordinator, at: now)
      return
    }
    if operation.named != .none {
      turn.effects.note(.asksOnly, of: operation.id, by: operation.named, at: now)
      turn.effects.note(.unreachable, of: operation.id, by: operation.named, at: now)
      return
    }
    let isLocal = operation.isKeptHome
    if isLocal { turn.effects.note(.keptHome, of: operation.id, by: .none, at: now) }
    for replica in topology.replicaIDs
    where !canReach(replica, from: operation.region) && (!isLocal || topology.region(of: replica) == operation.region) {
      turn.effects.note(.unreachable, of: operation.id, by: replica, at: now)
    }
  }

  /// Reports that a request, or its answer, is gone.
  mutating func noteClientLoss(
    _ operation: OperationID, at coordinator: ReplicaID, isAnswer: Bool, _ loss: Record.Loss
  ) {
    turn.effects.record(.clientMessageLost(operation), at: now)
    turn.effects.note(.clientLost(isAnswer: isAnswer, loss), of: operation, by: coordinator, at: now)
  }
}
