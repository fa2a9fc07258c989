import Insight
import Kernel
import Replication

/// Why an operation was refused, or was not answered in time.
extension Explainer {
  // MARK: Refused

  mutating func explainRefusal(_ operation: Replication.Operation) {
    explanation.add("Who was asked", coordination(of: operation))
    var timeline = session.timeline
    timeline.go(to: timeline.moment(at: operation.endedAt))
    let cluster = timeline.world.cluster
    let trail = trail(until: operation.ended)
    guard operation.coordinator != .none else {
      // With `via` nobody else came into question, whom the client could have reached or not.
      let named = session.timeline.plan(of: operation).coordinator
      let asked =
        named.map { [$0] }
        ?? (cluster.environment.settings.failover == .local
        ? Array(topology.members(of: operation.region)) : Array(topology.replicaIDs)).filter {
          // A load's `via` leaves out some that its clients could have reached.
          !cluster.canReach($0, from: operation.region)
        }
      let why = asked.map { unreachable($0, from: operation.region, cluster, trail) }
      explanation.add(
        named == nil ? "Why none could be reached" : "Why it could not be reached", grouped(Array(zip(asked, why))))
      seekAnswer(operation)
      return
    }
    let coordinator = operation.executor
    let alive = cluster.environment.detector.alive(to: coordinator)
    let all = owners(of: operation.key)
    let dead = all.filter { !alive.contains($0) }
    var facts = [
      fact(
        operation.ended,
        "\(arithmetic(operation.level, coordinator)); \(name(coordinator)) thought \(all.count - dead.count) of "
          + "\(all.count) copies alive: \(list(all.filter(alive.contains)).isEmpty ? "none" : list(all.filter(alive.contains))). "
          + "It refused before anything was sent, so it certainly did not happen.")
    ]
    let reasons = dead.map { replica -> String in
      let down = cluster.environment.detector.downtime(of: replica, to: coordinator, at: cluster.now)
      let since = Instant(microseconds: (cluster.now - .start).microseconds - down.microseconds)
      let why = trail.outage(between: coordinator, and: replica).map { ": \($0.words)" } ?? ""
      let over = cluster.isReachable(replica, from: coordinator) ? "; it is over, but not noticed yet" : ""
      return "dead since \(Quantity.milliseconds(since.microseconds))\(why)\(over)"
    }
    facts += grouped(Array(zip(dead, reasons)))
    explanation.add("Why it was refused", facts)
    seekAnswer(operation)
  }

  private func unreachable(
    _ replica: ReplicaID, from region: RegionID, _ cluster: Cluster, _ trail: FaultTrail
  ) -> String {
    if cluster.replicas[replica].status != .running {
      return "stopped" + (trail.stop(of: replica).map { ": \($0.words)" } ?? "")
    }
    let gate = Proximity.gate(of: region, topology)
    let cut = [trail.cut(gate, replica), trail.cut(replica, gate)].compactMap { $0 }.max { $0.at < $1.at }
    return "cut off" + (cut.map { ": \($0.words)" } ?? "")
  }

  /// Replicas with the same reason in one fact.
  private func grouped(_ reasons: [(ReplicaID, String)]) -> [Explanation.Fact] {
    var groups: [(reason: String, replicas: [ReplicaID])] = []
    for (replica, reason) in reasons {
      if let index = groups.firstIndex(where: { $0.reason == reason }) {
        groups[index].replicas.append(replica)
      } else {
        groups.append((reason, [replica]))
      }
    }
    return groups.map { fact(nil, "\(list($0.replicas)): \($0.reason).") }
  }

  // MARK: Timed out

