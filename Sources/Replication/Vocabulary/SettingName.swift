/// The settings, by the names that `set` takes.
public enum SettingName: String, CaseIterable, Sendable {
  case admission
  case antiEntropy = "anti-entropy"
  case authentication
  case balancerCheck = "balancer-check"
  case binlogDelay = "binlog-delay"
  case breaker
  case cacheSize = "cache-size"
  case cacheTTL = "cache-ttl"
  case clientDelay = "client-delay"
  case coalesce
  case compaction
  case conflict
  case coordinator
  case deleteMode = "delete-mode"
  case deleteRetention = "delete-retention"
  case deltaUpdates = "delta-updates"
  case nameTTL = "dns-ttl"
  case edgeDelay = "edge-delay"
  case edgeErrorTTL = "edge-error-ttl"
  case edgeTTL = "edge-ttl"
  case eligibleReplicas = "eligible-replicas"
  case failover
  case failureDetector = "failure-detector"
  case fanoutBudget = "fanout-budget"
  case fanoutRate = "fanout-rate"
  case fillGuard = "fill-guard"
  case followerDelay = "follower-delay"
  case forwarding
  case gatewayDelay = "gateway-delay"
  case gossip
  case healthCheck = "health-check"
  case hedge
  case hintThrottle = "hint-throttle"
  case hintWindow = "hint-window"
  case hints
  case idempotencyKeys = "idempotency-keys"
  case inSyncLag = "insync-lag"
  case invalidation
  case lease
  case merkleDepth = "merkle-depth"
  case minInSync = "min-insync"
  case mirror
  case multiRegion = "multi-region"
  case negativeEntries = "negative-entries"
  case objective
  case partitionCapacity = "partition-capacity"
  case partitions
  case primary
  case processingTime = "processing-time"
  case pullAbove = "pull-above"
  case queue
  case readRepair = "read-repair"
  case readTimeout = "read-timeout"
  case replicaChoice = "replica-choice"
  case retries
  case routing
  case segment
  case shed
  case sloPeriod = "slo-period"
  case sloppyQuorum = "sloppy-quorum"
  case speculativeRetry = "speculative-retry"
  case streamBatch = "stream-batch"
  case streamCapacity = "stream-capacity"
  case streamRetention = "stream-retention"
  case throttle
  case timelineCap = "timeline-cap"
  case timelineSnapshot = "timeline-snapshot"
  case timestamps
  case tombstoneGrace = "tombstone-grace"
  case tombstoneLimit = "tombstone-limit"
  case tombstoneScan = "tombstone-scan"
  case truncation
  case uncleanElection = "unclean-election"
  case witness
  case writeThrough = "write-through"
  case writeTimeout = "write-timeout"

  /// Those that mean something under every scheme.
  public static let general: [SettingName] = [
    .authentication, .balancerCheck, .breaker, .clientDelay, .coordinator, .edgeDelay, .edgeErrorTTL, .edgeTTL,
    .failover, .failureDetector, .gatewayDelay, .healthCheck, .hedge, .idempotencyKeys, .nameTTL, .objective,
    .processingTime,
    .queue, .readTimeout, .retries, .routing, .shed, .sloPeriod, .throttle, .timestamps, .writeTimeout,
  ]
}

extension Setting {
  /// Its name.
  public var name: SettingName {
    switch self {
    case .conflict: .conflict
    case .antiEntropy: .antiEntropy
    case .merkleDepth: .merkleDepth
    case .speculation: .speculativeRetry
    case .forwarding: .forwarding
    case .tombstoneGrace: .tombstoneGrace
    case .tombstoneLimit: .tombstoneLimit
    case .tombstoneScan: .tombstoneScan
    case .deleteMode: .deleteMode
    case .timestamps: .timestamps
    case .hints: .hints
    case .hintWindow: .hintWindow
    case .hintThrottle: .hintThrottle
    case .readRepair: .readRepair
    case .readTimeout: .readTimeout
    case .writeTimeout: .writeTimeout
    case .processing: .processingTime
    case .clientDelay: .clientDelay
    case .coordinator: .coordinator
    case .failover: .failover
    case .detector: .failureDetector
    case .deltaUpdates: .deltaUpdates
    case .coalesce: .coalesce
    case .sloppyQuorum: .sloppyQuorum
    case .gossip: .gossip
    case .replicaChoice: .replicaChoice
    case .partitions: .partitions
    case .multiRegion: .multiRegion
    case .witness: .witness
    case .partitionCapacity: .partitionCapacity
    case .admission: .admission
    case .followerDelay: .followerDelay
    case .lease: .lease
    case .streamCapacity: .streamCapacity
    case .streamBatch: .streamBatch
    case .streamRetention: .streamRetention
    case .minInSync: .minInSync
    case .inSyncLag: .inSyncLag
    case .eligibleReplicas: .eligibleReplicas
    case .uncleanElection: .uncleanElection
    case .truncation: .truncation
    case .compaction: .compaction
    case .deleteRetention: .deleteRetention
    case .segment: .segment
    case .mirror: .mirror
    case .primary: .primary
    case .binlogDelay: .binlogDelay
    case .cacheTTL: .cacheTTL
    case .cacheSize: .cacheSize
    case .invalidation: .invalidation
    case .fillGuard: .fillGuard
    case .negativeEntries: .negativeEntries
    case .writeThrough: .writeThrough
    case .queue: .queue
    case .shed: .shed
    case .path(let setting): setting.name
    case .timelines(let setting): setting.name
    case .operating(let setting): setting.name
    }
  }
}

extension SettingName {
  /// Those that mean something where timelines are kept.
  public static let ofTimelines: [SettingName] = [
    .fanoutBudget, .fanoutRate, .pullAbove, .timelineCap, .timelineSnapshot,
  ]
}

extension SchemeSpecification {
  /// Whether a setting means anything under the scheme.
  public func has(_ setting: SettingName) -> Bool {
    SettingName.general.contains(setting) || settings.contains(setting)
  }
}
