/// A read sees all earlier acknowledged writes of its session (Terry et al., PDIS 1994).
public enum ReadYourWrites {
  /// Judges a history.
  ///
  /// - Parameter sessions: whose operations are judged; nil: everybody's.
  /// - Complexity: O(n log n) in its operations; more only where it is broken, or values repeat.
  public static func judge(
    _ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly], of sessions: Set<Int>? = nil
  ) -> Verdict {
    SessionOrder(
      isObligingRead: false, isObligedRead: true, reason: "a read answers something older than its session had written"
    )
    .judge(history, without: anomalies, of: sessions)
  }
}
