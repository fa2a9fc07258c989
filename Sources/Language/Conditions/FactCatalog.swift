import Replication

/// What kind of value a fact has.
public enum FactUnit: String, Sendable {
  /// `true` or `false`.
  case truth
  /// A count.
  case number
  /// A number from 0 to 1; a percentage means the same.
  case share
  /// A span of virtual time.
  case duration
  /// A word.
  case text
}

/// One fact: its name, what it is asked about, and what kind of value it has.
public struct FactSpecification: Sendable {
  /// What a fact's parentheses take.
  public enum ArgumentForm: String, Sendable {
    case key = "KEY"
    case replica = "REPLICA"
    case region = "REGION"
    case operation = "op N"
    case client = "CONSUMER"
    case user = "USER"
    case indicator = "INDICATOR"
    case span = "DURATION"
    case alert = "ALERT"
    case component = "COMPONENT"
    case setting = "SETTING"
  }

  /// The name by which conditions call it.
  public let name: String
  /// What its parentheses take; nothing for a fact without any.
  public let arguments: [ArgumentForm]
  /// What its parentheses may take, where it can also stand without them; or besides what they take.
  public let alsoOf: [ArgumentForm]
  /// What kind of value it has.
  public let unit: FactUnit
  /// What working it out takes.
  public let cost: FactCost
  /// One sentence.
  public let summary: String
  /// The sentence where the scheme keeps no hints; nil: the same.
  private var hintless: String?

  /// One sentence, in the words of a replication scheme.
  public func summary(under scheme: SchemeSpecification) -> String {
    scheme.features.contains(.hints) ? summary : hintless ?? summary
  }

  init(
    _ name: String, of arguments: [ArgumentForm] = [], alsoOf: [ArgumentForm] = [], _ unit: FactUnit,
    cost: FactCost = .cheap, _ summary: String, hintless: String? = nil
  ) {
    self.hintless = hintless
    self.name = name
    self.arguments = arguments
    self.alsoOf = alsoOf
    self.unit = unit
    self.cost = cost
    self.summary = summary
  }

  /// The fact as it is written, such as `value(REPLICA, KEY)`.
  public var usage: String {
    func call(_ forms: [ArgumentForm]) -> String { "\(name)(\(forms.map(\.rawValue).joined(separator: ", ")))" }
    guard arguments.isEmpty else {
      return alsoOf.isEmpty ? call(arguments) : "\(call(arguments)), \(call(arguments + alsoOf))"
    }
    return alsoOf.isEmpty ? name : "\(name), \(call(alsoOf))"
  }
}

/// All facts, from one table: the parser, completion and the reference are fed by it.
public enum FactCatalog {
  /// Every fact that stands by its name.
  public static let all =
    lastOperation + counts + cluster + lags + recovery + meetings + copies + leaders + path + consumers + caches
    + timelines
    + operating + costs

  /// Facts with a form of their own, for the reference.
  public static let special: [(usage: String, unit: String, cost: FactCost, summary: String)] = [
    (
      "op(N).FIELD", "", .cluster,
      "A field of operation N: \(OperationField.units.keys.sorted().joined(separator: ", ")). op(-1) is the last."
    ),
    ("ever(CONDITION)", "truth", .history, "Whether the condition held after some event of this branch."),
    (
      "guarantee(NAME), guarantee(NAME, CLIENT)", "", .history,
      "Whether the history so far has kept a guarantee; a session guarantee also for one client. No value where nothing was "
        + "judged, or keys were left out, or it is undecided. `check` lists them."
    ),
    (
      "predicted(NAME, r=1, w=1)", "", .cluster,
      "A number of the prediction for the present links, as `predict` makes it: readLatency.p50 (p95, p99, p999), "
        + "writeLatency.p50 …, tVisibility.p90 (p99, p999), consistentAtZero, kStaleness.1 … kStaleness.10."
    ),
    ("count(FILTER …)", "number", .history, "Operations that ended and are: \(filterWords.joined(separator: ", "))."),
    (
      "latency(p99 FILTER …)", "duration", .history,
      "How long the answered operations took that are so: \(Fact.Measure.allCases.map(\.rawValue).joined(separator: ", "))."
    ),
  ]

