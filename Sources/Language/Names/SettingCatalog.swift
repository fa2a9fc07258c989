import Kernel
import Replication

/// One setting: its name, what it takes, and what the real system does.
public struct SettingSpecification: Sendable {
  /// Its name.
  public let name: SettingName
  /// What it takes.
  public let usage: String
  /// Its default.
  public let standard: String
  /// What it decides, in one sentence.
  public let summary: String
  /// The default of the system that it is taken from, and where that is written.
  public let source: String
  /// The conflict policies under which it can be set; empty: under all, for it means something under each.
  public var policies: [ValueForm] = []
  let parse: @Sendable (inout CommandReader) throws -> Setting
}

/// All settings that `set` knows.
public enum SettingCatalog {
  /// Every setting, by name.
  public static let all = common + ofClientPath + ofLogs + ofPrimaryCache + ofTimelines + ofService

  /// Those that no scheme has by itself, and those of the first two schemes.
  private static let common: [SettingSpecification] = [
    SettingSpecification(
      name: .admission, usage: "on | off", standard: "off",
      summary: """
        Whether all partitions draw on the capacity of their table in a region, `partition-capacity` times `partitions`, so that a \
        busy one may use what others leave, up to 3000 read and 1000 write units a second. Coordinators let requests through by \
        tokens that they borrow for 2s; what they don't use in time is forfeited.
        """,
      source: "DynamoDB (ATC 2022): global admission control."
    ) { .admission(try $0.keyword("on", "off") == "on") },
    SettingSpecification(
      name: .antiEntropy, usage: "DURATION | off", standard: "off",
      summary: "How often all replicas are repaired with Merkle trees, from 1s.",
      source: "Cassandra 4.1: when an operator runs nodetool repair. Riak: all the time (active anti-entropy)."
    ) { reader in
      if try reader.optionalKeyword("off") != nil { return .antiEntropy(nil) }
      return .antiEntropy(try reader.duration(Settings.shortestAntiEntropy...Quantity.longest))
    },
    SettingSpecification(
      name: .clientDelay, usage: "DELAY", standard: "0.5ms",
      summary: "How long a message takes between a client and its coordinator, each way.",
      source: "None: a client in the coordinator's region."
    ) { .clientDelay(try $0.distribution()) },
    SettingSpecification(
      name: .coalesce, usage: "on | off", standard: "off",
      summary: """
        Whether a read waits for the answer of another that its coordinator has open for the same key at the same level, and \
        asks nobody itself. What it is told was looked for before it began.
        """,
      source: "Discord's data services before Cassandra and Scylla; neither does it by itself."
    ) { .coalesce(try $0.keyword("on", "off") == "on") },
    SettingSpecification(
      name: .conflict, usage: "lww | siblings | plain-vectors", standard: "lww",
      summary: "What is kept of concurrent writes to a register that was never written before.",
      source: "Cassandra: last writer wins. Riak: siblings with dotted version vectors (allow_mult, dvv_enabled)."
    ) { reader in
      .conflict(ValueForm(rawValue: try reader.keyword("lww", "siblings", "plain-vectors")) ?? .lastWriterWins)
    },
    SettingSpecification(
      name: .coordinator, usage: CoordinatorPolicy.allCases.map(\.rawValue).joined(separator: " | "),
      standard: "nearest",
      summary: """
        How a client's coordinator is chosen among the replicas that it can reach. token-aware, the default where a region \
        has more replicas than copies, is the nearest of its region that owns the key, then the others there.
        """,
      source: "Cassandra's drivers: token-aware, local to the region, in turn."
    ) { reader in
      let keyword = try reader.optionalKeyword(CoordinatorPolicy.allCases.map(\.rawValue))
      guard let policy = keyword.flatMap(CoordinatorPolicy.init) else { throw reader.unexpected(try reader.peek()) }
      return .coordinator(policy)
    },
    SettingSpecification(
      name: .deltaUpdates, usage: "on | off", standard: "off",
      summary:
        "Whether an update of a data type travels as what it changes; else, and where that fits nothing, as the state.",
      source: "Riak 2: states. Akka Distributed Data: deltas (delta-crdt.enabled on)."
    ) { .deltaUpdates(try $0.keyword("on", "off") == "on") },
    SettingSpecification(
      name: .failover, usage: "local | any", standard: "any",
      summary:
        "Whether a client may ask a coordinator of another region when none of its own is alive; `via` always may.",
      source: "Cassandra's drivers: local, unless they are told otherwise (dc-failover.max-nodes-per-remote-dc 0)."
    ) { reader in
      .failover(try reader.keyword("local", "any") == "local" ? .local : .any)
    },
    SettingSpecification(
      name: .deleteMode, usage: "keep | immediate | DURATION", standard: "keep",
      summary: """
        What becomes of tombstones among siblings once all owners are known to have them, which is looked into after each delete \
        and each read that finds one, unless an owner is thought dead: they are kept, or reaped at once, or so much later \
        unless the key was written meanwhile. What was reaped can come back from a replica that missed the delete.
        """,
      source: "Riak 2: delete_mode 3s; keep is what its manual recommends where keys are used again.",
      policies: [.siblings, .plainSiblings]
    ) { reader in
      switch try reader.optionalKeyword("keep", "immediate") {
      case "keep": return .deleteMode(.keep)
      case "immediate": return .deleteMode(.immediate)
      default: return .deleteMode(.after(try reader.positiveDuration()))
      }
    },
    SettingSpecification(
      name: .failureDetector, usage: "oracle | after DURATION | phi", standard: "after 1s",
      summary:
        "When a coordinator notices that it can, or can't, reach a replica. phi goes by gossip, each second unless set.",
      source: "Cassandra 4.1: phi accrual over gossip, about 18 s of silence (phi_convict_threshold 8)."
    ) { reader in
      switch try reader.keyword("oracle", "after", "phi") {
      case "oracle": return .detector(.oracle)
      case "phi": return .detector(.phi)
      default: return .detector(.after(try reader.duration()))
      }
    },
    SettingSpecification(
      name: .followerDelay, usage: "DELAY", standard: "5ms",
      summary: "How long after persisting it a follower applies a write, so that reads of its copy see it.",
      source: "None: DynamoDB says that a read of any copy is usually fresh within a second."
    ) { .followerDelay(try $0.distribution()) },
    SettingSpecification(
      name: .forwarding, usage: "on | off", standard: "off",
      summary: "Whether a write goes to one replica of each remote region, which passes it on to the others there.",
      source: "Cassandra 4.1: always."
    ) { .forwarding(try $0.keyword("on", "off") == "on") },
    SettingSpecification(
      name: .gossip, usage: "DURATION | off", standard: "off",
      summary: "How often each replica tells others whom it has heard of, from 10ms to 1m.",
      source: "Cassandra 4.1: each second (Gossiper.intervalInMillis)."
    ) { reader in
      if try reader.optionalKeyword("off") != nil { return .gossip(nil) }
      return .gossip(try reader.duration(.milliseconds(10)...(.seconds(60))))
    },
    SettingSpecification(
      name: .hintThrottle, usage: "RATE | off", standard: "1024KiB/s",
      summary:
        "How fast a coordinator's delivery threads, two of them, each replay hints, over the number of the other replicas.",
      source: "Cassandra 4.1: hinted_handoff_throttle 1024KiB, max_hints_delivery_threads 2."
    ) { reader in
      if try reader.optionalKeyword("off") != nil { return .hintThrottle(nil) }
      return .hintThrottle(try reader.byteRate())
    },
    SettingSpecification(
      name: .hintWindow, usage: "DURATION", standard: "3h",
      summary: "For how long an outage is hinted.", source: "Cassandra 4.1: max_hint_window 3h."
    ) { .hintWindow(try $0.duration()) },
    SettingSpecification(
      name: .hints, usage: "on | off", standard: "on",
      summary: "Whether coordinators keep what a replica did not take.",
      source: "Cassandra 4.1: hinted_handoff_enabled true."
    ) { .hints(try $0.keyword("on", "off") == "on") },
    SettingSpecification(
      name: .lease, usage: "DURATION", standard: "2s",
      summary: "For how long a leader leads without having reached enough of its followers; nobody else serves before.",
      source: "DynamoDB (ATC 2022): a couple of seconds."
    ) { .lease(try $0.duration(.milliseconds(10)...(.hours(1)))) },
    SettingSpecification(
      name: .merkleDepth, usage: "N", standard: "10",
      summary: "How many levels a Merkle tree has at most, from 0 to 20; it has no more than its keys need.",
      source: "Cassandra 4.1: at most 20, less where memory is short (repair_session_space)."
    ) { .merkleDepth(try $0.wholeNumber(0...20)) },
    SettingSpecification(
      name: .multiRegion, usage: MultiRegionMode.allCases.map(\.rawValue).joined(separator: " | "),
      standard: "eventual",
      summary: """
        How regions are replicated. strong: a write is answered once it is durable in two regions, STRONG reads the newest of all, \
        a write that meets another region's to the same item is a conflict, and nothing expires; three regions, one of which \
        may be a witness. Before the first operation.
        """,
      source: "DynamoDB's global tables: multi-Region eventual consistency; strong since 2025."
    ) { .multiRegion(MultiRegionMode(rawValue: try $0.keyword("eventual", "strong")) ?? .eventual) },
    SettingSpecification(
      name: .partitionCapacity, usage: "read RATE write RATE | unlimited", standard: "unlimited",
      summary: """
        How many units a second a partition serves in a region; what is beyond that is throttled. A unit is 4 KiB read, of which a \
        read of any copy takes half, or 1 KiB written. What wasn't used in the last 300s may be used at once; at first all of that \
        is there.
        """,
      source: "DynamoDB: 3000 read and 1000 write units a second at most."
    ) { reader in
      if try reader.keyword("read", "unlimited") == "unlimited" { return .partitionCapacity(nil) }
      let reads = try reader.unitRate()
      _ = try reader.keyword("write")
      return .partitionCapacity(PartitionCapacity(reads: reads, writes: try reader.unitRate()))
    },
    SettingSpecification(
      name: .partitions, usage: "N", standard: "4",
      summary: "Into how many partitions keys fall, from 1 to 64; before the first operation. In a log 3 unless set.",
      source: "DynamoDB: as many as a table's size and traffic need; Kafka 4.1: num.partitions 1."
    ) { .partitions(try $0.wholeNumber(1...64)) },
    SettingSpecification(
      name: .processingTime, usage: "[read | write] DELAY", standard: "0us",
      summary: "How long a replica works on one request; others wait in a queue, see `queue` and `shed`.",
      source: "None: a real replica takes 0.1 to 1 ms and serves many at a time."
    ) { try $0.processingTime() },
    SettingSpecification(
      name: .readRepair, usage: "blocking | async [SHARE] | off", standard: "blocking",
      summary: "When a read brings the stale copies level that it came across.",
      source: "Cassandra 4.1: table option read_repair BLOCKING; `off` is its NONE."
    ) { reader in
      switch try reader.keyword("blocking", "async", "off") {
      case "blocking": return .readRepair(.blocking)
      case "off": return .readRepair(.off)
      default:
        reader.note(.percentage)
        return .readRepair(.async(chance: try reader.isAtEnd() ? .zero : try reader.percentage()))
      }
    },
    SettingSpecification(
      name: .readTimeout, usage: "DURATION", standard: "5s",
      summary: "How long a read may take.", source: "Cassandra 4.1: read_request_timeout 5000ms."
    ) { .readTimeout(try $0.positiveDuration()) },
    SettingSpecification(
      name: .replicaChoice, usage: "static | dynamic", standard: "static",
      summary: "Whom a read asks first: the nearest, or whoever has answered this coordinator fastest of late.",
      source: "Cassandra 4.1: dynamic (dynamic_snitch true, dynamic_snitch_badness_threshold 1.0)."
    ) { .replicaChoice(isDynamic: try $0.keyword("static", "dynamic") == "dynamic") },
    SettingSpecification(
      name: .sloppyQuorum, usage: "on | off", standard: "off",
      summary: """
        Whether the next replica of the region on the ring stands in for an owner that a coordinator thinks dead: it counts toward \
        the level, is read, and hands back. There is one only where a region has more replicas than copies; transactions ask \
        owners only.
        """,
      source: "Dynamo, §4.6; Riak: sloppy_quorum true. Cassandra has none."
    ) { .sloppyQuorum(try $0.keyword("on", "off") == "on") },
    SettingSpecification(
      name: .speculativeRetry, usage: "off | always | 99p | DURATION", standard: "off",
      summary: "When a read asks one more replica than its level needs.",
      source: "Cassandra 4.1: table option speculative_retry 99p."
    ) { reader in
      switch try reader.optionalKeyword("off", "always", "99p") {
      case "off": .speculation(.off)
      case "always": .speculation(.always)
      case "99p": .speculation(.percentile99)
      default: .speculation(.after(try reader.duration()))
      }
    },
    SettingSpecification(
      name: .streamBatch, usage: "N within DURATION", standard: "1 within 0ms",
      summary: "When a partition's changes go to another region: N at once, or what there is after the duration.",
      source: "None: DynamoDB's replicator is not described."
    ) { reader in
      let count = try reader.wholeNumber(1...10_000)
      _ = try reader.keyword("within")
      return .streamBatch(StreamBatch(count: count, within: try reader.duration()))
    },
    SettingSpecification(
      name: .streamCapacity, usage: "RATE | unlimited", standard: "unlimited",
      summary: "How many changes a second, such as 500/s, go from one region to another, of all partitions together.",
      source: "DynamoDB: the write capacity of the other region's table."
    ) { reader in
      if try reader.optionalKeyword("unlimited") != nil { return .streamCapacity(nil) }
      return .streamCapacity(try reader.changeRate())
    },
    SettingSpecification(
      name: .streamRetention, usage: "DURATION", standard: "24h",
      summary: "For how long a change waits for another region before it is given up.",
      source: "DynamoDB Streams: 24 hours."
    ) { .streamRetention(try $0.positiveDuration()) },
    SettingSpecification(
      name: .timestamps, usage: "server | client", standard: "server",
      summary: """
        Whose clock gives a write its timestamp where the last writer wins: its coordinator's, or its client's, always later than \
        the one before. A timestamp in the command wins over both, and a transaction's is its ballot; siblings and data types \
        go by no timestamp.
        """,
      source: """
        Most of Cassandra's drivers since protocol version 3, and cqlsh by its driver: client (MonotonicTimestampGenerator).
        """
    ) { .timestamps(TimestampSource(rawValue: try $0.keyword("server", "client")) ?? .server) },
    SettingSpecification(
      name: .tombstoneGrace, usage: "DURATION", standard: "10d",
      summary: """
        For how long a tombstone, or what expired, is kept where the last writer wins, by the clock of each replica that holds \
        it; also how long a hint lives. What a replica that missed a delete holds is a zombie from then on.
        """,
      source: "Cassandra 4.1: gc_grace_seconds 864000.", policies: [.lastWriterWins]
    ) { .tombstoneGrace(try $0.duration()) },
    SettingSpecification(
      name: .tombstoneLimit, usage: "N", standard: "100000",
      summary: """
        How many tombstones a replica goes over at most for a read: beyond that it gives up, and a read that can't have its answers \
        any more is a failure. Deleted and expired values count, deletes among siblings, columns of a row, and its own delete.
        """,
      source: "Cassandra 4.1: tombstone_failure_threshold 100000."
    ) { .tombstoneLimit(try $0.wholeNumber(1...1_000_000_000)) },
    SettingSpecification(
      name: .tombstoneScan, usage: "DURATION", standard: "0us",
      summary: "How much longer a replica works on a read for each tombstone in its way; others wait meanwhile.",
      source: "None: Discord saw a read over millions of tombstones take 10 to 20 s."
    ) { .tombstoneScan(try $0.duration(.zero...(.seconds(1)))) },
    SettingSpecification(
      name: .witness, usage: "REGION | none", standard: "none",
      summary:
        "Which region only keeps the log under `multi-region strong`, and serves nobody; before the first operation.",
      source: "DynamoDB: two replicas and a witness, or three replicas."
    ) { reader in
      if try reader.optionalKeyword("none") != nil { return .witness(nil) }
      return .witness(try reader.region())
    },
    SettingSpecification(
      name: .writeTimeout, usage: "DURATION", standard: "2s",
      summary: "How long a write may take.", source: "Cassandra 4.1: write_request_timeout 2000ms."
    ) { .writeTimeout(try $0.positiveDuration()) },
  ]

  /// The names of the settings of a scheme that mean something under a conflict policy, sorted.
  public static func names(under policy: ValueForm, in scheme: SchemeSpecification) -> [String] {
    all.filter { scheme.has($0.name) && ($0.policies.isEmpty || $0.policies.contains(policy)) }.map(\.name.rawValue)
      .sorted()
  }

  /// The setting of that name.
  public static func named(_ name: String) -> SettingSpecification? {
    all.first { $0.name.rawValue == name.lowercased() }
  }
}
