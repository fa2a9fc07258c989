import DequeModule
import Kernel

/// The leader's side of the log: it gives updates their places, sends them to the followers, and answers what most copies have
/// persisted (ATC 2022, §3: a write is acknowledged once a quorum has persisted its log record).
extension StreamsServer {
  /// Whether it may serve as the leader of a partition.
  @inline(__always) mutating func serves(_ place: Int, _ turn: inout Turn) -> Bool {
    !isWitness && copies[place].servesInPlace(at: turn.now, turn.environment.settings.lease)
  }

  // MARK: What coordinators ask for

  /// Makes an update that a coordinator passes on; returns the refusal where it doesn't lead.
  mutating func lead(_ message: Message, _ turn: inout Turn) -> Message? {
    let slot = message.forward.raw
    guard turn.parcels.streams.forwards.contains(slot) else { return nil }
    let forward = turn.parcels.streams.forwards[slot]
    guard forward.operation.id == message.operation else { return nil }
    let partition = turn.environment.keyOwners[forward.operation.key].index
    guard let place = place(of: partition) else { return refusal(of: message, partition) }
    if isBetweenLeaders(place) {
      copies[place].postponed.append(message)
      return nil
    }
    guard serves(place, &turn) else { return refusal(of: message, partition) }
    if forward.isTaken { return nil }
    turn.parcels.streams.forwards[slot].isTaken = true
    update(place, forward.operation, forward.payload, for: message.from, request: message.request, &turn)
    return nil
  }

  /// Answers a `STRONG` read.
  mutating func readAsLeader(_ message: Message, _ turn: inout Turn) -> Message? {
    let partition = turn.environment.keyOwners[message.key].index
    guard let place = place(of: partition) else { return refusal(of: message, partition) }
    if isBetweenLeaders(place), !serves(place, &turn) {
      copies[place].postponed.append(message)
      return nil
    }
    guard serves(place, &turn) else { return refusal(of: message, partition) }
    guard affordsRead(of: message.key, isStrong: true, &turn) else { return message.answered(.throttled, .leader(id)) }
    guard !spansRegions else {
      read(
        place, .newest(message.key), of: message.key, for: message.from, request: message.request, message.operation,
        &turn)
      return nil
    }
    return answerOfCopy(to: message, &turn)
  }

  /// What its copy holds.
  private func answerOfCopy(to message: Message, _ turn: inout Turn) -> Message {
    let cell = turn.unpurged(cells[message.key], by: replica.clock)
    let answer = message.answered(.data, .copy(cell.version, seen: cell.seen))
    turn.effects.note(.sent(answer), of: answer.operation, by: id, at: turn.now)
    return answer
  }

  /// Answers a read of any copy; one that is yet to be filled has nothing to say.
  mutating func readAsCopy(_ message: Message, _ turn: inout Turn) -> Message {
    let partition = turn.environment.keyOwners[message.key].index
    guard let place = place(of: partition), copies[place].isWhole else {
      return message.answered(.refused, .leader(.none))
    }
    guard affordsRead(of: message.key, isStrong: false, &turn) else { return message.answered(.throttled, .leader(id)) }
    return answerOfCopy(to: message, &turn)
  }

  func refusal(of message: Message, _ partition: Int) -> Message {
    let leader =
      place(of: partition).map { copies[$0].leader == .none ? copies[$0].successor : copies[$0].leader }
      ?? route(partition, in: region).leader
    return message.answered(.refused, .leader(leader == id ? .none : leader))
  }

  // MARK: Updates

  /// Makes an update, unless what it asks of the key's value doesn't hold, and sends it to the followers.
  ///
  /// A condition is tested against the newest that this leader has put into the log (global tables: "conditional writes test the
  /// local copy"); it is answered once that is durable, too.
  mutating func update(
    _ place: Int, _ operation: Operation, _ payload: OpenOperation.Payload, for coordinator: ReplicaID, request: UInt32,
    _ turn: inout Turn
  ) {
    guard affordsWrite(of: operation, payload, &turn) else {
      if coordinator == id { return throttle(request, &turn) }
      turn.effects.sends.append(
        Message(
          .streams(.throttled), .leader(id), from: id, to: coordinator, operation: operation.id, request: request))
      return
    }
    let reading = replica.clock.reading(at: turn.now)
    let tip = tip(of: operation.key, place, &turn)
    if spansRegions,
      let rival = rival(ofUpdateOf: operation.key, by: coordinator, tip: tip.version, place, &turn)
    {
      return refuse(operation.id, for: rival, to: coordinator, request: request, &turn)
    }
    if let condition = payload.condition, !turn.catalogue.isMet(condition, by: tip.version, at: reading) {
      turn.effects.note(.found(tip.version, isMet: false), of: operation.id, by: id, at: turn.now)
      guard !spansRegions else {
        return read(
          place, .unmet(tip.version, seen: tip.seen), of: operation.key, for: coordinator, request: request,
          operation.id, &turn)
      }
      wait(place, for: .unmet(tip.version, seen: tip.seen), coordinator, request, operation.id)
      answerCommitted(place, &turn)
      return
    }
    if turn.isKnown(payload.recognized, in: tip.seen) {
      wait(place, for: .update(payload.recognized, seen: tip.seen), coordinator, request, operation.id)
      answerCommitted(place, &turn)
      return
    }
    let version = version(for: operation, payload, over: tip, reading: reading, &turn)
    append(LogRecord(version: version, epoch: copies[place].epoch), place, &turn)
    let seen = turn.catalogue.vectors.merge(tip.seen, turn.catalogue.version(version).vector)
    wait(place, for: .update(version, seen: seen), coordinator, request, operation.id)
    sendLatest(place, version, operation.id, &turn)
  }

