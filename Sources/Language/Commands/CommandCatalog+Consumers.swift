import Kernel
import Replication

extension CommandCatalog {
  /// What can be done where logs are consumed.
  static let consumers: [CommandSpecification] = [
    CommandSpecification(
      "consumer", .setUp,
      usage: [
        "consumer NAME in REGION [from REGION]", "consumer NAME in REGION group CONSUMER",
        "consumer NAME off|crash|on",
      ],
      "Makes a further client, which consumes its region's logs: a consumer group of its own, or one more of another's.",
      details: """
        It begins with the oldest record of each partition, and remembers how far it has read; see `consume`. With `from` it consumes \
        what was mirrored from that region alone (`set mirror`). A consumer of that name goes on at the latest checkpoint of it that the \
        mirror has brought, or where it was there when it left: what it has got since the checkpoint it gets twice, and what was not \
        mirrored it misses.

        With `group` it joins the group of a consumer, by whose name the group goes: the partitions are divided anew among its members, \
        in ranges, by their names. `off` leaves the group, `crash` is noticed 45 s later, and `on` comes back. What a member asked for \
        before the group rebalanced it gets, but can't commit: who has the partition now gets the same again. `show roles` lists who has \
        what.
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
    if let change = try presence(of: name, known, first) { return change }
    _ = try keyword("in")
    let region = try region()
    if try optionalKeyword("group") != nil { return try joining(name, in: region, known, first) }
    if let known, known.group != name, context.isCertain {
      throw refused(
        "`\(name)` is a member of the group `\(known.group)`, all of which goes on elsewhere by that name",
        first?.span ?? SourceSpan(start: 0, length: 1))
    }
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

  /// Takes whether a consumer leaves its group, crashes or is back; nil if something else is said of it.
  private mutating func presence(of name: String, _ known: ConsumerName?, _ word: Word?) throws -> Command? {
    let verb = try peek().flatMap { $0.isQuoted ? nil : $0.text.lowercased() }
    guard let verb, verb == "off" || verb == "crash" || verb == "on" else { return nil }
    let span = word?.span ?? SourceSpan(start: 0, length: 1)
    _ = try keyword(verb)
    let client = context.clients.firstIndex(of: name).map { ClientID($0) }
    guard let client, known != nil || !context.isCertain else {
      throw refused("`\(name)` is no consumer; `consumer \(name) in REGION` makes one", span)
    }
    if let known, context.isCertain, known.isRunning != (verb != "on") {
      throw refused(verb == "on" ? "`\(name)` consumes already" : "`\(name)` has left, or crashed, already", span)
    }
    return .input(.group(verb == "on" ? .comeBack(client) : verb == "off" ? .leave(client) : .crash(client)))
  }

  /// Takes whose group a further consumer joins.
  private mutating func joining(
    _ name: String, in region: RegionID, _ known: ConsumerName?, _ word: Word?
  ) throws -> Command {
    let span = word?.span ?? SourceSpan(start: 0, length: 1)
    if known != nil, context.isCertain {
      throw refused(
        "there is a consumer `\(name)` already; `consumer \(name) off` and `on` leave its group and come back", span)
    }
    let holder = try take(.other("a consumer"))
    guard let group = context.consumers.first(where: { $0.name == holder.text }) else {
      if context.isCertain || !context.knowsClient(holder.text) {
        throw LanguageError(
          .unknownName(.other("a consumer"), holder.text), at: holder.span,
          candidates: context.candidates(for: .other("a consumer")))
      }
      return .input(.group(.join(name, ClientID(0))))
    }
    if group.group != group.name {
      throw refused("`\(group.name)` is a member of the group `\(group.group)`: join that", holder.span)
    }
    if group.region != region, context.isCertain {
      throw refused("the group `\(group.name)` consumes in \(context.topology.name(of: group.region))", holder.span)
    }
    return .input(.group(.join(name, ClientID(context.clients.firstIndex(of: group.name) ?? 0))))
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
