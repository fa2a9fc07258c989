import Kernel

/// The leader's side of the streams that bring its region's changes to the other regions (AWS, *Global tables: how it works*).
///
/// Each source partition is replicated in its order and on its own: across partitions nothing is ordered. What came from another
/// region is not sent on: a version's writer says where it is from. What isn't acknowledged is sent again from there once
/// messages pass again; what has waited for longer than the retention is given up and counted.
extension StreamsServer {
  /// How many committed changes wait to be sent to another region.
  @inline(__always) mutating func waiting(_ place: Int, for region: RegionID) -> UInt32 {
    copies[place].waiting(for: region.index)
  }

  /// Sends the changes that are to go now, or sees to it that they go later.
  mutating func ship(_ place: Int, to other: RegionID, _ turn: inout Turn) {
    guard waiting(place, for: other) > 0 else { return }
    guard isOpen(place, to: other, &turn) else { return retain(place, to: other, &turn) }
    let batch = turn.environment.settings.streamBatch
    let partition = copies[place].partition
    guard Int(waiting(place, for: other)) >= batch.count || batch.within == .zero else {
      guard copies[place].leadership?.streams[other.index].batchEnd == nil else { return }
      copies[place].leadership?.streams[other.index].batchEnd = turn.now + batch.within
      turn.effects.wake(
        after: batch.within, for: .batch(id, incarnation: incarnation, partition: partition, to: other))
      return
    }
    flow(place, to: other, &turn)
  }

  /// Sends all that waits, as far as the capacity lets it.
  private mutating func flow(_ place: Int, to other: RegionID, _ turn: inout Turn) {
    copies[place].leadership?.streams[other.index].batchEnd = nil
    guard turn.environment.settings.streamCapacity == nil else {
      guard copies[place].leadership?.streams[other.index].isInLine == false else { return }
      copies[place].leadership?.streams[other.index].isInLine = true
      turn.effects.streamWants.append(StreamWant(replica: id, partition: copies[place].partition, to: other))
      return
    }
    while waiting(place, for: other) > 0 { sendNext(place, to: other, &turn) }
    armResend(place, &turn)
  }

  /// The capacity lets it send one change. False if none is to go.
  mutating func takeTurn(_ partition: Int, to other: RegionID, _ turn: inout Turn) -> Bool {
    guard let place = place(of: partition), copies[place].leads else { return false }
    copies[place].leadership?.streams[other.index].isInLine = false
    giveUpExpired(place, to: other, &turn)
    guard waiting(place, for: other) > 0, isOpen(place, to: other, &turn) else { return false }
    sendNext(place, to: other, &turn)
    if waiting(place, for: other) > 0 { flow(place, to: other, &turn) }
    armResend(place, &turn)
    return true
  }

  private mutating func sendNext(_ place: Int, to other: RegionID, _ turn: inout Turn) {
    guard let next = copies[place].takeChange(for: other.index) else { return }
    turn.effects.sends.append(
      Message(
        .streams(.item), .change(next.version, after: next.previous), from: id, to: target(place, in: other),
        operation: turn.catalogue.versions[known: next.version].operation, request: next.number))
  }

  /// Who is sent a partition's changes in another region.
  private func target(_ place: Int, in other: RegionID) -> ReplicaID {
    route(Int(copies[place].partition), in: other).leader
  }

  /// Whether messages pass to the leader over there and back: a stream is a connection, which breaks with a cut.
  private mutating func isOpen(_ place: Int, to other: RegionID, _ turn: inout Turn) -> Bool {
    guard let cursor = copies[place].cursor(of: other.index), cursor.isOpen, cursor.isKnown else { return false }
    let target = target(place, in: other)
    return target != .none
      && turn.environment.detector.isReached(target, by: id)
  }

