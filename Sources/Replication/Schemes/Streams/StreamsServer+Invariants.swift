import Kernel

/// What must hold for a replica's copies of partitions, and its requests.
extension StreamsServer {
  func brokenInvariant(_ turn: Turn, isAwaited: (_ operation: OperationID, _ ticket: UInt32) -> Bool) -> String? {
    if replica.status == .crashed, requests.count > 0 { return "it has crashed, and serves \(requests.count) requests" }
    for slot in requests.slots where !isAwaited(requests[slot].operation, requests[slot].ticket) {
      return "nobody waits for operation \(requests[slot].operation.raw) any more"
    }
    return copies.lazy.compactMap(\.brokenInvariant).first
  }
}

extension Servers {
  /// Two who lead a partition in a region in the same epoch, or serve at the same time, in words; nil where all is well.
  func brokenByLeaders(at now: Instant, lease: TimeSpan) -> String? {
    switch scheme {
    case .leaderless, .primaryCache: nil
    case .streams: brokenByStreamLeaders(at: now, lease: lease)
    case .log: brokenByLogLeaders()
    }
  }

  private func brokenByStreamLeaders(at now: Instant, lease: TimeSpan) -> String? {
    // By region and partition: who leads in the latest epoch seen, and who serves.
    var leaders: [(region: RegionID, partition: UInt16, epoch: UInt32, serves: Bool)] = []
    for id in ids {
      for copy in streams[id].copies where copy.leads {
        let serves = status(of: id) != .crashed && copy.serves(at: now, lease: lease)
        for other in leaders
        where (other.region == self[id].region || copy.quorum.spans) && other.partition == copy.partition {
          if other.epoch == copy.epoch { return "two lead partition \(copy.partition) in epoch \(copy.epoch)" }
          if other.serves, serves { return "two serve as leaders of partition \(copy.partition)" }
        }
        leaders.append((self[id].region, copy.partition, copy.epoch, serves))
      }
    }
    return nil
  }
}

extension PartitionCopy {
  fileprivate var brokenInvariant: String? {
    guard applied <= committed, committed <= log.end, log.base <= applied, verified <= log.end else {
      return
        "partition \(partition) is applied up to \(applied), committed up to \(committed), verified up to \(verified), and "
        + "its log goes from \(log.base) to \(log.end)"
    }
    guard let leadership else { return nil }
    guard candidacy == nil, inquiry == nil, hearsLeader else {
      return "it leads partition \(partition), and seeks a leader"
    }
    for follower in leadership.followers where follower.persisted > log.end {
      return "a follower is said to have persisted record \(follower.persisted) of \(log.end) of partition \(partition)"
    }
    return nil
  }
}
