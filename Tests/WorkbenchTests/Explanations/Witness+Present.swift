import Insight
import Kernel

@testable import Analysis
@testable import Replication
@testable import Workbench

extension Reading {
  private func written(_ key: KeyID) -> [VersionID] {
    let catalogue = witness.session.cluster.catalogue
    return catalogue.versions.ids.filter {
      $0 != .none && catalogue.version($0).key == key && catalogue.version($0).operation != .none
    }
  }

  /// Whether something that was tried did bring the copies together within a minute.
  private func flawInTrials() -> String? {
    var trials = 0
    for case .attempt(let inputs, _) in looks {
      trials += 1
      var fork = witness.session.timeline
      fork.fork("trial")
      for input in inputs { fork.perform(input) }
      let end = fork.world.cluster.now + .seconds(60)
      while fork.world.cluster.now < end, fork.step() {}
      if fork.world.cluster.isConverged { return "\(inputs) does" }
    }
    return trials > 0 ? nil : "nothing was tried"
  }

  mutating func flaw(in claim: PresentClaim) -> String? {
    let cluster = witness.session.cluster
    switch claim {
    case .copies(let key, let groups):
      let isTrue = groups.allSatisfy { group in
        group.replicas.allSatisfy { cluster.cell(key, at: $0).version == group.version }
      }
      return isTrue ? nil : "they hold something else"
    case .underway(let version, let targets, let due):
      let isTrue = targets.allSatisfy { target in
        cluster.messagesInFlight.contains { sent in
          guard case .message(let message) = sent.event else { return false }
          return message.to == target && message.version == version && sent.arrives == due
        }
      }
      return isTrue ? nil : "nothing is on its way"
    case .toBeLed(let operation, let leader, let due):
      let isThere = cluster.messagesInFlight.contains { sent in
        guard case .message(let message) = sent.event else { return false }
        return message.kind.leaderless == .lead && message.operation == operation && message.to == leader
          && sent.arrives == due
      }
      return isThere ? nil : "nothing is on its way to be led"
    case .untaken(let replica, let number, _):
      let versions = cluster.replicas[replica].inbox.compactMap { waiting in
        if case .message(let message) = waiting.event, message.version != .none { message.version } else { nil }
      }
      let lacking = Set(versions).count { !cluster.has($0, replica) }
      return cluster.replicas[replica].status == .paused && lacking >= number ? nil : "it has taken them in"
    case .hints(let keeper, let status, _, let targets, let handoff, _):
      guard targets.allSatisfy({ cluster.hints(of: keeper).handoff(to: $0) == handoff }) else {
        return "they wait for something else"
      }
      let waiting = cluster.hints(of: keeper).pending.map(\.target)
      return cluster.replicas[keeper].status == status && targets.allSatisfy(waiting.contains) ? nil : "no such hints"
    case .keeps(let keeper, let number, let targets, _):
      let isKept = targets.allSatisfy { target in
        let kept = cluster.keepings.filter { keeping in
          keeping.keeper == keeper && keeping.target == target && !cluster.has(keeping.version, target)
            && !cluster.messagesInFlight.contains { sent in
              guard case .message(let message) = sent.event else { return false }
              return message.version == keeping.version && message.to == target && message.kind.bringsVersion
            }
        }
        return kept.count >= number
      }
      return isKept ? nil : "it keeps something else"
    case .keepsBeaten(let keeper, let number, let targets, _):
      let isKept = targets.allSatisfy { target in
        let kept = cluster.keepings.filter {
          $0.keeper == keeper && $0.target == target && cluster.has($0.version, target)
        }
        return kept.count >= number
      }
      return isKept ? nil : "it keeps something else"
    case .awaits(let operation, let by, let replicas, _):
      return cluster.awaited(ofWrite: operation, at: by).map { Array($0) == replicas } ?? false
        ? nil : "others are awaited"
    case .agreeAfter(_, let span, let revived):
      guard case .attempt(let inputs, _)? = looks.first else { return "nothing was tried" }
      var fork = witness.session.timeline
      fork.fork("attempt")
      for input in inputs { fork.perform(input) }
      let end = fork.world.cluster.now + span
      while fork.world.cluster.now < end, fork.step() {}
      // What expires does so between events.
      if fork.world.cluster.now < end { fork.run(until: end) }
      if !revived.isEmpty { return nil }
      return fork.world.cluster.now >= end || fork.world.cluster.isConverged ? nil : "they don't agree"
    case .moreDiffer(let number):
      let keys = Set(looks.compactMap { if case .copy(_, let key, _) = $0 { key } else { nil } })
      return keys.count == number && keys.allSatisfy { !cluster.agrees(on: $0, cluster.live) } ? nil : "others differ"
    case .oddEntry(let cache, let key, let version, _, _):
      return cluster.cell(key, at: cache).version == version ? nil : "it keeps something else"
    case .missingRows(let database, let number):
      return cluster.missingRows(of: cluster.topology.region(of: database)) == number ? nil : "other rows are missing"
    case .unheard(let cache, let number):
      return cluster.unheardInvalidations(of: cache) == number ? nil : "it has heard others"
    case .toMirror(let source, let target, let number, let oldest, _):
      let rest = cluster.recordsToMirror(from: source, to: target)
      let isThere = rest.contains { cluster.now - cluster.catalogue.version($0).accepted == oldest }
      return rest.count >= number && isThere ? nil : "other records are yet to come"
    case .goesOn(let operation, let by):
      guard let open = cluster.openOperation(operation), open.outcome == nil, open.kind.isUpdate else {
        return "it has ended"
      }
      let isWritten = cluster.version(writtenBy: operation).map { !cluster.holders(of: $0).isEmpty } ?? false
      return open.executor == by && !isWritten ? nil : "it is written"
    case .moreThings(let number): return number > 0 && !looks.isEmpty ? nil : "there is no more"
    case .expired(let number): return number > 0 && cluster.expiredChanges == number ? nil : "others are gone"
    case .nothingLeft(_, let isByClocks):
      let isApart = cluster.catalogue.names.keys.contains { key in
        cluster.owners(toAgreeOn: key).contains { owners in
          Set(owners.filter(cluster.live.contains).map { cluster.cell(key, at: $0).version }).count > 1
        }
      }
      if isByClocks, isApart, cluster.catalogue.names.keys.count == 1 { return "they hold different versions" }
      let asked = Set(looks.compactMap { if case .pending(let replica, _) = $0 { replica } else { nil } })
      let isLeft = cluster.journeys.contains { journey in
        cluster.live.contains(journey.target) && !cluster.has(journey.version, journey.target)
      }
      return asked == Set(cluster.topology.replicaIDs) && (!isLeft || cluster.catalogue.names.keys.count > 1)
        ? nil : "something is on its way"
    case .neverAgree: return flawInTrials()
    case .oneValue(let key, let writes, let unseen):
      let versions = written(key)
      let pairs = zip(versions, versions.dropFirst())
      let apart = pairs.count { first, second in
        let (one, other) = (cluster.catalogue.version(first), cluster.catalogue.version(second))
        return !cluster.catalogue.isSeen(first, in: other.context) && !cluster.catalogue.isSeen(second, in: one.context)
      }
      return versions.count == writes && apart == unseen && cluster.environment.form(of: key) == .lastWriterWins
        ? nil : "it was written otherwise"
    case .sequel(let version, let before, let sight):
      let (one, other) = (cluster.catalogue.version(before), cluster.catalogue.version(version))
      let isKnown = cluster.catalogue.vectors.contains(other.vector, writer: one.writer, counter: one.counter)
      let takesContext = cluster.environment.form(of: other.key).takesContext
      let isTrue =
        switch sight {
        case .replaced: takesContext && isKnown
        case .known: !takesContext && isKnown
        case .stoodBeside: isKnown
        case .absent: !isKnown
        }
      return isTrue ? nil : "it had seen something else"
    case .fewWrites(let key, let number): return written(key).count == number && number < 2 ? nil : "there were more"
    case .merges(let key, let form):
      return cluster.environment.form(of: key) == form && !form.isRegister && form != .lastWriterWins
        ? nil : "it does not merge"
    }
  }
}
