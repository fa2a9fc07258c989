import Insight

/// Reads a trace as it grows: each time what it has taken in since.
struct TraceReader {
  /// How many records had been made when it was last read.
  private var seen = 0

  /// From the first record on.
  init() {}

  /// From the next record on.
  init(from trace: Trace) { seen = trace.dropped + trace.count }

  /// The places of the records that have come since the last time, of those that are kept.
  mutating func read(_ trace: Trace) -> Range<Int> {
    defer { seen = trace.dropped + trace.count }
    return min(max(0, seen - trace.dropped), trace.count)..<trace.count
  }
}
