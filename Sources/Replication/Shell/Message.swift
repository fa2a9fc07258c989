import Kernel

/// A message between two replicas.
public struct Message: Hashable, Sendable {
  /// What it asks for or answers, in the words of its scheme.
  public enum Kind: Hashable, Sendable {
    case leaderless(LeaderlessMessage)
    case streams(StreamsMessage)
    case log(LogMessage)
    case primaryCache(PrimaryCacheMessage)
  }

  /// What it carries beside its kind, by number; see ``Parcels``.
  enum Content: Hashable, Sendable {
    /// A version, or which one an acknowledgement is of.
    case version(VersionID)
    /// A version, and how long the hint lives that it was kept as.
    case hint(VersionID, HintLifeID)
    /// A version, and which owners of the receiver's region it goes to besides.
    case relayed(VersionID, others: RegionOwners)
    /// A version that was relayed, and whom to acknowledge it to.
    case passedOn(VersionID, coordinator: ReplicaID)
    /// A version that the receiver is to hold in the place of an owner.
    case inPlace(VersionID, of: ReplicaID)
    /// A version that a repair session found to differ.
    case streamed(VersionID, RepairID)
    /// What a copy holds, and what it has seen.
    case copy(VersionID, seen: VectorID)
    /// What a question is about.
    case key(KeyID)
    /// A repair session.
    case repair(RepairID)
    /// A round of a transaction.
    case round(RoundID)
    /// What somebody promised in a round, or why it refused.
    case vote(RoundID, PromiseID)
    /// A version that a round has decided.
    case decision(VersionID, RoundID)
    /// What gossip says.
    case gossip(GossipParcelID)
    /// A record of a partition's log: its version, and its place.
    case entry(VersionID, place: UInt32)
    /// A change of a stream: its version, and the number of the one before it.
    case change(VersionID, after: UInt32)
    /// How far a partition's log is persisted, or committed.
    case position(partition: UInt16, place: UInt32)
    /// How far a partition's log is persisted at a replica that isn't the sender; or up to where it is durable in the sender's
    /// region, and whose request made that record.
    case positionOf(partition: UInt16, replica: ReplicaID, place: UInt32)
    /// An update that its coordinator passes on.
    case forward(ForwardID)
    /// Who leads, as far as the sender knows.
    case leader(ReplicaID)
    /// What leaders and followers say about who leads.
    case notice(NoticeID)
    /// Records of a log: the last of them, and all; none where only the watermark moved.
    case batch(VersionID, BatchID)
    /// A place in a partition's log, and the number of the fetch.
    case offset(partition: UInt16, fetch: UInt16, offset: UInt32)
  }

  // In this order, so that an event with its instant is four aligned words.
  /// The operation on whose behalf it is sent.
  public let operation: OperationID
  /// The slot of the request at the coordinator, the number of the hint, or that of the update that it hands over.
  public let request: UInt32
  private let content: Content
  /// What it asks for or answers.
  public let kind: Kind
  private let sender: ReplicaID
  private let receiver: ReplicaID

  /// A message of any scheme.
  init(
    _ kind: Kind, _ content: Content, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) {
    self.kind = kind
    self.content = content
    sender = from
    receiver = to
    self.operation = operation
    self.request = request
  }

  init(
    _ kind: LeaderlessMessage, _ content: Content, from: ReplicaID, to: ReplicaID, operation: OperationID = .none,
    request: UInt32 = 0
  ) {
    self.init(.leaderless(kind), content, from: from, to: to, operation: operation, request: request)
  }

