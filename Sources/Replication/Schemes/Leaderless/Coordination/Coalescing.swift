import Kernel

/// Reads that wait for another's answer: `set coalesce on`.
///
/// Discord's data services ("How Discord stores trillions of messages", 2023): when several ask for the same row at a time, the
/// database is asked once, and all have that answer. Here the coordinator does it, for reads of one key at one level that are open
/// at the same time; requests for a key meet there if they go by tokens. What a read that came later is told was looked for
/// before it began: it can miss a write that was acknowledged in between.
///
/// A read of a session with guarantees is asked for by itself, and so is a transaction's. If the read that others wait for isn't
/// answered in time, theirs aren't either: they wait for their own timeouts.
extension LeaderlessServer {
  /// Has a read wait for one that is open: its slot; nil if there is none.
  mutating func joinRead(_ operation: Operation, ticket: UInt32, _ turn: inout Turn) -> UInt32? {
    let first = reads.slots.first { slot in
      reads[slot].key == operation.key && reads[slot].level == operation.level && reads[slot].follows == .none
        && !reads[slot].isCheck && reads[slot].transaction == .max
    }
    guard let first else { return nil }
    noteStart(operation, &turn)
    let slot = reads.insert(
      ReadRequest(
        operation: operation.id, ticket: ticket, key: operation.key, level: operation.level, contacts: [],
        needed: reads[first].needed, spare: [], began: turn.now, asked: turn.now, awaited: ReplicaSet()))
    reads[slot].follows = reads[first].operation
    reads[first].followers.append(slot)
    coalesced += 1
    turn.effects.note(.joined(reads[first].operation), of: operation.id, by: id, at: turn.now)
    return slot
  }

  /// How many have answered, of a read or of the one whose answer it waits for.
  func received(for read: ReadRequest) -> UInt16 {
    guard read.follows != .none else { return UInt16(ReplicaSet(read.contacts).subtracting(read.awaited).count) }
    let first = reads.slots.first { reads[$0].operation == read.follows && !reads[$0].isCheck }
    return first.map { received(for: reads[$0]) } ?? read.heard
  }

  /// Leaves those that wait for a read that is given up with what it had.
  mutating func tellFollowers(of request: ReadRequest) {
    for slot in request.followers where reads.contains(slot) && reads[slot].follows == request.operation {
      reads[slot].heard = received(for: request)
    }
  }

  /// Tells those that waited for a read what it has come to.
  mutating func answerFollowers(of request: ReadRequest, _ answer: Answer, _ ground: Ground, _ turn: inout Turn) {
    for slot in request.followers where reads.contains(slot) && reads[slot].follows == request.operation {
      let follower = reads[slot]
      reads.remove(slot)
      turn.effects.note(
        .answered(answer.outcome, required: answer.required, received: answer.received, ground), of: follower.operation,
        by: id, at: turn.now)
      turn.effects.answers.append(
        Answer(
          operation: follower.operation, ticket: follower.ticket, version: answer.version, seen: answer.seen,
          coordinator: id, outcome: answer.outcome, required: answer.required, received: answer.received))
      turn.effects.close(follower)
    }
  }
}

extension Cluster {
  /// How many reads a coordinator has had wait for another's answer.
  public func coalescedReads(at replica: ReplicaID) -> Int {
    plan.scheme == .leaderless ? replicas.leaderless[replica].coalesced : 0
  }
}
