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
    case operation = "op N"
  }

  /// The name by which conditions call it.
  public let name: String
  /// What its parentheses take; nothing for a fact without any.
  public let arguments: [ArgumentForm]
  /// What kind of value it has.
  public let unit: FactUnit
  /// One sentence.
  public let summary: String
  let evaluate: @Sendable (FactContext, [Fact.Argument]) -> FactValue

  init(
    _ name: String, of arguments: [ArgumentForm] = [], _ unit: FactUnit, _ summary: String,
    _ evaluate: @escaping @Sendable (FactContext, [Fact.Argument]) -> FactValue
  ) {
    self.name = name
    self.arguments = arguments
    self.unit = unit
    self.summary = summary
    self.evaluate = evaluate
  }

  /// The fact as it is written, such as `value(REPLICA, KEY)`.
  public var usage: String {
    arguments.isEmpty ? name : "\(name)(\(arguments.map(\.rawValue).joined(separator: ", ")))"
  }
}

/// All facts, from one table: the parser, completion and the reference are fed by it.
public enum FactCatalog {
  /// Every fact that stands by its name.
  public static let all = lastOperation + counts + cluster + copies

  /// Facts with a form of their own, for the reference.
  public static let special: [(usage: String, unit: String, summary: String)] = [
    (
      "op(N).FIELD", "",
      "A field of operation N: \(OperationField.units.keys.sorted().joined(separator: ", ")). op(-1) is the last."
    ),
    ("ever(CONDITION)", "truth", "Whether the condition held after some event of this branch."),
    (
      "guarantee(NAME), guarantee(NAME, CLIENT)", "",
      "Whether the history so far has kept a guarantee; a session guarantee also for one client. No value where nothing was "
        + "judged, or keys were left out, or it is undecided. `check` lists them."
    ),
    (
      "predicted(NAME, r=1, w=1)", "",
      "A number of the prediction for the present links, as `predict` makes it: readLatency.p50 (p95, p99, p999), "
        + "writeLatency.p50 …, tVisibility.p90 (p99, p999), consistentAtZero, kStaleness.1 … kStaleness.10."
    ),
    ("count(FILTER …)", "number", "Operations that ended and are: \(filterWords.joined(separator: ", "))."),
    (
      "latency(p99 FILTER …)", "duration",
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
    FactSpecification("last.\(name)", unit, summary) { context, _ in context.field(field, of: -1) }
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
    FactSpecification("reads.stale", .number, "Reads that were stale.") { context, _ in
      .number(Double(context.tally.readsStale))
    },
    FactSpecification("reads.stale-rate", .share, "Stale reads ÷ reads answered.") { context, _ in
      context.share(context.tally.readsStale, of: context.tally.readsAnswered)
    },
    FactSpecification("writes.acked", .number, "Writes and deletes acknowledged to their clients.") { context, _ in
      .number(Double(context.tally.writesAcknowledged))
    },
    FactSpecification("writes.failed", .number, "Writes and deletes that ended otherwise.") { context, _ in
      .number(Double(context.tally.writesFailed))
    },
    FactSpecification(
      "writes.lost", .number, "Acknowledged writes that no live replica, hint or message holds, nor what replaced them."
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
    FactSpecification("availability", .share, "Operations that ended ok ÷ operations that ended.") { context, _ in
      context.share(context.tally.succeeded, of: context.tally.ended)
    },
    FactSpecification("conflicts.total", .number, "Versions stored where a concurrent one stood.") { context, _ in
      .number(Double(context.observer.conflicts.total))
    },
    FactSpecification("conflicts.rate", .share, "Conflicts ÷ versions that reached a replica.") { context, _ in
      context.share(context.observer.conflicts.total, of: context.tally.stored)
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
    FactSpecification("merkle.hashes", .number, "Hashes of Merkle trees sent.") { context, _ in
      .number(Double(context.cluster.environment.repairTally.hashes))
    },
    FactSpecification("merkle.keys-streamed", .number, "Versions that anti-entropy has streamed.") { context, _ in
      .number(Double(context.cluster.environment.repairTally.streamed))
    },
    FactSpecification("bytes.repair", .number, "Bytes that anti-entropy has sent.") { context, _ in
      .number(Double(context.cluster.environment.repairTally.bytes))
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
    FactSpecification("commands", .number, "Commands so far that changed the cluster or let time run.") { context, _ in
      .number(Double(context.commands))
    },
  ]

  private static let cluster: [FactSpecification] = [
    FactSpecification("time", .duration, "Virtual time.") { context, _ in .duration(context.cluster.now.microseconds) },
    FactSpecification("settled", .truth, "No message travels, no hint waits, no request is being served.") {
      context, _ in
      .boolean(context.cluster.isSettled)
    },
    FactSpecification(
      "converged", .truth, "All live owners of every key hold equal versions, and nothing on its way could change that."
    ) { context, _ in
      .boolean(context.cluster.divergentKey(startingWith: context.divergenceHint) == nil)
    },
    FactSpecification("convergence.p50", .duration, "Median time until every live owner has a version.") { context, _ in
      context.percentile(50, of: context.observer.convergence.times)
    },
    FactSpecification("convergence.p99", .duration, "The same at the 99th percentile.") { context, _ in
      context.percentile(99, of: context.observer.convergence.times)
    },
    FactSpecification("lag.p99", .duration, "Time from acceptance to storage at a replica, 99th percentile.") {
      context, _ in context.percentile(99, of: context.observer.convergence.lags)
    },
    FactSpecification("hints.pending", .number, "Hints that wait.") { context, _ in
      .number(Double(context.cluster.pendingHints))
    },
    FactSpecification("bytes.cross-region", .number, "Bytes sent from one region to another.") { context, _ in
      .number(Double(context.cluster.traffic.crossRegionBytes))
    },
    FactSpecification("alive", of: [.replica], .truth, "Whether the replica runs, paused or not.") {
      context, arguments in
      .boolean(context.cluster.live.contains(arguments.replica(0)))
    },
    FactSpecification(
      "reachable", of: [.replica, .replica], .truth, "Whether messages pass both ways between two replicas that run."
    ) {
      context, arguments in
      let (first, second) = (arguments.replica(0), arguments.replica(1))
      return .boolean(
        context.cluster.isReachable(first, from: second) && context.cluster.isReachable(second, from: first))
    },
    FactSpecification(
      "suspects", of: [.replica, .replica], .truth, "Whether the first replica thinks the second is down."
    ) {
      context, arguments in
      .boolean(!context.cluster.environment.detector.alive(to: arguments.replica(0)).contains(arguments.replica(1)))
    },
    FactSpecification(
      "phi", of: [.replica, .replica], .number,
      "How suspicious the second's silence is to the first: above 8 it is thought dead; 0 without gossip."
    ) {
      context, arguments in
      let cluster = context.cluster
      return .number(cluster.replicas[arguments.replica(0)].gossiper.phi(of: arguments.replica(1), at: cluster.now))
    },
  ]

  private static let copies: [FactSpecification] = [
    FactSpecification("value", of: [.replica, .key], .text, "What the replica holds of the key; none if nothing.") {
      context, arguments in
      context.cell(arguments).map { context.value(of: $0.version, $0.key) } ?? .none
    },
    FactSpecification("siblings", of: [.replica, .key], .number, "How many versions the replica holds of the key.") {
      context, arguments in
      context.cell(arguments).map { context.siblings(of: $0.version, $0.key) } ?? .number(0)
    },
    FactSpecification("clock", of: [.replica, .key], .text, "The version vector that it holds, such as `us1:2 eu1:1`.")
    {
      context, arguments in
      context.cell(arguments).map { $0.version == .none ? .none : .text(context.vector(of: $0.version)) } ?? .none
    },
    FactSpecification(
      "relation", of: [.replica, .replica, .key], .text, "How their versions stand: equal, before, after or concurrent."
    ) {
      context, arguments in
      guard case .key(let name) = arguments[2], let key = context.cluster.catalogue.names.key(named: name) else {
        return .text(Relation.equal.rawValue)
      }
      let first = context.cluster.cell(key, at: arguments.replica(0))
      let second = context.cluster.cell(key, at: arguments.replica(1))
      return .text(context.cluster.catalogue.relation(first.version, second.version).rawValue)
    },
    FactSpecification("holders", of: [.key], .number, "How many live replicas hold the key's newest version.") {
      context, arguments in
      guard case .key(let name) = arguments[0] else { return .none }
      return .number(Double(context.holders(of: name)))
    },
    FactSpecification(
      "holds", of: [.replica, .operation], .truth,
      "Whether the replica holds what operation N wrote, or what replaced it."
    ) {
      context, arguments in
      guard case .operation(let number) = arguments[1], let operation = context.identity(number),
        let version = context.cluster.version(writtenBy: operation)
      else { return .boolean(false) }
      return .boolean(context.cluster.holders(of: version).contains(arguments.replica(0)))
    },
  ]
}

extension [Fact.Argument] {
  func replica(_ index: Int) -> ReplicaID {
    if case .replica(let replica) = self[index] { return replica }
    return .none
  }
}
