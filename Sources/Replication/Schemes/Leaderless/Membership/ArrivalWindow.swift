import Kernel

/// The last thousand spans between one peer's heartbeats, and how suspicious its silence is.
///
/// Phi accrual as Cassandra has it (`gms/FailureDetector`, `ArrivalWindow`), after Hayashibara et al., *The φ Accrual
/// Failure Detector* (SRDS 2004), but with an exponential distribution in place of the normal one: φ is
/// t / (mean · ln 10). What counts is when a *new* heartbeat is heard of, directly or through others.
///
/// - The first heartbeat enters as a span of two gossip periods.
/// - Spans above two periods are not recorded, so that an outage doesn't teach patience; the latest arrival moves.
public struct ArrivalWindow: Hashable, Sendable {
  /// How many spans are kept.
  public static let capacity = 1_000
  /// Above this φ a peer is thought dead (`phi_convict_threshold`).
  public static let threshold = 8.0
  /// 8 · ln 10 in millionths: a peer is convicted when its silence is longer than 18.42 times the mean span.
  private static let convictingMillionths: UInt64 = 18_420_681

  private var spans: ContiguousArray<UInt32> = []
  private var next = 0
  private var sum: UInt64 = 0
  private var latest: Instant?

  /// A window that has heard of nothing.
  public init() {}

  /// Takes in that a new heartbeat has been heard of.
  ///
  /// - Parameter period: how often everybody gossips.
  public mutating func report(at now: Instant, period: TimeSpan) {
    let limit = period.microseconds * 2
    if let latest {
      let span = (now - latest).microseconds
      if span <= limit { record(UInt32(span)) }
    } else {
      record(UInt32(limit))
    }
    latest = now
  }

  private mutating func record(_ span: UInt32) {
    sum += UInt64(span)
    guard spans.count == Self.capacity else {
      spans.append(span)
      return
    }
    sum -= UInt64(spans[next])
    spans[next] = span
    next = (next + 1) % Self.capacity
  }

  /// The mean span between heartbeats; nil before the first.
  public var mean: TimeSpan? {
    spans.isEmpty ? nil : TimeSpan(microseconds: Int64(sum) / Int64(spans.count))
  }

  /// How suspicious the present silence is: at 1 one silence in ten is longer, at 2 one in a hundred.
  ///
  /// For the eye; ``isSuspect(at:)`` decides, in whole numbers.
  public func phi(at now: Instant) -> Double {
    guard let latest, sum > 0 else { return 0 }
    let silence = Double((now - latest).microseconds) * Double(spans.count)
    return silence / Double(sum) * 1_000_000 * Self.threshold / Double(Self.convictingMillionths)
  }

  /// Whether φ is above the threshold.
  public func isSuspect(at now: Instant) -> Bool {
    guard let latest else { return false }
    let silence = (now - latest).microseconds.magnitude
    let measured = (silence * UInt64(spans.count)).multipliedFullWidth(by: 1_000_000)
    let allowed = sum.multipliedFullWidth(by: Self.convictingMillionths)
    return (measured.high, measured.low) > (allowed.high, allowed.low)
  }
}
