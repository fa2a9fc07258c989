import Kernel

/// What must hold for a replica's logs and what it coordinates.
extension LogServer {
  func brokenInvariant(_ turn: Turn, isAwaited: (_ operation: OperationID, _ ticket: UInt32) -> Bool) -> String? {
    if replica.status == .crashed, requests.count > 0 {
      return "it has crashed, and coordinates \(requests.count) operations"
    }
    for slot in requests.slots where !isAwaited(requests[slot].operation, requests[slot].ticket) {
      return "nobody waits for operation \(requests[slot].operation.raw) any more"
    }
    for (partition, copy) in copies.enumerated() {
      guard copy.watermark <= copy.log.end else {
        return "partition \(partition) is committed up to \(copy.watermark), and its log ends at \(copy.log.end)"
      }
      guard copy.isHeld || copy.log.end == 0 else { return "it has a log of partition \(partition), and no copy" }
      let epochs = copy.log.epochs
      guard zip(epochs, epochs.dropFirst()).allSatisfy({ $0.epoch < $1.epoch && $0.start <= $1.start }) else {
        return "the epochs of partition \(partition) are out of order"
      }
      guard zip(copy.pending, copy.pending.dropFirst()).allSatisfy({ $0.offset <= $1.offset }) else {
        return "what waits for a commit in partition \(partition) is out of order"
      }
      guard copy.followers.isEmpty || copy.state.leader == id else {
        return "it knows of followers of partition \(partition), and doesn't lead it"
      }
    }
    return nil
  }
}
