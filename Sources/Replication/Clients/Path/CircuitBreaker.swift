import DequeModule
import Kernel

/// The circuit breaker that a region's clients share (resilience4j, `COUNT_BASED` sliding window).
public struct CircuitBreaker: Sendable {
  /// What it lets through.
  public enum State: String, Hashable, Sendable {
    /// Everything.
    case closed
    /// Nothing.
    case open
    /// Some calls, by which it is judged.
    case trial
  }

  /// What it lets through. It is open until the first call at or after its time is up.
  public private(set) var state = State.closed
  /// Since when it is open, or was last.
  public private(set) var openSince = Instant.start
  /// How the last calls ended: whether each failed.
  private var window: Deque<Bool> = []
  private var failures = 0
  /// How many calls it has let through on trial.
  private var tried = 0

  /// Closed, with no call seen.
  init() {}

  /// Whether it lets a call through that comes now.
  mutating func admits(_ rule: BreakerRule, at now: Instant) -> Bool {
    switch state {
    case .closed: return true
    case .open:
      guard now - openSince >= rule.open else { return false }
      state = .trial
      clear()
      tried = 1
      return true
    case .trial:
      guard tried < rule.trials else { return false }
      tried += 1
      return true
    }
  }

  /// Takes in how a call ended that it let through.
  mutating func note(isFailure: Bool, _ rule: BreakerRule, at now: Instant) {
    // A call that began before it opened says nothing about now.
    guard state != .open else { return }
    window.append(isFailure)
    if isFailure { failures += 1 }
    let size = state == .trial ? rule.trials : rule.calls
    while window.count > size, let first = window.popFirst() {
      if first { failures -= 1 }
    }
    guard window.count == size else { return }
    if rule.share.isReached(by: failures, of: size) {
      state = .open
      openSince = now
      clear()
    } else if state == .trial {
      state = .closed
      clear()
    }
  }

  private mutating func clear() {
    window.removeAll(keepingCapacity: true)
    (failures, tried) = (0, 0)
  }
}

extension Probability {
  /// Whether so many of so many are at least that share.
  fileprivate func isReached(by part: Int, of whole: Int) -> Bool {
    isCertain ? part == whole : UInt64(part) << 32 >= UInt64(parts) * UInt64(whole)
  }
}
