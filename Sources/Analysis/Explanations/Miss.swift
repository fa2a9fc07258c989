import Insight
import Kernel
import Language
import Replication

/// A write that a stale read missed, and where it was for one of the replicas asked.
public struct Miss: Hashable, Sendable {
  /// What was missed.
  public let version: VersionID
  /// Who was asked, or the database of its region, where a cache answered that kept what this one lacked.
  public let replica: ReplicaID
  /// Who answered.
  public let answerer: ReplicaID
  /// When that one answered.
  public let at: Instant
  /// After how many events that was.
  public let position: Int
  /// Where the write was then.
  public let whereabouts: Whereabouts
  /// What says so.
  public let evidence: [Evidence]
}

extension Miss {
  /// Where it was, in a sentence.
  ///
  /// - Parameters:
  ///   - cause: the command to blame.
  ///   - keeper: the command that stopped the keeper of a hint.
  func words(
    _ what: String, acceptedAt accepted: Instant, _ topology: Topology, _ cause: FaultTrail.Culprit?,
    keeper stop: FaultTrail.Culprit?
  ) -> String {
    func name(_ id: ReplicaID) -> String { topology.name(of: id) }
    func ms(_ span: TimeSpan) -> String { Quantity.milliseconds(span.microseconds) }
    func at(_ instant: Instant) -> String { Quantity.milliseconds(instant.microseconds) }
    let by = cause.map { ": \($0.words)" } ?? ""
    let target = name(replica)
    switch whereabouts {
    case .inFlight(let from, let to, let departed, let due, let kind):
      let onward = to == replica ? "" : ", which passes it on to \(target)"
      let slow = cause.map { ", slowed by \($0.words)" } ?? ""
      return "\(what) was in flight to \(name(to))\(onward): \(kind.noun) by \(name(from)) at \(at(departed)), "
        + "due at \(at(due)), \(ms(due - self.at)) after \(name(answerer)) answered\(slow)."
    case .held(let from, let departed):
      let by = cause.map { " by \($0.words)" } ?? ""
      return "\(what), sent by \(name(from)) at \(at(departed)), waited on the link to \(target), held\(by)."
    case .queued:
      return "\(what) had reached \(target), but waited in its queue."
    case .hinted(let keeper, let since, let isDown):
      let down = isDown ? "; \(name(keeper)) was \(stop.map { "stopped by \($0.words)" } ?? "down")" : ""
      let why = since == accepted ? "as it thought it dead" : "as no acknowledgement had come by the timeout"
      return "\(name(keeper)) kept \(what) for \(target) as a hint since \(at(since)), \(why)\(by)\(down)."
    case .logged(let keeper):
      return keeper == replica
        ? "\(target) had \(what) in its log, and had yet to apply it (`follower-delay`)."
        : "\(name(keeper)) had \(what) in its log, and had yet to bring it to \(target)\(by)."
    case .inDatabase(let database):
      return "\(name(database)), its region's database, had \(what); \(target) kept what was older, and had not been "
        + "told since it took that in\(by)."
    case .guest(let keeper, let since, let isDown):
      let down = isDown ? "; \(name(keeper)) was \(stop.map { "stopped by \($0.words)" } ?? "down")" : ""
      return
        "\(name(keeper)) held \(what) in the place of \(target) since \(at(since)), to be handed back\(by)\(down)."
    case .lost(let loss, let from, let to, let when, let isAwaited):
      let rest =
        isAwaited ? "\(name(from)) still waits for \(target) to acknowledge it." : "Nobody waits for it any more."
      let onward = to == replica ? "" : ", to be passed on to \(target)"
      return
        "\(what), sent by \(name(from)) to \(name(to))\(onward), was lost at \(at(when)): \(loss.words(cause)). \(rest)"
    case .wiped(let when):
      return "\(target) had \(what), and lost its disk at \(at(when))\(by)."
    case .lostHint(let keeper, let when):
      return "\(name(keeper)) kept \(what) for \(target) as a hint, and lost its disk at \(at(when))\(by)."
    case .expiredHint(let keeper):
      if keeper == replica {
        return
          "\(what) came to \(target) as a hint that was older than the grace period by its own clock: it was dropped."
      }
      return "\(name(keeper)) kept \(what) for \(target) as a hint, and dropped it as older than the grace period."
    case .lostInQueue(let when):
      return "\(what) reached \(target) at \(at(when)), which crashed before it got to it\(by)."
    case .uncommitted(let offset, let watermark):
      return "\(target) had \(what) at offset \(offset) of its log, and knew that to be committed below \(watermark): "
        + "readers see no further."
    case .unfetched(let leader, let offset, let end):
      return "\(name(leader)), its leader, had \(what) at offset \(offset), and \(target)'s log ended at \(end): "
        + "it had yet to fetch it\(by)."
    case .unlogged(let leader, let epoch):
      return leader == .none
        ? "\(target)'s log had no \(what), and nobody led its partition in epoch \(epoch)."
        : "\(what) was in no log that counts: \(name(leader)) led the partition in epoch \(epoch) and had no "
          + "record of it."
    case .unmirrored(let leader):
      return leader == .none
        ? "\(what) stood in its own region's logs, of which nobody led its partition there: no mirror brings it on."
        : "\(what) stood in \(name(leader))'s log, in its own region, and the mirror had yet to bring it to \(target)'s\(by)."
    case .neverSent(let coordinator):
      return "\(what) was never sent to \(target), and no hint was kept: \(name(coordinator)) thought it dead\(by)."
    case .forgotten:
      return "How \(what) missed \(target) lies too far back to be looked up."
    case .untold:
      return "Nothing had brought \(what) to \(target) by then."
    }
  }