  /// Its batch has waited for long enough. False if nothing is left of it.
  mutating func endBatch(_ partition: Int, _ other: RegionID, _ turn: inout Turn) -> Bool {
    guard let place = place(of: partition),
      copies[place].leadership?.streams[other.index].batchEnd.map({ $0 <= turn.now }) == true
    else { return false }
    copies[place].leadership?.streams[other.index].batchEnd = nil
    guard waiting(place, for: other) > 0, isOpen(place, to: other, &turn) else { return false }
    flow(place, to: other, &turn)
    return true
  }

  // MARK: Breaks

  /// Messages may have ceased to pass, or pass again: what was on its way when they ceased goes again.
  mutating func reviseStreams(_ place: Int, _ turn: inout Turn) {
    // Where a group spans all regions there is nothing to send to another.
    guard !spansRegions else { return }
    for index in copies[place].received.indices where index != region.index {
      let other = RegionID(index)
      let target = target(place, in: other)
      guard target != .none, let cursor = copies[place].leadership?.streams[index] else { continue }
      let passes = turn.environment.detector.isReached(target, by: id)
      if !passes, cursor.isOpen { breakStream(place, index) }
      guard replica.status == .running else { continue }
      if passes, !cursor.isOpen {
        copies[place].leadership?.streams[index].isOpen = true
        if !cursor.isKnown { askHowFar(place, other, &turn) }
      }
      retain(place, to: other, &turn)
      ship(place, to: other, &turn)
    }
  }

  /// As a new leader, asks how far another region has its region's changes.
  mutating func askHowFar(_ place: Int, _ other: RegionID, _ turn: inout Turn) {
    let target = target(place, in: other)
    guard target != .none else { return }
    var notice = copies[place].notice(epoch: copies[place].epoch)
    notice.leader = id
    turn.effects.sends.append(.notice(.resume, notice, from: id, to: target, &turn))
  }

  /// Learns who leads in another region. Where that is news the stream to there begins anew, whatever the message was that told it.
  ///
  /// What an earlier leader over there has acknowledged holds in its own epoch only, as its region may have lost it since; and that
  /// a new one announces itself may be lost, while what it asks or acknowledges comes (Kafka's followers, too, check where they
  /// stand with each new epoch of a leader, KIP-101).
  mutating func learn(
    _ leader: ReplicaID, epoch: UInt32, leads partition: Int, inOther other: RegionID, _ turn: inout Turn
  ) {
    let known = route(partition, in: other)
    learn(leader, epoch: epoch, leads: partition, in: other)
    let route = route(partition, in: other)
    guard route.leader != known.leader || route.epoch != known.epoch, let place = place(of: partition) else { return }
    restartStream(place, to: other, &turn)
    copies[place].fills.removeAll { turn.environment.regionOf[$0.recipient.index] == other }
  }

  /// Begins a stream anew, where somebody else leads over there.
  private mutating func restartStream(_ place: Int, to other: RegionID, _ turn: inout Turn) {
    guard copies[place].leads else { return }
    copies[place].leadership?.streams[other.index].isInLine = false
    rewind(place, other.index)
    let passes = turn.environment.detector.isReached(target(place, in: other), by: id)
    copies[place].leadership?.streams[other.index].isOpen = passes
    // That region may have lost what it had acknowledged.
    copies[place].leadership?.streams[other.index].isKnown = false
    askHowFar(place, other, &turn)
  }

  private mutating func breakStream(_ place: Int, _ index: Int) {
    copies[place].leadership?.streams[index].isOpen = false
    copies[place].leadership?.streams[index].isInLine = false
    rewind(place, index)
  }

  /// Goes back to what isn't acknowledged.
  mutating func rewind(_ place: Int, _ index: Int) {
    guard let cursor = copies[place].leadership?.streams[index] else { return }
    copies[place].leadership?.streams[index].sent = cursor.acknowledged
    copies[place].leadership?.streams[index].previous = cursor.delivered
  }

  // MARK: Acknowledgements

