import Kernel

/// A rate of arrivals that changes evenly over a span.
///
/// How many have arrived by an instant is the integral of the rate, in whole numbers: the part of the span that counts at the
/// last rate is t² ÷ 2D, the rest counts at the first.
public struct Ramp: Hashable, Sendable {
  /// In millionths of an operation a second.
  private let first: UInt64
  private let last: UInt64
  /// In microseconds.
  private let duration: UInt64
  /// What one operation is in the units of ``operations(by:)``.
  private static let one: UInt64 = 1_000_000_000_000

  /// A ramp from one rate to another; each is so many operations in such a time.
  public init(from first: (count: Int, per: TimeSpan), to last: (count: Int, per: TimeSpan), over duration: TimeSpan) {
    self.first = Self.rate(first)
    self.last = Self.rate(last)
    self.duration = UInt64(duration.microseconds)
  }

  private static func rate(_ rate: (count: Int, per: TimeSpan)) -> UInt64 {
    let wide = UInt64(rate.count).multipliedFullWidth(by: one)
    let per = UInt64(rate.per.microseconds)
    return wide.high < per ? per.dividingFullWidth(wide).quotient : .max
  }

  /// How many operations arrive in all, as far as they can be counted.
  public var total: Int {
    let mean = first / 2 + last / 2
    let wide = mean.multipliedFullWidth(by: duration)
    return wide.high < Self.one ? Int(clamping: Self.one.dividingFullWidth(wide).quotient) : .max
  }

  /// How many operations have arrived by then, in millionths of a millionth.
  private func operations(by elapsed: UInt64) -> UInt64 {
    let square = elapsed.multipliedFullWidth(by: elapsed)
    let atLast = (2 * duration).dividingFullWidth(square).quotient
    return first &* (elapsed - atLast) &+ last &* atLast
  }

  /// When so many millionths of an operation have arrived: the first microsecond since the beginning by which they have; the end
  /// of the ramp if they don't.
  func arrival(ofMillionths number: UInt64) -> TimeSpan {
    let wanted = number.multipliedReportingOverflow(by: Self.one / 1_000_000)
    guard !wanted.overflow, operations(by: duration) >= wanted.partialValue else {
      return TimeSpan(microseconds: Int64(duration))
    }
    var (low, high) = (UInt64(0), duration)
    while low < high {
      let middle = (low + high) / 2
      if operations(by: middle) < wanted.partialValue { low = middle + 1 } else { high = middle }
    }
    return TimeSpan(microseconds: Int64(low))
  }
}
