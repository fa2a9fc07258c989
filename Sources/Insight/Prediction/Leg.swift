import Kernel

/// How long one message takes, as a continuous distribution in milliseconds: what predictions are made of.
///
/// The same distributions as ``Delay``, whose draws are whole microseconds, but with exact tails that can be asked for.
/// It is a mixture of simple parts, each moved by a constant.
public struct Leg: Hashable, Sendable {
  /// A simple distribution.
  enum Shape: Hashable, Sendable {
    /// Always 0.
    case none
    /// Evenly between 0 and that width, which is above 0.
    case uniform(width: Double)
    /// Normal around 0.
    case normal(deviation: Double)
    /// Exponential with that mean.
    case exponential(mean: Double)
    /// P(X > v) = (scale ÷ v)^shape from `scale` on.
    case pareto(scale: Double, shape: Double)
  }

  /// A part of the mixture.
  struct Part: Hashable, Sendable {
    /// Its share; the shares of a leg's parts add up to 1.
    let share: Double
    /// What is added to everything drawn from it, in milliseconds.
    let shift: Double
    let shape: Shape
  }

  /// The parts, never none.
  let parts: [Part]

  /// No delay is longer, in milliseconds: heavy tails end here, as those of ``Delay`` do.
  static let longest = 1_125_899_906_842.624
  /// Of longer lists of measured delays only so many order statistics are kept.
  private static let mostSamples = 256

  /// The distribution of a delay, and what is added to each: 0 if nothing is said.
  public init(_ delay: Delay, plus extra: TimeSpan = .zero) {
    parts = Self.parts(of: delay, share: 1, shift: Self.milliseconds(extra))
  }

  /// Always that long.
  public static func constant(_ span: TimeSpan) -> Leg { Leg(.fixed(span)) }

  private static func milliseconds(_ span: TimeSpan) -> Double { Double(span.microseconds) / 1_000 }

  private static func parts(of delay: Delay, share: Double, shift: Double) -> [Part] {
    func part(_ shape: Shape, at start: Double = 0) -> [Part] {
      [Part(share: share, shift: shift + start, shape: shape)]
    }
    switch delay {
    case .fixed(let span):
      return part(.none, at: milliseconds(span))
    case .uniform(let low, let high):
      let width = milliseconds(high - low)
      return part(width > 0 ? .uniform(width: width) : .none, at: milliseconds(low))
    case .normal(let mean, let deviation):
      let width = milliseconds(deviation)
      return part(width > 0 ? .normal(deviation: width) : .none, at: milliseconds(mean))
    case .exponential(let mean):
      return part(.exponential(mean: Double(mean) / 1_000_000))
    case .pareto(let scale, let shape):
      return part(.pareto(scale: milliseconds(scale), shape: Double(shape) / Double(Delay.shapeUnit)))
    case .mixture(let components):
      let total = components.reduce(0) { $0 + Double($1.weight) }
      return components.flatMap { parts(of: $0.delay, share: share * Double($0.weight) / total, shift: shift) }
    case .empirical(let samples):
      let kept = min(samples.count, mostSamples)
      let sorted = samples.sorted()
      return (0..<kept).map { rank in
        let sample = sorted[(2 * rank + 1) * samples.count / (2 * kept)]
        return Part(share: share / Double(kept), shift: shift + milliseconds(sample), shape: .none)
      }
    }
  }

  /// How likely a message takes longer than `milliseconds`.
  public func exceeds(_ milliseconds: Double) -> Double {
    parts.reduce(0) { $0 + $1.share * $1.exceeds(milliseconds) }
  }

  /// The delay in milliseconds that belongs to an even number above 0 and below 1: one part is chosen by it, and what
  /// it says beyond that is the probability that the part is exceeded.
  @inline(__always) func sample(_ unit: Double) -> Double {
    var rest = unit
    for index in 0..<(parts.count - 1) {
      if rest < parts[index].share { return parts[index].value(exceededWith: rest / parts[index].share) }
      rest -= parts[index].share
    }
    let last = parts[parts.count - 1]
    return last.value(exceededWith: min(max(rest / last.share, 1e-16), 1 - 1e-16))
  }
}

extension Leg.Part {
  /// How likely it is above `milliseconds`. Nothing is negative and nothing longer than ``Leg/longest``.
  func exceeds(_ milliseconds: Double) -> Double {
    guard milliseconds >= 0 else { return 1 }
    guard milliseconds < Leg.longest else { return 0 }
    let x = milliseconds - shift
    switch shape {
    case .none: return x < 0 ? 1 : 0
    case .uniform(let width): return min(1, max(0, 1 - x / width))
    case .normal(let deviation): return ElementaryFunctions.normalExceeds(x / deviation)
    case .exponential(let mean): return x <= 0 ? 1 : ElementaryFunctions.exp(-x / mean)
    case .pareto(let scale, let shape):
      return x <= scale ? 1 : ElementaryFunctions.exp(-shape * ElementaryFunctions.log(x / scale))
    }
  }

  /// The milliseconds that are exceeded with that probability, above 0 and below 1.
  @inline(__always) func value(exceededWith tail: Double) -> Double {
    let x: Double
    switch shape {
    case .none: return shift
    case .uniform(let width): return shift + (1 - tail) * width
    case .normal(let deviation): x = deviation * ElementaryFunctions.normalQuantile(above: tail)
    case .exponential(let mean): x = -mean * ElementaryFunctions.log(tail)
    case .pareto(let scale, let shape): x = scale * ElementaryFunctions.exp(-ElementaryFunctions.log(tail) / shape)
    }
    return min(max(0, shift + x), Leg.longest)
  }
}
