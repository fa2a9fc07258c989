import Insight
import Kernel
import Language
import Replication

/// What caches, and the databases behind them, did for an operation.
extension Explainer {
  /// Each step of theirs, in order.
  func cacheSteps(_ service: Service) -> [Explanation.Fact] {
    guard timeline.cluster.plan.scheme == .primaryCache else { return [] }
    return service.entries.compactMap { entry in
      guard case .cache(let step) = entry.step else { return nil }
      return fact(.coordination(.cache(service.operation.id, entry.by, step)), entry.at, Quotes(entry.quoted))
    }
  }
}

extension Wording {
  /// A step of a cache, or of a database, in words.
  func words(_ operation: OperationID, _ server: ReplicaID, _ step: CacheStep) -> String {
    let asked = history[operation]?.operation ?? cluster.openOperation(operation)
    let subject = asked.map { key($0.key) } ?? "the key"
    func held(_ version: VersionID) -> String { asked.map { what(version, $0.key) } ?? "nothing" }
    switch step {
    case .askedUpstream(let next): return "\(name(server)) asks \(name(next)), \(station(of: next))."
    case .servedEntry(let version, let since, let isChangeset):
      return "\(name(server)) serves \(held(version)), which it has kept since \(moment(since)), when "
        + (isChangeset ? "the write itself brought it." : "a fetch brought it.")
    case .missedEntry(let miss): return missed(miss, subject, server, held)
    case .servedRow(let version):
      return "\(name(server)), \(station(of: server)), answers what it holds: \(held(version))."
    case .filled(let version, let isKept):
      return isKept
        ? "\(name(server)) has taken in what came: \(held(version))."
        : "\(name(server)) doesn't keep what came, \(held(version)): `fill-guard` forbids it, for the key was invalidated, or "
          + "written, since it asked."
    case .tookChangeset(let version, let isClash):
      return isClash
        ? "\(name(server)) drops what it kept: the write was made on another version."
        : "\(name(server)) takes in the write, \(held(version)), before the answer."
    case .knewNobody:
      return
        "\(name(server)) thought nobody alive whom it would have to ask: it refused, and so it certainly did not happen."
    }
  }

  private func missed(
    _ miss: CacheMiss, _ subject: String, _ server: ReplicaID, _ held: (VersionID) -> String
  ) -> String {
    switch miss {
    case .absent: "\(name(server)) keeps nothing of \(subject)."
    case .invalidated(let since):
      "\(name(server)) keeps nothing of \(subject): what it kept, or was about to, was invalidated by \(moment(since))."
    case .expired(let since): "What \(name(server)) kept of \(subject) had expired at \(moment(since))."
    case .behindTicket(let version, let since):
      "What \(name(server)) has kept since \(moment(since)), \(held(version)), lacks what the session was promised: a "
        + "consistency miss."
    }
  }

  func moment(_ instant: Instant) -> String { Quantity.milliseconds(instant.microseconds) }

  /// What a server was to those who asked it.
  private func station(of server: ReplicaID) -> String {
    switch cluster.cacheRole(of: server) {
    case .primary, .database, nil: "the database of \(topology.name(of: topology.region(of: server)))"
    case .leaderCache: "the leader cache of \(topology.name(of: topology.region(of: server)))"
    case .followerCache: "a follower cache"
    }
  }
}
