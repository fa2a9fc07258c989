import Insight
import Kernel
import Language
import Replication

/// What would have had to differ, tried on forks.
extension Explainer {
  /// How long at most a later read is waited for.
  private static let patience = TimeSpan.seconds(60)

  /// Looks for changes by which a stale read would have been fresh. The smallest is the one by which its client would
  /// have had a fresh answer soonest.
  mutating func seekFresh(_ read: Replication.Operation, _ account: ReadAccount, _ missed: [VersionID]) {
    let fork = Fork(timeline, before: read)
    let plan = timeline.plan(of: read)
    var found: [Explanation.Remedy] = []
    var tried = [plan]
    for level in strongerLevels(than: plan, read.coordinator) {
      tried.append(plan.at(level))
      guard let higher = fresh(plan.at(level), .zero, level.phrase, fork, read) else { continue }
      found.append(higher)
      break
    }
    let others = timeline.cluster.owners(concernedBy: read).filter {
      $0 != read.coordinator && fork.cluster.canReach($0, from: read.region)
    }
    tried += others.prefix(16).map(plan.via)
    found +=
      others.prefix(16).compactMap { fresh(plan.via($0), .zero, "via \(wording.name($0))", fork, read) }
      .min { $0.answered < $1.answered }.map { [$0] } ?? []
    if let later = later(read, plan, account, missed, fork) { found.append(later) }
    if found.isEmpty, let elsewhere = elsewhereLater(read, plan, others, missed, fork) { found.append(elsewhere) }
    explanation.remedies = found.enumerated()
      .sorted { ($0.element.answered, $0.offset) < ($1.element.answered, $1.offset) }.map(\.element)
    explanation.add(
      "What would have helped, each verified on a fork",
      remedyFacts(ofFresh: true, tried: tried, before: read.beganAt - 1) { plan in
        fork.hasLater
          && fork.run(plan).isDecidedLater {
            $0.version != read.version && $0.report.outcome == .ok && $0.report.isStale == false
          }
      })
  }

  /// The same read later, when a copy that it asks has what was missed.
  private func later(
    _ read: Replication.Operation, _ plan: OperationPlan, _ account: ReadAccount, _ missed: [VersionID], _ fork: Fork
  ) -> Explanation.Remedy? {
    guard let reached = fork.wait(until: missed, reachAnyOf: account.contacts, within: Self.patience) else {
      return nil
    }
    let answered = account.answers.map { $0.at - read.began }.max()
    let lead = min(answered ?? .zero, reached)
    for extra in [0, 1] {
      let delay = reached - lead + TimeSpan(microseconds: Int64(extra))
      guard delay > .zero else { continue }
      if let remedy = fresh(plan, delay, "\(wording.ms(delay)) later", fork, read) { return remedy }
    }
    return reached > .zero ? fresh(plan, reached, "\(wording.ms(reached)) later", fork, read) : nil
  }

  /// The same read by another coordinator and later, when that one has what was missed.
  private func elsewhereLater(
    _ read: Replication.Operation, _ plan: OperationPlan, _ others: [ReplicaID], _ missed: [VersionID], _ fork: Fork
  ) -> Explanation.Remedy? {
    others.prefix(16).compactMap { replica -> Explanation.Remedy? in
      guard let delay = fork.wait(until: missed, reachAnyOf: [replica], within: Self.patience) else { return nil }
      return fresh(plan.via(replica), delay, "via \(wording.name(replica)), \(wording.ms(delay)) later", fork, read)
    }.min { $0.answered < $1.answered }
  }

  private func fresh(
    _ plan: OperationPlan, _ delay: TimeSpan, _ change: String, _ fork: Fork, _ read: Replication.Operation
  ) -> Explanation.Remedy? {
    // The same answer is no better for copies having heard of a delete that they have purged since.
    let ending = fork.run(plan, after: delay).ending {
      $0.version != read.version && $0.report.outcome == .ok && $0.report.isStale == false
    }
    guard let report = ending?.report else { return nil }
    return Explanation.Remedy(
      plan: plan, delay: delay, answered: report.end - read.began, change: change,
      result: "\(report.answerText), fresh")
  }

  /// The levels that ask more copies, the fewest first, and then those of transactions.
  private func strongerLevels(than plan: OperationPlan, _ coordinator: ReplicaID) -> [ConsistencyLevel] {
    if let rank = rank(of: plan.level, isUpdate: plan.kind.isUpdate) {
      return timeline.levels(of: plan).filter { self.rank(of: $0, isUpdate: plan.kind.isUpdate) ?? 0 > rank }
    }
    let needed = required(plan.level, coordinator)
    let higher = timeline.levels(of: plan).filter { required($0, coordinator) > needed }
      .sorted { (required($0, coordinator), $0.rawValue) < (required($1, coordinator), $1.rawValue) }
    return higher.filter { !$0.isSerial } + higher.filter(\.isSerial)
  }

