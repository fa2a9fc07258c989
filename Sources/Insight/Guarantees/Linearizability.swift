/// Whether each key behaved as one register that every operation reached at some instant between its invocation and its
/// ending (Herlihy and Wing, TOPLAS 1990; a history is linearizable if that of each key is).
///
/// Values are unique, so a read says which write it saw, and no search is needed (Gibbons and Korach, *Testing Shared
/// Memories*, SIAM J. Comput. 1997, §4.2). The operations on one value form a cluster, and the register holds a value
/// for one stretch of time:
///
/// - If some operation of a cluster ended before another began, it held the value at least from that end to that
///   beginning: its *forward zone*. Two forward zones must not overlap.
/// - Else all of the cluster's operations overlap, and one instant of its *backward zone* suffices. It must not lie
///   wholly within the forward zone of another.
///
/// A write that may have happened counts if somebody has read it; its end is open.
public enum Linearizability {
  /// The stretch of time that a value claims.
  private struct Zone {
    /// The operation that ended first, and when.
    var first: Int
    var firstEnd: Int
    /// The operation that began last, and when.
    var last: Int
    var lastStart: Int

    var isForward: Bool { firstEnd < lastStart }
    var low: Int { min(firstEnd, lastStart) }
    var high: Int { max(firstEnd, lastStart) }
  }

  /// Judges a history.
  ///
  /// - Complexity: O(n log n).
  public static func judge(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> Verdict {
    if let anomaly = anomalies.first {
      return .broken(witness: [anomaly.read], reason: "this read answers a value, but \(anomaly.reason.rawValue)")
    }
    for key in history.judged(without: []) {
      let verdict = judge(key, in: history)
      if !verdict.isHeld { return verdict }
    }
    return .held
  }

  private static func judge(_ numbers: [Int], in history: RegisterHistory) -> Verdict {
    let zones = zones(of: numbers, in: history)
    let forward = zones.filter(\.isForward).sorted { $0.low < $1.low }
    for (zone, next) in zip(forward, forward.dropFirst()) where next.low < zone.high {
      return conflict(zone, next)
    }
    for zone in zones where !zone.isForward {
      // The last forward zone that begins before it.
      var (low, high) = (0, forward.count)
      while low < high {
        let middle = (low + high) / 2
        if forward[middle].low < zone.low { low = middle + 1 } else { high = middle }
      }
      if low > 0, zone.high < forward[low - 1].high { return conflict(forward[low - 1], zone) }
    }
    return .held
  }

  private static func zones(of numbers: [Int], in history: RegisterHistory) -> [Zone] {
    let read = Set(numbers.lazy.filter { history.operations[$0].isRead }.map { history.operations[$0].value })
    // The missing key counts as written before everything.
    var zones = [0: Zone(first: -1, firstEnd: -1, last: -1, lastStart: -1)]
    for number in numbers {
      let operation = history.operations[number]
      if !operation.isRead, operation.ending == .unknown, !read.contains(operation.value) { continue }
      guard var zone = zones[operation.value] else {
        zones[operation.value] = Zone(
          first: number, firstEnd: operation.ended, last: number, lastStart: operation.invoked)
        continue
      }
      if operation.ended < zone.firstEnd { (zone.first, zone.firstEnd) = (number, operation.ended) }
      if operation.invoked > zone.lastStart { (zone.last, zone.lastStart) = (number, operation.invoked) }
      zones[operation.value] = zone
    }
    return zones.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func conflict(_ zone: Zone, _ other: Zone) -> Verdict {
    let witness = [zone.first, other.first, other.last, zone.last].filter { $0 >= 0 }
    return .broken(
      witness: witness.reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
      reason: "the key must have held one value while it held the other")
  }
}
