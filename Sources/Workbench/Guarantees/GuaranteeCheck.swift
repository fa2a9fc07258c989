import Insight
import Kernel
import Replication

extension Session {
  /// With more operations than these, guarantees aren't judged while somebody watches.
  public static let watchedOperations = 2_000

  /// What the history so far has kept, for a screen; nil if it is too long to be judged again and again.
  public var guarantees: [GuaranteeReport]? {
    guard world.observer.history.count <= Self.watchedOperations else { return nil }
    let check = GuaranteeCheck(world)
    return Guarantee.allCases.map { check.report($0) }
  }

  /// How far the history has come: what was judged before holds until this changes.
  public var historyMark: Int { world.observer.history.count &* 1_000_003 &+ timeline.position }
}

/// Judges what a session's history has kept so far.
struct GuaranteeCheck {
  private let observer: Observer
  private let cluster: Cluster
  /// For words about operations; nil where nobody reads them.
  private let world: World?
  private let registers: SessionRegisters
  private let anomalies: [RegisterHistory.Anomaly]
  private let client: ClientID?

  /// A check of all that has happened.
  init(_ world: World) { self.init(world.observer, world.cluster, client: nil, world) }

  /// A check of all that has happened, or of what one client did, without words about operations.
  init(_ observer: Observer, _ cluster: Cluster, client: ClientID?) {
    self.init(observer, cluster, client: client, nil)
  }

  private init(_ observer: Observer, _ cluster: Cluster, client: ClientID?, _ world: World?) {
    (self.observer, self.cluster, self.client, self.world) = (observer, cluster, client, world)
    registers = SessionRegisters(observer, cluster, only: client)
    // Of one client's operations alone, a value that another wrote is no anomaly.
    anomalies = client == nil ? registers.history.anomalies : []
  }

  /// The keys that checkers of registers leave out, in words; nil if there are none.
  var leftOut: String? {
    guard !registers.otherKeys.isEmpty else { return nil }
    let names = registers.otherKeys.map { Printable.escaped(cluster.catalogue.names.name(of: $0)) }
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return
      "left out, since more than plain reads and writes was done to them: \(names.prefix(5).joined(separator: ", "))\(more)"
  }

  /// Judges one guarantee.
  func report(_ guarantee: Guarantee, bound: StalenessBound = StalenessBound()) -> GuaranteeReport {
    let history = registers.history
    let verdict: Verdict?
    switch guarantee {
    case .linearizable: verdict = Linearizability.judge(history, without: anomalies)
    case .causal: verdict = CausalConsistency.judge(history, without: anomalies)
    case .consistentPrefix: return prefix
    case .readYourWrites: verdict = ReadYourWrites.judge(history, without: anomalies)
    case .monotonicReads: verdict = MonotonicReads.judge(history, without: anomalies)
    case .monotonicWrites: verdict = MonotonicWrites.judge(history, without: anomalies)
    case .writesFollowReads: verdict = WritesFollowReads.judge(history, without: anomalies)
    case .boundedStaleness: return staleness(bound)
    case .eventual: return eventual
    }
    return report(guarantee, verdict, of: registers)
  }

  /// What a client may see depends on what others wrote, so that its operations alone don't tell.
  private var prefix: GuaranteeReport {
    let all = client == nil ? registers : SessionRegisters(observer, cluster)
    let sessions = client.map { client in
      Set(
        all.operations.enumerated().filter { observer.history[$0.element]?.operation.client == client }
          .map { all.history.operations[$0.offset].process })
    }
    return report(
      .consistentPrefix,
      ConsistentPrefix.judge(all.history, without: client == nil ? anomalies : all.history.anomalies, of: sessions),
      of: all)
  }

  private func report(_ guarantee: Guarantee, _ verdict: Verdict?, of registers: SessionRegisters) -> GuaranteeReport {
    switch verdict {
    case nil:
      return GuaranteeReport(
        guarantee: guarantee, finding: .undecided("the history is too long and has too many sessions"), witness: [])
    case .held: return GuaranteeReport(guarantee: guarantee, finding: .kept(""), witness: [])
    case .broken(let numbers, let reason):
      return broken(guarantee, numbers.map { registers.operations[$0] }, reason)
    }
  }

