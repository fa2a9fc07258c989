import Insight
import Kernel
import Replication

/// Why a write was answered when it was, and what became of it.
extension Explainer {
  mutating func explainWrite(_ write: Replication.Operation) {
    var atAnswer = session.cluster
    let chronicle = Chronicle(
      session.timeline, from: write.beganAt - 1, to: write.endedAt, about: write.id,
      write.version == .none ? [] : [write.version]
    ) { cluster, _, _ in atAnswer = cluster }
    explanation.add("Who was asked", coordination(of: write) + accepted(write, chronicle.records))
    if write.level.isSerial {
      explanation.add("How it was decided", rounds(chronicle.records))
    } else {
      explanation.add("What made the answer", acknowledgements(write, chronicle.records, atAnswer))
    }
    explainFate(of: write)
  }

  private func accepted(_ write: Replication.Operation, _ records: [Record]) -> [Explanation.Fact] {
    guard write.version != .none else { return [] }
    let version = catalogue.version(write.version)
    let coordinator = version.writer.replica
    guard coordinator != .none, version.operation == write.id else { return [] }
    let hinted = records.compactMap { record -> ReplicaID? in
      if case .hinted(write.version, by: coordinator, target: let target) = record.what, record.at == version.accepted {
        target
      } else {
        nil
      }
    }
    let all = owners(of: write.key).filter { !hinted.contains($0) }
    var facts = [
      fact(
        version.accepted,
        "\(name(coordinator)) accepts it and sends it to \(hinted.isEmpty ? "all" : "the") \(all.count) copies"
          + "\(hinted.isEmpty ? "" : " that it thinks alive"), whatever the level. \(arithmetic(write.level, coordinator))."
      )
    ]
    if !hinted.isEmpty {
      facts.append(fact(version.accepted, "It thinks \(list(hinted)) dead and keeps a hint for each."))
    }
    return facts
  }

  // MARK: Acknowledgements

  private func acknowledgements(
    _ write: Replication.Operation, _ records: [Record], _ atAnswer: Cluster
  ) -> [Explanation.Fact] {
    guard write.version != .none, write.coordinator != .none else {
      return [fact(write.ended, "There was nothing to change, so nothing was sent.")]
    }
    if write.received == 0 { return [fact(write.ended, "No copy had acknowledged it; at ANY a hint is enough.")] }
    let all = owners(of: write.key)
    var acknowledged: [(replica: ReplicaID, at: Instant, exchange: Exchange?)] = []
    for record in records {
      switch record.what {
      case .stored(write.version, at: write.executor, _, _, _) where all.contains(write.executor):
        acknowledged.append((write.executor, record.at, nil))
      case .delivered(let message, _) where message.operation == write.id && message.kind == .writeAck:
        let exchange = Exchange(write.id, with: message.from, records, atAnswer)
        acknowledged.append((message.from, record.at, exchange))
      default: break
      }
    }
    var counted = ReplicaSet()
    var facts: [Explanation.Fact] = []
    for (place, entry) in acknowledged.enumerated() where counted.insert(entry.replica) {
      let isLast = session.cluster.environment.isMet(write.level, by: counted, coordinatorIn: region(write.executor))
      facts.append(fact(entry.at, acknowledgement(entry, number: counted.count, isLast: isLast, write)))
      if isLast {
        let late = acknowledged.count - place - 1
        if late > 0 {
          facts.append(fact(nil, "\(late) more came before the client had its answer; nobody waited for them."))
        }
        break
      }
    }
    facts.append(fact(write.ended, "\(client(write)) has the answer, \(ms(write.ended - write.began)) after it asked."))
    return facts
  }

  private func acknowledgement(
    _ entry: (replica: ReplicaID, at: Instant, exchange: Exchange?), number: Int, isLast: Bool,
    _ write: Replication.Operation
  ) -> String {
    let who = entry.exchange == nil ? "\(name(entry.replica)) itself" : name(entry.replica)
    let text = "\(who) has it (\(number))"
    guard isLast else { return text + "." }
    var decisive = text + ": the last that \(write.level.name) needed"
    if let question = entry.exchange?.question, let answer = entry.exchange?.answer, let there = question.arrived,
      let back = answer.arrived
    {
      decisive += ", \(ms(there - question.departed)) there and \(ms(back - answer.departed)) back"
      if answer.departed > there { decisive += ", \(ms(answer.departed - there)) in its queue" }
      let trail = trail(until: entry.at)
      if let slow = trail.slowness(question.from, question.to) ?? trail.slowness(answer.from, answer.to) {
        decisive += "; slowed by \(slow.words)"
      }
    }
    return decisive + "."
  }

  /// The rounds of a transaction: when each kind of answer came.
  private func rounds(_ records: [Record]) -> [Explanation.Fact] {
    let kinds: [(Message.Kind, String)] = [
      (.paxosPromise, "answered its prepare"), (.paxosAccept, "accepted its proposal"),
      (.paxosRefuse, "refused: somebody had a higher ballot"), (.writeAck, "stored what was decided"),
    ]
    return kinds.compactMap { kind, words in
      var answered: [ReplicaID] = []
      var last: Instant?
      for record in records {
        guard case .delivered(let message, _) = record.what, message.kind == kind else { continue }
        if !answered.contains(message.from) { answered.append(message.from) }
        last = record.at
      }
      return last.map { fact($0, "\(list(answered)) \(words), besides the coordinator itself.") }
    }
  }

