import Kernel

/// What must hold for a coordinator, its requests and its hints.
extension LeaderlessServer {
  func brokenInvariant(_ turn: Turn, isAwaited: (_ operation: OperationID, _ ticket: UInt32) -> Bool) -> String? {
    if replica.status == .crashed, writes.count + reads.count + transactions.count > 0 {
      return
        "it has crashed, and serves \(writes.count) writes, \(reads.count) reads, \(transactions.count) transactions"
    }
    for slot in writes.slots {
      let write = writes[slot]
      guard write.ticket == .max || isAwaited(write.operation, write.ticket) else {
        return "nobody waits for the write of operation \(write.operation.raw) any more"
      }
      guard write.awaited.subtracting(write.contacts).isEmpty, write.awaited.count == write.left,
        isPairedOff(write.contacts, turn.environment.ownerSet(of: write.key))
      else {
        return "operation \(write.operation.raw) waits for replicas that it did not write to, or that own no copy"
      }
    }
    for slot in reads.slots {
      let read = reads[slot]
      guard read.ticket == .max || isAwaited(read.operation, read.ticket) else {
        return "nobody waits for the read of operation \(read.operation.raw) any more"
      }
    }
    for slot in transactions.slots {
      let transaction = transactions[slot]
      guard transaction.phase == .over || isAwaited(transaction.operation, transaction.ticket) else {
        return "nobody waits for the transaction of operation \(transaction.operation.raw) any more"
      }
    }
    guard hints.standInCount == guests.total else {
      return "it holds \(guests.total) versions in owners' places, and hints of \(hints.standInCount)"
    }
    return hints.stores.lazy.compactMap(\.brokenInvariant).first
  }

  /// Whether each contact is an owner, or can stand in for one that is none.
  private func isPairedOff(_ contacts: ReplicaSet, _ owners: ReplicaSet) -> Bool {
    contacts.subtracting(owners).count <= owners.subtracting(contacts).count
  }
}

extension HintStore.Store {
  /// Hints stand in the order in which they were kept, the first one waits, and those that are delivered are counted.
  fileprivate var brokenInvariant: String? {
    let isOrdered = zip(hints, hints.dropFirst()).allSatisfy { $0.number < $1.number }
    guard isOrdered, hints.first?.isDelivered != true, hints.count(where: \.isDelivered) == delivered else {
      return "of \(hints.count) hints for replica \(target.raw) \(delivered) are said to be delivered"
    }
    return nil
  }
}
