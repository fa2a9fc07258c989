import Replication

/// What can be counted in a history.
public struct Tally: Hashable, Sendable {
  /// Reads that ended.
  public private(set) var reads = 0
  /// Reads that answered.
  public private(set) var readsAnswered = 0
  /// Reads that answered and were stale.
  public private(set) var readsStale = 0
  /// Updates that were acknowledged.
  public private(set) var writesAcknowledged = 0
  /// Updates that ended otherwise: refused, or without knowing.
  public private(set) var writesFailed = 0
  /// Operations that a partition's capacity refused.
  public private(set) var throttled = 0
  /// Operations that ended.
  public private(set) var ended = 0
  /// Operations that ended `ok`.
  public private(set) var succeeded = 0
  /// Versions that reached a replica.
  public internal(set) var stored = 0
  /// Hints that reached their targets.
  public private(set) var hintsReplayed = 0
  /// Copies that anti-entropy changed.
  public private(set) var streamRepairs = 0
  /// Stale copies that reads brought level.
  public private(set) var readRepairs = 0

  /// Reads at `CACHED` that ended.
  public private(set) var cachedReads = 0
  /// Of those, the ones that the follower tier answered by itself.
  public private(set) var cacheHits = 0
  /// Of those, the stale ones.
  public private(set) var staleHits = 0

  mutating func count(_ operation: Operation, isStale: Bool) {
    ended += 1
    if operation.level == .cached { countCached(operation, isStale: isStale) }
    let isOK = operation.outcome == .ok
    if isOK { succeeded += 1 }
    if operation.outcome == .throttled { throttled += 1 }
    if operation.kind.isUpdate {
      if !isOK { writesFailed += 1 } else if operation.isAcknowledgedUpdate { writesAcknowledged += 1 }
    } else if operation.kind == .read {
      reads += 1
      if isOK { readsAnswered += 1 }
      if isStale { readsStale += 1 }
    }
  }

  private mutating func countCached(_ operation: Operation, isStale: Bool) {
    cachedReads += 1
    // A follower that serves its own entry needs nobody's answer.
    guard operation.outcome == .ok, operation.required == 0 else { return }
    cacheHits += 1
    if isStale { staleHits += 1 }
  }

  /// A version came by other means than a write.
  mutating func count(_ kind: Message.Kind, _ reception: Record.Reception) {
    guard let kind = kind.leaderless else { return }
    if kind == .hint { hintsReplayed += 1 }
    if kind == .stream, reception.changesCopy { streamRepairs += 1 }
    if kind == .repair, reception.changesCopy { readRepairs += 1 }
  }
}
