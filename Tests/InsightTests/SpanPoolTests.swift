import Kernel
import Testing

@testable import Insight

/// Spans of several runs, put together.
@Suite struct SpanPoolTests {
  private func samples(_ seed: UInt64, _ count: Int) -> Samples {
    var samples = Samples()
    let randomness = Randomness(seed: seed)
    for number in 0..<count {
      samples.add(Int64(randomness.draw(.experiment, owner: 1, number: UInt64(number)).first % 3_000_000))
    }
    return samples
  }

  /// What many samples come to together is what one that has all of them comes to, to three digits.
  @Test(arguments: [1, 2, 3] as [UInt64]) func partsComeToWhatTheWholeComesTo(seed: UInt64) throws {
    var (whole, pool) = (Samples(), SpanPool())
    for part in 0..<4 {
      let randomness = Randomness(seed: seed * 10 + UInt64(part))
      var samples = Samples()
      for number in 0..<2_000 {
        let span = Int64(randomness.draw(.experiment, owner: 1, number: UInt64(number)).first % 3_000_000)
        samples.add(span)
        whole.add(span)
      }
      pool.merge(samples.pool())
    }
    #expect(pool.count == whole.count)
    for percentile in [1.0, 50, 90, 99, 99.9] {
      let (left, right) = (try #require(pool.percentile(percentile)), try #require(whole.percentile(percentile)))
      #expect(abs(left - right) <= right / 500 + 1, "seed \(seed): \(percentile) % is \(left), and \(right)")
    }
  }

  @Test func theOrderPlaysNoPart() {
    var (one, other) = (samples(1, 500).pool(), samples(2, 700).pool(open: 3))
    let (first, second) = (one, other)
    one.merge(second)
    other.merge(first)
    #expect(one == other && one.count == 1_203)
  }

  @Test func whatHasNoEndIsLongerThanAll() {
    let pool = samples(1, 98).pool(open: 2)
    #expect(pool.percentile(98) != nil && pool.percentile(99) == nil)
    #expect(SpanPool().percentile(50) == nil)
  }
}
