import Insight
import Kernel
import Language
import Replication

/// How a fact is worked out; ``FactCatalog`` says what it is.
package struct FactEvaluation: Sendable {
  /// The fact's name.
  let name: String
  /// Works it out; the replicas and clients that it names exist.
  let evaluate: @Sendable (FactContext, Subjects) -> FactValue
  /// Of a share of things that are counted: how many they are, and of how many.
  package private(set) var counts: (@Sendable (FactContext) -> (part: Int, whole: Int))?
  /// Whether it is about a key by its name, so that the key need not have come up.
  private(set) var goesByKeyName = false

  init(_ name: String, _ evaluate: @escaping @Sendable (FactContext, Subjects) -> FactValue) {
    self.name = name
    self.evaluate = evaluate
  }

  /// A share of some things, and of how many.
  static func share(
    _ name: String, _ counts: @escaping @Sendable (FactContext) -> (part: Int, whole: Int)
  ) -> FactEvaluation {
    var evaluation = FactEvaluation(name) { context, _ in
      let (part, whole) = counts(context)
      return context.share(part, of: whole)
    }
    evaluation.counts = counts
    return evaluation
  }

  /// How each fact of the catalogue is worked out, by its name.
  package static let all = Dictionary(
    uniqueKeysWithValues: (lastOperation + counts + cluster + lags + recovery + meetings + copies + leaders + path
      + consumers
      + caches + timelines + operating + costs).map {
        ($0.name, $0)
      })

  private static func last(_ name: String, field: String) -> FactEvaluation {
    FactEvaluation("last.\(name)") { context, _ in context.field(field, of: -1) }
  }

  private static let lastOperation: [FactEvaluation] = [
    last("outcome", field: "outcome"), last("value", field: "value"), last("siblings", field: "siblings"),
    last("latency", field: "latency"), last("stale", field: "stale"),
    last("versions-behind", field: "versionsBehind"), last("applied", field: "applied"), last("level", field: "level"),
  ]

  private static let counts: [FactEvaluation] = [
    FactEvaluation("reads.total") { context, _ in .number(Double(context.tally.reads))
    },
    FactEvaluation("reads.answered") { context, _ in
      .number(Double(context.tally.readsAnswered))
    },
    FactEvaluation("reads.stale") { context, _ in
      .number(Double(context.tally.readsStale))
    },
    .share("reads.stale-rate") { context in
      (context.tally.readsStale, context.tally.readsAnswered)
    },
    FactEvaluation("writes.acked") { context, _ in
      .number(Double(context.tally.writesAcknowledged))
    },
    FactEvaluation("writes.failed") { context, _ in
      .number(Double(context.tally.writesFailed))
    },
    FactEvaluation("writes.lost") { context, _ in
      .number(Double(Losses.lostWrites(context.cluster, context.observer).count))
    },
    FactEvaluation("writes.overwritten") { context, _ in
      .number(Double(context.observer.conflicts.overwrittenCount))
    },
    FactEvaluation("writes.late-overwritten") { context, _ in
      .number(Double(context.observer.conflicts.lateOverwrittenCount))
    },
    FactEvaluation("operations.ended") { context, _ in
      .number(Double(context.tally.ended))
    },
    .share("availability") { context in
      (context.tally.succeeded, context.tally.ended)
    },
    FactEvaluation("conflicts.total") { context, _ in
      .number(Double(context.observer.conflicts.total))
    },
    FactEvaluation("copies.stored") {
      context, _ in .number(Double(context.tally.stored))
    },
    .share("conflicts.rate") { context in
      (context.observer.conflicts.total, context.tally.stored)
    },
    FactEvaluation("hints.replayed") { context, _ in
      .number(Double(context.tally.hintsReplayed))
    },
    FactEvaluation("repairs.read") { context, _ in
      .number(Double(context.tally.readRepairs))
    },
    FactEvaluation("repairs.anti-entropy") {
      context, _ in .number(Double(context.tally.streamRepairs))
    },
    FactEvaluation("repairs.begun") {
      context, _ in .number(Double(context.cluster.repairTally.begun))
    },
    FactEvaluation("repairs.completed") { context, _ in
      .number(Double(context.cluster.repairTally.completed))
    },
    FactEvaluation("repairs.failed") {
      context, _ in .number(Double(context.cluster.repairTally.failed))
    },
    FactEvaluation("merkle.hashes") { context, _ in
      .number(Double(context.cluster.repairTally.hashes))
    },
    FactEvaluation("merkle.keys-streamed") { context, _ in
      .number(Double(context.cluster.repairTally.streamed))
    },
    FactEvaluation("bytes.repair") { context, _ in
      .number(Double(context.cluster.repairTally.bytes))
    },
    FactEvaluation("session.retries") { context, _ in .number(Double(context.cluster.sessions.retries)) },
    FactEvaluation("session.waits") {
      context, _ in .number(Double(context.cluster.sessions.waits))
    },
    FactEvaluation("session.waited") { context, _ in .duration(context.cluster.sessions.waited.microseconds) },
    FactEvaluation("session.refused") {
      context, _ in .number(Double(context.cluster.sessions.refusals))
    },
    FactEvaluation("faults") { context, _ in
      .number(Double(context.faults))
    },
    FactEvaluation("faults.now") { context, _ in .number(Double(context.cluster.presentFaults)) },
    FactEvaluation("commands") { context, _ in
      .number(Double(context.commands))
    },
  ]

  private static let cluster: [FactEvaluation] = [
    FactEvaluation("time") { context, _ in .duration(context.cluster.now.microseconds) },
    FactEvaluation("settled") {
      context, _ in
      .boolean(context.cluster.isSettled)
    },
    FactEvaluation("converged") { context, _ in
      .boolean(context.isConverged)
    },
    .share("phi-consistency") { context in
      let agreement = Agreement(of: context.cluster)
      return (agreement.agreed, agreement.keys)
    },
    FactEvaluation("convergence.p50") { context, _ in
      let convergence = context.observer.convergence
      return context.percentile(50, of: convergence.times, missing: convergence.pendingVersions)
    },
    FactEvaluation("convergence.p99") { context, _ in
      let convergence = context.observer.convergence
      return context.percentile(99, of: convergence.times, missing: convergence.pendingVersions)
    },
    FactEvaluation("lag.p99") { context, _ in
      context.percentile(99, of: context.observer.convergence.lags, missing: context.outstanding().copies)
    },
    FactEvaluation("hints.pending") { context, _ in
      .number(Double(context.cluster.pendingHints))
    },
    FactEvaluation("bytes.cross-region") { context, _ in
      .number(Double(context.cluster.traffic.crossRegionBytes))
    },
    FactEvaluation("alive") {
      context, subjects in
      .boolean(context.cluster.live.contains(subjects.replica))
    },
    FactEvaluation("reachable") {
      context, subjects in
      let (first, second) = (subjects.replica, subjects.otherReplica)
      return .boolean(
        context.cluster.isReachable(first, from: second) && context.cluster.isReachable(second, from: first))
    },
    FactEvaluation("hears") {
      context, subjects in .boolean(context.cluster.hears(subjects.replica, subjects.otherReplica))
    },
    FactEvaluation("suspects") {
      context, subjects in
      .boolean(!context.cluster.environment.detector.alive(to: subjects.replica).contains(subjects.otherReplica))
    },
    FactEvaluation("setting") { context, subjects in
      subjects.setting.map { SettingValue.value(of: $0, in: context.cluster) } ?? .none
    },
    FactEvaluation("phi") {
      context, subjects in
      let cluster = context.cluster
      return .number(cluster.gossiper(of: subjects.replica).phi(of: subjects.otherReplica, at: cluster.now))
    },
  ]

  /// For how long an arrival says something of now, and for how long while a link is cut.
  private static let (freshness, freshnessUnderCut) = (TimeSpan.seconds(60), TimeSpan.seconds(1))

  private static func patience(on route: (from: RegionID, to: RegionID)?, in context: FactContext) -> TimeSpan {
    let (from, to) = context.ends(of: route)
    return context.cluster.isAnyCut(from: from, to: to) ? freshnessUnderCut : freshness
  }

  /// When the latest arrival will no longer say anything of now; nil if there was none.
  static func end(ofArrivalOn route: (from: RegionID, to: RegionID)?, in context: FactContext) -> Instant? {
    context.observer.convergence.arrivals.latest(on: route)
      .map { $0.at + patience(on: route, in: context) + TimeSpan(microseconds: 1) }
  }

  private static let lags: [FactEvaluation] = [
    FactEvaluation("lag.delivered") { context, subjects in
      guard let latest = context.observer.convergence.arrivals.latest(on: subjects.route) else { return .none }
      return context.cluster.now - latest.at > patience(on: subjects.route, in: context) ? .none : .duration(latest.age)
    },
    FactEvaluation("lag.oldest") { context, subjects in
      .duration((context.outstanding(subjects.route).oldest ?? .zero).microseconds)
    },
    FactEvaluation("lag.drain") { context, subjects in
      if context.cluster.scheme.features.contains(.streams) {
        let drain = context.cluster.streamDrain(from: subjects.route?.from, to: subjects.route?.to)
        return drain.map { .duration($0.microseconds) } ?? .none
      }
      let (from, to) = context.ends(of: subjects.route)
      return context.cluster.handoffTime(from: from, to: to).map { .duration($0.microseconds) } ?? .none
    },
  ]

  /// A fact about a key's partition, which a key has by its name, whether or not it was ever written.
  private static func ofPartition(
    _ name: String, _ evaluate: @escaping @Sendable (Cluster, Subjects, Int?) -> FactValue
  ) -> FactEvaluation {
    var evaluation = FactEvaluation(name) { context, subjects in
      evaluate(context.cluster, subjects, context.cluster.partition(ofKey: subjects.keyName))
    }
    evaluation.goesByKeyName = true
    return evaluation
  }

  private static let leaders: [FactEvaluation] = [
    ofPartition("leader") { cluster, subjects, partition in
      guard let partition else { return .none }
      let leader = cluster.leader(of: partition, in: subjects.region ?? RegionID(0))
      return leader.map { .text(cluster.topology.name(of: $0)) } ?? .none
    },
    ofPartition("role") { cluster, subjects, partition in
      if let role = cluster.cacheRole(of: subjects.replica) { return .text(role.rawValue) }
      guard let partition else { return .none }
      return .text(cluster.role(of: subjects.replica, in: partition).rawValue)
    },
    FactEvaluation("backlog") { context, subjects in
      guard let route = subjects.route else { return .none }
      if let primary = context.cluster.primary {
        return .number(primary.region == route.from ? Double(context.cluster.missingRows(of: route.to)) : 0)
      }
      if context.cluster.scheme.features.contains(.logs) {
        return .number(Double(context.cluster.recordsToMirror(from: route.from, to: route.to).count))
      }
      return .number(Double(context.cluster.backlog(from: route.from, to: route.to)))
    },
    FactEvaluation("stream.expired") { context, _ in .number(Double(context.cluster.expiredChanges)) },
    FactEvaluation("throttled.total") { context, _ in .number(Double(context.tally.throttled)) },
    ofPartition("insync") { cluster, subjects, partition in
      guard let partition, let decided = cluster.decision(on: partition, in: subjects.region ?? RegionID(0))
      else { return .none }
      return .text("{\(decided.state.inSync.map { cluster.topology.name(of: $0) }.joined(separator: ", "))}")
    },
    ofPartition("high-watermark") { cluster, subjects, partition in
      guard let partition else { return .none }
      return cluster.watermark(of: partition, in: subjects.region ?? RegionID(0)).map { .number(Double($0)) } ?? .none
    },
  ]

  private static let consumers: [FactEvaluation] = [
    FactEvaluation("consumed") { context, subjects in
      context.cluster.clients[subjects.client].consumer.map { .number(Double($0.consumed)) } ?? .none
    },
    FactEvaluation("consumed.duplicates") { context, subjects in
      context.cluster.clients[subjects.client].consumer.map { .number(Double($0.duplicates)) } ?? .none
    },
    FactEvaluation("consumed.missing") { context, subjects in
      Losses.missing(to: subjects.client, context.cluster, context.observer.staleness).map { .number(Double($0.count)) }
        ?? .none
    },
    FactEvaluation("lag.consumer") { context, subjects in
      context.cluster.consumerLag(of: subjects.client).map { .number(Double($0)) } ?? .none
    },
    FactEvaluation("consumer.partitions") { context, subjects in
      guard context.cluster.consumerGroup(of: subjects.client) != nil else { return .none }
      let partitions = context.cluster.partitions(of: subjects.client).map { "\($0)" }
      return .text("{\(partitions.joined(separator: ", "))}")
    },
    FactEvaluation("consumer.generation") { context, subjects in
      context.cluster.consumerGroup(of: subjects.client)?.group.map { .number(Double($0.current.number)) } ?? .none
    },
  ]

  private static let caches: [FactEvaluation] = [
    .share("cache.hit-rate") { context in (context.tally.cacheHits, context.tally.cachedReads) },
    FactEvaluation("cache.stale-hits") { context, _ in .number(Double(context.tally.staleHits)) },
  ]

  private static let copies: [FactEvaluation] = [
    FactEvaluation("value") {
      context, subjects in
      context.value(
        of: context.cluster.cell(subjects.key, at: subjects.replica).version, subjects.key,
        at: context.cluster.reading(of: subjects.replica))
    },
    FactEvaluation("siblings") {
      context, subjects in
      context.siblings(
        of: context.cluster.cell(subjects.key, at: subjects.replica).version, subjects.key,
        at: context.cluster.reading(of: subjects.replica))
    },
    FactEvaluation("clock") {
      context, subjects in
      let version = context.cluster.cell(subjects.key, at: subjects.replica).version
      return version == .none ? .none : .text(context.vector(of: version))
    },
    FactEvaluation("relation") {
      context, subjects in
      guard context.cluster.areToAgree(subjects.replica, subjects.otherReplica) else { return .none }
      let first = context.cluster.cell(subjects.key, at: subjects.replica)
      let second = context.cluster.cell(subjects.key, at: subjects.otherReplica)
      return .text(context.cluster.catalogue.relation(first.version, second.version).rawValue)
    },
    FactEvaluation("coalesced") {
      context, subjects in
      .number(Double(context.cluster.coalescedReads(at: subjects.replica)))
    },
    FactEvaluation("holders") {
      context, subjects in
      .number(Double(context.holders(of: subjects.key)))
    },
    FactEvaluation("holds") {
      context, subjects in
      guard let version = context.cluster.version(writtenBy: subjects.operation) else { return .boolean(false) }
      return .boolean(context.cluster.holders(of: version).contains(subjects.replica))
    },
  ]
}
