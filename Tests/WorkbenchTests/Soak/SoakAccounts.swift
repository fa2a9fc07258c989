import Insight
import Kernel
import Replication

@testable import Analysis
@testable import Language
@testable import Workbench

/// The tool's figures, counted again from the history by the plainest means.
extension SoakRun {
  func accounting() -> [Violation] {
    let ended = history
    let (reads, updates) = (ended.filter { !$0.kind.isUpdate }, ended.filter(\.kind.isUpdate))
    let behind = reads.map(versionsBehind)
    let expected: [(fact: String, value: Int)] = [
      ("reads.total", reads.count), ("writes.acked", updates.count(where: \.isAcknowledgedUpdate)),
      ("writes.failed", updates.count { $0.outcome != .ok }), ("reads.stale", behind.count { $0 > 0 }),
      ("writes.lost", Set(ended.map(\.key)).sorted().reduce(0) { $0 + lost($1) }), ("hints.pending", 0),
    ]
    var found = expected.compactMap { fact, value -> String? in
      let told = session.facts.value(.named(fact, [])).text
      return told == "\(value)" ? nil : "\(fact) is \(told), counted again \(value)"
    }
    for (read, count) in zip(reads, behind) {
      let told = session.world.observer.history[read.id].map { Int($0.versionsBehind) }
      if told != count { found.append("read \(read.id.index) is \(told ?? 0) versions behind, counted again \(count)") }
    }
    found += overwritten(updates)
    return found.map { Violation(promise: .accounting, detail: $0) }
  }

  private func isCovered(_ version: VersionID, held: VersionID, seen: VectorID) -> Bool {
    let catalogue = cluster.catalogue
    if version == held || catalogue.wins(held, over: version) { return true }
    guard catalogue.isSeen(version, in: seen) else { return false }
    // What loses, and did not know, was dead: whoever answers it answers neither the delete nor anything newer.
    let isZombie = held != .none && !catalogue.version(held).isState
    return !isZombie || catalogue.isSeen(version, in: catalogue.version(held).vector)
  }

  /// How many acknowledged updates that precede a read its answer neither contains nor supersedes.
  private func versionsBehind(_ read: Replication.Operation) -> Int {
    guard read.outcome == .ok else { return 0 }
    return history.count { write in
      write.isAcknowledgedUpdate && write.key == read.key && write.endedAt < read.beganAt
        && write.version != .none && !isCovered(write.version, held: read.version, seen: read.seen)
    }
  }

  /// How many acknowledged updates of a key no owner holds, nor what replaced them.
  private func lost(_ key: KeyID) -> Int {
    let cells = cluster.environment.owners(of: key).members.map { cluster.cell(key, at: $0) }
    return history.count { write in
      write.isAcknowledgedUpdate && write.key == key
        && !cells.contains { isCovered(write.version, held: $0.version, seen: $0.seen) }
    }
  }

  /// A write that lost to one that hadn't seen it is overwritten, if they met, as they do where no disk is lost; nobody
  /// else is.
  private func overwritten(_ updates: [Replication.Operation]) -> [String] {
    let told = Set(
      session.world.observer.conflicts.overwritten(session.world.observer.history, cluster.catalogue)
        .map(\.loser.operation.id))
    let catalogue = cluster.catalogue
    return updates.compactMap { write -> String? in
      guard cluster.environment.form(of: write.key) == .lastWriterWins, write.isAcknowledgedUpdate else { return nil }
      let better = catalogue.versions.ids.filter {
        catalogue.version($0).key == write.key && catalogue.wins($0, over: write.version)
      }
      let mayBe = better.contains { !catalogue.isSeen(write.version, in: catalogue.version($0).context) }
      let mustBe =
        isPromised(write) && disks.robbed.isEmpty && better.contains(held(write.key))
        && !better.contains { catalogue.isSeen(write.version, in: catalogue.version($0).context) }
      if told.contains(write.id), !mayBe { return "operation \(write.id.index) counts as overwritten, and isn't" }
      if mustBe, !told.contains(write.id) { return "operation \(write.id.index) is overwritten, and doesn't count" }
      return nil
    }
  }
}