  /// The sender.
  @inline(__always) public var from: ReplicaID { sender }
  /// The receiver.
  @inline(__always) public var to: ReplicaID { receiver }
  /// The version it carries, or digests; none in a question.
  @inline(__always) public var version: VersionID {
    switch content {
    case .version(let version), .hint(let version, _), .relayed(let version, _), .passedOn(let version, _),
      .inPlace(let version, _), .streamed(let version, _), .copy(let version, _), .decision(let version, _),
      .entry(let version, _), .change(let version, _), .batch(let version, _):
      version
    case .key, .repair, .round, .vote, .gossip, .position, .positionOf, .forward, .leader, .notice, .offset: .none
    }
  }
  /// The version of a plain write or of its acknowledgement, which carry nothing else.
  @inline(__always) var plainVersion: VersionID {
    if case .version(let version) = content { version } else { .none }
  }
  /// What a read's question is about.
  @inline(__always) public var key: KeyID { if case .key(let key) = content { key } else { .none } }
  /// The repair session that it belongs to.
  var session: RepairID {
    switch content {
    case .repair(let session), .streamed(_, let session): session
    case .version, .hint, .relayed, .passedOn, .inPlace, .copy, .key, .round, .vote, .decision, .gossip, .entry,
      .change, .position, .positionOf, .forward, .leader, .notice, .batch, .offset:
      .none
    }
  }
  /// The round of a transaction that it belongs to.
  public var round: RoundID {
    switch content {
    case .round(let round), .vote(let round, _), .decision(_, let round): round
    case .version, .hint, .relayed, .passedOn, .inPlace, .streamed, .copy, .key, .repair, .gossip, .entry, .change,
      .position, .positionOf, .forward, .leader, .notice, .batch, .offset:
      .none
    }
  }
  /// What somebody promised, or why it refused.
  var promise: PromiseID { if case .vote(_, let promise) = content { promise } else { .none } }
  /// The number of what a message of gossip carries.
  var parcel: GossipParcelID { if case .gossip(let parcel) = content { parcel } else { .none } }
  /// In whose place the receiver is to hold the version; none: in its own.
  @inline(__always) public var owner: ReplicaID {
    if case .inPlace(_, let owner) = content { owner } else { .none }
  }
  /// How long the hint lives that it carries.
  var hintLife: HintLifeID { if case .hint(_, let life) = content { life } else { .none } }
  /// What a response's copy has seen.
  public var seen: VectorID { if case .copy(_, let seen) = content { seen } else { .none } }
  /// Which owners of the receiver's region a relayed write goes to besides.
  var others: RegionOwners { if case .relayed(_, let others) = content { others } else { RegionOwners() } }
  /// The place of the record that it is about, in a partition's log.
  var place: UInt32 {
    if case .entry(_, let place) = content { return place }
    if case .positionOf(_, _, let place) = content { return place }
    return if case .position(_, let place) = content { place } else { 0 }
  }
  /// Whose log is persisted that far, or whose request it is about; the sender's where it names nobody.
  var subjectReplica: ReplicaID { if case .positionOf(_, let replica, _) = content { replica } else { sender } }
  /// The partition whose log it is about, where no version and no key says so.
  public var partition: UInt16 {
    if let tagged { return tagged & Self.partitionMask }
    return if case .offset(let partition, _, _) = content { partition } else { 0 }
  }
  /// The disk on which that is so, by the sender's count: what an earlier one had persisted is gone.
  var disk: UInt16 { tagged.map { $0 / (Self.partitionMask + 1) } ?? 0 }
  /// The two in one number; see ``tag(_:disk:)``.
  @inline(__always) private var tagged: UInt16? {
    switch content {
    case .position(let partition, _), .positionOf(let partition, _, _): partition
    case .version, .hint, .relayed, .passedOn, .inPlace, .streamed, .copy, .key, .repair, .round, .vote, .decision,
      .gossip, .entry, .change, .forward, .leader, .notice, .batch, .offset:
      nil
    }
  }
  /// There are at most 64 partitions, and what stands above tells disks from each other.
  private static let partitionMask: UInt16 = 63

  /// A partition, and a disk of the sender, in one number.
  static func tag(_ partition: UInt16, disk: UInt16) -> UInt16 { partition | disk &* (partitionMask + 1) }
  /// The number of the change before the one that it carries.
  var predecessor: UInt32 { if case .change(_, let before) = content { before } else { 0 } }
  /// The update that it passes on.
  var forward: ForwardID { if case .forward(let forward) = content { forward } else { .none } }
  /// Who leads, by one who doesn't.
  public var leadingReplica: ReplicaID { if case .leader(let replica) = content { replica } else { .none } }
  /// What it says about who leads.
  var notice: NoticeID { if case .notice(let notice) = content { notice } else { .none } }
  /// The records that it carries.
  var batch: BatchID { if case .batch(_, let batch) = content { batch } else { .none } }
  /// The number of the fetch that it is, or answers.
  var fetch: UInt16 { if case .offset(_, let fetch, _) = content { fetch } else { 0 } }
  /// A place in that log.
  public var offset: Int { if case .offset(_, _, let offset) = content { Int(offset) } else { 0 } }
  /// The number of the update that it hands over, or answers for.
  var lead: UInt32 { request }