  private mutating func wait(
    _ place: Int, for purpose: Leadership.Waiter.Purpose, _ recipient: ReplicaID, _ request: UInt32,
    _ operation: OperationID
  ) {
    let end = copies[place].log.end
    copies[place].leadership?.waiters.append(
      Leadership.Waiter(
        place: end, purpose: purpose, recipient: recipient, request: request, operation: operation))
  }

  /// The newest of a key that stands in the log, committed or not.
  mutating func tip(of key: KeyID, _ place: Int, _ turn: inout Turn) -> Replica.Cell {
    var cell = turn.unpurged(cells[key], by: replica.clock)
    var next = copies[place].applied
    while next < copies[place].log.end {
      next += 1
      let version = copies[place].log[next].version
      if version != .none, turn.catalogue.versions[known: version].key == key {
        _ = cell.take(version, &turn.catalogue)
      }
    }
    return cell
  }

  /// Makes the version, stamped by the clock, but later than what stands there.
  private mutating func version(
    for operation: Operation, _ payload: OpenOperation.Payload, over tip: Replica.Cell, reading: Int64,
    _ turn: inout Turn
  ) -> VersionID {
    let counter = issued[operation.key] + 1
    issued[operation.key] = counter
    let own: (microseconds: Int64, stamp: Stamp) =
      payload.timestamp.map { ($0, payload.stamp) } ?? (reading, .coordinatorClock)
    let floor = tip.version == .none ? Int64.min : turn.catalogue.version(tip.version).timestamp
    let timestamp = own.microseconds > floor ? own : (floor + 1, .coordinatorSequence)
    let version = turn.addVersion(
      operation.value, payload, key: operation.key, operation: operation.id, timestamp: timestamp, reading: reading,
      context: tip.seen, dot: VectorEntry(writer: writer, counter: counter), isTombstone: operation.kind == .delete)
    turn.effects.note(.stamped(version, timestamp.stamp), of: operation.id, by: id, at: turn.now)
    return version
  }

  // MARK: The log

  /// Persists a record as the next of the log; a change of its own region gets the next number of that.
  mutating func append(_ record: LogRecord, _ place: Int, _ turn: inout Turn) {
    copies[place].log.append(record)
    guard !spansRegions, record.version != .none, isOwn(record.version, &turn) else { return }
    copies[place].changes.append(record.version)
    turn.parcels.streams.numbers[record.version] = copies[place].changes.end
  }

  /// Whether a version was made by its own group: in its own region, or in any that the group spans.
  @inline(__always) func isOwn(_ version: VersionID, _ turn: inout Turn) -> Bool {
    guard !spansRegions else { return true }
    let writer = turn.catalogue.versions[known: version].writer
    return turn.environment.regionOf[writer.replica.index] == region
  }

  /// Sends the last record to those followers who have all before it.
  mutating func sendLatest(_ place: Int, _ version: VersionID, _ operation: OperationID, _ turn: inout Turn) {
    guard !spansRegions else { return sendLatestAcrossRegions(place, version, operation, &turn) }
    let (end, epoch) = (copies[place].log.end, copies[place].epoch)
    for index in copies[place].others.indices {
      guard let follower = copies[place].takeForLatest(index) else { continue }
      turn.effects.sends.append(
        Message(
          .streams(.append), .entry(version, place: end), from: id, to: follower, operation: operation, request: epoch))
    }
    advance(place, &turn)
    armResend(place, &turn)
  }

  /// A follower has persisted the log up to a place.
  mutating func takePersisted(_ message: Message, _ turn: inout Turn) {
    guard let place = place(of: Int(message.partition)) else { return }
    guard copies[place].acknowledge(message) else {
      if spansRegions, !copies[place].leads { passOnAcknowledgement(message, place, &turn) }
      return
    }
    advance(place, &turn)
    if isWitness { yieldAsWitness(place, &turn) }
    if copies[place].hasHeir() { passOnLeadership(place, &turn) }
  }

