import Insight
import Kernel
import Replication

@testable import Analysis
@testable import Workbench

/// What must have become of acknowledged updates, worked out from their history alone, key by key.
extension SoakRun {
  /// Whether an update must not be lost, acknowledged or not.
  func isPromised(_ update: Replication.Operation) -> Bool { !mayHavePurged && disks.isSafe(update.id) }

  /// The updates of a key that may have happened, those of loads included.
  private func updates(of key: KeyID) -> [Replication.Operation] {
    history.filter { $0.key == key && $0.kind.isUpdate && $0.outcome != .unavailable && $0.applied != false }
  }

  func durability() -> [Violation] {
    guard !mayHavePurged else { return [] }
    var found = unstored()
    found += Losses.lostWrites(cluster, session.world.observer).compactMap { version -> String? in
      let operation = cluster.catalogue.version(version).operation
      guard let entry = session.world.observer.history[operation], isPromised(entry.operation) else { return nil }
      return "the tool counts operation \(operation.index) as lost"
    }
    for key in keys {
      let updates = updates(of: key)
      let kept = updates.filter(isPromised)
      found += lacking(key, updates, kept).map { "\(name(of: key)), \(held(key).index): \($0)" }
    }
    return found.map { Violation(promise: .durability, detail: $0) }
  }

  /// Acknowledged updates that no disk has held, though no disk was lost.
  private func unstored() -> [String] {
    guard disks.robbed.isEmpty else { return [] }
    return history.filter { $0.isAcknowledgedUpdate && $0.level != .any && !disks.isSafe($0.id) }
      .map { "operation \($0.id.index) was acknowledged, and stored nowhere" }
  }

  /// What the owners of a key hold, once they agree.
  func held(_ key: KeyID) -> VersionID {
    cluster.cell(key, at: cluster.environment.owners(of: key).members[0]).version
  }

  private func text(_ operation: Replication.Operation) -> String {
    operation.value == .none ? "" : cluster.catalogue.names.text(of: operation.value)
  }

  private func lacking(
    _ key: KeyID, _ updates: [Replication.Operation], _ kept: [Replication.Operation]
  ) -> [String] {
    let state = cluster.catalogue.state(of: held(key)) ?? KeyState(key: key, form: cluster.environment.form(of: key))
    switch cluster.environment.form(of: key) {
    case .lastWriterWins:
      return kept.filter { update in
        let version = cluster.version(writtenBy: update.id) ?? .none
        return held(key) != version && !cluster.catalogue.wins(held(key), over: version)
      }.map { "operation \($0.id.index) is gone, and nothing newer is there" }
    case .siblings, .plainSiblings, .mvRegister: return unseen(state, updates, kept)
    // What rows hold goes by timestamps; they are compared with a model of their own.
    case .row: return []
    case .counter, .growCounter: return miscounted(state.total, updates, kept)
    case .growSet, .twoPhaseSet, .orSet:
      let texts = Set(updates.map(text)).sorted()
      let items = Set(state.items.map { cluster.catalogue.names.text(of: $0) })
      return texts.compactMap { element in
        let matching = updates.filter { text($0) == element }
        return misplaced(element, items.contains(element), matching, kept.filter { text($0) == element })
      }
    }
  }

  /// A value may only go for an update that had seen it.
  private func unseen(
    _ state: KeyState, _ updates: [Replication.Operation], _ kept: [Replication.Operation]
  ) -> [String] {
    guard case .dotted(let items) = state.content else { return ["no register"] }
    let contexts = updates.map { ($0.id, context(of: $0, state.form)) }
    return kept.compactMap { write in
      guard let version = cluster.version(writtenBy: write.id).map(cluster.catalogue.version) else {
        return "operation \(write.id.index) was acknowledged without a version"
      }
      let dot = VectorEntry(writer: version.writer, counter: version.counter)
      let isThere = items.entries.contains { $0.dot == dot }
      let isReplaced = contexts.contains { $0.0 != write.id && $0.1.contains(dot) }
      return isThere || isReplaced ? nil : "operation \(write.id.index) is gone, and nobody had seen it"
    }
  }

  /// What an update of a register with siblings had seen: its client's context, or its coordinator's copy.
  private func context(of update: Replication.Operation, _ form: ValueForm) -> VersionVector {
    func vector(_ id: VectorID) -> VersionVector { VersionVector(cluster.catalogue.vectors.entries(of: id)) }
    guard form.takesContext else {
      // All that the version has seen but its own dot.
      guard let id = cluster.version(writtenBy: update.id) else { return VersionVector() }
      let version = cluster.catalogue.version(id)
      return VersionVector(
        vector(version.vector).entries.map { entry in
          VectorEntry(writer: entry.writer, counter: entry.counter - (entry.writer == version.writer ? 1 : 0))
        })
    }
    let earlier = history.filter {
      $0.client == update.client && $0.key == update.key && $0.outcome == .ok && $0.endedAt < update.beganAt
    }
    // What was promised an order knows besides all that its session has seen.
    var known = VersionVector()
    if !cluster.clients[update.client].guarantees.isEmpty {
      for operation in earlier where operation.version != .none {
        known.merge(vector(cluster.catalogue.version(operation.version).vector))
        known.merge(vector(operation.seen))
      }
    }
    switch plans[update.id.index]?.context ?? .latest {
    case .blind: break
    case .answer(let number): known.merge(vector(session.world.observer.history[number]?.operation.seen ?? .none))
    case .latest: known.merge(vector(earlier.max { $0.endedAt < $1.endedAt }?.seen ?? .none))
    }
    return known
  }

  /// A counter is at least what was acknowledged, and at most that and what may have happened; the other way round for
  /// what goes down.
  private func miscounted(
    _ total: Int64, _ updates: [Replication.Operation], _ kept: [Replication.Operation]
  ) -> [String] {
    func sum(_ operations: [Replication.Operation], _ isMeant: (Int64) -> Bool) -> Int64 {
      operations.compactMap { Int64(text($0)) ?? 1 }.filter(isMeant).reduce(0, +)
    }
    let low = sum(kept) { $0 > 0 } + sum(updates) { $0 < 0 }
    let high = sum(updates) { $0 > 0 } + sum(kept) { $0 < 0 }
    return (low...high).contains(total) ? [] : ["it is \(total), not from \(low) to \(high)"]
  }

  /// An element is there if it was added and never removed, or, in an or-set, added after every removal; and it isn't
  /// if nobody ever added it.
  private func misplaced(
    _ element: String, _ isThere: Bool, _ updates: [Replication.Operation], _ kept: [Replication.Operation]
  ) -> String? {
    let removals = updates.filter { $0.kind == .remove }
    if isThere { return removals.count == updates.count ? "\(element) is there, and nobody added it" : nil }
    let form = cluster.environment.form(of: updates[0].key)
    let mustBeThere = kept.contains { addition in
      addition.kind != .remove
        && (removals.isEmpty || form == .orSet && removals.allSatisfy { $0.endedAt < addition.beganAt })
    }
    return mustBeThere ? "\(element) was added, and is gone" : nil
  }
}
