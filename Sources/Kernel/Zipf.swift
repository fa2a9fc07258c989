import Algorithms

/// A skewed choice among n things: the i-th is chosen in proportion to 1/iˢ.
///
/// Zipf's law, as the Yahoo! Cloud Serving Benchmark uses it for hot keys. The weights are computed in integers.
public struct Zipf: Sendable {
  private let cumulative: [UInt64]

  /// A choice among `count` things with an exponent in thousandths; 0 makes all equally likely.
  public init(count: Int, exponentThousandths: Int) {
    var sum: UInt64 = 0
    cumulative = (1...count).map { rank in
      let logarithm = 64 << 32 - FixedPoint.negativeLog2(UInt64(rank))
      let loss = logarithm.multipliedFullWidth(by: UInt64(exponentThousandths))
      let bits = UInt64(1_000).dividingFullWidth(loss).quotient
      let (mantissa, power) = FixedPoint.power2(bits < 40 << 32 ? 40 << 32 - bits : 0)
      sum += max(1, power >= 32 ? mantissa << UInt64(power - 32) : mantissa >> UInt64(32 - power))
      return sum
    }
  }

  /// The position (from 0) that belongs to those random bits.
  public func choose(_ draw: Randomness.Draw) -> Int {
    let target = draw.below(cumulative[cumulative.count - 1])
    return cumulative.partitioningIndex { $0 > target }
  }
}
