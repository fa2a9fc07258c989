import Kernel
import Replication

/// Messages, links and delays in words.
public enum MessageText {
  /// Who sends a message to whom, such as `us1 → eu2`.
  public static func route(_ event: Event, _ cluster: Cluster) -> String {
    let names = cluster.topology
    switch event {
    case .message(let message): return "\(names.name(of: message.from)) → \(names.name(of: message.to))"
    case .request(let operation, let ticket, let coordinator):
      return "\(client(operation, ticket, cluster)) → \(names.name(of: coordinator))"
    case .answer(let answer):
      return "\(names.name(of: answer.coordinator)) → \(client(answer.operation, answer.ticket, cluster))"
    case .arrival, .wake: return ""
    }
  }

  private static func client(_ operation: OperationID, _ ticket: UInt32, _ cluster: Cluster) -> String {
    // Who has given up takes no answer any more.
    cluster.openOperation(operation, ticket: ticket).map { Printable.escaped($0.client.name) } ?? "nobody"
  }

  /// What a message says, such as `write cart = milk`.
  public static func contents(_ event: Event, _ cluster: Cluster) -> String {
    switch event {
    case .message(let message): return contents(message, cluster)
    case .request(let id, let ticket, _):
      guard let operation = cluster.openOperation(id, ticket: ticket)?.operation else { return "op \(id.index)" }
      let key = Printable.named(cluster.catalogue.names.name(of: operation.key))
      return "op \(id.index) \(operation.kind.rawValue) \(key) \(operation.level.name)"
    case .answer(let answer): return "op \(answer.operation.index) \(answer.outcome.rawValue)"
    case .arrival: return "the next operation of a load"
    case .wake(let timer): return contents(timer, cluster)
    }
  }

  /// What a message is, in a word.
  public static func word(_ event: Event) -> String {
    switch event {
    case .request: return "request"
    case .answer: return "answer"
    case .arrival, .wake: return ""
    case .message(let message):
      return switch message.kind {
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
      case .gossipSyn, .gossipAck, .gossipAck2: "gossip"
      case .echo: "echo?"
      case .echoReply: "echo"
      case .lead: "lead?"
      case .led: "led"
      }
    }
  }

  /// What a message between replicas says.
  public static func contents(_ message: Message, _ cluster: Cluster) -> String {
    switch message.kind {
    case .write, .passedOn: "write \(assignment(of: message.version, cluster))"
    case .relay: "relay \(assignment(of: message.version, cluster))"
    case .paxosPrepare: "prepare \(ballot(of: message, cluster))"
    case .paxosPromise: "answer to prepare \(ballot(of: message, cluster))"
    case .paxosPropose: "propose \(proposal(of: message, cluster))"
    case .paxosAccept: "accepts \(proposal(of: message, cluster))"
    case .paxosRefuse: "refuses \(proposal(of: message, cluster))"
    case .paxosCommit: "commit \(assignment(of: message.version, cluster))"
    case .delta: "delta to \(assignment(of: message.version, cluster))"
    case .deltaRefused: "lacks what the delta was made on, asks for the whole state"
    case .hint: "hint \(assignment(of: message.version, cluster))"
    case .repair: "repair \(assignment(of: message.version, cluster))"
    case .stream: "stream \(assignment(of: message.version, cluster))"
    case .reap: "reap the tombstone: \(assignment(of: message.version, cluster))"
    case .validate: "asks for a Merkle tree"
    case .tree: "Merkle tree"
    case .exchange: "asks for the leaves that differ"
    case .streamAck: "ack stream \(assignment(of: message.version, cluster))"
    case .writeAck: "ack \(assignment(of: message.version, cluster))"
    case .hintAck: "ack hint \(assignment(of: message.version, cluster))"
    case .repairAck: "ack repair \(assignment(of: message.version, cluster))"
    case .dataRequest: "read \(Printable.named(cluster.catalogue.names.name(of: message.key)))"
    case .digestRequest: "digest of \(Printable.named(cluster.catalogue.names.name(of: message.key)))"
    case .dataResponse: "data \(message.version == .none ? "none" : assignment(of: message.version, cluster))"
    case .gossipSyn: "gossip: SYN, how far I have heard of everybody"
    case .gossipAck: "gossip: ACK, what you don't know yet"
    case .gossipAck2: "gossip: ACK2, what you asked for"
    case .echo: "are you there?"
    case .echoReply: "I am here"
    case .lead: "owns no copy, asks it to lead op \(message.operation.index)"
    case .led: "says what came of op \(message.operation.index)"
    case .digestResponse: "digest \(message.version == .none ? "of none" : assignment(of: message.version, cluster))"
    }
  }