  /// Commits what enough of the copies have persisted, applies it, answers for it, and sends it on to other regions.
  ///
  /// What earlier leaders left is committed with the record at which its own leadership begins (Raft, §5.4.2).
  mutating func advance(_ place: Int, _ turn: inout Turn) {
    if spansRegions { tellDurable(place, &turn) }
    guard copies[place].commitReached() else { return }
    applyCommitted(place, upTo: copies[place].committed, &turn)
    answerCommitted(place, &turn)
    tellCommitted(place, &turn)
    if spansRegions { answerReaders(place, &turn) }
    if !copies[place].postponed.isEmpty, !isBetweenLeaders(place) { resumePostponed(place, &turn) }
    for other in 0..<turn.environment.regionRanges.count where other != region.index {
      ship(place, to: RegionID(other), &turn)
    }
    if copies[place].group.latest != nil { settleMembership(place, &turn) }
    trimLog(place)
  }

  /// Where followers can't conclude it from having a record, they are told what is committed.
  private mutating func tellCommitted(_ place: Int, _ turn: inout Turn) {
    guard copies[place].quorum.tellsCommits, let followers = copies[place].leadership?.followers else { return }
    guard !spansRegions else { return tellCommittedAcrossRegions(place, &turn) }
    let (partition, committed) = (copies[place].partition, copies[place].committed)
    for follower in followers where follower.follows {
      turn.effects.sends.append(
        Message(
          .streams(.committed), .position(partition: partition, place: committed), from: id, to: follower.replica,
          operation: .none, request: copies[place].epoch))
    }
  }

  /// Tells those who wait for what is committed by now.
  private mutating func answerCommitted(_ place: Int, _ turn: inout Turn) {
    while let waiter = copies[place].takeWaiter() {
      switch waiter.purpose {
      case .update(let version, let seen): tell(waiter, .done, version, seen, &turn)
      case .unmet(let version, let seen): tell(waiter, .unmet, version, seen, &turn)
      case .change(let number): acknowledge(number, waiter, place, &turn)
      }
    }
  }

  private mutating func tell(
    _ waiter: Leadership.Waiter, _ kind: StreamsMessage, _ version: VersionID, _ seen: VectorID, _ turn: inout Turn
  ) {
    if kind == .done { noteCost(of: waiter, version, &turn) }
    if kind == .done, spansRegions { noteDurable(waiter, version, &turn) }
    if waiter.recipient != id {
      turn.effects.sends.append(
        Message(
          .streams(kind), .copy(version, seen: seen), from: id, to: waiter.recipient, operation: waiter.operation,
          request: waiter.request))
    } else if requests.contains(waiter.request), requests[waiter.request].operation == waiter.operation {
      answer(waiter.request, .ok, version, seen: seen, isApplied: kind == .done, &turn)
    }
  }

  /// What persisting an update in its region has cost: a record to each follower, and its acknowledgement.
  private mutating func noteCost(of waiter: Leadership.Waiter, _ version: VersionID, _ turn: inout Turn) {
    let byRegion = turn.environment.placement.copies[
      turn.environment.keyOwners[turn.catalogue.version(version).key].index]
    let regions = spansRegions ? byRegion : [byRegion[region.index]]
    let count = regions.reduce(-1) { $0 + $1.count }
    guard count > 0 else { return }
    // In other regions acknowledgements come by a relay, but for its own.
    let relayed = regions.reduce(0) { $0 + ($1.contains(id) ? 0 : max(0, $1.count - 1)) }
    let bytes = count * (turn.size(carrying: version) + WireSize.header) + relayed * WireSize.header
    turn.effects.record(
      .closed(waiter.operation, messages: UInt32(2 * count + relayed), bytes: UInt32(bytes)), at: turn.now)
  }

  /// Gives up records that all copies have, but for a few that somebody may have missed in the confusion of a change of leaders.
  private mutating func trimLog(_ place: Int) {
    let end = copies[place].log.end
    guard end - copies[place].log.base > 2 * Self.keptRecords, !hasLogOnlyFollower(place) else { return }
    copies[place].log.trim(to: min(copies[place].applied, end - Self.keptRecords))
  }

  /// How many records a log keeps; who lacks more is sent a whole copy.
  static let keptRecords: UInt32 = 128
}

extension Catalogue {
  /// Whether what a write asks of a key's value holds where that version stands.
  func isMet(_ condition: WriteCondition, by held: VersionID, at reading: Int64) -> Bool {
    let isMissing = held == .none || isDead(held, at: reading)
    switch condition {
    case .absent: return isMissing
    case .equals(let text): return !isMissing && names.text(of: version(held).value) == text
    }
  }
}
