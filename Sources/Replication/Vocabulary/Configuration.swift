import Kernel

/// What a cluster is made of; `cluster` in the command language.
public struct ClusterPlan: Hashable, Sendable {
  /// One region.
  public struct Region: Hashable, Sendable {
    /// Its name, such as `us-east-1`.
    public let name: String
    /// How many replicas it has, at least 1.
    public let replicas: Int
    /// How many copies of each key it should hold; 0: none.
    public let factor: Int

    /// A region of those figures.
    public init(name: String, replicas: Int, factor: Int) {
      self.name = name
      self.replicas = replicas
      self.factor = factor
    }
  }

  /// The regions in order; together at most ``ReplicaSet/capacity`` replicas.
  public let regions: [Region]
  /// How the replicas hold and pass on what is written.
  public let scheme: SchemeName

  /// A cluster of those regions under a scheme.
  public init(regions: [Region], scheme: SchemeName = .leaderless) {
    self.regions = regions
    self.scheme = scheme
  }

  /// Three regions with three replicas and three copies each.
  public static let standard = ClusterPlan(
    regions: ["us-east-1", "eu-west-1", "ap-south-1"].map { Region(name: $0, replicas: 3, factor: 3) })

  /// The one-way delay between two regions while no `link` says otherwise.
  public static func standardDelay(between first: String, and second: String) -> TimeSpan {
    if first == second { return TimeSpan(microseconds: 500) }
    switch Set([first, second]) {
    case ["us-east-1", "eu-west-1"]: return .milliseconds(40)
    case ["us-east-1", "ap-south-1"]: return .milliseconds(90)
    case ["eu-west-1", "ap-south-1"]: return .milliseconds(60)
    default: return .milliseconds(50)
    }
  }
}

/// How a client's coordinator is chosen among the replicas that it can reach.
public enum CoordinatorPolicy: String, CaseIterable, Sendable {
  /// The nearest, always.
  case nearest
  /// The nearest that owns a copy of the key; where none of the nearest region can be reached, the nearest of the others
  /// there. (The drivers' token-aware policy over a data centre's nodes: a replica of the key in the own data centre, then
  /// the rest of it, before anybody elsewhere.)
  case tokenAware = "token-aware"
  /// Those of the client's region in turn.
  case roundRobin = "round-robin"
  /// Any of the client's region.
  case random
  /// The nearest at first, and then the same one as long as it can be reached.
  case sticky
}

/// Where a client looks for a coordinator when none of its own region can be reached.
///
/// Drivers decide: DataStax's data-centre-aware policy has no nodes of other data centres in its plans unless it is told
/// to (`dc-failover.max-nodes-per-remote-dc`, 0 by default).
public enum FailoverPolicy: String, CaseIterable, Sendable {
  /// Nowhere: it is refused. Nor do sessions look elsewhere for what they were promised.
  case local
  /// In the nearest region that can be reached.
  case any
}

/// When a read repairs the stale copies that it came across.
public enum ReadRepairMode: Hashable, Sendable {
  /// Before it answers, so that no later quorum read sees anything older (Cassandra 4's `read_repair: BLOCKING`).
  case blocking
  /// After it has answered; and of some reads, by chance, all owners are checked then.
  case async(chance: Probability)
  /// Not at all (Cassandra 4's `read_repair: NONE`).
  case off
}

/// A key and the data type that was chosen for it.
public struct TypedKey: Hashable, Sendable {
  /// The key's name.
  public let key: String
  /// The type; nil for a register, whose writes the conflict policy decides about.
  public let form: ValueForm?
}

/// When a coordinator asks one more replica for a read than the level needs (Cassandra's `speculative_retry`).
public enum Speculation: Hashable, Sendable {
  /// Never.
  case off
  /// At once, for every read.
  case always
  /// When a read has taken longer than 99 of 100 that this coordinator has served.
  case percentile99
  /// When it has taken that long.
  case after(TimeSpan)
}

/// Whose clock gives a write its timestamp, where the last writer wins and the command gives none.
public enum TimestampSource: String, CaseIterable, Sendable {
  /// The coordinator's, when it accepts the write.
  case server
  /// The client's, when it asks (the default of Cassandra's drivers since protocol version 3).
  case client
}

/// What becomes of tombstones among siblings: Riak's `delete_mode`.
public enum DeleteMode: Hashable, Sendable {
  /// They stay.
  case keep
  /// They are reaped as soon as all owners are known to have them.
  case immediate
  /// They are reaped that much later, unless the key was written meanwhile (Riak's default: 3 s).
  case after(TimeSpan)
}

