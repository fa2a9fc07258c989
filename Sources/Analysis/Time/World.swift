import Insight
import Kernel
import Language
import Replication

/// A cluster and what has been seen of it: all that a moment in time consists of.
public struct World: Sendable {
  /// The cluster.
  public private(set) var cluster: Cluster
  /// Its history, and what follows from it.
  public private(set) var observer = Observer()
  /// Faults that commands have caused since this cluster began.
  public private(set) var faults = StandingFaults()
  /// Alerts, and what is done when they fire.
  public internal(set) var board = AlertBoard()
  /// How often a new cluster has begun.
  public private(set) var era = 0
  /// Operations that have ended since ``takeEnded()``, those of loads only if they are wanted.
  private var ended: [OperationID] = []
  private var traced: [Record] = []
  /// What came of repairs and syncs since ``takeRepairs()``; scheduled rounds tell the log and nobody else.
  private var repairs: [RepairOutcome] = []
  /// Whether operations of loads are listed as ended.
  public var reportsLoads = false
  /// Whether everything that happens is kept until ``takeTraced()``.
  public var keepsTrace = false

  /// A world around a cluster that has seen nothing.
  public init(_ cluster: Cluster) { self.cluster = cluster }

  /// A world around a cluster of which that has been seen.
  init(_ cluster: Cluster, seen observer: Observer) { (self.cluster, self.observer) = (cluster, observer) }

  /// Whether every message is kept in the trace.
  public var isTracing: Bool {
    get { cluster.isTracing }
    set { cluster.isTracing = newValue }
  }

  /// Whether broken invariants are looked for after every event; see ``Cluster/isScrutinized``.
  var isScrutinized: Bool {
    get { cluster.isScrutinized }
    set { cluster.isScrutinized = newValue }
  }

  /// Whether every step of a coordinator is kept in the trace, too.
  var isDetailed: Bool {
    get { cluster.isDetailed }
    set { cluster.isDetailed = newValue }
  }

  /// Draws from another seed from now on; see ``Cluster/redraw(from:)``.
  mutating func redraw(from seed: UInt64) { cluster.redraw(from: seed) }

  /// Draws from another seed from now on, and counts anew: what has been is known, and part of no number.
  mutating func rehearse(seed: UInt64) {
    redraw(from: seed)
    observer.countAnew(from: OperationID(cluster.nextOperation))
    (reportsLoads, keepsTrace, isTracing) = (false, false, false)
    forgetReports()
  }

  /// Begins to count indicators over windows: before anything has happened.
  mutating func watch() { observer.watch() }

  /// Takes in an input at this instant, and what was decided by it.
  package mutating func apply(_ input: Input, deciding decision: WatchDecision? = nil) {
    if input.beginsCluster {
      observer.restart()
      faults = StandingFaults()
      era += 1
      board = AlertBoard()
    }
    let before = faults.now
    cluster.apply(input)
    faults.take(input, in: cluster)
    absorb()
    if before > 0, faults.now == 0 { observer.endFaults(at: cluster.now) }
    switch decision {
    case .operating(let decision): board.decide(decision, at: cluster.now)
    case .remedied(let number, let text): board.carriedOut(number, text, at: cluster.now)
    case nil: break
    }
    board.forgetFindings()
    judge()
  }

  /// Plays the next event that is due by `limit`. False if there is none.
  ///
  /// - Parameter isStopping: whether it returns true as well where a remedy is to be carried out before that.
  public mutating func step(notAfter limit: Instant = .end, isStopping: Bool = false) -> Bool {
    if isStepwise { return stepStepwise(notAfter: limit, isStopping: isStopping) }
    guard cluster.step(notAfter: limit) else { return false }
    absorb()
    return true
  }

  /// Plays events up to `limit` and lets time stand there, or stops after that many events.
  ///
  /// - Parameter isStopping: whether it stops where a remedy is to be carried out.
  public mutating func run(until limit: Instant, atMost count: Int, isStopping: Bool = false) -> Cluster.Advance {
    if isStepwise { return runStepwise(until: limit, atMost: count, isStopping: isStopping) }
    var rest = count
    while rest > 0 {
      let batch = min(rest, 2_048)
      let advance = cluster.run(until: limit, atMost: batch)
      absorb()
      if advance == .reached { return .reached }
      rest -= batch
    }
    return .interrupted
  }

