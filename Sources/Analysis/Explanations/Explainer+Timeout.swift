import Insight
import Kernel
import Replication

/// Why an operation was not answered in time.
extension Explainer {
  mutating func explainTimeout(_ operation: Replication.Operation) {
    let chronicle = chronicle(of: operation)
    let service = Service(operation, chronicle.quoted)
    var facts = coordination(of: operation, service, chronicle.quoted)
    if operation.level.isSerial {
      explanation.add("Who was asked", facts)
      explanation.add("How far it came", rounds(service))
    } else {
      facts += operation.kind.isUpdate ? accepted(service) : asked(service)
      explanation.add("Who was asked", facts)
    }
    explanation.add("Who did not answer", unanswered(service, chronicle))
    if operation.kind.isUpdate { explanation.add("What became of it", aftermath(operation, chronicle)) }
    seekAnswer(operation)
  }

  private func unanswered(_ service: Service, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let operation = service.operation
    let facts =
      lostBetween(service) + stopped(service, chronicle) + handedOver(service, chronicle)
      + silenceOfCaches(service, chronicle)
    let ofLogs = facts.isEmpty ? silenceOfLogs(service, chronicle) : []
    let short = shortfall(service, chronicle)
    if !(facts + ofLogs + short).isEmpty { return short + facts + ofLogs }
    if let underway = underway(service, chronicle) { return [underway] }
    if let joined = service.last({ if case .joined(let other) = $0.step { other } else { nil } }),
      timeline.world.observer.history[joined.found].map({ $0.operation.outcome != .ok }) ?? true
    {
      return [
        fact(
          .failure(.unheardTogether(operation.id, joined.entry.by, joined.found)), operation.ended,
          Quotes(joined.entry.quoted))
      ]
    }
    let ends = chronicle.quoted.filter {
      if case .ended(operation.id) = $0.record.what { true } else { false }
    }
    let lacks = chronicle.quoted.filter {
      if case .lacked(operation.id, _, _) = $0.record.what { true } else { false }
    }
    let claim: FailureClaim = lacks.isEmpty ? .unheard(operation.id, operation.coordinator) : .sought(operation.id)
    return Quotes(ends + lacks).map { [fact(.failure(claim), operation.ended, $0)] } ?? []
  }

  /// Why the coordinator had heard nothing of the owner that it had handed an update to.
  private func handedOver(_ service: Service, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let operation = service.operation
    guard let handed = service.handedOver else { return [] }
    let exchange = Exchange(operation.id, with: handed.found, service.records, chronicle.end)
    if exchange.question?.arrived == nil || exchange.answer.map({ $0.arrived == nil }) ?? false {
      return [silence(exchange, operation.id, asked: handed.entry.quoted, in: chronicle.end)]
    }
    // What it answered has come, or waits for a coordinator of which it is said that it stands still.
    guard exchange.answer == nil, service.answer(of: handed.found) == nil else { return [] }
    let stop = stop(of: handed.found, isLeader: true, service, chronicle)
    guard stop.isEmpty else { return stop }
    guard let (need, taken) = need(service), need.coordinator == handed.found else {
      return [silence(exchange, operation.id, asked: handed.entry.quoted, in: chronicle.end)]
    }
    let claim = fact(.failure(.stillLed(operation.id, need)), taken.record.at, Quotes(taken))
    guard let phase = service.phases.last else { return [claim] }
    let range = phase.index..<service.entries.count
    return [claim] + silent(service, range, need, had: had(service, range).map(\.0), chronicle)
  }

  /// What went between the client and the coordinator and was lost.
  private func lostBetween(_ service: Service) -> [Explanation.Fact] {
    let operation = service.operation
    let trail = trail(before: operation.endedAt)
    return service.all { entry -> (Bool, Record.Loss)? in
      if case .clientLost(let isAnswer, let loss) = entry.step { (isAnswer, loss) } else { nil }
    }.map { lost in
      let gate = Proximity.gate(of: operation.region, topology)
      let (from, to) = lost.found.0 ? (lost.entry.by, gate) : (gate, lost.entry.by)
      let culprit = lost.found.1.culprit(from: from, to: to, at: lost.entry.position, trail)
      return fact(
        .failure(.clientLost(operation.id, lost.entry.by, isAnswer: lost.found.0, lost.found.1, culprit)),
        lost.entry.at, Quotes(lost.entry.quoted).blaming(culprit))
    }
  }

