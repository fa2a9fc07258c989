import Kernel
import Replication

extension Observer {
  /// How many reads of any copy are stale by the closed form `1 − e^(−λ·w)`, from 0 to 1; nil if nothing was written.
  ///
  /// A read is stale if a write of its key was acknowledged before it began and reaches the copy after it: so it is if the
  /// write falls into a window w as long as the copy's lag less what the write's own acknowledgement took. With writes of a
  /// key at a rate λ, evenly over keys, the chance that some write falls into it is `1 − e^(−λ·w)`: averaged over the lags
  /// that the run has had. λ and the lags are the run's own, the share of stale reads isn't asked.
  ///
  /// - Parameter keys: how many keys the writes fell on.
  public func closedStaleness(overKeys keys: Int) -> Double? {
    let writes = history.latencies { $0.operation.kind.isUpdate }
    let lags = convergence.lags
    guard let acknowledgement = writes.mean, lags.count > 0, keys > 0 else { return nil }
    var (first, last) = (Int64.max, Int64.min)
    for entry in history.all {
      first = min(first, entry.operation.began.microseconds)
      last = max(last, entry.operation.began.microseconds)
    }
    guard last > first else { return nil }
    let rate = Double(writes.count) / Double(last - first) / Double(keys)
    let steps = 400
    let sum = (0..<steps).reduce(0.0) { sum, step in
      let lag = lags.percentile((Double(step) + 0.5) / Double(steps) * 100) ?? 0
      return sum + 1 - ElementaryFunctions.exp(-rate * Double(max(0, lag - acknowledgement)))
    }
    return sum / Double(steps)
  }
}
