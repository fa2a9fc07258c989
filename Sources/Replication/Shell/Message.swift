import Kernel

/// A message between two replicas.
public struct Message: Hashable, Sendable {
  /// What it asks for or answers.
  public enum Kind: UInt8, Sendable {
    /// Store this version.
    case write
    /// Store this version, and pass it on to others of your region.
    case relay
    /// Store this version, which a replica of your region passes on; acknowledge it to the coordinator.
    case passedOn
    /// Store what this update changes, if you have what it was made on.
    case delta
    /// I don't: send me the whole state.
    case deltaRefused
    /// It is stored.
    case writeAck
    /// Store this version, which was kept for you.
    case hint
    /// It is stored, the hint can go.
    case hintAck
    /// Store this version, a read found yours older.
    case repair
    /// It is stored.
    case repairAck
    /// Build a tree of what we share.
    case validate
    /// Here is the tree.
    case tree
    /// Stream what you hold in the leaves that differ.
    case exchange
    /// Store this version, a repair session or an operator found yours different.
    case stream
    /// It is stored.
    case streamAck
    /// What do you hold of this key?
    case dataRequest
    /// What is the digest of what you hold?
    case digestRequest
    /// This is what I hold.
    case dataResponse
    /// This is its digest.
    case digestResponse
    /// Will you take nothing below this ballot?
    case paxosPrepare
    /// I promise, or have promised otherwise; and this is what I have taken.
    case paxosPromise
    /// Take this as the key's next value.
    case paxosPropose
    /// I have.
    case paxosAccept
    /// I have promised otherwise.
    case paxosRefuse
    /// It is decided: store it.
    case paxosCommit
    /// So far I have heard of everybody.
    case gossipSyn
    /// This is newer than you know, and of these I want to hear more.
    case gossipAck
    /// Here is more.
    case gossipAck2
    /// Are you there?
    case echo
    /// I am.
    case echoReply
    /// I own no copy of that key: lead this update for me.
    case lead
    /// This is what came of it.
    case led
    /// All owners hold this tombstone among siblings: it can go.
    case reap
  }

  /// What it asks for or answers.
  public let kind: Kind
  // Small numbers, so that an event with its instant is four aligned words: there are at most 256 replicas.
  private let sender: UInt8
  private let receiver: UInt8
  /// The operation on whose behalf it is sent.
  public let operation: OperationID
  /// The slot of the request at the coordinator, or the number of the hint.
  public let request: UInt32
  private let subject: UInt32
  private let context: VectorID

  private init(
    kind: Kind, from: UInt8, to: UInt8, operation: OperationID, request: UInt32, subject: UInt32, context: VectorID
  ) {
    self.kind = kind
    sender = from
    receiver = to
    self.operation = operation
    self.request = request
    self.subject = subject
    self.context = context
  }

  /// The sender.
  @inline(__always) public var from: ReplicaID { ReplicaID(Int(sender)) }
  /// The receiver.
  @inline(__always) public var to: ReplicaID { ReplicaID(Int(receiver)) }
  /// The version it carries, or digests; none in a question.
  @inline(__always) public var version: VersionID {
    kind.messageClass == .request || kind == .tree || kind.isGossip || kind.isPaxos ? .none : VersionID(Int(subject))
  }
  /// What a read's question is about.
  @inline(__always) public var key: KeyID {
    kind == .dataRequest || kind == .digestRequest ? KeyID(Int(subject)) : .none
  }
  /// The repair session that it belongs to.
  var session: RepairID { RepairID(Int(kind == .stream || kind == .streamAck ? request : subject)) }
  /// The round of a transaction that it belongs to.
  public var round: RoundID { RoundID(Int(kind == .paxosCommit ? context.raw : subject)) }
  /// What somebody promised, or why it refused.
  var promise: VectorID { context }
  /// The number of what a message of gossip carries.
  var parcel: UInt32 { subject }
  /// How long the hint lives that it carries.
  var hintLife: HintLifeID { HintLifeID(Int(context.raw)) }
  /// What a response's copy has seen.
  public var seen: VectorID { context }
  /// A word that tells it from others, for the fingerprint.
  @inline(__always) var digest: UInt64 {
    UInt64(kind.rawValue) << 56 ^ UInt64(sender) << 48 ^ UInt64(receiver) << 40 ^ UInt64(operation.raw)
      ^ UInt64(subject) << 20
  }

