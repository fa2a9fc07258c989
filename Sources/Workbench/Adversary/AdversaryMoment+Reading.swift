import Insight
import Kernel
import Replication

extension AdversaryMoment {
  /// Takes in something that was reported of the event.
  mutating func take(_ record: Record, _ cluster: Cluster) {
    switch record.what {
    case .delivered(let message, let departed):
      delivery = Delivery(message: message, departed: departed)
      actor = message.to
      key = cluster.key(of: message)
    case .lost(let message, .receiverDown, _):
      missedBy = message.to
      key = cluster.key(of: message)
    case .lost, .accepted, .stored, .began, .ended, .closed, .hinted, .hintExpired, .reaped, .handedBack, .liveness,
      .wiped,
      .promoted, .replaced, .noticed, .clientMessageLost, .lacked, .retried, .repaired, .input, .step:
      break
    }
  }
}

/// A client's request on its way.
struct RequestInFlight: Hashable, Sendable {
  let number: UInt32
  let coordinator: ReplicaID
}

extension Cluster {
  /// The requests of clients that have not reached their coordinators.
  var requestsInFlight: [RequestInFlight] {
    messagesInFlight.compactMap { message in
      guard case .request(_, _, let coordinator) = message.event else { return nil }
      return RequestInFlight(number: message.number, coordinator: coordinator)
    }
  }

  /// Who has sent something at this very instant; nil if nobody has.
  var latestSender: ReplicaID? {
    for message in messagesInFlight.reversed() where message.departed == now {
      switch message.event {
      case .message(let message): return message.from
      case .answer(let answer): return answer.coordinator
      case .request, .arrival, .wake: continue
      }
    }
    return nil
  }

  /// The number of a message in flight, by what it is and when it left; nil if there is none.
  func number(of delivery: Delivery) -> UInt32? {
    messagesInFlight.filter { $0.event == .message(delivery.message) && $0.departed == delivery.departed }
      .map(\.number).min()
  }

  /// The key that a message is about; none if it says nothing of one.
  func key(of message: Message) -> KeyID {
    if message.key != .none { return message.key }
    if message.version != .none { return catalogue.version(message.version).key }
    return message.operation == .none ? .none : openOperation(message.operation)?.key ?? .none
  }
}
