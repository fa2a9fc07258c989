import Kernel

/// One thing that a coordinator, or a client, did or came to know on behalf of an operation: what an explanation quotes.
///
/// Steps are reported only while somebody plays a history again to explain it (``Cluster/isDetailed``): nobody pays for
/// them otherwise, and they never steer anything.
public enum Step: Hashable, Sendable {
  /// The client turned to that replica to coordinate, and why to that one.
  case directed(Direction)
  /// The client could not reach that replica.
  case unreachable
  /// The command named that replica, which could not be reached: no other comes into question.
  case asksOnly
  /// The client may not ask another region's replicas (`failover local`).
  case keptHome
  /// What went between the client and that replica is gone.
  case clientLost(isAnswer: Bool, Record.Loss)
  /// The replica took the operation on; so many answers its level needs of the owners.
  case taken(required: UInt16)
  /// What it thought of an owner of the key as it took it on, and since when.
  case regards(ReplicaID, isAlive: Bool, since: Instant)
  /// In the place of that owner, which it thought dead, it turned to that replica.
  case replaced(ReplicaID, by: ReplicaID)
  /// It was reading the same for that operation, whose answer this one waits for.
  case joined(OperationID)
  /// It owns no copy of the key, and handed the update to that owner, to lead it.
  case handedOver(ReplicaID)
  /// It passed the request on to that replica, which leads the key's partition as far as it knows.
  case askedLeader(ReplicaID)
  /// A cache, or a database behind it, did something.
  case cache(CacheStep)
  /// Something happened on the path between the client and its coordinator.
  case path(PathStep)
  /// A timeline was put together from something, or lacks something.
  case timeline(TimelineStep)
  /// It refused before anything was sent: so many were needed (in that region, if one is named), so many thought alive.
  case refused(required: UInt16, alive: UInt16, in: RegionID)
  /// It began something, and why.
  case began(Phase)
  /// It sent a message, be it to itself.
  case sent(Message)
  /// It counted an answer in.
  case counted(Message)
  /// It learnt whether that participant promised, or accepted, and the highest ballot that that one had promised.
  case promised(ReplicaID, isGiven: Bool, Ballot)
  /// It began an attempt under a ballot, and why.
  case balloted(Ballot, Attempt)
  /// It proposes that version; none: nothing.
  case proposed(VersionID)
  /// It chose whom to ask: the nearest of those thought alive, or those who have answered fastest.
  case ranked(byLatency: Bool)
  /// It found that version, and whether what the write asks of it holds.
  case found(VersionID, isMet: Bool)
  /// As the leader it refused the write for that version, which another region's write had made and which was not durable yet.
  case metRival(VersionID)
  /// It knew the write durable in those two regions.
  case foundDurable(RegionID, RegionID)
  /// It kept no hint for that replica, and why.
  case unhinted(ReplicaID, HintRefusal)
  /// It gave that version its timestamp, and from where.
  case stamped(VersionID, Stamp)
  /// It answered; so many answers were needed, so many had been counted, and what the answer rests on.
  case answered(Outcome, required: UInt16, received: UInt16, Ground)
  /// The operation's timeout passed while the coordinator still had so many answers of those that it needed.
  case expired(Phase, required: UInt16, received: UInt16)
}

/// What a cache, or a database behind it, did on behalf of an operation.
public enum CacheStep: Hashable, Sendable {
  /// It passed the request on to that server, which stands between it and the primary's database.
  case askedUpstream(ReplicaID)
  /// It knew of nobody alive whom it would have to ask.
  case knewNobody
  /// It served what it had kept since then, which a write or a fetch had brought.
  case servedEntry(VersionID, since: Instant, isChangeset: Bool)
  /// It could not serve the key itself.
  case missedEntry(CacheMiss)
  /// It served what its database holds.
  case servedRow(VersionID)
  /// What was fetched came, and was kept or not.
  case filled(VersionID, isKept: Bool)
  /// It took in what was written; or dropped what it kept, which the write wasn't made on.
  case tookChangeset(VersionID, isClash: Bool)
}

/// Why a client turned to a replica.
public enum Direction: UInt8, Hashable, Sendable {
  /// The command named it.
  case named
  /// It is the nearest that the client can reach.
  case nearest
  /// It is the nearest owner of the key that the client can reach.
  case nearestOwner
  /// It is the nearest that the client can reach, and there is no owner of the key in its region that it can reach.
  case noOwner
  /// It was its turn.
  case turn
  /// The lot fell on it.
  case lot
  /// The client stays with whom it began.
  case sticky
  /// The load balancer of the region to which it goes gave it that one.
  case balanced
  /// The one before lacked what the session was promised, and this is the next nearest owner not asked yet.
  case session
}

