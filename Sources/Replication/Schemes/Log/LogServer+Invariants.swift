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

extension Servers {
  /// Two who lead a partition in a region in the same epoch, in words; nil where all is well.
  func brokenByLogLeaders() -> String? {
    for (place, id) in ids.enumerated() {
      let server = log[id]
      for partition in server.copies.indices where server.leads(partition) {
        let epoch = server.copies[partition].state.epoch
        for other in ids[(place + 1)...] where log[other].region == server.region {
          if log[other].leads(partition), log[other].copies[partition].state.epoch == epoch {
            return "two lead partition \(partition) in epoch \(epoch)"
          }
        }
      }
    }
    return nil
  }
}

extension Cluster {
  /// Two copies that know different records to be committed at one offset, in words; nil where all is well, and where that was
  /// asked for: an unclean election, a last leader that has lost its disk, truncation by the watermark.
  func brokenByCommits() -> String? {
    guard plan.scheme == .log, !controller.hasLost, environment.settings.truncation == .epoch else { return nil }
    for region in controller.partitions {
      for (partition, decided) in region.enumerated() {
        for (place, id) in decided.members.enumerated() {
          let copy = replicas.log[id].copies[partition]
          for other in decided.members[(place + 1)...] {
            let second = replicas.log[other].copies[partition]
            let offset = min(copy.watermark, second.watermark) - 1
            guard offset >= 0, copy.log.epoch(at: offset) == second.log.epoch(at: offset) else {
              if offset < 0 { continue }
              return "partition \(partition): \(id) and \(other) have committed different records at offset \(offset)"
            }
            let (own, others) = (copy.log[offset].version, second.log[offset].version)
            if own != others, own != .none, others != .none {
              return "partition \(partition): \(id) and \(other) have committed different records at offset \(offset)"
            }
          }
        }
      }
    }
    return nil
  }
}
