import Insight
import Kernel
import Replication

/// Why an operation was refused, or not answered in time.
enum FailureClaim: Hashable, Sendable {
  /// Too few were thought alive, in one region if it is named.
  case refused(OperationID, Need, alive: [ReplicaID], copies: Int, short: RegionID?)
  /// Those gave it up for the tombstones in its way, and with so many it could not have the answers that it needed.
  case overwhelmed(OperationID, Need, [ReplicaID], had: Int)
  /// Its partition's capacity was used up.
  case throttled(OperationID, by: ReplicaID)
  /// It met another region's write to the same key, made by that version, at the leader.
  case rivalled(OperationID, leader: ReplicaID, VersionID, of: OperationID)
  /// Who would have to serve it was not to be had: the leader of its partition, or for any copy's answer a copy alive.
  case unserved(OperationID, by: ReplicaID, isAnyCopyEnough: Bool)
  /// Too few copies were in sync for what all of them are to have: so many, and so many are asked for.
  case fewInSync(OperationID, inSync: Int, needed: Int)
  /// A transaction found too few alive to read from, after its prepare.
  case refusedRead(OperationID, by: ReplicaID)
  /// Those were thought dead since then; whether one is reachable again, unnoticed.
  case dead(
    OperationID, [ReplicaID], by: ReplicaID, since: Instant, FaultTrail.Culprit?, isEnded: Bool,
    besides: FaultTrail.Culprit?, isOver: Bool)
  /// In its last phase it had answers of those.
  case short(OperationID, Phase, Need, had: [ReplicaID], of: Int)
  /// The owner that it was handed to led it, and still waited.
  case stillLed(OperationID, Need)
  /// Others had higher ballots as long as it tried.
  case contended(OperationID, by: ReplicaID)
  /// Only some accepted its proposal.
  case minority(OperationID, by: ReplicaID, accepted: Int, of: Int)
  /// It waited to try again.
  case waited(OperationID, by: ReplicaID)
  /// Its coordinator, or the owner that was to lead it, had stopped.
  case stopped(ReplicaID, isLeader: Bool, isPaused: Bool, FaultTrail.Culprit?)
  /// What went between the client and a replica was lost.
  case clientLost(OperationID, ReplicaID, isAnswer: Bool, Record.Loss, FaultTrail.Culprit?)
  /// The coordinator had answered, but the answer had not come.
  case answerUnderway(OperationID, ReplicaID, due: Instant)
  /// The request had not come yet.
  case requestUnderway(OperationID, ReplicaID, due: Instant)
  /// The session's replicas had all been asked in vain.
  case sought(OperationID)
  /// Its client had heard nothing of that one.
  case unheard(OperationID, ReplicaID)
  /// It waited for another's answer, which did not come either.
  case unheardTogether(OperationID, ReplicaID, OperationID)
  /// Why one that was asked had not answered.
  case silent(OperationID, ReplicaID, Silence, FaultTrail.Culprit?)
  /// No coordinator has accepted it, and none will.
  case unaccepted(OperationID)
  /// That one had made a version of it, which was given up since: nobody will have it.
  case discarded(OperationID, by: ReplicaID)
  /// None has yet, but it is on its way to an owner that may, or waits there.
  case unled(OperationID, by: ReplicaID)
  /// It was accepted; those have it in their logs by now, where it isn't known to be durable, and none has applied it.
  case logged(OperationID, by: ReplicaID, [ReplicaID])
  /// It was accepted; those have it by now, or what replaced it.
  case pending(OperationID, by: ReplicaID, holders: [ReplicaID])
  /// One keeps hints of it for others.
  case hintsFor(OperationID, by: ReplicaID, [ReplicaID])
  /// A leader had appended it and not committed it: who was in sync, who of them had not fetched it, how many must be in sync.
  case uncommitted(OperationID, leader: ReplicaID, inSync: [ReplicaID], awaited: [ReplicaID], needed: Int)
  /// A follower had not fetched it, or was not in sync, and why.
  case unfetched(OperationID, ReplicaID, from: ReplicaID, isInSync: Bool, Absence, FaultTrail.Culprit?)
  /// A leader had it in its log, or was to say what is newest, and waited for copies of its group: those that had the record.
  case undurable(OperationID, leader: ReplicaID, had: [ReplicaID], spansRegions: Bool)
  /// A leader waited for another region to confirm that it leads.
  case unconfirmed(OperationID, leader: ReplicaID)
  /// A copy that the leader waited for did not have it, or had not answered, and why.
  case lacking(OperationID, ReplicaID, from: ReplicaID, Absence, FaultTrail.Culprit?)
  /// A leader had appended it, and led no longer.
  case deposed(OperationID, ReplicaID, by: ReplicaID, epoch: UInt32)

  /// What keeps a follower from its leader's log.
  enum Absence: Hashable, Sendable {
    case down, paused, cut, held, underway
  }

  /// Why one that was asked had not answered.
  enum Silence: Hashable, Sendable {
    case lost(isAnswer: Bool, Record.Loss, at: Instant)
    case underway(isAnswer: Bool, due: Instant)
    case held(isAnswer: Bool)
    /// It had it, and crashed before it answered; it runs again.
    case crashed(at: Instant)
    case paused, down, queued, unanswered
  }
}

