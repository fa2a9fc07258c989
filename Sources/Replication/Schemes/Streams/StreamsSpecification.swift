extension SchemeSpecification {
  /// A leader for each partition in each region, and streams of changes between the regions: DynamoDB and its global tables
  /// (Elhemali et al., *Amazon DynamoDB*, USENIX ATC 2022; AWS's documentation of global tables, version 2019.11.21).
  public static let streams = SchemeSpecification(
    summary:
      "In each region a leader takes a partition's writes, durable on most of its copies; streams bring them elsewhere.",
    readLevels: LevelChoice([.eventual, .strong], standard: .eventual),
    writeLevels: .none,
    conditionLevels: LevelChoice.none,
    ladder: [LevelPair(write: .fixed, read: .eventual), LevelPair(write: .fixed, read: .strong)],
    features: [.lifetimes, .leaders, .roles, .streams, .backlog, .timelines],
    settings: [
      .admission, .followerDelay, .lease, .multiRegion, .partitionCapacity, .partitions, .streamBatch, .streamCapacity,
      .streamRetention, .witness,
    ] + SettingName.ofTimelines,
    guarantees: [.readYourWrites, .monotonicReads],
    loss: .unmet,
    writePromise: "once most of its region's copies have persisted it, under multi-region strong those of two regions",
    partitions: 4)
}
