import Kernel

/// What a client does when an attempt has failed.
///
/// The wait before the `i`-th retry (from 0) is a share of `base · 2^i`, cut off at a cap; a bucket of tokens bounds how many
/// retries there are while nothing succeeds. The named ones are AWS's SDKs' (aws-sdk-go-v2 #3400, aws-cli
/// #10342, "Announcing updated retry behavior").
public struct RetryPolicy: Hashable, Sendable {
  /// How many attempts there are at most, at least 1; one means no retry.
  public var attempts: Int
  /// What the waits double from.
  public var base: TimeSpan
  /// The same after an attempt was throttled.
  public var throttledBase: TimeSpan
  /// The longest wait.
  public var cap: TimeSpan
  /// Whether the doubled span is cut off before the share is drawn, not after it.
  public var capsBeforeJitter = true
  /// Whether the wait is an even share between nothing and all of it ("full jitter"), not all of it.
  public var hasJitter = true
  /// The tokens that retries cost; nil: retries are free.
  public var budget: RetryBudgetRule?
  /// Whether a throttled client waits for as long as the server says, at most 5 s longer than it would have.
  public var heedsServer = false

  /// A policy of those figures.
  public init(attempts: Int, base: TimeSpan, throttledBase: TimeSpan, cap: TimeSpan) {
    self.attempts = attempts
    self.base = base
    self.throttledBase = throttledBase
    self.cap = cap
  }

  /// No retry.
  public static let none = RetryPolicy(attempts: 1, base: .zero, throttledBase: .zero, cap: .zero)

  /// What is stated for DynamoDB's set-up, and is no SDK's: 50 ms doubled up to 25 s, ten retries, full jitter, no budget.
  public static let legacy = RetryPolicy(
    attempts: 11, base: .milliseconds(50), throttledBase: .milliseconds(50), cap: .seconds(25))

  /// The mode `standard` of AWS's SDKs before November 2026, with JavaScript's bases: 3 attempts, 100 ms (500 ms when
  /// throttled), cap 20 s after the jitter, a bucket of 500 of which a retry takes 5 and one after a timeout 10.
  public static let standard2020: RetryPolicy = {
    var policy = RetryPolicy(
      attempts: 3, base: .milliseconds(100), throttledBase: .milliseconds(500), cap: .seconds(20))
    policy.capsBeforeJitter = false
    policy.budget = RetryBudgetRule(tokens: 500, retry: 5, afterTimeout: 10, afterThrottling: 5)
    return policy
  }()

  /// The same from November 2026 on: 3 attempts, 50 ms (1 s when throttled), cap 20 s before the jitter, a retry takes 14 of
  /// 500, 5 when throttled, and the server's `x-amz-retry-after` is heeded.
  public static let standard2026: RetryPolicy = {
    var policy = RetryPolicy(attempts: 3, base: .milliseconds(50), throttledBase: .seconds(1), cap: .seconds(20))
    policy.budget = .standard(500)
    policy.heedsServer = true
    return policy
  }()

  /// How long a client waits before a retry.
  ///
  /// - Parameters:
  ///   - retry: which one, from 0.
  ///   - wasThrottled: whether the attempt before it was.
  ///   - serverSays: after what time the server would let it through; nil: it doesn't say.
  ///   - draw: what decides on the share.
  public func wait(
    before retry: Int, wasThrottled: Bool, serverSays: TimeSpan?, _ draw: Randomness.Draw
  ) -> TimeSpan {
    let base = wasThrottled ? throttledBase : base
    let (doubled, overflow) = base.microseconds.multipliedReportingOverflow(by: 1 << Int64(min(retry, 40)))
    let ceiling = overflow ? Int64.max / 4 : min(doubled, Int64.max / 4)
    let full = capsBeforeJitter ? min(ceiling, cap.microseconds) : ceiling
    var span = hasJitter ? Int64(draw.below(UInt64(full) + 1)) : full
    if !capsBeforeJitter { span = min(span, cap.microseconds) }
    guard heedsServer, let serverSays else { return TimeSpan(microseconds: span) }
    return TimeSpan(microseconds: min(max(serverSays.microseconds, span), span + 5_000_000))
  }
}

/// What retries cost of a client's bucket of tokens, which is full at the start.
public struct RetryBudgetRule: Hashable, Sendable {
  /// How many tokens it holds at most.
  public let tokens: Int
  /// What a retry takes; it gets that back if it succeeds.
  public let retry: Int
  /// The same after a timeout.
  public let afterTimeout: Int
  /// The same after throttling.
  public let afterThrottling: Int

  /// A rule of those figures.
  public init(tokens: Int, retry: Int, afterTimeout: Int, afterThrottling: Int) {
    self.tokens = tokens
    self.retry = retry
    self.afterTimeout = afterTimeout
    self.afterThrottling = afterThrottling
  }

  /// That of the SDKs from November 2026 on: 14 a retry, 5 after throttling.
  public static func standard(_ tokens: Int) -> RetryBudgetRule {
    RetryBudgetRule(tokens: tokens, retry: 14, afterTimeout: 14, afterThrottling: 5)
  }

  /// What a retry costs after an attempt that ended so.
  public func cost(after outcome: Outcome) -> Int {
    switch outcome {
    case .timeout: afterTimeout
    case .throttled: afterThrottling
    case .ok, .unavailable, .failure, .conflict, .rejected: retry
    }
  }
}

/// One client's bucket.
struct RetryBudget: Sendable {
  /// What is left.
  private(set) var tokens: Int

  /// A full bucket.
  init(_ rule: RetryBudgetRule) { tokens = rule.tokens }

  /// Takes what a retry costs. False if there isn't as much.
  mutating func take(_ cost: Int) -> Bool {
    guard tokens >= cost else { return false }
    tokens -= cost
    return true
  }

  /// Gives back what a retry took that succeeded, or one token for a success without any.
  mutating func refund(_ cost: Int, _ rule: RetryBudgetRule) { tokens = min(rule.tokens, tokens + max(cost, 1)) }
}