  /// The words that `count` takes.
  static let filterWords =
    OperationKind.allCases.map(\.rawValue) + Outcome.allCases.map(\.rawValue)
    + ["stale", "fresh", "load", "level=", "client=", "key=", "outcome=", "coordinator="]

  /// The fact of that name.
  public static func named(_ name: String) -> FactSpecification? { all.first { $0.name == name } }

  private static func last(_ name: String, _ unit: FactUnit, _ summary: String) -> FactSpecification {
    FactSpecification("last.\(name)", unit, cost: .cluster, summary)
  }

  private static let lastOperation: [FactSpecification] = [
    last(
      "outcome", .text,
      "How the last operation of a command ended: ok, unavailable, timeout, throttled, conflict or failure."),
    last("value", .text, "What it read or wrote; none for a missing key."),
    last("siblings", .number, "How many versions it read: 0 for a missing key."),
    last("latency", .duration, "From its issue to its end, at the client."),
    last("stale", .truth, "Whether it is a read that missed an acknowledged write."),
    last("versions-behind", .number, "How many acknowledged writes it missed."),
    last("applied", .truth, "Whether a conditional write was carried out."),
    last("level", .text, "Its consistency level."),
  ]

  private static let counts: [FactSpecification] = [
    FactSpecification("reads.total", .number, "Reads that ended."),
    FactSpecification("reads.answered", .number, "Of those, the ones that were answered."),
    FactSpecification("reads.stale", .number, "Reads that were stale."),
    FactSpecification("reads.stale-rate", .share, "Stale reads ÷ reads answered."),
    FactSpecification("writes.acked", .number, "Writes and deletes acknowledged to their clients."),
    FactSpecification("writes.failed", .number, "Writes and deletes that ended otherwise."),
    FactSpecification(
      "writes.lost", .number, cost: .history,
      "Acknowledged writes that no live replica, hint or message holds, nor what replaced them.",
      hintless:
        "Acknowledged writes that no live replica or message holds, nor what replaced them before they were lost."
    ),
    FactSpecification(
      "writes.overwritten", .number, "Acknowledged writes beaten by a version that had not seen them."
    ),
    FactSpecification(
      "writes.late-overwritten", .number, "Of those, the ones that began after the winner was acknowledged."
    ),
    FactSpecification("operations.ended", .number, "Operations that ended, one way or another."),
    FactSpecification("availability", .share, "Operations that ended ok ÷ operations that ended."),
    FactSpecification("conflicts.total", .number, "Versions stored where a concurrent one stood."),
    FactSpecification("copies.stored", .number, "Versions that reached a replica, each as often as it did."),
    FactSpecification("conflicts.rate", .share, "Conflicts ÷ versions that reached a replica."),
    FactSpecification("hints.replayed", .number, "Hints that reached their targets."),
    FactSpecification("repairs.read", .number, "Stale copies brought level by reads."),
    FactSpecification("repairs.anti-entropy", .number, "Copies changed by what anti-entropy, or sync, streamed."),
    FactSpecification("repairs.begun", .number, "Repair sessions begun: those that completed, failed, or go on."),
    FactSpecification("repairs.completed", .number, "Repair sessions that completed."),
    FactSpecification("repairs.failed", .number, "Repair sessions that failed: somebody was dead, cut off or silent."),
    FactSpecification("merkle.hashes", .number, "Hashes of Merkle trees sent."),
    FactSpecification("merkle.keys-streamed", .number, "Versions that anti-entropy has streamed."),
    FactSpecification("bytes.repair", .number, "Bytes that anti-entropy has sent."),
    FactSpecification(
      "session.retries", .number, "Replicas asked because another lacked what a session's guarantees ask for."
    ),
    FactSpecification("session.waits", .number, "How often no replica would do, and the session waited 10 ms."),
    FactSpecification(
      "session.waited", .duration, "How long operations went on after a replica had lacked what their session knows."
    ),
    FactSpecification("session.refused", .number, "Operations that ended because no replica would do in time."),
    FactSpecification("faults", .number, "Faults that commands of this branch have caused."),
    FactSpecification(
      "faults.now", .number, cost: .cluster,
      "Faults at work: replicas down, paused, slow or with a wrong clock; directed links cut, held, slow, lossy, duplicating."
    ),
    FactSpecification("commands", .number, "Commands so far that changed the cluster or let time run."),
  ]