  mutating func explainTimeout(_ operation: Replication.Operation) {
    var end = session.cluster
    var awaited = ReplicaSet()
    let chronicle = Chronicle(
      session.timeline, from: operation.beganAt - 1, to: operation.endedAt, about: operation.id, []
    ) { cluster, _, _ in
      end = cluster
      awaited =
        cluster.awaited(ofWrite: operation.id, at: operation.executor)
        ?? cluster.read(operation.id, at: operation.coordinator)?.awaited ?? awaited
    }
    explanation.add("Who was asked", coordination(of: operation))
    let trail = trail(until: operation.ended)
    // One that took the request up and then crashed has forgotten whom it asked; the records have not.
    let isUnheard = operation.required == 0 && DelayReport(of: operation, in: session.timeline.world) == nil
    let hasAsked = topology.replicaIDs.contains {
      Exchange(operation.id, with: $0, chronicle.records, end).question != nil
    }
    let needed =
      isUnheard
      ? "\(name(operation.coordinator)) did not answer\(hasAsked ? "" : ", and had asked no copy")."
      : "\(arithmetic(operation.level, operation.coordinator)), and \(operation.received) came in time."
    var facts = [fact(operation.ended, needed)]
    if let leader = chronicle.leader(of: operation.id, end) {
      let exchange = Exchange(operation.id, with: leader, chronicle.records, end)
      facts = [
        fact(
          exchange.question?.departed,
          "\(name(operation.coordinator)) handed it to \(name(leader)) to lead, and heard nothing in time.")
      ]
      if exchange.question?.arrived == nil || exchange.answer != nil {
        facts.append(fact(nil, silence(exchange, by: operation.ended, in: end)))
      } else {
        facts.append(
          fact(nil, "\(name(leader)) led it, and still waited: \(arithmetic(operation.level, leader))."))
      }
    }
    if end.replicas[operation.coordinator].status != .running {
      let by = trail.stop(of: operation.coordinator).map { ": \($0.words)" } ?? ""
      facts.append(fact(operation.ended, "\(name(operation.coordinator)), which coordinated, had stopped\(by)."))
    }
    let isAnswerLost = chronicle.records.contains {
      if case .clientMessageLost(operation.id) = $0.what { true } else { false }
    }
    if isAnswerLost {
      let cut = trail.outage(between: Proximity.gate(of: operation.region, topology), and: operation.coordinator)
      facts.append(
        fact(
          nil,
          "A message between \(client(operation)) and \(name(operation.coordinator)) was lost\(cut.map { ": \($0.words)" } ?? "")."
        ))
    }
    if operation.level.isSerial {
      awaited = ReplicaSet(owners(of: operation.key).filter { $0 != operation.coordinator })
    }
    for replica in awaited {
      let exchange = Exchange(operation.id, with: replica, chronicle.records, end)
      guard !operation.level.isSerial || exchange.question != nil && exchange.answer?.arrived == nil else { continue }
      facts.append(fact(exchange.question?.departed, silence(exchange, by: operation.ended, in: end)))
    }
    explanation.add("Who did not answer", facts)
    if operation.kind.isUpdate { explanation.add("What became of it", aftermath(operation)) }
    seekAnswer(operation)
  }

  /// What became of a write that its client heard nothing of.
  private func aftermath(_ operation: Replication.Operation) -> [Explanation.Fact] {
    let cluster = session.cluster
    guard let version = cluster.version(writtenBy: operation.id) else {
      return [fact(nil, "No coordinator has accepted it: it did not happen.")]
    }
    let accepted = catalogue.version(version).accepted
    var facts: [Explanation.Fact] = []
    let holders = cluster.holders(of: version)
    facts.append(
      fact(
        accepted,
        "\(name(catalogue.version(version).writer.replica)) accepted it, so it may take effect all the same; by now "
          + (holders.isEmpty
            ? "no replica has it." : "\(list(holders)) \(holders.count == 1 ? "has" : "have") it, or what replaced it.")
      ))
    for replica in cluster.replicas.elements {
      let targets = replica.hints.pending.filter { $0.hints.contains { $0.version == version } }.map(\.target)
      guard !targets.isEmpty else { continue }
      facts.append(fact(nil, "\(name(replica.id)) keeps it as a hint for \(list(targets.sorted()))."))
    }
    return facts
  }
}
