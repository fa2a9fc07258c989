extension SchemeSpecification {
  /// A log for each partition, in each region for itself: Apache Kafka 4.1 (kafka.apache.org, design and replication;
  /// KIP-101, KIP-279, KIP-320, KIP-392, KIP-966).
  public static let log = SchemeSpecification(
    summary: "In each region a partition's leader appends to a log that followers fetch; levels say who has it.",
    readLevels: LevelChoice([.committed, .follower], standard: .committed),
    writeLevels: LevelChoice([.acks0, .acks1, .acksAll], standard: .acksAll),
    ladder: [
      LevelPair(write: .acks0, read: .follower), LevelPair(write: .acks1, read: .committed),
      LevelPair(write: .acksAll, read: .follower), LevelPair(write: .acksAll, read: .committed),
    ],
    features: [.leaders, .roles, .backlog, .logs],
    settings: [
      .compaction, .deleteRetention, .eligibleReplicas, .inSyncLag, .minInSync, .mirror, .partitions, .segment,
      .truncation,
      .uncleanElection,
    ],
    guarantees: [.readYourWrites, .monotonicReads],
    keepsRegionsApart: true,
    precedence: .log,
    loss: .unlogged,
    partitions: 3)
}
