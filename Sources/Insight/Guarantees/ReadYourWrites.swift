/// A read sees all earlier acknowledged writes of its session (Terry et al., PDIS 1994).
public enum ReadYourWrites {
  /// Judges a history.
  ///
  /// - Complexity: O(n) in its operations.
  public static func judge(_ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly]) -> Verdict {
    SessionOrder(
      isObligingRead: false, isObligedRead: true, reason: "a read answers something older than its session had written"
    )
    .judge(history, without: anomalies)
  }
}
