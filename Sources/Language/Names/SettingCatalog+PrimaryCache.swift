import Kernel
import Replication

extension SettingCatalog {
  /// Those of a primary's database, its binlog and the caches before it.
  static let ofPrimaryCache: [SettingSpecification] = [
    SettingSpecification(
      name: .binlogDelay, usage: "DELAY", standard: "0ms",
      summary: "How long a row of the primary's binlog waits before it goes to another region.",
      source:
        "TAO (ATC 2013): a replica lags less than 1s in 85 %, 3s in 99 %, 10s in 99.8 % of the time, the way included."
    ) { .binlogDelay(try $0.distribution()) },
    SettingSpecification(
      name: .cacheSize, usage: "N", standard: "100000",
      summary: "For how many keys a cache has room, from 1; what was used longest ago goes first.",
      source: "TAO: as memory allows, least recently used first."
    ) { .cacheSize(try $0.wholeNumber(1...10_000_000)) },
    SettingSpecification(
      name: .cacheTTL, usage: "DURATION | off", standard: "off",
      summary: "After what time a cache serves an entry no longer, counted from the fill or the write that brought it.",
      source: "TAO: entries don't expire."
    ) { reader in
      if try reader.optionalKeyword("off") != nil { return .cacheTTL(nil) }
      return .cacheTTL(try reader.positiveDuration())
    },
    SettingSpecification(
      name: .fillGuard, usage: FillGuard.allCases.map(\.rawValue).joined(separator: " | "), standard: "version",
      summary: """
        What keeps a fill out that comes after its key was invalidated: a look at the versions, a lease that the invalidation \
        takes back, a second invalidation 1s later, or nothing.
        """,
      source: "TAO: versions. Memcache at Facebook (NSDI 2013): leases."
    ) { reader in
      .fillGuard(FillGuard(rawValue: try reader.keyword("version", "lease", "delayed", "none")) ?? .version)
    },
    SettingSpecification(
      name: .invalidation, usage: InvalidationMode.allCases.map(\.rawValue).joined(separator: " | "),
      standard: "binlog",
      summary: """
        Who tells caches that a key was written: their region's database behind the row, the primary's leader cache at once and \
        unqueued, or nobody but the answer on its way to the writer.
        """,
      source: "TAO: in the replication stream, behind the row."
    ) { reader in
      .invalidation(InvalidationMode(rawValue: try reader.keyword("binlog", "direct", "off")) ?? .binlog)
    },
    SettingSpecification(
      name: .negativeEntries, usage: "on | off", standard: "off",
      summary: "Whether caches keep that there is nothing under a key.",
      source: "None: TAO's papers don't say."
    ) { .negativeEntries(try $0.keyword("on", "off") == "on") },
    SettingSpecification(
      name: .primary, usage: "REGION", standard: "the first",
      summary: """
        Which region's database takes all writes; before the first operation. 10 s after it has stopped another is promoted, the one \
        whose binlog stands highest.
        """,
      source: "TAO: each shard's master is in one region."
    ) { .primary(try $0.region()) },
    SettingSpecification(
      name: .writeThrough, usage: "on | off", standard: "on",
      summary: "Whether the writer's leader cache and tier take in a write before it is answered; off is cache-aside.",
      source: "TAO: on."
    ) { .writeThrough(try $0.keyword("on", "off") == "on") },
  ]
}