/// By what a follower cuts off what its leader may not have.
public enum LogTruncation: String, CaseIterable, Sendable {
  /// By the leader's epochs (KIP-101, KIP-279).
  case epoch
  /// By its own high watermark, as before Kafka 0.11: it can lose what was acknowledged.
  case watermark
}

/// How the regions of a table are replicated where partitions have leaders (DynamoDB's global tables).
public enum MultiRegionMode: String, CaseIterable, Sendable {
  /// Each region by itself, and its changes to the others later (MREC).
  case eventual
  /// What is answered is durable in two regions, and a strong read is so anywhere (MRSC).
  case strong
}

/// When a coordinator notices that it can or can't reach a replica.
public enum DetectorMode: Hashable, Sendable {
  /// At once.
  case oracle
  /// When a change has lasted that long.
  case after(TimeSpan)
  /// When gossip has been silent about it for too long; see ``ArrivalWindow``.
  case phi

  /// How long a change goes unnoticed; nil where that depends on what is heard.
  public var delay: TimeSpan? {
    switch self {
    case .oracle: .zero
    case .after(let span): span
    case .phi: nil
    }
  }

  /// How long a change can go unnoticed at most by a replica that hears of it: φ needs a silence of 18.42 times the mean span
  /// between heartbeats, which is two periods of gossip at most (``ArrivalWindow``), and looks once a period.
  ///
  /// - Parameter gossipPeriod: how often everybody gossips; nil where nobody does.
  public func longestDelay(gossipPeriod: TimeSpan?) -> TimeSpan {
    delay ?? TimeSpan(microseconds: (gossipPeriod ?? .seconds(1)).microseconds * 40)
  }
}

/// Everything that `set` can change, at its default.
///
/// The defaults are Cassandra 4.1's (`conf/cassandra.yaml`), but for those that would hide what is to be seen: no processing
/// time, fixed delays, a failure detector with a fixed delay, no gossip, no forwarding, no speculation, static choice of
/// replicas, the coordinator's timestamps, failover to any region, smaller trees. `commands set` says for each what
/// Cassandra does.
public struct Settings: Hashable, Sendable {
  /// What is kept of concurrent writes to a register.
  public var conflict = ValueForm.lastWriterWins
  /// For how long a tombstone is kept where the last writer wins (`gc_grace_seconds`).
  public var tombstoneGrace = TimeSpan.hours(240)
  /// How much longer a replica works on a read for each tombstone in its way.
  public var tombstoneScan = TimeSpan.zero
  /// How many tombstones a replica goes over at most for a read (`tombstone_failure_threshold`).
  public var tombstoneLimit = 100_000
  /// What becomes of tombstones among siblings (`delete_mode`).
  public var deleteMode = DeleteMode.keep
  /// Whose clock gives timestamps.
  public var timestamps = TimestampSource.server
  /// Whether coordinators keep hints (`hinted_handoff_enabled`).
  public var keepsHints = true
  /// For how long an outage is hinted (`max_hint_window`).
  public var hintWindow = TimeSpan.hours(3)
  /// How fast each delivery thread of a coordinator replays hints, over the number of the other replicas; nil: at once.
  ///
  /// Cassandra's `hinted_handoff_throttle`, which `HintsDispatchExecutor` divides by the size of the cluster less one.
  public var hintThrottle: ByteRate? = ByteRate(bytesPerSecond: 1_024 * 1_024)
  /// What a read does about stale copies.
  public var readRepair = ReadRepairMode.blocking
  /// When a read asks one more replica than it needs.
  public var speculation = Speculation.off
  /// Whether one copy of a write goes to each remote region, where it is passed on.
  public var forwards = false
  /// Whether the next replica of the region on the ring stands in for an owner that is thought dead (`sloppy_quorum`).
  public var isSloppy = false
  /// Whether a read waits for the answer of one that a coordinator has open for the same.
  public var coalesces = false
  /// Whether an update of a data type travels as a ``DeltaUpdate``.
  public var sendsDeltas = false
  /// How often all replicas are repaired, at least ``shortestAntiEntropy``; nil: when somebody asks for it.
  public var antiEntropy: TimeSpan?
  /// Rounds come at most this often.
  public static let shortestAntiEntropy = TimeSpan.seconds(1)
  /// How deep a Merkle tree is at most.
  public var merkleDepth = 10
  /// How long a read may take, and how long its messages are worth serving (`read_request_timeout`).
  public var readTimeout = TimeSpan.seconds(5)
  /// The same for a write (`write_request_timeout`).
  public var writeTimeout = TimeSpan.seconds(2)
  /// How long a replica works on one read.
  public var readProcessing = Delay.none
  /// How long a replica works on one write.
  public var writeProcessing = Delay.none
  /// How long a message takes between a client and its coordinator, each way.
  public var clientDelay = Delay.fixed(TimeSpan(microseconds: 500))
  /// How coordinators are chosen; nil: as suits the cluster, see ``Environment/coordinatorPolicy``.
  public var coordinator: CoordinatorPolicy?
  /// Whether clients may ask coordinators of other regions.
  public var failover = FailoverPolicy.any
  /// Whether a coordinator asks first who has answered fast of late (`dynamic_snitch`), not who is nearest.
  public var choosesByLatency = false
  /// When failures are noticed.
  public var detector = DetectorMode.after(.seconds(1))
  /// How often each replica gossips (`Gossiper.intervalInMillis`, 1 s); nil: only if the detector needs it.
  public var gossip: TimeSpan?
  /// Into how many partitions keys fall; nil: as the scheme has it.
  public var partitions: Int?
  /// How its regions are replicated, where partitions have leaders.
  public var multiRegion = MultiRegionMode.eventual
  /// Which region only keeps logs under ``MultiRegionMode/strong``; nil: none.
  public var witness: RegionID?
  /// How long after persisting it a follower applies a record, and reads of its copy see it.
  public var followerDelay = Delay.fixed(.milliseconds(5))
  /// How much a partition serves in a region; nil: whatever comes.
  public var partitionCapacity: PartitionCapacity?
  /// Whether partitions draw on their table's capacity as a whole.
  public var admitsByTable = false
  /// For how long a leader may lead without having reached enough followers (ATC'22: "a couple of seconds").
  public var lease = TimeSpan.seconds(2)
  /// How many changes a second go from one region to another, those of all partitions together; nil: all.
  public var streamCapacity: ChangeRate?
  /// When a stream's changes go: so many at once, or what there is after a while.
  public var streamBatch = StreamBatch(count: 1, within: .zero)
  /// For how long a change waits for another region (DynamoDB Streams: 24 hours).
  public var streamRetention = TimeSpan.hours(24)
  /// How many copies must be in sync for a record to be committed (`min.insync.replicas`; Kafka's default is 1).
  public var minInSync = 2
  /// For how long a follower may lag before it counts as out of sync (`replica.lag.time.max.ms`).
  public var inSyncLag = TimeSpan.seconds(30)
  /// Whether those that left a set too small to commit stay eligible (KIP-966; on for new clusters since 4.1).
  public var keepsEligible = true
  /// Whether a copy that was not in sync may lead in the end (`unclean.leader.election.enable`).
  public var electsUncleanly = false
  /// By what a follower cuts off what its leader may not have.
  public var truncation = LogTruncation.epoch
  /// How often logs are compacted (`log.cleaner`); nil: never.
  public var compaction: TimeSpan?
  /// For how long delete markers stay after they were cleaned once (`delete.retention.ms`).
  public var deleteRetention = TimeSpan.hours(24)
  /// How many records a segment has; the last one is never cleaned (`segment.bytes`, counted here).
  public var segment = 1_000
  /// Which regions' records are brought to which.
  public var mirrors: [MirrorPlan] = []

