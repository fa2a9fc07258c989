import Kernel

/// How many changes go in a while: as many a second as an integer literal says, or a fraction.
public struct ChangeRate: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// How many in 1,000 s, from 1.
  public let inThousandSeconds: Int64

  /// So many in 1,000 s; fewer than 1 count as 1.
  public init(inThousandSeconds: Int64) { self.inThousandSeconds = max(1, inThousandSeconds) }

  /// So many a second.
  public init(integerLiteral perSecond: Int64) { self.init(inThousandSeconds: perSecond * 1_000) }

  /// How long so many take, in whole microseconds.
  public func span(for changes: Int64) -> TimeSpan {
    let (whole, rest) = changes.quotientAndRemainder(dividingBy: inThousandSeconds)
    return TimeSpan(microseconds: whole * 1_000_000_000 + rest * 1_000_000_000 / inThousandSeconds)
  }
}
