import Insight
import Kernel
import Replication

@testable import Analysis
@testable import Workbench

/// A promise that a run did not keep.
struct Violation: CustomStringConvertible {
  /// What is promised, whatever a script does, unless it says otherwise.
  enum Promise: String {
    /// A line of the script can be carried out.
    case validity
    /// Once everything has healed and was repaired nothing goes on any more.
    case quiescence
    /// All owners of a key hold the same, and show the same; reads at ONE show it everywhere.
    case convergence
    /// What was on the disk of an owner that never lost it is there, or what replaced it by the rules of its type; and
    /// what was acknowledged was on a disk. Unless a tombstone may have been purged before everything was repaired; and
    /// ANY promises nothing.
    case durability
    /// What was refused as unavailable never happened.
    case refusal
    /// A tombstone that everybody had in time stays, unless a disk was lost.
    case zombie
    /// The tool's figures are those of an independent count.
    case accounting
    /// The same script gives the same run.
    case determinism
    /// The cluster's invariants hold after every event.
    case invariants
  }

  let promise: Promise
  let detail: String

  var description: String { "\(promise.rawValue): \(detail)" }
}

extension SoakRun {
  /// The script's verdict: every promise that was not kept. It ends the run, and lets the grace period pass.
  mutating func violations() -> [Violation] {
    if let refusal { return [Violation(promise: .validity, detail: refusal)] }
    if let broken = cluster.broken { return [Violation(promise: .invariants, detail: broken)] }
    var found = determinism() + quiescence() + convergence() + refusals() + durability() + accounting()
    let before = keys.map { shown($0).first ?? nil }
    let isMortal = keys.map { cluster.catalogue.expiry(of: held($0)) != nil }
    let mayShrink = keys.map { cluster.catalogue.state(of: held($0))?.row?.cells.contains { $0.death != nil } ?? false }
    found += readsEverywhere()
    outlastGrace()
    found += quiescence() + convergence()
    for (key, mortal) in zip(keys.prefix(before.count), isMortal) where !mayHavePurged && !mayShrink[key.index] {
      let now = shown(key).first ?? nil
      let expected = mortal ? nil : before[key.index]
      if now != expected {
        found.append(
          Violation(
            promise: .zombie,
            detail: "\(name(of: key)) was \(expected ?? "none"), and is \(now ?? "none") once the grace period is over")
        )
      }
    }
    // A disk that is lost takes its tombstones along.
    if disks.robbed.isEmpty { found += graves.zombies.map { Violation(promise: .zombie, detail: $0) } }
    return found
  }

  private func determinism() -> [Violation] {
    let again = SoakRun(lines, isScrutinized: false)
    let isSame =
      again.cluster.fingerprint == cluster.fingerprint && again.operations == operations
      && again.session.timeline.world.observer.tally == session.timeline.world.observer.tally
    return isSame ? [] : [Violation(promise: .determinism, detail: "played again it comes out otherwise")]
  }

  private func quiescence() -> [Violation] {
    var found: [String] = []
    if session.expectations.failed > 0 { found.append("not settled within ten minutes") }
    if cluster.openCommands + cluster.openLoads > 0 {
      found.append("\(cluster.openCommands) commands and \(cluster.openLoads) operations of loads never ended")
    }
    if cluster.pendingHints > 0 { found.append("\(cluster.pendingHints) hints wait") }
    if cluster.openRepairs > 0 { found.append("\(cluster.openRepairs) repair sessions go on") }
    return found.map { Violation(promise: .quiescence, detail: $0) }
  }

  private func convergence() -> [Violation] {
    var found: [String] = []
    if !cluster.isConverged { found.append("the tool doesn't say `converged`") }
    for key in keys {
      let owners = cluster.environment.owners(of: key).members
      let held = owners.map { cluster.cell(key, at: $0).version }
      if Set(held).count > 1 || Set(shown(key)).count > 1 {
        found.append("\(name(of: key)) is \(shown(key).map { $0 ?? "none" }.joined(separator: ", "))")
      }
    }
    for (first, second) in zip(cluster.topology.replicaIDs, cluster.topology.replicaIDs.dropFirst()) {
      let trees = cluster.digestTrees(of: first, second)
      if trees.first != trees.second {
        found.append("the trees of \(cluster.topology.name(of: first)) and the next replica differ")
      }
    }
    return found.map { Violation(promise: .convergence, detail: $0) }
  }

  /// Reads every key at ONE from every region that can: each shows what the owners hold, and none is stale.
  private mutating func readsEverywhere() -> [Violation] {
    var found: [Violation] = []
    for key in keys {
      for region in cluster.topology.regions {
        append("read \"\(name(of: key))\" at ONE in \(region.name)")
        guard let read = operations.last, read.outcome == .ok else {
          found.append(Violation(promise: .convergence, detail: "no answer in \(region.name)"))
          continue
        }
        if read.value != (shown(key).first ?? nil) {
          found.append(
            Violation(
              promise: .convergence,
              detail: "\(name(of: key)) reads \(read.value ?? "none") in \(region.name)"))
        }
        for write in missed(by: read) where isPromised(write) {
          found.append(
            Violation(promise: .durability, detail: "read \(read.id) misses operation \(write.id.index)"))
        }
      }
    }
    return found
  }

  /// The acknowledged updates that a read should have seen.
  private func missed(by read: OperationReport) -> [Replication.Operation] {
    let observer = session.world.observer
    guard let entry = observer.history[OperationID(read.id)], entry.isStale else { return [] }
    return observer.staleness.missed(entry.operation, cluster.catalogue).compactMap {
      observer.history[cluster.catalogue.version($0).operation]?.operation
    }
  }

  /// What was refused left no version behind.
  private func refusals() -> [Violation] {
    history.filter { $0.outcome == .unavailable }.compactMap { operation in
      cluster.version(writtenBy: operation.id).map { _ in
        Violation(promise: .refusal, detail: "operation \(operation.id.index) was unavailable, and has happened")
      }
    }
  }
}