  /// The ballot of a transaction's message, such as `cart 1500us/us1`.
  private static func ballot(of message: Message, _ cluster: Cluster) -> String {
    let round = cluster.turn.parcels.paxos[message.round]
    let key = Printable.named(cluster.catalogue.names.name(of: round.key))
    return "\(key), ballot \(round.ballot.timestamp)/\(cluster.topology.name(of: round.ballot.replica))"
  }

  private static func proposal(of message: Message, _ cluster: Cluster) -> String {
    let version = cluster.turn.parcels.paxos[message.round].version
    return version == .none ? "nothing for \(ballot(of: message, cluster))" : assignment(of: version, cluster)
  }

  /// A version as `cart = milk`, or `cart deleted`.
  public static func assignment(of version: VersionID, _ cluster: Cluster) -> String {
    let key = cluster.catalogue.version(version).key
    let name = Printable.named(cluster.catalogue.names.name(of: key))
    return ValueText.text(of: version, key, in: cluster, at: nil).map { "\(name) = \(Printable.named($0))" }
      ?? "\(name) deleted"
  }

  private static func contents(_ timer: Timer, _ cluster: Cluster) -> String {
    let names = cluster.topology
    return switch timer {
    case .deadline(let operation, _): "timeout of op \(operation.index)"
    case .served(let replica, _): "\(names.name(of: replica)) is done with a request"
    case .hintDispatch(let replica, _): "\(names.name(of: replica)) looks for targets of its hints"
    case .hintSend(let replica, let target, _):
      "\(names.name(of: replica)) may send \(names.name(of: target)) the next hint"
    case .speculate(let replica, let operation, _):
      "\(names.name(of: replica)) asks one more replica for op \(operation.index), if it still waits"
    case .spreadRepair(let replica, let operation, _):
      "\(names.name(of: replica)) repairs others for op \(operation.index), if it still waits"
    case .endCheck(let replica, let operation, _):
      "\(names.name(of: replica)) gives up the check after op \(operation.index), if it still goes on"
    case .reap(let replica, let version, _):
      "\(names.name(of: replica)) reaps a tombstone, if it stands yet: \(assignment(of: version, cluster))"
    case .repairPatience(let session): "repair session \(session.index + 1) has taken too long, if it goes on"
    case .repairRound: "the next round of repair"
    case .gossip(let replica, _, _): "\(names.name(of: replica)) gossips"
    case .endLead(_, let operation): "the leader of op \(operation.index) has waited long enough, if it still waits"
    case .seek(let operation, _): "the session of op \(operation.index) looks for a replica again, if it still waits"
    case .retry(let replica, let operation, _):
      "\(names.name(of: replica)) tries op \(operation.index) again, if it still waits"
    case .notice: "coordinators notice what they can reach"
    }
  }
}

/// Delay distributions as they are written.
public enum DelayText {
  /// The distribution in the form that `link` takes.
  public static func text(_ delay: Delay) -> String {
    switch delay {
    case .fixed(let span): Quantity.text(span)
    case .uniform(let low, let high): "uniform(\(Quantity.text(low)), \(Quantity.text(high)))"
    case .normal(let mean, let deviation): "\(Quantity.text(mean))~\(Quantity.text(deviation))"
    case .exponential(let mean): "exponential(\(Quantity.number(Double(mean) / 1_000_000))ms)"
    case .pareto(let scale, let shape):
      "pareto(\(Quantity.text(scale)), \(Quantity.number(Double(shape) / Double(Delay.shapeUnit), decimals: 3)))"
    case .mixture(let components):
      "mix(" + components.map { "\(weight($0.weight)) \(text($0.delay))" }.joined(separator: ", ") + ")"
    case .empirical(let samples): "empirical(" + samples.map(Quantity.text).joined(separator: ", ") + ")"
    }
  }

  private static func weight(_ millionths: UInt64) -> String { Quantity.number(Double(millionths) / 1_000_000) }
}

extension Link {
  /// Whether there is anything to say about it.
  package var isTroubled: Bool { isHeld || slowdown > .zero || loss != .zero || duplication != .zero }
}

/// The state of a link in words.
package enum LinkText {
  package static func faults(_ link: Link) -> String {
    var words: [String] = []
    if link.isHeld { words.append("held") }
    if link.slowdown > .zero { words.append("slower by \(Quantity.text(link.slowdown))") }
    if link.loss != .zero { words.append("loses \(Quantity.percent(Double(link.loss.millionths) / 1_000_000))") }
    if link.duplication != .zero {
      words.append("doubles \(Quantity.percent(Double(link.duplication.millionths) / 1_000_000))")
    }
    return words.joined(separator: ", ")
  }
}
