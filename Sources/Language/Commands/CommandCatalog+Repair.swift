import Kernel
import Replication

extension CommandReader {
  /// Takes what is to be repaired: a region, a replica, two of them, or a key; everything if nothing is said.
  mutating func repair() throws -> Command {
    note(.lineEnd)
    let everyone = context.topology.everyone
    guard try !isAtEnd() else { return .repair(pairs: Self.pairs(touching: everyone, context.topology), key: nil) }
    note(.region)
    note(.replica)
    let word = try take(.key)
    if !word.isQuoted, let region = context.topology.region(named: word.text) {
      return .repair(pairs: Self.pairs(touching: context.topology.set(of: region), context.topology), key: nil)
    }
    guard !word.isQuoted, let first = context.topology.replica(named: word.text) else {
      return .repair(pairs: Self.pairs(touching: everyone, context.topology), key: word.text)
    }
    note(.lineEnd)
    guard try !isAtEnd() else {
      return .repair(pairs: Self.pairs(touching: ReplicaSet([first]), context.topology), key: nil)
    }
    let start = try peek()
    let second = try replica()
    guard first != second || !context.isCertain else {
      throw refused("a replica can't be repaired with itself", start?.span ?? SourceSpan(start: 0, length: 1))
    }
    return .repair(pairs: [Network.Pair(from: first, to: second)], key: nil)
  }

  private static func pairs(touching set: ReplicaSet, _ topology: Topology) -> [Network.Pair] {
    topology.replicaIDs.flatMap { first in
      topology.replicaIDs.filter { $0 > first && (set.contains(first) || set.contains($0)) }
        .map { Network.Pair(from: first, to: $0) }
    }
  }
}

extension CommandCatalog {
  static let repair: [CommandSpecification] = [
    CommandSpecification(
      "repair", .repair, usage: ["repair [REGION | REPLICA [REPLICA] | KEY]"],
      "A full round of anti-entropy with Merkle trees; virtual time runs until it has ended, and what came of it is told.",
      details: """
        Each pair of replicas compares trees of what both own, and streams the leaves that differ, both ways: of \
        everything, or of the pairs that touch a region or a replica, of one pair, or of one key. A pair fails at once \
        where one of them is known to be dead or out of reach, when that is noticed, when the one that began it crashes, and \
        after 60 s without an answer. A key in quotes is always a key.
        """,
      examples: ["repair", "repair eu-west-1", "repair us1 eu1", "repair \"cart\""], feature: .repair
    ) { try $0.repair() },
    CommandSpecification(
      "sync", .repair, usage: ["sync REPLICA [->] REPLICA"],
      "One exchange of full state between two replicas, by the operator's hand: at this instant, and cuts don't hinder it.",
      details: """
        Each takes in what the other holds of the keys that both own; with an arrow only the second one does. No message \
        is sent, so what is carried doesn't count in `bytes.cross-region`.
        """,
      examples: ["sync us1 eu1", "sync us1 -> eu1"], feature: .repair
    ) { reader in
      let from = try reader.replica()
      let isOneWay = try reader.optionalKeyword("->") != nil
      let start = try reader.peek()
      let to = try reader.replica()
      guard from != to || !reader.context.isCertain else {
        throw reader.refused("a replica can't sync with itself", start?.span ?? SourceSpan(start: 0, length: 1))
      }
      return .input(.sync(from: from, to: to, bothWays: !isOneWay))
    },
  ]
}
