import Kernel

/// What a replica coordinates for a client, until it is answered and over.
struct LogRequest: Request {
  let operation: OperationID
  let ticket: UInt32
  let key: KeyID
  /// What a write proposes, or what a session's read must come after; none for another read.
  let version: VersionID
  /// Whether it writes.
  let isUpdate: Bool
  let level: ConsistencyLevel
  /// Whom it was handed to.
  var executor: ReplicaID
  var messages: UInt32 = 0
  var bytes: UInt32 = 0
}

/// The coordinator's side: it hands a request to who must act, itself perhaps, and answers by the same way back.
extension LogServer {
  /// Begins what a client asks; returns its number, nil if it was refused.
  mutating func begin(_ request: ClientRequest, _ turn: inout Turn) -> RequestID? {
    let operation = request.operation
    if let demand = request.payload.consumer { return poll(request, demand, &turn) }
    let partition = turn.partition(of: operation.key)
    let needed = operation.kind.isUpdate || request.payload.isFree ? .none : request.payload.demand.needs.version
    let executor = executor(of: operation, in: partition, isBound: needed != .none, &turn)
    if turn.effects.isDetailed { noteStart(operation, in: partition, &turn) }
    guard let executor else {
      refuse(operation, ticket: request.ticket, shortage(of: operation, in: partition, turn), &turn)
      return nil
    }
    if operation.kind.isUpdate { return write(request, to: executor, &turn) }
    let slot = requests.insert(
      LogRequest(
        operation: operation.id, ticket: request.ticket, key: operation.key, version: needed, isUpdate: false,
        level: operation.level, executor: executor))
    hand(question(slot, to: executor), slot, &turn)
    return requests.contains(slot) && requests[slot].operation == operation.id ? slot : nil
  }

  private mutating func write(_ request: ClientRequest, to leader: ReplicaID, _ turn: inout Turn) -> RequestID? {
    let operation = request.operation
    let known = operation.version == .none ? request.payload.recognized : operation.version
    let version = known == .none ? propose(request, &turn) : known
    let slot = requests.insert(
      LogRequest(
        operation: operation.id, ticket: request.ticket, key: operation.key, version: version, isUpdate: true,
        level: operation.level, executor: leader))
    hand(question(slot, to: leader), slot, &turn)
    guard requests.contains(slot), requests[slot].operation == operation.id else { return nil }
    // Of what nobody waits for nothing more is heard.
    if operation.level == .acks0 {
      end(slot, &turn)
      return nil
    }
    return slot
  }

  private mutating func propose(_ request: ClientRequest, _ turn: inout Turn) -> VersionID {
    let stamped = timestamp(for: request.payload, &turn)
    return turn.catalogue.propose(
      request.operation, timestamp: stamped.microseconds, stamp: stamped.stamp, valueBytes: request.payload.valueBytes,
      at: turn.now, by: id)
  }

  /// What it asks of who must act.
  private func question(_ slot: UInt32, to executor: ReplicaID) -> Message {
    let request = requests[slot]
    if request.isUpdate {
      return .ofLog(
        request.level.produce, request.version, from: id, to: executor, operation: request.operation, request: slot)
    }
    return request.version == .none
      ? .reading(request.key, from: id, to: executor, operation: request.operation, request: slot)
      : .reading(after: request.version, from: id, to: executor, operation: request.operation, request: slot)
  }

  /// Sends a request to who must act, be it itself.
  private mutating func hand(_ message: Message, _ slot: UInt32, _ turn: inout Turn) {
    count(message, slot, &turn)
    if message.to != id, message.to == copies[turn.partition(of: requests[slot].key)].state.leader {
      turn.effects.note(.askedLeader(message.to), of: message.operation, by: id, at: turn.now)
    }
    post(message, &turn)
  }

  @inline(__always) mutating func count(_ message: Message, _ slot: UInt32, _ turn: inout Turn) {
    guard message.from != message.to else { return }
    requests[slot].messages += 1
    requests[slot].bytes += UInt32(turn.size(of: message))
  }

  /// Who must act: for a write and a committed read the leader; for a follower's read an in-sync follower, itself if it is one,
  /// else the nearest, and the leader where there is none (KIP-392). A session that was promised something reads at the leader.
  /// Nil if there is nobody it thinks it could ask.
  private func executor(
    of operation: Operation, in partition: Int, isBound: Bool, _ turn: inout Turn
  ) -> ReplicaID? {
    let state = copies[partition].state
    let alive = turn.environment.detector.alive(to: id)
    if operation.level == .follower, !isBound {
      let followers = state.inSync.subtracting(ReplicaSet([state.leader]))
      if followers.contains(id) { return id }
      if let nearest = turn.environment.proximity.order(from: id).first(where: {
        followers.contains($0) && alive.contains($0)
      }) {
        return nearest
      }
    }
    return state.leader != .none && alive.contains(state.leader) ? state.leader : nil
  }

