import Insight
import Kernel

@testable import Analysis
@testable import Replication
@testable import Workbench

extension Reading {
  mutating func flaw(in claim: FateClaim) -> String? {
    let catalogue = witness.catalogue
    switch claim {
    case .beaten(let version, let winner, let won, let lost):
      return catalogue.version(winner).timestamp == won && catalogue.version(version).timestamp == lost && won >= lost
        && catalogue.wins(winner, over: version) ? nil : "it did not win"
    case .unseenByWinner(let version, let winner, let isConcurrent):
      return !catalogue.isSeen(version, in: catalogue.version(winner).context)
        && isConcurrent == !catalogue.isSeen(winner, in: catalogue.version(version).context) ? nil : "it was seen"
    case .knewWinner(let version, let winner):
      return catalogue.isSeen(winner, in: catalogue.version(version).context) ? nil : "it was not known"
    case .later(let version, let winner, let span):
      return catalogue.version(version).accepted - catalogue.version(winner).accepted == span && span > .zero
        ? nil : "it was not later"
    case .stamped(let version, let stamp, let ahead, _):
      let stamps = take { record -> Bool? in
        let stamped = catalogue.version(version)
        guard case .step(stamped.operation, stamped.writer.replica, .stamped(version, stamp)) = record.what else {
          return nil
        }
        return true
      }
      let isClients = stamp == .clientClock || stamp == .clientSequence
      let given =
        isClients
        ? witness.history[catalogue.version(version).operation]?.operation.began : catalogue.version(version).accepted
      let real = catalogue.version(version).timestamp - (given?.microseconds ?? 0)
      return stamps.count == 1 && real == ahead ? nil : "it was stamped otherwise"
    case .gone(let version):
      return witness.session.cluster.holders(of: version).isEmpty ? nil : "somebody has it"
    case .givenUp(let version, let by):
      return witness.session.cluster.isGivenUp(version) && catalogue.version(version).writer.replica == by
        ? nil : "it was not given up"
    case .replacedUnmet(let version, let now):
      return catalogue.wins(now, over: version) && !catalogue.isSeen(version, in: catalogue.version(now).vector)
        ? nil : "it was seen"
    case .lackedByLeader(let version, let leader, let epoch, _):
      let cluster = witness.session.cluster
      guard let position = cluster.catalogue.position(of: version),
        let decided = cluster.decision(on: Int(position.partition), in: cluster.topology.region(of: leader))
      else { return "nobody appended it" }
      return decided.state.leader == leader && decided.state.epoch == epoch && cluster.isLost(version)
        ? nil : "it is there, or another leads"
    case .onNoDisk(let version):
      // A record that came later says nothing of this one.
      let cluster = witness.session.cluster
      return cluster.topology.replicaIDs.contains { cluster.hasRecord(version, at: $0) } ? "somebody has it" : nil
    case .neverAppended(let version):
      return witness.session.cluster.catalogue.position(of: version) == nil ? nil : "somebody appended it"
    case .wiped(let replica, _):
      let inputs = witness.session.timeline.branches[witness.session.timeline.current].inputs
      let isWiped = looks.contains { look in
        guard case .command(let position) = look else { return false }
        switch inputs.first(where: { $0.position == position })?.input {
        case .fault(.wipe(let set)), .fault(.destroy(let set)): return set.contains(replica)
        default: return false
        }
      }
      return isWiped ? nil : "no disk was lost"
    }
  }

  mutating func flaw(in claim: RemedyClaim) -> String? {
    func report(_ evidence: Evidence) -> OperationReport? {
      guard case .trial(let plan, let position, let delay) = evidence else { return nil }
      var copy = witness.session.timeline
      copy.back(.max / 2)
      while copy.position < position, copy.step() {}
      guard let operation = witness.history.all.first(where: { $0.operation.beganAt == position + 1 })?.operation else {
        return nil
      }
      // Time may have passed since in silence.
      copy.go(to: copy.moment(before: operation))
      copy.fork("remedy")
      // What happens at that very instant, but after it, must not happen before it.
      if delay > .zero { copy.makeRoom(at: operation.began + delay) }
      let id = copy.operate(plan)
      while copy.world.observer.history[id] == nil, copy.step() {}
      return OperationReport(id, in: copy.world)
    }
    switch claim {
    case .would(let remedy):
      guard let first = looks.first, let found = report(first), found.outcome == .ok else {
        return "it was not answered"
      }
      return remedy.result.contains("fresh") && found.isStale == true ? "it was stale" : nil
    case .soonest(let remedy):
      let plans = looks.compactMap { evidence -> OperationPlan? in
        if case .trial(let plan, _, _) = evidence { plan } else { nil }
      }
      return plans.contains(remedy.plan) ? nil : "it was not tried"
    case .nothing(let isFresh, _, _):
      guard
        let asked = looks.first.flatMap({ look -> OperationReport? in
          guard case .trial(_, let position, _) = look else { return nil }
          return witness.history.all.first { $0.operation.beganAt == position + 1 }.flatMap {
            OperationReport($0.operation.id, in: witness.session.world)
          }
        })
      else { return "nothing was tried" }
      let helped = looks.contains { look in
        guard let found = report(look), found.outcome == .ok else { return false }
        // A copy that has purged what it knew of the delete is no fresher for it.
        return isFresh ? found.isStale == false && found.value != asked.value : true
      }
      return helped ? "that would have helped" : nil
    }
  }
}
