import Kernel
import Replication

/// What the settings of the path between clients and coordinators take.
extension CommandReader {
  /// Takes `off`, or an interval and how many failures in a row count.
  mutating func healthCheck() throws -> HealthCheck? {
    if try optionalKeyword("off") != nil { return nil }
    let interval = try duration(.milliseconds(1)...(.hours(1)))
    _ = try keyword("failures")
    return HealthCheck(interval: interval, failures: try wholeNumber(1...10))
  }

  /// Takes `off`, or a rate and perhaps a burst.
  mutating func throttle() throws -> GatewayThrottle? {
    if try optionalKeyword("off") != nil { return nil }
    let rate = try changeRate(or: "off")
    let hasBurst = try optionalKeyword("burst") != nil
    // A bucket that can't hold one token lets nothing through.
    let second = Int(max(1, rate.inThousandSeconds / 1_000))
    return GatewayThrottle(rate: rate, burst: hasBurst ? try wholeNumber(1...10_000_000) : second)
  }

  /// Takes `off`, or a share, a count of calls, a time and a count of trials.
  mutating func breaker() throws -> BreakerRule? {
    if try optionalKeyword("off") != nil { return nil }
    let word = try peek()
    let share = try percentage()
    guard share != .zero else {
      throw refused(
        "a share of 0% would open it at once; from 1% on", word?.span ?? SourceSpan(start: 0, length: 1))
    }
    _ = try keyword("of")
    let calls = try wholeNumber(1...10_000)
    _ = try keyword("open")
    let open = try positiveDuration()
    _ = try keyword("trials")
    return BreakerRule(share: share, calls: calls, open: open, trials: try wholeNumber(1...1_000))
  }

  /// Takes `off`, a duration, or a percentile such as `95p`.
  mutating func hedge() throws -> HedgeRule? {
    if try optionalKeyword("off") != nil { return nil }
    if let word = try peek(), !word.isQuoted, word.text.last == "p", let percent = Int(word.text.dropLast()) {
      guard (1...99).contains(percent) else { throw refused("a percentile is from 1p to 99p", word.span) }
      _ = try take(.other("percentile"))
      return .percentile(percent)
    }
    return .after(try positiveDuration())
  }

  /// Takes the name of a policy, or its figures.
  mutating func retryPolicy() throws -> RetryPolicy {
    switch try optionalKeyword("none", "legacy", "standard-2020", "standard-2026") {
    case "none": return .none
    case "legacy": return .legacy
    case "standard-2020": return .standard2020
    case "standard-2026": return .standard2026
    default: return try ownPolicy()
    }
  }

  private mutating func ownPolicy() throws -> RetryPolicy {
    let retries = try wholeNumber(0...20)
    _ = try keyword("base")
    let base = try duration()
    _ = try keyword("cap")
    var policy = RetryPolicy(attempts: retries + 1, base: base, throttledBase: base, cap: try duration())
    var isJitterSaid = false
    while let word = try optionalKeyword(
      (isJitterSaid ? [] : ["jitter"]) + (policy.budget == nil ? ["budget"] : []))
    {
      if word == "jitter" {
        isJitterSaid = true
        policy.hasJitter = try keyword("full", "none") == "full"
      } else {
        policy.budget = .standard(try wholeNumber(0...1_000_000))
      }
    }
    return policy
  }
}
