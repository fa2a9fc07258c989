import Kernel

/// The bucket of tokens before a region, full at the start.
///
/// Tokens come in evenly; what it can't hold is lost. Counted in thousand-millionths of a token, so that
/// no fraction of a microsecond's share is lost.
struct Gateway: Sendable {
  private static let token: Int64 = 1_000_000_000
  private var billionths: Int64
  private var filled: Instant

  /// A full bucket.
  init(_ throttle: GatewayThrottle, at now: Instant) {
    billionths = Int64(throttle.burst) * Self.token
    filled = now
  }

  /// Takes a token.
  ///
  /// - Returns: nil if there was one; otherwise after what time there is.
  mutating func take(_ throttle: GatewayThrottle, at now: Instant) -> TimeSpan? {
    billionths = level(throttle, at: now)
    filled = now
    guard billionths >= Self.token else {
      let (missing, rate) = (Self.token - billionths, throttle.rate.inThousandSeconds)
      return TimeSpan(microseconds: (missing + rate - 1) / rate)
    }
    billionths -= Self.token
    return nil
  }

  /// How many whole tokens there are.
  func tokens(_ throttle: GatewayThrottle, at now: Instant) -> Int { Int(level(throttle, at: now) / Self.token) }

  private func level(_ throttle: GatewayThrottle, at now: Instant) -> Int64 {
    let capacity = Int64(throttle.burst) * Self.token
    let (come, overflow) = (now - filled).microseconds.multipliedReportingOverflow(by: throttle.rate.inThousandSeconds)
    return overflow ? capacity : min(capacity, billionths + min(come, capacity))
  }
}
