import Kernel
import Replication

/// What mirrors are to bring from one region's log to another's: a record is due in each region to which its own is mirrored, once,
/// from its acceptance on. The copies that the other region then makes of it are that region's own.
extension Convergence {
  /// A record is due elsewhere.
  ///
  /// - Parameter isNew: whether it has just been accepted, so that it can be late; what a new mirror finds there is old anyway.
  mutating func awaitMirror(_ route: MirrorRoute, of id: VersionID, _ version: Version, _ turn: Turn, isNew: Bool) {
    guard version.writer != .none, turn.environment.topology.region(of: version.writer.replica) == route.source,
      turn.isMirrored(id, to: route.target), let place = turn.mirrorPlace(of: version.key, in: route.target)
    else { return }
    copies.due += 1
    let slot = insert(
      id, version, missing: ReplicaSet([place]), due: 1, turn, hasConverged: true, mirror: route.target)
    if isNew, service != nil { service?.due.add(id, slot, accepted: version.accepted) }
  }

  /// A mirror may have brought a version: then its original has arrived, and what stood before that in the same partition and is no
  /// longer there (it was truncated, or compacted away) will not come any more.
  mutating func takeMirrored(_ id: VersionID, _ version: Version, _ turn: Turn, _ trends: inout Trends?) {
    guard let original = turn.catalogue.origin(of: id), let source = turn.catalogue.home(of: original) else { return }
    let target = turn.environment.topology.region(of: version.writer.replica)
    let age = (version.accepted - turn.catalogue.version(original).accepted).microseconds
    arrivals.add(
      from: source, to: target, at: version.accepted, age: age,
      amongRegions: turn.environment.topology.regions.count)
    if service != nil { pass(to: version.accepted) }
    let key = turn.catalogue.version(original).key
    var isFound = false
    // The latest stand first in the chain of a key.
    removeOwed(of: key) { entry in
      guard entry.mirror == target else { return false }
      isFound = isFound || entry.version == original
      return isFound
    } removed: { convergence, slot in
      let isItself = convergence.pending[slot].version == original
      if isItself {
        convergence.copies.stored += 1
        convergence.lags.add(age)
        trends?.addLag(age)
      } else {
        convergence.copies.replaced += 1
      }
      if convergence.service != nil { convergence.watchArrival(of: slot, after: isItself ? age : nil) }
    }
  }

  /// What is mirrored has changed: what a new mirror finds is due, and what one that is off was to bring isn't any more.
  mutating func mirror(_ plans: [MirrorPlan], in cluster: Cluster) {
    if plans.isEmpty, mirrors.isEmpty { return }
    let routes = plans.map(\.route)
    guard routes != mirrors else { return }
    let turn = cluster.turn
    for route in mirrors where !routes.contains(route) {
      for key in owed.ids where owed[key] != .max {
        removeOwed(of: key) {
          $0.mirror == route.target && $0.origin == route.source
        } removed: { convergence, slot in
          convergence.copies.due -= 1
          if convergence.service != nil { convergence.watchArrival(of: slot, after: nil) }
        }
      }
    }
    for route in routes where !mirrors.contains(route) {
      for id in cluster.recordsToMirror(from: route.source, to: route.target) {
        awaitMirror(route, of: id, turn.catalogue.version(id), turn, isNew: false)
      }
    }
    mirrors = routes
    revision &+= 1
  }

  /// Takes out of a key's chain what is no longer owed.
  private mutating func removeOwed(
    of key: KeyID, where isOver: (Pending) -> Bool, removed: (inout Convergence, UInt32) -> Void
  ) {
    var previous = UInt32.max
    var slot = owed[key]
    while slot != .max {
      let next = pending[slot].next
      if isOver(pending[slot]) {
        removed(&self, slot)
        if previous == .max { owed[key] = next } else { pending[previous].next = next }
        pending.remove(slot)
      } else {
        previous = slot
      }
      slot = next
    }
  }
}
