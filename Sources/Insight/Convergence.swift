import Kernel
import Replication

/// How long versions take to reach everybody, and what has not arrived.
///
/// *Replication lag* is, for one version and one owner of its key, the span from acceptance at the coordinator to being
/// stored there. *Convergence time* is, for one version, the span until every live owner of its key holds it or what
/// supersedes it, and there is one: while no owner runs, nothing has converged. Both are measured at an arrival, and so say nothing of what doesn't arrive: each accepted version makes
/// as many copies *due* as its key has owners, alive or not, and what is due and has neither been stored nor replaced by
/// something better is *missing*.
public struct Convergence: Sendable {
  /// A version that some owner still lacks.
  struct Pending: Sendable {
    let version: VersionID
    let accepted: Instant
    let origin: RegionID
    /// Who accepted it.
    let writer: ReplicaID
    var missing: ReplicaSet
    /// How many owners it was meant for.
    let due: UInt16
    /// Whether every live owner has held it, or something better, at some time, and one was alive then.
    var hasConverged = false
    /// The region that a mirror is to bring it to; none for a copy that replication is to bring.
    var mirror = RegionID.none
    /// What the watch has judged of it.
    var verdicts = DueVerdicts.Verdicts()
    /// Whether a live owner lacked it when the last fault ended; see ``Recovery``.
    var isAwaited = false
    var next: UInt32

    /// Whether no owner has it, nor anything better.
    var isUnheld: Bool { mirror == .none && due > 0 && missing.count == Int(due) }
  }

  /// How many copies were made due, and what became of them.
  public struct CopyCount: Hashable, Sendable {
    /// Owners that accepted versions were meant for, each version with each of its key's owners.
    public internal(set) var due = 0
    /// Of those, the ones that stored it.
    public internal(set) var stored = 0
    /// Of those, the ones that came to hold something better before it arrived.
    public internal(set) var replaced = 0

    /// Of those, the ones that have neither: the owners may be down.
    public var missing: Int { due - stored - replaced }
  }

  var pending = Slab<Pending>()
  /// How often what is lacked has changed otherwise than by a version's acceptance or arrival: a disk was lost, a replica took
  /// another's place, a mirror began.
  var revision: UInt32 = 0
  /// By key: the first version that has not converged: some live owner lacks it, or no owner that has it is alive.
  private var first = PagedTable<KeyID, UInt32>(vacant: .max, pageSize: 256)
  /// By key: the first version that has converged, but that somebody lacks who did not run then.
  var owed = PagedTable<KeyID, UInt32>(vacant: .max, pageSize: 256)
  /// Who lacks any of the latter.
  private var debtors = ReplicaSet()
  private(set) var crashed = ReplicaSet()
  /// From where to where records are mirrored.
  var mirrors: [MirrorRoute] = []
  /// How many versions have not converged.
  public private(set) var pendingVersions = 0
  /// Replication lags of the copies that arrived.
  public internal(set) var lags = Samples()
  /// Convergence times of the versions that have converged.
  public private(set) var times = Samples()
  /// What became of the copies.
  public internal(set) var copies = CopyCount()
  /// Watches the service, where somebody asks for it.
  public internal(set) var service: ServiceWatch?
  /// What arrived last, from region to region.
  public internal(set) var arrivals = Arrivals()
  /// What live owners lacked when the last fault ended; nil before there was an end.
  public internal(set) var recovery: Recovery?

  /// Nothing to converge.
  public init() {}

  /// Forgets how long versions have taken so far.
  mutating func countAnew() { (lags, times) = (Samples(), Samples()) }

  mutating func accept(_ id: VersionID, _ version: Version, _ turn: Turn, _ trends: inout Trends?) {
    let owners = turn.ownerSet(of: id)
    copies.due += owners.count
    takeMirrored(id, version, turn, &trends)
    let hasConverged = owners.isEmpty
    let slot = insert(id, version, missing: owners, due: owners.count, turn, hasConverged: hasConverged)
    if service != nil { service?.due.add(id, slot, accepted: version.accepted) }
    for plan in turn.environment.settings.mirrors { awaitMirror(plan.route, of: id, version, turn, isNew: true) }
  }

