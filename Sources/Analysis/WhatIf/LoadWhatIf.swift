import Insight
import Kernel
import Language
import Replication

/// What a level costs, and what it withstands: the same workload on copies of the history, one for each level.
public struct LoadWhatIf: Sendable {
  /// How many events are played for each level, at most.
  public static let budget = 2_000_000
  /// How long time goes on after the last arrival.
  private static let epilogue = TimeSpan.seconds(3)
  /// How long hints have to save what they can after a region is lost.
  private static let aftermath = TimeSpan.seconds(15)

  /// What one level came to.
  struct Row {
    let levels: LevelPair
    /// Operations that were issued, whether or not they have ended.
    var issued = 0
    /// Those that ended `ok`.
    var succeeded = 0
    /// Reads that were answered.
    var reads = 0
    /// Those that were stale.
    var stale = 0
    /// Latencies of what was answered.
    var latencies = Samples()
    var messages = 0
    var crossRegionBytes = 0
    /// Operations a second at which the busiest replica would have no idle moment; nil if serving takes no time.
    var capacity: Double?
    /// Acknowledged writes that are gone when a region is destroyed as the load ends, for each region.
    var lost: [(region: String, writes: Int)] = []
    var isCutShort = false

    init(_ levels: LevelPair) { self.levels = levels }
  }

  let trials: [Row]
  let resilience: Resilience
  private let operations: Int
  /// Whether a load runs in the history; the copies are without it.
  private let hasStoppedLoads: Bool

  init(_ plan: WorkloadPlan, in timeline: Timeline) {
    let ladder = timeline.cluster.scheme.ladder
    trials = ladder.map { Self.trial(plan, at: $0, in: timeline) }
    resilience = Resilience(timeline, levels: ladder)
    operations = plan.expectedOperations
    hasStoppedLoads = timeline.cluster.loadEnd != nil
  }

  private static func trial(_ plan: WorkloadPlan, at levels: LevelPair, in timeline: Timeline) -> Row {
    var (copy, plan, row) = (Trial(timeline), plan, Row(levels))
    (plan.writeLevel, plan.readLevel) = (levels.write, levels.read)
    copy.give(.stopLoads)
    let (first, traffic, start) = (copy.cluster.nextOperation, copy.cluster.traffic, copy.now)
    let busy = copy.cluster.replicas.elements.map(\.busy)
    copy.give(.load(plan))
    func run(_ copy: inout Trial, _ span: TimeSpan) {
      if !copy.run(until: copy.now + span, atMost: budget) { row.isCutShort = true }
    }
    run(&copy, plan.duration)
    row.capacity = capacity(copy, since: start, first, busy)
    row.lost = copy.cluster.topology.regionIDs.map { region in
      var struck = copy
      let fault = Fault.destroy(struck.cluster.topology.set(of: region))
      struck.give(.fault(fault))
      run(&struck, aftermath)
      // What was written before the load began says nothing of these levels.
      let gone = Losses.lostWrites(struck.cluster, struck.world.observer).count {
        struck.cluster.catalogue.version($0).operation.index >= first
      }
      return (copy.cluster.topology.name(of: region), gone)
    }
    run(&copy, epilogue)
    row.issued = copy.cluster.nextOperation - first
    row.count(copy.world.observer.history, from: first)
    row.messages = copy.cluster.traffic.messages - traffic.messages
    row.crossRegionBytes = copy.cluster.traffic.crossRegionBytes - traffic.crossRegionBytes
    return row
  }

  /// What the cluster could carry: operations a second, over the share of time in which the busiest replica was busy.
  private static func capacity(
    _ trial: Trial, since start: Instant, _ first: Int, _ busy: [TimeSpan]
  ) -> Double? {
    let elapsed = Double((trial.now - start).microseconds)
    let most = zip(trial.cluster.replicas.elements, busy).map { ($0.busy - $1).microseconds }.max() ?? 0
    let history = trial.world.observer.history
    let ended = (first..<max(first, history.end)).count { history[OperationID($0)]?.operation.outcome == .ok }
    guard most > 0, elapsed > 0, ended > 0 else { return nil }
    return Double(ended) / elapsed * 1_000_000 / (Double(most) / elapsed)
  }

  // MARK: In words

  /// The ledger.
  public var lines: [String] {
    let isCutShort = trials.contains(where: \.isCutShort)
    let note =
      isCutShort
      ? ["Cut short after \(Self.budget) events a level: the figures are those of the beginning."] : []
    let alone = hasStoppedLoads ? ["On the copies the load that runs here was stopped."] : []
    return ["What it costs"]
      + Listing.table(
        [["level", "ok", "p50 ms", "p99 ms", "stale", "messages", "B between regions", "carries"]]
          + trials.map(\.cost), right: [1, 2, 3, 4, 5, 6, 7])
      + ["", "What it withstands, at worst: of ways to ask, and acknowledged writes gone"]
      + Listing.table(
        [["level", "a replica down", "a region down", "a link cut", "lost with a region"]]
          + trials.enumerated().map { index, trial in
            [trial.levels.name] + resilience.shares(index) + [trial.loss]
          }, right: [1, 2, 3, 4])
      + [""] + note + alone + [
        "Each level played the same \(CountedNoun("operation").text(operations)) on a copy; nothing has changed here.",
        "ok: of those issued. p50, p99: of those answered ok. stale: of the reads answered.",
        "messages, B between regions: all that was sent meanwhile.",
      ]
  }
}

extension LoadWhatIf.Row {
  fileprivate mutating func count(_ history: History, from first: Int) {
    for number in first..<max(first, history.end) {
      guard let entry = history[OperationID(number)] else { continue }
      guard entry.operation.outcome == .ok else { continue }
      succeeded += 1
      if entry.operation.kind == .read { reads += 1 }
      if entry.isStale { stale += 1 }
    }
    latencies = history.latencies { $0.operation.id.index >= first }
  }

  fileprivate var cost: [String] {
    func latency(_ percentile: Double) -> String {
      latencies.percentile(percentile).map { String(Quantity.milliseconds($0, decimals: 1).dropLast(3)) } ?? "–"
    }
    return [
      levels.name, Quantity.share(succeeded, of: issued), latency(50), latency(99), Quantity.share(stale, of: reads),
      "\(messages)",
      "\(crossRegionBytes)", capacity.map { "\(Int($0))/s" } ?? "no limit",
    ]
  }

  /// Such as `12 (us-east-1)`.
  fileprivate var loss: String {
    guard let worst = lost.max(by: { $0.writes < $1.writes }), worst.writes > 0 else { return "0" }
    return "\(worst.writes) (\(Printable.escaped(worst.region)))"
  }
}