  /// Plays events up to `limit` for as long as the replicas are seen to be apart, and at most that many; see
  /// ``Cluster/run(until:atMost:whileApart:)``.
  public mutating func run(until limit: Instant, atMost count: Int, whileApart watch: inout ConvergenceWatch) -> Int {
    inBatches(atMost: count) { $0.run(until: limit, atMost: $1, whileApart: &watch) }
  }

  /// Plays events up to `limit`, and at most that many, for as long as a round of repair goes on.
  public mutating func run(until limit: Instant, atMost count: Int, whileRound round: Int) -> Int {
    inBatches(atMost: count) { $0.run(until: limit, atMost: $1, whileRound: round) }
  }

  /// Plays in batches, after each of which it takes in what has happened, until one isn't full; returns how many events.
  private mutating func inBatches(atMost count: Int, _ play: (inout Cluster, Int) -> Int) -> Int {
    var rest = count
    while rest > 0 {
      let batch = min(rest, 2_048)
      let played = play(&cluster, batch)
      absorb()
      rest -= played
      if played < batch { break }
    }
    return count - rest
  }

  /// Lets time pass to an instant before which nothing happens.
  public mutating func advance(to instant: Instant) {
    if isStepwise { return advanceStepwise(to: instant) }
    cluster.advance(to: instant)
    if observer.isWatching { pass() }
  }

  /// Plays the next event that is due by `limit`, and judges alerts after it. False if there is none.
  mutating func stepAndJudge(notAfter limit: Instant) -> Bool {
    guard cluster.step(notAfter: limit) else { return false }
    absorb()
    judge()
    return true
  }

  /// Lets time pass to an instant before which nothing happens, and judges alerts there.
  mutating func passAndJudge(to instant: Instant) {
    if instant < .end { cluster.advance(to: instant) }
    pass()
    judge()
  }

  private mutating func pass() {
    observer.pass(to: cluster.now)
    takeChanges()
  }

  private mutating func takeChanges() {
    // Its parts, as all of it would be copied after every event.
    guard let changes = observer.convergence.service?.changes, let settings = observer.convergence.service?.settings
    else { return }
    board.take(changes, settings, at: cluster.now)
  }

  private mutating func judge() {
    guard board.hasRules else { return }
    board.judge(in: alertFacts())
  }

  /// The operations that have ended since the last call, in the order in which they ended.
  public mutating func takeEnded() -> [OperationID] {
    defer { ended.removeAll(keepingCapacity: true) }
    return ended
  }

  /// What came of the repairs and syncs that commands asked for, since the last call.
  public mutating func takeRepairs() -> [RepairOutcome] {
    defer { repairs.removeAll() }
    return repairs
  }

  /// What alerts did since the last call, where somebody has decided anything about them.
  public mutating func takeAlerts() -> [AlertEvent] { board.takeFresh() }

  /// What has happened since the last call, if it is kept.
  public mutating func takeTraced() -> [Record] {
    defer { traced.removeAll(keepingCapacity: true) }
    return traced
  }

  /// Takes over from another world how it reports, and forgets what is to be reported.
  package mutating func inherit(reportingOf other: World) {
    isTracing = other.isTracing
    isDetailed = other.isDetailed
    reportsLoads = other.reportsLoads
    keepsTrace = other.keepsTrace
    if other.observer.isWatching, !observer.isWatching, cluster.position == 0 { watch() }
    forgetReports()
  }

  /// Forgets what is to be reported.
  mutating func forgetReports() {
    ended.removeAll(keepingCapacity: true)
    repairs.removeAll()
    traced.removeAll(keepingCapacity: true)
    board.forgetFresh()
  }

  private mutating func absorb() {
    for index in 0..<cluster.ended.count where reportsLoads || !cluster.ended[index].isLoad {
      ended.append(cluster.ended[index].id)
    }
    for index in 0..<cluster.repairOutcomes.count where cluster.repairOutcomes[index].origin != .schedule {
      repairs.append(cluster.repairOutcomes[index])
    }
    if keepsTrace { for index in 0..<cluster.records.count { traced.append(cluster.records[index]) } }
    observer.absorb(&cluster)
    if observer.isWatching { takeChanges() }
  }
}
