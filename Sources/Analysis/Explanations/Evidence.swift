import Insight
import Kernel
import Replication

/// What a sentence rests on: something that was recorded, looked at or tried, and can be looked up again.
public enum Evidence: Hashable, Sendable {
  /// A record of the history.
  case record(RecordID)
  /// The command that was given at a position.
  case command(Int)
  /// What a replica's copy of a key held after so many events.
  case copy(ReplicaID, KeyID, position: Int)
  /// What was on its way, or waited, for a replica after so many events.
  case pending(ReplicaID, position: Int)
  /// What the catalogue holds of a version: its timestamp and what its writer had seen.
  case version(VersionID)
  /// How an operation ended, by its entry in the history.
  case operation(OperationID)
  /// An operation issued on a fork, at a position and some time later.
  case trial(OperationPlan, at: Int, after: TimeSpan)
  /// Inputs given on a fork at a position.
  case attempt([Input], at: Int)
}

/// Evidence that isn't empty: a sentence can't be written without it.
public struct Quotes: Hashable, Sendable {
  /// What is quoted, in order.
  public let all: [Evidence]

  /// Nil if there is none.
  init?(_ evidence: [Evidence]) {
    guard !evidence.isEmpty else { return nil }
    all = evidence
  }

  init(_ first: Evidence, _ rest: [Evidence] = []) { all = [first] + rest }

  init(_ first: Quoted, _ rest: [Quoted] = []) { all = ([first] + rest).map { .record($0.id) } }

  init?(_ quoted: [Quoted]) { self.init(quoted.map { .record($0.id) }) }

  /// With more.
  func adding(_ more: [Evidence]) -> Quotes { Quotes(all[0], Array(all.dropFirst()) + more) }

  /// With more records.
  func adding(_ more: [Quoted]) -> Quotes { adding(more.map { .record($0.id) }) }

  /// With the command that is to blame, if there is one.
  func blaming(_ culprit: FaultTrail.Culprit?) -> Quotes { adding(culprit.map { [.command($0.position)] } ?? []) }
}

/// What an explanation says, in one sentence or two: its words are made from it and from nothing else.
enum Claim: Hashable, Sendable {
  case coordination(CoordinationClaim)
  case write(WriteClaim)
  case transaction(TransactionClaim)
  case read(ReadClaim)
  case failure(FailureClaim)
  case miss(Miss, of: OperationID, accepted: Instant, cause: FaultTrail.Culprit?, keeper: FaultTrail.Culprit?)
  case fate(FateClaim)
  case remedy(RemedyClaim)
  case present(PresentClaim)
  case consumer(ConsumerClaim)
}

/// How many answers a level needs of a coordinator.
struct Need: Hashable, Sendable {
  let level: ConsistencyLevel
  let coordinator: ReplicaID
  let required: Int
}

/// Who was asked to coordinate, and why.
enum CoordinationClaim: Hashable, Sendable {
  /// The client turned to that replica.
  case asks(OperationID, ReplicaID, Direction)
  /// The coordinator owns no copy, and handed it to that owner to lead.
  case handedOver(OperationID, ReplicaID, to: ReplicaID)
  /// It was reading the same for another operation already, whose answer this one waited for.
  case joined(OperationID, ReplicaID, OperationID)
  /// It had those stand in for owners that it thought dead.
  case standsIn(OperationID, ReplicaID, [StandIn])
  /// The coordinator passed it on to the leader that it knew of.
  case askedLeader(OperationID, ReplicaID, leader: ReplicaID)
  /// Something happened on the path between its client and its coordinators.
  case path(OperationID, PathStep)
  /// A timeline was put together from something, or lacks something, for which a command is to blame.
  case timeline(OperationID, TimelineStep, FaultTrail.Culprit?)
  /// A cache, or a database behind it, did something for it.
  case cache(OperationID, ReplicaID, CacheStep)
  /// Before that, replicas lacked what its session knows by those operations.
  case lacked(OperationID, by: [ReplicaID], origins: [OperationID])
  /// It could not reach the one that the command named.
  case named(OperationID, ReplicaID)
  /// It could reach nobody, of its own region if it is kept there.
  case nobody(OperationID, isKeptHome: Bool)
  /// Those could not be reached, as they were stopped or cut off.
  case unreachable(OperationID, [ReplicaID], isStopped: Bool, FaultTrail.Culprit?)
  /// The coordinator thought those owners dead.
  case thinksDead(OperationID, ReplicaID, [ReplicaID], isRead: Bool)
}

/// How a write went out and what came back.
enum WriteClaim: Hashable, Sendable {
  /// Its coordinator accepted it and sent it: straight to some, to be passed on by others.
  case accepted(OperationID, by: ReplicaID, direct: [ReplicaID], relays: [ReplicaID], copies: Int, Need)
  /// It kept a hint for each of those, which it thought dead.
  case hinted(OperationID, by: ReplicaID, for: [ReplicaID])
  /// It kept none for those.
  case unhinted(OperationID, by: ReplicaID, for: [ReplicaID], HintRefusal)
  /// A copy's acknowledgement was counted, the how manyth.
  case acknowledged(OperationID, ReplicaID, isOwn: Bool, number: Int)
  /// And it was the last that was needed: how long its way took.
  case decided(OperationID, ReplicaID, isOwn: Bool, number: Int, ConsistencyLevel, Journey?, FaultTrail.Culprit?)
  /// That one knew it durable in two regions, and answered.
  case durable(OperationID, by: ReplicaID, RegionID, RegionID)
  /// A copy led its partition, in that epoch; and since when, where that is known.
  case led(OperationID, by: ReplicaID, partition: Int, epoch: Int, since: Instant?)
  /// A copy had it in its log, the how manyth, and of how many it had to be in the logs.
  case persisted(OperationID, ReplicaID, isLeader: Bool, number: Int, Enough)
  /// The primary's database had it.
  case committed(OperationID, by: ReplicaID)
  /// So many more came before the client had its answer.
  case more(OperationID, Int)
  /// At ANY a hint was enough.
  case hintSufficed(OperationID, by: ReplicaID)
  /// At ANY the timeout was a success, with so many acknowledgements, and whether any hint was kept then.
  case timeoutSufficed(OperationID, by: ReplicaID, acknowledged: Int, isHinted: Bool)
  /// The client had its answer.
  case answered(OperationID, after: TimeSpan)

