import Insight
import Kernel
import Replication

/// A write that a stale read missed, and where it was for one of the replicas asked.
public struct Miss: Hashable, Sendable {
  /// What was missed.
  public let version: VersionID
  /// Who was asked.
  public let replica: ReplicaID
  /// When that one answered.
  public let at: Instant
  /// After how many events that was.
  public let position: Int
  /// Where the write was then.
  public let whereabouts: Whereabouts
}

extension Miss {
  /// Where it was, in a sentence.
  func words(_ what: String, acceptedAt accepted: Instant, _ topology: Topology, _ trail: FaultTrail) -> String {
    func name(_ id: ReplicaID) -> String { topology.name(of: id) }
    func ms(_ span: TimeSpan) -> String { Quantity.milliseconds(span.microseconds) }
    func at(_ instant: Instant) -> String { Quantity.milliseconds(instant.microseconds) }
    let target = name(replica)
    switch whereabouts {
    case .inFlight(let from, let to, let departed, let due, let kind):
      let onward = to == replica ? "" : ", which passes it on to \(target)"
      let slow = trail.slowness(from, to).map { ", slowed by \($0.words)" } ?? ""
      return "\(what) was in flight to \(name(to))\(onward): \(kind.noun) by \(name(from)) at \(at(departed)), "
        + "due at \(at(due)), \(ms(due - self.at)) after \(target) answered\(slow)."
    case .held(let from, let departed):
      let by = trail.hold(from, replica).map { " by \($0.words)" } ?? ""
      return "\(what), sent by \(name(from)) at \(at(departed)), waited on the link to \(target), held\(by)."
    case .queued:
      return "\(what) had reached \(target), but waited in its queue."
    case .hinted(let keeper, let since, let isDown):
      let isAtOnce = since == accepted
      let down =
        isDown ? "; \(name(keeper)) was \(trail.stop(of: keeper).map { "stopped by \($0.words)" } ?? "down")" : ""
      let why = Self.reason(forHintOf: keeper, since: since, isAtOnce: isAtOnce, replica, trail.until(since))
      return "\(name(keeper)) kept \(what) for \(target) as a hint since \(at(since)), \(why)\(down)."
    case .lost(let loss, let from, let when, let isAwaited):
      let rest =
        isAwaited
        ? "\(name(from)) keeps a hint for \(target) only when the write's timeout has passed."
        : "No hint was left for it."
      return "\(what), sent by \(name(from)) to \(target), was lost at \(at(when)): "
        + "\(loss.reason(from: from, to: replica, at: when, trail)). \(rest)"
    case .wiped(let when):
      let by = trail.wipe(of: replica).map { ": \($0.words)" } ?? ""
      return "\(target) had \(what), and lost its disk at \(at(when))\(by)."
    case .lostHint(let keeper, let when):
      let by = trail.wipe(of: keeper).map { ": \($0.words)" } ?? ""
      return "\(name(keeper)) kept \(what) for \(target) as a hint, and lost its disk at \(at(when))\(by)."
    case .expiredHint(let keeper):
      if keeper == replica {
        return
          "\(what) came to \(target) as a hint that was older than the grace period by its own clock: it was dropped."
      }
      return "\(name(keeper)) kept \(what) for \(target) as a hint, and dropped it as older than the grace period."
    case .lostInQueue(let when):
      let by = trail.stop(of: replica).map { ": \($0.words)" } ?? ""
      return "\(what) reached \(target) at \(at(when)), which crashed before it got to it\(by)."
    case .neverSent(let coordinator):
      let why = trail.until(accepted).outage(between: coordinator, and: replica).map { ": \($0.words)" } ?? ""
      return "\(what) was never sent to \(target), and no hint was kept: \(name(coordinator)) thought it dead\(why)."
    case .forgotten:
      return "How \(what) missed \(target) lies too far back to be looked up; only a repair will bring it."
    }
  }
}

extension Miss {
  /// Why a hint was kept.
  fileprivate static func reason(
    forHintOf keeper: ReplicaID, since: Instant, isAtOnce: Bool, _ target: ReplicaID, _ trail: FaultTrail
  ) -> String {
    let outage = trail.outage(between: keeper, and: target)
    let culprit =
      outage
      ?? (isAtOnce ? nil : trail.hold(keeper, target) ?? trail.hold(target, keeper) ?? trail.slowness(keeper, target))
    let by = culprit.map { ": \($0.words)" } ?? ""
    return isAtOnce ? "as it thought it dead\(by)" : "as no acknowledgement had come by the timeout\(by)"
  }
}

extension Record.Loss {
  /// Why a message is gone, with the command that brought it about.
  func reason(from: ReplicaID, to: ReplicaID, at instant: Instant, _ trail: FaultTrail) -> String {
    let trail = trail.until(instant)
    func by(_ culprit: FaultTrail.Culprit?) -> String { culprit.map { " by \($0.words)" } ?? "" }
    return switch self {
    case .cut: "the link was cut\(by(trail.cut(from, to) ?? trail.latestCut(from, to)))"
    case .network: "the network lost it" + (trail.loss(from, to).map { ", \($0.words)" } ?? "")
    case .receiverDown: "it was stopped\(by(trail.stop(of: to)))"
    case .expired: "it came too late to matter"
    case .overloaded: "its queue was full"
    case .dropped: "it was dropped by hand" + (trail.drop(at: instant).map { ", \($0.words)" } ?? "")
    }
  }
}

extension Message.Kind {
  /// What carries a version, as in `sent as a hint`.
  fileprivate var noun: String {
    switch self {
    case .hint: "a hint sent"
    case .repair: "a read repair sent"
    case .stream: "a repair sent"
    default: "sent"
    }
  }
}
