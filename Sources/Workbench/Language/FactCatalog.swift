import Insight
import Kernel
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

/// One fact: its name, what it is asked about, and what it is worth.
public struct FactSpecification: Sendable {
  /// What a fact's parentheses take.
  public enum ArgumentForm: String, Sendable {
    case key = "KEY"
    case replica = "REPLICA"
    case region = "REGION"
    case operation = "op N"
  }

  /// The name by which conditions call it.
  public let name: String
  /// What its parentheses take; nothing for a fact without any.
  public let arguments: [ArgumentForm]
  /// What its parentheses may take, where it can also stand without them.
  public let alsoOf: [ArgumentForm]
  /// What kind of value it has.
  public let unit: FactUnit
  /// What working it out takes.
  public let cost: FactCost
  /// One sentence.
  public let summary: String
  /// Works it out; the replicas and clients that it names exist.
  let evaluate: @Sendable (FactContext, Subjects) -> FactValue
  /// Of a share of things that are counted: how many they are, and of how many.
  private(set) var counts: (@Sendable (FactContext) -> (part: Int, whole: Int))?

  init(
    _ name: String, of arguments: [ArgumentForm] = [], alsoOf: [ArgumentForm] = [], _ unit: FactUnit,
    cost: FactCost = .cheap, _ summary: String, _ evaluate: @escaping @Sendable (FactContext, Subjects) -> FactValue
  ) {
    self.name = name
    self.arguments = arguments
    self.alsoOf = alsoOf
    self.unit = unit
    self.cost = cost
    self.summary = summary
    self.evaluate = evaluate
  }

  /// A share of some things, and of how many.
  static func share(
    _ name: String, _ summary: String, _ counts: @escaping @Sendable (FactContext) -> (part: Int, whole: Int)
  ) -> FactSpecification {
    var specification = FactSpecification(name, .share, summary) { context, _ in
      let (part, whole) = counts(context)
      return context.share(part, of: whole)
    }
    specification.counts = counts
    return specification
  }

  /// The fact as it is written, such as `value(REPLICA, KEY)`.
  public var usage: String {
    func call(_ forms: [ArgumentForm]) -> String { "\(name)(\(forms.map(\.rawValue).joined(separator: ", ")))" }
    guard arguments.isEmpty else { return call(arguments) }
    return alsoOf.isEmpty ? name : "\(name), \(call(alsoOf))"
  }
}

/// All facts, from one table: the parser, completion and the reference are fed by it.
public enum FactCatalog {
  /// Every fact that stands by its name.
  public static let all = lastOperation + counts + cluster + lags + copies

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

  private static func last(
    _ name: String, _ unit: FactUnit, _ summary: String, field: String
  ) -> FactSpecification {
    FactSpecification("last.\(name)", unit, cost: .cluster, summary) { context, _ in context.field(field, of: -1) }
  }

  private static let lastOperation: [FactSpecification] = [
    last("outcome", .text, "How the last operation of a command ended: ok, unavailable or timeout.", field: "outcome"),
    last("value", .text, "What it read or wrote; none for a missing key.", field: "value"),
    last("siblings", .number, "How many versions it read: 0 for a missing key.", field: "siblings"),
    last("latency", .duration, "From its issue to its end, at the client.", field: "latency"),
    last("stale", .truth, "Whether it is a read that missed an acknowledged write.", field: "stale"),
    last("versions-behind", .number, "How many acknowledged writes it missed.", field: "versionsBehind"),
    last("applied", .truth, "Whether a conditional write was carried out.", field: "applied"),
    last("level", .text, "Its consistency level.", field: "level"),
  ]

