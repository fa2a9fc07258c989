import Kernel
import Language
import Replication

/// Which command is to blame: the faults of the present branch, the latest first.
struct FaultTrail {
  private let inputs: [Timeline.TimedInput]

  private init(inputs: [Timeline.TimedInput]) { self.inputs = inputs }

  /// The commands of the present cluster that were given before a position: within an instant only that tells what came
  /// first.
  init(_ timeline: Timeline, before position: Int) {
    let all = timeline.branches[timeline.current].inputs.filter { $0.position < min(position, timeline.position) }
    let start = all.lastIndex { $0.input.beginsCluster }.map { $0 + 1 } ?? 0
    inputs = all[start...].reversed()
  }

  /// A command and when it was given, such as `cut us1 eu1` at 12.000 ms.
  struct Culprit: Hashable {
    let text: String
    let at: Instant
    /// The position at which it was given.
    let position: Int
    var words: String { "`\(Printable.escaped(text))` at \(Quantity.milliseconds(at.microseconds))" }
  }

  /// Those that were given by an instant.
  func until(_ instant: Instant) -> FaultTrail { FaultTrail(inputs: inputs.filter { $0.time <= instant }) }

  /// Those that were given before an earlier position.
  func before(_ position: Int) -> FaultTrail { FaultTrail(inputs: inputs.filter { $0.position < position }) }

  /// The command by which the link from one replica to another is cut.
  func cut(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    standing { fault in
      switch fault {
      case .cut(let links): links.contains { $0.covers(from, to) } ? true : nil
      case .heal(let links): links.contains { $0.covers(from, to) } ? false : nil
      case .healAll: false
      case .crash, .restart, .wipe, .pause, .resume, .slow, .slowReplicas, .lose, .duplicate, .hold, .release,
        .destroy, .skewClient, .skew:
        nil
      }
    }
  }

  /// The latest command that cut that link, also where it was healed at once.
  func latestCut(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    standing { if case .cut(let links) = $0, links.contains(where: { $0.covers(from, to) }) { true } else { nil } }
  }

  /// The command by which a replica is stopped.
  ///
  /// A command that finds nothing to do is not to blame: `restart` ends no pause, `resume` no crash, and who is down can't be
  /// stopped again.
  func stop(of replica: ReplicaID) -> Culprit? {
    var stop: (culprit: Culprit, isPause: Bool)?
    for input in inputs.reversed() {
      guard case .fault(let fault) = input.input else { continue }
      switch fault {
      case .crash(let set), .wipe(let set), .destroy(let set):
        if set.contains(replica), stop?.isPause ?? true { stop = (Self.culprit(input), false) }
      case .pause(let set):
        if set.contains(replica), stop == nil { stop = (Self.culprit(input), true) }
      case .resume(let set):
        if set.contains(replica), stop?.isPause == true { stop = nil }
      case .restart(let set):
        if set.contains(replica), stop?.isPause == false { stop = nil }
      case .cut, .heal, .healAll, .slow, .slowReplicas, .lose, .duplicate, .hold, .release, .skewClient, .skew:
        continue
      }
    }
    return stop?.culprit
  }

  /// The latest command that took a replica's disk.
  func wipe(of replica: ReplicaID) -> Culprit? {
    standing { fault in
      switch fault {
      case .wipe(let set), .destroy(let set): set.contains(replica) ? true : nil
      case .cut, .heal, .healAll, .crash, .restart, .pause, .resume, .slow, .slowReplicas, .lose, .duplicate, .hold,
        .release, .skewClient, .skew:
        nil
      }
    }
  }

  /// The command by which a link is held.
  func hold(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    standing { fault in
      switch fault {
      case .hold(let links): links.covers(from, to) ? true : nil
      case .release(let links): links.covers(from, to) ? false : nil
      case .cut, .heal, .healAll, .crash, .restart, .wipe, .pause, .resume, .slow, .slowReplicas, .lose, .duplicate,
        .destroy, .skewClient, .skew:
        nil
      }
    }
  }

  /// The command by which a link, or what it leads to, is slow; the later, if both are.
  func slowness(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    let link = standing {
      if case .slow(let links, let span) = $0, links.covers(from, to) { span != .zero } else { nil }
    }
    let replica = standing {
      if case .slowReplicas(let set, let span) = $0, set.contains(to) { span != .zero } else { nil }
    }
    return [link, replica].compactMap { $0 }.max { $0.position < $1.position }
  }

  /// The command by which a link loses messages.
  func loss(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    standing { if case .lose(let chance, let links) = $0, links.covers(from, to) { chance != .zero } else { nil } }
  }

  /// The latest command that set a replica's clock, or put it right.
  func skew(of replica: ReplicaID) -> Culprit? {
    standing { if case .skew(let set, _, _) = $0, set.contains(replica) { true } else { nil } }
  }

  /// The same of a client's clock.
  func skew(of client: ClientID) -> Culprit? {
    standing { if case .skewClient(client, _, _) = $0 { true } else { nil } }
  }

  /// The command right before a position, if it took a message out by hand or destroyed its region.
  func drop(at position: Int) -> Culprit? {
    guard let input = inputs.first(where: { $0.position == position - 1 }) else { return nil }
    switch input.input {
    case .drop, .fault(.destroy): return Self.culprit(input)
    case .setUp, .reseed, .set, .link, .type, .sync, .repair, .addClient, .addConsumer, .followConsumer, .group,
      .follow,
      .addFollowers, .guarantee, .operate, .load,
      .stopLoads,
      .moveLeader,
      .fault,
      .deliver, .delay, .flush, .watch, .defect:
      return nil
    }
  }

  /// The command by which two replicas can't reach each other.
  func outage(between coordinator: ReplicaID, and replica: ReplicaID) -> Culprit? {
    outages(between: coordinator, and: replica).max { $0.position < $1.position }
  }

  private func outages(between coordinator: ReplicaID, and replica: ReplicaID) -> [Culprit] {
    [cut(coordinator, replica), cut(replica, coordinator), stop(of: replica)].compactMap { $0 }
  }

  /// The command by which one has come to think another dead; whether that has been ended since; and the one that is in the way
  /// besides, or by now.
  func doubt(
    of replica: ReplicaID, by coordinator: ReplicaID, since: Instant
  ) -> (culprit: Culprit?, isEnded: Bool, besides: Culprit?) {
    guard let culprit = until(since).outage(between: coordinator, and: replica) else { return (nil, false, nil) }
    let standing = outages(between: coordinator, and: replica).sorted { $0.position < $1.position }
    return (culprit, !standing.contains(culprit), standing.last { $0 != culprit })
  }

  /// The latest command that did something; nil if a later one has ended it.
  ///
  /// - Parameter effect: true for a command that did it, false for one that ended it, nil for any other.
  private func standing(_ effect: (Fault) -> Bool?) -> Culprit? {
    for input in inputs {
      guard case .fault(let fault) = input.input, let isOn = effect(fault) else { continue }
      return isOn ? Self.culprit(input) : nil
    }
    return nil
  }

  private static func culprit(_ input: Timeline.TimedInput) -> Culprit {
    Culprit(text: input.text, at: input.time, position: input.position)
  }
}

extension Fault.Links {
  fileprivate func covers(_ sender: ReplicaID, _ receiver: ReplicaID) -> Bool {
    from.contains(sender) && to.contains(receiver) || bothWays && to.contains(sender) && from.contains(receiver)
  }
}
