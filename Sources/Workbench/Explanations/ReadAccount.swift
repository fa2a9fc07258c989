import Insight
import Kernel
import Replication

/// How a read was served: who was asked, what each held when it answered, and where what was missed was then.
///
/// The stretch of history from the first missed write to the answer is played once more on a copy, and looked at after
/// each event.
struct ReadAccount {
  /// What a replica answered.
  struct Answer {
    /// What it held.
    let version: VersionID
    /// All that its copy had seen.
    let seen: VectorID
    /// What its clock showed when it answered, in microseconds.
    let reading: Int64
    /// When it answered, and after how many events.
    let at: Instant
    let position: Int
  }

  /// Who was asked, in that order.
  private(set) var contacts: [ReplicaID] = []
  /// When they were asked.
  private(set) var asked: Instant?
  /// Whom the coordinator thought alive then.
  private(set) var alive = ReplicaSet()
  /// What those answered whose answers were used, or would have been.
  private(set) var answers: [ReplicaID: Answer] = [:]
  /// Whether digests differed, so that all were asked again for data.
  private(set) var wasComparedAgain = false
  /// Whether stale copies were brought level before the answer.
  private(set) var hasRepaired = false
  /// Where what was missed was, for each that answered.
  private(set) var misses: [Miss] = []
  /// The messages of the read, and what happened to what it missed.
  private(set) var records: [Record] = []
  /// The cluster at the end.
  private(set) var end: Cluster

  private var operation: Replication.Operation
  private var missed: [VersionID]
  /// Who was asked and has not answered yet.
  private var pending: [ReplicaID] = []

  /// Plays the history of a read again.
  init(_ operation: Replication.Operation, missed: [VersionID], in session: Session) {
    self.operation = operation
    self.missed = missed
    end = session.cluster
    let history = session.world.observer.history
    let catalogue = session.cluster.catalogue
    let first = missed.compactMap { history[catalogue.version($0).operation]?.operation.beganAt }.min()
    let start = min(first ?? operation.beganAt, operation.beganAt) - 1
    // Borrowed for the visits only: a closure can't change what is being made.
    var account = self
    let limit = max(start, operation.endedAt - Chronicle.limit)
    let isComplete = limit == start
    let chronicle = Chronicle(
      session.timeline, from: start, to: operation.endedAt, about: operation.id, missed
    ) { cluster, new, all in
      account.end = cluster
      guard cluster.position >= operation.beganAt else { return }
      account.take(new, cluster) { version, replica in
        Whereabouts(of: version, for: replica, in: cluster, records: all, isComplete: isComplete)
      }
    }
    self = account
    records = chronicle.records
  }

  private mutating func take(
    _ new: ArraySlice<Record>, _ cluster: Cluster, whereabouts: (VersionID, ReplicaID) -> Whereabouts
  ) {
    var isClosed = false
    for record in new {
      switch record.what {
      case .delivered(let message, _)
      where message.operation == operation.id && message.kind.messageClass == .request:
        pending.append(message.to)
      case .lacked(operation.id, _, _):
        // Its answer would not do; another replica is asked.
        (contacts, answers, misses, pending, asked) = ([], [:], [], [], nil)
      case .closed(operation.id, _, _): isClosed = true
      default: break
      }
    }
    if let read = cluster.read(operation.id, at: operation.coordinator) {
      if asked != read.asked {
        wasComparedAgain = asked != nil
        asked = read.asked
        alive = cluster.environment.detector.alive(to: operation.coordinator)
        if read.contacts.contains(operation.coordinator) { pending.append(operation.coordinator) }
      }
      contacts = read.contacts
      hasRepaired = hasRepaired || read.isRepairing
    } else if isClosed, contacts.isEmpty, operation.outcome == .ok {
      // Its own copy was enough, and answered at once.
      (contacts, asked, pending) = ([operation.coordinator], cluster.now, [operation.coordinator])
      alive = cluster.environment.detector.alive(to: operation.coordinator)
    }
    guard !pending.isEmpty else { return }
    for replica in pending where !cluster.isQueued(operation.id, at: replica) {
      pending.removeAll { $0 == replica }
      guard cluster.replicas[replica].status == .running else { continue }
      note(replica, cluster, whereabouts)
    }
  }

  private mutating func note(
    _ replica: ReplicaID, _ cluster: Cluster, _ whereabouts: (VersionID, ReplicaID) -> Whereabouts
  ) {
    let cell = cluster.cell(operation.key, at: replica)
    answers[replica] = Answer(
      version: cell.version, seen: cell.seen, reading: cluster.reading(of: replica), at: cluster.now,
      position: cluster.position)
    misses.removeAll { $0.replica == replica }
    for version in missed where !cluster.has(version, replica) {
      misses.append(
        Miss(
          version: version, replica: replica, at: cluster.now, position: cluster.position,
          whereabouts: whereabouts(version, replica)))
    }
  }
}
