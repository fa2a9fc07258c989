import Insight
import Kernel
import Replication

extension Timeline {
  /// What happened in a stretch of the present cluster's time, up to the present moment: it is played once more.
  ///
  /// Gossip is left out.
  ///
  /// - Returns: nil if it is more than `limit` records.
  package func records(in range: ClosedRange<Instant>, atMost limit: Int) -> [Record]? {
    var records: [Record] = []
    var (reader, era) = (TraceReader(), -1)
    let present = world.era
    let isTooMuch = retraced.replayed { world in
      if world.era != era { (reader, era) = (TraceReader(), world.era) }
      let trace = world.observer.trace
      let fresh = reader.read(trace)
      guard era == present else { return false }
      for position in fresh where range.contains(trace[position].at) {
        if case .delivered(let message, _) = trace[position].what, message.kind.isGossip { continue }
        if case .lost(let message, _, _) = trace[position].what, message.kind.isGossip { continue }
        records.append(trace[position])
      }
      return records.count > limit
    }
    return isTooMuch ? nil : records
  }
}

extension Timeline {
  /// The load that was begun last on this branch; nil if none was.
  package var latestLoad: WorkloadPlan? {
    for input in branches[current].inputs.prefix(cursor).reversed() {
      if case .load(let plan) = input.input { return plan }
    }
    return nil
  }
}
