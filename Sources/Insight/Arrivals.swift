import Kernel
import Replication

/// The latest copy that arrived from each region in each, and how old it was then.
///
/// What AWS calls `ReplicationLatency`: computed from what arrives, it is silent while nothing does. That is why it has a
/// value only for as long as it can still be said to be of now.
public struct Arrivals: Sendable {
  /// One copy's arrival.
  public struct Arrival: Hashable, Sendable {
    /// When it arrived.
    public internal(set) var at: Instant
    /// From its acceptance at its coordinator until then, in microseconds.
    public internal(set) var age: Int64
  }

  private static let none = Arrival(at: .start, age: -1)

  /// By the position of the region it comes from, then that of the region it came to.
  private var latest: [Arrival] = []
  private var regions = 0

  /// Nothing has arrived.
  public init() {}

  /// Takes in that a copy arrived at another replica than the one that had accepted it.
  @inline(__always) mutating func add(
    from: RegionID, to: RegionID, at now: Instant, age: Int64, amongRegions count: Int
  ) {
    if regions != count { (latest, regions) = (Array(repeating: Self.none, count: count * count), count) }
    latest[from.index * count + to.index] = Arrival(at: now, age: age)
  }

  /// The latest arrival on a route; nil if there was none.
  ///
  /// - Parameter route: from which region to which; nil: anywhere.
  public func latest(on route: (from: RegionID, to: RegionID)?) -> Arrival? {
    guard regions > 0 else { return nil }
    let found = route.map { latest[$0.from.index * regions + $0.to.index] } ?? latest.max { $0.at < $1.at }
    return found.flatMap { $0.age < 0 ? nil : $0 }
  }
}
