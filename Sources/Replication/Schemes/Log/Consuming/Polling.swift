import Kernel

/// What replicas do for consumers: the coordinator asks each partition's leader what comes next, and answers in the partitions'
/// order (a consumer's fetch, `clients/consumer/internals/Fetcher`).
extension LogServer {
  /// Begins what a consumer asks; returns its number, nil if it was refused. What nobody leads is left out.
  mutating func poll(_ request: ClientRequest, _ demand: ConsumerDemand, _ turn: inout Turn) -> RequestID? {
    let operation = request.operation
    let alive = turn.environment.detector.alive(to: id)
    let own = copies.indices.filter { demand.partitions & 1 << UInt64($0) != 0 }
    let led = own.filter { alive.contains(copies[$0].state.leader) }
    turn.effects.note(.taken(required: UInt16(max(1, led.count))), of: operation.id, by: id, at: turn.now)
    guard !led.isEmpty || own.isEmpty else {
      refuse(operation, ticket: request.ticket, Quorum.Shortage(required: 1, alive: 0, region: nil), &turn)
      return nil
    }
    let slot = requests.insert(
      LogRequest(
        operation: operation.id, ticket: request.ticket, key: .none, version: .none, isUpdate: false,
        level: operation.level, executor: .none))
    var poll = ConsumerPoll(
      slot: slot, source: demand.source, generation: demand.generation, limit: demand.limit)
    // A group of more members than there are partitions has idle ones.
    guard !own.isEmpty else {
      deliver(poll, &turn)
      answer(slot, .ok, .none, .none, 0, 0, .agreed, &turn)
      return nil
    }
    for partition in led { poll.awaited |= 1 << UInt64(partition) }
    polls.append(poll)
    var asked = ReplicaSet([id])
    for partition in led {
      let leader = copies[partition].state.leader
      if asked.insert(leader) { turn.effects.note(.askedLeader(leader), of: operation.id, by: id, at: turn.now) }
      let position = demand.positions[partition]
      var batch = RecordBatch()
      batch.partition = UInt16(partition)
      batch.base = UInt32(position.offset)
      batch.fetch = UInt16(demand.limit)
      batch.source = demand.source
      batch.epochs = [PartitionLog.EpochStart(epoch: position.epoch, start: position.offset)]
      let message = Message(
        .log(.poll), .batch(.none, turn.parcels.batches.append(batch)), from: id, to: leader,
        operation: operation.id, request: slot)
      count(message, slot, &turn)
      post(message, &turn)
    }
    return requests.contains(slot) && requests[slot].operation == operation.id ? slot : nil
  }

  /// What comes next in a log that it leads, as far as that is committed. Where the log was cut off below what the consumer has
  /// read, it goes on where the two part (KIP-320).
  func answerPoll(_ message: Message, _ turn: inout Turn) -> Message? {
    let asked = turn.parcels.batches[known: message.batch]
    let partition = Int(asked.partition)
    guard leads(partition), copies[partition].isHeld else {
      return Message(
        .log(.notPolled), .batch(.none, message.batch), from: id, to: message.from, operation: message.operation,
        request: message.request)
    }
    let copy = copies[partition]
    var offset = Int(asked.base)
    if let epoch = asked.epochs.first?.epoch, epoch > 0 { offset = min(offset, copy.log.end(of: epoch)?.offset ?? 0) }
    var batch = RecordBatch()
    batch.partition = asked.partition
    batch.base = UInt32(offset)
    while offset < copy.watermark, batch.items.count < Int(asked.fetch) {
      let entry = copy.log[offset]
      if entry.version != .none, asked.source == nil || turn.catalogue.source(of: entry.version) == asked.source {
        batch.items.append(RecordBatch.Item(offset: UInt32(offset), version: entry.version, epoch: entry.epoch))
        batch.bytes += turn.catalogue.versions[known: entry.version].bytes
      }
      offset += 1
    }
    // From where to go on, if all of it is taken; a committed record that was cleaned away is passed over.
    batch.watermark = UInt32(offset)
    batch.epochs = [
      PartitionLog.EpochStart(epoch: offset > 0 ? copy.log.epoch(at: offset - 1) ?? 0 : 0, start: offset)
    ]
    return Message(
      .log(.polled), .batch(.none, turn.parcels.batches.append(batch)), from: id, to: message.from,
      operation: message.operation, request: message.request)
  }

  /// Takes in what a leader says, and answers once all have.
  mutating func takePolled(_ message: Message, _ kind: LogMessage, _ turn: inout Turn) {
    let slot = message.request
    guard requests.contains(slot), requests[slot].operation == message.operation,
      let place = polls.firstIndex(where: { $0.slot == slot })
    else { return }
    count(message, slot, &turn)
    turn.effects.note(.counted(message), of: message.operation, by: id, at: turn.now)
    let batch = turn.parcels.batches[known: message.batch]
    let bit: UInt64 = 1 << UInt64(batch.partition)
    guard polls[place].awaited & bit != 0 else { return }
    polls[place].awaited &= ~bit
    if kind == .polled { polls[place].batches.append(batch) }
    guard polls[place].awaited == 0 else { return }
    let poll = polls.remove(at: place)
    if poll.batches.isEmpty {
      answer(slot, .unavailable, .none, .none, 1, 0, .shortage, &turn)
      return
    }
    deliver(poll, &turn)
    let count = UInt16(poll.batches.count)
    answer(slot, .ok, .none, .none, count, count, .agreed, &turn)
  }

  /// Hands over what came, in the order of partitions, as much as was asked for.
  private mutating func deliver(_ poll: ConsumerPoll, _ turn: inout Turn) {
    var records: [ConsumedRecord] = []
    var positions: [(partition: Int, position: ConsumerPosition)] = []
    for batch in poll.batches.sorted(by: { $0.partition < $1.partition }) {
      let taken = batch.items.prefix(poll.limit - records.count)
      records += taken.map {
        ConsumedRecord(
          partition: Int(batch.partition), offset: Int($0.offset), version: $0.version,
          original: turn.catalogue.original(of: $0.version), epoch: $0.epoch)
      }
      if taken.count == batch.items.count, let end = batch.epochs.first {
        positions.append((Int(batch.partition), ConsumerPosition(offset: end.start, epoch: end.epoch)))
      } else if let last = taken.last {
        positions.append((Int(batch.partition), ConsumerPosition(offset: Int(last.offset) + 1, epoch: last.epoch)))
      }
    }
    turn.effects.consumptions.append(
      Consumption(
        operation: requests[poll.slot].operation, source: poll.source, generation: poll.generation, records: records,
        positions: positions))
  }

  /// A consumer has waited for as long as it may: it gets what has come, if anything has.
  mutating func expirePoll(_ slot: UInt32, of operation: Operation, _ turn: inout Turn) -> Expiry {
    guard let place = polls.firstIndex(where: { $0.slot == slot }) else { return Expiry(received: 0) }
    let poll = polls.remove(at: place)
    let count = UInt16(poll.batches.count)
    turn.effects.note(
      .expired(.reading, required: count + UInt16(poll.awaited.nonzeroBitCount), received: count), of: operation.id,
      by: id, at: turn.now)
    defer { end(slot, &turn) }
    guard count > 0 else { return Expiry(received: 0) }
    deliver(poll, &turn)
    return Expiry(
      received: count,
      answer: Answer(
        operation: operation.id, ticket: requests[slot].ticket, version: .none, seen: .none, coordinator: id,
        outcome: .ok, required: count, received: count))
  }
}
