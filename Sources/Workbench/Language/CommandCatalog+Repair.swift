import Kernel
import Replication

extension CommandCatalog {
  static let repair: [CommandSpecification] = [
    CommandSpecification(
      "sync", .repair, usage: ["sync REPLICA [->] REPLICA"],
      "One exchange of full state between two replicas, by the operator's hand: at this instant, and cuts don't hinder it.",
      details: "Each takes in what the other holds of the keys that both own; with an arrow only the second one does.",
      examples: ["sync us1 eu1", "sync us1 -> eu1"]
    ) { reader in
      let from = try reader.replica()
      let isOneWay = try reader.optionalKeyword("->") != nil
      let start = try reader.peek()
      let to = try reader.replica()
      guard from != to || !reader.context.isCertain else {
        throw reader.refused("a replica can't sync with itself", start?.span ?? SourceSpan(start: 0, length: 1))
      }
      return .input(.sync(from: from, to: to, bothWays: !isOneWay))
    }
  ]
}
