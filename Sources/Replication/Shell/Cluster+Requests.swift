import Kernel

/// What coordinators know of the requests that they serve, for explanations.
extension Cluster {
  /// The read of that number, while this coordinator serves it.
  public func read(_ operation: OperationID, at coordinator: ReplicaID) -> ReadInProgress? {
    replicas.read(operation, at: coordinator)
  }

  /// Who has not acknowledged the write of that number, while this coordinator waits for anybody.
  public func awaited(ofWrite operation: OperationID, at coordinator: ReplicaID) -> ReplicaSet? {
    replicas.awaited(ofWrite: operation, at: coordinator)
  }

  /// Whether a version, or something that replaced it, waits in a replica's queue or for the end of its pause.
  public func isQueued(_ version: VersionID, at replica: ReplicaID) -> Bool {
    waiting(at: replica).contains { $0.kind.bringsVersion && carries($0, version) }
  }

  /// Whether a question of a read waits in a replica's queue or for the end of its pause.
  public func isQueued(_ operation: OperationID, at replica: ReplicaID) -> Bool {
    waiting(at: replica).contains { $0.operation == operation && $0.kind.messageClass == .request }
  }

  /// Whether anything that is to be done for an operation waits in a replica's queue or for the end of its pause.
  public func isQueued(anythingOf operation: OperationID, at replica: ReplicaID) -> Bool {
    waiting(at: replica).contains { $0.operation == operation && $0.kind.isServed }
  }

  private func waiting(at replica: ReplicaID) -> [Message] {
    let (queue, inbox) = (replicas[replica].queue, replicas[replica].inbox)
    let late = inbox.compactMap { scheduled -> Message? in
      if case .message(let message) = scheduled.event { message } else { nil }
    }
    return (queue.current.map { [$0.message] } ?? []) + queue.waiting.map(\.message) + late
  }

  /// Whether a message brings a version, or something that makes it needless.
  public func carries(_ message: Message, _ version: VersionID) -> Bool {
    guard message.kind.carriesVersion, message.version != .none else { return false }
    if message.version == version { return true }
    let carried = catalogue.version(message.version)
    return carried.key == catalogue.version(version).key
      && catalogue.isSuperseded(version, byHeld: message.version, seen: carried.vector)
  }

  /// How many requests replicas have dropped unanswered, as their queues were full or too long.
  public var shedRequests: Int { replicas.ids.reduce(0) { $0 + Int(replicas[$1].queue.shed) } }
}
