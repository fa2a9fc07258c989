/// An acknowledged write is ranked after the values that its session had read (Terry et al., PDIS 1994).
public enum WritesFollowReads {
  /// Judges a history.
  ///
  /// - Parameter sessions: whose operations are judged; nil: everybody's.
  /// - Complexity: O(n log n) in its operations; more only where it is broken, or values repeat.
  public static func judge(
    _ history: RegisterHistory, without anomalies: [RegisterHistory.Anomaly], of sessions: Set<Int>? = nil
  ) -> Verdict {
    SessionOrder(
      isObligingRead: true, isObligedRead: false, reason: "a write is ranked before what its session had read"
    )
    .judge(history, without: anomalies, of: sessions)
  }
}
