import Insight
import Kernel
import Language
import Replication

/// The same operation at this instant at every level that it can have, from every region: each tried on a copy of the history.
public struct OperationWhatIf: Sendable {
  /// Whether a read's answer could have missed an acknowledged write.
  public enum Freshness: Hashable, Sendable {
    /// However the copies that are asked are chosen, one of them has every acknowledged write.
    case guaranteed
    /// The copies that happened to be asked have: the first of them that had when the read was issued; nil: none had, and
    /// what was missing arrived in time.
    case byLuck(String?)
    /// It is fresh, and nothing that is known beforehand makes it so.
    case unproven
    /// It misses one.
    case stale
    /// It is no read, has no answer, or there is nothing to miss.
    case none
  }

  /// One trial.
  public struct Row: Hashable, Sendable {
    /// The level's name.
    public let level: String
    /// Who asks: the client of that region.
    public let region: String
    /// What came of it; nil if it goes on for longer than is played.
    public let report: OperationReport?
    /// How fresh a read's answer is.
    public let freshness: Freshness
    /// How many messages went between replicas for it.
    public let messages: Int
    /// How many bytes went from one region to another; nil where a load sends others.
    public let crossRegionBytes: Int?
  }

  /// What stands for the level where there is none to choose.
  private static let noLevel = "no level"

  /// How many events of a trial are played at most.
  private static let horizon = 50_000
  /// How long a trial goes on after the answer, so that its messages are counted.
  private static let epilogue = TimeSpan.seconds(1)

  /// The trials, level by level.
  public let trials: [Row]
  private let isRead: Bool

  init(_ plan: OperationPlan, in timeline: Timeline) {
    let cluster = timeline.cluster
    let isRead = plan.kind == .read
    self.isRead = isRead
    var trials: [Row] = []
    for level in timeline.levels(of: plan) {
      for region in cluster.topology.regionIDs {
        var trial = plan
        trial.level = level
        trial.client = ClientID(region.index)
        trials.append(Self.trial(trial, from: cluster.topology.name(of: region), in: timeline))
      }
    }
    self.trials = trials
  }

  private static func trial(_ plan: OperationPlan, from region: String, in timeline: Timeline) -> Row {
    var copy = Trial(timeline)
    let isQuiet = timeline.cluster.openLoads == 0 && timeline.cluster.loadEnd == nil
    guard let id = copy.issue(plan) else {
      return Row(
        level: plan.level.name ?? noLevel, region: region, report: nil, freshness: .none, messages: 0,
        crossRegionBytes: nil)
    }
    let atStart = copy.world
    _ = copy.play(until: id, atMost: horizon)
    let report = OperationReport(id, in: copy.world)
    let freshness = report.map { Self.freshness(of: $0, id, plan, atStart, copy.timeline) } ?? .none
    if isQuiet { _ = copy.run(until: copy.now + epilogue, atMost: horizon) }
    // What is on its way already would have been sent without the operation, too.
    var idle = Trial(timeline)
    if isQuiet { _ = idle.run(until: copy.now, atMost: horizon) }
    let entry = copy.world.observer.history[id]
    return Row(
      level: plan.level.name ?? noLevel, region: region, report: report, freshness: freshness,
      messages: Int(copy.cluster.cost(of: id)?.messages ?? entry?.messages ?? 0),
      crossRegionBytes: isQuiet ? copy.cluster.traffic.crossRegionBytes - idle.cluster.traffic.crossRegionBytes : nil)
  }

  /// Judged by what each owner held when the read was issued.
  ///
  /// - Parameter timeline: where the read has been answered.
  private static func freshness(
    of report: OperationReport, _ id: OperationID, _ plan: OperationPlan, _ world: World, _ timeline: Timeline
  ) -> Freshness {
    let cluster = world.cluster
    guard plan.kind == .read, report.outcome == .ok, let key = cluster.catalogue.names.key(named: plan.key) else {
      return .none
    }
    if report.isStale == true { return .stale }
    guard let coordinator = report.coordinator.flatMap({ cluster.topology.replica(named: $0) }) else { return .none }
    // Whoever stands in for owners counts in their places, as its coordinator sees it.
    let owners = cluster.environment.copies(of: key, alive: cluster.environment.detector.alive(to: coordinator))
    let fresh = ReplicaSet(
      owners.members.filter { owner in
        let cell = cluster.cell(key, at: owner)
        return world.observer.staleness.lacking(
          key, held: cell.version, seen: cell.seen, at: owner, cluster.catalogue
        ).isEmpty
      })
    // Before anything was acknowledged nothing can be missed.
    let everything = world.observer.staleness.lacking(
      key, held: .none, seen: .none, at: coordinator, cluster.catalogue)
    if everything.isEmpty { return .none }
    let region = cluster.topology.region(of: coordinator)
    let certain = ReplicaSet(fresh.filter { holdsAll(key, at: $0, world) })
    if let primary = cluster.primary {
      let database = ReplicaID(cluster.topology.regions[primary.region.index].replicas.lowerBound)
      if plan.level == .critical, certain.contains(database) { return .guaranteed }
      return .byLuck(cluster.topology.name(of: server(of: key, askedAt: coordinator, in: cluster)))
    }
    let quorum = cluster.environment.quorum(plan.level, in: region)
    if quorum?.mustMeet(certain, owners: owners, region: region) == true, cluster.areCopiesSettled {
      return .guaranteed
    }
    let servers = cluster.servers(of: key, at: plan.level, in: region)
    if !servers.isEmpty, servers.allSatisfy(certain.contains) { return .guaranteed }
    // Where one serves alone, who did isn't known from answers that were counted.
    if report.isServedByOne { return .unproven }
    let answers = timeline.world.observer.history[id].map { entry in
      ReadAccount(entry.operation, missed: [], in: timeline).answers
    }
    return .byLuck(answers?.first { fresh.contains($0.replica) }.map { cluster.topology.name(of: $0.replica) })
  }

