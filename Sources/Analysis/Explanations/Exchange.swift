import Insight
import Kernel
import Replication

/// A question to a replica in one phase of an operation, and the answer, as far as either got.
struct Exchange {
  /// What became of a message.
  enum Fate: Hashable {
    case arrived(Instant)
    case lost(Record.Loss, at: Instant, position: Int)
    /// On its way, due at an instant; nil: its link is held.
    case underway(due: Instant?)
  }

  /// One way of it.
  struct Leg {
    let from: ReplicaID
    let to: ReplicaID
    let departed: Instant
    let fate: Fate
    let evidence: Evidence

    /// When it arrived.
    var arrived: Instant? { if case .arrived(let at) = fate { at } else { nil } }
  }

  /// Who was asked.
  let replica: ReplicaID
  /// The question.
  private(set) var question: Leg?
  /// The answer.
  private(set) var answer: Leg?
  /// Where it crashed over the question, if it did.
  private(set) var crash: Quoted?

  /// What went between an operation's coordinator and a replica.
  ///
  /// - Parameters:
  ///   - records: what happened since the phase began.
  ///   - cluster: the cluster when it was looked at: what travels then is underway.
  init(_ operation: OperationID, with replica: ReplicaID, _ records: some Sequence<Quoted>, _ cluster: Cluster) {
    self.replica = replica
    for quoted in records {
      switch quoted.record.what {
      case .delivered(let message, let departed) where message.operation == operation:
        note(message, departed, .arrived(quoted.record.at), .record(quoted.id))
        if message.to == replica, message.kind.isQuestion { crash = nil }
      case .liveness(replica, .crashed) where question?.arrived != nil:
        crash = quoted
      case .lost(let message, let loss, let departed) where message.operation == operation:
        note(message, departed, .lost(loss, at: quoted.record.at, position: quoted.id.position), .record(quoted.id))
      case .delivered, .lost, .began, .ended, .closed, .accepted, .stored, .hinted, .hintExpired, .reaped, .handedBack,
        .liveness, .wiped, .promoted, .replaced, .noticed, .clientMessageLost, .lacked, .repaired, .retried, .input,
        .step:
        continue
      }
    }
    for sent in cluster.messagesInFlight {
      guard case .message(let message) = sent.event, message.operation == operation else { continue }
      note(message, sent.departed, .underway(due: sent.arrives), .pending(message.to, position: cluster.position))
    }
  }

  private mutating func note(_ message: Message, _ departed: Instant, _ fate: Fate, _ evidence: Evidence) {
    let leg = Leg(from: message.from, to: message.to, departed: departed, fate: fate, evidence: evidence)
    if message.kind.isQuestion {
      guard message.to == replica, question?.arrived == nil || departed > (question?.departed ?? .start) else { return }
      question = leg
      // An earlier answer was to an earlier question.
      if let answer, departed > answer.departed { self.answer = nil }
    } else if message.kind.isReply {
      guard message.from == replica, answer?.arrived == nil else { return }
      answer = leg
    }
  }
}

extension Explainer {
  /// Why a replica that was asked had not been counted.
  ///
  /// - Parameters:
  ///   - sent: the record by which it was asked.
  ///   - cluster: the cluster when its answer was given up.
  func silence(
    _ exchange: Exchange, _ operation: OperationID, asked sent: Quoted, in cluster: Cluster
  ) -> Explanation.Fact {
    let trail = trail(before: cluster.position)
    let target = exchange.replica
    func fact(
      _ silence: FailureClaim.Silence, _ culprit: FaultTrail.Culprit?, _ evidence: [Evidence] = []
    ) -> Explanation.Fact {
      self.fact(
        .failure(.silent(operation, target, silence, culprit)), sent.record.at,
        Quotes(sent).adding(evidence).blaming(culprit))
    }
    for (leg, isAnswer) in [(exchange.question, false), (exchange.answer, true)] {
      guard let leg else { continue }
      switch leg.fate {
      case .arrived: continue
      case .lost(let loss, let when, let position):
        let culprit = loss.culprit(from: leg.from, to: leg.to, at: position, trail)
        return fact(.lost(isAnswer: isAnswer, loss, at: when), culprit, [leg.evidence])
      case .underway(let due?):
        return fact(.underway(isAnswer: isAnswer, due: due), trail.slowness(leg.from, leg.to), [leg.evidence])
      case .underway: return fact(.held(isAnswer: isAnswer), trail.hold(leg.from, leg.to), [leg.evidence])
      }
    }
    let look = Evidence.pending(target, position: cluster.position)
    switch cluster.replicas[target].status {
    case .paused: return fact(.paused, trail.stop(of: target), [look])
    case .crashed: return fact(.down, trail.stop(of: target), [look])
    case .running where exchange.crash != nil:
      let crash = exchange.crash
      return fact(
        .crashed(at: crash?.record.at ?? .start), crash.flatMap { trail.before($0.id.position).stop(of: target) },
        crash.map { [.record($0.id)] } ?? [])
    case .running: return fact(cluster.isQueued(anythingOf: operation, at: target) ? .queued : .unanswered, nil, [look])
    }
  }
}
