import Kernel

/// One replica's copy of a partition: its place in the region's replication group.
struct PartitionCopy: Sendable {
  /// Its partition.
  let partition: UInt16
  /// The other copies of its region.
  let others: [ReplicaID]

  // MARK: On disk

  /// The log.
  var log = RecordLog()
  /// The highest epoch that it has promised itself to.
  var epoch: UInt32 = 1
  /// Up to where it knows the log to be committed.
  var committed: UInt32 = 0
  /// Up to where it has applied the log.
  var applied: UInt32 = 0
  /// Its own region's changes that some other region may lack.
  var changes = ChangeLog()
  /// How many of them are committed, counted from the first there ever was.
  var committedChanges: UInt32 = 0
  /// How far it has each other region's changes.
  var received: [UInt32]
  /// Whether it has a copy: after it has lost its disk it hasn't, until it is filled again.
  var isWhole = true
  /// When it last knew a leader's lease renewed, as long as it doesn't hear one.
  var heard = Instant.start

  // MARK: In memory

  /// Who leads, as far as it knows.
  var leader: ReplicaID
  /// Whether it hears that leader.
  var hearsLeader = true
  /// Whether it has noticed that it doesn't.
  var missesLeader = false
  /// Up to where its log is known to be that leader's.
  var verified: UInt32 = 0
  /// Up to where what it has persisted may be applied, once it is committed.
  var ripe: UInt32 = 0
  /// When the latest record becomes ripe.
  var ripening = Instant.start
  /// Records that came before those that precede them.
  var early: [(place: UInt32, record: LogRecord)] = []
  /// Changes of other regions that came before those that precede them.
  var earlyChanges: [EarlyChange] = []
  /// The number of its latest watch over a leader that it doesn't hear.
  var watch: UInt32 = 0
  /// Whether it waits for such a watch to end.
  var isWatching = false
  /// What it has asked the others about the leader.
  var inquiry: Inquiry?
  /// Its campaign.
  var candidacy: Candidacy?
  /// What it has to do as the leader.
  var leadership: Leadership?

  /// A copy at the beginning of time, when the first of its region's copies leads.
  init(partition: Int, copies: [ReplicaID], at id: ReplicaID, regions: Int) {
    self.partition = UInt16(partition)
    others = copies.filter { $0 != id }.sorted()
    leader = copies[0]
    received = Array(repeating: 0, count: regions)
    if leader == id { leadership = Leadership(others: others, regions: regions, servesFrom: .start, barrier: 0) }
  }

  /// How many copies make a majority: what is durable has that many.
  @inline(__always) var majority: Int { (others.count + 1) / 2 + 1 }

  /// Whether it leads, though perhaps it may not serve.
  @inline(__always) var leads: Bool { leadership != nil }

  /// Whether it may serve as the leader: its lease lasts, the one before is over, and what it took over is durable.
  @inline(__always) func serves(at now: Instant, lease span: TimeSpan) -> Bool {
    guard let leadership else { return false }
    return now >= leadership.servesFrom && committed >= leadership.barrier
      && now < leadership.lease(at: now, span: span)
  }

  /// What it tells the others about its log.
  func notice(epoch: UInt32) -> LeadershipNotice {
    var notice = LeadershipNotice(partition: partition, epoch: epoch)
    notice.place = committed
    notice.base = log.base
    notice.end = log.end
    notice.lastEpoch = log.lastEpoch
    notice.isWhole = isWhole
    notice.heard = heard
    notice.numbered = changes.end
    notice.received = received
    return notice
  }
}

/// A change of another region that came before one that precedes it.
struct EarlyChange: Sendable {
  let message: Message
}

/// What a copy has asked the others about a leader that it doesn't hear.
struct Inquiry: Sendable {
  /// Who has not answered.
  var awaited: ReplicaSet
  /// Who doesn't hear the leader either, with what they said.
  var silent: [(replica: ReplicaID, notice: LeadershipNotice)] = []
}

/// A copy's campaign for an epoch.
struct Candidacy: Sendable {
  let epoch: UInt32
  /// When it asked for votes: from then on its own lease counts.
  let began: Instant
  /// Who has given it a vote, with what they said.
  var votes: [(replica: ReplicaID, notice: LeadershipNotice)] = []
  /// From whom it fetches what it lacks, and up to where; nil before that.
  var source: (replica: ReplicaID, end: UInt32)?
}
