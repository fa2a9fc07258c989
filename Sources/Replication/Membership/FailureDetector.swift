import Kernel

/// What each coordinator thinks of each replica: alive, or not.
///
/// A replica counts as alive to a coordinator when it runs and messages pass both ways. A change of that is noticed
/// when it has lasted as long as the setting says; what came and went in between is never noticed. Until then a
/// coordinator acts on what it thinks, which may be wrong: that is the difference between `timeout` and `unavailable`.
/// An opinion is private to its coordinator, as in Cassandra (`gms/FailureDetector`); nobody gossips it.
///
/// Nobody doubts itself: of its own address `FailureDetector.isAlive` answers true, whatever has happened. A replica that
/// comes back from a crash or a pause counts on its own copy at once, while the others may yet have to notice.
public struct FailureDetector: Sendable {
  private let size: Int
  private var isReachable: [Bool]
  private var changed: [Instant]
  private var opinions: [ReplicaSet]
  private var opinionSince: [Instant]

  /// Everybody alive, and known to be.
  public init(size: Int) {
    self.size = size
    isReachable = Array(repeating: true, count: size * size)
    changed = Array(repeating: .start, count: size * size)
    opinions = Array(repeating: ReplicaSet((0..<size).map(ReplicaID.init)), count: size)
    opinionSince = Array(repeating: .start, count: size * size)
  }

  /// The replicas that a coordinator thinks are alive.
  public func alive(to coordinator: ReplicaID) -> ReplicaSet { opinions[coordinator.index] }

  /// Whether a replica ran, and messages passed both ways between it and a coordinator, when that last changed.
  func isReached(_ replica: ReplicaID, by coordinator: ReplicaID) -> Bool {
    isReachable[coordinator.index * size + replica.index]
  }

  /// Whether a coordinator thinks a replica dead, and rightly.
  func knowsDead(_ replica: ReplicaID, by coordinator: ReplicaID) -> Bool {
    !opinions[coordinator.index].contains(replica) && !isReached(replica, by: coordinator)
  }

  /// For how long a coordinator has thought that it can't reach a replica; zero while it thinks it can.
  public func downtime(of replica: ReplicaID, to coordinator: ReplicaID, at now: Instant) -> TimeSpan {
    if opinions[coordinator.index].contains(replica) { return .zero }
    return now - opinionSince[coordinator.index * size + replica.index]
  }

  /// Since when a coordinator has thought of a replica as it does.
  func opinionSince(of replica: ReplicaID, by coordinator: ReplicaID) -> Instant {
    opinionSince[coordinator.index * size + replica.index]
  }

  /// Takes in how things are after a fault; says whether anything changed.
  mutating func observe(at now: Instant, _ reachable: (_ coordinator: ReplicaID, _ replica: ReplicaID) -> Bool) -> Bool
  {
    var hasChanged = false
    for coordinator in 0..<size {
      for replica in 0..<size where replica != coordinator {
        let index = coordinator * size + replica
        let truth = reachable(ReplicaID(coordinator), ReplicaID(replica))
        if truth != isReachable[index] {
          isReachable[index] = truth
          changed[index] = now
          hasChanged = true
        }
      }
    }
    return hasChanged
  }

  /// Makes one coordinator think so of another replica; says whether it thought otherwise.
  mutating func think(_ replica: ReplicaID, isAlive: Bool, by coordinator: ReplicaID, at now: Instant) -> Bool {
    guard replica != coordinator else { return false }
    let hasChanged =
      isAlive ? opinions[coordinator.index].insert(replica) : opinions[coordinator.index].remove(replica)
    if hasChanged { opinionSince[coordinator.index * size + replica.index] = now }
    return hasChanged
  }

  /// One coordinator's change of mind.
  struct Change {
    let coordinator: ReplicaID
    let replica: ReplicaID
    let isAlive: Bool
  }

  /// Makes coordinators notice what has lasted for `delay`.
  mutating func notice(at now: Instant, delay: TimeSpan) -> [Change] {
    var changes: [Change] = []
    for coordinator in 0..<size {
      for replica in 0..<size where replica != coordinator {
        let index = coordinator * size + replica
        let id = ReplicaID(replica)
        guard opinions[coordinator].contains(id) != isReachable[index], now - changed[index] >= delay else { continue }
        if isReachable[index] { opinions[coordinator].insert(id) } else { opinions[coordinator].remove(id) }
        opinionSince[index] = now
        changes.append(Change(coordinator: ReplicaID(coordinator), replica: id, isAlive: isReachable[index]))
      }
    }
    return changes
  }

  /// Whether some coordinator has yet to notice something, or never will: by gossip a cut can be heard round.
  public var isUndecided: Bool {
    (0..<size).contains { coordinator in
      (0..<size).contains { replica in
        replica != coordinator
          && opinions[coordinator].contains(ReplicaID(replica)) != isReachable[coordinator * size + replica]
      }
    }
  }
}
