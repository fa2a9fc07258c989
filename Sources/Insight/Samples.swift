/// Spans that were measured, and their percentiles.
///
/// Up to ``Samples/exactLimit`` of them are kept as they are, so that a small experiment has exact percentiles; of more
/// than that a high dynamic range histogram knows three digits, at a cost that doesn't grow.
public struct Samples: Sendable {
  /// How many spans are kept as they are.
  public static let exactLimit = 4_096

  private var exact: [Int64] = []
  private var bins = SpanBins()

  /// No spans.
  public init() {}

  /// How many spans were measured.
  public var count: Int { bins.count }

  /// Takes in a span, in microseconds; a negative one counts as none.
  @inline(__always) public mutating func add(_ microseconds: Int64) {
    if bins.count < Self.exactLimit {
      exact.append(microseconds)
    } else if bins.count == Self.exactLimit {
      exact = []
    }
    bins.add(UInt64(bitPattern: max(0, microseconds)))
  }

  /// What the samples of several runs are put together by.
  ///
  /// - Parameter open: how many more there are whose end wasn't seen.
  public func pool(open: Int = 0) -> SpanPool { SpanPool(bins.occupied, open: open) }

  /// The span in microseconds that `percentile` of 100 are no longer than (nearest rank); nil if there are none.
  public func percentile(_ percentile: Double) -> Int64? {
    guard count > 0 else { return nil }
    guard exact.isEmpty else { return value(ofRank: Int((percentile / 100 * Double(exact.count)).rounded(.up))) }
    return Int64(bins.value(atPercentile: percentile))
  }

  /// The span in microseconds that stands at a place in order of length, from 1; nil if there are none.
  func value(ofRank rank: Int) -> Int64? {
    guard count > 0 else { return nil }
    let place = max(1, min(count, rank))
    guard exact.isEmpty else { return exact.sorted()[place - 1] }
    return Int64(bins.value(atPercentile: Double(place) / Double(count) * 100))
  }

  /// Their mean in microseconds; nil if there are none.
  public var mean: Int64? {
    guard count > 0 else { return nil }
    return exact.isEmpty ? Int64(bins.mean) : exact.reduce(0, +) / Int64(exact.count)
  }
}