  /// A message that carries a version: a write, a hint or a repair.
  static func carrying(
    _ version: VersionID, _ kind: Kind, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(
      kind: kind, from: UInt8(from.raw), to: UInt8(to.raw), operation: operation, request: request,
      subject: version.raw, context: .none)
  }

  /// A hint, and with it how long it lives.
  static func hinting(_ hint: Hint, from: ReplicaID, to: ReplicaID, operation: OperationID) -> Message {
    Message(
      kind: .hint, from: UInt8(from.raw), to: UInt8(to.raw), operation: operation, request: hint.number,
      subject: hint.version.raw, context: VectorID(Int(hint.life.raw)))
  }

  /// A write for a whole region: the receiver passes it on to those of its region's owners whose bits are set.
  static func relaying(
    _ version: VersionID, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32, others: UInt32
  ) -> Message {
    Message(
      kind: .relay, from: UInt8(from.raw), to: UInt8(to.raw), operation: operation, request: request,
      subject: version.raw, context: VectorID(Int(others)))
  }

  /// Which owners of the receiver's region a relayed write goes to besides.
  var others: UInt32 { context.raw }

  /// The same write for another replica of the relay's region, which answers to the coordinator.
  func passedOn(to other: ReplicaID) -> Message {
    Message(
      kind: .passedOn, from: receiver, to: UInt8(truncatingIfNeeded: other.raw), operation: operation,
      request: request, subject: subject, context: VectorID(Int(sender)))
  }

  /// A message that hands an update of that number to an owner of its key.
  static func leading(_ lead: UInt32, from: ReplicaID, to: ReplicaID, operation: OperationID) -> Message {
    led(lead, .none, .lead, from: from, to: to, operation: operation)
  }

  /// The leader's answer: the version that it made, none if it refused.
  static func led(
    _ lead: UInt32, _ version: VersionID, _ kind: Kind = .led, from: ReplicaID, to: ReplicaID, operation: OperationID
  ) -> Message {
    Message(
      kind: kind, from: UInt8(from.raw), to: UInt8(to.raw), operation: operation, request: lead,
      subject: version.raw, context: .none)
  }

  /// The number of the update that it hands over, or answers for.
  var lead: UInt32 { request }

  /// A message of a repair session.
  static func ofRepair(_ session: RepairID, _ kind: Kind, from: ReplicaID, to: ReplicaID) -> Message {
    Message(
      kind: kind, from: UInt8(from.raw), to: UInt8(to.raw), operation: .none, request: 0, subject: session.raw,
      context: .none)
  }

  /// A question of a transaction's coordinator.
  static func ofPaxos(
    _ round: RoundID, _ kind: Kind, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(
      kind: kind, from: UInt8(from.raw), to: UInt8(to.raw), operation: operation, request: request,
      subject: round.raw, context: .none)
  }

  /// A decided version to be stored.
  static func committing(
    _ version: VersionID, _ round: RoundID, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(
      kind: .paxosCommit, from: UInt8(from.raw), to: UInt8(to.raw), operation: operation, request: request,
      subject: version.raw, context: VectorID(Int(round.raw)))
  }

  /// The answer to a transaction's question.
  func voted(_ kind: Kind, _ promise: VectorID) -> Message {
    Message(
      kind: kind, from: receiver, to: sender, operation: operation, request: request, subject: subject,
      context: promise)
  }

  /// A message of gossip, which carries the parcel of that number.
  static func ofGossip(_ parcel: UInt32, _ kind: Kind, from: ReplicaID, to: ReplicaID) -> Message {
    Message(
      kind: kind, from: UInt8(from.raw), to: UInt8(to.raw), operation: .none, request: 0, subject: parcel,
      context: .none)
  }

  /// A read's question.
  static func asking(
    for key: KeyID, _ kind: Kind, from: ReplicaID, to: ReplicaID, operation: OperationID, request: UInt32
  ) -> Message {
    Message(
      kind: kind, from: UInt8(from.raw), to: UInt8(to.raw), operation: operation, request: request,
      subject: key.raw, context: .none)
  }

