import Kernel

/// How the log gets to all copies where a group spans all regions: in each other region one copy is sent a record, passes it on to
/// the others there, and brings their acknowledgements back, so that a record crosses the ocean once.
///
/// Whom a copy reaches its heartbeats tell, which aren't played one by one: where a relay doesn't reach another copy of its region
/// the leader sends to that one itself.
extension StreamsServer {
  // MARK: The leader

  /// Sends the last record to those who have all before it.
  mutating func sendLatestAcrossRegions(
    _ place: Int, _ version: VersionID, _ operation: OperationID, _ turn: inout Turn
  ) {
    let (end, epoch) = (copies[place].log.end, copies[place].epoch)
    for members in turn.environment.placement.copies[Int(copies[place].partition)] {
      let isHome = members.contains(id)
      var relay = ReplicaID.none
      for member in members where member != id {
        guard let index = copies[place].others.firstIndex(of: member), copies[place].takeForLatest(index) != nil else {
          continue
        }
        let isPassedOn = relay != .none && passes(between: relay, member, &turn)
        copies[place].leadership?.followers[index].relay = isPassedOn ? relay : .none
        guard !isPassedOn else { continue }
        let isRelay = !isHome && relay == .none && members.count > 1
        if isRelay { relay = member }
        turn.effects.sends.append(
          Message(
            .streams(isRelay ? .relay : .append), .entry(version, place: end), from: id, to: member,
            operation: operation, request: epoch))
      }
    }
    advance(place, &turn)
    armResend(place, &turn)
  }

  private func passes(between first: ReplicaID, _ second: ReplicaID, _ turn: inout Turn) -> Bool {
    turn.environment.detector.isReached(second, by: first) && turn.environment.detector.isReached(first, by: second)
  }

  /// Sends again itself what went by a relay that is out of reach by now, or doesn't reach for whom it was.
  mutating func reviseRelays(_ place: Int, _ turn: inout Turn) {
    guard copies[place].quorum.spans, replica.status == .running,
      let followers = copies[place].leadership?.followers
    else { return }
    for (index, follower) in followers.enumerated() where follower.follows && follower.relay != .none {
      guard !passes(between: id, follower.relay, &turn) || !passes(between: follower.relay, follower.replica, &turn)
      else { continue }
      copies[place].leadership?.followers[index].relay = .none
      guard follower.sent > follower.persisted else { continue }
      sendRecords(
        place, from: follower.persisted + 1, to: follower.replica, epoch: copies[place].epoch, &turn)
    }
  }

  /// The copy of a region that is the first to be sent what goes there; nil where none follows.
  func relay(_ place: Int, in region: RegionID, _ turn: inout Turn) -> ReplicaID? {
    guard let leadership = copies[place].leadership else { return nil }
    return turn.environment.placement.copies[Int(copies[place].partition)][region.index].first { member in
      copies[place].others.firstIndex(of: member).map { leadership.followers[$0].follows } ?? false
    }
  }

  /// Tells followers what is committed: those of other regions by their relays.
  mutating func tellCommittedAcrossRegions(_ place: Int, _ turn: inout Turn) {
    let relays = turn.environment.regionRanges.indices.map { index in
      index == region.index ? nil : relay(place, in: RegionID(index), &turn)
    }
    for follower in copies[place].leadership?.followers ?? [] where follower.follows {
      let relay = relays[turn.environment.regionOf[follower.replica.index].index]
      if let relay, relay != follower.replica, passes(between: relay, follower.replica, &turn) { continue }
      tellCommitted(place, to: follower.replica, &turn)
    }
  }

  /// Tells a follower what is committed.
  mutating func tellCommitted(_ place: Int, to follower: ReplicaID, _ turn: inout Turn) {
    turn.effects.sends.append(
      Message(
        .streams(.committed), .position(partition: copies[place].partition, place: copies[place].committed), from: id,
        to: follower, operation: .none, request: copies[place].epoch))
  }

  /// A follower knows what is committed, where messages get lost.
  mutating func takeInformed(_ message: Message) {
    guard let place = place(of: Int(message.partition)), copies[place].leads, copies[place].epoch == message.request,
      let index = copies[place].others.firstIndex(of: message.from),
      let known = copies[place].leadership?.followers[index].informed
    else { return }
    copies[place].leadership?.followers[index].informed = max(known, message.place)
  }

  // MARK: A relay

  /// Persists a record, and passes it on.
  mutating func relayRecord(_ message: Message, _ turn: inout Turn) -> Message? {
    let partition = turn.environment.keyOwners[turn.catalogue.versions[known: message.version].key].index
    guard let place = place(of: partition), copies[place].expectsRecord(message) else { return nil }
    passOn(place, &turn) {
      Message(
        .streams(.append), .entry(message.version, place: message.place), from: message.to, to: $0,
        operation: message.operation, request: message.request)
    }
    return persist(message, &turn)
  }

  /// Sends something to the other copies of its region that it reaches.
  mutating func passOn(_ place: Int, _ turn: inout Turn, _ message: (ReplicaID) -> Message) {
    for mate in copies[place].others where turn.environment.regionOf[mate.index] == region {
      if turn.environment.detector.isReached(mate, by: id) { turn.effects.sends.append(message(mate)) }
    }
  }

  /// Another copy of its region has persisted what it passed on.
  mutating func passOnAcknowledgement(_ message: Message, _ place: Int, _ turn: inout Turn) {
    let (leader, partition) = (copies[place].leader, copies[place].partition)
    guard copies[place].quorum.spans, message.request == copies[place].epoch, leader != .none, leader != id,
      turn.environment.regionOf[message.from.index] == region,
      let index = copies[place].others.firstIndex(of: message.from)
    else { return }
    copies[place].passedOn[index] = max(copies[place].passedOn[index], message.place)
    turn.effects.sends.append(
      Message(
        .streams(.persisted),
        .positionOf(
          partition: Message.tag(partition, disk: message.disk), replica: message.from, place: message.place),
        from: id, to: leader, operation: message.operation, request: message.request))
    settleOwed(place, &turn)
  }
}
