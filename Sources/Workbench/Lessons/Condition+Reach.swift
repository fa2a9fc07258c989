import Analysis
import Language

/// What can still come true: of many facts it is known that they only grow, as counters do, or stay true, as `ever` does.
extension Condition {
  /// Whether it may yet hold without going back, as far as can be told from such facts.
  func canComeTrue(in facts: FactContext) -> Bool { prospects(facts).canHold }

  private struct Prospects {
    var canHold = true
    var canFail = true
  }

  private func prospects(_ facts: FactContext) -> Prospects {
    switch self {
    case .not(let condition):
      let inner = condition.prospects(facts)
      return Prospects(canHold: inner.canFail, canFail: inner.canHold)
    case .and(let left, let right):
      let (first, second) = (left.prospects(facts), right.prospects(facts))
      return Prospects(canHold: first.canHold && second.canHold, canFail: first.canFail || second.canFail)
    case .or(let left, let right):
      let (first, second) = (left.prospects(facts), right.prospects(facts))
      return Prospects(canHold: first.canHold || second.canHold, canFail: first.canFail && second.canFail)
    case .fact(let fact):
      // What has once been so will always have been so.
      if case .ever = fact, facts.value(fact) == .boolean(true) { return Prospects(canFail: false) }
      // And a session whose promise was once broken stays one.
      if case .guarantee(let guarantee, _) = fact, guarantee.isOfSessions, facts.value(fact) == .boolean(false) {
        return Prospects(canHold: false)
      }
      return Prospects()
    case .comparison(let fact, let comparison, .literal(let text)) where fact.onlyGrows:
      let (reached, isPast) = (
        facts.holds(.comparison(fact, .greaterOrEqual, .literal(text))),
        facts.holds(.comparison(fact, .greater, .literal(text)))
      )
      return switch comparison {
      case .less: Prospects(canHold: !reached)
      case .lessOrEqual, .equal: Prospects(canHold: !isPast)
      case .greater, .notEqual: Prospects(canFail: !isPast)
      case .greaterOrEqual: Prospects(canFail: !reached)
      case .contains: Prospects()
      }
    case .comparison: return Prospects()
    }
  }
}

extension Fact {
  /// Whether it is a number that never falls within the history of a cluster.
  fileprivate var onlyGrows: Bool {
    switch self {
    case .count: true
    case .latency(.max, _): true
    case .named(let name, _): Self.growing.contains(name)
    case .operation, .ever, .predicted, .guarantee, .latency: false
    }
  }

  private static let growing: Set<String> = [
    "reads.total", "reads.answered", "reads.stale", "writes.acked", "writes.failed", "writes.overwritten",
    "writes.late-overwritten", "operations.ended", "conflicts.total", "copies.stored", "hints.replayed", "repairs.read",
    "repairs.anti-entropy", "repairs.begun", "repairs.completed", "repairs.failed", "merkle.hashes",
    "merkle.keys-streamed", "bytes.repair", "bytes.cross-region", "session.retries", "session.waits", "session.waited",
    "session.refused", "faults", "commands", "time", "stream.expired", "throttled.total", "retries.total",
    "give-ups.total", "shed.total", "rejected.total", "hedges.total",
    "cache.stale-hits", "timelines.answered", "timelines.backwards", "timelines.early", "timelines.twice",
  ]
}

extension Condition {
  /// Whether it is about moments: it was so, or not. Else it asks for something that is worked out of all that has been.
  var isOfMoments: Bool { facts.allSatisfy(\.isOfMoments) }
}

extension Fact {
  fileprivate var isOfMoments: Bool {
    switch self {
    case .operation, .ever, .count: true
    case .latency, .guarantee, .predicted: false
    case .named(let name, _):
      FactCatalog.named(name)?.unit != .share && !Self.workedOut.contains { name.hasPrefix($0) }
    }
  }

  /// How the names of facts begin that are worked out of a whole history.
  private static let workedOut = [
    "writes.lost", "convergence.", "lag.p99", "recovery.p", "failover.p", "fanout.p", "cost", "burn", "amplification",
  ]
}
