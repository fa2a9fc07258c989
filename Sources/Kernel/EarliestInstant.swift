/// The earliest of some instants that come after another: found without keeping them, as it is asked after every event.
public struct EarliestInstant: Sendable {
  /// After which they come.
  public let now: Instant
  /// The earliest so far; nil before there is one.
  @inlinable public var instant: Instant? { earliest }
  @usableFromInline var earliest: Instant?

  /// None yet.
  @inlinable public init(after now: Instant) { self.now = now }

  /// Takes one in, if it is one and comes after the other.
  @inlinable public mutating func take(_ candidate: Instant?) {
    guard let candidate, candidate > now, earliest.map({ candidate < $0 }) ?? true else { return }
    earliest = candidate
  }
}
