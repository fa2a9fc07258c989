/// A session's acknowledged writes are ranked as it issued them (Terry et al., PDIS 1994).
public enum MonotonicWrites {
  /// Judges a history.
  ///
  /// - Complexity: O(n) in its operations.
  public static func judge(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> Verdict {
    SessionOrder(
      isObligingRead: false, isObligedRead: false, reason: "a session's later write is ranked before its earlier one"
    )
    .judge(history, without: anomalies)
  }
}
