import Kernel

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
