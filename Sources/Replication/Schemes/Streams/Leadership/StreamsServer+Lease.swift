import Kernel

/// Leases: who leads, for how long it may, and who hears it (ATC 2022, §3).
///
/// Heartbeats are not played one by one, so that idle time costs nothing: a lease counts as renewed at each multiple of a quarter
/// of it at which its leader ran and reached enough followers. Whenever who reaches whom changes, each copy takes that in; and
/// once messages pass again nobody takes it for granted who leads: the leader says so, and its followers answer.
extension StreamsServer {
  mutating func noticeReach(_ turn: inout Turn) {
    for place in copies.indices {
      if copies[place].leads { reviseFollowers(place, &turn) } else { reviseLeader(place, &turn) }
      // What was on its disk when it stopped is applied.
      if replica.status == .running { applyRipe(place, &turn) }
    }
  }

  /// What the others think may have changed: it goes on with what it could not do before.
  mutating func noticeOpinions(_ turn: inout Turn) {
    for place in copies.indices where copies[place].missesLeader { beginWatch(place, &turn) }
  }

  mutating func noticeLosses(_ turn: inout Turn) {
    for place in copies.indices where copies[place].leads { armResend(place, &turn) }
  }

  // MARK: The leader

  /// Takes in which followers it reaches; those that it reaches again have to say that they follow.
  private mutating func reviseFollowers(_ place: Int, _ turn: inout Turn) {
    let isRunning = replica.status == .running
    guard let followers = copies[place].leadership?.followers else { return }
    for (index, follower) in followers.enumerated() {
      let passes = isRunning && turn.environment.detector.isReached(follower.replica, by: id)
      if follower.follows, !passes {
        copies[place].leadership?.followers[index].follows = false
        copies[place].leadership?.followers[index].sent = follower.persisted
        if copies[place].leadership?.heir == follower.replica { keepLeadership(place, &turn) }
      } else if !follower.follows, passes {
        sayThatItLeads(place, to: follower.replica, &turn)
      }
    }
    reviseLease(place, &turn)
    reviseRelays(place, &turn)
    announce(place, &turn)
    watchLost(place, &turn)
    reviseStreams(place, &turn)
    armResend(place, &turn)
  }

  /// Tells those servers that it reaches and that have not heard of it that it leads: all servers route to leaders.
  ///
  /// Who led at first everybody knows.
  mutating func announce(_ place: Int, _ turn: inout Turn) {
    let hasChanged = copies[place].group.latest.map { $0.place > 0 } ?? false
    guard copies[place].epoch > 1 || hasChanged, replica.status == .running else { return }
    for other in turn.environment.everyone where other != id && !copies[place].others.contains(other) {
      guard copies[place].epoch > 1 || turn.environment.regionOf[other.index] == region else { continue }
      let isReached = turn.environment.detector.isReached(other, by: id)
      if !isReached {
        copies[place].leadership?.announced.remove(other)
      } else if copies[place].leadership?.announced.insert(other) == true {
        sayThatItLeads(place, to: other, &turn)
      }
    }
  }

  /// Takes in whether its lease is being renewed.
  mutating func reviseLease(_ place: Int, _ turn: inout Turn) {
    guard let leadership = copies[place].leadership else { return }
    let reached = ReplicaSet(leadership.followers.filter(\.follows).map(\.replica) + [id])
    let isRenewed = replica.status == .running && copies[place].quorum.isReached(by: reached)
    if isRenewed, leadership.renewedSince == nil {
      copies[place].leadership?.renewedSince = turn.now
    } else if !isRenewed, leadership.renewedSince != nil {
      let lease = leadership.lease(at: turn.now, span: turn.environment.settings.lease)
      copies[place].leadership?.lease = lease
      copies[place].leadership?.renewedSince = nil
    }
  }

  mutating func sayThatItLeads(_ place: Int, to other: ReplicaID, _ turn: inout Turn) {
    var notice = copies[place].notice(epoch: copies[place].epoch)
    notice.leader = id
    notice.isGiven = true
    notice.place = copies[place].leadership?.barrier ?? 0
    notice.heard = turn.now
    if copies[place].group.latest != nil { addMembers(to: &notice, for: other, place, &turn) }
    turn.effects.sends.append(.notice(.heartbeat, notice, from: id, to: other, &turn))
  }

