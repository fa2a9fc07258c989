import Insight
import Kernel
import Replication

/// Why a read answered what it did.
extension Explainer {
  mutating func explainRead(_ entry: HistoryEntry) {
    let read = entry.operation
    let missed = entry.isStale ? timeline.world.observer.staleness.missed(read, catalogue) : []
    let account = ReadAccount(read, missed: missed, in: timeline)
    explanation.misses = account.misses
    explanation.add(
      "Who was asked", coordination(of: read, account.service, account.records) + asked(account.service))
    if read.kind == .consume {
      explanation.add("Who did not answer", silenceBeforeAnswer(read))
      explainConsumption(read)
      return
    }
    explanation.add("What they held", held(read, account) + life(of: read, account.service) + repaired(account.service))
    explanation.add("Where it comes from", mirrorOrigin(of: read))
    explanation.add("Where there is something", elsewhere(read))
    if entry.isStale {
      explanation.add("What it missed", missing(read, missed, account))
      seekFresh(read, account, missed)
    }
    explainSiblings(of: read)
  }

  // MARK: Who was asked

  /// Whom the coordinator asked, and why those.
  func asked(_ service: Service) -> [Explanation.Fact] {
    let id = service.operation.id
    guard let (need, taken) = need(service), let begin = service.phases.first(where: { $0.phase == .digests }) else {
      return []
    }
    let start = service.entries[begin.index]
    let sends = service.sent(in: begin.index..<service.entries.count) { $0 == .dataRequest || $0 == .digestRequest }
      .filter { $0.entry.position == start.position && $0.entry.by == start.by }
    var seen = ReplicaSet()
    let first = sends.filter { seen.insert($0.found.to) }
    let contacts = first.map(\.found.to)
    let ranked = service.first { entry -> Bool? in
      if case .ranked(let byLatency) = entry.step { byLatency } else { nil }
    }
    var timeline = timeline
    timeline.go(to: timeline.moment(at: start.position))
    let environment = timeline.world.cluster.environment
    let nearest = isNearest(contacts, service, start.by, environment)
    var facts = [
      fact(
        .read(
          .asks(
            id, by: start.by, environment.proximity.order(from: start.by).filter(contacts.contains), need,
            isNearest: nearest && ranked?.found == false,
            isByLatency: ranked?.found ?? false)), start.at,
        Quotes(taken, first.map(\.entry.quoted) + (ranked.map { [$0.entry.quoted] } ?? [])))
    ]
    let doubts = service.doubts
    if let quotes = Quotes(doubts.map(\.entry.quoted)) {
      facts.append(
        fact(
          .coordination(.thinksDead(id, start.by, doubts.map(\.found.replica).sorted(), isRead: true)), start.at, quotes
        ))
    }
    return facts + further(service)
  }

  /// More that was asked, and that all were asked again.
  private func further(_ service: Service) -> [Explanation.Fact] {
    let id = service.operation.id
    var facts: [Explanation.Fact] = []
    for (place, phase) in service.phases.enumerated() where phase.phase == .speculation || phase.phase == .data {
      let start = service.entries[phase.index]
      let end = place + 1 < service.phases.count ? service.phases[place + 1].index : service.entries.count
      let sends = service.sent(in: phase.index..<end) { $0 == .dataRequest || $0 == .digestRequest }.filter {
        $0.entry.position == start.position
      }
      let whom = sends.map(\.found.to).sorted()
      let claim: ReadClaim =
        phase.phase == .data ? .comparesAgain(id, whom) : .asksMore(id, by: start.by, whom)
      facts.append(fact(.read(claim), start.at, Quotes(start.quoted, sends.map(\.entry.quoted))))
    }
    return facts
  }

  /// Whether nobody who was thought alive and could have been asked is nearer than those who were.
  private func isNearest(
    _ contacts: [ReplicaID], _ service: Service, _ coordinator: ReplicaID, _ environment: Replication.Environment
  ) -> Bool {
    let region = topology.region(of: coordinator)
    guard let quorum = environment.quorum(service.operation.level, in: region) else { return false }
    let alive = ReplicaSet(service.trusted.map(\.found) + service.standIns.map(\.found.replica))
    let nearest = quorum.contacts(
      alive: alive,
      owners: environment.copies(
        of: service.operation.key, alive: environment.detector.alive(to: coordinator)),
      region: region, nearest: environment.proximity.order(from: coordinator))
    return Set(nearest).isSubset(of: contacts)
  }

