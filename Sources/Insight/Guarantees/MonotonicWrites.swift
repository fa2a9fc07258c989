/// A session's acknowledged writes are ranked as it issued them (Terry et al., PDIS 1994).
public enum MonotonicWrites {
  /// Judges a history.
  ///
  /// - Parameter sessions: whose operations are judged; nil: everybody's.
  /// - Complexity: O(n log n) in its operations; more only where it is broken, or values repeat.
  public static func judge(
    _ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly], of sessions: Set<Int>? = nil
  ) -> Verdict {
    SessionOrder(
      isObligingRead: false, isObligedRead: false, reason: "a session's later write is ranked before its earlier one"
    )
    .judge(history, without: anomalies, of: sessions)
  }
}
