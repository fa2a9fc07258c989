import Analysis
import Insight
import Kernel
import Language
import Replication

/// What is told of a scenario that was played: figures, what is behind what doesn't hold, and which states it met.
struct ScenarioAccount {
  private let session: Session
  /// The acknowledged writes that are gone; worked out once, as it takes a look at every key.
  private let lost: Set<VersionID>

  init(session: Session, reader: MetricReader) {
    self.session = session
    lost = reader.lost
  }

  private var observer: Observer { session.world.observer }
  private var cluster: Cluster { session.cluster }

  // MARK: Figures

  /// Figures that nothing is asserted of.
  var figures: [String] {
    var figures: [String] = []
    if let recovery = observer.convergence.recovery, let first = recovery.firstHint {
      figures.append(
        "hints: the first came \(Quantity.figure(first - recovery.since)) after the last fault, as dispatch waits up to 10s\(throttle)"
      )
    }
    return figures
  }

  private var throttle: String {
    guard let rate = cluster.environment.settings.hintThrottle else { return "; they go unthrottled" }
    let others = cluster.topology.replicas.count - 1
    return "; each stream then has \(Quantity.text(rate)) ÷ \(others) replicas, two streams a coordinator at once"
  }

  // MARK: Issues

  /// What is behind an assertion that doesn't hold, as far as that was seen.
  func issue(with verdict: Verdict) -> String? {
    if case .none(let why) = verdict.reading.value { return "not judged: \(why)" }
    guard case .measure(let measure) = verdict.assertion.metric else { return nil }
    switch measure {
    case .convergenceP50, .convergenceP99:
      guard let recovery = observer.convergence.recovery, recovery.firstHint != nil else { return missing }
      return "hints bring what was missing, at the throttle's pace: \(observer.tally.hintsReplayed) of them"
        + (missing.map { "; \($0)" } ?? "")
    case .availability: return outcomes
    case .dataLoss:
      guard let first = lost.min() else { return nil }
      let operation = observer.history[cluster.catalogue.version(first).operation]?.operation
      return operation.map { operation in
        "the first lost write is operation \(operation.id.index), to \(cluster.catalogue.names.name(of: operation.key)) at \(Quantity.figure(operation.began - .start))"
      }
    case .duplicates:
      return
        "clients had no answer in time and tried again what had happened: \(CountedNoun("retry", "retries").text(cluster.path.tally.retries)), idempotency keys \(cluster.environment.settings.path.hasIdempotencyKeys ? "on" : "off")"
    case .failover, .failoverP50: return nameDelay
    case .staleReads where cluster.scheme.features.contains(.caches):
      return
        "\(observer.tally.staleHits) of them were caches' own answers; fill-guard \(cluster.environment.settings.fillGuard.rawValue)"
    case .lagP99, .stalenessP99, .staleReads: return slowest
    case .conflicts: return "several wrote the same keys before they had seen each other; more keys make it rarer"
    case .antiEntropy:
      return
        "\(CountedNoun("repair session").text(cluster.repairTally.ended - cluster.repairTally.completed)) failed: somebody was dead, cut off or silent"
    }
  }

  private var missing: String? {
    let open = observer.convergence.recovery?.open ?? observer.convergence.pendingVersions
    guard open > 0 else { return nil }
    let settings = cluster.environment.settings
    let hints =
      cluster.scheme.features.contains(.hints)
      ? settings.keepsHints
        ? "; hints are kept for \(Quantity.text(settings.hintWindow)) of an outage" : "; no hints are kept" : ""
    return "\(CountedNoun("version").text(open)) never reached every live owner\(hints)"
  }

  private var outcomes: String? {
    let counts = outcomeCounts.filter { $0.outcome != .ok && $0.count > 0 }
    return counts.isEmpty ? nil : counts.map { "\($0.count) \($0.outcome.rawValue)" }.joined(separator: ", ")
  }

  /// Why clients of a lost region came elsewhere so late.
  private var nameDelay: String? {
    let path = cluster.environment.settings.path
    guard let ttl = path.nameTTL, let check = path.healthCheck else { return nil }
    return """
      DNS propagation delay: names are kept for \(Quantity.text(ttl)), and the region counts as lost after \
      \(CountedNoun("failed check").text(check.failures)) \(Quantity.text(check.interval)) apart
      """
  }

  private var slowest: String? {
    let topology = cluster.topology
    let pairs = topology.regionIDs.flatMap { from in topology.regionIDs.filter { $0 > from }.map { (from, $0) } }
    let delays = pairs.compactMap { from, to -> (name: String, delay: Int64)? in
      guard let first = topology.members(of: from).first, let second = topology.members(of: to).first else {
        return nil
      }
      return ("\(topology.name(of: from)) – \(topology.name(of: to))", cluster.network.meanDelay(first, second))
    }
    return delays.max { $0.delay < $1.delay }.map {
      "the longest way is \($0.name), \(Quantity.figure(TimeSpan(microseconds: $0.delay / 1_000))) one way without faults"
    }
  }

  // MARK: States

  private var outcomeCounts: [(outcome: Outcome, count: Int)] { observer.history.outcomes }

  /// How often each state was met.
  var reached: [(state: InterestingState, times: Int)] {
    let outcomes = outcomeCounts
    func count(_ outcome: Outcome) -> Int { outcomes.first { $0.outcome == outcome }?.count ?? 0 }
    let tally = observer.tally
    return InterestingState.allCases.map { state in
      let times =
        switch state {
        case .staleRead: tally.readsStale
        case .overwrite: observer.conflicts.overwrittenCount
        case .lateOverwrite: observer.conflicts.lateOverwrittenCount
        case .conflict: observer.conflicts.total
        case .sibling: observer.conflicts.merged
        case .hint: tally.hintsReplayed + cluster.pendingHints
        case .timeout: count(.timeout)
        case .unavailable: count(.unavailable)
        case .failure: count(.failure)
        case .throttled: count(.throttled)
        case .rejected: count(.rejected)
        case .retry: cluster.path.tally.retries
        case .duplicate: observer.duplicates.count
        case .gap: observer.convergence.recovery?.missing ?? 0
        case .lostWrite: lost.count
        case .readRepair: tally.readRepairs
        case .staleHit: tally.staleHits
        case .leaderChange: leaderChanges
        case .shed: cluster.shedRequests
        }
      return (state, times)
    }
  }

  /// How often a leader took over from another: epochs count from 1.
  private var leaderChanges: Int {
    guard cluster.scheme.features.contains(.leaders) else { return 0 }
    var changes = 0
    for partition in 0..<cluster.environment.placement.partitionCount {
      for region in cluster.topology.regionIDs {
        let epoch =
          cluster.decision(on: partition, in: region).map { Int($0.state.epoch) }
          ?? cluster.leader(of: partition, in: region).flatMap { cluster.leadership(of: $0, in: partition)?.epoch } ?? 1
        changes += max(0, epoch - 1)
      }
    }
    return changes
  }

  // MARK: The script

  /// What a script that does it again expects.
  var expectations: [String] {
    // Counts and spans: of a share a script states fewer digits than it has.
    let names = [
      "operations.ended", "reads.answered", "reads.stale", "writes.acked", "writes.failed", "writes.overwritten",
      "conflicts.total", "recovery.missing", "recovery.p50", "recovery.p99",
    ]
    let facts = session.facts
    return names.compactMap { name in
      let value = facts.value(.named(name, []))
      return value == .none ? nil : "expect \(name) == \(value.text)"
    }
  }
}
