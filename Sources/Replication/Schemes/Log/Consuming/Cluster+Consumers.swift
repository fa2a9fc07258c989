import Kernel

/// What the cluster does about clients that consume.
extension Cluster {
  /// A client that consumes its region's logs, from their beginning on.
  mutating func addConsumer(_ name: String, in region: RegionID) {
    var client = Client(name: name, region: region)
    client.consumer = Consumer(partitions: turn.environment.placement.partitionCount)
    clients.append(client)
  }

  /// What a consumer asks for; nil for any other client.
  func demand(of client: ClientID, atMost limit: Int) -> ConsumerDemand? {
    clients[client].consumer.map { ConsumerDemand(positions: $0.positions, limit: limit) }
  }

  /// Keeps what goes to consumers until they have it.
  mutating func takeConsumptions() {
    for index in 0..<turn.effects.consumptions.count { consumptions.append(turn.effects.consumptions[index]) }
    turn.effects.consumptions.clear()
  }

  /// An operation of a consumer has ended: it has what was brought, and commits, or it never gets it.
  mutating func endConsumption(_ operation: Operation) {
    guard let place = consumptions.lastIndex(where: { $0.operation == operation.id }) else { return }
    if operation.outcome == .ok {
      clients[operation.client].consumer?.commit(consumptions[place])
    } else {
      consumptions.remove(at: place)
    }
  }

  /// The records that an operation of a consumer brought; none of others.
  public func consumedRecords(by operation: OperationID) -> [ConsumedRecord] {
    consumptions.last { $0.operation == operation }?.records ?? []
  }

  /// How many offsets a consumer is behind what is committed in its region's logs; nil for a client that consumes nothing.
  public func consumerLag(of client: ClientID) -> Int? {
    clients[client].consumer.map { consumer in
      consumer.positions.enumerated().reduce(0) { sum, entry in
        let members = decision(on: entry.offset, in: clients[client].region)?.members ?? []
        let committed = members.compactMap { knownWatermark(of: entry.offset, at: $0) }.max() ?? 0
        return sum + max(0, committed - entry.element.offset)
      }
    }
  }
}
