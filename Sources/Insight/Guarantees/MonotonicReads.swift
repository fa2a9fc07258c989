/// A read sees at least what earlier reads of its session saw (Terry et al., PDIS 1994).
public enum MonotonicReads {
  /// Judges a history.
  ///
  /// - Complexity: O(n) in its operations.
  public static func judge(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> Verdict {
    SessionOrder(
      isObligingRead: true, isObligedRead: true, reason: "a read answers something older than its session had read"
    )
    .judge(history, without: anomalies)
  }
}
