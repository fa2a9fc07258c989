import Insight
import Kernel
import Replication

/// Whether an acknowledged write was overwritten or lost since.
extension Explainer {
  mutating func explainFate(of write: Replication.Operation) {
    guard write.isAcknowledgedUpdate, write.version != .none else { return }
    let beaten = timeline.world.observer.conflicts.overwritten(history, catalogue).first {
      $0.loser.operation.id == write.id
    }
    if let beaten {
      explanation.add("Why it was overwritten", overwriting(write, by: beaten.winner))
    } else if Losses.lostWrites(timeline.cluster, timeline.world.observer).contains(write.version) {
      let owners = timeline.cluster.owners(concernedBy: write)
      let copies = owners.map {
        Evidence.copy($0, write.key, position: timeline.cluster.position)
      }
      guard let quotes = Quotes(copies) else { return }
      let wiped = owners.compactMap { replica -> Explanation.Fact? in
        guard let culprit = trail(before: .max).wipe(of: replica),
          culprit.position >= write.beganAt
        else {
          return nil
        }
        return fact(.fate(.wiped(replica, culprit)), culprit.at, Quotes(.command(culprit.position)))
      }
      let claim = loss(of: write.version, key: write.key)
      explanation.add("Why it is lost", [fact(.fate(claim), nil, quotes)] + wiped)
    }
  }

  private func loss(of version: VersionID, key: KeyID) -> FateClaim {
    let cluster = timeline.cluster
    switch cluster.scheme.loss {
    case .unlogged: return lossFromLog(version)
    case .unheld: return .gone(version)
    case .unmet:
      if cluster.isGivenUp(version) { return .givenUp(version, by: catalogue.version(version).writer.replica) }
      let standing = owners(of: key).filter(cluster.live.contains).map { cluster.cell(key, at: $0).version }
        .first { catalogue.wins($0, over: version) }
      return standing.map { .replacedUnmet(version, by: $0) } ?? .gone(version)
    }
  }

  /// Why a record isn't in its partition's log any more: a log is what its leader has.
  func lossFromLog(_ version: VersionID) -> FateClaim {
    guard let position = catalogue.position(of: version) else { return .neverAppended(version) }
    let region = topology.region(of: catalogue.version(version).writer.replica)
    guard let decided = timeline.cluster.decision(on: Int(position.partition), in: region),
      decided.state.leader != .none
    else { return .onNoDisk(version) }
    return .lackedByLeader(version, decided.state.leader, epoch: decided.state.epoch, decided.election)
  }

  private func overwriting(_ write: Replication.Operation, by winner: VersionID) -> [Explanation.Fact] {
    let loser = write.version
    let (lost, won) = (catalogue.version(loser), catalogue.version(winner))
    let both = Quotes(.version(winner), [.version(loser)])
    let relation = catalogue.relation(winner, loser)
    var facts = [
      fact(.fate(.beaten(loser, by: winner, won: won.timestamp, lost: lost.timestamp)), won.accepted, both)
    ]
    if !catalogue.isSeen(loser, in: won.context) {
      facts.append(
        fact(.fate(.unseenByWinner(loser, winner, isConcurrent: relation == .concurrent)), won.accepted, both))
    }
    if relation == .before { facts.append(fact(.fate(.knewWinner(loser, winner)), lost.accepted, both)) }
    for (id, version) in [(winner, won), (loser, lost)] {
      if let stamp = misdating(id, version) { facts.append(stamp) }
    }
    if won.accepted < lost.accepted, won.timestamp >= lost.timestamp {
      facts.append(fact(.fate(.later(loser, winner, by: lost.accepted - won.accepted)), lost.accepted, both))
    }
    return facts
  }

  /// Why a timestamp differs from the instant at which it was given; nil if it doesn't.
  private func misdating(_ id: VersionID, _ version: Version) -> Explanation.Fact? {
    guard version.stamp != .none, let operation = history[version.operation]?.operation else { return nil }
    let isClients = version.stamp == .clientClock || version.stamp == .clientSequence
    // A client gives its timestamp as it asks.
    let ahead = version.timestamp - (isClients ? operation.began : version.accepted).microseconds
    guard ahead.magnitude > 1 else { return nil }
    // Another's coordinator may have finished it after its client had given up.
    let quoted = Chronicle(
      timeline, from: operation.beganAt - 1, to: timeline.position, about: [operation.id], [id],
      stoppingAt: { if case .step(_, _, .stamped(id, _)) = $0.what { true } else { false } }
    ).quoted
    for entry in quoted {
      guard case .step(_, by: let coordinator, .stamped(id, let stamp)) = entry.record.what else { continue }
      let trail = trail(before: entry.id.position)
      let culprit: FaultTrail.Culprit? =
        switch stamp {
        case .coordinatorClock, .coordinatorSequence: trail.skew(of: coordinator)
        case .clientClock, .clientSequence: trail.skew(of: operation.client)
        case .none, .request, .session, .ballot: nil
        }
      return fact(
        .fate(.stamped(id, stamp, ahead: ahead, culprit)), version.accepted,
        Quotes(entry).adding([.version(id)]).blaming(culprit))
    }
    return nil
  }
}
