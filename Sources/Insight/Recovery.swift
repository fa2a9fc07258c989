import Kernel

/// How long the end of a fault is in coming: versions that live owners lacked when the last fault at work ended, and the
/// spans from then until every live owner held each, or what supersedes it.
///
/// Convergence time counts from a write's acceptance, and so has the length of the fault in it; this is what comes after.
/// Jepsen and its like speak of recovery time: the interval from the end of the nemesis.
public struct Recovery: Sendable {
  /// When the last fault ended.
  public let since: Instant
  /// How many versions a live owner lacked then.
  public let missing: Int
  /// The spans of those that have come since.
  public private(set) var times = Samples()
  /// When the first hint arrived since; nil if none has: until then coordinators had yet to begin sending.
  public internal(set) var firstHint: Instant?

  init(since: Instant, missing: Int) { (self.since, self.missing) = (since, missing) }

  /// How many versions some live owner still lacks.
  public var open: Int { missing - times.count }

  /// What `percentile` of 100 of all that was missing took at most, in microseconds; nil if nothing was missing, or so many
  /// still are that it isn't reached.
  public func percentile(_ percentile: Double) -> Int64? {
    Percentile(percentile, of: times, missing: Array(repeating: 0, count: open))?.atMost
  }

  mutating func add(_ now: Instant) { times.add((now - since).microseconds) }
}
