import Insight
import Kernel
import Replication

/// What a level costs: the same workload on copies of the session, one for each level.
public struct LoadWhatIf: Sendable {
  /// How many events are played for each level, at most.
  public static let budget = 2_000_000
  /// How long time goes on after the last arrival.
  private static let epilogue = TimeSpan.seconds(3)
  private static let levels: [ConsistencyLevel] = [.one, .localOne, .localQuorum, .quorum, .eachQuorum, .all]

  /// The ledger.
  public let lines: [String]

  init(_ plan: WorkloadPlan, in session: Session) {
    var rows = [["level", "ok", "p50", "p99", "stale", "messages", "B between regions"]]
    var isCutShort = false
    for level in Self.levels {
      var trial = plan
      (trial.writeLevel, trial.readLevel) = (level, level)
      rows.append([level.name] + Self.row(trial, in: session, &isCutShort))
    }
    let note =
      isCutShort
      ? ["Cut short after \(Self.budget) events a level: the figures are those of the beginning."] : []
    lines =
      Listing.table(rows, right: [1, 2, 3, 4, 5, 6]) + [""] + note + [
        "Each level played the same \(plan.expectedOperations) operations on a copy; nothing has changed here."
      ]
  }

  private static func row(_ plan: WorkloadPlan, in session: Session, _ isCutShort: inout Bool) -> [String] {
    var copy = session
    let (first, traffic) = (copy.cluster.nextOperation, copy.cluster.traffic)
    _ = try? copy.begin(.input(.load(plan)), from: .prompt("")) { _ in }
    var goal = Goal.instant(copy.now + plan.duration + epilogue)
    if copy.pursue(&goal, until: .end, atMost: budget, report: { _ in }) != .reached { isCutShort = true }
    let history = copy.world.observer.history
    var latencies: [Int64] = []
    var (ended, stale, reads) = (0, 0, 0)
    for number in first..<max(first, history.end) {
      guard let entry = history[OperationID(number)] else { continue }
      ended += 1
      guard entry.operation.outcome == .ok else { continue }
      latencies.append((entry.operation.ended - entry.operation.began).microseconds)
      if entry.operation.kind == .read { reads += 1 }
      if entry.isStale { stale += 1 }
    }
    latencies.sort()
    func percentile(_ share: Int) -> String {
      latencies.isEmpty ? "–" : Quantity.milliseconds(latencies[(latencies.count - 1) * share / 100], decimals: 1)
    }
    return [
      ended == 0 ? "–" : Quantity.percent(Double(latencies.count) / Double(ended)), percentile(50), percentile(99),
      reads == 0 ? "–" : Quantity.percent(Double(stale) / Double(reads)),
      "\(copy.cluster.traffic.messages - traffic.messages)",
      "\(copy.cluster.traffic.crossRegionBytes - traffic.crossRegionBytes)",
    ]
  }
}
