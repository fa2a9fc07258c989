import Kernel

@testable import Replication

/// Whose disks have held which update, themselves or in what replaced it.
///
/// The promise that goes with it: what was on a disk that is never lost is never gone, whether or not the client was
/// told; and what was acknowledged, but at ANY, was on the disks of as many owners as the level asks for.
struct DiskWatch {
  private struct Entry {
    let version: VersionID
    var holders = ReplicaSet()
  }

  private var looked = 0
  private var entries: [OperationID: Entry] = [:]
  /// The replicas that have lost their disks at any time.
  private(set) var robbed = ReplicaSet()

  /// Looks at a cluster between two commands.
  mutating func look(at cluster: Cluster) {
    for id in cluster.catalogue.versions.ids.dropFirst(looked) {
      let version = cluster.catalogue.version(id)
      if version.operation != .none { entries[version.operation] = Entry(version: id) }
    }
    looked = cluster.catalogue.versions.count
    for (operation, entry) in entries {
      let owners = cluster.environment.ownerSet(of: cluster.catalogue.version(entry.version).key)
      // Who stands in for an owner has it until it has handed it back.
      if entry.holders != owners {
        entries[operation]?.holders = entry.holders.intersection(owners).union(cluster.holders(of: entry.version))
      }
    }
  }

  /// Takes in that disks are about to be lost.
  mutating func lose(_ set: ReplicaSet) { robbed = robbed.union(set) }

  /// Whether an update was on a disk that was never lost.
  func isSafe(_ operation: OperationID) -> Bool {
    !(entries[operation]?.holders.subtracting(robbed).isEmpty ?? true)
  }
}
