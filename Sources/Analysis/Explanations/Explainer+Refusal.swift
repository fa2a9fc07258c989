import Insight
import Kernel
import Replication

/// Why an operation was refused.
extension Explainer {
  mutating func explainRefusal(_ operation: Replication.Operation) {
    let chronicle = chronicle(of: operation)
    let service = Service(operation, chronicle.quoted)
    explanation.add("Who was asked", coordination(of: operation, service, chronicle.quoted))
    if operation.coordinator == .none {
      let isNamed = service.first { if case .asksOnly = $0.step { true } else { nil } } != nil
      explanation.add(
        isNamed ? "Why it could not be reached" : "Why none could be reached", unreachable(operation, chronicle))
    } else {
      explanation.add("Why it was refused", refused(service, chronicle))
    }
    seekAnswer(operation)
  }

  /// Why an operation was throttled.
  mutating func explainThrottling(_ operation: Replication.Operation) {
    let chronicle = chronicle(of: operation)
    let service = Service(operation, chronicle.quoted)
    explanation.add("Who was asked", coordination(of: operation, service, chronicle.quoted))
    if let answered = service.answered {
      explanation.add(
        "Why it was throttled",
        [
          fact(
            .failure(.throttled(operation.id, by: operation.coordinator)), answered.entry.at,
            Quotes(answered.entry.quoted))
        ])
    }
    seekAnswer(operation)
  }

  /// Why a write was a conflict: which write it met.
  mutating func explainConflict(_ operation: Replication.Operation) {
    let chronicle = chronicle(of: operation)
    let service = Service(operation, chronicle.quoted)
    explanation.add("Who was asked", coordination(of: operation, service, chronicle.quoted))
    let met = service.last { entry -> VersionID? in
      if case .metRival(let version) = entry.step { version } else { nil }
    }
    if let met {
      let claim = FailureClaim.rivalled(
        operation.id, leader: met.entry.by, met.found, of: catalogue.version(met.found).operation)
      explanation.add("Why it was a conflict", [fact(.failure(claim), met.entry.at, Quotes(met.entry.quoted))])
    }
    seekAnswer(operation)
  }

  /// Why a read failed: who gave it up.
  mutating func explainFailure(_ operation: Replication.Operation) {
    let chronicle = chronicle(of: operation)
    let service = Service(operation, chronicle.quoted)
    explanation.add(
      "Who was asked", coordination(of: operation, service, chronicle.quoted) + asked(service))
    if let (need, taken) = need(service), let answered = service.answered {
      let start = service.rangeOfLast { $0 == .digests || $0 == .data } ?? 0..<service.entries.count
      let failures = service.counted(in: start) { $0 == .readFailure }
      let had = service.counted(in: start) { $0.isReading }.count
      explanation.add(
        "Why it failed",
        [
          fact(
            .failure(.overwhelmed(operation.id, need, failures.map(\.found.from).sorted(), had: had)),
            answered.entry.at, Quotes(answered.entry.quoted, [taken] + failures.map(\.entry.quoted)))
        ])
    }
    seekAnswer(operation)
  }

  /// Replicas that the client could not reach, those with the same reason in one fact.
  private func unreachable(_ operation: Replication.Operation, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let trail = trail(before: operation.endedAt)
    let gate = Proximity.gate(of: operation.region, topology)
    let reasons = chronicle.quoted.compactMap { quoted -> Reason? in
      guard case .step(operation.id, by: let replica, .unreachable) = quoted.record.what else { return nil }
      let isStopped = chronicle.end.replicas[replica].status != .running
      let cut = [trail.cut(gate, replica), trail.cut(replica, gate)].compactMap { $0 }.max { $0.position < $1.position }
      return Reason(
        replica: replica, quoted: quoted, since: nil, isStopped: isStopped, isOver: false,
        culprit: isStopped ? trail.stop(of: replica) : cut)
    }
    // Whom each of several attempts could not reach is told once.
    let once = reasons.enumerated().filter { place, reason in
      !reasons[..<place].contains { $0.replica == reason.replica && $0.isStopped == reason.isStopped }
    }.map(\.element)
    return Reason.grouped(once).map { group in
      fact(
        .coordination(
          .unreachable(operation.id, group.map(\.replica), isStopped: group[0].isStopped, group[0].culprit)), nil,
        Quotes(group[0].quoted, group.dropFirst().map(\.quoted)).blaming(group[0].culprit))
    }
  }

