import Kernel

/// What a coordinator does for clients, by the kind of their operation.
extension LeaderlessServer {
  @inline(__always) mutating func begin(_ request: ClientRequest, _ turn: inout Turn) -> RequestID? {
    let operation = request.operation
    if operation.level.isSerial {
      return coordinateTransaction(operation, request.payload, ticket: request.ticket, &turn)
    }
    return operation.kind.isUpdate
      ? coordinateWrite(operation, request.payload, ticket: request.ticket, &turn)
      : coordinateRead(operation, ticket: request.ticket, isFree: request.payload.isFree, &turn)
  }

  mutating func expire(_ request: RequestID, of operation: Operation, _ turn: inout Turn) -> Expiry {
    if operation.level.isSerial { return Expiry(received: expireTransaction(request, &turn)) }
    if operation.kind.isUpdate {
      let received = UInt16(writes[request].acknowledged.count)
      return Expiry(received: received, answer: expireWrite(request, &turn))
    }
    let received = received(for: reads[request])
    expireRead(request, &turn)
    return Expiry(received: received)
  }

  func isWorking(on request: RequestID, of operation: Operation) -> Bool {
    if operation.level.isSerial { return transactions.isHeld(request, by: operation.id) }
    return operation.kind.isUpdate
      ? writes.isHeld(request, by: operation.id) : reads.isHeld(request, by: operation.id)
  }

  mutating func wake(_ timer: LeaderlessTimer, _ turn: inout Turn) -> Bool {
    switch timer {
    case .hintDispatch: return dispatchHints(&turn)
    case .hintSend(_, let target, _): sendHint(to: target, &turn)
    case .retry(_, let operation, let slot): return retry(slot, operation, &turn)
    case .speculate(_, let operation, let slot): return speculate(slot, operation, &turn)
    case .spreadRepair(_, let operation, let slot): return spreadRepair(slot, operation, &turn)
    case .endCheck(_, let operation, let slot): return endCheck(slot, operation)
    case .reap(_, let version, let incarnation): return reap(version, incarnation: incarnation, &turn)
    case .gossip: gossip(&turn)
    case .store(_, let version, _): store(version, by: .write, &turn)
    case .endLead, .repairPatience, .repairRound:
      preconditionFailure("\(timer) is the cluster's own, and woke \(id)")
    }
    return true
  }

  func cost(of operation: OperationID) -> Cost? {
    transactions.cost(of: operation) ?? writes.cost(of: operation) ?? reads.cost(of: operation)
  }

  func read(_ operation: OperationID) -> ReadInProgress? {
    guard let slot = reads.slots.first(where: { reads[$0].operation == operation && !reads[$0].isCheck }) else {
      return nil
    }
    let request = reads[slot]
    return ReadInProgress(
      contacts: request.contacts, asked: request.asked, awaited: request.awaited, needed: request.needed,
      isRepairing: request.phase == .repair)
  }

  func awaited(ofWrite operation: OperationID) -> ReplicaSet? {
    writes.slots.first { writes[$0].operation == operation }.map { writes[$0].awaited }
  }

  var backlogCount: Int { hints.count }

  var backlog: [Cluster.Journey] {
    hints.pending.flatMap { target, hints in hints.map { Cluster.Journey(version: $0.version, target: target) } }
  }

  func keeps(_ version: VersionID, for target: ReplicaID) -> Bool { hints.holds(version, for: target) }
}

extension Slab where Element: Request {
  /// Whether a slot is an operation's still.
  fileprivate func isHeld(_ slot: UInt32, by operation: OperationID) -> Bool {
    contains(slot) && self[slot].operation == operation
  }

  /// What the first request of an operation has cost.
  fileprivate func cost(of operation: OperationID) -> Cost? {
    slots.first { self[$0].operation == operation }
      .map { Cost(messages: self[$0].messages, bytes: self[$0].bytes) }
  }
}