/// What became of an acknowledged write.
enum FateClaim: Hashable, Sendable {
  /// Another was preferred, for its timestamp.
  case beaten(VersionID, by: VersionID, won: Int64, lost: Int64)
  /// The winner's coordinator had not seen it.
  case unseenByWinner(VersionID, VersionID, isConcurrent: Bool)
  /// It was accepted where the winner was known, and therefore comes after it.
  case knewWinner(VersionID, VersionID)
  /// It was accepted later than the winner, and lost.
  case later(VersionID, VersionID, by: TimeSpan)
  /// Where a timestamp comes from that isn't that of its instant.
  case stamped(VersionID, Stamp, ahead: Int64, FaultTrail.Culprit?)
  /// No copy has it.
  case gone(VersionID)
  /// It was given up with the primary that had taken it; who took over lacks it.
  case givenUp(VersionID, by: ReplicaID)
  /// No copy has it, and what stands there now was written without it.
  case replacedUnmet(VersionID, by: VersionID)
  /// Who leads its partition, in that epoch, has no record of it; nil: the first leader.
  case lackedByLeader(VersionID, ReplicaID, epoch: UInt32, LogElection?)
  /// Nobody leads its partition, and none of its copies has it.
  case onNoDisk(VersionID)
  /// No leader has appended it, and none will.
  case neverAppended(VersionID)
  /// A disk was lost.
  case wiped(ReplicaID, FaultTrail.Culprit?)
}

/// What was tried instead.
enum RemedyClaim: Hashable, Sendable {
  case would(Explanation.Remedy)
  case soonest(Explanation.Remedy)
  case nothing(isFresh: Bool, levels: Int, coordinators: Int)
}

/// How things stand now.
enum PresentClaim: Hashable, Sendable {
  /// What the copies of a key hold.
  case copies(KeyID, [Group])
  /// So many more keys differ.
  case moreDiffer(Int)
  /// A version is in flight, or waits on a held link.
  case underway(VersionID, to: [ReplicaID], due: Instant?)
  /// An update is on its way to the owner that is to lead it, or waits on a held link.
  case toBeLed(OperationID, by: ReplicaID, due: Instant?)
  /// So many changes have come to a replica that is paused, and has yet to take them in.
  case untaken(ReplicaID, count: Int, FaultTrail.Culprit?)
  /// A replica keeps hints that would change a copy, and what they wait for.
  case hints(
    ReplicaID, Replica.Status, count: Int, for: [ReplicaID], HintStore.Handoff, FaultTrail.Culprit?)
  /// A replica keeps so many versions that would change copies, for others or to apply them itself; and what keeps them out of reach.
  case keeps(ReplicaID, count: Int, for: [ReplicaID], FaultTrail.Culprit?)
  /// A replica keeps so many versions for others whose copies already hold what wins over them; and what keeps them out of reach.
  case keepsBeaten(ReplicaID, count: Int, for: [ReplicaID], FaultTrail.Culprit?)
  /// A coordinator waits for acknowledgements.
  case awaits(OperationID, by: ReplicaID, [ReplicaID], until: Instant)
  /// A cache's entry isn't what its region's database holds.
  case oddEntry(ReplicaID, KeyID, VersionID, since: Instant, database: VersionID)
  /// A region's database lacks so many rows of the binlog.
  case missingRows(ReplicaID, Int)
  /// A cache has not heard so many invalidations.
  case unheard(ReplicaID, Int)
  /// A mirror has yet to bring records from one region to another, the oldest of which is so old; and what keeps it from it.
  case toMirror(from: RegionID, to: RegionID, Int, oldest: TimeSpan, FaultTrail.Culprit?)
  /// An update goes on that no copy has yet.
  case goesOn(OperationID, by: ReplicaID)
  /// There is more of that.
  case moreThings(Int)
  /// Nothing is on its way, but to who is down; and whether copies differ by their replicas' clocks alone.
  case nothingLeft(besidesForDown: Bool, isByClocks: Bool)
  /// So many changes of streams can't come any more.
  case expired(Int)
  /// After those commands the replicas agree; and what came back of what was deleted.
  case agreeAfter([String], TimeSpan, revived: [KeyID])
  /// Nothing that was tried brings it about.
  case neverAgree([[String]])
  /// A key keeps one value.
  case oneValue(KeyID, writes: Int, unseen: Int)
  /// What a write had seen of the one before.
  case sequel(VersionID, before: VersionID, Sight)
  case fewWrites(KeyID, Int)
  case merges(KeyID, ValueForm)

  struct Group: Hashable, Sendable {
    let version: VersionID
    /// Whether it has expired by the clocks of those.
    let isExpired: Bool
    /// The columns of a row that have expired by those clocks.
    var columns: [String] = []
    var replicas: [ReplicaID]
  }

  /// What a write had seen of another.
  enum Sight: Hashable, Sendable {
    /// Its coordinator had it: the two stood side by side.
    case stoodBeside
    /// Its context had seen it.
    case replaced
    /// Its coordinator had seen it, and an update of that type replaces what its coordinator has.
    case known
    /// It had not been seen, and its coordinator did not have it.
    case absent
  }
}
