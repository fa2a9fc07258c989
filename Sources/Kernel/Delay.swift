/// How long something takes: a distribution of spans of virtual time, drawn in integers.
///
/// Drawn spans are whole microseconds and never negative.
public enum Delay: Hashable, Sendable {
  /// Always the same.
  case fixed(TimeSpan)
  /// Every span from the first to the second (inclusive) is equally likely.
  case uniform(TimeSpan, TimeSpan)
  /// The normal distribution, cut off at 0.
  case normal(mean: TimeSpan, deviation: TimeSpan)
  /// The exponential distribution; its mean is in nanoseconds, as a rate such as 0.183/ms needs more than microseconds.
  case exponential(meanNanoseconds: Int64)
  /// The Pareto distribution: P(X > v) = (scale/v)^shape from `scale` on; the shape is in 65,536ths.
  case pareto(scale: TimeSpan, shape: Int64)
  /// One of several distributions, by weight.
  case mixture([Component])
  /// One of these measured spans, each equally likely; never empty.
  case empirical([TimeSpan])

  /// A part of a mixture.
  public struct Component: Hashable, Sendable {
    /// The part's share of all weights, in millionths.
    public let weight: UInt64
    /// What is drawn when the part is chosen.
    public let delay: Delay

    /// A part of that weight.
    public init(weight: UInt64, delay: Delay) {
      self.weight = weight
      self.delay = delay
    }
  }

  /// No delay.
  public static let none = Delay.fixed(.zero)
  /// A shape of 1 as ``pareto(scale:shape:)`` stores it.
  public static let shapeUnit: Int64 = 65_536
  /// The longest delay that a distribution's parameter may state: one day.
  public static let longestParameter = TimeSpan.hours(24)
  /// No draw is longer: heavy tails end here (about 35 years).
  static let longest: Int64 = 1 << 50

  /// The span, where it is always the same.
  @inlinable public var constant: TimeSpan? {
    if case .fixed(let span) = self { return span }
    return nil
  }

  /// The span that belongs to those random bits.
  public func sample(_ draw: Randomness.Draw) -> TimeSpan {
    switch self {
    case .fixed(let span):
      return span
    case .uniform(let low, let high):
      let width = UInt64(high.microseconds - low.microseconds + 1)
      return TimeSpan(microseconds: low.microseconds + Int64(draw.below(width)))
    case .normal(let mean, let deviation):
      return Self.normal(mean: mean, deviation: deviation, draw.first)
    case .exponential(let mean):
      return TimeSpan(microseconds: Self.rounded(nanoseconds: Self.exponential(meanNanoseconds: UInt64(mean), draw)))
    case .pareto(let scale, let shape):
      // scale · U^(−1/shape) = scale · 2^(−log₂ U / shape).
      let bits = FixedPoint.negativeLog2(draw.first)
      let exponent = bits.multipliedFullWidth(by: UInt64(Self.shapeUnit))
      let (mantissa, power) = FixedPoint.power2(UInt64(shape).dividingFullWidth(exponent).quotient)
      let base = Self.multiply(UInt64(scale.microseconds) << 10, mantissa)  // in 1,024ths of a microsecond
      guard power < 50, base < (UInt64(Self.longest) << 10) >> UInt64(power) else {
        return TimeSpan(microseconds: Self.longest)
      }
      return TimeSpan(microseconds: Int64((base << UInt64(power) + 512) >> 10))
    case .mixture(let components):
      return Self.component(of: components, at: draw.second).sample(draw)
    case .empirical(let samples):
      return samples[Int(draw.below(UInt64(samples.count)))]
    }
  }

  /// The mean in nanoseconds, which decides who is nearest; a Pareto distribution without a mean counts as endless.
  public var meanNanoseconds: Int64 {
    switch self {
    case .fixed(let span): return span.microseconds * 1_000
    case .uniform(let low, let high): return (low.microseconds + high.microseconds) * 500
    case .normal(let mean, _): return mean.microseconds * 1_000
    case .exponential(let mean): return mean
    case .pareto(let scale, let shape):
      guard shape > Self.shapeUnit else { return Self.longest }
      let wide = UInt64(scale.microseconds * 1_000).multipliedFullWidth(by: UInt64(shape))
      let divisor = UInt64(shape - Self.shapeUnit)
      guard wide.high < divisor else { return Self.longest }
      return Int64(min(divisor.dividingFullWidth(wide).quotient, UInt64(Self.longest)))
    case .mixture(let components):
      let total = components.reduce(0) { $0 + Double($1.weight) }
      let sum = components.reduce(0) { $0 + Double($1.weight) * Double($1.delay.meanNanoseconds) }
      return Int64(sum / total)
    case .empirical(let samples):
      return samples.reduce(0) { $0 + $1.microseconds * 1_000 / Int64(samples.count) }
    }
  }

