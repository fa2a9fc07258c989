import Kernel

/// How a transaction gives way, tries again, and ends.
extension LeaderlessServer {
  mutating func giveWay(_ slot: UInt32, _ turn: inout Turn) {
    let transaction = transactions[slot]
    turn.effects.note(.began(.waiting), of: transaction.operation, by: id, at: turn.now)
    transactions[slot].phase = .waiting
    transactions[slot].attempts += 1
    let draw = turn.environment.randomness.draw(
      .contention, owner: UInt64(transaction.operation.raw), number: transaction.attempts)
    turn.effects.wake(
      after: .milliseconds(Int64(draw.below(100))), for: .retry(id, transaction.operation, slot: slot))
  }

  /// Tries again. False if nobody waits for it any more.
  mutating func retry(
    _ slot: UInt32, _ operation: OperationID, _ turn: inout Turn
  ) -> Bool {
    guard transactions.contains(slot), transactions[slot].operation == operation,
      transactions[slot].phase == .waiting
    else { return false }
    begin(slot, .contended, &turn)
    return true
  }

  /// Tells the client; commits of others' values are still followed until they are everywhere, or the deadline.
  mutating func finish(
    _ slot: UInt32, _ outcome: Outcome, _ ground: Ground, shortage: Quorum.Shortage? = nil,
    _ turn: inout Turn
  ) {
    let transaction = transactions[slot]
    let required = UInt16(shortage?.required ?? transaction.needed)
    let received = UInt16(shortage?.alive ?? transaction.answered)
    turn.effects.note(
      .answered(outcome, required: required, received: received, ground), of: transaction.operation,
      by: id, at: turn.now)
    transactions[slot].phase = .over
    turn.effects.answers.append(
      Answer(
        operation: transaction.operation, ticket: transaction.ticket,
        version: outcome == .ok ? transaction.found : .none, seen: outcome == .ok ? transaction.seen : .none,
        coordinator: id, outcome: outcome, required: required, received: received,
        isApplied: false))
    closeTransactionIfDone(slot, &turn)
  }

  /// Ends the coordinator's interest once the client has its answer and all commits are done.
  mutating func closeTransactionIfDone(_ slot: UInt32, _ turn: inout Turn) {
    guard transactions.contains(slot), transactions[slot].phase == .over else { return }
    let transaction = transactions[slot]
    guard !transaction.commits.contains(where: { isCommit($0, of: slot, transaction) }) else { return }
    turn.effects.close(transaction)
    transactions.remove(slot)
  }

  /// Whether its own value is being committed.
  func hasOwnCommit(_ slot: UInt32) -> Bool {
    let transaction = transactions[slot]
    return transaction.commits.contains { isCommit($0, of: slot, transaction) && writes[$0].ticket != .max }
  }

  private func isCommit(_ write: UInt32, of slot: UInt32, _ transaction: Transaction) -> Bool {
    writes.contains(write) && writes[write].transaction == slot && writes[write].operation == transaction.operation
  }

  /// The operation's timeout has passed: commits that were not acknowledged become hints. Says how many had answered.
  mutating func expireTransaction(
    _ slot: UInt32, _ turn: inout Turn
  ) -> UInt16 {
    let transaction = transactions[slot]
    let isCommitting = hasOwnCommit(slot)
    if turn.effects.isDetailed, !isCommitting { noteExpiry(of: transaction, &turn) }
    for write in transaction.commits where isCommit(write, of: slot, transaction) {
      _ = expireWrite(write, &turn)
    }
    if let read = transaction.read, reads.contains(read), reads[read].transaction == slot { reads.remove(read) }
    // Its own commit has said already what the whole has cost.
    if !isCommitting { turn.effects.close(transaction) }
    transactions.remove(slot)
    return UInt16(transaction.answered)
  }

  /// Reports in which phase a transaction was given up, and what that phase had.
  private func noteExpiry(of transaction: Transaction, _ turn: inout Turn) {
    let needed = UInt16(transaction.needed)
    let promised = UInt16(transaction.promises.count)
    let step: Step
    switch transaction.phase {
    case .preparing: step = .expired(.preparing, required: needed, received: promised)
    case .finishing: step = .expired(.finishing, required: needed, received: UInt16(transaction.accepted))
    case .proposing: step = .expired(.proposing, required: needed, received: UInt16(transaction.accepted))
    case .proposingNothing:
      step = .expired(.proposingNothing, required: needed, received: UInt16(transaction.accepted))
    case .reading:
      if let read = transaction.read, reads.contains(read), reads[read].operation == transaction.operation {
        noteExpiry(of: reads[read], &turn)
      }
      return
    // The commits report for themselves.
    case .committingOther, .committing, .over: return
    case .waiting: step = .expired(.waiting, required: needed, received: 0)
    }
    turn.effects.note(step, of: transaction.operation, by: id, at: turn.now)
  }
}
