import Kernel

/// One replica under one replication scheme: a value that touches nothing but itself.
///
/// What it receives changes its own state, and whatever else should happen it *asks* for through the ``Turn``'s effects,
/// which the cluster alone carries out. (The instance and shell of swift-cluster-membership's handbook.) It knows the
/// others only by their messages and by what its failure detector thinks of them.
protocol Server: Sendable {
  /// Where it stands, whether it runs, its clock.
  var replica: Replica { get set }

  /// Begins what a client asks of it, or of the replica that handed it over; returns its number for the request, nil if it was
  /// refused.
  mutating func begin(_ request: ClientRequest, _ turn: inout Turn) -> RequestID?

  /// Acts on a message whose turn it is; returns the reply.
  mutating func perform(_ message: Message, _ turn: inout Turn) -> Message?

  /// What servers under its scheme want to be woken for.
  associatedtype Wake: SchemeTimer

  /// Does what it wanted to be woken for. False if it needs it no longer.
  mutating func wake(_ timer: Wake, _ turn: inout Turn) -> Bool

  /// Its client has waited for as long as it may.
  mutating func expire(_ request: RequestID, of operation: Operation, _ turn: inout Turn) -> Expiry

  /// Whether it still works on a request of that operation.
  func isWorking(on request: RequestID, of operation: Operation) -> Bool

  /// Loses its memory, and says which of the operations it worked on can no longer be closed by it.
  mutating func crash(_ turn: inout Turn)

  /// Loses its disk.
  mutating func loseDisk()

  /// Gives up what is over by its clock, before that is set or the period changes after which things are over.
  mutating func purge(_ turn: inout Turn)

  /// What it holds of a key, what is to be purged included; see ``Cluster/cell(_:at:)``.
  func cell(_ key: KeyID) -> Replica.Cell

  /// What it has spent on an operation that it works on; nil if it doesn't.
  func cost(of operation: OperationID) -> Cost?

  /// How many versions it keeps for others, who are yet to take them.
  var backlogCount: Int { get }

  /// The versions that it keeps for others.
  var backlog: [Cluster.Journey] { get }

  /// How much longer than others a message takes that it works on, for what it makes it go over.
  mutating func scanSpan(of message: Message, _ turn: inout Turn) -> TimeSpan

  /// Who can reach whom has changed, or what is lost on the way; it runs, or is paused.
  mutating func noticeReach(_ turn: inout Turn)

  /// What replicas think of each other has changed; it runs.
  mutating func noticeOpinions(_ turn: inout Turn)

  /// Something has been lost on the way, or can be from now on; it runs.
  mutating func noticeLosses(_ turn: inout Turn)

  /// It has shed a message, as its queue is full.
  mutating func noticeShed(_ message: Message, _ turn: inout Turn)

  /// The read of that number, while it works on it.
  func read(_ operation: OperationID) -> ReadInProgress?

  /// Who has not acknowledged the write of that number, while it waits for anybody.
  func awaited(ofWrite operation: OperationID) -> ReplicaSet?

  /// Whether it keeps a version for another.
  func keeps(_ version: VersionID, for target: ReplicaID) -> Bool

  /// The first thing that must hold for it and doesn't, in words; see ``Cluster/brokenInvariant(_:)``.
  ///
  /// - Parameter isAwaited: whether an operation of that number is in progress under that ticket.
  func brokenInvariant(_ turn: Turn, isAwaited: (_ operation: OperationID, _ ticket: UInt32) -> Bool) -> String?
}

/// What a client asks of a server.
struct ClientRequest {
  let operation: Operation
  let payload: OpenOperation.Payload
  let ticket: UInt32
}

/// A request at the server that works on it.
typealias RequestID = UInt32

/// What came of a request whose time is up.
struct Expiry {
  /// How many answers the server had.
  let received: UInt16
  /// What its client is told all the same.
  var answer: Answer?
}