  /// An exponentially distributed span in nanoseconds, for adding up many of them.
  public static func exponential(meanNanoseconds mean: UInt64, _ draw: Randomness.Draw) -> UInt64 {
    // −ln U · mean, with −ln U = −log₂ U · ln 2.
    multiply(mean, multiply(FixedPoint.negativeLog2(draw.first), FixedPoint.ln2))
  }

  private static func component(of components: [Component], at word: UInt64) -> Delay {
    let total = components.reduce(0) { $0 + $1.weight }
    var rest = word.multipliedFullWidth(by: total).high
    for component in components {
      if rest < component.weight { return component.delay }
      rest -= component.weight
    }
    return components[components.count - 1].delay
  }

  /// The product of a number and one in Q32.
  private static func multiply(_ number: UInt64, _ fraction: UInt64) -> UInt64 {
    let wide = number.multipliedFullWidth(by: fraction)
    return wide.high >> 32 != 0 ? .max : wide.high << 32 | wide.low >> 32
  }

  private static func rounded(nanoseconds: UInt64) -> Int64 {
    min(Int64(nanoseconds / 1_000 + (nanoseconds % 1_000 >= 500 ? 1 : 0)), longest)
  }

  private static func normal(mean: TimeSpan, deviation: TimeSpan, _ word: UInt64) -> TimeSpan {
    // The top bit is the side; the others are how far out in the tail, as −log₂ of the tail's probability from 1 on.
    let bits = FixedPoint.negativeLog2(word << 1 | 1) + 1 << 32
    let step = min(Int(bits >> 30) - 4, NormalQuantiles.table.count - 2)
    let rest = Int64(step == NormalQuantiles.table.count - 2 ? 0 : bits & 0x3fff_ffff)
    let low = NormalQuantiles.table[step]
    let quantile = low + ((NormalQuantiles.table[step + 1] - low) * rest) >> 30  // in 65,536ths
    let offset = (deviation.microseconds * quantile + 32_768) >> 16
    let span = mean.microseconds + (word >> 63 == 0 ? offset : -offset)
    return TimeSpan(microseconds: max(0, span))
  }
}

/// Quantiles of the standard normal distribution for the upper-tail probabilities 2^−1, 2^−1.25 … 2^−33.
private enum NormalQuantiles {
  /// In 65,536ths of a standard deviation.
  static let table: [Int64] = [
    0, 13_156, 24_625, 34_877, 44_203, 52_799, 60_799, 68_304, 75_389, 82_113,
    88_523, 94_655, 100_540, 106_205, 111_671, 116_956, 122_076, 127_045, 131_874, 136_575,
    141_156, 145_626, 149_992, 154_260, 158_437, 162_528, 166_537, 170_470, 174_330, 178_121,
    181_847, 185_510, 189_113, 192_660, 196_152, 199_592, 202_983, 206_325, 209_622, 212_875,
    216_085, 219_254, 222_384, 225_476, 228_531, 231_550, 234_536, 237_488, 240_408, 243_296,
    246_155, 248_984, 251_785, 254_558, 257_304, 260_024, 262_719, 265_389, 268_035, 270_657,
    273_257, 275_834, 278_390, 280_924, 283_438, 285_931, 288_405, 290_860, 293_295, 295_712,
    298_111, 300_493, 302_857, 305_204, 307_535, 309_849, 312_148, 314_431, 316_699, 318_952,
    321_190, 323_413, 325_623, 327_818, 330_000, 332_169, 334_324, 336_467, 338_597, 340_714,
    342_819, 344_912, 346_994, 349_063, 351_121, 353_168, 355_204, 357_229, 359_243, 361_246,
    363_239, 365_222, 367_195, 369_158, 371_111, 373_054, 374_987, 376_912, 378_827, 380_733,
    382_630, 384_518, 386_397, 388_268, 390_130, 391_984, 393_829, 395_666, 397_495, 399_317,
    401_130, 402_935, 404_733, 406_524, 408_306, 410_082, 411_850, 413_611, 415_364,
  ]
}
