import Kernel
import Replication

/// How long versions take to reach everybody.
///
/// *Replication lag* is, for one version and one replica, the span from acceptance at the coordinator to being stored
/// there. *Convergence time* is, for one version, the span until every live owner of its key holds it or what
/// supersedes it.
public struct Convergence: Sendable {
  /// A version that some live owner still lacks.
  private struct Pending: Sendable {
    let version: VersionID
    let accepted: Instant
    var missing: ReplicaSet
    var next: UInt32

    /// A replica no longer lacks it; true if nobody does.
    @inline(__always) mutating func remove(_ replica: ReplicaID) -> Bool {
      missing.remove(replica)
      return missing.isEmpty
    }

    @inline(never) mutating func remove(_ replica: ReplicaID, supersededBy stored: VersionID, _ catalogue: Catalogue)
      -> Bool
    {
      guard missing.contains(replica) else { return false }
      let seen = catalogue.versions[known: stored].vector
      return catalogue.isSuperseded(version, byHeld: stored, seen: seen) && remove(replica)
    }
  }

  private var pending = Slab<Pending>()
  private var first = PagedTable<KeyID, UInt32>(vacant: .max, pageSize: 256)
  private var crashed = ReplicaSet()
  /// Replication lags.
  public private(set) var lags = Samples()
  /// Convergence times.
  public private(set) var times = Samples()

  /// Nothing to converge.
  public init() {}

  /// How many versions some live owner still lacks.
  public var pendingVersions: Int { pending.count }

  mutating func accept(_ id: VersionID, _ version: Version, owners: ReplicaSet) {
    let missing = owners.subtracting(crashed)
    guard !missing.isEmpty else { return }
    first[version.key] = pending.insert(
      Pending(version: id, accepted: version.accepted, missing: missing, next: first[version.key]))
  }

  /// A version has reached a replica, which now holds it or something better.
  @inline(__always) mutating func store(
    _ id: VersionID, at replica: ReplicaID, now: Instant, _ catalogue: Catalogue, _ trends: inout Trends?
  ) {
    let stored = catalogue.version(id)
    lags.add((now - stored.accepted).microseconds)
    if trends != nil { trends?.addLag((now - stored.accepted).microseconds) }
    var previous = UInt32.max
    var slot = first[stored.key]
    while slot != .max {
      let (isDone, next) = pending.update(slot) { pending in
        let isDone =
          pending.version == id ? pending.remove(replica) : pending.remove(replica, supersededBy: id, catalogue)
        return (isDone, pending.next)
      }
      if isDone {
        close(slot, after: previous, key: stored.key, now: now, &trends)
      } else {
        previous = slot
      }
      slot = next
    }
  }

  /// A replica has stopped or started; nobody waits for one that doesn't run.
  mutating func setLiveness(_ replica: ReplicaID, isLive: Bool, now: Instant, _ trends: inout Trends?) {
    if isLive {
      crashed.remove(replica)
      return
    }
    crashed.insert(replica)
    for key in first.ids where first[key] != .max {
      var previous = UInt32.max
      var slot = first[key]
      while slot != .max {
        let next = pending[slot].next
        pending[slot].missing.remove(replica)
        if pending[slot].missing.isEmpty {
          close(slot, after: previous, key: key, now: now, &trends)
        } else {
          previous = slot
        }
        slot = next
      }
    }
  }

  private mutating func close(
    _ slot: UInt32, after previous: UInt32, key: KeyID, now: Instant, _ trends: inout Trends?
  ) {
    times.add((now - pending[slot].accepted).microseconds)
    if trends != nil { trends?.addConvergence((now - pending[slot].accepted).microseconds) }
    if previous == .max {
      first[key] = pending[slot].next
    } else {
      pending[previous].next = pending[slot].next
    }
    pending.remove(slot)
  }
}
