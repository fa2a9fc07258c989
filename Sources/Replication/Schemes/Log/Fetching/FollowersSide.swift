import Kernel

/// What a follower does: it fetches what its leader has and it lacks, one fetch after the other
/// (`server/ReplicaFetcherThread`).
///
/// Before the first fetch of an epoch it cuts off what the new leader doesn't have. By epochs it asks the leader where its own
/// latest epoch ends (KIP-101), again for an earlier one if the leader doesn't know that (KIP-279). As before, by
/// its own watermark, it cuts what may be committed all the same.
extension LogServer {
  /// For how long a follower waits for an answer where messages may be lost (`replica.fetch.backoff.ms`, 1 s).
  static let fetchPatience = TimeSpan.seconds(1)

  /// Begins to follow a partition's leader.
  mutating func follow(_ partition: Int, isNewEpoch: Bool, _ turn: inout Turn) {
    guard copies[partition].isHeld, copies[partition].state.leader != .none, !leads(partition) else { return }
    copies[partition].following.isConnected = isConnected(to: copies[partition].state.leader, turn)
    if turn.environment.settings.truncation == .watermark {
      if isNewEpoch { truncate(partition, to: copies[partition].watermark, &turn) }
      fetch(partition, &turn)
    } else if let epoch = copies[partition].log.lastEpoch {
      ask(.epoch(epoch), of: partition, &turn)
    } else {
      fetch(partition, &turn)
    }
  }

  private mutating func fetch(_ partition: Int, _ turn: inout Turn) { ask(.fetch, of: partition, &turn) }

  /// Asks the leader something new.
  private mutating func ask(_ question: LogFollowing.Question, of partition: Int, _ turn: inout Turn) {
    copies[partition].following.question = question
    copies[partition].following.number &+= 1
    send(partition, &turn)
  }

  /// Sends what it asks.
  private mutating func send(_ partition: Int, _ turn: inout Turn) {
    let (copy, following) = (copies[partition], copies[partition].following)
    copies[partition].following.asked = turn.now
    switch following.question {
    case .nothing: return
    case .fetch:
      turn.effects.sends.append(
        .ofPlace(
          .fetch, partition: partition, fetch: following.number, offset: copy.log.end, epoch: copy.state.epoch,
          from: id, to: copy.state.leader))
    case .epoch(let epoch):
      turn.effects.sends.append(
        .ofPlace(
          .askEpoch, partition: partition, fetch: following.number, offset: 0, epoch: epoch, from: id,
          to: copy.state.leader))
    }
    if turn.environment.isLossy { watchFetch(of: partition, &turn) }
  }

  // MARK: Answers

  /// Appends what its leader sent, and fetches on.
  ///
  /// A log may end in records that were cleaned away, once an unclean leader has cut off those for whose sake they were: it
  /// ends where its leader's does all the same (a cleaned batch keeps its last offset, `DefaultRecordBatch`).
  mutating func takeRecords(_ message: Message, _ turn: inout Turn) {
    let batch = turn.parcels.batches[known: message.batch]
    let partition = Int(batch.partition)
    guard isAwaited(message, .fetch, number: batch.fetch, of: partition),
      Int(batch.base) == copies[partition].log.end
    else { return }
    copies[partition].log.adopt(batch.epochs, upTo: Int(batch.end) - 1)
    for item in batch.items {
      put(item.version, at: Int(item.offset), epoch: item.epoch, into: partition, by: .records, &turn)
    }
    copies[partition].log.leaveGap(to: Int(batch.end), epoch: copies[partition].log.lastEpoch ?? 0)
    learn(Int(batch.watermark), of: partition)
    fetch(partition, &turn)
  }

  /// Learns how far the log is committed, and fetches on.
  mutating func takeWatermark(_ message: Message, _ turn: inout Turn) {
    let partition = Int(message.partition)
    guard isAwaited(message, .fetch, number: message.fetch, of: partition) else { return }
    learn(message.offset, of: partition)
    fetch(partition, &turn)
  }

  /// Whether it is the answer that its leader owes it.
  private func isAwaited(
    _ message: Message, _ question: LogFollowing.Question, number: UInt16, of partition: Int
  ) -> Bool {
    let copy = copies[partition]
    return message.from == copy.state.leader && message.request == copy.state.epoch
      && copy.following.question == question && copy.following.number == number
  }