/// What a coordinator does at a time for an operation.
public enum Phase: UInt8, Hashable, Sendable {
  /// A write has been sent; acknowledgements are awaited.
  case write
  /// Data from the nearest contact and digests from the others.
  case digests
  /// Digests differed: data from all contacts.
  case data
  /// The answers came so late that one more replica is asked.
  case speculation
  /// What contacts hold differed: the stale ones are sent the winner, and the answer waits for them.
  case blockingRepair
  /// The same, but the answer doesn't wait.
  case asyncRepair
  /// Repairs were not acknowledged in time: others are sent them.
  case spreadRepair
  /// All owners are asked after the answer, by chance.
  case check
  /// Promises are asked for.
  case preparing
  /// Somebody else's proposal, found half done, is proposed again.
  case finishing
  /// And is being committed.
  case committingOther
  /// Somebody who had missed the last commit is sent it.
  case catchingUp
  /// Nothing is proposed, so that nothing older can surface.
  case proposingNothing
  /// The present value is read.
  case reading
  /// The own value is proposed.
  case proposing
  /// And is being committed.
  case committing
  /// Somebody had a higher ballot: it waits before it tries again.
  case waiting
}

/// Why a transaction's coordinator began an attempt.
public enum Attempt: UInt8, Hashable, Sendable {
  /// It was the first.
  case first
  /// Somebody with a higher ballot was in the way before.
  case contended
  /// It had finished somebody else's proposal first.
  case finishedOther
  /// It had brought others up to the last commit first.
  case caughtUp
  /// What was decided before had as high a clock as its ballot.
  case tied
}

/// Why no hint was kept.
public enum HintRefusal: UInt8, Hashable, Sendable {
  /// `set hints off`.
  case off
  /// Its target had been thought dead for longer than the hint window.
  case window
}

/// What an answer rests on.
public enum Ground: UInt8, Hashable, Sendable {
  /// As many acknowledgements as the level needs.
  case acknowledged
  /// At ANY: a hint was kept.
  case hinted
  /// At ANY: the timeout passed, and it is a success whether or not a hint could be kept.
  case timeoutAtAny
  /// All answers agreed.
  case agreed
  /// The answers differed, and the stale contacts have acknowledged the winner.
  case repaired
  /// The answers differed, and nobody waited for a repair.
  case unrepaired
  /// The condition did not hold.
  case refuted
  /// Others had higher ballots for as long as it tried.
  case contention
  /// Only a minority accepted the proposal: others may finish it.
  case minority
  /// Too few were thought alive.
  case shortage
  /// Another region's write to the same item was under way.
  case rival
  /// The partition's capacity was used up.
  case capacity
  /// Replicas gave up for the tombstones in the way.
  case tombstones
}

extension Effects {
  /// Reports a step, if anybody wants to know.
  @inline(__always) mutating func note(
    _ step: @autoclosure () -> Step, of operation: OperationID, by replica: ReplicaID, at now: Instant
  ) {
    if isDetailed { record(.step(operation, by: replica, step()), at: now) }
  }
}

extension LeaderlessServer {
  /// Reports what a coordinator knows as it takes an operation on.
  @inline(__always) func noteStart(_ operation: Operation, _ turn: inout Turn) {
    if turn.effects.isDetailed { reportStart(operation, &turn) }
  }

  private func reportStart(_ operation: Operation, _ turn: inout Turn) {
    let required = UInt16(turn.environment.required(operation.level, coordinatorIn: region))
    turn.effects.note(.taken(required: required), of: operation.id, by: id, at: turn.now)
    let alive = turn.environment.detector.alive(to: id)
    for owner in turn.environment.ownerSet(of: operation.key) {
      let since = turn.environment.detector.opinionSince(of: owner, by: id)
      turn.effects.note(
        .regards(owner, isAlive: alive.contains(owner), since: since), of: operation.id, by: id, at: turn.now)
    }
    guard !operation.level.isSerial else { return }
    for standIn in turn.copies(of: operation.key, alive: alive).standIns {
      turn.effects.note(.replaced(standIn.owner, by: standIn.replica), of: operation.id, by: id, at: turn.now)
    }
  }
}
