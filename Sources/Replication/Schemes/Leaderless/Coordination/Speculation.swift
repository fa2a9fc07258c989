import Kernel

/// Reads that ask more replicas than they need: in advance, when answers are late, or by chance afterwards.
extension LeaderlessServer {
  /// How many latencies a coordinator remembers for the 99th percentile.
  private static let remembered = 128

  /// Owners thought alive that could be asked beside the contacts, the nearest first; at a local level only its region's,
  /// and none at EACH_QUORUM, which doesn't speculate (`service/reads/AbstractReadExecutor`).
  mutating func spareContacts(
    _ level: ConsistencyLevel, beside contacts: [ReplicaID], _ copies: ReplicaSet, _ order: [ReplicaID],
    _ turn: inout Turn
  ) -> [ReplicaID] {
    guard level.requirement?.scope != .eachRegion else { return [] }
    let candidates = copies.intersection(turn.environment.detector.alive(to: id)).subtracting(ReplicaSet(contacts))
    let isLocal = level.isLocal
    var (result, rest): ([ReplicaID], Int) = ([], candidates.count)
    result.reserveCapacity(rest)
    for replica in order where rest > 0 && candidates.contains(replica) {
      rest -= 1
      if !isLocal || turn.environment.regionOf[replica.index] == region { result.append(replica) }
    }
    return result
  }

  /// Sets when a read that is not complete asks one more replica.
  func setSpeculation(
    _ slot: UInt32, _ operation: OperationID, _ turn: inout Turn
  ) {
    guard reads.contains(slot), reads[slot].operation == operation, !reads[slot].spare.isEmpty else { return }
    let patience: TimeSpan
    switch turn.environment.settings.speculation {
    case .off, .always: return
    case .after(let span): patience = span
    case .percentile99:
      patience = latencyPercentile99 ?? TimeSpan(microseconds: turn.environment.settings.readTimeout.microseconds / 2)
    }
    turn.effects.wake(after: patience, for: .speculate(id, operation, slot: slot))
  }

  /// Asks one more replica, for a digest if data have come, and otherwise for data.
  mutating func speculate(
    _ slot: UInt32, _ operation: OperationID, _ turn: inout Turn
  ) -> Bool {
    guard reads.contains(slot), reads[slot].operation == operation, reads[slot].phase == .digests,
      !reads[slot].spare.isEmpty
    else { return false }
    let contact = reads[slot].spare.removeFirst()
    let hasData = reads[slot].responses.contains(where: \.isData)
    reads[slot].contacts.append(contact)
    reads[slot].awaited.insert(contact)
    reads[slot].speculated = turn.now
    turn.effects.note(.began(.speculation), of: operation, by: id, at: turn.now)
    ask([contact], for: hasData ? .digestRequest : .dataRequest, slot, &turn)
    return true
  }

  /// Remembers how long a read has taken, where somebody goes by that.
  mutating func noteLatency(_ span: TimeSpan, _ turn: inout Turn) {
    guard turn.environment.settings.speculation == .percentile99 else { return }
    if latencies.count == Self.remembered { latencies.removeFirst() }
    latencies.append(span)
  }

  private var latencyPercentile99: TimeSpan? {
    latencies.isEmpty ? nil : latencies.sorted()[(latencies.count * 99 + 99) / 100 - 1]
  }

  // MARK: By chance

  /// Asks all owners thought alive after an answered read, by chance, and brings the stale ones level: Cassandra's
  /// `read_repair_chance`, up to version 3, which drew the lot before the read and asked all of them at once.
  mutating func checkByChance(_ read: ReadRequest, _ turn: inout Turn) {
    guard case .async(let chance) = turn.environment.settings.readRepair, chance != .zero else { return }
    let draw = turn.environment.randomness.draw(.readRepair, owner: UInt64(read.operation.raw), number: 0)
    guard draw.happens(chance) else { return }
    let contacts = Array(turn.environment.ownerSet(of: read.key).intersection(turn.environment.detector.alive(to: id)))
    guard contacts.count > 1 else { return }
    check(read.key, at: contacts, for: read.operation, &turn)
  }

  /// Asks owners of a key what they hold, while no client waits for it.
  mutating func check(
    _ key: KeyID, at contacts: [ReplicaID], for operation: OperationID, _ turn: inout Turn
  ) {
    let slot = reads.insert(
      ReadRequest(
        operation: operation, ticket: .max, key: key, level: .all, contacts: contacts,
        needed: contacts.count, spare: [], isCheck: true, began: turn.now, asked: turn.now,
        awaited: ReplicaSet(contacts)))
    turn.effects.wake(after: turn.environment.settings.readTimeout, for: .endCheck(id, operation, slot: slot))
    turn.effects.note(.began(.check), of: operation, by: id, at: turn.now)
    ask(contacts[...], for: .dataRequest, slot, &turn)
  }

  /// Gives a check up whose answers don't come.
  mutating func endCheck(_ slot: UInt32, _ operation: OperationID) -> Bool {
    guard reads.contains(slot), reads[slot].operation == operation, reads[slot].isCheck else { return false }
    reads.remove(slot)
    return true
  }
}
