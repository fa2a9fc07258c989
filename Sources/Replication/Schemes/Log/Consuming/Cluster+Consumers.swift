import Kernel

/// What the cluster does about clients that consume.
extension Cluster {
  /// A client that consumes its region's logs, from their beginning on.
  mutating func addConsumer(_ name: String, in region: RegionID) {
    var client = Client(name: name, region: region)
    client.consumer = Consumer(partitions: turn.environment.placement.partitionCount)
    clients.append(client)
  }

  /// A consumer goes on in another region, or with other records: where it was there when it left, or at the latest checkpoint of it
  /// that a mirror has brought, if that is further (fail-over with MirrorMaker 2). One that there isn't begins at the beginning.
  mutating func followConsumer(_ name: String, in region: RegionID, from source: RegionID?) {
    guard let client = clients.ids.first(where: { clients[$0].name == name && clients[$0].consumer != nil }) else {
      var client = Client(name: name, region: region)
      client.consumer = Consumer(partitions: turn.environment.placement.partitionCount, of: source)
      clients.append(client)
      return
    }
    let checkpoint = source.flatMap { self.checkpoint(of: client, from: $0, to: region) }
    let (before, now, position) = (clients[client].region, now, position)
    clients[client].consumer?.move(
      from: before, to: region, of: source, told: checkpoint, at: now, position)
    let partitions = turn.environment.placement.partitionCount
    clients[client].consumer?.group?.renew(partitions: partitions, at: now, position)
    // All of its group go on there.
    for member in [client] + (clients[client].consumer?.group?.clients ?? []) {
      clients[member].region = region
      clients[member].favourite = .none
    }
    scheduleCheckpoints(from: region)
  }

  /// What a consumer asks for; nil for any other client.
  func demand(of client: ClientID, atMost limit: Int) -> ConsumerDemand? {
    guard let consumer = consumerGroup(of: client) else { return nil }
    let bits = self.partitions(of: client).reduce(UInt64(0)) { $0 | UInt64(1) << UInt64($1) }
    return ConsumerDemand(
      positions: consumer.positions, partitions: bits, generation: consumer.group?.current.number ?? 0,
      source: consumer.source, limit: limit)
  }

  /// Keeps what goes to consumers until they have it.
  mutating func takeConsumptions() {
    for index in 0..<turn.effects.consumptions.count { consumptions.append(turn.effects.consumptions[index]) }
    turn.effects.consumptions.clear()
  }

  /// An operation of a consumer has ended: it has what was brought, and commits, or it never gets it. What comes from where it
  /// consumes no longer isn't taken.
  mutating func endConsumption(_ operation: Operation) {
    // What came with the timeout has not been taken in yet.
    if !turn.effects.consumptions.isEmpty { takeConsumptions() }
    guard let place = consumptions.lastIndex(where: { $0.operation == operation.id }) else { return }
    let client = operation.client
    guard operation.outcome == .ok, clients[client].region == operation.region, isConsuming(client),
      let holder = consumerGroupHolder(of: client),
      clients[holder].consumer?.source == consumptions[place].source
    else {
      consumptions.remove(at: place)
      return
    }
    let consumption = consumptions[place]
    consumptions[place].client = client
    let known = clients[holder].consumer?.take(consumption.records) ?? 0
    clients[client].consumer?.count(consumption.records.count, ofThemKnown: known)
    // A group that was alone when it asked may have others by now.
    let generation = clients[holder].consumer?.group?.current.number ?? 0
    if consumption.generation == generation {
      clients[holder].consumer?.commit(consumption.positions)
      scheduleCheckpoints(from: operation.region)
    } else {
      consumptions[place].isCommitted = false
    }
  }

  /// The records that an operation of a consumer brought; none of others.
  public func consumedRecords(by operation: OperationID) -> [ConsumedRecord] {
    consumptions.last { $0.operation == operation }?.records ?? []
  }

  /// The records among those that an operation of a consumer brought which an earlier one had brought it already, and which.
  public func repeats(by operation: OperationID) -> [(record: ConsumedRecord, earlier: OperationID)] {
    guard let place = consumptions.lastIndex(where: { $0.operation == operation }) else { return [] }
    guard let client = consumptions[place].client, let holder = consumerGroupHolder(of: client) else { return [] }
    let before = consumptions[..<place].filter { $0.client.flatMap(consumerGroupHolder) == holder }
    return consumptions[place].records.compactMap { record in
      before.last { $0.records.contains { $0.original == record.original } }.map { (record, $0.operation) }
    }
  }

  /// How many offsets a consumer is behind what is committed in its region's logs, or how many of the records that were mirrored,
  /// where it wants no others, in those partitions that it has; nil for a client that consumes nothing.
  public func consumerLag(of client: ClientID) -> Int? {
    guard let consumer = consumerGroup(of: client) else { return nil }
    return partitions(of: client).reduce(0) { sum, partition in
      let offset = consumer.positions[partition].offset
      let members = decision(on: partition, in: clients[client].region)?.members ?? []
      let committed = members.compactMap { knownWatermark(of: partition, at: $0) }.max() ?? 0
      guard let source = consumer.source else { return sum + max(0, committed - offset) }
      return sum + mirroredRecords(partition, from: offset, upTo: committed, of: source, members)
    }
  }

  /// How many records of another region stand between two offsets of a partition, by whichever copy has them.
  private func mirroredRecords(
    _ partition: Int, from start: Int, upTo end: Int, of source: RegionID, _ members: [ReplicaID]
  ) -> Int {
    let log = members.map { replicas.log[$0].copies[partition].log }.max { $0.end < $1.end }
    guard let log, start < end else { return 0 }
    return (start..<min(end, log.end)).count { turn.catalogue.source(of: log[$0].version) == source }
  }

  /// What a consumer of another region's records has yet to come to in its region's logs, as written there.
  public func recordsAhead(of client: ClientID) -> Set<VersionID> {
    guard let consumer = consumerGroup(of: client), let source = consumer.source else { return [] }
    var ahead: Set<VersionID> = []
    for (partition, position) in consumer.positions.enumerated() {
      guard let decided = decision(on: partition, in: clients[client].region) else { continue }
      let holder = decided.state.leader == .none ? decided.lastLeader : decided.state.leader
      guard holder != .none else { continue }
      let log = replicas.log[holder].copies[partition].log
      for offset in min(position.offset, log.end)..<log.end {
        let version = log[offset].version
        if turn.catalogue.source(of: version) == source { ahead.insert(turn.catalogue.original(of: version)) }
      }
    }
    return ahead
  }
}
