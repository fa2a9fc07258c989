import Kernel

/// How fast the others have answered one coordinator's reads, and whom it asks first for that reason.
///
/// Cassandra's dynamic snitch (`locator/DynamicEndpointSnitch`): a replica's score is the median of its latest latencies.
/// Scores are worked out anew every 100 ms, and all latencies are forgotten every 10 minutes, so that a replica that
/// was slow is tried again. The static order is given up only if, at some place of it, the replica there is more than
/// twice as slow as the one that the scores would put there (`dynamic_snitch_badness_threshold`, 1.0). Cassandra's
/// samples are an exponentially decaying reservoir of 100; here they are the last 100.
struct DynamicSnitch: Sendable {
  private static let remembered = 100
  private static let scorePeriod = TimeSpan.milliseconds(100)
  private static let forgetPeriod = TimeSpan.seconds(600)

  private struct Samples: Sendable {
    var spans: ContiguousArray<UInt32> = []
    var next = 0

    mutating func add(_ span: UInt32) {
      guard spans.count == remembered else {
        spans.append(span)
        return
      }
      spans[next] = span
      next = (next + 1) % remembered
    }

    var median: UInt32 { spans.isEmpty ? 0 : spans.sorted()[(spans.count - 1) / 2] }
  }

  private var samples: ContiguousArray<Samples> = []
  /// In microseconds; 0 for one that was never asked, so that everybody is tried.
  private var scores: ContiguousArray<UInt32> = []
  private var scoredAt: Int64 = -1
  private var begunAt: Int64 = 0

  /// Notes how long a replica took to answer, or has not answered for.
  mutating func note(_ span: TimeSpan, by replica: ReplicaID, of size: Int, at now: Instant) {
    forgetIfDue(now)
    if samples.isEmpty { samples = ContiguousArray(repeating: Samples(), count: size) }
    samples[replica.index].add(UInt32(clamping: span.microseconds))
  }

  /// Those replicas in the order in which they are to be asked.
  ///
  /// - Parameter near: the static order.
  mutating func order(_ near: [ReplicaID], at now: Instant) -> [ReplicaID] {
    forgetIfDue(now)
    let period = now.microseconds / Self.scorePeriod.microseconds
    if period != scoredAt {
      scoredAt = period
      scores = ContiguousArray(samples.map(\.median))
    }
    guard !scores.isEmpty else { return near }
    let present = near.map { scores[$0.index] }
    let best = present.sorted()
    guard zip(present, best).contains(where: { UInt64($0) > 2 * UInt64($1) }) else { return near }
    return near.enumerated()
      .sorted { (scores[$0.element.index], $0.offset) < (scores[$1.element.index], $1.offset) }
      .map(\.element)
  }

  private mutating func forgetIfDue(_ now: Instant) {
    let period = now.microseconds / Self.forgetPeriod.microseconds
    guard period != begunAt else { return }
    begunAt = period
    (samples, scores) = ([], [])
  }
}

extension LeaderlessServer {
  /// The copies that a read may ask, and perhaps others, in the order in which it asks them.
  mutating func readOrder(of copies: ReplicaSet, _ turn: inout Turn) -> [ReplicaID] {
    let near = turn.environment.proximity.order(from: id)
    guard turn.environment.settings.choosesByLatency else { return near }
    let candidates = copies.intersection(turn.environment.detector.alive(to: id))
    return snitch.order(near.filter(candidates.contains), at: turn.now)
  }

  /// Notes how long a contact took, where somebody goes by that.
  mutating func noteAnswer(of contact: ReplicaID, askedAt: Instant, _ turn: inout Turn) {
    guard turn.environment.settings.choosesByLatency else { return }
    snitch.note(
      turn.now - askedAt, by: contact, of: turn.environment.topology.replicas.count, at: turn.now)
  }

  /// Notes the contacts that have not answered a read that is over: they took at least so long.
  mutating func noteSilence(in read: ReadRequest, _ turn: inout Turn) {
    guard turn.environment.settings.choosesByLatency, read.phase != .repair else { return }
    for contact in read.awaited { noteAnswer(of: contact, askedAt: read.asked(contact), &turn) }
  }
}
