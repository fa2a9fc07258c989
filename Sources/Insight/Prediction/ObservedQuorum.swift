import Algorithms
import Kernel
import Replication

/// What a history shows of the quorum that a prediction is about: the same numbers, measured.
///
/// Only operations count that waited for exactly W or R copies of the whole cluster (at ONE, TWO, THREE, QUORUM or ALL)
/// and were answered.
public struct ObservedQuorum: Sendable {
  /// Latencies of reads at their clients.
  public private(set) var reads = Samples()
  /// Latencies of writes at their clients.
  public private(set) var writes = Samples()
  /// How many of the reads were stale.
  public private(set) var staleReads = 0
  /// For each of the reads whose key had been written, the milliseconds from the latest write's acknowledgement to it,
  /// in order of length.
  public private(set) var distances: [Double] = []

  /// What a history shows of reads that waited for `r` copies and writes that waited for `w`.
  ///
  /// - Parameter coordinators: who must have coordinated them; of the reads, also the latest write to their key.
  public init(_ history: History, r: Int, w: Int, coordinators: ReplicaSet) {
    var writesOfKey: [KeyID: [Write]] = [:]
    for entry in history.all where entry.operation.isAcknowledgedUpdate {
      let isOurs = coordinators.contains(entry.operation.coordinator)
      writesOfKey[entry.operation.key, default: []].append(
        Write(event: entry.operation.endedAt, ended: entry.operation.ended, isOurs: isOurs))
    }
    for key in writesOfKey.keys { writesOfKey[key]?.sort { $0.event < $1.event } }
    for entry in history.all where entry.operation.outcome == .ok && entry.operation.countsWholeCluster {
      let operation = entry.operation
      guard coordinators.contains(operation.coordinator) else { continue }
      let span = (operation.ended - operation.began).microseconds
      if operation.kind.isUpdate {
        if Int(operation.required) == w { writes.add(span) }
      } else if operation.kind == .read, Int(operation.required) == r {
        let write = Self.latest(in: writesOfKey[operation.key] ?? [], before: operation.beganAt)
        guard write?.isOurs ?? true else { continue }
        reads.add(span)
        if entry.isStale { staleReads += 1 }
        if let write { distances.append(Double((operation.began - write.ended).microseconds) / 1_000) }
      }
    }
    distances.sort()
  }

  private struct Write {
    let event: Int
    let ended: Instant
    let isOurs: Bool
  }

  /// The latest write that ended before an event.
  private static func latest(in writes: [Write], before event: Int) -> Write? {
    let next = writes.partitioningIndex { $0.event >= event }
    return next > 0 ? writes[next - 1] : nil
  }

  /// The share of these reads that the model expects to be stale, each at its own distance from the latest write; nil
  /// without reads.
  ///
  /// - Parameter extra: milliseconds between the acknowledgement at the coordinator and at the client, and between the
  ///   client's request and the next coordinator's, together.
  public func expectedStaleShare(by consistency: Consistency, plus extra: Double) -> Double? {
    guard reads.count > 0 else { return nil }
    guard !distances.isEmpty else { return 0 }
    let kept = min(distances.count, 200)
    let instants = (0..<kept).map { distances[(2 * $0 + 1) * distances.count / (2 * kept)] + extra }
    let stale = consistency.curve(at: instants).reduce(0) { $0 + 1 - $1 } / Double(kept)
    return stale * Double(distances.count) / Double(reads.count)
  }
}

extension Operation {
  /// Whether it counted copies wherever they are.
  fileprivate var countsWholeCluster: Bool {
    guard let requirement = level.requirement else { return false }
    return requirement.scope == .everywhere && !requirement.acceptsHint && !requirement.isSerial
  }
}