  @discardableResult mutating func insert(
    _ id: VersionID, _ version: Version, missing: ReplicaSet, due: Int, _ turn: Turn, hasConverged: Bool,
    mirror: RegionID = .none
  ) -> UInt32 {
    let origin = version.writer == .none ? RegionID.none : turn.environment.topology.region(of: version.writer.replica)
    var entry = Pending(
      version: id, accepted: version.accepted, origin: origin, writer: version.writer.replica, missing: missing,
      due: UInt16(due), hasConverged: hasConverged, mirror: mirror, next: .max)
    if hasConverged {
      entry.next = owed[version.key]
      let slot = pending.insert(entry)
      owed[version.key] = slot
      debtors = debtors.union(missing)
      return slot
    }
    entry.next = first[version.key]
    let slot = pending.insert(entry)
    first[version.key] = slot
    pendingVersions += 1
    return slot
  }

  /// A version has reached a replica, which now holds it or something better.
  @inline(__always) mutating func store(
    _ id: VersionID, at replica: ReplicaID, now: Instant, _ turn: Turn, _ trends: inout Trends?
  ) {
    let key = turn.catalogue.versions[known: id].key
    if service != nil { pass(to: now) }
    var previous = UInt32.max
    var slot = first[key]
    while slot != .max {
      let next = pending[slot].next
      if takes(slot, id, at: replica, now: now, turn, &trends), isSpread(slot, turn) {
        converge(slot, after: previous, key: key, now: now, &trends)
      } else {
        previous = slot
      }
      slot = next
    }
    if debtors.contains(replica) { repay(id, of: key, at: replica, now: now, turn, &trends) }
  }

  /// Whether nobody who runs lacks a pending version, and somebody who runs has it.
  @inline(__always) private func isSpread(_ slot: UInt32, _ turn: Turn) -> Bool {
    if crashed.isEmpty { return pending[slot].missing.isEmpty }
    guard pending[slot].missing.subtracting(crashed).isEmpty else { return false }
    return !turn.ownerSet(of: pending[slot].version).subtracting(crashed).isEmpty
  }

  /// Whether a replica lacked a pending version and no longer does.
  @inline(__always) private mutating func takes(
    _ slot: UInt32, _ id: VersionID, at replica: ReplicaID, now: Instant, _ turn: Turn, _ trends: inout Trends?
  ) -> Bool {
    guard pending[slot].missing.contains(replica) else { return false }
    if pending[slot].version == id {
      let age = (now - pending[slot].accepted).microseconds
      copies.stored += 1
      lags.add(age)
      if service != nil { watchArrival(of: slot, after: age) }
      if trends != nil { trends?.addLag(age) }
      if replica != pending[slot].writer, pending[slot].origin != .none {
        let regions = turn.environment.topology.regions.count
        arrivals.add(
          from: pending[slot].origin, to: turn.environment.topology.region(of: replica), at: now, age: age,
          amongRegions: regions)
      }
    } else {
      let seen = turn.catalogue.versions[known: id].vector
      guard turn.catalogue.isSuperseded(pending[slot].version, byHeld: id, seen: seen) else { return false }
      copies.replaced += 1
      if service != nil { watchArrival(of: slot, after: nil) }
    }
    pending.update(slot) { _ = $0.missing.remove(replica) }
    return true
  }

  /// The same for versions that replicas missed while they did not run.
  @inline(never) private mutating func repay(
    _ id: VersionID, of key: KeyID, at replica: ReplicaID, now: Instant, _ turn: Turn, _ trends: inout Trends?
  ) {
    var previous = UInt32.max
    var slot = owed[key]
    while slot != .max {
      let next = pending[slot].next
      let isTaken = takes(slot, id, at: replica, now: now, turn, &trends)
      if isTaken, pending[slot].isAwaited, isSpread(slot, turn) { noteRecovered(slot, now: now) }
      if isTaken, pending[slot].missing.isEmpty {
        if previous == .max { owed[key] = next } else { pending[previous].next = next }
        pending.remove(slot)
      } else {
        previous = slot
      }
      slot = next
    }
  }

  /// A replica has stopped or started; nobody waits for one that doesn't run, and one that has come back may be the first to
  /// have again what the others lack who are down.
  mutating func setLiveness(
    _ replica: ReplicaID, isLive: Bool, now: Instant, _ turn: Turn, _ trends: inout Trends?
  ) {
    if isLive { crashed.remove(replica) } else { crashed.insert(replica) }
    pass(to: now)
    for key in first.ids where first[key] != .max {
      var previous = UInt32.max
      var slot = first[key]
      while slot != .max {
        let next = pending[slot].next
        if isSpread(slot, turn) {
          converge(slot, after: previous, key: key, now: now, &trends)
        } else {
          previous = slot
        }
        slot = next
      }
    }
  }