  /// That the coordinator stood still, or had lost its memory, before it could answer.
  private func stopped(_ service: Service, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let operation = service.operation
    let coordinator = operation.coordinator
    guard coordinator != .none, service.answer(of: coordinator) == nil else { return [] }
    if let handed = service.handedOver {
      // It passes on what its leader answers as that comes.
      let exchange = Exchange(operation.id, with: handed.found, service.records, chronicle.end)
      let crash = service.records.last {
        if case .liveness(coordinator, .crashed) = $0.record.what { true } else { false }
      }
      // One that has crashed meanwhile knows nothing of it.
      if let arrived = exchange.answer?.arrived, crash.map({ $0.record.at > arrived }) ?? true { return [] }
    }
    return stop(of: coordinator, isLeader: false, service, chronicle)
  }

  /// That a replica which was to see to an operation had stopped before it was done with it.
  private func stop(
    of replica: ReplicaID, isLeader: Bool, _ service: Service, _ chronicle: Chronicle
  ) -> [Explanation.Fact] {
    let operation = service.operation
    let stops = service.records.filter {
      if case .liveness(replica, _) = $0.record.what { true } else { false }
    }
    let status = chronicle.end.replicas[replica].status
    let crash = stops.last {
      if case .liveness(_, .crashed) = $0.record.what { true } else { false }
    }
    let expiry = service.last { entry -> Bool? in
      if case .expired = entry.step, entry.by == replica { true } else { nil }
    }
    guard status != .running || crash != nil && expiry == nil else { return [] }
    let isPaused = status == .paused
    let quoted = isPaused ? stops.last : crash ?? stops.last
    let culprit = trail(before: quoted?.id.position ?? operation.endedAt).stop(of: replica)
    let look = Quotes(.pending(replica, position: chronicle.end.position))
    return [
      fact(
        .failure(.stopped(replica, isLeader: isLeader, isPaused: isPaused, culprit)), quoted?.record.at,
        (quoted.map { Quotes($0) } ?? look).blaming(culprit))
    ]
  }

  /// In which phase it was given up, what that phase had, and why those who were asked had not answered.
  private func shortfall(_ service: Service, _ chronicle: Chronicle) -> [Explanation.Fact] {
    guard let (need, taken) = need(service) else { return [] }
    let id = service.operation.id
    if let answered = service.answered {
      switch answered.found {
      case .contention:
        return [
          fact(.failure(.contended(id, by: need.coordinator)), answered.entry.at, Quotes(answered.entry.quoted))
        ]
      case .minority: return [minority(service, answered.entry, need.coordinator)]
      case .acknowledged, .hinted, .timeoutAtAny, .agreed, .repaired, .unrepaired, .refuted, .shortage,
        .capacity, .tombstones:
        return underway(service, chronicle).map { [$0] } ?? []
      }
    }
    let expired = service.last { entry -> Phase? in
      if case .expired(let phase, _, _) = entry.step { phase } else { nil }
    }
    guard let expired else { return [] }
    if expired.found == .waiting {
      return [fact(.failure(.waited(id, by: need.coordinator)), expired.entry.at, Quotes(expired.entry.quoted))]
    }
    guard let range = service.rangeOfLast({ $0 == expired.found }) else { return [] }
    let had = had(service, range)
    let sends = questions(service, range, need.coordinator)
    let claim = FailureClaim.short(id, expired.found, need, had: had.map(\.0).sorted(), of: sends.count)
    return [
      fact(
        .failure(claim), service.operation.ended,
        Quotes(expired.entry.quoted, [taken] + had.map(\.1) + sends.map(\.entry.quoted)))
    ] + silent(service, range, need, had: had.map(\.0), chronicle)
  }

  /// Whose answers were counted in a phase, and by which records.
  private func had(_ service: Service, _ range: Range<Int>) -> [(ReplicaID, Quoted)] {
    let counted = service.counted(in: range) { $0.isReply }
    let promised = service.all(in: range) { entry -> ReplicaID? in
      if case .promised(let replica, isGiven: true, _) = entry.step { replica } else { nil }
    }
    return counted.map { ($0.found.from, $0.entry.quoted) } + promised.map { ($0.found, $0.entry.quoted) }
  }

  /// Why each of the others that were asked in a phase had not been counted.
  private func silent(
    _ service: Service, _ range: Range<Int>, _ need: Need, had: [ReplicaID], _ chronicle: Chronicle
  ) -> [Explanation.Fact] {
    let id = service.operation.id
    let start = service.entries[range.lowerBound].quoted
    let records = service.records.filter { $0.id >= start.id }
    return questions(service, range, need.coordinator).filter { sent in
      !had.contains(sent.found.to) && !isRefused(sent.found.to, service, range)
    }.map { sent in
      silence(
        Exchange(id, with: sent.found.to, records, chronicle.end), id, asked: sent.entry.quoted, in: chronicle.end)
    }
  }

