/// How many spans fell into each of the bins of a high dynamic range histogram with three digits (Tene, *HdrHistogram*): one
/// a microsecond below 2,048, and 1,024 to each doubling from there on.
///
/// It answers as HdrHistogram's Swift port does, to the bit (a test compares the two), and counts in a third of its time.
struct SpanBins: Sendable {
  private static let half = 1_024

  private var counts = ContiguousArray<UInt32>(repeating: 0, count: 2 * half)
  /// How many spans there are.
  private(set) var count = 0
  private var largest: UInt64 = 0
  private var smallest = UInt64.max

  /// Takes in a span.
  @inline(__always) mutating func add(_ span: UInt64) {
    count &+= 1
    if span > largest { largest = span }
    if span < smallest { smallest = span }
    let place = Self.place(of: span)
    if place < counts.count { counts[place] &+= 1 } else { grow(place) }
  }

  @inline(never) private mutating func grow(_ place: Int) {
    counts.append(contentsOf: repeatElement(0, count: (place / Self.half + 1) * Self.half - counts.count))
    counts[place] = 1
  }

  /// The end of the bin up to which `percentile` of 100 spans lie.
  func value(atPercentile percentile: Double) -> UInt64 {
    guard count > 0 else { return 0 }
    if percentile == 0 { return smallest }
    guard percentile < 100 else { return largest }
    // One unit in the last place less, so that rounding doesn't lead into the next bin.
    let wanted = max(1, UInt64((min(max(percentile.nextDown, 0), 100) * Double(count) / 100).rounded(.up)))
    var total: UInt64 = 0
    for place in counts.indices where counts[place] > 0 {
      total += UInt64(counts[place])
      if total >= wanted { return min(Self.start(of: place) + Self.width(of: place) - 1, largest) }
    }
    return 0
  }

  /// The mean of the spans, each taken for the middle of its bin.
  var mean: Double {
    guard count > 0 else { return 0 }
    var total = 0.0
    for place in counts.indices where counts[place] > 0 {
      total += Double(Self.start(of: place) + Self.width(of: place) >> 1) * Double(counts[place])
    }
    return total / Double(count)
  }

  /// The bins that hold anything: where each stands among all, and how many spans fell into it.
  var occupied: [(place: Int, count: Int)] {
    counts.indices.lazy.filter { counts[$0] > 0 }.map { ($0, Int(counts[$0])) }
  }

  /// The end of a bin.
  static func end(of place: Int) -> UInt64 { start(of: place) + width(of: place) - 1 }

  @inline(__always) private static func place(of span: UInt64) -> Int {
    let doublings = 53 &- (span | 2_047).leadingZeroBitCount
    return doublings &* half &+ Int(truncatingIfNeeded: span &>> UInt64(doublings))
  }

  private static func start(of place: Int) -> UInt64 {
    let doublings = max(0, place / half - 1)
    return UInt64(place - doublings * half) << UInt64(doublings)
  }

  private static func width(of place: Int) -> UInt64 { 1 << UInt64(max(0, place / half - 1)) }
}
