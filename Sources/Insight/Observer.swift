import Kernel
import Replication

/// What has been seen of a cluster: its history, and what follows from it.
///
/// It reads what a cluster reports and never steers it. Like the cluster it is a value: a snapshot of both is a snapshot
/// of the whole world.
public struct Observer: Sendable {
  /// All operations that have ended.
  public private(set) var history = History()
  /// What reads are judged against.
  public private(set) var staleness = Staleness()
  /// How long versions take.
  public private(set) var convergence = Convergence()
  /// Writes beaten by the conflict policy.
  public private(set) var conflicts = Conflicts()
  /// Updates that were applied more than once, as their clients tried again.
  public private(set) var duplicates = Duplicates()
  /// What sessions' guarantees have delayed.
  public private(set) var delays = SessionDelays()
  /// What can be counted.
  public private(set) var tally = Tally()
  /// How indicators have moved; nil unless the cluster is tracing.
  public private(set) var trends: Trends?
  /// The latest things that happened, while the cluster is tracing.
  public private(set) var trace = Trace()

  /// The first operation that is counted; those before are known, and part of no number.
  public private(set) var firstCounted = OperationID(0)

  /// Nothing seen yet.
  public init() {}

  /// Counts from now on: operations, conflicts and times before this instant are known and part of no number any more.
  ///
  /// - Parameter next: the number of the next operation.
  public mutating func countAnew(from next: OperationID) {
    firstCounted = next
    tally = Tally()
    conflicts.countAnew()
    convergence.countAnew()
  }

  /// Forgets everything: a new cluster begins.
  public mutating func restart() {
    let isWatching = isWatching
    self = Observer()
    if isWatching { watch() }
  }

  /// Whether indicators are counted over windows.
  public var isWatching: Bool { convergence.service != nil }

  /// Begins to count indicators over windows: before anything has happened, so that nothing is missed.
  public mutating func watch() { convergence.watch() }

  /// Lets time pass to an instant at which nothing happens.
  public mutating func pass(to now: Instant) { convergence.pass(to: now) }

  /// Takes in what a cluster has reported, and drains it.
  public mutating func absorb(_ cluster: inout Cluster) {
    if isWatching { convergence.promise(cluster.turn.environment.settings.operating, at: cluster.now) }
    convergence.mirror(cluster.turn.environment.settings.mirrors, in: cluster)
    take(cluster.records, cluster.plainStores, cluster.ended, cluster.repairOutcomes, cluster.turn)
    cluster.drain()
    if isWatching { pass(to: cluster.now) }
  }

  private mutating func take(
    _ records: Outbox<Record>, _ stores: Outbox<PlainStore>, _ ended: Outbox<Operation>,
    _ repairs: Outbox<RepairOutcome>, _ turn: Turn
  ) {
    var (endedCount, storedCount) = (0, 0)
    if turn.environment.isTracing, trends == nil { trends = Trends() }
    for index in 0..<records.count {
      let record = records[index]
      takeStores(stores, from: &storedCount, to: Int(record.storesBefore), turn)
      if turn.environment.isTracing { trends?.turn(to: record.at) }
      switch record.what {
      case .stored(let version, let replica, let reception, let held, let kind):
        convergence.store(version, at: replica, now: record.at, turn, &trends)
        tally.stored += 1
        if turn.environment.isTracing { noteStored(reception, version, held, turn.catalogue) }
        if !kind.isWrite {
          tally.count(kind, reception)
          if convergence.recovery != nil { noteHint(kind, at: record.at) }
        }
        let clashes = conflicts.total
        if reception == .merged {
          conflicts.addMerge(version, held, turn.catalogue)
        } else if reception == .overwrote || reception == .beaten {
          conflicts.add(version, held, reception, history, turn.catalogue)
        }
        if isWatching {
          convergence.watch(.conflicts, isBad: conflicts.total > clashes, began: record.at, at: record.at)
        }
      case .accepted(let version):
        let accepted = turn.catalogue.versions[known: version]
        convergence.accept(version, accepted, turn, &trends)
        if turn.environment.hasClientPath { duplicates.accept(accepted.operation) }
      case .ended:
        add(ended[endedCount], turn.catalogue)
        endedCount += 1
      case .closed(let operation, let messages, let bytes):
        history.setCost(operation, messages: messages, bytes: bytes)
      case .liveness(let replica, let status):
        convergence.setLiveness(replica, isLive: status != .crashed, now: record.at, turn, &trends)
      case .lacked(let operation, let replica, let origin):
        delays.add(operation, lackedBy: replica, origin, at: record.at)
      case .wiped(let replica):
        convergence.wipe(replica, turn)
      case .replaced(let change):
        convergence.replace(change, turn)
      case .repaired(let round):
        if isWatching { watch(round: round, repairs, at: record.at) }
      case .promoted, .began, .hinted, .hintExpired, .reaped, .handedBack,
        .noticed, .delivered, .lost, .clientMessageLost,
        .retried,
        .input, .step:
        break
      }
      if turn.environment.isTracing { trace.add(record) }
    }
    takeStores(stores, from: &storedCount, to: stores.count, turn)
    tally.stored += stores.count
  }