/// A read as the server has it that works on it.
public struct ReadInProgress: Sendable {
  /// Who was asked, in that order.
  public let contacts: [ReplicaID]
  /// When they were asked; later than at first once their digests have differed and all are asked for data.
  public let asked: Instant
  /// Who has not answered.
  public let awaited: ReplicaSet
  /// How many answers it needs.
  public let needed: Int
  /// Whether it waits for stale contacts to be brought level.
  public let isRepairing: Bool
}

/// What an operation has cost a server, in messages to others and their bytes.
struct Cost {
  var messages: UInt32
  var bytes: UInt32
}

// What only some schemes have a use for.
extension Server {
  var backlogCount: Int { 0 }
  mutating func scanSpan(of message: Message, _ turn: inout Turn) -> TimeSpan { .zero }
  var backlog: [Cluster.Journey] { [] }
  func read(_ operation: OperationID) -> ReadInProgress? { nil }
  func awaited(ofWrite operation: OperationID) -> ReplicaSet? { nil }
  mutating func noticeReach(_ turn: inout Turn) {}
  mutating func noticeOpinions(_ turn: inout Turn) {}
  mutating func noticeLosses(_ turn: inout Turn) {}
  mutating func noticeShed(_ message: Message, _ turn: inout Turn) {}
  func keeps(_ version: VersionID, for target: ReplicaID) -> Bool { false }
}

extension Server {
  /// Its identity.
  @inline(__always) var id: ReplicaID { replica.id }
  /// Where it stands.
  @inline(__always) var region: RegionID { replica.region }
  /// How often it has lost its memory.
  @inline(__always) var incarnation: UInt32 { replica.incarnation }

  /// Takes a message: a request may have to wait its turn, an answer is taken in at once. Returns the reply that it
  /// sends at once, if any; whatever else should happen it asks for through the effects.
  @inline(__always) mutating func receive(_ message: Message, departed: Instant, _ turn: inout Turn) -> Message? {
    if turn.environment.takesTimeToServe, message.kind.isServed {
      enqueue(Parcel(message: message, departed: departed), &turn)
      return nil
    }
    return perform(message, &turn)
  }

  /// The timestamp of a write: what its client gives, or the clock's time; for a session that was promised an order, later
  /// than what it is ordered after.
  @inline(__always) mutating func timestamp(
    for payload: OpenOperation.Payload, _ turn: inout Turn
  ) -> (microseconds: Int64, stamp: Stamp) {
    let own: (microseconds: Int64, stamp: Stamp)
    if let given = payload.timestamp {
      own = (given, payload.stamp)
    } else {
      let reading = replica.clock.reading(at: turn.now)
      let timestamp = replica.clock.timestamp(at: turn.now)
      own = (timestamp, timestamp == reading ? .coordinatorClock : .coordinatorSequence)
    }
    guard !payload.isFree, let floor = payload.demand.needs.floor(turn.catalogue), own.microseconds <= floor else {
      return own
    }
    return (floor + 1, .session)
  }

  /// Says no to a client, before anything was sent.
  mutating func refuse(_ operation: Operation, ticket: UInt32, _ shortage: Quorum.Shortage, _ turn: inout Turn) {
    turn.effects.note(
      .refused(
        required: UInt16(shortage.required), alive: UInt16(shortage.alive), in: shortage.region ?? .none),
      of: operation.id, by: id, at: turn.now)
    turn.effects.answers.append(
      Answer(
        operation: operation.id, ticket: ticket, version: .none, seen: .none, coordinator: id,
        outcome: .unavailable, required: UInt16(shortage.required), received: UInt16(shortage.alive)))
    turn.effects.closures.append(Effects.Closure(operation: operation.id, ticket: ticket, messages: 0, bytes: 0))
  }

  /// Sends a message, or takes it in at once if it is its own: a coordinator reaches its own copy without delay.
  mutating func post(_ message: Message, _ turn: inout Turn) {
    guard message.to == id else {
      turn.effects.sends.append(message)
      return
    }
    turn.effects.note(.sent(message), of: message.operation, by: id, at: turn.now)
    if let reply = receive(message, departed: turn.now, &turn) { post(reply, &turn) }
  }
}