  /// A word that tells it from others, for the fingerprint.
  @inline(__always) var digest: UInt64 {
    kind.digest << 56 ^ UInt64(sender.raw) << 48 ^ UInt64(receiver.raw & 255) << 40
      ^ UInt64(receiver.raw >> 8) << 62 ^ UInt64(operation.raw) ^ UInt64(subject) << 20
  }

  /// The number of what it is about.
  @inline(__always) private var subject: UInt32 {
    switch content {
    case .version(let version), .hint(let version, _), .relayed(let version, _), .passedOn(let version, _),
      .inPlace(let version, _), .streamed(let version, _), .copy(let version, _), .decision(let version, _):
      version.raw
    case .batch(_, let batch): batch.raw
    case .offset(let partition, let fetch, let offset):
      UInt32(partition) << 24 ^ UInt32(fetch) << 12 ^ offset ^ request << 28
    case .key(let key): key.raw
    case .repair(let session): session.raw
    case .round(let round), .vote(let round, _): round.raw
    case .gossip(let parcel): parcel.raw
    case .entry(let version, _), .change(let version, _): version.raw
    case .position(let partition, let place): UInt32(partition) << 16 ^ place
    case .positionOf(let partition, let replica, let place):
      UInt32(partition) << 16 ^ UInt32(replica.raw) << 24 ^ place
    case .forward(let forward): forward.raw
    case .leader(let replica): UInt32(replica.raw)
    case .notice(let notice): notice.raw
    }
  }
}

/// Some of a key's owners in one region, by their places among them.
struct RegionOwners: Hashable, Sendable {
  /// How many owners of a region it can name.
  static let capacity = 32
  private var bits: UInt32 = 0

  mutating func insert(place: Int) { bits |= 1 << UInt32(place) }
  func contains(place: Int) -> Bool { bits & 1 << UInt32(place) != 0 }
}

// MARK: What is sent on, or back

extension Message {
  /// The answer to a transaction's question.
  func voted(_ kind: LeaderlessMessage, _ promise: PromiseID) -> Message {
    Message(
      .leaderless(kind), .vote(round, promise), from: receiver, to: sender, operation: operation, request: request)
  }

  /// The same message to somebody else.
  @inline(__always) func addressed(to other: ReplicaID) -> Message {
    Message(
      kind, content, from: sender, to: other, operation: operation, request: request)
  }

  /// The same message from somebody who passes it on.
  func addressed(to other: ReplicaID, from relay: ReplicaID) -> Message {
    Message(kind, content, from: relay, to: other, operation: operation, request: request)
  }

  /// The acknowledgement of this message.
  @inline(__always) func acknowledged(_ kind: LeaderlessMessage) -> Message {
    switch content {
    case .passedOn(let version, let coordinator):
      Message(
        .leaderless(kind), .version(version), from: receiver, to: coordinator, operation: operation,
        request: request)
    case .streamed:
      Message(.leaderless(kind), content, from: receiver, to: sender, operation: operation, request: request)
    case .version, .hint, .relayed, .inPlace, .copy, .key, .repair, .round, .vote, .decision, .gossip, .entry, .change,
      .position, .positionOf, .forward, .leader, .notice, .batch, .offset:
      Message(.leaderless(kind), .version(version), from: receiver, to: sender, operation: operation, request: request)
    }
  }

  /// The acknowledgement of a plain write.
  @inline(__always) var plainAcknowledgement: Message {
    Message(.leaderless(.writeAck), content, from: receiver, to: sender, operation: operation, request: request)
  }

  /// The answer to this question.
  @inline(__always) func answered(_ kind: LeaderlessMessage, version: VersionID, seen: VectorID) -> Message {
    Message(
      .leaderless(kind), .copy(version, seen: seen), from: receiver, to: sender, operation: operation, request: request)
  }
}