  /// Versions have reached replicas, which hold them now.
  @inline(__always) private mutating func takeStores(
    _ stores: Outbox<PlainStore>, from start: inout Int, to end: Int, _ turn: Turn
  ) {
    while start < end {
      let store = stores[start]
      convergence.store(store.version, at: store.replica, now: store.at, turn, &trends)
      if store.means != .write { countRepair(store) }
      if isWatching { convergence.service?.add(.conflicts, isBad: false, began: 0) }
      start += 1
    }
  }

  @inline(never) private mutating func countRepair(_ store: PlainStore) {
    tally.count(.leaderless(store.means), store.isNew ? .applied : .known)
    if convergence.recovery != nil { noteHint(.leaderless(store.means), at: store.at) }
  }

  /// Takes in that the last fault which was at work has ended.
  public mutating func endFaults(at now: Instant) { convergence.beginRecovery(now: now) }

  @inline(never) private mutating func noteHint(_ kind: Message.Kind, at now: Instant) {
    if kind.leaderless == .hint, convergence.recovery?.firstHint == nil { convergence.recovery?.firstHint = now }
  }

  private mutating func noteStored(
    _ reception: Record.Reception, _ version: VersionID, _ held: VersionID, _ catalogue: Catalogue
  ) {
    let isConflict =
      reception == .merged && catalogue.clash(version, held)
      || (reception == .overwrote || reception == .beaten) && catalogue.relation(version, held) == .concurrent
    trends?.addStored(isConflict: isConflict)
  }

  private mutating func add(_ operation: Operation, _ catalogue: Catalogue) {
    var behind: Int32 = 0
    if operation.outcome == .ok {
      if operation.kind.isUpdate {
        if operation.isAcknowledgedUpdate { staleness.add(operation, catalogue) }
      } else if operation.kind == .read {
        behind = staleness.versionsBehind(operation, catalogue)
      }
    }
    // An edge cache knows nothing of how long a value lives: it serves what the store would no longer give.
    let isOutlived =
      operation.answerer == .edgeCache && operation.outcome == .ok
      && catalogue.isExpired(operation.version, at: operation.began.microseconds)
    tally.count(operation, isStale: behind > 0 || isOutlived)
    trends?.add(operation, isStale: behind > 0 || isOutlived)
    history.add(operation, versionsBehind: behind, isOutlived: isOutlived)
    if isWatching { watch(operation, isStale: behind > 0 || isOutlived) }
    if operation.kind.isUpdate { conflicts.end(operation, history, catalogue) }
  }

  private mutating func watch(_ operation: Operation, isStale: Bool) {
    let isOK = operation.outcome == .ok
    convergence.watch(.availability, isBad: !isOK, began: operation.began, at: operation.ended)
    guard isOK, operation.kind == .read else { return }
    convergence.watch(.staleReads, isBad: isStale, began: operation.began, at: operation.ended)
  }

  /// Sessions are judged as their round ends.
  private mutating func watch(round: Int, _ repairs: Outbox<RepairOutcome>, at now: Instant) {
    for index in 0..<repairs.count where repairs[index].number == round {
      if case .sync = repairs[index].origin { continue }
      let (began, failures) = (repairs[index].began, repairs[index].failures.count)
      convergence.watch(.antiEntropy, isBad: false, began: began, at: now, count: repairs[index].completed)
      convergence.watch(.antiEntropy, isBad: true, began: began, at: now, count: failures)
    }
  }
}
