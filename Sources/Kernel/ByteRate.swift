/// How many bytes go in a second.
public struct ByteRate: Hashable, Comparable, Sendable {
  /// Bytes a second, at least 1.
  public let bytesPerSecond: Int64

  /// A rate of that many bytes a second, which must be above 0.
  public init(bytesPerSecond: Int64) {
    precondition(bytesPerSecond > 0, "a rate of \(bytesPerSecond) B/s lets nothing pass")
    self.bytesPerSecond = bytesPerSecond
  }

  /// Whether one is slower.
  public static func < (left: Self, right: Self) -> Bool { left.bytesPerSecond < right.bytesPerSecond }

  /// For how long that many bytes take up the `share`th part of the rate, in whole microseconds.
  ///
  /// - Parameter rest: what is left of a microsecond, in parts of one; it is carried from call to call, so that in the long
  ///   run exactly as much passes as the rate allows.
  public func span(for bytes: Int, share: Int, rest: inout Int64) -> TimeSpan {
    let due = Int64(bytes) * Int64(max(1, share)) * 1_000_000 + rest
    rest = due % bytesPerSecond
    return TimeSpan(microseconds: due / bytesPerSecond)
  }
}
