import Kernel
import Replication

/// What kept an operation of a session from being served by the first replica that it asked.
public struct SessionDelay: Sendable {
  /// When the first replica turned out to lack something.
  public let began: Instant
  /// By which operation the session came to know what that replica lacked.
  public let origin: OperationID
  /// The replicas that lacked something.
  public internal(set) var replicas: ReplicaSet
}

/// The operations that were delayed for the sake of their sessions' guarantees.
public struct SessionDelays: Sendable {
  private enum Kind {}
  private typealias DelayID = Identity<Kind, UInt32>

  private var places = PagedTable<OperationID, DelayID>(vacant: .none, pageSize: 256)
  private var delays = PagedTable<DelayID, SessionDelay>(
    vacant: SessionDelay(began: .start, origin: .none, replicas: ReplicaSet()))

  /// No delays.
  public init() {}

  /// What delayed an operation; nil if nothing did.
  public subscript(operation: OperationID) -> SessionDelay? {
    let place = places[operation]
    return place == .none ? nil : delays[place]
  }

  /// Takes in that a replica lacked what an operation's session knows.
  mutating func add(_ operation: OperationID, lackedBy replica: ReplicaID, _ origin: OperationID, at now: Instant) {
    if places[operation] == .none {
      places[operation] = delays.append(SessionDelay(began: now, origin: origin, replicas: ReplicaSet()))
    }
    delays[places[operation]].replicas.insert(replica)
  }
}