  /// In whose logs a write has to be before it is answered.
  enum Enough: Hashable, Sendable {
    /// Nobody's.
    case nobody
    /// Its leader's.
    case leader
    /// Those of most copies of a region.
    case most(of: Int)
    /// Those of all that are in sync, so many.
    case allInSync(Int)
    /// Those of most copies in two regions, of which there is another claim.
    case elsewhere

    /// How many logs that is; nil where the number doesn't say.
    var count: Int? {
      switch self {
      case .nobody: 0
      case .leader: 1
      case .most(let copies): copies / 2 + 1
      case .allInSync(let copies): copies
      case .elsewhere: nil
      }
    }
  }
}

/// How long an exchange took.
struct Journey: Hashable, Sendable {
  let there: TimeSpan
  let waited: TimeSpan
  let back: TimeSpan
}

/// The rounds of a transaction.
enum TransactionClaim: Hashable, Sendable {
  /// An attempt began under a ballot, and was sent to those.
  case prepares(OperationID, by: ReplicaID, Ballot, Attempt, to: [ReplicaID], Need)
  /// Those promised.
  case promised(OperationID, [ReplicaID])
  /// One did not, as it had promised a higher ballot; or refused a proposal for that.
  case outbid(OperationID, ReplicaID, promised: Ballot, own: Ballot, isProposal: Bool)
  /// The coordinator gave way.
  case gaveWay(OperationID, by: ReplicaID)
  /// It finished first what another operation had left half done.
  case finishes(OperationID, by: ReplicaID, other: OperationID, isOwn: Bool)
  /// It sent the last commit to those that had missed it.
  case catchesUp(OperationID, by: ReplicaID, [ReplicaID])
  /// It read the key, and those answered.
  case reads(OperationID, by: ReplicaID, answered: [ReplicaID])
  /// What it found, and whether the condition held.
  case found(OperationID, VersionID, KeyID, WriteCondition, isMet: Bool)
  /// It proposed its value, or nothing.
  case proposes(OperationID, by: ReplicaID, isNothing: Bool)
  /// Those accepted.
  case accepted(OperationID, [ReplicaID])
  /// It sent what was decided to those.
  case commits(OperationID, by: ReplicaID, to: [ReplicaID])
  /// Those have stored it.
  case stored(OperationID, [ReplicaID])
}

/// How a read was served.
enum ReadClaim: Hashable, Sendable {
  /// Whom its coordinator asked, and whether those are the nearest that it thought alive.
  case asks(OperationID, by: ReplicaID, [ReplicaID], Need, isNearest: Bool, isByLatency: Bool)
  /// One more was asked, as answers were late.
  case asksMore(OperationID, by: ReplicaID, [ReplicaID])
  /// The digests differed.
  case comparesAgain(OperationID, [ReplicaID])
  /// What a copy held as it answered.
  case held(OperationID, ReplicaID, VersionID, KeyID, behind: Int, Verdict)
  /// Its region has nothing of the key, another one's log has: each is a cluster of its own; what its mirror calls the key, if there
  /// is one.
  case elsewhere(OperationID, KeyID, RegionID, not: RegionID, mirroredAs: String?)
  /// What a copy had held as it was asked for the first time, where it answered otherwise, or not in time, the second time.
  case heldFirst(OperationID, ReplicaID, VersionID, KeyID)
  /// By whose clock what was read lives yet, or has expired: when its life ends, and what its coordinator's clock showed, in
  /// microseconds.
  case life(OperationID, VersionID, end: Int64, reading: Int64, FaultTrail.Culprit?)
  /// Those were sent what was found, and those of them had acknowledged it when the client was answered.
  case repairs(OperationID, sent: [ReplicaID], acknowledged: [ReplicaID], isBlocking: Bool)
  /// A write that was missed: how it was acknowledged, by how many copies where those are what counts.
  case missed(VersionID, OperationID, acknowledged: Int?, isHinted: Bool)
  /// The levels need not share a copy.
  case apart(OperationID, read: Need, OperationID, write: Need, copies: Int)
  /// They must share a copy while owners serve both, but those stood in for owners.
  case apartByStandIns(OperationID, OperationID, [StandIn])
  /// More writes were missed.
  case moreMissed(OperationID, Int)
  /// What deleted a value, or its end (by the clock that set it, in microseconds), was older than the grace period, and no copy has it any more.
  case zombie(OperationID, grave: VersionID, died: Int64, grace: TimeSpan, ReplicaID, VersionID, KeyID)
  /// A repair, tried on a fork, brought the value to so many more copies.
  case spreads(VersionID, KeyID, copies: Int)
  /// A value that stands beside others.
  case sibling(ItemID, VersionID, by: String, number: UInt32)
  /// None of their writers had seen the others.
  case unseen([VersionID])

  /// What became of what a copy held.
  enum Verdict: Hashable, Sendable {
    case none, isAnswer, agree, isNewest, isMerged
  }
}