  private func broken(_ guarantee: Guarantee, _ operations: [OperationID], _ reason: String) -> GuaranteeReport {
    GuaranteeReport(
      guarantee: guarantee, finding: .broken(operations.map(\.index), reason), witness: operations.map(told))
  }

  /// The worst that any read missed, in versions and in time, against a bound.
  private func staleness(_ bound: StalenessBound) -> GuaranteeReport {
    let catalogue = cluster.catalogue
    var worst: (versions: Int, read: OperationID)?
    var oldest: (time: TimeSpan, read: OperationID)?
    for entry in observer.history.all where entry.isStale {
      guard client == nil || entry.operation.client == client else { continue }
      let id = entry.operation.id
      if Int(entry.versionsBehind) > worst?.versions ?? 0 { worst = (Int(entry.versionsBehind), id) }
      // The first write that it misses was acknowledged before all others that it misses.
      let missed = observer.staleness.missed(entry.operation, catalogue).compactMap {
        observer.history[catalogue.version($0).operation]?.operation.ended
      }
      if let first = missed.min(), entry.operation.began - first > oldest?.time ?? .zero {
        oldest = (entry.operation.began - first, id)
      }
    }
    let guarantee = Guarantee.boundedStaleness
    guard let worst else {
      return GuaranteeReport(guarantee: guarantee, finding: .kept("no read was stale"), witness: [])
    }
    let lag = oldest.map { Quantity.text($0.time) } ?? "0ms"
    let found = "at worst \(worst.versions) write\(worst.versions == 1 ? "" : "s") and \(lag) behind"
    if let versions = bound.versions, worst.versions > versions {
      return broken(guarantee, [worst.read], "\(found); the bound is k=\(versions)")
    }
    if let time = bound.time, let oldest, oldest.time > time {
      return broken(guarantee, [oldest.read], "\(found); the bound is t=\(Quantity.text(time))")
    }
    return GuaranteeReport(guarantee: guarantee, finding: .kept(found), witness: [])
  }

  /// Strong eventual consistency (Shapiro et al., *Conflict-free Replicated Data Types*, SSS 2011): copies that have taken in
  /// the same updates hold the same, and once nothing is on its way all do.
  private var eventual: GuaranteeReport {
    if let (key, first, second) = unlikeTwins {
      let name = Printable.escaped(cluster.catalogue.names.name(of: key))
      let (one, other) = (cluster.topology.name(of: first), cluster.topology.name(of: second))
      return GuaranteeReport(
        guarantee: .eventual,
        finding: .broken([], "\(one) and \(other) have seen the same updates of \(name), and hold different values"),
        witness: [])
    }
    guard !cluster.isConverged else {
      return GuaranteeReport(guarantee: .eventual, finding: .kept("all live replicas hold the same"), witness: [])
    }
    let isQuiet = cluster.pendingVersions.isEmpty
    let finding: GuaranteeReport.Finding =
      isQuiet
      ? .broken([], "copies differ, and nothing is on its way or hinted that could change that; `repair` would")
      : .undecided("copies differ still, and what would change that is on its way or hinted")
    return GuaranteeReport(guarantee: .eventual, finding: finding, witness: [])
  }

  /// Two live copies of a key that have seen the same and hold different versions.
  private var unlikeTwins: (KeyID, ReplicaID, ReplicaID)? {
    let (live, vectors) = (cluster.live, cluster.catalogue.vectors)
    for key in cluster.catalogue.names.keys where !cluster.agrees(on: key, live) {
      let copies = cluster.environment.owners(of: key).members.filter(live.contains).map {
        ($0, cluster.cell(key, at: $0))
      }
      for (place, (first, cell)) in copies.enumerated() where cell.seen != .none {
        let twin = copies[(place + 1)...].first { _, other in
          other.version != cell.version && vectors.covers(other.seen, cell.seen)
            && vectors.covers(cell.seen, other.seen)
        }
        if let twin { return (key, first, twin.0) }
      }
    }
    return nil
  }

  private func told(_ id: OperationID) -> String {
    guard let world, let report = OperationReport(id, in: world) else { return "op \(id.index), still in flight" }
    return
      "op \(report.id)  \(Printable.escaped(report.client)): \(report.action) at \(report.levelName): \(report.result)"
  }
}
