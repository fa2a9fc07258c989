import Kernel

extension LeaderlessMessage {
  public var messageClass: MessageClass {
    switch self {
    case .write, .relay, .passedOn, .delta, .hint, .repair, .stream, .reap, .paxosPropose, .paxosCommit, .lead: .write
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .paxosAccept, .paxosRefuse, .led: .ack
    case .dataRequest, .digestRequest, .validate, .exchange, .gossipSyn, .echo, .paxosPrepare: .request
    case .dataResponse, .digestResponse, .tree, .gossipAck, .gossipAck2, .echoReply, .paxosPromise: .response
    }
  }

  /// What answers it; an answer is answered by nothing else.
  var answer: LeaderlessMessage {
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

  public var isServed: Bool {
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

  public var carriesVersion: Bool {
    switch self {
    case .write, .relay, .passedOn, .delta, .hint, .repair, .stream, .dataResponse, .paxosCommit: true
    case .writeAck, .deltaRefused, .hintAck, .repairAck, .streamAck, .reap, .dataRequest, .digestRequest,
      .digestResponse, .validate, .tree, .exchange, .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply,
      .paxosPrepare, .paxosPromise, .paxosPropose, .paxosAccept, .paxosRefuse, .lead, .led:
      false
    }
  }

  public var answersRead: Bool { self == .dataResponse }

  public var isGossip: Bool { Self.gossipSyn.rawValue...Self.echoReply.rawValue ~= rawValue }

  /// Whether it belongs to a transaction and carries no version by itself.
  var isPaxos: Bool { Self.paxosPrepare.rawValue...Self.paxosRefuse.rawValue ~= rawValue }

  public var isWrite: Bool {
    switch self {
    case .write, .delta, .relay, .passedOn, .paxosCommit: true
    case .writeAck, .deltaRefused, .hint, .hintAck, .repair, .repairAck, .validate, .tree, .exchange, .stream,
      .streamAck, .dataRequest, .digestRequest, .dataResponse, .digestResponse, .paxosPrepare, .paxosPromise,
      .paxosPropose, .paxosAccept, .paxosRefuse, .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply, .lead, .led,
      .reap:
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

  public var errand: MessageErrand {
    switch self {
    case .hint, .hintAck, .repair, .repairAck: .repair
    case .write, .relay, .passedOn, .delta, .stream, .reap, .dataRequest, .digestRequest, .paxosPrepare,
      .paxosPropose, .paxosCommit:
      .request
    case .writeAck, .deltaRefused, .streamAck, .dataResponse, .digestResponse, .validate, .tree, .exchange,
      .gossipSyn, .gossipAck, .gossipAck2, .echo, .echoReply, .paxosPromise, .paxosAccept, .paxosRefuse, .lead, .led:
      .answer
    }
  }
}
