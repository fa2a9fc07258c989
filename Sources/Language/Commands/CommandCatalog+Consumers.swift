import Kernel
import Replication

extension CommandCatalog {
  /// What can be done where logs are consumed.
  static let consumers: [CommandSpecification] = [
    CommandSpecification(
      "consumer", .setUp, usage: ["consumer NAME in REGION [from REGION]"],
      "Makes a further client, which consumes its region's logs: a consumer group of one member. One that there is goes on there.",
      details: """
        It begins with the oldest record of each partition, and remembers how far it has read; see `consume`. With `from` it consumes \
        what was mirrored from that region alone (`set mirror`). A consumer of that name goes on at the latest checkpoint of it that the \
        mirror has brought, or where it was there when it left: what it has got since the checkpoint it gets twice, and what was not \
        mirrored it misses.
        """, feature: .logs
    ) { try $0.consumer() },
    CommandSpecification(
      "consume", .operations, usage: ["consume CONSUMER [N] [via REPLICA]"],
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
  /// Takes a name, new or a consumer's, and where and what it consumes.
  mutating func consumer() throws -> Command {
    note(.name)
    let first = try peek()
    let known = context.consumers.first { $0.name == first?.text }
    let name = known == nil ? try newClient() : try take(.name).text
    _ = try keyword("in")
    let region = try region()
    var source: RegionID?
    if try optionalKeyword("from") != nil {
      let word = try peek()
      source = try self.region()
      if source == region, context.isCertain {
        throw refused(
          "nothing is mirrored from a region to itself; without `from` it consumes what its region's logs have",
          word?.span ?? SourceSpan(start: 0, length: 1))
      }
    }
    if let known, known.region == region, known.source == source, context.isCertain {
      throw refused(
        "there is a client `\(name)` already, which consumes just that", first?.span ?? SourceSpan(start: 0, length: 1))
    }
    return .input(
      known == nil && source == nil
        ? .addConsumer(name, in: region) : .followConsumer(name, in: region, from: source))
  }

  /// Takes a consumer, and how many records it gets at most.
  mutating func consumption() throws -> OperationPlan {
    let word = try take(.other("a consumer"))
    var client = ClientID(0)
    if let index = context.clients.firstIndex(of: word.text) {
      client = ClientID(index)
    } else if context.isCertain || !context.knowsClient(word.text) {
      throw LanguageError(
        .unknownName(.other("a consumer"), word.text), at: word.span,
        candidates: context.candidates(for: .other("a consumer")))
    }
    note(.keyword("via"))
    let isNamed = try peek().map { !$0.isQuoted && $0.text.lowercased() == "via" } ?? true
    let limit = isNamed ? nil : try wholeNumber(1...500)
    let coordinator = try optionalKeyword("via") == nil ? nil : try replica()
    return OperationPlan(
      kind: .consume, key: "", value: limit.map { String($0) }, level: .fixed, client: client, coordinator: coordinator)
  }
}
