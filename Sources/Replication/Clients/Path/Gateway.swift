import Kernel

/// The bucket of tokens before a region, full at the start.
///
/// Tokens come in evenly; what it can't hold is lost. Counted in millionths of a token, so that no fraction is.
struct Gateway: Sendable {
  private var millionths: Int64
  private var filled: Instant

  /// A full bucket.
  init(_ throttle: GatewayThrottle, at now: Instant) {
    millionths = Int64(throttle.burst) * 1_000_000
    filled = now
  }

  /// Takes a token.
  ///
  /// - Returns: nil if there was one; otherwise after what time there is.
  mutating func take(_ throttle: GatewayThrottle, at now: Instant) -> TimeSpan? {
    millionths = level(throttle, at: now)
    filled = now
    guard millionths >= 1_000_000 else {
      let missing = 1_000_000 - millionths
      return TimeSpan(microseconds: (missing + Int64(throttle.rate) - 1) / Int64(throttle.rate))
    }
    millionths -= 1_000_000
    return nil
  }

  /// How many whole tokens there are.
  func tokens(_ throttle: GatewayThrottle, at now: Instant) -> Int { Int(level(throttle, at: now) / 1_000_000) }

  private func level(_ throttle: GatewayThrottle, at now: Instant) -> Int64 {
    let capacity = Int64(throttle.burst) * 1_000_000
    let (come, overflow) = (now - filled).microseconds.multipliedReportingOverflow(by: Int64(throttle.rate))
    return overflow ? capacity : min(capacity, millionths + min(come, capacity))
  }
}
