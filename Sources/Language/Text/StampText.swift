import Replication

extension Stamp {
  /// Where a timestamp comes from, as a tail of the words that state it; nothing where its coordinator's clock gave it, which is
  /// the rule.
  package var source: String {
    switch self {
    case .none, .coordinatorClock: ""
    case .coordinatorSequence: " (one more than its coordinator's last)"
    case .clientClock: " (its client's clock)"
    case .clientSequence: " (one more than its client's last)"
    case .request: " (as asked for)"
    case .session: " (one more than its session's last)"
    case .ballot: " (its ballot)"
    }
  }
}