  /// Whom it has asked hasn't heard yet that it leads: it asks again a while later (`replica.fetch.backoff.ms`).
  mutating func takeFetchRefusal(_ message: Message, _ turn: inout Turn) {
    let partition = Int(message.partition)
    guard turn.environment.regionOf[message.from.index] == region else {
      return takeMirrorRefusal(message, of: partition, &turn)
    }
    let copy = copies[partition]
    guard message.from == copy.state.leader, copy.following.number == message.fetch, copy.following.question != .nothing
    else { return }
    watchFetch(of: partition, &turn)
  }

  private mutating func learn(_ watermark: Int, of partition: Int) {
    copies[partition].watermark = max(copies[partition].watermark, min(watermark, copies[partition].log.end))
  }

  // MARK: Epochs

  /// Says where an epoch ends in the log that it leads.
  func answerEpoch(_ message: Message) -> Message {
    let partition = Int(message.partition)
    guard leads(partition) else { return fetchRefusal(of: partition, number: message.fetch, to: message.from) }
    let found = copies[partition].log.end(of: message.request)
    return .ofPlace(
      .epochEnd, partition: partition, fetch: message.fetch, offset: found?.offset ?? 0, epoch: found?.epoch ?? 0,
      from: id, to: message.from)
  }

  /// Cuts off what its leader doesn't have, and fetches on; or asks again, if the leader knows nothing of that epoch.
  mutating func takeEpochEnd(_ message: Message, _ turn: inout Turn) {
    let partition = Int(message.partition)
    let copy = copies[partition]
    guard message.from == copy.state.leader, copy.following.number == message.fetch,
      case .epoch(let asked) = copy.following.question
    else { return }
    let own = copy.log.end(of: message.request)
    truncate(partition, to: min(message.offset, own?.offset ?? 0), &turn)
    if message.request < asked, let own, own.epoch < message.request {
      ask(.epoch(own.epoch), of: partition, &turn)
    } else {
      fetch(partition, &turn)
    }
  }

  // MARK: Connections

  /// Whether messages pass between it and its leader: its connection tells it (a broken one is made anew at once).
  private func isConnected(to leader: ReplicaID, _ turn: Turn) -> Bool {
    leader == id || turn.environment.detector.isReached(leader, by: id)
  }

  /// A connection that was broken stands again: what was asked before is asked again.
  mutating func noticeReach(_ turn: inout Turn) {
    guard replica.status == .running else { return noticeBrokenConnections(turn) }
    for partition in copies.indices where copies[partition].isHeld && !leads(partition) {
      guard copies[partition].state.leader != .none else { continue }
      let isConnected = isConnected(to: copies[partition].state.leader, turn)
      defer { copies[partition].following.isConnected = isConnected }
      guard isConnected, !copies[partition].following.isConnected else { continue }
      if copies[partition].following.question == .nothing {
        follow(partition, isNewEpoch: false, &turn)
      } else {
        send(partition, &turn)
      }
    }
    mirror(&turn)
  }

  /// A connection breaks though it is paused, and what it has asked is lost with it: it finds that out when it goes on.
  private mutating func noticeBrokenConnections(_ turn: Turn) {
    for partition in copies.indices where copies[partition].isHeld && !leads(partition) {
      let leader = copies[partition].state.leader
      guard leader != .none, !isConnected(to: leader, turn) else { continue }
      copies[partition].following.isConnected = false
    }
    noticeBrokenMirrors(turn)
  }

  /// Something was lost on the way: it may have been what it waits for.
  mutating func noticeLosses(_ turn: inout Turn) {
    for partition in copies.indices where copies[partition].isHeld && !leads(partition) {
      if copies[partition].following.question != .nothing { watchFetch(of: partition, &turn) }
    }
    noticeMirrorLosses(&turn)
  }

  private mutating func watchFetch(of partition: Int, _ turn: inout Turn) {
    guard !copies[partition].following.isWatched else { return }
    copies[partition].following.isWatched = true
    turn.effects.wake(
      after: Self.fetchPatience,
      for: .refetch(id, partition: UInt16(partition), incarnation: incarnation))
  }

  /// Asks again what it has asked for long, as the question or its answer may be lost. False if it awaits nothing.
  mutating func fetchAgain(_ partition: Int, _ turn: inout Turn) -> Bool {
    copies[partition].following.isWatched = false
    let following = copies[partition].following
    guard !leads(partition), following.question != .nothing else { return false }
    guard turn.now - following.asked >= Self.fetchPatience else {
      watchFetch(of: partition, &turn)
      return true
    }
    guard following.isConnected else { return false }
    send(partition, &turn)
    return true
  }
}