  // MARK: Its fate

  /// Whether an acknowledged write was overwritten or lost since.
  private mutating func explainFate(of write: Replication.Operation) {
    guard write.isAcknowledgedUpdate, write.version != .none else { return }
    let beaten = session.world.observer.conflicts.overwritten(history, catalogue).first {
      $0.loser.operation.id == write.id
    }
    if let beaten {
      explanation.add("Why it was overwritten", overwriting(write, by: beaten.winner))
    } else if Losses.lostWrites(session.cluster, session.world.observer.staleness).contains(write.version) {
      let wiped = owners(of: write.key).compactMap { replica in
        trail(until: session.cluster.now).wipe(of: replica).map { "\(name(replica)): \($0.words)" }
      }
      explanation.add(
        "Why it is lost",
        [fact(nil, "No copy that runs has it or what replaced it, and nothing is left that could bring it back.")]
          + wiped.map { fact(nil, "Disk lost, \($0).") })
    }
  }

  private func overwriting(_ write: Replication.Operation, by winner: VersionID) -> [Explanation.Fact] {
    let (lost, won) = (catalogue.version(write.version), catalogue.version(winner))
    var facts = [
      fact(
        won.accepted,
        "\(written(winner)), op \(won.operation.index), beat it: the last writer wins, by timestamp "
          + "\(won.timestamp) µs over \(lost.timestamp) µs\(won.timestamp == lost.timestamp ? ", a tie" : "").")
    ]
    facts.append(
      fact(
        won.accepted,
        "\(name(won.writer.replica)), which accepted it, had not seen \(written(write.version))"
          + (catalogue.relation(winner, write.version) == .concurrent ? ": the two are concurrent." : ".")))
    if catalogue.relation(winner, write.version) == .before {
      facts.append(
        fact(
          lost.accepted,
          "\(name(lost.writer.replica)) had \(written(winner)) when it accepted \(written(write.version)), which therefore comes "
            + "after it; but timestamps alone decide."))
    }
    for (id, version) in [(winner, won), (write.version, lost)] {
      if let why = misdating(id, version) { facts.append(fact(version.accepted, why)) }
    }
    if won.accepted < lost.accepted, won.timestamp >= lost.timestamp {
      facts.append(
        fact(
          lost.accepted,
          "It was accepted \(ms(lost.accepted - won.accepted)) after the winner, and lost all the same: a timestamp was wrong."
        ))
    }
    return facts
  }

  /// Why a timestamp differs from the instant at which it was given; nil if it doesn't.
  private func misdating(_ id: VersionID, _ version: Version) -> String? {
    let operation = history[version.operation]?.operation
    let trail = trail(until: version.accepted)
    let coordinator = name(version.writer.replica)
    switch version.stamp {
    case .none: return nil
    case .coordinatorClock:
      return wrongness(of: coordinator, version.timestamp, at: version.accepted, trail.skew(of: version.writer.replica))
    case .clientClock:
      guard let operation else { return nil }
      return wrongness(
        of: client(operation), version.timestamp, at: operation.began, trail.skew(of: operation.client),
        role: ", which stamps its writes (`timestamps client`),")
    case .coordinatorSequence:
      return stepping(of: coordinator, id, version, at: version.accepted, trail.skew(of: version.writer.replica))
    case .clientSequence:
      guard let operation else { return nil }
      return stepping(of: client(operation), id, version, at: operation.began, trail.skew(of: operation.client))
    case .request: return "\(written(id)) has the timestamp that its client asked for, \(version.timestamp) µs."
    case .session:
      return
        "\(written(id)) has one microsecond more than what its session had to write after: \(version.timestamp) µs."
    case .ballot: return "\(written(id)) has the timestamp of its transaction's ballot, \(version.timestamp) µs."
    }
  }

  /// That a clock was wrong when it gave a timestamp; nil if it wasn't.
  private func wrongness(
    of owner: String, _ timestamp: Int64, at instant: Instant, _ culprit: FaultTrail.Culprit?, role: String = ""
  ) -> String? {
    let ahead = timestamp - instant.microseconds
    guard ahead != 0 else { return nil }
    let span = ms(TimeSpan(microseconds: Int64(clamping: ahead.magnitude)))
    let by = culprit.map { ": \($0.words)" } ?? ""
    return "\(owner)'s clock\(role) ran \(span) \(ahead > 0 ? "ahead" : "behind")\(by)."
  }

  /// That a clock showed no more than the last timestamp that its owner had given, so that the next number was taken; nil
  /// where that makes no more than a microsecond.
  private func stepping(
    of owner: String, _ id: VersionID, _ version: Version, at instant: Instant, _ culprit: FaultTrail.Culprit?
  ) -> String? {
    guard (version.timestamp - instant.microseconds).magnitude > 1 else { return nil }
    let by = culprit.map { ": \($0.words)" } ?? ""
    return
      "\(written(id)) has one microsecond more than the last timestamp of \(owner), whose clock showed less by then\(by)."
  }
}
