import Kernel

/// What names lead to: health checks decide which regions the name server gives, and resolvers keep what they were given.
///
/// Each region's clients ask 1,000 resolvers. Each asks the name server again as soon as what it holds is as old as the TTL
/// says, and their ages are spread evenly, so that after a change some learn of it at once and some a whole TTL later.
public struct NameResolution: Sendable {
  /// How many resolvers a region has.
  public static let resolvers = 1_000

  /// What the name server has given since an instant.
  struct Zone: Hashable, Sendable {
    let since: Instant
    let healthy: [Bool]
  }

  /// What is believed of regions.
  var watch: HealthWatch
  /// What the name server has given, in order; the first holds from the beginning.
  private(set) var zones: [Zone]
  /// The latest loss of a region that was noticed.
  public private(set) var failover: Failover?

  /// How a region's clients move away after it was lost.
  public struct Failover: Hashable, Sendable {
    /// The region.
    public let region: RegionID
    /// When it was lost.
    public let lost: Instant
    /// When the name server stopped giving it.
    public let noticed: Instant
  }

  /// All well.
  init(regions: Int) {
    watch = HealthWatch(count: regions)
    zones = [Zone(since: .start, healthy: Array(repeating: true, count: regions))]
  }

  /// Takes in that a region is believed otherwise from now on.
  mutating func change(_ region: RegionID, at now: Instant) {
    var healthy = zones[zones.count - 1].healthy
    healthy[region.index] = watch.isHealthy(region.index)
    zones.append(Zone(since: now, healthy: healthy))
    if !healthy[region.index], healthy.contains(true) {
      failover = Failover(region: region, lost: watch.changed(region.index), noticed: now)
    }
  }

  /// What the name server gave at an instant.
  func zone(at instant: Instant) -> Zone { zones.last { $0.since <= instant } ?? zones[0] }

  /// When a resolver last asked the name server.
  static func asked(
    resolver: Int, of region: RegionID, ttl: TimeSpan, at now: Instant, _ randomness: Randomness
  ) -> Instant {
    let phase = phase(resolver: resolver, of: region, ttl: ttl, randomness)
    let since = now.microseconds - phase.microseconds
    // Before its first beat it holds what it asked for before time began.
    guard since >= 0 else { return .start }
    return Instant(microseconds: now.microseconds - since % ttl.microseconds)
  }

  private static func phase(
    resolver: Int, of region: RegionID, ttl: TimeSpan, _ randomness: Randomness
  ) -> TimeSpan {
    let draw = randomness.draw(.names, owner: UInt64(region.raw), number: UInt64(resolver))
    return TimeSpan(microseconds: Int64(draw.below(UInt64(ttl.microseconds))))
  }

  /// When each resolver of a lost region learns of it, in order.
  static func moves(_ failover: Failover, ttl: TimeSpan, _ randomness: Randomness) -> [Instant] {
    (0..<resolvers).map { resolver in
      let phase = phase(resolver: resolver, of: failover.region, ttl: ttl, randomness)
      let now = failover.noticed.microseconds
      let before = now < phase.microseconds ? 0 : (now - phase.microseconds + ttl.microseconds - 1) / ttl.microseconds
      return Instant(microseconds: phase.microseconds + before * ttl.microseconds)
    }.sorted()
  }
}
