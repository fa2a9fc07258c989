import Insight
import Kernel
import Replication

/// A question to a replica on behalf of an operation, and the answer, as far as either got.
struct Exchange {
  /// What became of a message.
  enum Fate: Hashable {
    case arrived(Instant)
    case lost(Record.Loss, at: Instant)
    /// On its way, due at an instant; nil: its link is held.
    case underway(due: Instant?)
  }

  /// One way of it.
  struct Leg: Hashable {
    let from: ReplicaID
    let to: ReplicaID
    let departed: Instant
    let fate: Fate

    /// When it arrived.
    var arrived: Instant? { if case .arrived(let at) = fate { at } else { nil } }
  }

  /// Who was asked.
  let replica: ReplicaID
  /// The question.
  private(set) var question: Leg?
  /// The answer.
  private(set) var answer: Leg?

  /// What went between an operation's coordinator and a replica.
  ///
  /// - Parameter cluster: the cluster when it was looked at: what travels then is underway.
  init(_ operation: OperationID, with replica: ReplicaID, _ records: some Sequence<Record>, _ cluster: Cluster) {
    self.replica = replica
    for record in records {
      switch record.what {
      case .delivered(let message, let departed) where message.operation == operation:
        note(message, departed, .arrived(record.at))
      case .lost(let message, let loss, let departed) where message.operation == operation:
        note(message, departed, .lost(loss, at: record.at))
      default: break
      }
    }
    for sent in cluster.messagesInFlight {
      guard case .message(let message) = sent.event, message.operation == operation else { continue }
      note(message, sent.departed, .underway(due: sent.arrives))
    }
  }

  private mutating func note(_ message: Message, _ departed: Instant, _ fate: Fate) {
    let leg = Leg(from: message.from, to: message.to, departed: departed, fate: fate)
    switch message.kind {
    case .write, .relay, .passedOn, .delta, .paxosCommit, .dataRequest, .digestRequest, .paxosPrepare, .paxosPropose,
      .lead:
      guard message.to == replica, question?.arrived == nil || departed > (question?.departed ?? .start) else { return }
      question = leg
      // An earlier answer was to an earlier question.
      if let answer, departed > answer.departed { self.answer = nil }
    case .writeAck, .dataResponse, .digestResponse, .paxosPromise, .paxosAccept, .paxosRefuse, .led:
      guard message.from == replica, answer?.arrived == nil else { return }
      answer = leg
    default: break
    }
  }
}

extension Explainer {
  /// Why a replica had not answered by an instant, in a clause.
  func silence(_ exchange: Exchange, by instant: Instant, in cluster: Cluster) -> String {
    let trail = trail(until: instant)
    let target = name(exchange.replica)
    func at(_ instant: Instant) -> String { Quantity.milliseconds(instant.microseconds) }
    func told(_ leg: Exchange.Leg, _ what: String) -> String? {
      switch leg.fate {
      case .arrived: return nil
      case .lost(let loss, let when):
        return "\(what) was lost at \(at(when)): \(loss.reason(from: leg.from, to: leg.to, at: when, trail))"
      case .underway(let due?):
        let slow = trail.slowness(leg.from, leg.to).map { ", slowed by \($0.words)" } ?? ""
        return "\(what) was still under way, due at \(at(due))\(slow)"
      case .underway:
        return "\(what) waited on a held link" + (trail.hold(leg.from, leg.to).map { ", \($0.words)" } ?? "")
      }
    }
    let isStopped = cluster.replicas[exchange.replica].status != .running
    let stop = isStopped ? trail.stop(of: exchange.replica).map { " (\($0.words))" } ?? "" : ""
    if let question = exchange.question, let text = told(question, "what was sent to it") {
      return "\(target): \(text)."
    }
    if let answer = exchange.answer, let text = told(answer, "it did it, but its answer") {
      return "\(target): \(text)."
    }
    switch cluster.replicas[exchange.replica].status {
    case .paused: return "\(target): it was paused\(stop), and what was sent to it waited."
    case .crashed: return "\(target): it was down\(stop)."
    case .running:
      let (replica, asker) = (cluster.replicas[exchange.replica], exchange.question.map { cluster.replicas[$0.from] })
      if let asker, asker.status == .paused, replica.queueLength == 0 {
        return "\(target): it had got to it, and its answer waited at \(name(asker.id)), which was paused."
      }
      return exchange.question == nil
        ? "\(target): it was not asked." : "\(target): it was asked, and had not got to it."
    }
  }
}