  // MARK: What they held

  func held(_ read: Replication.Operation, _ account: ReadAccount) -> [Explanation.Fact] {
    let answers = account.answers
    let agree = answers.allSatisfy { $0.version == read.version }
    let isMerged = !answers.contains { $0.version == read.version }
    let earlier = account.earlier.map { answer in
      fact(
        .read(.heldFirst(read.id, answer.replica, answer.version, read.key)), answer.at,
        Quotes(answer.sent, [answer.counted]))
    }
    return earlier
      + answers.enumerated().map { place, answer in
        let isLast = place == answers.count - 1
        let behind = timeline.world.observer.staleness.lacking(
          read.key, held: answer.version, seen: answer.seen, at: answer.replica, catalogue, before: read.beganAt
        ).count
        let verdict: ReadClaim.Verdict =
          read.outcome != .ok
          ? .none
          : agree
            ? (!isLast ? .none : answers.count == 1 ? .isAnswer : .agree)
            : isMerged ? (isLast ? .isMerged : .none) : answer.version == read.version ? .isNewest : .none
        return fact(
          .read(.held(read.id, answer.replica, answer.version, read.key, behind: behind, verdict)), answer.at,
          Quotes(answer.sent, [answer.counted]))
      }
  }

  /// By whose clock what was read lives yet, or has expired; nothing of a value that lives for ever.
  private func life(of read: Replication.Operation, _ service: Service) -> [Explanation.Fact] {
    guard let end = catalogue.expiry(of: read.version) else { return [] }
    let isSkewed = service.taken.map { $0.entry.at.microseconds != read.clockReading } ?? false
    let culprit = isSkewed ? trail(before: read.endedAt).skew(of: read.coordinator) : nil
    return [
      fact(
        .read(.life(read.id, read.version, end: end, reading: read.clockReading, culprit)), nil,
        Quotes(.operation(read.id), [.version(read.version)]).blaming(culprit))
    ]
  }

  /// Who was sent what was found, and who had it by the answer.
  private func repaired(_ service: Service) -> [Explanation.Fact] {
    guard let range = service.rangeOfLast({ $0 == .blockingRepair || $0 == .asyncRepair }),
      let answered = service.answered
    else { return [] }
    let start = service.entries[range.lowerBound]
    let sent = service.sent(in: range) { $0 == .repair }.filter { $0.entry.position == start.position }
    let acknowledged = service.counted(in: range) { $0 == .repairAck }.filter {
      $0.entry.quoted.id < answered.entry.quoted.id
    }
    let targets = sent.map(\.found.to).sorted()
    let isBlocking = if case .began(.blockingRepair) = start.step { true } else { false }
    return [
      fact(
        .read(
          .repairs(
            service.operation.id, sent: targets, acknowledged: acknowledged.map(\.found.from).sorted(),
            isBlocking: isBlocking)), answered.entry.at,
        Quotes(start.quoted, sent.map(\.entry.quoted) + acknowledged.map(\.entry.quoted) + [answered.entry.quoted]))
    ]
  }

  // MARK: Siblings

  /// Why several values stand side by side.
  private mutating func explainSiblings(of read: Replication.Operation) {
    guard let state = catalogue.state(of: read.version), case .dotted(let items) = state.content,
      state.form.isRegister, items.entries.count > 1
    else { return }
    var facts: [Explanation.Fact] = []
    var origins: [VersionID] = []
    for item in items.entries {
      let origin = catalogue.versions.ids.first {
        catalogue.version($0).writer == item.dot.writer && catalogue.version($0).counter == item.dot.counter
          && catalogue.version($0).key == read.key
      }
      guard let origin else { continue }
      origins.append(origin)
      guard facts.count < Self.shown else { continue }
      let writer = topology.name(ofWriter: item.dot.writer)
      facts.append(
        fact(
          .read(.sibling(item.item, origin, by: writer, number: item.dot.counter)), catalogue.version(origin).accepted,
          Quotes(.version(origin))))
    }
    if let quotes = Quotes(origins.map { .version($0) }) { facts.append(fact(.read(.unseen(origins)), nil, quotes)) }
    explanation.add("Why \(items.entries.count) values stand", facts)
  }
}
