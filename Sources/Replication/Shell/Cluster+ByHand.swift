import Kernel

extension Cluster {
  /// Delivers what was in flight, now: somebody said so.
  mutating func deliverByHand(_ scheduled: Scheduled) {
    // It counts as sent now: a message that somebody delivers is not too old.
    let fresh = Scheduled(departed: now, event: scheduled.event)
    switch scheduled.event {
    case .message(let message): deliver(message, departed: now)
    case .request(let operation, let ticket, let coordinator): _ = take(operation, ticket, coordinator, fresh)
    case .answer(let answer): if isAwaited(answer), !seeksOn(answer) { end(answer) }
    case .arrival, .wake: break
    }
  }
}
