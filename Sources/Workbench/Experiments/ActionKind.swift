import Replication

/// What an experiment can do, from one table: the reader, the schema, the plan and the reference go by it.
public enum ActionKind: String, CaseIterable, Hashable, Sendable {
  case networkPartition = "network_partition"
  case writeLoad = "write_load"
  case readLoad = "read_load"
  case mixedLoad = "mixed_load"
  case consistencyValidation = "consistency_validation"
  case nodeCrash = "node_crash"
  case nodeRestart = "node_restart"
  case nodeWipe = "node_wipe"
  case nodePause = "node_pause"
  case regionOutage = "region_outage"
  case regionFailover = "region_failover"
  case latencyInjection = "latency_injection"
  case packetLoss = "packet_loss"
  case packetDuplication = "packet_duplication"
  case clockSkew = "clock_skew"
  case diskSlow = "disk_slow"
  case repair
  case throttle
  case cacheFlush = "cache_flush"
  case leaderKill = "leader_kill"
  case operation

  /// What an action's targets are.
  enum TargetForm: Hashable {
    /// Links between two places, or all of one place.
    case links
    /// Regions or replicas, or some of them drawn.
    case places
    /// Regions.
    case regions
    /// None.
    case none
  }

  /// What an action takes.
  struct Specification {
    let summary: String
    let targets: TargetForm
    var required: [ExperimentKey] = []
    var optional: [ExperimentKey] = []
    /// What a replication scheme must have for it; nil: it makes sense under each.
    var feature: SchemeFeature?
    /// What shows that it has done anything.
    var dangers: [InterestingState] = []
  }

  /// Whether it is a fault of the cluster, whose end something must recover from.
  public var isFault: Bool {
    switch self {
    case .networkPartition, .nodeCrash, .nodeRestart, .nodeWipe, .nodePause, .regionOutage, .regionFailover,
      .latencyInjection, .packetLoss, .packetDuplication, .clockSkew, .diskSlow, .leaderKill:
      true
    case .writeLoad, .readLoad, .mixedLoad, .consistencyValidation, .repair, .throttle, .cacheFlush, .operation: false
    }
  }

  /// Whether it is a load.
  public var isLoad: Bool { self == .writeLoad || self == .readLoad || self == .mixedLoad }

  private static let load: [ExperimentKey] = [.keys, .level, .zipf, .size, .poisson, .region]

  /// What it takes.
  var specification: Specification {
    switch self {
    case .networkPartition:
      Specification(
        summary: "Cuts links; a place alone is cut off from everybody. At its end they are healed.", targets: .links,
        optional: [.duration], dangers: [.gap, .unavailable, .timeout])
    case .writeLoad:
      Specification(
        summary: "Clients of all regions write, in turn.", targets: .none, required: [.qps, .duration],
        optional: Self.load)
    case .readLoad:
      Specification(
        summary: "Clients of all regions read, in turn.", targets: .none, required: [.qps, .duration],
        optional: Self.load)
    case .mixedLoad:
      Specification(
        summary: "Clients of all regions write and read, half and half unless `write` says otherwise.", targets: .none,
        required: [.qps, .duration], optional: [.write] + Self.load)
    case .consistencyValidation:
      Specification(
        summary: "Looks every `interval` at what live owners lack, until all agree; after `timeout` it gives up.",
        targets: .none, optional: [.interval, .timeout])
    case .nodeCrash:
      Specification(
        summary: "Stops replicas; their disks stay. At its end, or the scenario's, they start again.",
        targets: .places, optional: [.duration], dangers: [.gap, .unavailable, .timeout])
    case .nodeRestart:
      Specification(
        summary: "Stops replicas and starts them again, after 10s unless `duration` says otherwise.", targets: .places,
        optional: [.duration], dangers: [.gap, .unavailable, .timeout])
    case .nodeWipe:
      Specification(
        summary: "Stops replicas and loses their disks. At its end, or the scenario's, they start again, empty.",
        targets: .places, optional: [.duration], dangers: [.gap, .lostWrite])
    case .nodePause:
      Specification(
        summary: "Replicas stand still, and catch up at the end.", targets: .places, optional: [.duration],
        dangers: [.gap, .timeout, .unavailable])
    case .regionOutage:
      Specification(
        summary: "Stops all replicas of a region. At its end they start again.", targets: .regions,
        optional: [.duration], dangers: [.gap, .unavailable, .timeout])
    case .regionFailover:
      Specification(
        summary: """
          Cuts a region off from all others and from outside, so that its clients must come to others by names and health \
          checks: `dns-ttl 60s` and `health-check 30s failures 3` where the set-up has none.
          """,
        targets: .regions, optional: [.duration], dangers: [.timeout, .unavailable])
    case .latencyInjection:
      Specification(
        summary: "Messages on links take longer by `latency`; several add up.", targets: .links, required: [.latency],
        optional: [.duration], dangers: [.staleRead, .gap, .timeout])
    case .packetLoss:
      Specification(
        summary: "A share of the messages on links is lost.", targets: .links, required: [.loss],
        optional: [.duration], dangers: [.gap, .timeout])
    case .packetDuplication:
      Specification(
        summary: "A share of the messages on links comes twice.", targets: .links, required: [.duplication],
        optional: [.duration], dangers: [])
    case .clockSkew:
      Specification(
        summary: "Clocks of replicas run ahead by `skew` (negative: behind); several add up.", targets: .places,
        required: [.skew], optional: [.duration, .drift], dangers: [.lateOverwrite])
    case .diskSlow:
      Specification(
        summary:
          "Replicas get whatever is sent to them later by `latency`, as if their disks were slow; several add up.",
        targets: .places, required: [.latency], optional: [.duration], dangers: [.staleRead, .gap, .timeout])
    case .repair:
      Specification(
        summary: "A round of anti-entropy, of everybody or of a region; it goes on in the background.",
        targets: .places, feature: .repair, dangers: [])
    case .throttle:
      Specification(
        summary:
          "Gateways let `rate` requests a second through. At its end they let all through, or what the set-up says.",
        targets: .none, required: [.rate], optional: [.duration], dangers: [.throttled])
    case .operation:
      Specification(
        summary: "Clients' operations, as commands of the language: `write cart milk at QUORUM`.", targets: .none,
        required: [.commands])
    case .cacheFlush:
      Specification(summary: "Empties caches.", targets: .places, feature: .caches, dangers: [])
    case .leaderKill:
      Specification(
        summary: "Stops who leads a key's partition now. At its end, or the scenario's, it starts again.",
        targets: .regions, required: [.key], optional: [.duration], feature: .leaders,
        dangers: [.leaderChange, .unavailable, .timeout])
    }
  }

  /// Whether it can stand without targets.
  var needsTargets: Bool {
    switch self {
    case .repair, .leaderKill: false
    default: specification.targets != .none
    }
  }
}