  private func isRefused(_ replica: ReplicaID, _ service: Service, _ range: Range<Int>) -> Bool {
    service.all(in: range) { entry -> Bool? in
      if case .promised(replica, isGiven: false, _) = entry.step { true } else { nil }
    }.isEmpty == false
  }

  /// What was asked of each replica in a phase, by the coordinator or by a relay of its.
  private func questions(
    _ service: Service, _ range: Range<Int>, _ coordinator: ReplicaID
  ) -> [(entry: Service.Entry, found: Message)] {
    var seen = ReplicaSet()
    return service.sent(in: range) { $0.isQuestion }.filter { sent in
      (sent.entry.by == coordinator || sent.found.kind.leaderless == .passedOn) && seen.insert(sent.found.to)
    }.sorted { $0.found.to < $1.found.to }
  }

  private func minority(_ service: Service, _ answer: Service.Entry, _ by: ReplicaID) -> Explanation.Fact {
    let range = service.rangeOfLast { $0 == .proposing } ?? 0..<service.entries.count
    let accepted = service.counted(in: range) { $0 == .paxosAccept }
    let asked = service.sent(in: range) { $0 == .paxosPropose }
    return fact(
      .failure(.minority(service.operation.id, by: by, accepted: accepted.count, of: asked.count)), answer.at,
      Quotes(answer.quoted, accepted.map(\.entry.quoted) + asked.map(\.entry.quoted)))
  }

  /// That a request, or an answer, was still on its way.
  private func underway(_ service: Service, _ chronicle: Chronicle) -> Explanation.Fact? {
    let id = service.operation.id
    for sent in chronicle.end.messagesInFlight {
      switch sent.event {
      case .answer(let answer) where answer.operation == id:
        guard let due = sent.arrives else { continue }
        return fact(
          .failure(.answerUnderway(id, answer.coordinator, due: due)), sent.departed,
          Quotes(.pending(answer.coordinator, position: chronicle.end.position)))
      case .request(id, _, coordinator: let coordinator):
        guard let due = sent.arrives else { continue }
        return fact(
          .failure(.requestUnderway(id, coordinator, due: due)), sent.departed,
          Quotes(.pending(coordinator, position: chronicle.end.position)))
      case .answer, .request, .message, .arrival, .wake: continue
      }
    }
    return nil
  }

  /// What became of a write that its client heard nothing of, by now.
  private func aftermath(_ operation: Replication.Operation, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let cluster = timeline.cluster
    let key = operation.key
    guard let version = cluster.version(writtenBy: operation.id) else {
      if let handover = cluster.handover(of: operation.id) {
        let look = Evidence.pending(handover.to, position: cluster.position)
        return [fact(.failure(.unled(operation.id, by: handover.to)), nil, Quotes(look))]
      }
      if cluster.mayBeMade(operation.id) { return [] }
      let ends = chronicle.quoted.filter {
        if case .ended(operation.id) = $0.record.what { true } else { false }
      }
      return Quotes(ends).map { [fact(.failure(.unaccepted(operation.id)), nil, $0)] } ?? []
    }
    let position = cluster.position
    guard cluster.mayTakeEffect(operation.id) else {
      let looks = owners(of: key).map { Evidence.copy($0, key, position: position) }
      return [
        fact(
          .failure(.discarded(operation.id, by: catalogue.version(version).writer.replica)), nil,
          Quotes(.version(version), looks))
      ]
    }
    let holders = cluster.holders(of: version)
    let copies = cluster.owners(concernedBy: operation).map { Evidence.copy($0, key, position: position) }
    if cluster.plan.scheme == .log, cluster.isLost(version), let quotes = Quotes(copies) {
      return [fact(.fate(lossFromLog(version)), nil, quotes)]
    }
    var facts = [
      fact(
        .failure(
          .pending(operation.id, by: catalogue.version(version).writer.replica, holders: Array(holders))),
        catalogue.version(version).accepted, Quotes(.version(version), copies))
    ]
    for replica in cluster.replicas.elements {
      let targets = cluster.hints(of: replica.id).pending.filter { $0.hints.contains { $0.version == version } }.map(
        \.target)
      guard !targets.isEmpty else { continue }
      facts.append(
        fact(
          .failure(.hintsFor(operation.id, by: replica.id, targets.sorted())), nil,
          Quotes(.pending(replica.id, position: position))))
    }
    return facts
  }
}
