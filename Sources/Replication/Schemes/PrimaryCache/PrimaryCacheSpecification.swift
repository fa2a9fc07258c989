extension SchemeSpecification {
  /// A primary region whose database takes all writes, replicas of it in the other regions, and two tiers of caches before each:
  /// TAO (Bronson et al., *TAO: Facebook's Distributed Data Store for the Social Graph*, USENIX ATC 2013).
  public static let primaryCache = SchemeSpecification(
    summary:
      "One region's database takes all writes; a binlog brings them elsewhere, and a leader cache and followers serve reads.",
    readLevels: LevelChoice([.cached, .critical], standard: .cached),
    writeLevels: .none,
    ladder: [LevelPair(write: .fixed, read: .cached), LevelPair(write: .fixed, read: .critical)],
    features: [.roles, .backlog, .caches],
    settings: [
      .binlogDelay, .cacheSize, .cacheTTL, .fillGuard, .invalidation, .negativeEntries, .primary, .writeThrough,
    ],
    guarantees: [.readYourWrites, .monotonicReads],
    // The databases alone own keys: a cache is nobody's copy.
    factors: { $0.regions.map { _ in 1 } },
    precedence: .log,
    loss: .unmet,
    writePromise: "once the primary's database has it",
    partitions: 1)
}
