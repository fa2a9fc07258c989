import Insight
import Kernel
import Replication

/// Why a write was answered when it was, and what became of it.
extension Explainer {
  mutating func explainWrite(_ write: Replication.Operation) {
    var account = LoggingAccount()
    let chronicle = chronicle(of: write) { cluster, _, _ in account.look(at: cluster, for: write) }
    let service = Service(write, chronicle.quoted)
    explanation.add(
      "Who was asked", coordination(of: write, service, chronicle.quoted) + accepted(service))
    explanation.add(
      "What made the answer",
      acknowledgements(service) + logged(write, account, chronicle.end) + committed(write, service) + durable(service)
        + answered(write, chronicle.quoted))
    explainFate(of: write)
  }

  // MARK: How it went out

  /// That its coordinator accepted it, whom it sent it to, and for whom it kept a hint, or none.
  func accepted(_ service: Service) -> [Explanation.Fact] {
    guard let (need, taken) = need(service), let begin = service.phases.first(where: { $0.phase == .write }) else {
      return []
    }
    let start = service.entries[begin.index]
    let sends = service.sent(in: begin.index..<service.entries.count) {
      $0.isWrite && $0 != .passedOn && $0 != .standIn
    }.filter { $0.entry.position == start.position }
    let direct = sends.filter { $0.found.kind.leaderless != .relay }.map(\.found.to).sorted()
    let relays = sends.filter { $0.found.kind.leaderless == .relay }.map(\.found.to).sorted()
    let acceptance = service.records.filter {
      if case .accepted = $0.record.what { $0.id.position == start.position } else { false }
    }
    let copies = owners(of: service.operation.key).count
    var facts = [
      fact(
        .write(
          .accepted(
            service.operation.id, by: start.by, direct: direct, relays: relays, copies: copies, need)), start.at,
        Quotes(taken, acceptance + sends.map(\.entry.quoted)))
    ]
    facts += hints(service, at: start)
    return facts
  }

  private func hints(_ service: Service, at start: Service.Entry) -> [Explanation.Fact] {
    let id = service.operation.id
    var (kept, targets): ([Quoted], [ReplicaID]) = ([], [])
    for quoted in service.records where quoted.id.position == start.position {
      if case .hinted(_, by: start.by, let target) = quoted.record.what {
        kept.append(quoted)
        targets.append(target)
      }
    }
    func doubts(_ replicas: [ReplicaID]) -> [Quoted] {
      service.doubts.filter { replicas.contains($0.found.replica) }.map(\.entry.quoted)
    }
    var facts: [Explanation.Fact] = []
    if let quotes = Quotes(kept) {
      facts.append(
        fact(.write(.hinted(id, by: start.by, for: targets.sorted())), start.at, quotes.adding(doubts(targets))))
    }
    let refusals = service.all { entry -> (ReplicaID, HintRefusal)? in
      guard case .unhinted(let target, let refusal) = entry.step, entry.position == start.position else { return nil }
      return (target, refusal)
    }
    for refusal in [HintRefusal.off, .window] {
      let those = refusals.filter { $0.found.1 == refusal }
      let left = those.map(\.found.0).sorted()
      guard let quotes = Quotes(those.map(\.entry.quoted)) else { continue }
      facts.append(
        fact(.write(.unhinted(id, by: start.by, for: left, refusal)), start.at, quotes.adding(doubts(left))))
    }
    return facts
  }

  // MARK: What came back

  /// The acknowledgements up to the answer, and what it rested on.
  private func acknowledgements(_ service: Service) -> [Explanation.Fact] {
    guard let answered = service.answered else { return [] }
    let (write, coordinator) = (service.operation, answered.entry.by)
    let acks = service.counted(in: 0..<service.entries.count) { $0 == .writeAck }
    let early = acks.filter { $0.entry.quoted.id < answered.entry.quoted.id }
    let isDecided = answered.found == .acknowledged
    var facts = early.enumerated().map { place, ack in
      isDecided && place == early.count - 1
        ? decision(service, ack, number: early.count, answered.entry)
        : fact(
          .write(
            .acknowledged(write.id, ack.found.from, isOwn: ack.found.from == coordinator, number: place + 1)),
          ack.entry.at, Quotes(ack.entry.quoted))
    }
    let hinted = service.records.filter {
      if case .hinted(_, by: coordinator, _) = $0.record.what { true } else { false }
    }
    if answered.found == .hinted {
      facts.append(
        fact(
          .write(.hintSufficed(write.id, by: coordinator)), answered.entry.at,
          Quotes(answered.entry.quoted, Array(hinted.prefix(1)))))
    } else if answered.found == .timeoutAtAny {
      facts.append(
        fact(
          .write(
            .timeoutSufficed(
              write.id, by: coordinator, acknowledged: early.count, isHinted: !hinted.isEmpty)),
          answered.entry.at, Quotes(answered.entry.quoted, early.map(\.entry.quoted) + hinted)))
    }
    let late = acks.dropFirst(early.count)
    if let quotes = Quotes(late.map(\.entry.quoted)) {
      facts.append(fact(.write(.more(write.id, late.count)), nil, quotes))
    }
    return facts
  }

  /// The acknowledgement that made the answer, and how long its way took.
  private func decision(
    _ service: Service, _ ack: (entry: Service.Entry, found: Message), number: Int, _ answer: Service.Entry
  ) -> Explanation.Fact {
    let (write, replica) = (service.operation, ack.found.from)
    let way = journey(service, ack.entry, replica)
    let trail = trail(before: ack.entry.position)
    let slow = way.flatMap { way in
      trail.slowness(way.question.from, way.question.to) ?? trail.slowness(way.question.to, answer.by)
    }
    return fact(
      .write(
        .decided(
          write.id, replica, isOwn: replica == answer.by, number: number, write.level, way?.journey, slow)),
      ack.entry.at, Quotes(ack.entry.quoted, [answer.quoted] + (way?.quoted ?? [])).blaming(slow))
  }

  private func journey(
    _ service: Service, _ ack: Service.Entry, _ replica: ReplicaID
  ) -> (journey: Journey, question: Message, quoted: [Quoted])? {
    var answer: (quoted: Quoted, departed: Instant)?
    for quoted in service.records where quoted.id.position == ack.position && quoted.id < ack.quoted.id {
      if case .delivered(let message, let departed) = quoted.record.what, message.kind.leaderless == .writeAck,
        message.from == replica
      {
        answer = (quoted, departed)
      }
    }
    guard let answer else { return nil }
    for quoted in service.records.reversed() where quoted.id < answer.quoted.id && quoted.record.at <= answer.departed {
      guard case .delivered(let message, let departed) = quoted.record.what, message.to == replica,
        [.write, .delta, .standIn].contains(message.kind.leaderless)
      else { continue }
      let journey = Journey(
        there: quoted.record.at - departed, waited: answer.departed - quoted.record.at,
        back: answer.quoted.record.at - answer.departed)
      return (journey, message, [quoted, answer.quoted])
    }
    return nil
  }
}
