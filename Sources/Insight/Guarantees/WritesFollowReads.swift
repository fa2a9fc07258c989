/// An acknowledged write is ranked after the values that its session had read (Terry et al., PDIS 1994).
public enum WritesFollowReads {
  /// Judges a history.
  ///
  /// - Complexity: O(n) in its operations.
  public static func judge(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> Verdict {
    SessionOrder(
      isObligingRead: true, isObligedRead: false, reason: "a write is ranked before what its session had read"
    )
    .judge(history, without: anomalies)
  }
}
