/// A replica's own clock: virtual time, ahead or behind by a skew, and faster or slower by a drift.
///
/// Clocks give timestamps only; timeouts run on virtual time, as monotonic clocks do.
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

  /// The timestamp of the next write: what the clock shows, but always later than the one before.
  ///
  /// Cassandra's coordinators do the same, each for itself (`ClientState.getTimestamp`: max(now, last + 1)).
  public mutating func timestamp(at now: Instant) -> Int64 {
    latest = max(reading(at: now), latest + 1)
    return latest
  }
}
