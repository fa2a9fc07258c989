import Kernel
import Replication

/// Which command is to blame: the faults of the present branch, the latest first.
struct FaultTrail {
  private let inputs: [Timeline.TimedInput]

  private init(inputs: [Timeline.TimedInput]) { self.inputs = inputs }

  /// The commands of the present cluster that were given by an instant.
  init(_ timeline: Timeline, until instant: Instant) {
    let all = timeline.branches[timeline.current].inputs.filter { $0.position < timeline.position }
    let start = all.lastIndex { $0.input.beginsCluster }.map { $0 + 1 } ?? 0
    inputs = all[start...].filter { $0.time <= instant }.reversed()
  }

  /// A command and when it was given, such as `cut us1 eu1` at 12.000 ms.
  struct Culprit: Hashable {
    let text: String
    let at: Instant
    /// The position at which it was given.
    let position: Int
    var words: String { "`\(Printable.escaped(text))` at \(Quantity.milliseconds(at.microseconds))" }
  }

  /// What was known by an earlier instant.
  func until(_ instant: Instant) -> FaultTrail { FaultTrail(inputs: inputs.filter { $0.time <= instant }) }

  /// The command by which the link from one replica to another is cut.
  func cut(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    standing { fault in
      switch fault {
      case .cut(let links) where links.contains { $0.covers(from, to) }: true
      case .heal(let links) where links.contains { $0.covers(from, to) }: false
      case .healAll: false
      default: nil
      }
    }
  }

  /// The latest command that cut that link, also where it was healed at once.
  func latestCut(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    standing { if case .cut(let links) = $0, links.contains(where: { $0.covers(from, to) }) { true } else { nil } }
  }

  /// The command by which a replica is stopped.
  func stop(of replica: ReplicaID) -> Culprit? {
    var (isRestarted, isResumed) = (false, false)
    return standing { fault in
      switch fault {
      case .crash(let set) where set.contains(replica), .wipe(let set) where set.contains(replica),
        .destroy(let set) where set.contains(replica):
        return !isRestarted
      case .pause(let set) where set.contains(replica): return isResumed || isRestarted ? nil : true
      case .resume(let set) where set.contains(replica):
        // It ends a pause, but no crash.
        isResumed = true
        return nil
      case .restart(let set) where set.contains(replica):
        isRestarted = true
        return nil
      default: return nil
      }
    }
  }

  /// The latest command that took a replica's disk.
  func wipe(of replica: ReplicaID) -> Culprit? {
    standing { fault in
      switch fault {
      case .wipe(let set) where set.contains(replica), .destroy(let set) where set.contains(replica): true
      default: nil
      }
    }
  }

  /// The command by which a link is held.
  func hold(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    standing { fault in
      switch fault {
      case .hold(let links) where links.covers(from, to): true
      case .release(let links) where links.covers(from, to): false
      default: nil
      }
    }
  }

  /// The command by which a link, or what it leads to, is slow.
  func slowness(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    standing { fault in
      switch fault {
      case .slow(let links, let span) where links.covers(from, to): span != .zero
      case .slowReplicas(let set, let span) where set.contains(to): span != .zero
      default: nil
      }
    }
  }

  /// The command by which a link loses messages.
  func loss(_ from: ReplicaID, _ to: ReplicaID) -> Culprit? {
    standing { if case .lose(let chance, let links) = $0, links.covers(from, to) { chance != .zero } else { nil } }
  }

  /// The command that set a replica's clock.
  func skew(of replica: ReplicaID) -> Culprit? {
    standing { if case .skew(let set, _, _) = $0, set.contains(replica) { true } else { nil } }
  }

  /// The command that set a client's clock.
  func skew(of client: ClientID) -> Culprit? {
    standing { if case .skewClient(client, _, _) = $0 { true } else { nil } }
  }

  /// The command that took a message out by hand, or destroyed its region.
  func drop(at instant: Instant) -> Culprit? {
    inputs.first { input in
      guard input.time == instant else { return false }
      switch input.input {
      case .drop, .fault(.destroy): return true
      default: return false
      }
    }.map(Self.culprit)
  }

  /// The command by which two replicas can't reach each other.
  func outage(between coordinator: ReplicaID, and replica: ReplicaID) -> Culprit? {
    [cut(coordinator, replica), cut(replica, coordinator), stop(of: replica)].compactMap { $0 }.max { $0.at < $1.at }
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

extension Input {
  fileprivate var beginsCluster: Bool {
    switch self {
    case .setUp, .reseed: true
    default: false
    }
  }
}

extension Fault.Links {
  fileprivate func covers(_ sender: ReplicaID, _ receiver: ReplicaID) -> Bool {
    from.contains(sender) && to.contains(receiver) || bothWays && to.contains(sender) && from.contains(receiver)
  }
}
