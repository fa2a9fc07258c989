/// A point of virtual time: whole microseconds since the cluster began.
///
/// Virtual time is an integer so that a run is the same on every machine; a tick is a microsecond because that is the
/// resolution of the write timestamps of Cassandra, whose ordering the simulated clocks have to reproduce.
public struct Instant: Hashable, Comparable, Sendable {
  /// Microseconds since the beginning, from 0 to ``Instant/end``.
  public var microseconds: Int64

  /// The instant that many microseconds after the beginning.
  @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

  /// The beginning of virtual time.
  @inlinable public static var start: Instant { Instant(microseconds: 0) }

  /// The last instant that a run can reach: 2⁶⁰ − 1 µs, some 36,000 years, the last that the event queue can hold.
  @inlinable public static var end: Instant { Instant(microseconds: (1 << 60) - 1) }

  /// Whether one comes first.
  @inlinable public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  /// The instant `span` later, but never past ``Instant/end``.
  @inlinable public static func + (instant: Instant, span: TimeSpan) -> Instant {
    let (sum, overflow) = instant.microseconds.addingReportingOverflow(span.microseconds)
    return overflow || sum > end.microseconds ? end : Instant(microseconds: sum)
  }

  /// The span from `earlier` to `later`.
  @inlinable public static func - (later: Instant, earlier: Instant) -> TimeSpan {
    TimeSpan(microseconds: later.microseconds - earlier.microseconds)
  }

  /// Moves the instant `span` later, but never past ``Instant/end``.
  @inlinable public static func += (instant: inout Instant, span: TimeSpan) { instant = instant + span }
}

/// A length of virtual time in whole microseconds; negative only where a difference is.
public struct TimeSpan: Hashable, Comparable, Sendable {
  /// The length in microseconds.
  public var microseconds: Int64

  /// A span of that many microseconds.
  @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

  /// A span of that many milliseconds.
  @inlinable public static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(microseconds: count * 1_000) }

  /// A span of that many seconds.
  @inlinable public static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(microseconds: count * 1_000_000) }

  /// A span of that many hours.
  @inlinable public static func hours(_ count: Int64) -> TimeSpan { .seconds(count * 3_600) }

  /// No time at all.
  @inlinable public static var zero: TimeSpan { TimeSpan(microseconds: 0) }

  /// Whether one comes first.
  @inlinable public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.microseconds < right.microseconds
  }

  /// The sum of two spans.
  @inlinable public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(microseconds: left.microseconds + right.microseconds)
  }

  /// The difference of two spans.
  @inlinable public static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(microseconds: left.microseconds - right.microseconds)
  }
}
