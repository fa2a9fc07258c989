import Histogram
import TestSupport
import Testing

@testable import Insight

/// The bins that count spans, beside the histogram of which they are a copy.
@Suite struct SpanBinsTests {
  @Test(arguments: 1...20) func answersAreThoseOfHdrHistogram(seed: Int) {
    var dice = Dice(seed: seed)
    var bins = SpanBins()
    var histogram = Histogram<UInt32>(highestTrackableValue: 3_600_000_000)
    histogram.autoResize = true
    let largest = UInt64(1) << UInt64(dice.roll(1...45))
    for _ in 0..<dice.roll(1...20_000) {
      let span = dice.chance(2) ? 0 : dice.roll(below: largest)
      bins.add(span)
      histogram.record(span)
    }
    #expect(bins.count == Int(histogram.totalCount))
    #expect(bins.mean == histogram.mean, "seed \(seed)")
    let percentiles =
      [0, 0.001, 1, 25, 50, 75, 90, 95, 99, 99.9, 99.999, 100]
      + (0..<50).map { _ in Double(dice.roll(0...100_000)) / 1_000 }
    for percentile in percentiles {
      #expect(
        bins.value(atPercentile: percentile) == histogram.valueAtPercentile(percentile), "seed \(seed): \(percentile)")
    }
  }

  @Test func eachBinsFirstAndLastSpanAreThoseOfHdrHistogram() {
    for power in 0..<50 {
      let start: UInt64 = 1 << power
      for span in [start - 1, start, start + 1, 3 * start] {
        var bins = SpanBins()
        var histogram = Histogram<UInt32>(highestTrackableValue: 3_600_000_000)
        histogram.autoResize = true
        for value in [span, span + 5_000_000] {
          bins.add(value)
          histogram.record(value)
        }
        #expect(bins.value(atPercentile: 0) == histogram.valueAtPercentile(0), "\(span)")
        #expect(bins.value(atPercentile: 50) == histogram.valueAtPercentile(50), "\(span)")
        #expect(bins.mean == histogram.mean, "\(span)")
      }
    }
  }
}
