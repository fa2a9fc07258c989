import DequeModule
import Kernel

/// A message and when it was sent: it is worth nothing once its sender has given up.
struct Parcel: Sendable {
  let message: Message
  let departed: Instant
}

/// The queue before a replica that works on one request at a time.
///
/// It holds up to ``ServiceQueue/capacity`` requests; what comes when it is full is shed without an answer, and so is
/// what has waited for longer than its timeout. Cassandra sheds by age alone (its "dropped messages").
struct ServiceQueue: Sendable {
  static let capacity = 1_024
  var current: Parcel?
  var waiting: Deque<Parcel> = []
  var served: UInt64 = 0
  /// For how long it has served requests so far.
  var busy = TimeSpan.zero

  var length: Int { waiting.count + (current == nil ? 0 : 1) }
}

extension Server {
  mutating func enqueue(_ parcel: Parcel, _ turn: inout Turn) {
    guard replica.queue.waiting.count < ServiceQueue.capacity else {
      turn.effects.lose(parcel.message, .overloaded, departed: parcel.departed, at: turn.now)
      noticeShed(parcel.message, &turn)
      return
    }
    replica.queue.waiting.append(parcel)
    if replica.queue.current == nil { serveNext(&turn) }
  }

  /// Finishes the request in hand and begins the next.
  mutating func finishServing(_ turn: inout Turn) {
    if let parcel = replica.queue.current {
      replica.queue.current = nil
      serve(parcel.message, &turn)
    }
    serveNext(&turn)
  }

  private mutating func serve(_ message: Message, _ turn: inout Turn) {
    if let reply = perform(message, &turn) { post(reply, &turn) }
  }

  private mutating func serveNext(_ turn: inout Turn) {
    while replica.queue.current == nil, let parcel = replica.queue.waiting.popFirst() {
      if turn.isExpired(parcel.message.kind, departed: parcel.departed) {
        turn.effects.lose(parcel.message, .expired, departed: parcel.departed, at: turn.now)
        continue
      }
      let span =
        turn.environment.processingSpan(of: parcel.message.kind, at: id, number: replica.queue.served)
        + scanSpan(of: parcel.message, &turn)
      replica.queue.served += 1
      if span == .zero {
        serve(parcel.message, &turn)
      } else {
        replica.queue.current = parcel
        replica.queue.busy = replica.queue.busy + span
        turn.effects.wakes.append((span, .served(id, incarnation: incarnation)))
      }
    }
  }
}
