/// The spans of several runs, by the bins of a high dynamic range histogram with three digits, and how many more there are whose
/// end wasn't seen: put together in any order they come to the same, which percentiles don't.
public struct SpanPool: Hashable, Sendable, Codable {
  /// The bins that hold anything, ascending; see ``SpanBins``.
  public private(set) var places: [Int] = []
  /// How many spans are in each of them.
  public private(set) var counts: [Int] = []
  /// How many have no end yet.
  public private(set) var open = 0

  /// No spans.
  public init() {}

  init(_ bins: [(place: Int, count: Int)], open: Int) {
    (places, counts) = (bins.map(\.place), bins.map(\.count))
    self.open = open
  }

  /// How many spans there are, those without an end included.
  public var count: Int { counts.reduce(open, +) }

  /// Takes in another run's.
  public mutating func merge(_ other: SpanPool) {
    var merged: [(place: Int, count: Int)] = []
    var (left, right) = (0, 0)
    while left < places.count || right < other.places.count {
      let first = left < places.count ? places[left] : .max
      let second = right < other.places.count ? other.places[right] : .max
      var entry = (place: min(first, second), count: 0)
      if first <= second { (entry.count, left) = (entry.count + counts[left], left + 1) }
      if second <= first { (entry.count, right) = (entry.count + other.counts[right], right + 1) }
      merged.append(entry)
    }
    self = SpanPool(merged, open: open + other.open)
  }

  /// The span in microseconds that `percentile` of 100 are no longer than, to three digits; nil if there are none, or that one has
  /// no end yet.
  public func percentile(_ percentile: Double) -> Int64? {
    let wanted = max(1, Int((percentile.nextDown / 100 * Double(count)).rounded(.up)))
    var total = 0
    for (place, count) in zip(places, counts) {
      total += count
      if total >= wanted { return Int64(SpanBins.end(of: place)) }
    }
    return nil
  }
}