  /// The same message to somebody else.
  @inline(__always) func addressed(to other: ReplicaID) -> Message {
    Message(
      kind: kind, from: sender, to: UInt8(truncatingIfNeeded: other.raw), operation: operation, request: request,
      subject: subject, context: context)
  }

  /// The acknowledgement of this message.
  @inline(__always) func acknowledged(_ kind: Kind) -> Message {
    Message(
      kind: kind, from: receiver, to: self.kind == .passedOn ? UInt8(truncatingIfNeeded: context.raw) : sender,
      operation: operation, request: request, subject: subject, context: .none)
  }

  /// The answer to this question.
  @inline(__always) func answered(_ kind: Kind, version: VersionID, seen: VectorID) -> Message {
    Message(
      kind: kind, from: receiver, to: sender, operation: operation, request: request, subject: version.raw,
      context: seen)
  }
}

extension Message.Kind {
  /// How the network classes it.
  @inlinable public var messageClass: MessageClass {
    switch self {
    case .write, .relay, .passedOn, .delta, .hint, .repair, .stream, .reap, .paxosPropose, .paxosCommit, .lead: .write
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .paxosAccept, .paxosRefuse, .led: .ack
    case .dataRequest, .digestRequest, .validate, .exchange, .gossipSyn, .echo, .paxosPrepare: .request
    case .dataResponse, .digestResponse, .tree, .gossipAck, .gossipAck2, .echoReply, .paxosPromise: .response
    }
  }

  /// Whether it is part of a write as its coordinator sends it, not a repair of any kind.
  public var isWrite: Bool {
    self == .write || self == .delta || self == .relay || self == .passedOn || self == .paxosCommit
  }

  /// Whether it belongs to a transaction and carries no version by itself.
  @inlinable public var isPaxos: Bool { Self.paxosPrepare.rawValue...Self.paxosRefuse.rawValue ~= rawValue }

  /// Whether it is about who lives, not about data.
  @inlinable public var isGossip: Bool { Self.gossipSyn.rawValue...Self.echoReply.rawValue ~= rawValue }

  /// Whether an update changes hands by it: to the owner that leads it, or back.
  @inlinable public var isLead: Bool { self == .lead || self == .led }

  /// Whether anti-entropy sends it.
  public var isAntiEntropy: Bool {
    switch self {
    case .validate, .tree, .exchange, .stream, .streamAck: true
    default: false
    }
  }

  /// What answers it; an answer is answered by nothing else.
  @inlinable var answer: Message.Kind {
    switch self {
    case .write, .relay, .passedOn, .delta, .paxosCommit: .writeAck
    case .hint: .hintAck
    case .repair: .repairAck
    case .stream: .streamAck
    case .dataRequest: .dataResponse
    case .digestRequest: .digestResponse
    case .echo: .echoReply
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .reap, .dataResponse, .digestResponse, .validate,
      .tree, .exchange, .gossipSyn, .gossipAck, .gossipAck2, .echoReply, .paxosPrepare, .paxosPromise, .paxosPropose,
      .paxosAccept, .paxosRefuse, .lead, .led:
      self
    }
  }

  /// Whether a replica has to work on it, one at a time.
  @inlinable public var isServed: Bool {
    switch self {
    case .write, .relay, .passedOn, .delta, .hint, .repair, .stream, .reap, .dataRequest, .digestRequest,
      .paxosPrepare, .paxosPropose, .paxosCommit:
      true
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .dataResponse, .digestResponse, .validate, .tree,
      .exchange, .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply, .paxosPromise, .paxosAccept, .paxosRefuse,
      .lead, .led:
      false
    }
  }

  /// Whether it carries a version with its value, not only a digest or an acknowledgement.
  @inlinable public var carriesVersion: Bool {
    switch self {
    case .write, .relay, .passedOn, .delta, .hint, .repair, .stream, .dataResponse, .paxosCommit: true
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .reap, .dataRequest, .digestRequest,
      .digestResponse, .validate, .tree, .exchange, .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply,
      .paxosPrepare, .paxosPromise, .paxosPropose,
      .paxosAccept, .paxosRefuse, .lead, .led:
      false
    }
  }
}
