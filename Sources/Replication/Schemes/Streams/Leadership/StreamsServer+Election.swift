import Kernel

/// How a partition gets another leader (ATC 2022, §3).
///
/// 1. A copy that has not heard the leader for as long as the failure detector says asks those that it thinks alive whether they
///    do, and goes on only if enough of them don't: no failure of a single link makes a new leader.
/// 2. Of those the lowest-numbered campaigns, for the next epoch. Who votes promises to follow nobody of an earlier one.
/// 3. With the votes of a majority it has all that was ever durable: its own log, or that of a voter which has more, which it
///    fetches. It goes on from there, and its log begins with a record of its own.
/// 4. It serves once the lease of the leader before is over, as far as the voters know of it.
extension StreamsServer {
  // MARK: Asking around

  /// Its leader has not been heard for long enough. False if it hears one by now.
  mutating func missLeader(_ partition: Int, _ watch: UInt32, _ turn: inout Turn) -> Bool {
    guard let place = place(of: partition), copies[place].watch == watch, copies[place].isWatching else { return false }
    copies[place].isWatching = false
    guard !copies[place].hearsLeader, !copies[place].leads else { return false }
    copies[place].missesLeader = true
    if copies[place].candidacy?.refill != nil {
      askAgain(place, &turn)
      return true
    }
    copies[place].candidacy = nil
    copies[place].inquiry = nil
    refusePostponed(place, &turn)
    let alive = turn.environment.detector.alive(to: id)
    let asked = copies[place].others.filter(alive.contains)
    guard copies[place].quorum.isReached(by: ReplicaSet(asked + [id])) else { return true }
    copies[place].inquiry = Inquiry(awaited: ReplicaSet(asked))
    for other in asked {
      turn.effects.sends.append(
        .notice(.inquiry, copies[place].notice(epoch: copies[place].epoch), from: id, to: other, &turn))
    }
    if asked.isEmpty { weighTestimonies(place, &turn) }
    if turn.environment.hasLosses { retryLater(place, &turn) }
    return true
  }

  /// Where messages get lost, it asks again.
  mutating func retryLater(_ place: Int, _ turn: inout Turn) {
    copies[place].isWatching = true
    copies[place].watch += 1
    turn.effects.wake(
      after: .seconds(1),
      for: .missLeader(
        id, incarnation: incarnation, partition: copies[place].partition, watch: copies[place].watch))
  }

