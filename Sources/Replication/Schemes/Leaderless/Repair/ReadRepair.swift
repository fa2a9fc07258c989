import Kernel

/// Repair of the stale copies that a read came across: only among its contacts, never elsewhere.
///
/// Blocking repair gives *monotonic quorum reads*: of two successive quorum reads the second never returns anything
/// older, even where the value came from a write that failed on a minority (CASSANDRA-10726). Each stale contact gets
/// the winner with its original timestamp, and the client is answered when all of them have acknowledged it
/// (`service/reads/repair/BlockingPartitionRepair`, which waits for fewer if more were asked than the level needs). Repairs are never hinted.
extension LeaderlessServer {
  /// Acts on data that differed.
  mutating func repair(_ slot: UInt32, _ turn: inout Turn) {
    let request = reads[slot]
    let mode = turn.environment.settings.readRepair
    let stale = request.responses.filter { $0.version != request.winner }.map(\.replica)
    if mode == .off || turn.environment.defect == .readRepairOff {
      answerRead(slot, .unrepaired, &turn)
      return
    }
    reads[slot].phase = .repair
    reads[slot].awaited = ReplicaSet(stale)
    reads[slot].repairsNeeded = stale.count
    reads[slot].repairsAsked = stale.count
    if !request.isCheck {
      turn.effects.note(
        .began(mode == .blocking ? .blockingRepair : .asyncRepair), of: request.operation, by: id, at: turn.now)
    }
    let messages = stale.map { contact in
      bringing(
        request.winner, .repair, to: contact, request.standIns, operation: request.operation, request: slot)
    }
    for message in messages { countForRead(message, slot, &turn) }
    if mode == .blocking, !request.isCheck {
      turn.effects.wake(
        after: turn.environment.settings.repairPatience, for: .spreadRepair(id, request.operation, slot: slot))
    } else {
      answerRead(slot, .unrepaired, &turn)
    }
    for message in messages { post(message, &turn) }
  }

  /// Repairs are not acknowledged in time: what they carry goes to other owners thought alive, whose acknowledgements
  /// count as well (`BlockingPartitionRepair.maybeSendAdditionalWrites`).
  mutating func spreadRepair(
    _ slot: UInt32, _ operation: OperationID, _ turn: inout Turn
  ) -> Bool {
    guard reads.contains(slot), reads[slot].operation == operation, reads[slot].phase == .repair else { return false }
    let request = reads[slot]
    if !request.spare.isEmpty {
      turn.effects.note(.began(.spreadRepair), of: operation, by: id, at: turn.now)
    }
    for contact in request.spare {
      let message = bringing(
        request.winner, .repair, to: contact, request.standIns, operation: request.operation, request: slot)
      reads[slot].awaited.insert(contact)
      countForRead(message, slot, &turn)
      post(message, &turn)
      guard reads.contains(slot), reads[slot].operation == operation else { break }
    }
    return true
  }

  /// Takes in that a stale contact is level; the last one releases the answer.
  mutating func acknowledgeRepair(_ message: Message, _ turn: inout Turn) {
    let slot = message.request
    guard reads.contains(slot), reads[slot].operation == message.operation, reads[slot].phase == .repair,
      reads[slot].awaited.remove(message.from)
    else { return }
    countForRead(message, slot, &turn)
    turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now)
    reads[slot].repairsNeeded -= 1
    if reads[slot].repairsNeeded == 0 { answerRead(slot, .repaired, &turn) }
  }
}
