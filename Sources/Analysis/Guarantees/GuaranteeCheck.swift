import Insight
import Kernel
import Language
import Replication

/// Judges what a session's history has kept so far.
package struct GuaranteeCheck {
  private let observer: Observer
  private let cluster: Cluster
  /// For words about operations; nil where nobody reads them.
  private let world: World?
  private let clients: ClientHistory
  /// Whose operations are judged; nil: everybody's.
  private let client: ClientID?

  /// A check of all that has happened.
  package init(_ world: World) { self.init(world.observer, world.cluster, client: nil, world) }

  /// A check of all that has happened, or of what one client did, without words about operations.
  init(_ observer: Observer, _ cluster: Cluster, client: ClientID?) {
    self.init(observer, cluster, client: client, nil)
  }

  private init(_ observer: Observer, _ cluster: Cluster, client: ClientID?, _ world: World?) {
    (self.observer, self.cluster, self.client, self.world) = (observer, cluster, client, world)
    clients = ClientHistory(observer, cluster)
  }

  /// The keys that checkers of registers leave out, in words; nil if there are none, or none of the guarantees is one of theirs.
  package func leftOut(of guarantees: [Guarantee]) -> String? {
    let others = guarantees.filter { !$0.isOfRegisters }.map(\.rawValue)
    guard others.count < guarantees.count else { return nil }
    var told: [String] = []
    for reason in LeftOut.allCases {
      let names = clients.leftOut.indices.filter { clients.leftOut[$0] == reason }.map {
        Printable.escaped(cluster.catalogue.names.name(of: KeyID($0)))
      }
      guard !names.isEmpty else { continue }
      let more = names.count > 5 ? " and \(names.count - 5) more" : ""
      told.append("\(names.prefix(5).joined(separator: ", "))\(more): \(reason.rawValue)")
    }
    let but = others.isEmpty ? "" : ", but for \(others.joined(separator: " and "))"
    return told.isEmpty ? nil : "not judged\(but): " + told.joined(separator: "; ")
  }

  /// Judges one guarantee.
  func report(_ guarantee: Guarantee, bound: StalenessBound = StalenessBound()) -> GuaranteeReport {
    var sights = JudgedSights(clients)
    return report(guarantee, bound, &sights)
  }

  /// Judges some guarantees.
  package func reports(_ guarantees: [Guarantee], bound: StalenessBound = StalenessBound()) -> [GuaranteeReport] {
    var sights = JudgedSights(clients)
    return guarantees.map { report($0, bound, &sights) }
  }

  private func report(
    _ guarantee: Guarantee, _ bound: StalenessBound, _ sights: inout JudgedSights
  ) -> GuaranteeReport {
    let sessions = client.map { Set([$0.index]) }
    /// What clients saw says whether a promise to them was kept; what causes what is known to the store.
    func seen(
      by sight: SessionRegisters.Sight = .clients, _ judge: (RegisterHistory, [RegisterHistory.Anomaly]) -> Verdict
    ) -> GuaranteeReport {
      report(guarantee, sights.seen(by: sight), judge)
    }
    /// What a session did in one region's copies says nothing of another's, where each keeps its own.
    func atHome(
      _ isObligingRead: Bool, _ isObligedRead: Bool, _ judge: (RegisterHistory, [RegisterHistory.Anomaly]) -> Verdict
    ) -> GuaranteeReport {
      let registers = sights.seen(by: .clients).registers
      return seen { history, anomalies in
        let verdict = judge(history, anomalies)
        guard verdict == .held,
          registers.leavesRegion(isObligingRead: isObligingRead, isObligedRead: isObligedRead, of: sessions)
        else { return verdict }
        return .notJudged(
          reason: "kept where it was judged, but a session went on in another region, whose log is its own")
      }
    }
    switch guarantee {
    case .linearizable: return seen { Linearizability.judge($0, without: $1) }
    case .readYourWrites:
      return atHome(false, true) { ReadYourWrites.judge($0, without: $1, of: sessions) }
    case .monotonicReads: return atHome(true, true) { MonotonicReads.judge($0, without: $1, of: sessions) }
    case .monotonicWrites: return atHome(false, false) { MonotonicWrites.judge($0, without: $1, of: sessions) }
    case .writesFollowReads:
      return atHome(true, false) { WritesFollowReads.judge($0, without: $1, of: sessions) }
    case .causal: return seen(by: .store) { CausalConsistency.judge($0, without: $1) }
    case .consistentPrefix: return seen(by: .store) { ConsistentPrefix.judge($0, without: $1, of: sessions) }
    case .boundedStaleness: return staleness(bound)
    case .eventual: return eventual
    }
  }

  private func report(
    _ guarantee: Guarantee, _ seen: JudgedSights.Seen,
    _ judge: (RegisterHistory, [RegisterHistory.Anomaly]) -> Verdict
  ) -> GuaranteeReport {
    switch judge(seen.registers.history, seen.anomalies) {
    case .held: GuaranteeReport(guarantee: guarantee, finding: .kept(""), witness: [])
    case .undecided(let reason): GuaranteeReport(guarantee: guarantee, finding: .undecided(reason), witness: [])
    case .notJudged(let reason): GuaranteeReport(guarantee: guarantee, finding: .notJudged(reason), witness: [])
    case .broken(let numbers, let reason): broken(guarantee, numbers.map { seen.registers.operations[$0] }, reason)
    }
  }

  private func broken(_ guarantee: Guarantee, _ operations: [OperationID], _ reason: String) -> GuaranteeReport {
    GuaranteeReport(
      guarantee: guarantee, finding: .broken(operations.map(\.index), reason), witness: operations.map(told))
  }

  /// The worst that any read missed, in versions and in time, against a bound.
  private func staleness(_ bound: StalenessBound) -> GuaranteeReport {
    let catalogue = cluster.catalogue
    let retrospect = Staleness.Retrospect(observer.staleness, catalogue)
    var worst: (versions: Int, read: OperationID)?
    var oldest: (time: TimeSpan, read: OperationID)?
    for entry in observer.history.all where entry.isStale {
      guard client == nil || entry.operation.client == client else { continue }
      let id = entry.operation.id
      if Int(entry.versionsBehind) > worst?.versions ?? 0 { worst = (Int(entry.versionsBehind), id) }
      // The first write that it misses was acknowledged before all others that it misses.
      let missed = retrospect.missed(by: entry).compactMap {
        observer.history[catalogue.version($0).operation]?.operation.ended
      }
      if let first = missed.min(), entry.operation.began - first > oldest?.time ?? .zero {
        oldest = (entry.operation.began - first, id)
      }
    }
    let guarantee = Guarantee.boundedStaleness
    let isJudged = observer.history.all.contains {
      $0.operation.kind == .read && $0.operation.outcome == .ok && (client == nil || $0.operation.client == client)
    }
    guard isJudged else {
      return GuaranteeReport(guarantee: guarantee, finding: .notJudged("no read was answered"), witness: [])
    }
    guard let worst else {
      return GuaranteeReport(guarantee: guarantee, finding: .kept("no read was stale"), witness: [])
    }
    let lag = Quantity.milliseconds((oldest?.time ?? .zero).microseconds)
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
    guard cluster.catalogue.versions.ids.contains(where: { $0 != .none }) else {
      return GuaranteeReport(guarantee: .eventual, finding: .notJudged("nothing was written"), witness: [])
    }
    if let (key, first, second) = unlikeTwins {
      let name = Printable.escaped(cluster.catalogue.names.name(of: key))
      let (one, other) = (cluster.topology.name(of: first), cluster.topology.name(of: second))
      return GuaranteeReport(
        guarantee: .eventual,
        finding: .broken([], "\(one) and \(other) have seen the same updates of \(name), and hold different values"),
        witness: [])
    }
    guard !cluster.isConverged else {
      let words = cluster.scheme.keepsRegionsApart ? cluster.scheme.liveCopies : "all live replicas"
      return GuaranteeReport(guarantee: .eventual, finding: .kept("\(words) hold the same"), witness: [])
    }
    return GuaranteeReport(guarantee: .eventual, finding: divergence, witness: [])
  }

  /// What can be said while not all has converged. Where replicas are told to repair, only what is on its way or hinted brings
  /// copies together by itself; elsewhere timers do, too, and nothing is certain before nothing is left to happen.
  private var divergence: GuaranteeReport.Finding {
    let live = cluster.live
    guard cluster.catalogue.names.keys.contains(where: { !cluster.agrees(on: $0, live) }) else {
      return .undecided("copies agree, but not all has been taken in: `why not converged` says what is left")
    }
    guard cluster.scheme.features.contains(.repair) else {
      guard !isAnythingKept else {
        return .undecided(
          "copies differ still, and something is paused, held or kept that may change that: see `why not converged`")
      }
      return cluster.nextInstant == nil
        ? .broken([], "copies differ, and nothing is left to happen that could change that")
        : .undecided("copies differ still, and something is left to happen")
    }
    return cluster.pendingVersions.isEmpty
      ? .broken([], "copies differ, and nothing is on its way or hinted that could change that; `repair` would")
      : .undecided("copies differ still, and what would change that is on its way or hinted")
  }

  /// Whether something is kept for a copy that runs, though nothing may be left to happen: changes for who is out of reach, and
  /// whatever a paused replica or a held link has not let through.
  private var isAnythingKept: Bool {
    cluster.replicas.elements.contains { $0.status == .paused }
      || cluster.messagesInFlight.contains { $0.arrives == nil }
      || !PendingChanges(of: nil, in: cluster).isEmpty
  }

  /// Two live copies of a key that have seen the same and hold different versions.
  private var unlikeTwins: (KeyID, ReplicaID, ReplicaID)? {
    let (live, vectors) = (cluster.live, cluster.catalogue.vectors)
    for key in cluster.catalogue.names.keys where !cluster.agrees(on: key, live) {
      for owners in cluster.owners(toAgreeOn: key) {
        let copies = owners.filter(live.contains).map { ($0, cluster.cell(key, at: $0)) }
        for (place, (first, cell)) in copies.enumerated() where cell.seen != .none {
          let twin = copies[(place + 1)...].first { _, other in
            other.version != cell.version && vectors.covers(other.seen, cell.seen)
              && vectors.covers(cell.seen, other.seen)
          }
          if let twin { return (key, first, twin.0) }
        }
      }
    }
    return nil
  }

  private func told(_ id: OperationID) -> String {
    guard let world, let report = OperationReport(id, in: world) else { return "op \(id.index), still in flight" }
    let start = Quantity.milliseconds(report.start.microseconds).dropLast(3)
    let span = "\(start)–\(Quantity.milliseconds(report.end.microseconds))"
    return "op \(report.id)  \(span)  \(Printable.escaped(report.client)): \(report.request): \(report.result)"
  }
}

/// What is judged, as clients and as the store have seen it: put together once, when somebody asks.
private struct JudgedSights {
  /// A history with its impossible answers.
  struct Seen {
    let registers: SessionRegisters
    let anomalies: [RegisterHistory.Anomaly]
  }

  private let clients: ClientHistory
  private var byClients: Seen?
  private var byStore: Seen?

  init(_ clients: ClientHistory) { self.clients = clients }

  mutating func seen(by sight: SessionRegisters.Sight) -> Seen {
    if let known = sight == .clients ? byClients : byStore { return known }
    let registers = SessionRegisters(clients, sight)
    let seen = Seen(registers: registers, anomalies: registers.history.anomalies)
    switch sight {
    case .clients: byClients = seen
    case .store: byStore = seen
    }
    return seen
  }
}