  /// Says whether it hears the leader, or is it.
  mutating func testify(_ message: Message, _ turn: inout Turn) -> Message? {
    let asked = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(asked.partition)) else {
      // A member that nobody has told so yet, or that has lost its place: it hears no leader, and can't be one. Who asks isn't to wait.
      var notice = LeadershipNotice(partition: asked.partition, epoch: asked.epoch)
      notice.isWhole = false
      return .notice(.testimony, notice, from: id, to: message.from, &turn)
    }
    if copies[place].leads, copies[place].epoch >= asked.epoch { sayThatItLeads(place, to: message.from, &turn) }
    if copies[place].hearsLeader, copies[place].leader == message.from, asked.epoch >= copies[place].epoch {
      // That is the leader itself, who leads no more; that it resigned was lost.
      copies[place].hearsLeader = false
      copies[place].leader = .none
      copies[place].heard = max(copies[place].heard, turn.now.renewal(turn.environment.settings.lease))
      beginWatch(place, &turn)
    }
    var notice = copies[place].notice(epoch: copies[place].epoch)
    notice.isGiven = copies[place].leads || copies[place].hearsLeader
    // The others leave it to the lowest-numbered, which may have given up.
    if !notice.isGiven, comesBefore(id, message.from, &turn), copies[place].inquiry == nil,
      copies[place].candidacy == nil
    {
      beginWatch(place, isAtOnce: false, &turn)
    }
    return .notice(.testimony, notice, from: id, to: message.from, &turn)
  }

  mutating func takeTestimony(_ message: Message, _ turn: inout Turn) {
    let notice = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(notice.partition)), copies[place].inquiry?.awaited.remove(message.from) == true
    else { return }
    if notice.isGiven {
      // Somebody hears a leader: this one has lost touch, and nothing else is wrong.
      copies[place].inquiry = nil
      return
    }
    copies[place].inquiry?.silent.append((message.from, notice))
    if copies[place].inquiry?.awaited.isEmpty == true { weighTestimonies(place, &turn) }
  }

  /// Campaigns if enough don't hear the leader, and it is the lowest-numbered of those who could lead.
  private mutating func weighTestimonies(_ place: Int, _ turn: inout Turn) {
    guard let silent = copies[place].inquiry?.silent,
      copies[place].quorum.isReached(by: ReplicaSet(silent.map(\.replica) + [id]))
    else { return }
    copies[place].inquiry = nil
    let own = (replica: id, notice: copies[place].notice(epoch: copies[place].epoch))
    let all = silent + [own]
    // Who lacks records that others have given up can't catch up with them.
    let eligible = all.filter { candidate in
      candidate.notice.isWhole == all.contains { $0.notice.isWhole } && !candidate.notice.isLogOnly
        && all.allSatisfy { candidate.notice.place >= $0.notice.base || !$0.notice.tells(candidate.notice) }
    }
    guard eligible.map(\.replica).min(by: { comesBefore($0, $1, &turn) }) == id else { return }
    campaign(place, above: all.map(\.notice.epoch).max() ?? 1, &turn)
  }

  /// Whether a copy comes into question for leading before another: the lower-numbered, and where the group spans all regions first
  /// that of the region nearest to all, and a witness last.
  private func comesBefore(_ first: ReplicaID, _ second: ReplicaID, _ turn: inout Turn) -> Bool {
    guard let ranks = turn.environment.placement.span?.ranks else { return first < second }
    func rank(_ replica: ReplicaID) -> Int { ranks[turn.environment.regionOf[replica.index].index] }
    return (rank(first), first) < (rank(second), second)
  }

  // MARK: Campaigns

  mutating func campaign(_ place: Int, above epoch: UInt32, isHandedOver: Bool = false, _ turn: inout Turn) {
    let old = copies[place].notice(epoch: epoch + 1)
    copies[place].epoch = epoch + 1
    copies[place].leader = .none
    copies[place].candidacy = Candidacy(
      epoch: epoch + 1, began: turn.now, isHandedOver: isHandedOver, votes: [(id, old)])
    copies[place].heard = max(copies[place].heard, turn.now)
    for other in copies[place].others { askForVote(place, of: other, &turn) }
    countVotes(place, &turn)
  }

  private mutating func askForVote(_ place: Int, of other: ReplicaID, _ turn: inout Turn) {
    guard copies[place].candidacy?.asked.insert(other) == true else { return }
    turn.effects.sends.append(
      .notice(.campaign, copies[place].notice(epoch: copies[place].epoch), from: id, to: other, &turn))
  }

  /// Votes for a candidate of a later epoch, unless it hears a leader.
  mutating func vote(_ message: Message, _ turn: inout Turn) -> Message? {
    let asked = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(asked.partition)) else { return nil }
    // What it knows of the lease before, without the one that it now grants.
    var notice = copies[place].notice(epoch: asked.epoch)
    notice.isGiven =
      asked.epoch > copies[place].epoch && !copies[place].leads && !copies[place].hearsLeader
      && !copies[place].knows(asked, hasLeft: message.from)
    guard notice.isGiven else {
      if copies[place].leads { sayThatItLeads(place, to: message.from, &turn) }
      // Where it has promised itself to a later candidate it says so by a later epoch.
      notice = copies[place].notice(epoch: max(asked.epoch, copies[place].epoch))
      return .notice(.vote, notice, from: id, to: message.from, &turn)
    }
    stepDown(place, epoch: asked.epoch, leader: .none, &turn)
    copies[place].heard = max(copies[place].heard, turn.now)
    return .notice(.vote, notice, from: id, to: message.from, &turn)
  }

  mutating func takeVote(_ message: Message, _ turn: inout Turn) {
    let notice = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(notice.partition)), let candidacy = copies[place].candidacy else { return }
    guard notice.isGiven else {
      // It isn't to lead: it waits for who does, and asks again if nobody does.
      copies[place].candidacy = nil
      refusePostponed(place, &turn)
      copies[place].epoch = max(copies[place].epoch, notice.epoch)
      copies[place].missesLeader = false
      return beginWatch(place, &turn)
    }
    guard candidacy.epoch == notice.epoch, candidacy.source == nil,
      !candidacy.votes.contains(where: { $0.replica == message.from })
    else { return }
    copies[place].candidacy?.votes.append((message.from, notice))
    countVotes(place, &turn)
  }

  /// With a majority whose logs tell all that is durable it goes on; what it lacks it fetches first.
  ///
  /// A copy that has lost its disk can tell nothing. Only where every copy has spoken nobody is left who could know more.
  private mutating func countVotes(_ place: Int, _ turn: inout Turn) {
    guard let votes = copies[place].candidacy?.votes else { return }
    let own = votes[0].notice
    let telling = ReplicaSet(votes.filter { $0.notice.tells(own) }.map(\.replica))
    var best = votes[0]
    for vote in votes where vote.notice.isAhead(of: best.notice, for: own) { best = vote }
    guard isElected(place, by: telling, best.notice.membership, &turn) else { return }
    let numbered = votes.map(\.notice.numbered).max() ?? 0
    if !best.notice.tells(own) { copies[place].changes.skip(to: numbered) }
    copies[place].verified = copies[place].committed
    guard best.replica != id, best.notice.tells(own) else { return completeCampaign(place, &turn) }
    // Who keeps only the log may have begun it after what this one has: somebody else has to speak first.
    guard best.notice.base <= copies[place].committed || !best.notice.isLogOnly else { return }
    copies[place].candidacy?.source = (best.replica, best.notice.end)
    var wanted = LeadershipNotice(partition: copies[place].partition, epoch: copies[place].epoch)
    wanted.place = copies[place].committed + 1
    turn.effects.sends.append(.notice(.fetch, wanted, from: id, to: best.replica, &turn))
  }

  /// Whether those who have spoken are enough, by the members that the most advanced log names: who hasn't been asked of them is.
  ///
  /// Whatever members were ever in force are known to one of any majority of those before, for that had to commit it.
  private mutating func isElected(
    _ place: Int, by telling: ReplicaSet, _ membership: Membership?, _ turn: inout Turn
  ) -> Bool {
    guard let votes = copies[place].candidacy?.votes else { return false }
    guard let membership else {
      return copies[place].quorum.isReached(by: telling) || votes.count == copies[place].others.count + 1
    }
    for other in membership.everyone where other != id { askForVote(place, of: other, &turn) }
    return membership.isReached(by: telling)
      || membership.everyone.allSatisfy { member in votes.contains { $0.replica == member } }
  }

  // MARK: The new leader

  /// Goes on from the most advanced log: it serves when the old lease is over, and makes durable until then what is not yet.
  mutating func beginToLead(_ place: Int, _ turn: inout Turn) {
    guard let candidacy = copies[place].candidacy else { return }
    let span = turn.environment.settings.lease
    let heard = candidacy.votes.map(\.notice.heard).max() ?? .start
    let servesFrom = candidacy.isHandedOver ? turn.now : max(turn.now, heard + span)
    copies[place].candidacy = nil
    copies[place].fillings = []
    copies[place].isWhole = true
    copies[place].leader = id
    copies[place].hearsLeader = true
    copies[place].missesLeader = false
    copies[place].isWatching = false
    copies[place].watch += 1
    append(LogRecord(version: .none, epoch: candidacy.epoch), place, &turn)
    var leadership = Leadership(
      others: copies[place].others, regions: copies[place].received.count, servesFrom: servesFrom,
      barrier: copies[place].log.end)
    leadership.lease = candidacy.began + span
    leadership.renewedSince = nil
    leadership.isHandedOver = candidacy.isHandedOver
    for index in leadership.followers.indices { leadership.followers[index].follows = false }
    for index in leadership.streams.indices {
      leadership.streams[index].isOpen = false
      leadership.streams[index].isKnown = false
    }
    leadership.trimmed = copies[place].changes.base
    if copies[place].group.latest != nil { noteLogOnly(&leadership, of: Int(copies[place].partition), &turn) }
    copies[place].leadership = leadership
    let partition = Int(copies[place].partition)
    learn(id, epoch: candidacy.epoch, leads: partition, in: region)
    for other in copies[place].others { sayThatItLeads(place, to: other, &turn) }
    announce(place, &turn)
    watchLost(place, &turn)
    advance(place, &turn)
    reviseStreams(place, &turn)
    if servesFrom > turn.now {
      turn.effects.wake(
        after: servesFrom - turn.now,
        for: .serve(id, incarnation: incarnation, partition: copies[place].partition, epoch: candidacy.epoch))
    }
  }

  /// The old lease is over. False if it leads no more.
  func beginToServe(_ partition: Int, _ epoch: UInt32) -> Bool {
    place(of: partition).map { copies[$0].leads && copies[$0].epoch == epoch } ?? false
  }

  // MARK: What others lack

  /// Sends a candidate the records that it lacks.
  mutating func sendRecords(_ message: Message, _ turn: inout Turn) {
    let wanted = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(wanted.partition)), copies[place].epoch == wanted.epoch else { return }
    sendRecords(place, from: wanted.place, to: message.from, epoch: wanted.epoch, &turn)
  }

  mutating func sendRecords(_ place: Int, from first: UInt32, to other: ReplicaID, epoch: UInt32, _ turn: inout Turn) {
    var next = max(first, copies[place].log.base + 1)
    while next <= copies[place].log.end {
      let record = copies[place].log[next]
      if record.version == .none {
        var notice = LeadershipNotice(partition: copies[place].partition, epoch: epoch)
        notice.place = next
        notice.lastEpoch = record.epoch
        notice.membership = copies[place].group.named(at: next)
        turn.effects.sends.append(.notice(.barrier, notice, from: id, to: other, &turn))
      } else {
        turn.effects.sends.append(
          Message(
            .streams(.append), .entry(record.version, place: next), from: id, to: other,
            operation: turn.catalogue.versions[known: record.version].operation, request: epoch))
      }
      next += 1
    }
  }
}

extension LeadershipNotice {
  /// Whether it can tell what is durable: it has a copy, or the log, and who asks has a copy to which that can be applied.
  func tells(_ candidate: LeadershipNotice) -> Bool { isWhole || isLogOnly && candidate.isWhole }

  /// Whether its log has more of what may be durable than another's: the later last record, then the longer log (Raft, §5.4.1).
  fileprivate func isAhead(of other: LeadershipNotice, for candidate: LeadershipNotice) -> Bool {
    if tells(candidate) != other.tells(candidate) { return tells(candidate) }
    return (lastEpoch, end) > (other.lastEpoch, other.end)
  }
}