  private func refused(_ service: Service, _ chronicle: Chronicle) -> [Explanation.Fact] {
    let id = service.operation.id
    guard let (need, taken) = need(service) else { return [] }
    if timeline.cluster.scheme.features.contains(.leaders) {
      let scheme = timeline.cluster.scheme
      let isAnyCopyEnough =
        !service.operation.kind.isUpdate
        && need.level == (scheme.features.contains(.logs) ? .follower : scheme.readLevels.standard)
      let tail = service.answered.map { [$0.entry.quoted] } ?? []
      if case .answered(_, let required, let received, .shortage)? = service.answered?.entry.step,
        service.operation.level == .acksAll, required > 1, received < required
      {
        return [
          fact(
            .failure(.fewInSync(id, inSync: Int(received), needed: Int(required))), service.operation.ended,
            Quotes(taken, tail))
        ]
      }
      return [
        fact(
          .failure(.unserved(id, by: need.coordinator, isAnyCopyEnough: isAnyCopyEnough)), service.operation.ended,
          Quotes(taken, tail))
      ]
    }
    let refusal = service.last { entry -> RegionID? in
      if case .refused(_, _, let region) = entry.step { region } else { nil }
    }
    guard let refusal else {
      // A transaction that could not read.
      let tail = service.answered.map { [$0.entry.quoted] } ?? []
      return rounds(service)
        + [fact(.failure(.refusedRead(id, by: need.coordinator)), service.operation.ended, Quotes(taken, tail))]
    }
    if timeline.cluster.primary != nil {
      // A cache, or a database, that knew of nobody alive on the way.
      return [
        fact(
          .coordination(.cache(id, refusal.entry.by, .knewNobody)), refusal.entry.at,
          Quotes(refusal.entry.quoted))
      ]
        + dead(service, at: refusal.entry.position, by: refusal.entry.by)
    }
    let (alive, standIns) = (service.trusted, service.standIns)
    let short = refusal.found == .none ? nil : refusal.found
    let claim = FailureClaim.refused(
      id, need, alive: (alive.map(\.found) + standIns.map(\.found.replica)).sorted(),
      copies: alive.count + service.doubts.count, short: short)
    return [
      fact(
        .failure(claim), refusal.entry.at,
        Quotes(
          refusal.entry.quoted,
          [taken] + alive.map(\.entry.quoted) + standIns.map(\.entry.quoted) + service.doubts.map(\.entry.quoted)))
    ] + dead(service, at: refusal.entry.position, by: need.coordinator)
  }

  /// Since when, and why, its coordinator thought owners dead.
  private func dead(_ service: Service, at position: Int, by coordinator: ReplicaID) -> [Explanation.Fact] {
    var timeline = timeline
    timeline.go(to: timeline.moment(at: position))
    let cluster = timeline.world.cluster
    let trail = trail(before: position)
    let reasons = service.doubts.map { doubt -> Reason in
      let doubtful = trail.doubt(of: doubt.found.replica, by: coordinator, since: doubt.found.since)
      return Reason(
        replica: doubt.found.replica, quoted: doubt.entry.quoted, since: doubt.found.since, isStopped: false,
        isOver: cluster.isReachable(doubt.found.replica, from: coordinator), culprit: doubtful.culprit,
        isEnded: doubtful.isEnded, besides: doubtful.besides)
    }
    return Reason.grouped(reasons).map { group in
      let first = group[0]
      let looks =
        first.isOver ? group.map { Evidence.pending($0.replica, position: position) } : []
      return fact(
        .failure(
          .dead(
            service.operation.id, group.map(\.replica), by: coordinator, since: first.since ?? .start, first.culprit,
            isEnded: first.isEnded, besides: first.besides, isOver: first.isOver)),
        nil,
        Quotes(first.quoted, group.dropFirst().map(\.quoted)).adding(looks).blaming(first.culprit)
          .blaming(first.besides))
    }
  }
}

/// Why a replica could not be reached, or was thought dead.
private struct Reason {
  let replica: ReplicaID
  let quoted: Quoted
  let since: Instant?
  let isStopped: Bool
  let isOver: Bool
  let culprit: FaultTrail.Culprit?
  var isEnded = false
  var besides: FaultTrail.Culprit?

  private func isLike(_ other: Reason) -> Bool {
    since == other.since && isStopped == other.isStopped && isOver == other.isOver && culprit == other.culprit
      && isEnded == other.isEnded && besides == other.besides
  }

  /// Those with the same reason together.
  static func grouped(_ reasons: [Reason]) -> [[Reason]] {
    var groups: [[Reason]] = []
    for reason in reasons {
      if let index = groups.firstIndex(where: { $0[0].isLike(reason) }) {
        groups[index].append(reason)
      } else {
        groups.append([reason])
      }
    }
    return groups
  }
}
