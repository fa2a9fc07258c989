import Insight
import Kernel
import Language
import Replication

/// An operation with its names, as tables and JSON show it.
public struct OperationReport: Hashable, Sendable {
  /// Its number.
  public let id: Int
  /// What it does.
  public let kind: OperationKind
  /// The key; empty where a consumer takes what comes, or a timeline is asked for.
  public let key: String
  /// The level.
  public let level: ConsistencyLevel
  /// Who asked.
  public let client: String
  /// Who coordinated; nil if there was nobody to ask.
  public let coordinator: String?
  /// The only replica that its command lets coordinate it; nil where another comes into question.
  public let named: String?
  /// The only region in which its client may look for a coordinator (`failover local`); nil: it may in any.
  public let home: String?
  /// Whether it timed out and its coordinator, which had handed it to an owner of the key, had heard nothing of that one.
  public let awaitsLeader: Bool
  /// When it was issued.
  public let start: Instant
  /// When it ended.
  public let end: Instant
  /// How it ended.
  public let outcome: Outcome
  /// What it wrote or read; nil for a missing key, a delete, and a read without an answer.
  public let value: String?
  /// The values that stand side by side, sorted, or what a consumer got; nil unless there are several, or any.
  public let values: [String]?
  /// What a consumer got: a line a record, with its partition, offset, key and value; what a timeline shows: a line a post, newest
  /// first; nil for anything else, and without an answer.
  public let records: [String]?
  /// How many versions it read; nil but for an answered read.
  public let siblings: Int?
  /// How many acknowledged writes it missed; nil but for an answered read.
  public let versionsBehind: Int?
  /// How long before it was asked for the life of what an edge cache answered had ended; nil for anything else.
  public let outlived: TimeSpan?
  /// The values of those writes, newest first, at most three.
  public let missed: [String]
  /// Whose timeline it asked for; nil for anything else.
  public let user: String?
  /// What a timeline lacks, with the reason of each; what it has without the post before it, and what it has no longer.
  public let lacks: [TimelineRemark]
  /// Whether a conditional write was carried out; nil for everything else, and where that isn't known.
  public let applied: Bool?
  /// What a conditional write that was not carried out found; nil for a missing key.
  public let found: String?
  /// How often another replica was asked, or the same again, to keep a session's guarantees.
  public let retries: Int
  /// How many attempts its client made, at least 1.
  public let attempts: Int
  /// Who told its client how it ended.
  let answerer: Answerer
  /// Whether attempts, who answered and the reason are part of its line: where anything stood between its client and
  /// coordinators, and under schemes whose operations somebody else than a coordinator may answer.
  public let tellsOfPath: Bool
  /// Who answered: a replica's short name, or what stood on the way; nil if nobody did.
  public let servedBy: String?
  /// What its session's guarantees made it wait for; nil if nothing.
  public let delay: DelayReport?
  /// Whether one replica serves it, a leader or a copy drawn by lot, so that answers aren't what is counted.
  public let isServedByOne: Bool
  /// Whether that is a primary's database, behind caches.
  let isOfCaches: Bool
  /// How many answers it needed.
  public let required: Int
  /// How many it had, or how many replicas were thought alive.
  public let received: Int

  /// Whether it is a stale read; nil but for an answered read.
  public var isStale: Bool? { versionsBehind.map { $0 > 0 || outlived != nil } }

  /// Who told its client how it ended, or was to: a coordinator, or what stood on the way; `nobody` if there was none.
  public var answeredBy: String { (answerer == .coordinator ? coordinator ?? servedBy : servedBy) ?? "nobody" }