  /// A replica has lost its disk: it lacks what stood there, as far as nothing better is known.
  mutating func wipe(_ replica: ReplicaID, _ turn: Turn) { lackAll(replica, turn) { _ in true } }

  /// A replica lacks what stood in its copies of some keys, as far as nothing better is known.
  mutating func lackAll(_ replica: ReplicaID, _ turn: Turn, _ isConcerned: (KeyID) -> Bool) {
    let catalogue = turn.catalogue
    revision &+= 1
    lackAgain(replica, turn, isConcerned)
    var best = PagedTable<KeyID, UInt32>(vacant: .max, pageSize: 256)
    var lists: [[VersionID]] = []
    for id in catalogue.versions.ids {
      let version = catalogue.version(id)
      guard turn.environment.ownerSet(of: version.key).contains(replica), version.vector != .none,
        isConcerned(version.key), catalogue.isShared(id, with: replica)
      else { continue }
      if best[version.key] == .max {
        best[version.key] = UInt32(lists.count)
        lists.append([])
      }
      let place = Int(best[version.key])
      lists[place].removeAll { catalogue.isSuperseded($0, byHeld: id, seen: version.vector) }
      let isBeaten = lists[place].contains {
        catalogue.isSuperseded(id, byHeld: $0, seen: catalogue.version($0).vector)
      }
      if !isBeaten { lists[place].append(id) }
    }
    for id in lists.joined() where !lacks(id, catalogue.version(id).key, replica) {
      copies.due += 1
      insert(id, catalogue.version(id), missing: ReplicaSet([replica]), due: 1, turn, hasConverged: true)
    }
  }

  /// What has not converged has to reach an owner once more that had it on the disk that it lost.
  private mutating func lackAgain(_ replica: ReplicaID, _ turn: Turn, _ isConcerned: (KeyID) -> Bool) {
    for key in first.ids where first[key] != .max && isConcerned(key) {
      var slot = first[key]
      while slot != .max {
        let entry = pending[slot]
        if !entry.missing.contains(replica), turn.ownerSet(of: entry.version).contains(replica) {
          copies.due += 1
          pending.update(slot) { _ = $0.missing.insert(replica) }
        }
        slot = entry.next
      }
    }
  }

  /// What one replica lacks of some keys another does in its place.
  mutating func passOn(from lost: ReplicaID, to other: ReplicaID, _ isConcerned: (KeyID) -> Bool) {
    revision &+= 1
    func pass(_ heads: PagedTable<KeyID, UInt32>) {
      for key in heads.ids where heads[key] != .max && isConcerned(key) {
        var slot = heads[key]
        while slot != .max {
          if pending[slot].missing.contains(lost) {
            pending.update(slot) { entry in
              entry.missing.remove(lost)
              entry.missing.insert(other)
            }
          }
          slot = pending[slot].next
        }
      }
    }
    pass(first)
    pass(owed)
    if debtors.contains(lost) { debtors.insert(other) }
  }

  private func lacks(_ id: VersionID, _ key: KeyID, _ replica: ReplicaID) -> Bool {
    for head in [first[key], owed[key]] {
      var slot = head
      while slot != .max {
        if pending[slot].version == id, pending[slot].missing.contains(replica) { return true }
        slot = pending[slot].next
      }
    }
    return false
  }

  /// Every live owner has a version now; those that don't run may owe it.
  private mutating func converge(
    _ slot: UInt32, after previous: UInt32, key: KeyID, now: Instant, _ trends: inout Trends?
  ) {
    let span = (now - pending[slot].accepted).microseconds
    times.add(span)
    if service != nil { watchConvergence(of: slot, after: span) }
    if trends != nil { trends?.addConvergence(span) }
    if pending[slot].isAwaited { noteRecovered(slot, now: now) }
    pendingVersions -= 1
    if previous == .max {
      first[key] = pending[slot].next
    } else {
      pending[previous].next = pending[slot].next
    }
    if pending[slot].missing.isEmpty {
      pending.remove(slot)
    } else {
      debtors = debtors.union(pending[slot].missing)
      pending[slot].hasConverged = true
      pending[slot].next = owed[key]
      owed[key] = slot
    }
  }
}
