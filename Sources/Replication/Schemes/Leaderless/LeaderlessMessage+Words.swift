import Kernel

extension LeaderlessMessage {
  /// How a version comes that isn't its writer's; nil where it is simply stored.
  public var means: String? {
    switch self {
    case .hint: "by hint"
    case .repair: "by read repair"
    case .stream: "by anti-entropy"
    case .standIn: "in an owner's place"
    case .write, .relay, .passedOn, .delta, .deltaRefused, .writeAck, .hintAck, .repairAck, .validate, .tree,
      .exchange, .streamAck, .dataRequest, .digestRequest, .dataResponse, .digestResponse, .paxosPrepare,
      .paxosPromise, .paxosPropose, .paxosAccept, .paxosRefuse, .paxosCommit, .gossipSyn, .gossipAck, .gossipAck2,
      .echo, .echoReply, .lead, .led, .reap, .readFailure:
      nil
    }
  }

  /// What it is, in a word.
  public var word: String {
    switch self {
    case .write, .passedOn: "write"
    case .relay: "relay"
    case .paxosPrepare: "prepare"
    case .paxosPromise: "promise"
    case .paxosPropose: "propose"
    case .paxosAccept: "accept"
    case .paxosRefuse: "refuse"
    case .paxosCommit: "commit"
    case .delta: "delta"
    case .deltaRefused: "whole?"
    case .standIn: "stand-in"
    case .hint: "hint"
    case .repair: "repair"
    case .stream: "stream"
    case .reap: "reap"
    case .validate: "tree?"
    case .tree: "tree"
    case .exchange: "stream?"
    case .writeAck, .hintAck, .repairAck, .streamAck: "ack"
    case .dataRequest: "read"
    case .digestRequest: "digest?"
    case .dataResponse: "data"
    case .digestResponse: "digest"
    case .readFailure: "failed"
    case .gossipSyn, .gossipAck, .gossipAck2: "gossip"
    case .echo: "echo?"
    case .echoReply: "echo"
    case .lead: "lead?"
    case .led: "led"
    }
  }

  /// What it says.
  public func phrase(_ message: Message) -> Phrase {
    switch self {
    case .write, .passedOn: "write \(message.version)"
    case .relay: "relay \(message.version)"
    case .paxosPrepare: "prepare \(ballotOf: message.round)"
    case .paxosPromise: "answer to prepare \(ballotOf: message.round)"
    case .paxosPropose: "propose \(proposalOf: message.round)"
    case .paxosAccept: "accepts \(proposalOf: message.round)"
    case .paxosRefuse: "refuses \(proposalOf: message.round)"
    case .paxosCommit: "commit \(message.version)"
    case .delta: "delta to \(message.version)"
    case .deltaRefused: "lacks what the delta was made on, asks for the whole state"
    case .standIn: "write \(message.version), in the place of \(message.owner)"
    case .hint: "hint \(message.version)"
    case .repair: "repair \(message.version)"
    case .stream: "stream \(message.version)"
    case .reap: "reap the tombstone: \(message.version)"
    case .validate: "asks for a Merkle tree"
    case .tree: "Merkle tree"
    case .exchange: "asks for the leaves that differ"
    case .streamAck: "ack stream \(message.version)"
    case .writeAck: "ack \(message.version)"
    case .hintAck: "ack hint \(message.version)"
    case .repairAck: "ack repair \(message.version)"
    case .dataRequest: "read \(message.key)"
    case .digestRequest: "digest of \(message.key)"
    case .dataResponse: message.version == .none ? "data none" : "data \(message.version)"
    case .digestResponse: message.version == .none ? "digest of none" : "digest \(message.version)"
    case .readFailure: "gives up: too many tombstones"
    case .gossipSyn: "gossip: SYN, how far I have heard of everybody"
    case .gossipAck: "gossip: ACK, what you don't know yet"
    case .gossipAck2: "gossip: ACK2, what you asked for"
    case .echo: "are you there?"
    case .echoReply: "I am here"
    case .lead: "owns no copy, asks it to lead \(message.operation)"
    case .led: "says what came of \(message.operation)"
    }
  }
}