  private static let cluster: [FactSpecification] = [
    FactSpecification("time", .duration, "Virtual time."),
    FactSpecification(
      "settled", .truth, cost: .cluster, "No message travels, no hint waits, no request is being served.",
      hintless: "No message travels, no request is being served."),
    FactSpecification(
      "converged", .truth, cost: .cluster,
      "All live owners of every key hold equal versions, and nothing on its way could change that."
    ),
    FactSpecification(
      "phi-consistency", .share, cost: .cluster,
      "Keys on which all live owners, and caches that hold them, would answer alike now ÷ keys that have come up."),
    FactSpecification(
      "convergence.p50", .duration,
      "Median time until every live owner has a version; none while half of them still lack one."
    ),
    FactSpecification(
      "convergence.p99", .duration, "The same at the 99th percentile; none while 1 of 100 still lacks an owner."
    ),
    FactSpecification(
      "lag.p99", .duration, cost: .history,
      "Time from acceptance to storage at an owner, 99th percentile; none while 1 of 100 copies is missing."
    ),
    FactSpecification("hints.pending", .number, cost: .cluster, "Hints that wait."),
    FactSpecification("bytes.cross-region", .number, "Bytes sent from one region to another."),
    FactSpecification("alive", of: [.replica], .truth, "Whether the replica runs, paused or not."),
    FactSpecification(
      "reachable", of: [.replica, .replica], .truth, "Whether messages pass both ways between two replicas that run."
    ),
    FactSpecification(
      "hears", of: [.replica, .replica], .truth, "Whether messages from the second reach the first; both must run."
    ),
    FactSpecification(
      "suspects", of: [.replica, .replica], .truth, "Whether the first replica thinks the second is down."
    ),
    FactSpecification(
      "setting", of: [.setting], .text,
      "What a setting is now, as `set` takes it; a duration or a number has an order, too."
    ),
    FactSpecification(
      "phi", of: [.replica, .replica], .number,
      "How suspicious the second's silence is to the first: above 8 it is thought dead; 0 without gossip."
    ),
  ]

  /// How far copies are behind: three quantities that one name would confuse.
  ///
  /// What arrives says nothing of what doesn't, and neither says how long the rest will take: under a cut the first is silent,
  /// the second grows; under overload the third shows first what is coming.
  private static let lags: [FactSpecification] = [
    FactSpecification(
      "lag.delivered", alsoOf: [.region, .region], .duration, cost: .cluster,
      "Age of the copy that arrived last, from region to region; none when none did for a minute, or 1s under a cut."
    ),
    FactSpecification(
      "lag.oldest", alsoOf: [.region, .region], .duration, cost: .history,
      "Age of the oldest write that some owner, dead or alive, lacks, and holds nothing better than; 0 when none is."
    ),
    FactSpecification(
      "lag.drain", alsoOf: [.region, .region], .duration, cost: .cluster,
      "How long what waits takes: hints by their bytes ÷ the rate, changes of streams ÷ the capacity; none while a target can't be reached, or without a rate.",
      hintless:
        "How long the changes that wait take at the capacity of streams; none while a region can't be reached, or without a bound."
    ),
  ]