  /// The first record, beside the answer, that says where it was.
  private var recorded: RecordID? {
    evidence.dropFirst().lazy.compactMap { if case .record(let id) = $0 { id } else { nil } }.first
  }

  /// The commands to blame: for where it was, and for a keeper that was down.
  ///
  /// - Parameters:
  ///   - accepted: when it was accepted, and at which position.
  ///   - trail: the commands up to the answer.
  func culprits(
    accepted: (at: Instant, position: Int), _ trail: FaultTrail
  ) -> (FaultTrail.Culprit?, FaultTrail.Culprit?) {
    switch whereabouts {
    case .inFlight(let from, let to, _, _, _): return (trail.slowness(from, to), nil)
    case .held(let from, _): return (trail.hold(from, replica), nil)
    case .hinted(let keeper, let since, let isDown):
      let isAtOnce = since == accepted.at
      let past = isAtOnce ? trail.before(accepted.position) : trail.until(since)
      let slow = past.hold(keeper, replica) ?? past.hold(replica, keeper) ?? past.slowness(keeper, replica)
      let cause = past.outage(between: keeper, and: replica) ?? (isAtOnce ? nil : slow)
      return (cause, isDown ? trail.stop(of: keeper) : nil)
    case .logged(let keeper):
      return (keeper == replica ? nil : trail.outage(between: keeper, and: replica), nil)
    case .inDatabase(let database):
      return (trail.outage(between: database, and: replica) ?? trail.hold(database, replica), nil)
    case .guest(let keeper, let since, let isDown):
      return (trail.until(since).outage(between: keeper, and: replica), isDown ? trail.stop(of: keeper) : nil)
    case .lost(let loss, let from, let to, _, _):
      return (loss.culprit(from: from, to: to, at: recorded?.position ?? position, trail), nil)
    case .wiped: return (trail.wipe(of: replica), nil)
    case .lostHint(let keeper, _): return (trail.wipe(of: keeper), nil)
    case .lostInQueue: return (trail.stop(of: replica), nil)
    case .neverSent(let coordinator):
      return (trail.before(accepted.position).outage(between: coordinator, and: replica), nil)
    case .unfetched(let leader, _, _):
      let held = trail.hold(leader, replica) ?? trail.hold(replica, leader)
      return (
        trail.outage(between: leader, and: replica) ?? held ?? trail.slowness(leader, replica)
          ?? trail.slowness(replica, leader), nil
      )
    case .unmirrored(let leader): return (leader == .none ? nil : trail.outage(between: leader, and: replica), nil)
    case .queued, .uncommitted, .unlogged, .expiredHint, .forgotten, .untold: return (nil, nil)
    }
  }
}

extension Record.Loss {
  /// Why a message is gone.
  var plain: String {
    switch self {
    case .cut: "the link was cut"
    case .network: "the network lost it"
    case .receiverDown: "it was stopped"
    case .expired: "it came too late to matter"
    case .overloaded: "its queue was full"
    case .dropped: "it was dropped by hand"
    }
  }

  /// The same with the command that brought it about.
  func words(_ culprit: FaultTrail.Culprit?) -> String {
    guard let culprit else { return plain }
    return switch self {
    case .cut, .receiverDown: "\(plain) by \(culprit.words)"
    case .network, .expired, .overloaded, .dropped: "\(plain), \(culprit.words)"
    }
  }

  /// The command that brought it about.
  ///
  /// - Parameter position: that of the record which says that it was lost.
  func culprit(
    from: ReplicaID, to: ReplicaID, at position: Int, _ trail: FaultTrail
  ) -> FaultTrail.Culprit? {
    let trail = trail.before(position)
    switch self {
    case .cut: return trail.cut(from, to) ?? trail.latestCut(from, to)
    case .network: return trail.loss(from, to)
    case .receiverDown: return trail.stop(of: to)
    case .dropped: return trail.drop(at: position)
    case .expired, .overloaded: return nil
    }
  }
}

extension Message.Kind {
  /// What carries a version, as in `a hint sent`.
  fileprivate var noun: String { leaderless?.noun ?? "sent" }
}

extension LeaderlessMessage {
  fileprivate var noun: String {
    switch self {
    case .hint: "a hint sent"
    case .repair: "a read repair sent"
    case .stream: "a repair sent"
    case .write, .relay, .passedOn, .standIn, .delta, .deltaRefused, .hintAck, .lead, .led, .reap, .writeAck,
      .repairAck,
      .validate, .tree, .exchange, .streamAck, .dataRequest, .digestRequest, .dataResponse, .digestResponse,
      .readFailure, .paxosPrepare, .paxosPromise, .paxosPropose, .paxosAccept, .paxosRefuse, .paxosCommit, .gossipSyn,
      .gossipAck,
      .gossipAck2, .echo, .echoReply:
      "sent"
    }
  }
}
