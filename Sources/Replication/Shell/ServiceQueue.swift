import DequeModule
import Kernel

/// A message and when it was sent: it is worth nothing once its sender has given up.
struct Parcel: Sendable {
  let message: Message
  let departed: Instant
}

/// The queue before a replica that works on one request at a time.
///
/// It holds so many requests as `set queue` says; what comes when it is full is shed without an answer, or what has waited
/// longest, and under ``Shedding/deadline`` also what could not be answered in time any more. Cassandra sheds by age alone (its
/// "dropped messages").
struct ServiceQueue: Sendable {
  var current: Parcel?
  var waiting: Deque<Parcel> = []
  var served: UInt64 = 0
  /// For how long it has served requests so far.
  var busy = TimeSpan.zero
  /// How many requests it has shed.
  var shed: UInt64 = 0

  var length: Int { waiting.count + (current == nil ? 0 : 1) }
}

extension Server {
  mutating func enqueue(_ parcel: Parcel, _ turn: inout Turn) {
    let settings = turn.environment.settings
    if replica.queue.waiting.count >= settings.queueCapacity {
      guard settings.shedding == .lifo, let oldest = replica.queue.waiting.popFirst() else {
        return shed(parcel, .overloaded, &turn)
      }
      shed(oldest, .overloaded, &turn)
    }
    replica.queue.waiting.append(parcel)
    if replica.queue.current == nil { serveNext(&turn) }
  }

  private mutating func shed(_ parcel: Parcel, _ loss: Record.Loss, _ turn: inout Turn) {
    replica.queue.shed += 1
    turn.effects.lose(parcel.message, loss, departed: parcel.departed, at: turn.now)
    noticeShed(parcel.message, &turn)
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
    let shedding = turn.environment.settings.shedding
    while replica.queue.current == nil,
      let parcel = shedding == .lifo ? replica.queue.waiting.popLast() : replica.queue.waiting.popFirst()
    {
      if shedding == .deadline, turn.isTooLate(parcel) {
        shed(parcel, .expired, &turn)
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

extension Turn {
  /// Whether what asks for something could not have its answer in time any more, though the work on it began now: its client's
  /// timeout runs since before the request came to a replica, and until after the answer has left it.
  fileprivate func isTooLate(_ parcel: Parcel) -> Bool {
    guard let shelfLife = parcel.message.kind.traits.shelfLife(environment.settings) else { return false }
    let settings = environment.settings
    let work =
      parcel.message.kind.messageClass == .write ? settings.writeProcessing : settings.readProcessing
    let expected = TimeSpan(microseconds: work.meanNanoseconds / 1_000)
    let clientsWay = TimeSpan(microseconds: 2 * settings.clientDelay.meanNanoseconds / 1_000)
    return clientsWay + (now - parcel.departed) + expected > shelfLife
  }
}
