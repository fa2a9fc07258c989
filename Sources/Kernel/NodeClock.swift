import Algorithms

/// The wall clock of a replica or of a client: virtual time, ahead or behind by a skew, and faster or slower by a drift.
///
/// Wall clocks give timestamps, and say what has expired and what may be purged; timeouts run on virtual time, as
/// monotonic clocks do.
public struct NodeClock: Hashable, Sendable {
  /// How far ahead it was when the drift began; negative: behind.
  public private(set) var skew = TimeSpan.zero
  /// How many microseconds it gains in a second.
  public private(set) var driftPerSecond: Int64 = 0
  private var driftBegan = Instant.start
  private var latest = Int64.min + 1

  /// A clock that is right.
  public init() {}

  /// Sets how wrong the clock is from `now` on.
  public mutating func set(skew: TimeSpan, driftPerSecond: Int64, at now: Instant) {
    self.skew = skew
    self.driftPerSecond = driftPerSecond
    driftBegan = now
  }

  /// What the clock shows, in microseconds.
  public func reading(at now: Instant) -> Int64 {
    let shown = now.microseconds + skew.microseconds
    guard driftPerSecond != 0 else { return shown }
    let product = (now - driftBegan).microseconds.multipliedFullWidth(by: driftPerSecond)
    return shown + Int64(1_000_000).dividingFullWidth(product).quotient
  }

  /// The first instant from `now` on at which the clock shows `reading` or more; nil if it never will, because it loses
  /// a second every second.
  public func instant(ofReading reading: Int64, from now: Instant) -> Instant? {
    if self.reading(at: now) >= reading { return now }
    if driftPerSecond == 0 { return Instant(microseconds: reading - skew.microseconds) }
    // The clock never goes back by itself, so that the instant can be searched for.
    let end = now.microseconds + Self.horizon
    guard self.reading(at: Instant(microseconds: end)) >= reading else { return nil }
    let first = (now.microseconds..<end).partitioningIndex { self.reading(at: Instant(microseconds: $0)) >= reading }
    return Instant(microseconds: first)
  }

  /// How far ahead ``instant(ofReading:from:)`` looks, in microseconds: some 36,000 years.
  private static let horizon: Int64 = 1 << 60

  /// The timestamp of the next write: what the clock shows, but always later than the one before, so that timestamps
  /// are strictly monotonic for the owner of the clock.
  ///
  /// Cassandra's coordinators do so, each for itself (`ClientState.getTimestamp`: max(now, last + 1)), and so do its
  /// drivers (`MonotonicTimestampGenerator`: last + 1 while the clock has not passed it).
  public mutating func timestamp(at now: Instant) -> Int64 {
    latest = max(reading(at: now), latest + 1)
    return latest
  }
}
