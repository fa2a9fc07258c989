import Kernel

/// The kind of thing that a ``ForwardID`` names.
enum ForwardKind {}
/// An update that a coordinator passes on to a leader.
typealias ForwardID = Identity<ForwardKind, UInt32>

/// The kind of thing that a ``NoticeID`` names.
enum NoticeKind {}
/// What one message says about who leads.
typealias NoticeID = Identity<NoticeKind, UInt32>

/// What the messages of leaders, followers and coordinators carry that has no room in them.
struct StreamsMail: Sendable {
  /// What is said about who leads.
  var notices = PagedTable<NoticeID, LeadershipNotice>(vacant: LeadershipNotice(partition: 0, epoch: 0))
  /// The updates that wait at coordinators for a leader's answer.
  var forwards = Slab<ForwardedUpdate>()
  /// The number of each version in its partition's and region's stream: the leader that made it gave it, and it travels along.
  var numbers = PagedTable<VersionID, UInt32>(vacant: 0, pageSize: 256)
  /// The versions that were reported as accepted: once they are durable, for what never is, is discarded.
  var isReported = PagedTable<VersionID, Bool>(vacant: false, pageSize: 256)
  /// What is left of the capacity of partitions.
  var budgets = PartitionBudgets()
}

/// An update on its way from its coordinator to the leader, which takes it once: what the network doubles has a token.
struct ForwardedUpdate: Sendable {
  let operation: Operation
  let payload: OpenOperation.Payload
  var isTaken = false
}

/// What leaders, followers and candidates tell each other about a partition, in the terms of Multi-Paxos and Raft.
struct LeadershipNotice: Sendable {
  let partition: UInt16
  /// The epoch that the sender leads, wants to lead, or has promised itself to.
  var epoch: UInt32
  /// A place in the log: where the leadership begins, up to where the log is committed, or from where on it is wanted.
  var place: UInt32 = 0
  /// Where the sender's log begins and ends, and the epoch of its last record.
  var base: UInt32 = 0
  var end: UInt32 = 0
  var lastEpoch: UInt32 = 0
  /// Who leads, as far as the sender knows.
  var leader = ReplicaID.none
  /// Whether the sender says yes: it hears the leader, gives its vote, follows.
  var isGiven = false
  /// Whether the sender has a copy: one that lost its disk has none until it was filled.
  var isWhole = true
  /// Whether it keeps the log, and has no copy to apply it to.
  var isLogOnly = false
  /// Who belongs to the group by the sender's log, or by the record that this brings; nil where that never changes.
  var membership: Membership?
  /// Whether the sender, who leads, knows that to be committed.
  var isSettled = false
  /// From where on the receiver is to keep the log, where it is to keep no more than that for now.
  var start: LogStart?
  /// How many disks the sender has had before this one.
  var disk: UInt16 = 0
  /// When the sender last knew the leader's lease renewed.
  var heard = Instant.start
  /// How many changes of its region have ever been numbered, as far as the sender knows.
  var numbered: UInt32 = 0
  /// How far it has the other regions' changes.
  var received: [UInt32] = []
  /// Which copy it is the end of, by the sender's count; its items; and after which change of its region those begin that some
  /// other region may lack.
  var fill: UInt32 = 0
  var items: [UInt32] = []
  var changesBase: UInt32 = 0
}

extension Message {
  /// A message about a partition's leadership.
  static func notice(
    _ kind: StreamsMessage, _ notice: LeadershipNotice, from: ReplicaID, to: ReplicaID, _ turn: inout Turn
  ) -> Message {
    let id = turn.parcels.streams.notices.append(notice)
    return Message(.streams(kind), .notice(id), from: from, to: to, operation: .none, request: notice.epoch)
  }
}

extension Turn {
  /// How many bytes a message takes on the wire.
  @inline(__always) mutating func size(of message: Message, _ kind: StreamsMessage) -> Int {
    if kind.carriesVersion, message.version != .none { return size(carrying: message.version) }
    return kind == .update ? forwardSize(message) : WireSize.header
  }

  private mutating func forwardSize(_ message: Message) -> Int {
    guard parcels.streams.forwards.contains(message.forward.raw) else { return WireSize.header }
    let forward = parcels.streams.forwards[message.forward.raw]
    return WireSize.header + catalogue.names.byteCount(ofKey: forward.operation.key) + forward.payload.valueBytes
  }
}
