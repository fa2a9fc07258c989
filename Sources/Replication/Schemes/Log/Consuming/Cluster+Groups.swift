import Kernel

/// What the cluster does about consumers that share the partitions of their region's logs.
extension Cluster {
  /// Somebody joins a consumer group, leaves it, or crashes.
  mutating func apply(_ change: GroupChange) {
    let (now, position) = (now, position)
    switch change {
    case .join(let name, let holder):
      beginGroup(holder)
      var client = Client(name: name, region: clients[holder].region)
      client.consumer = Consumer(of: holder)
      clients.append(client)
      let newcomer = ClientID(clients.count - 1)
      clients[holder].consumer?.group?.join(newcomer, named: name, at: now, position)
    case .comeBack(let client):
      guard let holder = consumerGroupHolder(of: client) else { return }
      let name = clients[client].name
      let region = clients[holder].region
      clients[client].region = region
      clients[holder].consumer?.group?.join(client, named: name, at: now, position)
    case .leave(let client):
      guard let holder = consumerGroupHolder(of: client) else { return }
      beginGroup(holder)
      clients[holder].consumer?.group?.leave(client, at: now, position)
    case .crash(let client):
      guard let holder = consumerGroupHolder(of: client) else { return }
      beginGroup(holder)
      guard let crash = clients[holder].consumer?.group?.crash(client) else { return }
      queue.push(
        Scheduled(departed: now, event: .wake(.log(.session(client, crash: crash)))),
        at: now + ConsumerGroup.sessionTimeout)
    }
  }

  private mutating func beginGroup(_ holder: ClientID) {
    guard clients[holder].consumer?.group == nil else { return }
    let group = ConsumerGroup(
      of: holder, named: clients[holder].name, partitions: turn.environment.placement.partitionCount, at: now, position)
    clients[holder].consumer?.group = group
  }

  /// A member has not been heard for as long as its session may be silent. False if it is back.
  mutating func endSession(of client: ClientID, crash: UInt32) -> Bool {
    guard client.index < clients.count, let holder = consumerGroupHolder(of: client) else { return false }
    let (now, position) = (now, position)
    return clients[holder].consumer?.group?.expire(client, crash: crash, at: now, position) ?? false
  }

  // MARK: What can be asked

  /// The first member of the group that a consumer belongs to, by whose name the group goes; nil for any other client.
  public func consumerGroupHolder(of client: ClientID) -> ClientID? {
    clients[client].consumer.map { $0.membership ?? client }
  }

  /// What the group of a consumer knows; nil for any other client.
  public func consumerGroup(of client: ClientID) -> Consumer? {
    consumerGroupHolder(of: client).flatMap { clients[$0].consumer }
  }

  /// Whether a consumer runs and belongs to its group.
  public func isConsuming(_ client: ClientID) -> Bool {
    guard let consumer = consumerGroup(of: client) else { return false }
    return consumer.group?.isRunning(client) ?? true
  }

  /// The partitions that a consumer has in its group. What nobody has counts as its first member's.
  public func partitions(of client: ClientID) -> [Int] {
    guard let consumer = consumerGroup(of: client) else { return [] }
    guard let owners = consumer.group?.current.owners else { return Array(consumer.positions.indices) }
    let isFirst = clients[client].consumer?.membership == nil
    return owners.indices.filter { owners[$0] == client || owners[$0] == nil && isFirst }
  }

  /// Whether what an operation of a consumer brought was committed; nil where it brought nothing that its client took.
  public func isCommitted(_ operation: OperationID) -> Bool? {
    consumptions.last { $0.operation == operation }?.isCommitted
  }

  /// In which generation of its group a consumer asked for what an operation brought.
  public func generation(of operation: OperationID) -> UInt32? {
    consumptions.last { $0.operation == operation }?.generation
  }
}