  /// Another region has the changes up to a number.
  mutating func takeReceived(_ message: Message, _ turn: inout Turn) {
    guard let place = place(of: Int(message.partition)) else { return }
    let other = turn.environment.regionOf[message.from.index]
    guard copies[place].leadsInPlace() else { return }
    // What an earlier leader over there says is worth nothing any more: its region may have lost it.
    guard message.place >= route(Int(message.partition), in: other).epoch else { return }
    learn(message.from, epoch: message.place, leads: Int(message.partition), inOther: other, &turn)
    copies[place].takeReceived(message.request, by: other.index)
    forgetDelivered(place, &turn)
    ship(place, to: other, &turn)
  }

  /// Gives up the changes that all regions have, and lets the followers do so, many at once.
  private mutating func forgetDelivered(_ place: Int, _ turn: inout Turn) {
    guard let trimmed = copies[place].trimmedInPlace() else { return }
    var least = copies[place].committedChanges
    for index in 0..<turn.environment.regionRanges.count where index != region.index {
      guard target(place, in: RegionID(index)) != .none else { continue }
      least = min(least, copies[place].cursor(of: index)?.acknowledged ?? 0)
    }
    copies[place].changes.trim(to: least)
    guard least >= trimmed + Self.keptRecords else { return }
    copies[place].leadership?.trimmed = least
    for follower in copies[place].leadership?.followers ?? [] where follower.follows {
      turn.effects.sends.append(
        Message(
          .streams(.trim), .position(partition: copies[place].partition, place: least), from: id, to: follower.replica,
          operation: .none, request: copies[place].epoch))
    }
  }

  mutating func takeTrim(_ message: Message) {
    guard let place = place(of: Int(message.partition)), !copies[place].leads, !copies[place].isLogOnly else { return }
    copies[place].changes.trim(to: min(message.place, copies[place].committedChanges))
  }

  // MARK: Retention

  /// Wants to be woken when the oldest change that waits leaves the retention, where messages don't pass.
  private mutating func retain(_ place: Int, to other: RegionID, _ turn: inout Turn) {
    guard let cursor = copies[place].leadership?.streams[other.index], !cursor.isRetained,
      cursor.isKnown, waiting(place, for: other) > 0
    else { return }
    var number = max(cursor.sent, copies[place].changes.base) + 1
    while copies[place].changes[number] == .none { number += 1 }
    let oldest = copies[place].changes[number]
    let left = turn.catalogue.versions[known: oldest].accepted + turn.environment.settings.streamRetention
    copies[place].leadership?.streams[other.index].isRetained = true
    turn.effects.wake(
      after: left > turn.now ? left - turn.now : .zero,
      for: .retention(id, incarnation: incarnation, partition: copies[place].partition, to: other))
  }

  /// Gives up what is older than the retention. False if nothing waits any more.
  mutating func expireChanges(_ partition: Int, _ other: RegionID, _ turn: inout Turn) -> Bool {
    guard let place = place(of: partition), copies[place].leads else { return false }
    copies[place].leadership?.streams[other.index].isRetained = false
    guard waiting(place, for: other) > 0 else { return false }
    giveUpExpired(place, to: other, &turn)
    retain(place, to: other, &turn)
    return true
  }

  private mutating func giveUpExpired(_ place: Int, to other: RegionID, _ turn: inout Turn) {
    let retention = turn.environment.settings.streamRetention
    while waiting(place, for: other) > 0, let cursor = copies[place].leadership?.streams[other.index] {
      var number = max(cursor.sent, copies[place].changes.base) + 1
      while copies[place].changes[number] == .none { number += 1 }
      let accepted = turn.catalogue.versions[known: copies[place].changes[number]].accepted
      guard turn.now - accepted >= retention else { break }
      copies[place].leadership?.streams[other.index].sent = number
      copies[place].leadership?.streams[other.index].acknowledged = number
      copies[place].leadership?.streams[other.index].givenUp = number
      expired[other.index] += 1
    }
    forgetDelivered(place, &turn)
  }
}
