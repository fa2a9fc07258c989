import Kernel

/// A message on its way, or waiting on a held link.
public struct InFlight: Hashable, Sendable {
  /// Its number, by which `deliver` and `drop` name it.
  public let number: UInt32
  /// When it was sent.
  public let departed: Instant
  /// When it arrives; nil while its link is held.
  public let arrives: Instant?
  /// What it is.
  public let event: Event
}

/// What can be seen of a cluster without changing it.
extension Cluster {
  /// All messages on their way, those of clients included, in the order of their arrival; held ones last.
  public var messagesInFlight: [InFlight] {
    queue.entries.filter(\.payload.event.isMessage).map {
      InFlight(number: $0.number, departed: $0.payload.departed, arrives: $0.at, event: $0.payload.event)
    }
      + held.map {
        InFlight(number: $0.number, departed: $0.scheduled.departed, arrives: nil, event: $0.scheduled.event)
      }
  }

  /// The first messages to arrive of those that are as wanted, held ones last, and how many of them were found.
  ///
  /// - Parameters:
  ///   - count: how many are returned at most.
  ///   - limit: how many events are looked at, at most: in a busy cluster it would take long to look at all.
  public func messagesInFlight(
    first count: Int, amongFirst limit: Int = .max, where isWanted: (Event) -> Bool = { _ in true }
  ) -> (first: [InFlight], total: Int) {
    var found: [(order: Int, message: InFlight)] = []
    var total = 0
    var latest = Instant.end
    var rest = limit
    queue.visit { at, number, scheduled in
      guard rest > 0 else { return false }
      rest -= 1
      guard scheduled.event.isMessage, isWanted(scheduled.event) else { return true }
      total += 1
      guard at <= latest else { return true }
      found.append(
        (total, InFlight(number: number, departed: scheduled.departed, arrives: at, event: scheduled.event)))
      guard found.count >= 4 * max(count, 16) else { return true }
      Self.keepFirst(count, of: &found)
      latest = found.last?.message.arrives ?? .start
      return true
    }
    Self.keepFirst(count, of: &found)
    let waiting = held.filter { isWanted($0.scheduled.event) }
    let last = waiting.prefix(max(0, count - found.count)).map {
      InFlight(number: $0.number, departed: $0.scheduled.departed, arrives: nil, event: $0.scheduled.event)
    }
    return (found.map(\.message) + last, total + waiting.count)
  }

  private static func keepFirst(_ count: Int, of found: inout [(order: Int, message: InFlight)]) {
    found.sort { ($0.message.arrives ?? .end, $0.order) < ($1.message.arrives ?? .end, $1.order) }
    if found.count > count { found.removeLast(found.count - count) }
  }

  /// The whole way of that message, of all that arrive by an instant, which takes longest; nil if there is none.
  ///
  /// Gossip is left out.
  public func longestHop(arrivingBy limit: Instant = .end) -> TimeSpan? {
    var longest: TimeSpan?
    queue.forEach { at, _, scheduled in
      guard at <= limit, scheduled.event.isMessage, !scheduled.event.isGossip else { return }
      longest = max(longest ?? .zero, at - scheduled.departed)
    }
    return longest
  }

  /// The operations that have not ended for their clients, in the order in which they began.
  public var openOperations: [Operation] {
    operations.slots.filter(isForemost).map { operations[$0].operation }.sorted { $0.id < $1.id }
  }

  /// The operation of that number, if it has not ended for its client.
  public func openOperation(_ id: OperationID) -> Operation? {
    operations.slots.first { operations[$0].operation.id == id && isForemost($0) }
      .map { operations[$0].operation }
  }

  /// The operations on one key that have not ended for their clients.
  public func openOperations(on key: KeyID) -> [OperationID] {
    operations.slots.filter { operations[$0].operation.key == key && isForemost($0) }
      .map { operations[$0].operation.id }
  }

  /// Whether a client waits for that attempt, and for none of the same operation that it made before.
  private func isForemost(_ ticket: UInt32) -> Bool {
    guard operations[ticket].operation.outcome == nil else { return false }
    let call = operations[ticket].call
    return call == .max || path.all.calls[call].live.first?.ticket == ticket
  }

  /// Whether no message is on its way, no hint waits and no request is being served.
  public var isSettled: Bool {
    held.isEmpty && pendingHints == 0
      && replicas.elements.allSatisfy { $0.queueLength == 0 && $0.inbox.isEmpty }
      && !queue.contains { $0.event.isMessage && !$0.event.isGossip }
  }

  /// How many versions a replica keeps for others: hints, or what else its scheme keeps.
  public func keptCount(of replica: ReplicaID) -> Int { replicas.backlogCount(of: replica) }

  /// How many hints wait, on all replicas that run or could run again.
  public var pendingHints: Int { replicas.ids.reduce(0) { $0 + replicas.backlogCount(of: $1) } }

  /// The replicas that run; paused ones are alive, but silent.
  public var live: ReplicaSet { ReplicaSet(replicas.ids.lazy.filter { replicas.status(of: $0) != .crashed }) }

  /// An operation that goes on and the client that waits for it; nil once it has ended and nothing more is expected.
  public func openOperation(_ id: OperationID, ticket: UInt32) -> (operation: Operation, client: Client)? {
    guard isOpen(id, ticket) else { return nil }
    let operation = operations[ticket].operation
    return (operation, clients[operation.client])
  }

  /// What an open operation has cost so far, in messages between replicas and their bytes.
  public func cost(of operation: OperationID) -> (messages: UInt32, bytes: UInt32)? {
    let ticket = operations.slots.first { operations[$0].operation.id == operation && operations[$0].lead != .max }
    let spent = replicas.cost(of: operation)
    guard let ticket else { return spent.map { ($0.messages, $0.bytes) } }
    let handing = leadCost(ticket)
    return (handing.messages + (spent?.messages ?? 0), handing.bytes + (spent?.bytes ?? 0))
  }
}

extension Event {
  /// Whether it is a message about who lives, not about data.
  public var isGossip: Bool {
    if case .message(let message) = self { message.kind.isGossip } else { false }
  }

  /// Whether it is a message on its way, not a timer or an arrival.
  public var isMessage: Bool {
    switch self {
    case .message, .request, .answer: true
    case .arrival, .wake: false
    }
  }
}