  /// Which region's database takes all writes.
  public var primary = RegionID(0)
  /// How long a row of the binlog waits before it goes to another region.
  public var binlogDelay = Delay.fixed(.zero)
  /// After what time a cache no longer serves an entry; nil: never.
  public var cacheTTL: TimeSpan?
  /// How many entries a cache has room for.
  public var cacheSize = 100_000
  /// Who tells the caches that a row has come.
  public var invalidation = InvalidationMode.binlog
  /// What keeps a late fill out.
  public var fillGuard = FillGuard.version
  /// Whether caches keep that there is nothing.
  public var keepsNegativeEntries = false
  /// Whether the writer's leader cache and tier take in a write before it is answered; else it is only asked for again.
  public var writesThrough = true

  /// What stands between clients and coordinators.
  public var path = ClientPath()
  /// How posts come into timelines.
  public var timelines = TimelineSettings()
  /// What the service promises, which no replica knows.
  public var operating = OperatingSettings()
  /// How many requests wait before a replica at most.
  public var queueCapacity = 1_024
  /// What a replica does with requests that have waited for long.
  public var shedding = Shedding.fifo

  /// The defaults.
  public init() {}
}

extension Settings {
  /// How often each replica gossips; nil: never.
  public var gossipPeriod: TimeSpan? { gossip ?? (detector == .phi ? .seconds(1) : nil) }

  /// After what time without an acknowledgement a blocking read repair goes to other owners too.
  ///
  /// Cassandra's table option `additional_write_policy` is a percentile of write latencies; before it has seen any, and
  /// here always, it is half the write timeout.
  var repairPatience: TimeSpan { TimeSpan(microseconds: writeTimeout.microseconds / 2) }
}
