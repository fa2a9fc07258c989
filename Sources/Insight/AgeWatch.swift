import Kernel
import Replication

/// Whether some version that an owner lacks is at least so old: found without looking at all of them after each event.
///
/// An age grows as fast as time does, so that until the oldest is old enough nothing need be looked at; and once one is, all that
/// can change is that its copy comes. What is looked for then is the youngest that is old enough, since what is missing comes in about
/// the order in which it was written. What is known is forgotten when what is lacked changes otherwise: a disk is lost, a replica takes
/// another's place, a mirror begins; see ``Convergence/revision``.
public struct AgeWatch: Sendable {
  /// What was found when it was last looked for.
  private enum Finding: Sendable {
    case nothing
    /// This one is old enough.
    case witness(slot: UInt32, VersionID)
    /// None is, nor will be before an instant; `isAging`: the clock alone may make one so then, since it is lacked already.
    case noneBefore(Instant, isAging: Bool)
  }

  private let limit: Int64
  private let route: (from: RegionID, to: RegionID)?
  private var finding = Finding.nothing
  private var revision: UInt32 = 0
  /// How many copies had been made due when it was last looked for: if more are by now, something is aging.
  private var due = 0

  /// A watch for what is at least as old as a limit.
  ///
  /// - Parameters:
  ///   - limit: in microseconds.
  ///   - route: only of versions accepted in the first region, by owners in the second; nil: all.
  public init(_ limit: Int64, on route: (from: RegionID, to: RegionID)?) { (self.limit, self.route) = (limit, route) }

  /// From which instant on the clock alone may make something old enough; nil where that is no question of the clock.
  public var deadline: Instant? {
    if case .noneBefore(let instant, isAging: true) = finding { instant } else { nil }
  }

  /// What is known is to be looked for again: something was decided that may change whose clocks or disks count.
  public mutating func forget() { finding = .nothing }

  /// Whether there is one now.
  ///
  /// - Complexity: O(1), and O(n) in the versions that are lacked whenever an answer may have changed.
  public mutating func holds(_ convergence: Convergence, in cluster: Cluster) -> Bool {
    guard limit > 0 else { return true }
    if revision == convergence.revision {
      switch finding {
      case .nothing: break
      case .noneBefore(let instant, let isAging) where cluster.now < instant:
        if !isAging, convergence.copies.due != due { finding = .noneBefore(instant, isAging: true) }
        return false
      case .noneBefore: break
      case .witness(let slot, let version):
        if convergence.pending.contains(slot), convergence.pending[slot].version == version {
          var lack = Lack(cluster, on: route)
          if lack.owners(of: convergence.pending[slot]) != nil { return true }
        }
      }
    }
    (revision, due) = (convergence.revision, convergence.copies.due)
    return look(convergence, cluster)
  }

  private mutating func look(_ convergence: Convergence, _ cluster: Cluster) -> Bool {
    var lack = Lack(cluster, on: route)
    var found: (slot: UInt32, age: Int64)?
    var younger: Int64?
    let pending = convergence.pending
    // Later ones stand behind, mostly: the first that is old enough is seldom beaten.
    for slot in pending.slots.reversed() {
      let age = (cluster.now - pending[slot].accepted).microseconds
      if age < limit {
        younger = max(younger ?? 0, age)
      } else if found.map({ age < $0.age }) ?? true, lack.owners(of: pending[slot]) != nil {
        found = (slot, age)
      }
    }
    if let found {
      finding = .witness(slot: found.slot, pending[found.slot].version)
      return true
    }
    let instant = cluster.now + TimeSpan(microseconds: limit - (younger ?? 0))
    finding = .noneBefore(instant, isAging: younger != nil)
    return false
  }
}
