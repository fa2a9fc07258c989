import Kernel

/// One replica's copy of a partition: its place in the region's replication group.
struct PartitionCopy: Sendable {
  /// Its partition.
  let partition: UInt16
  /// Whose copy it is.
  let owner: ReplicaID
  /// The other copies of its group: those of its region, or of all.
  private(set) var others: [ReplicaID]
  /// Which copies are enough to make a record durable, or to elect a leader.
  private(set) var quorum: CopyQuorum

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
  /// Whether it keeps the log and has no copy to apply it to: it counts for what is durable, and serves nothing.
  var isLogOnly = false
  /// Who belongs to its group, where that may change.
  var group = MembershipLedger()
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
  /// The copies that it is being sent, and those that it sends.
  var fillings: [Filling] = []
  var fills: [Fill] = []
  /// To whom it has handed its leadership over, as long as it doesn't hear who leads.
  var successor = ReplicaID.none
  /// Requests that wait while a leadership is handed over.
  var postponed: [Message] = []
  /// What it has to do as the leader.
  var leadership: Leadership?

  // MARK: In memory, where its group spans all regions

  /// Up to where it was told that the log is committed, perhaps before the records came.
  var told: UInt32 = 0
  /// Up to where the others have persisted what it passed on to them, in their order.
  var passedOn: [UInt32] = []
  /// The answers that it owes for records that are durable in the leader's region.
  var owed: [OwedAnswer] = []

  /// A copy at the beginning of time, when the first of its group's copies leads.
  init(partition: Int, copies: [ReplicaID], at id: ReplicaID, regions: Int, _ quorum: CopyQuorum) {
    self.partition = UInt16(partition)
    owner = id
    others = copies.filter { $0 != id }.sorted()
    self.quorum = quorum
    leader = copies[0]
    if quorum.spans { passedOn = Array(repeating: 0, count: others.count) }
    received = Array(repeating: 0, count: regions)
    if leader == id { leadership = Leadership(others: others, regions: regions, servesFrom: .start, barrier: 0) }
  }

  /// The copy of a server that joins a group after others.
  init(partition: Int, at id: ReplicaID, regions: Int, joining membership: Membership, watch: UInt32) {
    self.partition = UInt16(partition)
    owner = id
    others = []
    quorum = membership.quorum
    (leader, hearsLeader, isWhole) = (.none, false, false)
    received = Array(repeating: 0, count: regions)
    self.watch = watch
    group.restart(with: membership)
    regroup()
  }

  /// Goes by another membership from now on.
  mutating func adopt(_ membership: Membership) {
    group.add(membership, committed: committed)
    regroup()
  }

  /// Goes back to the members before a place of the log.
  mutating func dropMemberships(from place: UInt32) {
    if group.forget(from: place) { regroup() }
  }

  /// Takes in who the others are by now, and how many of them are enough.
  mutating func regroup() {
    guard let latest = group.latest else { return }
    others = latest.everyone.filter { $0 != owner }
    quorum = latest.quorum
    leadership?.regroup(others)
  }

  /// Whether it leads, though perhaps it may not serve.
  @inline(__always) var leads: Bool { leadership != nil }

  /// Whether it may serve as the leader: its lease lasts, the one before is over, and what it took over is durable.
  @inline(__always) func serves(at now: Instant, lease span: TimeSpan) -> Bool {
    guard let leadership else { return false }
    return leadership.serves(committed: committed, at: now, span)
  }

  /// Forgets what a leader has told it of its own log, and what it owes by that.
  mutating func forgetLeader() {
    guard quorum.spans else { return }
    (told, owed) = (0, [])
    passedOn = others.map { _ in 0 }
  }

  /// What it tells the others about its log.
  func notice(epoch: UInt32) -> LeadershipNotice {
    var notice = LeadershipNotice(partition: partition, epoch: epoch)
    notice.place = committed
    notice.base = log.base
    notice.end = log.end
    notice.lastEpoch = log.lastEpoch
    notice.isWhole = isWhole
    notice.isLogOnly = isLogOnly
    notice.membership = group.latest
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
  /// Whether the leader before has handed its leadership over, so that no lease has to be waited for.
  var isHandedOver = false
  /// Whom it has asked for a vote.
  var asked = ReplicaSet()
  /// Who has given it a vote, with what they said.
  var votes: [(replica: ReplicaID, notice: LeadershipNotice)] = []
  /// From whom it fetches what it lacks, and up to where; nil before that.
  var source: (replica: ReplicaID, end: UInt32)?
  /// What it asks other regions for, where its own has lost too many disks to know all that was ever durable.
  var refill: Refill?
}

/// What a candidate has asked other regions for.
struct Refill: Sendable {
  /// Who was asked, and has not answered.
  var awaited = ReplicaSet()
  /// The copies of other regions that it has, complete, in the order in which they were.
  var copies: [CompleteCopy] = []
  /// The regions that have nothing either.
  var empty: [RegionID] = []
  /// Whether it has asked before: one copy is enough then.
  var isImpatient = false

  /// Whether a region has answered.
  func isAnswered(by region: RegionID) -> Bool { copies.contains { $0.region == region } || empty.contains(region) }
}

/// Another region's copy, as it came.
struct CompleteCopy: Sendable {
  let region: RegionID
  let items: [VersionID]
  /// As of when it is.
  let notice: LeadershipNotice
}

/// A copy that is being sent to somebody.
struct Fill: Sendable {
  let recipient: ReplicaID
  /// As of when it is.
  let notice: LeadershipNotice
}

/// A copy on its way, item by item, in whatever order.
struct Filling: Sendable {
  let sender: ReplicaID
  /// The sender's count of copies.
  let number: UInt32
  /// Which items have come.
  var taken = ItemSet()
  /// The items themselves, in the order in which they came.
  var items: [VersionID] = []
  /// The changes of its own region among them.
  var changes: [(number: UInt32, version: VersionID)] = []
  /// Its end, which says which items there are; nil before it came.
  var end: LeadershipNotice?
}

/// Some items of a copy, by number.
struct ItemSet: Sendable {
  private var words: ContiguousArray<UInt64> = []

  func contains(_ item: UInt32) -> Bool {
    let index = Int(item >> 6)
    return index < words.count && words[index] >> UInt64(item & 63) & 1 == 1
  }

  /// Takes an item in; false if it was there.
  mutating func insert(_ item: UInt32) -> Bool {
    guard !contains(item) else { return false }
    let index = Int(item >> 6)
    while words.count <= index { words.append(0) }
    words[index] |= 1 << UInt64(item & 63)
    return true
  }
}