  private static let leaders: [FactSpecification] = [
    FactSpecification(
      "leader", of: [.key], alsoOf: [.region], .text, cost: .cluster,
      "Who serves as the leader of the key's partition in the region, the first unless one is named; none while nobody does."
    ),
    FactSpecification(
      "role", of: [.replica, .key], .text, cost: .cluster,
      "What the replica is for the key: leader, follower, in a log in-sync, eligible, out-of-sync, or none; primary, database, leader-cache or follower-cache."
    ),
    FactSpecification(
      "backlog", of: [.region, .region], .number, cost: .cluster,
      "Changes of the first region that the second has yet to be sent; rows of the binlog that its database lacks."),
    FactSpecification(
      "stream.expired", .number, "Changes that left `stream-retention` before another region could take them."),
    FactSpecification(
      "throttled.total", .number,
      "Operations refused as a partition's or table's capacity was used up, or a gateway had no token (`set throttle`)."
    ),
    FactSpecification(
      "insync", of: [.key], alsoOf: [.region], .text, cost: .cluster,
      "Who is in sync in the key's partition, such as `{us1, us2}`; in the first region unless one is named."),
    FactSpecification(
      "high-watermark", of: [.key], alsoOf: [.region], .number, cost: .cluster,
      "The first offset of the key's partition that isn't committed, by its leader; none while nobody leads."),
  ]

  private static let caches: [FactSpecification] = [
    FactSpecification(
      "cache.hit-rate", .share, "CACHED reads that the follower tier which was asked answered by itself ÷ CACHED reads."
    ),
    FactSpecification("cache.stale-hits", .number, "Of those answers, the stale ones."),
  ]

  private static let copies: [FactSpecification] = [
    FactSpecification(
      "value", of: [.replica, .key], .text,
      "What the replica holds of the key; none if nothing, or what has expired by its clock."
    ),
    FactSpecification("siblings", of: [.replica, .key], .number, "How many versions the replica holds of the key."),
    FactSpecification(
      "clock", of: [.replica, .key], .text, "The version vector that it holds, such as `us1:2 eu1:1`."),
    FactSpecification(
      "relation", of: [.replica, .replica, .key], .text, "How their versions stand: equal, before, after or concurrent."
    ),
    FactSpecification(
      "coalesced", of: [.replica], .number,
      "How many reads the replica, as their coordinator, has had wait for another's answer (`set coalesce on`)."),
    FactSpecification("holders", of: [.key], .number, "How many live replicas hold the key's newest version."),
    FactSpecification(
      "holds", of: [.replica, .operation], .truth, cost: .history,
      "Whether the replica holds what operation N wrote, or what replaced it."
    ),
  ]
}

extension FactCatalog {
  /// The facts with a number that need nothing in parentheses: what `show metrics` and the end line give, those of timelines and
  /// of the client path left out.
  package static let numeric = all.filter { fact in
    fact.arguments.isEmpty && !fact.name.hasPrefix("last.") && !fact.isOfTimelines && !fact.isOfPath
      && !fact.isOfOperating && !fact.isOfCost && !fact.isOfRecovery && !fact.isOfMeetings
      && [.number, .share, .duration].contains(fact.unit)
  }
}

extension FactCatalog {
  /// The facts that mean anything under a replication scheme.
  package static func all(under scheme: SchemeSpecification) -> [FactSpecification] {
    all.filter { $0.isMeaningful(under: scheme) }
  }

  /// Those of them that ``numeric`` has.
  package static func numeric(under scheme: SchemeSpecification) -> [FactSpecification] {
    numeric.filter { $0.isMeaningful(under: scheme) }
  }
}

extension FactSpecification {
  /// What a replication scheme must have, for the fact to mean anything under it; nil if any scheme will do.
  var feature: SchemeFeature? {
    if name == "coalesced" { return .dataTypes }
    if name.hasPrefix("hints.") { return .hints }
    if name == "leader" { return .leaders }
    if name == "role" { return .roles }
    if name == "backlog" { return .backlog }
    if name == "stream.expired" { return .streams }
    if name == "insync" || name == "high-watermark" { return .logs }
    if name.hasPrefix("consume") || name == "lag.consumer" { return .logs }
    if name.hasPrefix("cache.") { return .caches }
    if isOfTimelines { return .timelines }
    if name.hasPrefix("units.") { return .streams }
    return name.hasPrefix("repairs.") || name.hasPrefix("merkle.") ? .repair : nil
  }

  /// Whether the fact means anything under a replication scheme.
  package func isMeaningful(under scheme: SchemeSpecification) -> Bool {
    if name == "lag.drain" { return scheme.features.contains(.hints) || scheme.features.contains(.streams) }
    return feature.map(scheme.features.contains) ?? true
  }
}
