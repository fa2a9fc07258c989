/// States that show that an experiment met what it was made for.
public enum InterestingState: String, CaseIterable, Hashable, Sendable {
  case staleRead = "stale-read"
  case overwrite
  case lateOverwrite = "late-overwrite"
  case conflict
  case sibling
  case hint
  case timeout
  case unavailable
  case failure
  case throttled
  case rejected
  case retry
  case duplicate
  case gap
  case lostWrite = "lost-write"
  case readRepair = "read-repair"
  case staleHit = "stale-hit"
  case leaderChange = "leader-change"
  case shed

  /// What it is, for one of it.
  public var summary: String {
    switch self {
    case .staleRead: "a read that missed an acknowledged write"
    case .overwrite: "an acknowledged write beaten by one that hadn't seen it"
    case .lateOverwrite: "one beaten by a write that had been acknowledged before it began"
    case .conflict: "a version stored where a concurrent one stood"
    case .sibling: "one of those that was kept beside the other, or merged with it"
    case .hint: "a hint that was sent, or waits"
    case .timeout: "an operation whose answers came too late"
    case .unavailable: "an operation that was refused, for too few could be reached"
    case .failure: "an operation given up by those who served it"
    case .throttled: "an operation that the capacity refused"
    case .rejected: "an operation that an open breaker refused"
    case .retry: "a further attempt of a client"
    case .duplicate: "an update accepted twice"
    case .gap: "a version that a live owner lacked as the last fault ended"
    case .lostWrite: "an acknowledged write that is gone"
    case .readRepair: "a stale copy brought level by a read"
    case .staleHit: "a cache's answer that was stale"
    case .leaderChange: "a leader that another took over from"
    case .shed: "a request that a full queue dropped"
    }
  }
}