  /// The report of an operation that has ended; nil if it goes on.
  public init?(_ id: OperationID, in world: World) {
    guard let entry = world.observer.history[id], let outcome = entry.operation.outcome else { return nil }
    let operation = entry.operation
    let catalogue = world.cluster.catalogue
    func written(by version: VersionID) -> String {
      let operation = world.observer.history[catalogue.version(version).operation]?.operation
      guard catalogue.version(version).isState, let operation else {
        return ValueText.text(of: version, catalogue.version(version).key, in: world.cluster, at: nil) ?? "a delete"
      }
      guard operation.value != .none else { return "a delete" }
      let value = catalogue.names.text(of: operation.value)
      return operation.kind == .remove ? "the removal of \(value)" : value
    }
    let values = ValueText.siblings(of: operation.version, operation.key, in: world.cluster, at: operation.clockReading)
    let isAnsweredRead = operation.kind == .read && outcome == .ok
    self.id = id.index
    kind = operation.kind
    let subject = world.cluster.subject(of: operation)
    key = subject.key
    level = operation.level
    client = world.cluster.clients[operation.client].name
    coordinator = operation.coordinator == .none ? nil : world.cluster.topology.name(of: operation.coordinator)
    named = operation.named == .none ? nil : world.cluster.topology.name(of: operation.named)
    home = operation.isKeptHome ? world.cluster.topology.name(of: operation.region) : nil
    awaitsLeader = operation.awaitsLeader
    start = operation.began
    end = operation.ended
    self.outcome = outcome
    value =
      operation.kind == .read
      ? (isAnsweredRead
        ? ValueText.text(of: operation.version, operation.key, in: world.cluster, at: operation.clockReading) : nil)
      : subject.value
    let timeline = outcome == .ok ? world.cluster.timeline(of: id) : nil
    user = world.cluster.timelineUser(of: id)
    lacks = timeline.map { TimelineRemark.all(of: $0, in: world.cluster) } ?? []
    records =
      operation.kind == .consume && outcome == .ok
      ? Self.records(of: id, in: world) : timeline.map { TimelineRemark.lines(of: $0, in: world.cluster) }
    self.values = records ?? (isAnsweredRead && values.count > 1 ? values : nil)
    siblings = isAnsweredRead ? values.count : nil
    versionsBehind = isAnsweredRead ? Int(entry.versionsBehind) : nil
    outlived =
      entry.isOutlived
      ? catalogue.expiry(of: operation.version).map { operation.began - Instant(microseconds: $0) } : nil
    missed =
      entry.isStale
      ? world.observer.staleness.missed(operation, catalogue).prefix(3).map(written) : []
    applied = operation.applied
    found =
      operation.applied == false
      ? ValueText.text(of: operation.version, operation.key, in: world.cluster, at: operation.clockReading) : nil
    retries = Int(operation.retries)
    attempts = Int(operation.attempts)
    answerer = operation.answerer
    servedBy = world.cluster.server(of: operation)
    tellsOfPath =
      world.cluster.environment.hasClientPath || operation.attempts > 1 || operation.answerer != .coordinator
      || world.cluster.scheme.features.contains(.roles)
    delay = DelayReport(of: operation, in: world)
    isServedByOne = world.cluster.scheme.features.contains(.leaders) || world.cluster.primary != nil
    isOfCaches = world.cluster.primary != nil
    required = Int(operation.required)
    received = Int(operation.received)
  }

  private static func records(of id: OperationID, in world: World) -> [String] {
    let catalogue = world.cluster.catalogue
    return world.cluster.consumedRecords(by: id).map { record in
      let key = catalogue.version(record.version).key
      let value = ValueText.text(of: record.version, key, in: world.cluster, at: nil)
      return "\(record.partition) \(record.offset) \(Printable.named(catalogue.names.name(of: key))) "
        + (value.map(Printable.named) ?? "none")
    }
  }
}

extension Cluster {
  /// Who told a client how an operation ended, by name: a replica, or what stood on the way; nil if nobody did.
  package func server(of operation: Replication.Operation) -> String? {
    switch operation.answerer {
    case .edgeCache: return "edge-cache"
    case .gateway: return "gateway"
    case .breaker: return "breaker"
    case .coordinator:
      guard operation.outcome != .timeout, operation.executor != .none else { return nil }
      return topology.name(of: operation.executor)
    }
  }
}
