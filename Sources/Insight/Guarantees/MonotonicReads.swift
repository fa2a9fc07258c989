/// A read sees at least what earlier reads of its session saw (Terry et al., PDIS 1994).
public enum MonotonicReads {
  /// Judges a history.
  ///
  /// - Parameter sessions: whose operations are judged; nil: everybody's.
  /// - Complexity: O(n log n) in its operations; more only where it is broken, or values repeat.
  public static func judge(
    _ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly], of sessions: Set<Int>? = nil
  ) -> Verdict {
    SessionOrder(
      isObligingRead: true, isObligedRead: true, reason: "a read answers something older than its session had read"
    )
    .judge(history, without: anomalies, of: sessions)
  }
}
