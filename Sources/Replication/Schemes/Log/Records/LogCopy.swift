import DequeModule
import Kernel

/// What the controller has decided about a partition in a region, as far as somebody has heard.
public struct PartitionState: Hashable, Sendable {
  /// Who leads; none where nobody may.
  public internal(set) var leader: ReplicaID
  /// How often a leader was elected, the first included.
  public internal(set) var epoch: UInt32
  /// Who has all that is committed: the leader commits what all of these have.
  public internal(set) var inSync: ReplicaSet
  /// Who left the in-sync set when it was too small to commit, and so has all that is committed, too (KIP-966).
  public internal(set) var eligible: ReplicaSet
}

/// One replica's copy of a partition, or, where it holds none, what it knows of the partition.
struct LogCopy: Sendable {
  // On its disk.
  /// The records.
  var log = PartitionLog()
  /// How far the log is committed, as far as it knows: written at each advance.
  var watermark = 0
  /// The delete markers that stood the first cleaning since they came, and when that was.
  var markers: [CleanedMarker] = []
  /// What it has heard of the controller, which it keeps (KRaft's metadata log).
  var state: PartitionState
  /// The replicas of its region that hold a copy, in their order: the first is preferred as leader.
  let members: [ReplicaID]
  /// Whether it is one of them.
  let isHeld: Bool

  /// What of other regions' logs it has, by its records.
  var traces: [MirrorTrace] = []

  // In its memory.
  /// What it knows of its followers, if it leads.
  var followers: [LogFollower] = []
  /// Who waits for what to be committed, in the order of offsets.
  var pending: Deque<PendingAppend> = []
  /// Reads of sessions that wait here until what they know is committed, in the order in which they came.
  var readers: [PendingAppend] = []
  /// Whether it is going to look for followers that lag.
  var isWatchingLag = false
  /// What it awaits of its leader, if it follows.
  var following = LogFollowing()
  /// What it awaits of other regions' leaders, if it leads.
  var mirroring: [MirrorFetching] = []
  /// The fetches of other regions' leaders that wait here, if it leads.
  var readersElsewhere: [MirrorReader] = []

  init(_ members: [ReplicaID], at id: ReplicaID) {
    self.members = members
    isHeld = members.contains(id)
    state = PartitionState(
      leader: members.first ?? .none, epoch: 1, inSync: ReplicaSet(members), eligible: ReplicaSet())
    guard members.first == id else { return }
    log.begin(1)
    // At the beginning of time everybody's fetch waits at the leader.
    followers = members.dropFirst().map { LogFollower($0, end: 0, isParked: true) }
  }

  /// Up to where all in sync have the log, as far as its leader knows.
  var leastEnd: Int {
    var least = log.end
    for follower in followers where state.inSync.contains(follower.id) { least = min(least, follower.end ?? 0) }
    return least
  }

  /// How many copies must be in sync for anything to be committed (`Partition.effectiveMinIsr`).
  func neededInSync(_ settings: Settings) -> Int { min(settings.minInSync, members.count) }
}

/// The newest record of a key in a replica's log.
struct LogHead: Sendable {
  /// One more than its offset; 0 if there is none.
  var place: UInt32 = 0
  /// What it is.
  var cell = Replica.Cell.empty
}

/// A delete marker that a cleaning has passed: from then on it stays for the retention (`delete.retention.ms`).
struct CleanedMarker: Hashable, Sendable {
  let offset: Int
  let at: Instant
}

/// What a leader knows of a follower.
struct LogFollower: Sendable {
  let id: ReplicaID
  /// Where its log ends: the offset that it fetched last; nil before it has fetched from this leader.
  var end: Int?
  /// Whether its fetch waits for something to come.
  var isParked: Bool
  /// The number of that fetch.
  var fetch: UInt16 = 0
  /// The watermark that it was told last.
  var told = 0
  /// When it last had all that there was (`Replica.lastCaughtUpTimeMs`).
  var caughtUp = Instant.start
  /// When it fetched last, and where the leader's log ended then.
  var fetchedAt = Instant.start
  var endAtFetch = 0

  init(_ id: ReplicaID, end: Int?, isParked: Bool) {
    self.id = id
    self.end = end
    self.isParked = isParked
  }
}

/// What a follower awaits of its leader.
struct LogFollowing: Sendable {
  /// What it has asked.
  enum Question: Hashable, Sendable {
    case nothing
    /// Where an epoch ends.
    case epoch(UInt32)
    /// What comes next.
    case fetch
  }

  /// What it has asked and not been answered.
  var question = Question.fetch
  /// The number of that.
  var number: UInt16 = 0
  /// When it asked.
  var asked = Instant.start
  /// Whether messages passed between it and its leader when it last looked.
  var isConnected = true
  /// Whether it is going to ask again if no answer comes.
  var isWatched = false

  /// Loses what it has asked. Numbers go on, with a gap: what was on its way may have been told or not.
  mutating func forget() { self = LogFollowing(question: .nothing, number: number &+ 1, isConnected: false) }
}

/// Somebody who waits for a record to be committed.
struct PendingAppend: Sendable {
  let offset: Int
  /// What was asked, by whom.
  let message: Message
}