  private static let counts: [FactSpecification] = [
    FactSpecification("reads.total", .number, "Reads that ended.") { context, _ in .number(Double(context.tally.reads))
    },
    FactSpecification("reads.answered", .number, "Of those, the ones that were answered.") { context, _ in
      .number(Double(context.tally.readsAnswered))
    },
    FactSpecification("reads.stale", .number, "Reads that were stale.") { context, _ in
      .number(Double(context.tally.readsStale))
    },
    .share("reads.stale-rate", "Stale reads ÷ reads answered.") { context in
      (context.tally.readsStale, context.tally.readsAnswered)
    },
    FactSpecification("writes.acked", .number, "Writes and deletes acknowledged to their clients.") { context, _ in
      .number(Double(context.tally.writesAcknowledged))
    },
    FactSpecification("writes.failed", .number, "Writes and deletes that ended otherwise.") { context, _ in
      .number(Double(context.tally.writesFailed))
    },
    FactSpecification(
      "writes.lost", .number, cost: .history,
      "Acknowledged writes that no live replica, hint or message holds, nor what replaced them."
    ) { context, _ in
      .number(Double(Losses.lostWrites(context.cluster, context.observer.staleness).count))
    },
    FactSpecification(
      "writes.overwritten", .number, "Acknowledged writes beaten by a version that had not seen them."
    ) { context, _ in
      .number(Double(context.observer.conflicts.overwrittenCount))
    },
    FactSpecification(
      "writes.late-overwritten", .number, "Of those, the ones that began after the winner was acknowledged."
    ) { context, _ in
      .number(Double(context.observer.conflicts.lateOverwrittenCount))
    },
    FactSpecification("operations.ended", .number, "Operations that ended, one way or another.") { context, _ in
      .number(Double(context.tally.ended))
    },
    .share("availability", "Operations that ended ok ÷ operations that ended.") { context in
      (context.tally.succeeded, context.tally.ended)
    },
    FactSpecification("conflicts.total", .number, "Versions stored where a concurrent one stood.") { context, _ in
      .number(Double(context.observer.conflicts.total))
    },
    FactSpecification("copies.stored", .number, "Versions that reached a replica, each as often as it did.") {
      context, _ in .number(Double(context.tally.stored))
    },
    .share("conflicts.rate", "Conflicts ÷ versions that reached a replica.") { context in
      (context.observer.conflicts.total, context.tally.stored)
    },
    FactSpecification("hints.replayed", .number, "Hints that reached their targets.") { context, _ in
      .number(Double(context.tally.hintsReplayed))
    },
    FactSpecification("repairs.read", .number, "Stale copies brought level by reads.") { context, _ in
      .number(Double(context.tally.readRepairs))
    },
    FactSpecification("repairs.anti-entropy", .number, "Copies changed by what anti-entropy, or sync, streamed.") {
      context, _ in .number(Double(context.tally.streamRepairs))
    },
    FactSpecification("repairs.begun", .number, "Repair sessions begun: those that completed, failed, or go on.") {
      context, _ in .number(Double(context.cluster.repairTally.begun))
    },
    FactSpecification("repairs.completed", .number, "Repair sessions that completed.") { context, _ in
      .number(Double(context.cluster.repairTally.completed))
    },
    FactSpecification("repairs.failed", .number, "Repair sessions that failed: somebody was dead, cut off or silent.") {
      context, _ in .number(Double(context.cluster.repairTally.failed))
    },
    FactSpecification("merkle.hashes", .number, "Hashes of Merkle trees sent.") { context, _ in
      .number(Double(context.cluster.repairTally.hashes))
    },
    FactSpecification("merkle.keys-streamed", .number, "Versions that anti-entropy has streamed.") { context, _ in
      .number(Double(context.cluster.repairTally.streamed))
    },
    FactSpecification("bytes.repair", .number, "Bytes that anti-entropy has sent.") { context, _ in
      .number(Double(context.cluster.repairTally.bytes))
    },
    FactSpecification(
      "session.retries", .number, "Replicas asked because another lacked what a session's guarantees ask for."
    ) { context, _ in .number(Double(context.cluster.sessions.retries)) },
    FactSpecification("session.waits", .number, "How often no replica would do, and the session waited 10 ms.") {
      context, _ in .number(Double(context.cluster.sessions.waits))
    },
    FactSpecification(
      "session.waited", .duration, "How long operations went on after a replica had lacked what their session knows."
    ) { context, _ in .duration(context.cluster.sessions.waited.microseconds) },
    FactSpecification("session.refused", .number, "Operations that ended because no replica would do in time.") {
      context, _ in .number(Double(context.cluster.sessions.refusals))
    },
    FactSpecification("faults", .number, "Faults that commands of this branch have caused.") { context, _ in
      .number(Double(context.faults))
    },
    FactSpecification(
      "faults.now", .number, cost: .cluster,
      "Faults at work: replicas down, paused, slow or with a wrong clock; directed links cut, held, slow, lossy, duplicating."
    ) { context, _ in .number(Double(context.cluster.presentFaults)) },
    FactSpecification("commands", .number, "Commands so far that changed the cluster or let time run.") { context, _ in
      .number(Double(context.commands))
    },
  ]