  /// Who serves a cached read: the first on its way that keeps anything.
  private static func server(of key: KeyID, askedAt coordinator: ReplicaID, in cluster: Cluster) -> ReplicaID {
    let members = cluster.topology.members(of: cluster.topology.region(of: coordinator))
    let way = [coordinator] + members.prefix(2).reversed()
    return way.first { cluster.cachedEntry(of: key, at: $0) != nil } ?? members.first ?? coordinator
  }

  /// Whether what a copy *holds* makes up for every acknowledged write, and will until the read has ended.
  ///
  /// What it has only seen doesn't count: a tombstone that is purged wins over nothing, and another copy may bring back
  /// what it had deleted.
  private static func holdsAll(_ key: KeyID, at owner: ReplicaID, _ world: World) -> Bool {
    let cluster = world.cluster
    let held = cluster.cell(key, at: owner).version
    let end = cluster.now + cluster.environment.settings.readTimeout
    if cluster.turn.isPurgeable(held, at: cluster.replicas.clock(of: owner).reading(at: end)) { return false }
    let seen = held == .none ? VectorID.none : cluster.catalogue.version(held).vector
    return world.observer.staleness.lacking(key, held: held, seen: seen, at: owner, cluster.catalogue).isEmpty
  }

  // MARK: In words

  /// The trials as a table, and what they teach.
  public var lines: [String] {
    var rows = [["level", "from", "answer", "latency", isRead ? "fresh?" : "by", "messages", "B between regions"]]
    var level = ""
    for trial in trials {
      rows.append([
        trial.level == level ? "" : trial.level, Printable.escaped(trial.region), answer(trial),
        trial.report.map {
          $0.outcome == .ok ? Quantity.milliseconds(($0.end - $0.start).microseconds, decimals: 1) : ""
        }
          ?? "",
        isRead ? freshness(of: trial) : trial.report?.coordinator ?? "nobody", "\(trial.messages)",
        trial.crossRegionBytes.map(String.init) ?? "–",
      ])
      level = trial.level
    }
    return Listing.table(rows, right: [3, 5, 6]) + [""] + [lesson]
  }

  private func answer(_ trial: Row) -> String {
    guard let report = trial.report else { return "not within the events that were played" }
    switch report.outcome {
    case .ok:
      return report.kind == .read ? TextWidth.fit(report.value.map(Printable.named) ?? report.result, 18) : "ok"
    case .unavailable: return "✗ \(report.shortfall ?? "")"
    case .throttled: return "▲ throttled"
    case .rejected: return "▲ rejected"
    case .conflict: return "▲ conflict"
    case .failure: return "✗ failure"
    case .timeout: return "▲ timeout, \(report.shortfall ?? "")"
    }
  }

  /// How fresh an answer is; of one for which nothing was acknowledged where it was read, that.
  private func freshness(of trial: Row) -> String {
    trial.freshness == .none && trial.report?.outcome == .ok ? "nothing to miss" : words(trial.freshness)
  }

  private func words(_ freshness: Freshness) -> String {
    switch freshness {
    case .guaranteed: "guaranteed"
    case .byLuck(let replica): "by luck: \(replica ?? "in time")"
    case .unproven: "by luck"
    case .stale: "✗ stale"
    case .none: ""
    }
  }

  /// One sentence: the cheapest way to what one would want.
  private var lesson: String {
    func latency(_ trial: Row) -> TimeSpan? {
      trial.report.flatMap { $0.outcome == .ok ? $0.end - $0.start : nil }
    }
    let wanted = trials.filter { isRead ? $0.freshness == .guaranteed : latency($0) != nil }
    guard let best = wanted.min(by: { (latency($0) ?? .zero) < (latency($1) ?? .zero) }), let span = latency(best)
    else {
      guard isRead else {
        let hasLevels = trials.contains { $0.level != Self.noLevel }
        return hasLevels ? "No level is available now." : "None is answered now."
      }
      let isAnswered = trials.contains { latency($0) != nil }
      guard isAnswered else { return "No level is answered now." }
      return trials.allSatisfy { $0.freshness == .none }
        ? "No write has been acknowledged that an answer could miss." : "No level is guaranteed to be fresh now."
    }
    let time = Quantity.milliseconds(span.microseconds, decimals: 1)
    let place = "\(best.level == Self.noLevel ? "" : "\(best.level) ")from \(Printable.escaped(best.region))"
    return isRead
      ? "The soonest answer that is guaranteed to be fresh: \(place), after \(time)."
      : "The soonest acknowledgement: \(place), after \(time)."
  }
}

extension Cluster {
  /// Whether who counts as a copy of a key stays as it is for the time that an operation takes: it is fixed, or nobody is
  /// about to think otherwise of anybody.
  fileprivate var areCopiesSettled: Bool {
    !environment.settings.isSloppy || !environment.placement.hasNonOwners
      || environment.settings.detector != .phi && !environment.detector.isUndecided
  }
}
