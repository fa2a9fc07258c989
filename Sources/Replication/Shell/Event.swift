import Kernel

/// What can happen next. Plain data, so that it can be printed, compared, listed and filtered.
public enum Event: Hashable, Sendable {
  /// A message reaches a replica.
  case message(Message)
  /// A client's request reaches its coordinator.
  case request(OperationID, ticket: UInt32, coordinator: ReplicaID)
  /// The coordinator's answer reaches the client.
  case answer(Answer)
  /// A load issues its next operation.
  case arrival(WorkloadID)
  /// A timer goes off; its owner ignores it once it is no longer needed.
  case wake(Timer)
}

/// What somebody wanted to be woken for.
public enum Timer: Hashable, Sendable {
  /// The operation's timeout has passed.
  case deadline(OperationID, ticket: UInt32)
  /// The replica is done with the request that it was working on.
  case served(ReplicaID, incarnation: UInt32)
  /// A session asks again for a replica that has what it needs.
  case seek(OperationID, ticket: UInt32)
  /// Coordinators notice what they can and can't reach.
  case notice
  /// Something on the path between clients and coordinators.
  case path(PathTimer)
  /// Something about timelines.
  case timelines(TimelineTimer)
  /// What replicas under that scheme want to be woken for.
  case leaderless(LeaderlessTimer)
  case streams(StreamsTimer)
  case log(LogTimer)
  case primaryCache(PrimaryCacheTimer)
}

/// What replicas under one scheme want to be woken for.
public protocol SchemeTimer: Hashable, Sendable {
  /// The replica that wanted to be woken, and the incarnation that did, if it forgets with its memory what for; nil where
  /// it is the cluster's own.
  var sleeper: (replica: ReplicaID, incarnation: UInt32?)? { get }
  /// A word that tells it from other timers, for the fingerprint.
  var digest: UInt64 { get }
  /// What it is for.
  var phrase: Phrase { get }
}

/// An event in the queue, and when its message left.
public struct Scheduled: Hashable, Sendable {
  // The event comes first, so that the whole is four aligned words.
  /// What happens.
  public let event: Event
  /// When it was sent or set.
  public let departed: Instant

  init(departed: Instant, event: Event) {
    self.event = event
    self.departed = departed
  }
}
