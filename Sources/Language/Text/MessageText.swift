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
      return "op \(id.index) \(operation.kind.rawValue) \(key)" + (operation.level.name.map { " \($0)" } ?? "")
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
    case .message(let message): return message.kind.traits.word
    }
  }

  /// What a message between replicas says.
  public static func contents(_ message: Message, _ cluster: Cluster) -> String {
    text(message.kind.traits.phrase(message), cluster)
  }

  private static func text(_ phrase: Phrase, _ cluster: Cluster) -> String {
    phrase.parts.map { text($0, cluster) }.joined()
  }

  private static func text(_ part: Phrase.Part, _ cluster: Cluster) -> String {
    switch part {
    case .text(let text): text
    case .replica(let replica): cluster.topology.name(of: replica)
    case .operation(let operation): "op \(operation.index)"
    case .region(let region): cluster.topology.name(of: region)
    case .key(let key): Printable.named(cluster.catalogue.names.name(of: key))
    case .version(let version): assignment(of: version, cluster)
    case .ballot(let round): ballot(of: round, cluster)
    case .proposal(let round): proposal(of: round, cluster)
    }
  }

  /// The ballot of a transaction's round, such as `cart, ballot 1500/us1`.
  private static func ballot(of number: RoundID, _ cluster: Cluster) -> String {
    let round = cluster.turn.parcels.paxos[number]
    let key = Printable.named(cluster.catalogue.names.name(of: round.key))
    return "\(key), ballot \(round.ballot.timestamp)/\(cluster.topology.name(of: round.ballot.replica))"
  }

  private static func proposal(of round: RoundID, _ cluster: Cluster) -> String {
    let version = cluster.turn.parcels.paxos[round].version
    return version == .none ? "nothing for \(ballot(of: round, cluster))" : assignment(of: version, cluster)
  }

  /// A version as `cart = milk`, or `cart deleted`.
  public static func assignment(of version: VersionID, _ cluster: Cluster) -> String {
    let key = cluster.catalogue.version(version).key
    let name = Printable.named(cluster.catalogue.names.name(of: key))
    return ValueText.text(of: version, key, in: cluster, at: nil).map { "\(name) = \(Printable.named($0))" }
      ?? "\(name) deleted"
  }

  private static func contents(_ timer: Timer, _ cluster: Cluster) -> String {
    switch timer {
    case .deadline(let operation, _): "timeout of op \(operation.index)"
    case .served(let replica, _): "\(cluster.topology.name(of: replica)) is done with a request"
    case .seek(let operation, _): "the session of op \(operation.index) looks for a replica again, if it still waits"
    case .path(let timer): text(timer.phrase, cluster)
    case .timelines(let timer): text(timer.phrase, cluster)
    case .notice: "coordinators notice what they can reach"
    case .leaderless(let timer): text(timer.phrase, cluster)
    case .streams(let timer): text(timer.phrase, cluster)
    case .log(let timer): text(timer.phrase, cluster)
    case .primaryCache(let timer): text(timer.phrase, cluster)
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
