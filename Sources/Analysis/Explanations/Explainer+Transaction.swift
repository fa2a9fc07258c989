import Insight
import Kernel
import Replication

/// How a conditional write, or a read at a serial level, was decided: its rounds, as its coordinator went through them.
extension Explainer {
  mutating func explainTransaction(_ entry: HistoryEntry) {
    let operation = entry.operation
    let missed =
      entry.isStale && operation.kind == .read ? timeline.world.observer.staleness.missed(operation, catalogue) : []
    let account = ReadAccount(operation, missed: missed, in: timeline)
    let service = account.service
    explanation.misses = account.misses
    explanation.add("Who was asked", coordination(of: operation, service, account.records))
    explanation.add("How it was decided", rounds(service))
    if operation.kind == .read { explanation.add("What they held", held(operation, account)) }
    explanation.add("What made the answer", answered(operation, account.records))
    if !missed.isEmpty {
      explanation.add("What it missed", missing(operation, missed, account))
      seekFresh(operation, account, missed)
    }
    explainFate(of: operation)
  }

  /// The rounds, one by one; of many the first and the last.
  func rounds(_ service: Service) -> [Explanation.Fact] {
    guard let (need, taken) = need(service) else { return [] }
    let phases = service.phases
    var facts: [Explanation.Fact] = []
    for (place, phase) in phases.enumerated() {
      let end = place + 1 < phases.count ? phases[place + 1].index : service.entries.count
      facts += round(service, phase.phase, phase.index..<end, need, taken)
    }
    guard facts.count > Self.longest else { return facts }
    return Array(facts.prefix(Self.longest / 2) + facts.suffix(Self.longest / 2))
  }

  /// How many facts about rounds are told at most.
  private static var longest: Int { 24 }

  private func round(
    _ service: Service, _ phase: Phase, _ range: Range<Int>, _ need: Need, _ taken: Quoted
  ) -> [Explanation.Fact] {
    let id = service.operation.id
    let entries = service.entries
    let (by, at, start) = (entries[range.lowerBound].by, entries[range.lowerBound].at, entries[range.lowerBound].quoted)
    func sends(_ kind: LeaderlessMessage) -> (to: [ReplicaID], quoted: [Quoted]) {
      let sent = service.sent(in: range) { $0 == kind }.filter { $0.found.from == by }
      return (sent.map(\.found.to).sorted(), sent.map(\.entry.quoted))
    }
    func answers(_ claim: ([ReplicaID]) -> TransactionClaim, _ isMeant: (LeaderlessMessage) -> Bool) -> [Explanation
      .Fact]
    {
      let counted = service.counted(in: range, isMeant)
      return Quotes(counted.map(\.entry.quoted)).map {
        [fact(.transaction(claim(counted.map(\.found.from).sorted())), counted.last?.entry.at, $0)]
      } ?? []
    }
    switch phase {
    case .preparing:
      guard let ballot = ballot(before: range.lowerBound, service) else { return [] }
      let sent = sends(.paxosPrepare)
      return [
        fact(
          .transaction(.prepares(id, by: by, ballot.ballot, ballot.attempt, to: sent.to, need)), at,
          Quotes(ballot.quoted, [taken] + sent.quoted))
      ] + promises(service, range, ballot.ballot, ballot.quoted)
    case .waiting: return [fact(.transaction(.gaveWay(id, by: by)), at, Quotes(start))]
    case .finishing, .proposingNothing, .proposing:
      return [proposal(service, phase, range, by, start)].compactMap { $0 }
        + answers({ .accepted(id, $0) }) { $0 == .paxosAccept } + refusals(service, range)
    case .catchingUp:
      let sent = sends(.paxosCommit)
      return [fact(.transaction(.catchesUp(id, by: by, sent.to)), at, Quotes(start, sent.quoted))]
    case .digests, .data:
      return answers({ .reads(id, by: by, answered: $0) }) { $0.isReading } + findings(service, range)
    case .committing, .committingOther:
      let sent = sends(.paxosCommit)
      return [fact(.transaction(.commits(id, by: by, to: sent.to)), at, Quotes(start, sent.quoted))]
        + answers({ .stored(id, $0) }) { $0 == .writeAck }
    case .blockingRepair, .reading, .write, .speculation, .asyncRepair, .spreadRepair, .check:
      return findings(service, range)
    }
  }

  /// The ballot of the attempt that a phase belongs to.
  private func ballot(
    before index: Int, _ service: Service
  ) -> (ballot: Ballot, attempt: Attempt, quoted: Quoted)? {
    for entry in service.entries[...index].reversed() {
      if case .balloted(let ballot, let attempt) = entry.step { return (ballot, attempt, entry.quoted) }
    }
    return nil
  }

  private func promises(
    _ service: Service, _ range: Range<Int>, _ own: Ballot, _ quoted: Quoted
  ) -> [Explanation.Fact] {
    let id = service.operation.id
    let given = service.all(in: range) { entry -> ReplicaID? in
      if case .promised(let replica, isGiven: true, _) = entry.step { replica } else { nil }
    }
    var facts: [Explanation.Fact] = []
    if let quotes = Quotes(given.map(\.entry.quoted)) {
      facts.append(
        fact(.transaction(.promised(id, given.map(\.found).sorted())), given.last?.entry.at, quotes))
    }
    return facts + outbids(service, range, own, quoted, isProposal: false)
  }

  private func refusals(_ service: Service, _ range: Range<Int>) -> [Explanation.Fact] {
    guard let own = ballot(before: range.lowerBound, service) else { return [] }
    return outbids(service, range, own.ballot, own.quoted, isProposal: true)
  }

  private func outbids(
    _ service: Service, _ range: Range<Int>, _ own: Ballot, _ quoted: Quoted, isProposal: Bool
  ) -> [Explanation.Fact] {
    service.all(in: range) { entry -> (ReplicaID, Ballot)? in
      if case .promised(let replica, isGiven: false, let ballot) = entry.step { (replica, ballot) } else { nil }
    }.map { refusal in
      fact(
        .transaction(
          .outbid(
            service.operation.id, refusal.found.0, promised: refusal.found.1, own: own, isProposal: isProposal)),
        refusal.entry.at, Quotes(refusal.entry.quoted, [quoted]))
    }
  }

  private func proposal(
    _ service: Service, _ phase: Phase, _ range: Range<Int>, _ by: ReplicaID, _ start: Quoted
  ) -> Explanation.Fact? {
    let id = service.operation.id
    let proposed = service.all(in: range) { entry -> VersionID? in
      if case .proposed(let version) = entry.step { version } else { nil }
    }.first
    guard let proposed else { return nil }
    let quotes = Quotes(proposed.entry.quoted, [start])
    guard phase == .finishing else {
      return fact(
        .transaction(.proposes(id, by: by, isNothing: proposed.found == .none)), start.record.at, quotes)
    }
    let other = catalogue.version(proposed.found).operation
    return fact(
      .transaction(.finishes(id, by: by, other: other, isOwn: other == id)), start.record.at,
      quotes.adding([.version(proposed.found)]))
  }

  private func findings(_ service: Service, _ range: Range<Int>) -> [Explanation.Fact] {
    guard let condition = timeline.plan(of: service.operation).condition else { return [] }
    return service.all(in: range) { entry -> (VersionID, Bool)? in
      if case .found(let version, let isMet) = entry.step { (version, isMet) } else { nil }
    }.map { found in
      fact(
        .transaction(
          .found(service.operation.id, found.found.0, service.operation.key, condition, isMet: found.found.1)),
        found.entry.at, Quotes(found.entry.quoted))
    }
  }
}
