import Kernel

/// A follower's side of the log: it persists the leader's records in their order, says so, and applies them a while later.
extension StreamsServer {
  // MARK: Persisting

  /// Takes a record of its leader's; returns the acknowledgement.
  mutating func persist(_ message: Message, _ turn: inout Turn) -> Message? {
    let partition = turn.environment.keyOwners[turn.catalogue.versions[known: message.version].key].index
    guard let place = place(of: partition) else { return nil }
    // A record takes its epoch from the one before, for each leadership begins with a record of its own.
    return take(message.version, epoch: nil, at: message.place, message, place, &turn)
  }

  /// Takes the record at which its leader's leadership, or an earlier one, begins.
  mutating func takeBarrier(_ message: Message, _ turn: inout Turn) -> Message? {
    let notice = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(notice.partition)) else { return nil }
    if let membership = notice.membership, notice.place > copies[place].verified {
      copies[place].group.offered.append(membership)
    }
    return take(.none, epoch: notice.lastEpoch, at: notice.place, message, place, &turn)
  }

  private mutating func take(
    _ version: VersionID, epoch: UInt32?, at index: UInt32, _ message: Message, _ place: Int, _ turn: inout Turn
  ) -> Message? {
    guard copies[place].expectsRecord(message) else { return nil }
    let record = LogRecord(version: version, epoch: epoch ?? 0)
    let takesRecords = copies[place].isWhole || copies[place].isLogOnly
    if takesRecords, copies[place].early.isEmpty, index == copies[place].verified + 1 {
      verify(record, at: index, place, &turn)
    } else {
      insertEarly(record, at: index, place)
      guard takesRecords else { return nil }
      takeEarly(place, &turn)
    }
    if let end = copies[place].fetchEnd() {
      if copies[place].verified >= end { completeCampaign(place, &turn) }
      return nil
    }
    conclude(place, &turn)
    settleOwed(place, &turn)
    return persisted(place, to: message.from, message.operation)
  }

  /// How far its log is persisted and the leader's.
  func persisted(_ place: Int, to leader: ReplicaID, _ operation: OperationID) -> Message {
    Message(
      .streams(.persisted),
      .position(partition: Message.tag(copies[place].partition, disk: disk), place: copies[place].verified), from: id,
      to: leader, operation: operation, request: copies[place].epoch)
  }

  /// Takes the records in that follow on what it has.
  mutating func takeEarly(_ place: Int, _ turn: inout Turn) {
    while let next = copies[place].early.first, next.place <= copies[place].verified + 1 {
      copies[place].early.removeFirst()
      if next.place > copies[place].verified { verify(next.record, at: next.place, place, &turn) }
    }
  }

  private mutating func insertEarly(_ record: LogRecord, at index: UInt32, _ place: Int) {
    let early = copies[place].early
    if early.isEmpty || early[early.count - 1].place < index {
      copies[place].early.append((index, record))
    } else if !early.contains(where: { $0.place == index }) {
      copies[place].early.insert((index, record), at: early.firstIndex { $0.place > index } ?? early.count)
    }
  }

  /// Has its log say what the leader's says at a place: what stood there otherwise was never committed, and goes with all after it.
  private mutating func verify(_ offered: LogRecord, at index: UInt32, _ place: Int, _ turn: inout Turn) {
    let epoch = offered.version == .none ? offered.epoch : copies[place].log.epoch(at: index - 1)
    let record = LogRecord(version: offered.version, epoch: epoch)
    if index <= copies[place].log.end, copies[place].log[index] != record { discard(from: index, place, &turn) }
    copies[place].verified = index
    guard index > copies[place].log.end else { return }
    append(record, place, &turn)
    noteReceived(record.version, place, &turn)
    if record.version == .none, !copies[place].group.offered.isEmpty { takeMembership(at: index, place) }
  }

  /// Takes in from which change of another region on it lacks something.
  mutating func noteReceived(_ version: VersionID, _ place: Int, _ turn: inout Turn) {
    guard version != .none, !isOwn(version, &turn) else { return }
    let writer = turn.catalogue.versions[known: version].writer.replica
    let origin = turn.environment.regionOf[writer.index].index
    copies[place].received[origin] = max(copies[place].received[origin], turn.parcels.streams.numbers[version])
  }

  /// Drops the end of its log, which was never committed: "what an isolated leader could not commit".
  ///
  /// Who has written what is dropped goes on under another name, so that nobody takes its next version to have seen that.
  mutating func discard(from index: UInt32, _ place: Int, _ turn: inout Turn) {
    precondition(
      index > copies[place].committed,
      "record \(index) of partition \(copies[place].partition) is committed up to \(copies[place].committed) at \(id)")
    while copies[place].log.end >= index {
      let version = copies[place].log.removeLast().version
      guard version != .none else { continue }
      let author = turn.catalogue.versions[known: version].writer
      if isOwn(version, &turn) {
        // Where a group spans all regions nothing is to be sent to another.
        if !spansRegions { copies[place].changes.removeLast() }
      } else {
        let origin = turn.environment.regionOf[author.replica.index].index
        let number = turn.parcels.streams.numbers[version]
        copies[place].received[origin] = min(copies[place].received[origin], number - 1)
      }
      if author == writer {
        writer = id.writer(afterLosses: writer.losses + 1)
        issued = issued.emptied
      }
    }
    copies[place].dropMemberships(from: index)
    copies[place].verified = min(copies[place].verified, copies[place].log.end)
    copies[place].ripe = min(copies[place].ripe, copies[place].log.end)
  }

  // MARK: Applying

  /// Takes in what has become durable: of two or three copies a follower's and the leader's are most; of more it is told.
  mutating func conclude(_ place: Int, _ turn: inout Turn) {
    let verified = copies[place].verified
    if !copies[place].quorum.tellsCommits {
      if verified > copies[place].committed { copies[place].committed = verified }
    } else if copies[place].told > copies[place].committed {
      copies[place].committed = max(copies[place].committed, min(copies[place].told, verified))
      applyRipe(place, &turn)
    }
    scheduleRipening(place, &turn)
  }

  /// Takes in up to where the log is committed; returns the acknowledgement, where it has to be sure that this came.
  mutating func takeCommitted(_ message: Message, _ turn: inout Turn) -> Message? {
    guard let place = place(of: Int(message.partition)), message.request == copies[place].epoch,
      copies[place].leader != .none, !copies[place].leads,
      message.from == copies[place].leader || copies[place].quorum.spans
    else { return nil }
    copies[place].committed = max(copies[place].committed, min(message.place, copies[place].verified))
    applyRipe(place, &turn)
    guard copies[place].quorum.spans else { return nil }
    copies[place].told = max(copies[place].told, message.place)
    if turn.environment.regionOf[message.from.index] != region {
      passOn(place, &turn) { message.addressed(to: $0, from: message.to) }
    }
    guard turn.environment.hasLosses || turn.environment.takesTimeToServe, message.from == copies[place].leader else {
      return nil
    }
    return Message(
      .streams(.informed), .position(partition: copies[place].partition, place: message.place), from: id,
      to: message.from, operation: .none, request: message.request)
  }

  /// Has what it has newly persisted applied after the delay of followers, in order.
  private mutating func scheduleRipening(_ place: Int, _ turn: inout Turn) {
    let verified = copies[place].verified
    guard verified > copies[place].ripe, !copies[place].isLogOnly else { return }
    let delay = nextFollowerDelay(&turn)
    let at = max(turn.now + delay, copies[place].ripening)
    guard at > turn.now else {
      copies[place].ripe = verified
      applyRipe(place, &turn)
      return
    }
    copies[place].ripening = at
    turn.effects.wake(
      after: at - turn.now,
      for: .apply(id, incarnation: incarnation, partition: copies[place].partition, index: verified))
  }

  private mutating func nextFollowerDelay(_ turn: inout Turn) -> TimeSpan {
    if let constant = turn.environment.settings.followerDelay.constant { return constant }
    let draw = turn.environment.randomness.draw(.followerDelay, owner: UInt64(id.raw), number: delaysDrawn)
    delaysDrawn += 1
    return turn.environment.settings.followerDelay.sample(draw)
  }

  /// Its delay is over for the records up to a place. False if they were applied, or dropped, before.
  mutating func ripen(_ partition: Int, _ index: UInt32, _ turn: inout Turn) -> Bool {
    guard let place = place(of: partition), index > copies[place].ripe, index > copies[place].applied,
      copies[place].verified >= index
    else { return false }
    copies[place].ripe = index
    applyRipe(place, &turn)
    return true
  }

  mutating func applyRipe(_ place: Int, _ turn: inout Turn) {
    // Without a copy there is nothing to apply it to; and what isn't applied is kept.
    guard !copies[place].isLogOnly else { return }
    applyCommitted(place, upTo: min(copies[place].ripe, copies[place].committed), &turn)
    let (end, applied) = (copies[place].log.end, copies[place].applied)
    if end - copies[place].log.base > 2 * Self.keptRecords {
      copies[place].log.trim(to: min(applied, end - Self.keptRecords))
    }
  }

  /// Applies committed records up to a place: from then on reads of its copy see them.
  mutating func applyCommitted(_ place: Int, upTo index: UInt32, _ turn: inout Turn) {
    while let version = copies[place].takeNext(upTo: index) {
      guard version != .none else { continue }
      let isOwn = isOwn(version, &turn)
      if isOwn {
        copies[place].committedChanges = turn.parcels.streams.numbers[version]
        reportAccepted(version, &turn)
      }
      store(version, by: isOwn ? .append : .item, &turn)
    }
  }

  /// Reports that an update is durable, if nobody has.
  @inline(__always) func reportAccepted(_ version: VersionID, _ turn: inout Turn) {
    guard !turn.parcels.streams.isReported[version] else { return }
    turn.parcels.streams.isReported[version] = true
    turn.effects.record(.accepted(version), at: turn.now)
  }

  /// Keeps a version, if it wins over what stands there: between regions the last writer wins, item by item.
  mutating func store(_ version: VersionID, by kind: StreamsMessage, _ turn: inout Turn) {
    let key = turn.catalogue.versions[known: version].key
    if turn.environment.hasMortals { cells[key] = turn.unpurged(cells[key], by: replica.clock) }
    let (reception, held) = cells[key].take(version, &turn.catalogue)
    turn.effects.recordStore(version, at: id, reception, over: held, by: kind, now: turn.now)
  }
}
