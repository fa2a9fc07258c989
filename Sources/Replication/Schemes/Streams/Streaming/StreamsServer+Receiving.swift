import DequeModule
import Kernel

/// The leader's side of the streams that come from other regions: each change becomes a record of its own region's log, in the
/// order of the stream, and is acknowledged once that is durable.
///
/// AWS has the replicator write an item only if it is newer than what stands there; here the record is kept in any case, and who
/// applies it decides so, by the same timestamps at every copy.
extension StreamsServer {
  /// Takes a change of another region; returns the answer, where nothing is to be waited for.
  mutating func takeChange(_ message: Message, _ turn: inout Turn) -> Message? {
    let partition = turn.environment.keyOwners[turn.catalogue.versions[known: message.version].key].index
    guard let place = place(of: partition), copies[place].leadsInPlace() else {
      return direction(message, partition, &turn)
    }
    let origin = turn.environment.regionOf[message.from.index].index
    if message.request <= copies[place].received[origin] { return howFar(place, origin, to: message.from, &turn) }
    guard message.predecessor <= copies[place].received[origin] else {
      copies[place].earlyChanges.append(EarlyChange(message: message))
      return nil
    }
    appendChange(message, place, &turn)
    while let index = copies[place].earlyChanges.firstIndex(where: { follows($0.message, place, &turn) }) {
      let next = copies[place].earlyChanges.remove(at: index).message
      let origin = turn.environment.regionOf[next.from.index].index
      if next.request > copies[place].received[origin] { appendChange(next, place, &turn) }
    }
    return nil
  }

  /// Whether all before a change is there.
  private func follows(_ message: Message, _ place: Int, _ turn: inout Turn) -> Bool {
    message.predecessor <= copies[place].received[turn.environment.regionOf[message.from.index].index]
  }

  private mutating func appendChange(_ message: Message, _ place: Int, _ turn: inout Turn) {
    append(LogRecord(version: message.version, epoch: copies[place].epoch), place, &turn)
    copies[place].received[turn.environment.regionOf[message.from.index].index] = message.request
    let end = copies[place].log.end
    copies[place].leadership?.waiters.append(
      Leadership.Waiter(
        place: end, purpose: .change(number: message.request), recipient: message.from,
        request: message.request, operation: message.operation))
    sendLatest(place, message.version, message.operation, &turn)
  }

  /// A change is durable in this region.
  mutating func acknowledge(_ number: UInt32, _ waiter: Leadership.Waiter, _ place: Int, _ turn: inout Turn) {
    turn.effects.sends.append(received(number, place, to: waiter.recipient, waiter.operation))
  }

  private func received(_ number: UInt32, _ place: Int, to leader: ReplicaID, _ operation: OperationID) -> Message {
    Message(
      .streams(.received), .position(partition: copies[place].partition, place: copies[place].epoch), from: id,
      to: leader,
      operation: operation, request: number)
  }

  /// Says how far another region's changes are durable here.
  private func howFar(_ place: Int, _ origin: Int, to leader: ReplicaID, _ turn: inout Turn) -> Message {
    received(durable(place, fromRegion: origin, &turn), place, to: leader, .none)
  }

  /// How far another region's changes are durable here.
  func durable(_ place: Int, fromRegion origin: Int, _ turn: inout Turn) -> UInt32 {
    var number = copies[place].received[origin]
    for waiter in copies[place].leadership?.waiters ?? [] {
      if case .change(let pending) = waiter.purpose,
        turn.environment.regionOf[waiter.recipient.index].index == origin
      {
        number = min(number, pending - 1)
      }
    }
    return number
  }

  /// A new leader of another region asks how far its region's changes are durable here.
  mutating func answerResume(_ message: Message, _ turn: inout Turn) -> Message? {
    let notice = turn.parcels.streams.notices[message.notice]
    let other = turn.environment.regionOf[message.from.index]
    learn(notice.leader, epoch: notice.epoch, leads: Int(notice.partition), inOther: other, &turn)
    guard let place = place(of: Int(notice.partition)), copies[place].leads else {
      return direction(message, Int(notice.partition), &turn)
    }
    return howFar(place, other.index, to: message.from, &turn)
  }

  /// Says who leads here, as it doesn't.
  func direction(_ message: Message, _ partition: Int, _ turn: inout Turn) -> Message? {
    let known = route(partition, in: region)
    guard known.leader != id, known.leader != .none else { return nil }
    var notice = LeadershipNotice(partition: UInt16(partition), epoch: known.epoch)
    notice.leader = known.leader
    return .notice(.heartbeat, notice, from: id, to: message.from, &turn)
  }
}