  /// What it lacks: a leader.
  private func shortage(of operation: Operation, in partition: Int, _ turn: Turn) -> Quorum.Shortage {
    Quorum.Shortage(required: 1, alive: 0, region: nil)
  }

  // MARK: Answers

  /// Ends a write as its leader says.
  mutating func endWrite(_ message: Message, _ kind: LogMessage, _ turn: inout Turn) {
    let slot = message.request
    guard requests.contains(slot), requests[slot].operation == message.operation else { return }
    count(message, slot, &turn)
    let request = requests[slot]
    turn.effects.note(.counted(message), of: request.operation, by: id, at: turn.now)
    let partition = turn.partition(of: request.key)
    switch kind {
    case .produced:
      let count = UInt16(request.level == .acksAll ? copies[partition].state.inSync.count : 1)
      let seen = turn.catalogue.version(request.version).vector
      answer(slot, .ok, request.version, seen, count, count, .acknowledged, &turn)
    case .notEnough:
      answer(
        slot, .unavailable, .none, .none, UInt16(copies[partition].neededInSync(turn.environment.settings)),
        UInt16(copies[partition].state.inSync.count), .shortage, &turn)
    case .notLeader:
      if goOn(slot, partition, &turn) { return }
      answer(slot, .unavailable, .none, .none, 1, 0, .shortage, &turn)
    case .produceBlindly, .produce, .produceForAll, .read, .readAfter, .data, .noData, .fetch, .records, .watermark,
      .askEpoch, .epochEnd, .poll, .polled, .notPolled, .mirrorFetch, .mirrored, .checkpoint, .notFetched:
      preconditionFailure("\(kind) ends no write")
    }
  }

  /// Asks the leader that it has heard of meanwhile. False if it knows of no other.
  private mutating func goOn(_ slot: UInt32, _ partition: Int, _ turn: inout Turn) -> Bool {
    let request = requests[slot]
    let leader = copies[partition].state.leader
    guard leader != .none, leader != request.executor else { return false }
    requests[slot].executor = leader
    hand(question(slot, to: leader), slot, &turn)
    return true
  }

  /// Ends a read as whoever was asked says.
  mutating func endRead(_ message: Message, _ kind: LogMessage, _ turn: inout Turn) {
    let slot = message.request
    guard requests.contains(slot), requests[slot].operation == message.operation else { return }
    count(message, slot, &turn)
    turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now)
    if kind == .noData {
      if goOn(slot, turn.partition(of: requests[slot].key), &turn) { return }
      answer(slot, .unavailable, .none, .none, 1, 0, .shortage, &turn)
    } else {
      answer(slot, .ok, message.version, message.seen, 1, 1, .agreed, &turn)
    }
  }

  mutating func answer(
    _ slot: UInt32, _ outcome: Outcome, _ version: VersionID, _ seen: VectorID, _ required: UInt16, _ received: UInt16,
    _ ground: Ground, _ turn: inout Turn
  ) {
    let request = requests[slot]
    turn.effects.note(
      .answered(outcome, required: required, received: received, ground), of: request.operation, by: id, at: turn.now)
    turn.effects.answers.append(
      Answer(
        operation: request.operation, ticket: request.ticket, version: version, seen: seen, coordinator: id,
        outcome: outcome, required: required, received: received))
    end(slot, &turn)
  }

  /// Its client has waited for as long as it may.
  mutating func expire(_ request: RequestID, of operation: Operation, _ turn: inout Turn) -> Expiry {
    guard isWorking(on: request, of: operation) else { return Expiry(received: 0) }
    if operation.kind == .consume { return expirePoll(request, of: operation, &turn) }
    turn.effects.note(
      .expired(operation.kind.isUpdate ? .write : .reading, required: 1, received: 0), of: operation.id, by: id,
      at: turn.now)
    end(request, &turn)
    return Expiry(received: 0)
  }

  /// Reports what it knows as it takes an operation on.
  private func noteStart(_ operation: Operation, in partition: Int, _ turn: inout Turn) {
    turn.effects.note(.taken(required: 1), of: operation.id, by: id, at: turn.now)
    let alive = turn.environment.detector.alive(to: id)
    for owner in copies[partition].members {
      turn.effects.note(
        .regards(
          owner, isAlive: alive.contains(owner), since: turn.environment.detector.opinionSince(of: owner, by: id)),
        of: operation.id, by: id, at: turn.now)
    }
  }
}

extension ConsistencyLevel {
  /// What a coordinator asks of a leader (`acks`).
  fileprivate var produce: LogMessage {
    switch self {
    case .acks0: .produceBlindly
    case .acks1: .produce
    case .acksAll, .any, .one, .two, .three, .localOne, .quorum, .localQuorum, .eachQuorum, .all, .serial, .localSerial,
      .fixed, .eventual, .strong, .committed, .follower, .cached, .critical:
      .produceForAll
    }
  }
}
