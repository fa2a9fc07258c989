extension SchemeSpecification {
  /// Nobody leads: Dynamo (DeCandia et al., SOSP 2007), Cassandra, Riak.
  public static let leaderless = SchemeSpecification(
    summary: "Any owner takes writes and passes them on; a level says how many of them must answer.",
    // ANY is for writes only, as a hint can't be read (`ConsistencyLevel.validateForRead`).
    readLevels: LevelChoice(counting.filter { $0 != .any } + [.serial, .localSerial], standard: .one),
    writeLevels: LevelChoice(counting, standard: .one),
    // What isn't decided by Paxos can't be conditional (`validateForCas`).
    conditionLevels: LevelChoice([.serial, .localSerial], standard: .serial),
    ladder: [.one, .localOne, .localQuorum, .quorum, .eachQuorum, .all].map { LevelPair(write: $0, read: $0) },
    features: [.dataTypes, .lifetimes, .timestamps, .contexts, .quorums, .repair, .hints, .clocks, .timelines],
    settings: [
      .antiEntropy, .coalesce, .conflict, .deleteMode, .deltaUpdates, .forwarding, .gossip, .hintThrottle, .hintWindow,
      .hints,
      .merkleDepth, .readRepair, .replicaChoice, .sloppyQuorum, .speculativeRetry, .tombstoneGrace,
      .tombstoneLimit, .tombstoneScan,
    ] + SettingName.ofTimelines,
    guarantees: SessionGuarantee.allCases)

  /// The levels that are met by so many answers.
  private static let counting: [ConsistencyLevel] = [
    .any, .one, .two, .three, .localOne, .quorum, .localQuorum, .eachQuorum, .all,
  ]
}