  /// A copy says that it follows, or that it has promised itself to a later leader.
  mutating func takeFollower(_ message: Message, _ turn: inout Turn) {
    let notice = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(notice.partition)) else { return }
    if copies[place].knows(notice, hasLeft: message.from) { return }
    guard copies[place].leads else {
      // What it said before it crashed has come late.
      if notice.isGiven { resign(place, epoch: notice.epoch, to: [message.from], &turn) }
      return
    }
    guard notice.epoch <= copies[place].epoch else { return stepDown(place, epoch: notice.epoch, leader: .none, &turn) }
    guard notice.epoch == copies[place].epoch, notice.isGiven,
      let index = copies[place].others.firstIndex(of: message.from)
    else { return }
    // What it said of a disk that it has lost meanwhile has come late.
    let known = copies[place].leadership?.followers[index].disk ?? 0
    guard notice.disk &- known < 512 else { return }
    if copies[place].group.latest != nil { noteStanding(place, index, notice, &turn) }
    copies[place].leadership?.followers[index].follows = true
    copies[place].leadership?.followers[index].disk = notice.disk
    reviseLease(place, &turn)
    bringUp(place, index, notice, &turn)
    if copies[place].group.latest != nil { watchLost(place, &turn) }
  }

  /// Sends a follower what it lacks: records, or a whole copy where those are given up.
  private mutating func bringUp(_ place: Int, _ index: Int, _ notice: LeadershipNotice, _ turn: inout Turn) {
    let (follower, epoch, end) = (copies[place].others[index], copies[place].epoch, copies[place].log.end)
    var persisted = notice.place
    if !(notice.isWhole || notice.isLogOnly) || notice.place < copies[place].log.base {
      persisted = sendCopy(place, to: follower, epoch: epoch, &turn)
    }
    copies[place].leadership?.followers[index].isFilled = persisted != notice.place
    sendRecords(place, from: persisted + 1, to: follower, epoch: epoch, &turn)
    copies[place].leadership?.followers[index].persisted = notice.isWhole || notice.isLogOnly ? notice.place : 0
    copies[place].leadership?.followers[index].sent = end
    if copies[place].quorum.spans {
      copies[place].leadership?.followers[index].relay = .none
      tellCommitted(place, to: follower, &turn)
    }
    advance(place, &turn)
    armResend(place, &turn)
    if notice.isLogOnly { beginToFill(place, &turn) }
  }

  /// Somebody else leads, or is about to: what it could not commit is discarded once the new leader's log says so.
  mutating func stepDown(_ place: Int, epoch: UInt32, leader: ReplicaID, _ turn: inout Turn) {
    if copies[place].leads || copies[place].hearsLeader {
      copies[place].heard = max(copies[place].heard, turn.now.renewal(turn.environment.settings.lease))
    }
    if copies[place].leads, replica.status == .running {
      resign(place, epoch: copies[place].epoch, to: copies[place].others, &turn)
    }
    copies[place].leadership = nil
    copies[place].candidacy = nil
    refusePostponed(place, &turn)
    copies[place].inquiry = nil
    copies[place].missesLeader = false
    copies[place].epoch = max(copies[place].epoch, epoch)
    copies[place].leader = leader
    copies[place].hearsLeader = false
    copies[place].verified = copies[place].committed
    copies[place].forgetLeader()
    copies[place].early = []
    copies[place].earlyChanges = []
    copies[place].fillings = []
    beginWatch(place, &turn)
  }

  /// Tells its followers that they will hear no more of it.
  private mutating func resign(_ place: Int, epoch: UInt32, to followers: [ReplicaID], _ turn: inout Turn) {
    var notice = LeadershipNotice(partition: copies[place].partition, epoch: epoch)
    notice.leader = id
    for other in followers { turn.effects.sends.append(.notice(.resign, notice, from: id, to: other, &turn)) }
  }

  /// Its leader leads no more.
  mutating func takeResignation(_ message: Message, _ turn: inout Turn) {
    let notice = turn.parcels.streams.notices[message.notice]
    guard let place = place(of: Int(notice.partition)), copies[place].leader == message.from,
      copies[place].epoch == notice.epoch, copies[place].hearsLeader, !copies[place].leads
    else { return }
    copies[place].hearsLeader = false
    copies[place].leader = .none
    copies[place].heard = max(copies[place].heard, turn.now.renewal(turn.environment.settings.lease))
    beginWatch(place, &turn)
  }

  // MARK: The followers

  /// Takes in whether it hears its leader.
  private mutating func reviseLeader(_ place: Int, _ turn: inout Turn) {
    let leader = copies[place].leader
    if copies[place].hearsLeader,
      replica.status != .running || leader == .none || !turn.environment.detector.isReached(leader, by: id)
    {
      copies[place].hearsLeader = false
      copies[place].heard = max(copies[place].heard, turn.now.renewal(turn.environment.settings.lease))
    }
    if replica.status == .running, !copies[place].hearsLeader { beginWatch(place, &turn) }
  }

  /// Waits for as long as the failure detector does before it asks around.
  mutating func beginWatch(_ place: Int, isAtOnce: Bool = true, _ turn: inout Turn) {
    guard !copies[place].isWatching, !copies[place].hearsLeader, !copies[place].leads else { return }
    copies[place].isWatching = true
    copies[place].watch += 1
    let delay = copies[place].missesLeader && isAtOnce ? .zero : turn.environment.settings.detector.delay ?? .seconds(1)
    turn.effects.wake(
      after: delay,
      for: .missLeader(
        id, incarnation: incarnation, partition: copies[place].partition, watch: copies[place].watch))
  }

  /// Somebody leads: a new leader, one that it hears again, or, from another region, whom to send its changes to.
  mutating func takeHeartbeat(_ message: Message, _ turn: inout Turn) -> Message? {
    let notice = turn.parcels.streams.notices[message.notice]
    let (partition, origin) = (Int(notice.partition), turn.environment.regionOf[message.from.index])
    guard origin == region || spansRegions else {
      learn(notice.leader, epoch: notice.epoch, leads: partition, inOther: origin, &turn)
      if let place = place(of: partition), copies[place].candidacy?.refill != nil {
        askForCopy(place, of: notice.leader, &turn)
      }
      return nil
    }
    learn(notice.leader, epoch: notice.epoch, leads: partition, in: origin)
    var beginsLog = false
    if notice.isGiven, let membership = notice.membership { beginsLog = heed(membership, of: notice, &turn) }
    guard let place = place(of: partition), notice.isGiven else { return nil }
    copies[place].successor = .none
    guard notice.epoch >= copies[place].epoch else { return following(place, message.from, isGiven: false, &turn) }
    if copies[place].leads || copies[place].leader != message.from || copies[place].epoch < notice.epoch {
      stepDown(place, epoch: notice.epoch, leader: message.from, &turn)
      // What is not committed, and stands where the new leadership begins, was never durable.
      if !beginsLog { forgetLog(place, from: notice) }
      let end = copies[place].log.end
      if end >= notice.place, notice.place > copies[place].committed { discard(from: notice.place, place, &turn) }
    }
    copies[place].candidacy = nil
    copies[place].inquiry = nil
    refusePostponed(place, &turn)
    copies[place].heard = max(copies[place].heard, notice.heard)
    if turn.environment.detector.isReached(message.from, by: id) {
      copies[place].hearsLeader = true
      copies[place].missesLeader = false
      copies[place].isWatching = false
      copies[place].watch += 1
    } else {
      beginWatch(place, &turn)
    }
    copies[place].changes.skip(to: copies[place].isWhole || copies[place].isLogOnly ? 0 : notice.numbered)
    return following(place, message.from, isGiven: true, &turn)
  }

  func following(_ place: Int, _ leader: ReplicaID, isGiven: Bool, _ turn: inout Turn) -> Message {
    var notice = copies[place].notice(epoch: copies[place].epoch)
    notice.isGiven = isGiven
    notice.disk = disk
    // Up to there its log is the leader's.
    notice.place = copies[place].committed
    return .notice(.follow, notice, from: id, to: leader, &turn)
  }
}