  private static let cluster: [FactSpecification] = [
    FactSpecification("time", .duration, "Virtual time.") { context, _ in .duration(context.cluster.now.microseconds) },
    FactSpecification(
      "settled", .truth, cost: .cluster, "No message travels, no hint waits, no request is being served."
    ) { context, _ in
      .boolean(context.cluster.isSettled)
    },
    FactSpecification(
      "converged", .truth, cost: .cluster,
      "All live owners of every key hold equal versions, and nothing on its way could change that."
    ) { context, _ in
      .boolean(context.isConverged)
    },
    FactSpecification(
      "convergence.p50", .duration,
      "Median time until every live owner has a version; none while half of them still lack one."
    ) { context, _ in
      let convergence = context.observer.convergence
      return context.percentile(50, of: convergence.times, missing: convergence.pendingVersions)
    },
    FactSpecification(
      "convergence.p99", .duration, "The same at the 99th percentile; none while 1 of 100 still lacks an owner."
    ) { context, _ in
      let convergence = context.observer.convergence
      return context.percentile(99, of: convergence.times, missing: convergence.pendingVersions)
    },
    FactSpecification(
      "lag.p99", .duration, cost: .history,
      "Time from acceptance to storage at an owner, 99th percentile; none while 1 of 100 copies is missing."
    ) { context, _ in
      context.percentile(99, of: context.observer.convergence.lags, missing: context.outstanding().copies)
    },
    FactSpecification("hints.pending", .number, cost: .cluster, "Hints that wait.") { context, _ in
      .number(Double(context.cluster.pendingHints))
    },
    FactSpecification("bytes.cross-region", .number, "Bytes sent from one region to another.") { context, _ in
      .number(Double(context.cluster.traffic.crossRegionBytes))
    },
    FactSpecification("alive", of: [.replica], .truth, "Whether the replica runs, paused or not.") {
      context, subjects in
      .boolean(context.cluster.live.contains(subjects.replica))
    },
    FactSpecification(
      "reachable", of: [.replica, .replica], .truth, "Whether messages pass both ways between two replicas that run."
    ) {
      context, subjects in
      let (first, second) = (subjects.replica, subjects.otherReplica)
      return .boolean(
        context.cluster.isReachable(first, from: second) && context.cluster.isReachable(second, from: first))
    },
    FactSpecification(
      "hears", of: [.replica, .replica], .truth, "Whether messages from the second reach the first; both must run."
    ) {
      context, subjects in .boolean(context.cluster.hears(subjects.replica, subjects.otherReplica))
    },
    FactSpecification(
      "suspects", of: [.replica, .replica], .truth, "Whether the first replica thinks the second is down."
    ) {
      context, subjects in
      .boolean(!context.cluster.environment.detector.alive(to: subjects.replica).contains(subjects.otherReplica))
    },
    FactSpecification(
      "phi", of: [.replica, .replica], .number,
      "How suspicious the second's silence is to the first: above 8 it is thought dead; 0 without gossip."
    ) {
      context, subjects in
      let cluster = context.cluster
      return .number(cluster.gossiper(of: subjects.replica).phi(of: subjects.otherReplica, at: cluster.now))
    },
  ]

  private static let copies: [FactSpecification] = [
    FactSpecification(
      "value", of: [.replica, .key], .text,
      "What the replica holds of the key; none if nothing, or what has expired by its clock."
    ) {
      context, subjects in
      context.value(
        of: context.cluster.cell(subjects.key, at: subjects.replica).version, subjects.key,
        at: context.cluster.reading(of: subjects.replica))
    },
    FactSpecification("siblings", of: [.replica, .key], .number, "How many versions the replica holds of the key.") {
      context, subjects in
      context.siblings(
        of: context.cluster.cell(subjects.key, at: subjects.replica).version, subjects.key,
        at: context.cluster.reading(of: subjects.replica))
    },
    FactSpecification("clock", of: [.replica, .key], .text, "The version vector that it holds, such as `us1:2 eu1:1`.")
    {
      context, subjects in
      let version = context.cluster.cell(subjects.key, at: subjects.replica).version
      return version == .none ? .none : .text(context.vector(of: version))
    },
    FactSpecification(
      "relation", of: [.replica, .replica, .key], .text, "How their versions stand: equal, before, after or concurrent."
    ) {
      context, subjects in
      let first = context.cluster.cell(subjects.key, at: subjects.replica)
      let second = context.cluster.cell(subjects.key, at: subjects.otherReplica)
      return .text(context.cluster.catalogue.relation(first.version, second.version).rawValue)
    },
    FactSpecification("holders", of: [.key], .number, "How many live replicas hold the key's newest version.") {
      context, subjects in
      .number(Double(context.holders(of: subjects.key)))
    },
    FactSpecification(
      "holds", of: [.replica, .operation], .truth, cost: .history,
      "Whether the replica holds what operation N wrote, or what replaced it."
    ) {
      context, subjects in
      guard let version = context.cluster.version(writtenBy: subjects.operation) else { return .boolean(false) }
      return .boolean(context.cluster.holders(of: version).contains(subjects.replica))
    },
  ]
}
