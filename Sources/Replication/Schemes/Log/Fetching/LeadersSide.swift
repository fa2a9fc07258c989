import Kernel

/// What a leader does about its followers' fetches (`server/ReplicaManager.fetchMessages`, `cluster/Partition`).
///
/// A fetch says how far its follower's log reaches: so the leader learns who has what, and commits what all in sync have.
/// It waits while there is nothing to tell: neither records nor a watermark that the follower doesn't know. A follower so
/// learns the watermark one fetch later than the leader moved it.
extension LogServer {
  /// What a new leader knows of its followers: nothing.
  func unknownFollowers(of partition: Int) -> [LogFollower] {
    copies[partition].members.filter { $0 != id }.map { LogFollower($0, end: nil, isParked: false) }
  }

  /// Takes a follower's fetch, unless it is of another epoch: which of the two hasn't heard of the newest leader is told so by the
  /// controller, and the follower asks again (KIP-320: FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH). Returns the refusal.
  mutating func takeFetch(_ message: Message, _ turn: inout Turn) -> Message? {
    let partition = Int(message.partition)
    guard leads(partition), message.request == copies[partition].state.epoch,
      let place = copies[partition].followers.firstIndex(where: { $0.id == message.from })
    else { return fetchRefusal(of: partition, number: message.fetch, to: message.from) }
    // One that was overtaken on its way says nothing any more.
    let follower = copies[partition].followers[place]
    guard follower.end == nil || Int16(bitPattern: message.fetch &- follower.fetch) >= 0 else { return nil }
    let end = copies[partition].log.end
    copies[partition].followers[place].end = message.offset
    copies[partition].followers[place].fetch = message.fetch
    copies[partition].followers[place].isParked = true
    // The next number says that the answer to the last came; the same that it did not, if there was one.
    let isNext = message.fetch == follower.fetch &+ 1
    if !isNext, !(message.fetch == follower.fetch && follower.isParked) { copies[partition].followers[place].told = 0 }
    // `Replica.updateFetchStateOrThrow`: who has now what there was at its last fetch was up to date then.
    if message.offset >= end {
      copies[partition].followers[place].caughtUp = turn.now
    } else if message.offset >= follower.endAtFetch {
      copies[partition].followers[place].caughtUp = max(follower.caughtUp, follower.fetchedAt)
    }
    copies[partition].followers[place].fetchedAt = turn.now
    copies[partition].followers[place].endAtFetch = end
    if message.offset < end { watchLag(of: partition, &turn) }
    rejoin(message.from, to: partition, at: message.offset, &turn)
    advanceWatermark(of: partition, &turn)
    answerFetch(place, of: partition, &turn)
    return nil
  }

  /// Tells who fetches that it doesn't lead, as far as it has heard (`NOT_LEADER_OR_FOLLOWER`).
  func fetchRefusal(of partition: Int, number: UInt16, to follower: ReplicaID) -> Message {
    .ofPlace(
      .notFetched, partition: partition, fetch: number, offset: 0, epoch: copies[partition].state.epoch, from: id,
      to: follower)
  }

  /// Asks for a follower to count as in sync again, once it has all that is committed (`Partition.isFollowerInSync`).
  mutating func rejoin(_ follower: ReplicaID, to partition: Int, at offset: Int, _ turn: inout Turn) {
    let copy = copies[partition]
    guard !copy.state.inSync.contains(follower), offset >= copy.watermark,
      offset >= copy.log.epochs.last?.start ?? 0
    else { return }
    turn.effects.pleas.append(
      ControllerPlea(
        region: region, partition: UInt16(partition), epoch: copy.state.epoch, leader: id, follower: follower,
        isInSync: true))
  }

  /// Answers a fetch that waits, if there is anything to tell.
  mutating func answerFetch(_ place: Int, of partition: Int, _ turn: inout Turn) {
    let follower = copies[partition].followers[place]
    guard follower.isParked, let from = follower.end else { return }
    let watermark = copies[partition].watermark
    let end = copies[partition].log.end
    if from < end {
      copies[partition].followers[place].isParked = false
      copies[partition].followers[place].told = min(
        watermark, sendRecords(from: from, to: follower, of: partition, &turn))
    } else if follower.told < watermark {
      copies[partition].followers[place].isParked = false
      copies[partition].followers[place].told = watermark
      turn.effects.sends.append(
        .ofPlace(
          .watermark, partition: partition, fetch: follower.fetch, offset: watermark,
          epoch: copies[partition].state.epoch, from: id, to: follower.id))
    }
  }

  /// Sends what stands from an offset on, as much as one fetch brings; says how far that reaches.
  private mutating func sendRecords(
    from: Int, to follower: LogFollower, of partition: Int, _ turn: inout Turn
  ) -> Int {
    let end = copies[partition].log.end
    var batch = RecordBatch()
    batch.partition = UInt16(partition)
    batch.fetch = follower.fetch
    batch.base = UInt32(from)
    batch.watermark = UInt32(copies[partition].watermark)
    var last = VersionID.none
    var offset = from
    while offset < end, batch.items.count < RecordBatch.capacity {
      let entry = copies[partition].log[offset]
      if entry.version != .none {
        batch.items.append(RecordBatch.Item(offset: UInt32(offset), version: entry.version, epoch: entry.epoch))
        batch.bytes += turn.catalogue.versions[known: entry.version].bytes
        last = entry.version
      }
      offset += 1
    }
    batch.end = UInt32(offset)
    if batch.items.count < offset - from { batch.epochs = copies[partition].log.epochs }
    let number = turn.parcels.batches.append(batch)
    turn.effects.sends.append(
      .fetched(number, last: last, epoch: copies[partition].state.epoch, from: id, to: follower.id))
    return offset
  }

  /// What was appended may be committed at once, is told to those whose fetch waits, and may leave others behind.
  mutating func noteAppend(of count: Int, to partition: Int, _ turn: inout Turn) {
    advanceWatermark(of: partition, &turn)
    let end = copies[partition].log.end
    for place in copies[partition].followers.indices {
      // Whoever had all there was until now was up to date until now.
      if let known = copies[partition].followers[place].end, known == end - count {
        copies[partition].followers[place].caughtUp = max(copies[partition].followers[place].caughtUp, turn.now)
      }
      answerFetch(place, of: partition, &turn)
    }
    watchLag(of: partition, &turn)
  }

  /// Commits what all in sync have, unless they are too few (`Partition.maybeIncrementLeaderHW`; under KIP-966 the watermark
  /// stands while the set is smaller than it must be).
  mutating func advanceWatermark(of partition: Int, _ turn: inout Turn) {
    let needed = copies[partition].neededInSync(turn.environment.settings)
    guard copies[partition].state.inSync.count >= needed else { return }
    let least = copies[partition].leastEnd
    guard least > copies[partition].watermark else { return }
    copies[partition].watermark = least
    while let first = copies[partition].pending.first, first.offset < least {
      copies[partition].pending.removeFirst()
      if let reply = answer(first.message, .produced) { post(reply, &turn) }
    }
    answerReaders(of: partition, &turn)
    answerMirrors(of: partition, &turn)
    for place in copies[partition].followers.indices { answerFetch(place, of: partition, &turn) }
  }
}
