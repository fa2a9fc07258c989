import Algorithms
import Kernel

/// An answer that a copy owes a coordinator of its region, as soon as a record is durable there.
struct OwedAnswer: Sendable {
  /// The record's place in the log.
  let place: UInt32
  let coordinator: ReplicaID
  /// The coordinator's number for the request.
  let request: UInt32
  let operation: OperationID
}

/// How a write of another region than the leader's is answered after one round trip, where a group spans all regions.
///
/// The record comes to the region on whose behalf it was made as to any other. Once it is durable in the leader's own region the
/// leader says so to the relay there; when that knows it durable in its own, too, it is durable in two, and nobody has to ask the
/// leader again. The leader answers as well when it knows that, in case somebody on the way is gone.
extension StreamsServer {
  // MARK: The leader

  /// Tells the relays of those regions whose writes have become durable in its own.
  mutating func tellDurable(_ place: Int, _ turn: inout Turn) {
    guard let leadership = copies[place].leadership else { return }
    let reach = copies[place].reach(in: region.index)
    guard reach > leadership.toldDurable else { return }
    copies[place].leadership?.toldDurable = reach
    let waiters = leadership.waiters
    let first = waiters.partitioningIndex { $0.place > leadership.toldDurable }
    for waiter in waiters[first...] {
      guard waiter.place <= reach else { break }
      let origin = turn.environment.regionOf[waiter.recipient.index]
      guard case .update = waiter.purpose, origin != region, origin != turn.environment.placement.span?.witness,
        let relay = relay(place, in: origin, &turn)
      else { continue }
      turn.effects.sends.append(
        Message(
          .streams(.durable),
          .positionOf(partition: copies[place].partition, replica: waiter.recipient, place: waiter.place), from: id,
          to: relay, operation: waiter.operation, request: waiter.request))
    }
  }

  /// Reports in which regions a record is durable that its leader answers for.
  func noteDurable(_ waiter: Leadership.Waiter, _ version: VersionID, _ turn: inout Turn) {
    guard turn.effects.isDetailed,
      let place = place(of: turn.environment.keyOwners[turn.catalogue.version(version).key].index)
    else { return }
    let regions = turn.environment.regionRanges.indices.filter { copies[place].reach(in: $0) >= waiter.place }
    guard regions.count >= 2 else { return }
    let first = regions.contains(region.index) ? region.index : regions[0]
    let second = regions.first { $0 != first } ?? first
    turn.effects.note(
      .foundDurable(RegionID(first), RegionID(second)), of: waiter.operation, by: id, at: turn.now)
  }

  // MARK: The other region

  /// A record is durable in the leader's region.
  mutating func takeDurable(_ message: Message, _ turn: inout Turn) {
    guard let place = place(of: Int(message.partition)), !copies[place].leads, copies[place].leader == message.from
    else { return }
    copies[place].owed.append(
      OwedAnswer(
        place: message.place, coordinator: message.subjectReplica, request: message.request,
        operation: message.operation))
    settleOwed(place, &turn)
  }

  /// Answers for what it knows to be durable in two regions, and has itself: the others of its region may have it before, where a
  /// message to this one was lost.
  mutating func settleOwed(_ place: Int, _ turn: inout Turn) {
    guard !copies[place].owed.isEmpty else { return }
    let reach = min(copies[place].reach(in: region.index), copies[place].verified)
    let due = copies[place].owed.filter { $0.place <= reach }
    guard !due.isEmpty else { return }
    copies[place].owed.removeAll { $0.place <= reach }
    for answer in due { settle(answer, place, &turn) }
  }

  private mutating func settle(_ owed: OwedAnswer, _ place: Int, _ turn: inout Turn) {
    let log = copies[place].log
    // What a leader said of an earlier epoch says nothing of what stands there now (Raft, §5.4.2).
    guard owed.place > log.base, log[owed.place].epoch == copies[place].epoch else { return }
    let version = log[owed.place].version
    guard version != .none, turn.catalogue.versions[known: version].operation == owed.operation else { return }
    reportAccepted(version, &turn)
    let leading = turn.environment.regionOf[copies[place].leader.index]
    turn.effects.note(.foundDurable(leading, region), of: owed.operation, by: id, at: turn.now)
    if owed.place > copies[place].committed {
      copies[place].committed = owed.place
      applyRipe(place, &turn)
      let (partition, epoch, id) = (copies[place].partition, copies[place].epoch, id)
      passOn(place, &turn) {
        Message(
          .streams(.committed), .position(partition: partition, place: owed.place), from: id, to: $0, operation: .none,
          request: epoch)
      }
    }
    let answer = Message(
      .streams(.done), .copy(version, seen: turn.catalogue.version(version).vector), from: id, to: owed.coordinator,
      operation: owed.operation, request: owed.request)
    if owed.coordinator == id { takeAnswer(answer, .done, &turn) } else { turn.effects.sends.append(answer) }
  }
}

extension Servers {
  /// How many committed writes of a partition most copies of a region don't have, if one of those leads.
  func undelivered(of partition: Int, from members: [ReplicaID], to region: RegionID) -> Int {
    let leading = members.lazy.compactMap { id in
      streams[id].place(of: partition).map { streams[id].copies[$0] }
    }.filter(\.leads).max { $0.epoch < $1.epoch }
    return leading.map { Int($0.undelivered(to: region.index)) } ?? 0
  }
}

extension PartitionCopy {
  /// How many committed writes most copies of a region don't have, as far as it knows as the leader.
  func undelivered(to region: Int) -> UInt32 {
    let reach = reach(in: region)
    guard committed > reach else { return 0 }
    let first = max(reach, log.base)
    guard committed > first else { return committed - reach }
    // Where a leadership begins nothing was written.
    return first - reach + UInt32((first + 1...committed).count { log[$0].version != .none })
  }

  /// Up to where its log is known to be on most copies of a region.
  func reach(in region: Int) -> UInt32 {
    quorum.reach(in: region) { member in
      if member == owner { return leads ? log.end : verified }
      guard let index = others.firstIndex(of: member) else { return 0 }
      return leadership?.followers[index].persisted ?? passedOn[index]
    }
  }
}
