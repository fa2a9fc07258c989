/// What is particular to a replication scheme and known before anything happens: what can be asked of it, and in which words.
/// The command language and the screen ask it, and never which scheme it is.
public struct SchemeSpecification: Sendable {
  /// How replicas hold and pass on what is written, in a sentence.
  public let summary: String
  /// The levels of reads.
  public let readLevels: LevelChoice
  /// The levels of writes without a condition, and of other updates.
  public let writeLevels: LevelChoice
  /// The levels of writes with a condition; nil where there are none.
  public var conditionLevels: LevelChoice?
  /// The levels whose costs are worth comparing under a load, the cheapest first.
  public let ladder: [LevelPair]
  /// What the command language can do under it, and not under every scheme.
  public var features: [SchemeFeature] = []
  /// The settings that it has besides ``SettingName/general``.
  public var settings: [SettingName] = []
  /// What sessions can be promised.
  public var guarantees: [SessionGuarantee] = []
  /// How many copies of a key each region holds; as the `cluster` command says unless it is the scheme's to decide.
  public var factors: @Sendable (_ plan: ClusterPlan) -> [Int] = { $0.regions.map(\.factor) }
  /// Whether each region keeps copies of its own, which nothing brings to another: only those of one region are to agree.
  public var keepsRegionsApart = false
  /// By what one of two versions that meet goes.
  public var precedence = Precedence.timestamp
  /// What has to be so for an acknowledged write to be lost.
  public var loss = Loss.unheld
  /// When a write is answered, where it has no level, as the rest of a sentence.
  public var writePromise = "as its level says"
  /// Into how many partitions keys fall unless `set partitions` says otherwise; nil: they stand on a ring of tokens.
  public var partitions: Int?
}

extension SchemeSpecification {
  /// What replicas keep for others who are yet to take it, in a word.
  public var wordForKept: String { features.contains(.hints) ? "hints" : "keeps" }

  /// Whose copies are to agree in the end.
  public var liveCopies: String { keepsRegionsApart ? "each region's live copies" : "live copies" }
}

/// By what one of two versions of a key goes where they meet.
public enum Precedence: Sendable {
  /// The one with the earlier timestamp: the last writer wins.
  case timestamp
  /// The one that stands earlier in the one log that all copies follow.
  case log
}

/// What has to be so for an acknowledged write to be lost, once no live copy holds it.
public enum Loss: Sendable {
  /// No live copy holds what its timestamp loses to, either.
  case unheld
  /// It has met nothing that it lost to: what stands there with a later timestamp was written without it, since it was lost.
  case unmet
  /// Its partition's leader has no record of it.
  case unlogged
}

/// The levels that an operation can be asked for at.
public struct LevelChoice: Sendable {
  /// All of them, in the order in which they are listed.
  public let all: [ConsistencyLevel]
  /// The one that holds where none is named.
  public let standard: ConsistencyLevel

  /// Levels, one of which holds where none is named.
  public init(_ all: [ConsistencyLevel], standard: ConsistencyLevel) {
    (self.all, self.standard) = (all, standard)
  }

  /// No choice: the scheme always does the same.
  public static let none = LevelChoice([.fixed], standard: .fixed)
}

extension [ConsistencyLevel] {
  /// The names of those that have one; empty where there is no choice.
  public var names: [String] { compactMap(\.name) }
}

/// The levels of a load's writes and reads.
public struct LevelPair: Hashable, Sendable {
  /// Of its writes.
  public let write: ConsistencyLevel
  /// Of its reads.
  public let read: ConsistencyLevel

  /// Those two levels.
  public init(write: ConsistencyLevel, read: ConsistencyLevel) { (self.write, self.read) = (write, read) }

  /// The names of those that have one, such as `QUORUM`, or `ACKS_ALL/COMMITTED`.
  public var name: String {
    let names = [write.name, read.name].compactMap { $0 }
    return write == read ? names.first ?? "" : names.joined(separator: "/")
  }
}

/// What can be said of an operation, or asked of replicas, under some schemes only.
public enum SchemeFeature: String, CaseIterable, Sendable {
  /// Data types for keys (`type`), and their updates.
  case dataTypes = "data types"
  /// Writes for a limited time (`ttl`).
  case lifetimes
  /// Timestamps in commands (`timestamp`).
  case timestamps
  /// What a write says that its client has seen (`blind`, `context`).
  case contexts
  /// Levels that ask for numbers of answers, from which it follows what reads may miss (`predict`).
  case quorums = "levels that count answers"
  /// Repair by comparing replicas with each other (`repair`, `sync`, `show merkle`).
  case repair
  /// Hints for replicas that did not take a write (`show hints`).
  case hints
  /// Leaders of partitions (`kill-leader`, `move-leader`).
  case leaders = "leaders of partitions"
  /// Roles that replicas have (`show roles`).
  case roles
  /// Streams of changes from region to region.
  case streams = "streams between regions"
  /// What waits in one region for another (`show backlog`).
  case backlog = "backlog between regions"
  /// Caches that own nothing (`flush`).
  case caches
  /// Vectors by which versions are compared (`show clocks`).
  case clocks = "version vectors"
  /// Logs with an in-sync set and a high watermark.
  case logs
  /// Timelines into which posts are inserted (`post`, `timeline`).
  case timelines
}

extension SchemeSpecification {
  /// The levels that reads or updates can have, those of writes with a condition included.
  public func levels(of kind: OperationKind) -> [ConsistencyLevel] {
    kind.isUpdate ? writeLevels.all + (conditionLevels?.all ?? []) : readLevels.all
  }

  /// The levels of a load for which one is named that only its reads or only its writes can have: the other side takes what
  /// holds where none is named. Nil where reads and writes have levels in common.
  public func pair(naming level: ConsistencyLevel) -> LevelPair? {
    guard Set(readLevels.all).isDisjoint(with: writeLevels.all) else { return nil }
    return writeLevels.all.contains(level)
      ? LevelPair(write: level, read: readLevels.standard) : LevelPair(write: writeLevels.standard, read: level)
  }
}

extension SchemeName {
  /// What is particular to it.
  public var specification: SchemeSpecification {
    switch self {
    case .leaderless: .leaderless
    case .streams: .streams
    case .log: .log
    case .primaryCache: .primaryCache
    }
  }
}

extension Cluster {
  /// What is particular to its scheme.
  public var scheme: SchemeSpecification { plan.scheme.specification }
}
