import Kernel

/// Tombstones that reads pay for: `set tombstone-scan` and `set tombstone-limit`.
///
/// A read goes over every tombstone that stands in the way of an answer, and Cassandra gives it up at the replica beyond
/// `tombstone_failure_threshold` (100,000; `db/ReadCommand`, `TombstoneOverwhelmingException`), which tells its coordinator so. That
/// one fails the read once too few of those that it has asked are left to answer; it asks nobody else instead
/// (`service/reads/ReadCallback.onFailure`). A channel of one message behind millions of tombstones took Discord 10 to 20 s.
///
/// What counts is what the replica still holds, by its own clock: a deleted or expired value, each sibling that is a delete, each
/// deleted or expired column of a row and the row's own delete. What is purged costs nothing.
extension LeaderlessServer {
  /// How many tombstones a read of a key comes across here.
  mutating func tombstones(of key: KeyID, _ turn: inout Turn) -> Int {
    let version = turn.unpurged(cells[key], by: clock).version
    guard version != .none else { return 0 }
    let reading = clock.reading(at: turn.now)
    guard let state = turn.catalogue.state(of: version) else {
      return turn.catalogue.isDead(version, at: reading) ? 1 : 0
    }
    switch state.content {
    case .dotted(let items): return items.entries.count { $0.item == .none }
    case .row(let row): return row.tombstones(at: reading)
    case .amounts, .elements: return 0
    }
  }

  /// How much longer a message takes for the tombstones that it makes this replica go over.
  mutating func scanSpan(of message: Message, _ turn: inout Turn) -> TimeSpan {
    let cost = turn.environment.settings.tombstoneScan
    guard cost != .zero, [.dataRequest, .digestRequest].contains(message.kind.leaderless) else { return .zero }
    return TimeSpan(microseconds: cost.microseconds * Int64(tombstones(of: message.key, &turn)))
  }

  /// What this replica holds of a key, or that it has given up.
  mutating func answer(_ message: Message, _ kind: LeaderlessMessage, _ turn: inout Turn) -> Message {
    let limit = turn.environment.settings.tombstoneLimit
    if turn.environment.hasMortals, tombstones(of: message.key, &turn) > limit {
      return message.answered(.readFailure, version: .none, seen: .none)
    }
    let cell = turn.unpurged(cells[message.key], by: clock)
    return message.answered(kind.answer, version: cell.version, seen: cell.seen)
  }

  // MARK: At the coordinator

  /// Takes in that a contact has given up; fails the read once too few are left.
  mutating func takeFailure(_ message: Message, _ turn: inout Turn) {
    let slot = message.request
    guard reads.contains(slot), reads[slot].operation == message.operation, reads[slot].phase != .repair,
      reads[slot].awaited.remove(message.from)
    else { return }
    countForRead(message, slot, &turn)
    let request = reads[slot]
    guard !request.isCheck, request.transaction == .max else { return }
    turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now)
    let (had, left) = (request.responses.count, request.awaited.count)
    guard had + left < request.needed else { return }
    reads.remove(slot)
    turn.effects.note(
      .answered(.failure, required: UInt16(request.needed), received: UInt16(had), .tombstones), of: request.operation,
      by: id, at: turn.now)
    let answer = Answer(
      operation: request.operation, ticket: request.ticket, version: .none, seen: .none, coordinator: id,
      outcome: .failure, required: UInt16(request.needed), received: UInt16(had))
    turn.effects.answers.append(answer)
    turn.effects.close(request)
    answerFollowers(of: request, answer, .tombstones, &turn)
    noteSilence(in: request, &turn)
  }
}