  /// Looks for changes by which an operation that was refused or timed out would have been answered: another coordinator
  /// at the same level, or the strongest weaker level.
  mutating func seekAnswer(_ operation: Replication.Operation) {
    let fork = Fork(timeline, before: operation)
    let plan = timeline.plan(of: operation)
    var found: [Explanation.Remedy] = []
    func answered(_ plan: OperationPlan, _ change: String) -> Explanation.Remedy? {
      guard let report = fork.run(plan).ending(where: { $0.report.outcome == .ok })?.report else { return nil }
      let stale = report.isStale == true ? ", though stale" : ""
      return Explanation.Remedy(
        plan: plan, delay: .zero, answered: report.end - operation.began, change: change,
        result: (report.kind == .read ? report.answerText : report.applied == false ? "not applied" : "ok") + stale)
    }
    // Where regions keep copies of their own, another's coordinators would do something else.
    let home = timeline.cluster.home(of: operation)
    let reachable = topology.replicaIDs.filter {
      $0 != operation.coordinator && fork.cluster.canReach($0, from: operation.region)
        && (home == nil || home == topology.region(of: $0))
    }
    // One of each region, and the rest where none of those will do.
    let first = topology.regionIDs.compactMap { region in reachable.first { topology.region(of: $0) == region } }
    var tried = [plan]
    for others in [first, reachable.filter { !first.contains($0) }] {
      guard found.isEmpty else { break }
      let some = others.prefix(16)
      tried += some.map(plan.via)
      found +=
        some.compactMap { answered(plan.via($0), "via \(wording.name($0))") }.min { $0.answered < $1.answered }.map {
          [$0]
        } ?? []
    }
    if operation.coordinator != .none {
      // At ACKS_0 nobody answers: it is acknowledged as it is sent, whatever becomes of it.
      for level in weakerLevels(than: plan, operation.coordinator) where level != .acks0 {
        tried.append(plan.at(level))
        guard let remedy = answered(plan.at(level), level.phrase) else { continue }
        found.append(remedy)
        break
      }
    }
    explanation.remedies = found
    explanation.add(
      "What would have been answered, verified on a fork",
      remedyFacts(ofFresh: false, tried: tried, before: operation.beganAt - 1) { plan in
        fork.hasLater && fork.run(plan).isDecidedLater { $0.report.outcome == .ok }
      })
  }

  private func weakerLevels(than plan: OperationPlan, _ coordinator: ReplicaID) -> [ConsistencyLevel] {
    // Who consumes asks for no level.
    guard plan.level != .fixed else { return [] }
    if let rank = rank(of: plan.level, isUpdate: plan.kind.isUpdate) {
      return timeline.levels(of: plan).filter { self.rank(of: $0, isUpdate: plan.kind.isUpdate) ?? 0 < rank }.reversed()
    }
    let needed = required(plan.level, coordinator)
    return timeline.levels(of: plan)
      .filter { $0 != plan.level && $0 != .serial && required($0, coordinator) <= needed }
      .sorted { (required($0, coordinator), $0.rawValue) > (required($1, coordinator), $1.rawValue) }
  }

  /// Where a level stands on the scheme's ladder, by which it is weaker or stronger than others; nil where answers are counted.
  private func rank(of level: ConsistencyLevel, isUpdate: Bool) -> Int? {
    let features = timeline.cluster.scheme.features
    guard features.contains(.leaders) || features.contains(.caches) else { return nil }
    return timeline.cluster.scheme.ladder.firstIndex { isUpdate ? $0.write == level : $0.read == level }
  }

  /// - Parameter isDecidedLater: whether what was commanded later decides what comes of a plan: then nothing is said of it.
  private func remedyFacts(
    ofFresh isFresh: Bool, tried: [OperationPlan], before position: Int, isDecidedLater: (OperationPlan) -> Bool
  ) -> [Explanation.Fact] {
    func trial(_ remedy: Explanation.Remedy) -> Quotes {
      Quotes(.trial(remedy.plan, at: position, after: remedy.delay))
    }
    guard let smallest = explanation.remedies.first else {
      guard !tried.dropFirst().contains(where: isDecidedLater) else { return [] }
      let levels = tried.count { $0.level != tried.first?.level }
      guard let quotes = Quotes(tried.dropFirst().map { .trial($0, at: position, after: .zero) }) else { return [] }
      return [
        fact(
          .remedy(.nothing(isFresh: isFresh, levels: levels, coordinators: tried.count - 1 - levels)), nil, quotes)
      ]
    }
    var facts = explanation.remedies.map { fact(.remedy(.would($0)), nil, trial($0)) }
    if explanation.remedies.count > 1, isFresh {
      let all = explanation.remedies.map { Evidence.trial($0.plan, at: position, after: $0.delay) }
      facts.append(fact(.remedy(.soonest(smallest)), nil, Quotes(all[0], Array(all.dropFirst()))))
    }
    return facts
  }
}

extension OperationPlan {
  fileprivate func at(_ level: ConsistencyLevel) -> OperationPlan {
    var plan = self
    plan.level = level
    return plan
  }

  fileprivate func via(_ replica: ReplicaID) -> OperationPlan {
    var plan = self
    plan.coordinator = replica
    return plan
  }
}
