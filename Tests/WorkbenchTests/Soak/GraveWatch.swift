import Kernel

@testable import Replication

/// Tombstones, and values that have expired, that can no longer be undone: each of them beats every older version that
/// is left anywhere.
///
/// The promise that it checks: if, before a tombstone's grace period is over, every owner of the key has it or something
/// newer, and no older version is left in a message, a hint, or the memory of a coordinator, then nothing older than it is
/// ever seen again, also after the tombstone was purged. Where that isn't reached in time the grace period was broken, and
/// nothing is promised.
struct GraveWatch {
  private struct Grave {
    let version: VersionID
    /// From when on nothing older was left.
    let closed: Instant
  }

  private var looked = 0
  private var open: [VersionID] = []
  private var closed: [Grave] = []
  /// What came back, in words.
  private(set) var zombies: [String] = []
  /// How many graves were closed.
  var closedCount: Int { closed.count }

  /// Looks at a cluster between two commands.
  mutating func look(at cluster: Cluster) {
    if looked > cluster.catalogue.versions.count { self = GraveWatch() }
    for id in cluster.catalogue.versions.ids.dropFirst(looked) {
      let version = cluster.catalogue.version(id)
      if version.isTombstone || version.isExpiring { open.append(id) }
    }
    looked = cluster.catalogue.versions.count
    findZombies(cluster)
    guard !open.isEmpty else { return }
    let dead = open.filter { id in
      readings(for: id, cluster).allSatisfy { cluster.catalogue.isDead(id, at: $0) }
    }
    let inTime = dead.filter { !isOverdue($0, cluster) }
    let done = inTime.filter { isClosed($0, cluster) }
    closed += done.map { Grave(version: $0, closed: cluster.now) }
    open.removeAll { done.contains($0) || dead.contains($0) && !inTime.contains($0) }
  }

  private func isOverdue(_ id: VersionID, _ cluster: Cluster) -> Bool {
    guard let death = cluster.catalogue.death(of: id) else { return false }
    let grace = cluster.environment.settings.tombstoneGrace.microseconds
    return readings(for: id, cluster).contains { $0 - death > grace }
  }

  /// What the clocks of a version's owners show.
  private func readings(for id: VersionID, _ cluster: Cluster) -> [Int64] {
    cluster.environment.owners(of: cluster.catalogue.version(id).key).members.map { cluster.reading(of: $0) }
  }

  private func isClosed(_ id: VersionID, _ cluster: Cluster) -> Bool {
    let left = versionsLeft(in: cluster, after: id)
    let key = cluster.catalogue.version(id).key
    let owners = cluster.environment.owners(of: key).members
    return owners.allSatisfy { owner in
      let held = cluster.cell(key, at: owner).version
      return held == id || cluster.catalogue.wins(held, over: id)
    } && !left.contains { cluster.catalogue.version($0).key == key && cluster.catalogue.wins(id, over: $0) }
  }

  /// Whatever could still bring a version to a replica, beside the replicas' own copies, once a tombstone is purged. A
  /// hint that is older than the tombstone by more than a write may take is dropped by then.
  private func versionsLeft(in cluster: Cluster, after id: VersionID) -> [VersionID] {
    var result: [VersionID] = []
    let death = cluster.catalogue.death(of: id) ?? .max
    // Clocks may be set back by some seconds, and a hint that was too old lives again.
    let patience = cluster.environment.settings.writeTimeout + .seconds(15)
    func add(_ event: Event) {
      if case .message(let message) = event { result.append(message.version) }
    }
    for entry in cluster.queue.entries { add(entry.payload.event) }
    for waiting in cluster.held { add(waiting.scheduled.event) }
    for replica in cluster.replicas.elements {
      for scheduled in replica.inbox { add(scheduled.event) }
      result += ([replica.queue.current].compactMap(\.self) + replica.queue.waiting).map(\.message.version)
      result += cluster.hints(of: replica.id).stores.flatMap(\.hints).filter { hint in
        hint.life == .none || death - cluster.turn.parcels.hintLives[hint.life].created < patience.microseconds
      }.map(\.version)
      let server = cluster.replicas.leaderless[replica.id]
      result += server.writes.slots.map { server.writes[$0].version }
      for slot in server.reads.slots {
        result += server.reads[slot].responses.map(\.version) + [server.reads[slot].winner]
      }
    }
    return result.filter { $0 != .none }
  }

  private mutating func findZombies(_ cluster: Cluster) {
    let catalogue = cluster.catalogue
    for grave in closed {
      let key = catalogue.version(grave.version).key
      for owner in cluster.environment.owners(of: key).members {
        let held = cluster.cell(key, at: owner).version
        guard held != .none, catalogue.wins(grave.version, over: held),
          catalogue.version(held).accepted <= grave.closed
        else { continue }
        zombies.append(
          "\(catalogue.names.name(of: key)) at \(cluster.topology.name(of: owner)): version \(held.index) came back "
            + "after tombstone \(grave.version.index), which everybody had")
      }
    }
  }
}
