import Kernel
import Replication

extension CommandCatalog {
  /// What can be done where logs are consumed.
  static let consumers: [CommandSpecification] = [
    CommandSpecification(
      "consumer", .setUp, usage: ["consumer NAME in REGION"],
      "Makes a further client, which consumes its region's logs: a consumer group of one member.",
      details: "It begins with the oldest record of each partition, and remembers how far it has read; see `consume`.",
      feature: .logs
    ) { reader in
      let name = try reader.newClient()
      _ = try reader.keyword("in")
      return .input(.addConsumer(name, in: try reader.region()))
    },
    CommandSpecification(
      "consume", .operations, usage: ["consume CONSUMER [N]"],
      "Takes what comes next in the logs of a consumer's region; virtual time runs until the answer.",
      details: """
        At most N records, 500 when unsaid, in the order of partitions, as far as they are committed. Each is shown as its partition, \
        offset, key and value, none for a delete. The nearest replica asks the partitions' leaders; what nobody leads is left out. When \
        the answer has come, the consumer commits how far it has read; what never came it gets again.
        """, feature: .logs
    ) { .operate(try $0.consumption(), isAsync: false) },
  ]
}

extension CommandReader {
  /// Takes a consumer, and how many records it gets at most.
  mutating func consumption() throws -> OperationPlan {
    let client = try client()
    let limit = try isAtEnd() ? nil : try wholeNumber(1...500)
    return OperationPlan(
      kind: .consume, key: "", value: limit.map { String($0) }, level: .fixed, client: client)
  }
}
