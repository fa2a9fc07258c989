import Kernel

extension LeaderlessMessage {
  /// Whether it is what repair streams, a hint, or the acknowledgement of either: it is acted on at once and answered at once,
  /// as a plain write is.
  @inline(__always) var isPlainRepair: Bool {
    self == .stream || self == .streamAck || self == .hint || self == .hintAck
  }

  /// How the network classes it.
  public var messageClass: MessageClass {
    switch self {
    case .write, .relay, .passedOn, .standIn, .delta, .hint, .repair, .stream, .reap, .paxosPropose, .paxosCommit,
      .lead:
      .write
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .paxosAccept, .paxosRefuse, .led: .ack
    case .dataRequest, .digestRequest, .validate, .exchange, .gossipSyn, .echo, .paxosPrepare: .request
    case .dataResponse, .digestResponse, .tree, .gossipAck, .gossipAck2, .echoReply, .paxosPromise,
      .readFailure:
      .response
    }
  }

  /// What answers it; an answer is answered by nothing else.
  var answer: LeaderlessMessage {
    switch self {
    case .write, .relay, .passedOn, .standIn, .delta, .paxosCommit: .writeAck
    case .hint: .hintAck
    case .repair: .repairAck
    case .stream: .streamAck
    case .dataRequest: .dataResponse
    case .digestRequest: .digestResponse
    case .echo: .echoReply
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .reap, .dataResponse, .digestResponse, .validate,
      .tree, .exchange, .gossipSyn, .gossipAck, .gossipAck2, .echoReply, .paxosPrepare, .paxosPromise, .paxosPropose,
      .paxosAccept, .paxosRefuse, .lead, .led, .readFailure:
      self
    }
  }

  /// Whether a replica has to work on it, one at a time.
  public var isServed: Bool {
    switch self {
    case .write, .relay, .passedOn, .standIn, .delta, .hint, .repair, .stream, .reap, .dataRequest, .digestRequest,
      .paxosPrepare, .paxosPropose, .paxosCommit:
      true
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .dataResponse, .digestResponse, .validate, .tree,
      .exchange, .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply, .paxosPromise, .paxosAccept, .paxosRefuse,
      .lead, .led, .readFailure:
      false
    }
  }

  /// Whether it carries a version with its value, not only a digest or an acknowledgement.
  public var carriesVersion: Bool {
    switch self {
    case .write, .relay, .passedOn, .standIn, .delta, .hint, .repair, .stream, .dataResponse, .paxosCommit: true
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .reap, .dataRequest, .digestRequest,
      .digestResponse, .validate, .tree, .exchange, .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply,
      .paxosPrepare, .paxosPromise, .paxosPropose, .paxosAccept, .paxosRefuse, .lead, .led, .readFailure:
      false
    }
  }

  /// Whether it answers a read with what a copy holds.
  public var answersRead: Bool { self == .dataResponse }

  /// Whether it is about who lives, not about data.
  public var isGossip: Bool { Self.gossipSyn.rawValue...Self.echoReply.rawValue ~= rawValue }

  /// Whether it belongs to a transaction and carries no version by itself.
  var isPaxos: Bool { Self.paxosPrepare.rawValue...Self.paxosRefuse.rawValue ~= rawValue }

  /// Whether it is part of a write as its coordinator sends it, not a repair of any kind.
  public var isWrite: Bool {
    switch self {
    case .write, .delta, .relay, .passedOn, .standIn, .paxosCommit: true
    case .writeAck, .deltaRefused, .hint, .hintAck, .repair, .repairAck, .validate, .tree, .exchange, .stream,
      .streamAck, .dataRequest, .digestRequest, .dataResponse, .digestResponse, .paxosPrepare, .paxosPromise,
      .paxosPropose, .paxosAccept, .paxosRefuse, .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply, .lead, .led,
      .reap, .readFailure:
      false
    }
  }

  /// Whether anti-entropy sends it.
  var isAntiEntropy: Bool { Self.validate.rawValue...Self.streamAck.rawValue ~= rawValue }

  /// Cassandra drops a message whose timeout has passed, on arrival and again before it is served
  /// (`net/InboundMessageHandler`).
  public func shelfLife(_ settings: Settings) -> TimeSpan? {
    if isGossip { return GossipMail.lifetime }
    guard isServed || self == .lead else { return nil }
    return messageClass == .write ? settings.writeTimeout : settings.readTimeout
  }

  /// What it is on the map.
  public var errand: MessageErrand {
    switch self {
    case .hint, .hintAck, .repair, .repairAck: .repair
    case .write, .relay, .passedOn, .standIn, .delta, .stream, .reap, .dataRequest, .digestRequest, .paxosPrepare,
      .paxosPropose, .paxosCommit:
      .request
    case .writeAck, .deltaRefused, .streamAck, .dataResponse, .digestResponse, .validate, .tree, .exchange,
      .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply, .paxosPromise, .paxosAccept, .paxosRefuse, .lead, .led,
      .readFailure:
      .answer
    }
  }
}
