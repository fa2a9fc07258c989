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
    /// What the watch has judged of it.
    var verdicts = DueVerdicts.Verdicts()
    var next: UInt32

    /// Whether no owner has it, nor anything better.
    var isUnheld: Bool { due > 0 && missing.count == Int(due) }
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

  private(set) var pending = Slab<Pending>()
  /// By key: the first version that has not converged: some live owner lacks it, or no owner that has it is alive.
  private var first = PagedTable<KeyID, UInt32>(vacant: .max, pageSize: 256)
  /// By key: the first version that has converged, but that somebody lacks who did not run then.
  private var owed = PagedTable<KeyID, UInt32>(vacant: .max, pageSize: 256)
  /// Who lacks any of the latter.
  private var debtors = ReplicaSet()
  private var crashed = ReplicaSet()
  /// How many versions have not converged.
  public private(set) var pendingVersions = 0
  /// Replication lags of the copies that arrived.
  public private(set) var lags = Samples()
  /// Convergence times of the versions that have converged.
  public private(set) var times = Samples()
  /// What became of the copies.
  public private(set) var copies = CopyCount()
  /// Watches the service, where somebody asks for it.
  public private(set) var service: ServiceWatch?
  /// What arrived last, from region to region.
  public private(set) var arrivals = Arrivals()

  /// Nothing to converge.
  public init() {}

  mutating func accept(_ id: VersionID, _ version: Version, _ turn: Turn) {
    let owners = turn.ownerSet(of: id)
    copies.due += owners.count
    if let original = turn.catalogue.origin(of: id), let source = turn.catalogue.home(of: original) {
      // A mirror has brought it from another region.
      arrivals.add(
        from: source, to: turn.environment.topology.region(of: version.writer.replica), at: version.accepted,
        age: (version.accepted - turn.catalogue.version(original).accepted).microseconds,
        amongRegions: turn.environment.topology.regions.count)
    }
    let hasConverged = owners.isEmpty
    let slot = insert(id, version, missing: owners, due: owners.count, turn, hasConverged: hasConverged)
    if service != nil { service?.due.add(id, slot, accepted: version.accepted) }
  }

  @discardableResult private mutating func insert(
    _ id: VersionID, _ version: Version, missing: ReplicaSet, due: Int, _ turn: Turn, hasConverged: Bool
  ) -> UInt32 {
    let origin = version.writer == .none ? RegionID.none : turn.environment.topology.region(of: version.writer.replica)
    var entry = Pending(
      version: id, accepted: version.accepted, origin: origin, writer: version.writer.replica, missing: missing,
      due: UInt16(due), hasConverged: hasConverged, next: .max)
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

  /// Versions have reached replicas, which hold them now.
  @inline(__always) mutating func store(
    _ stores: Outbox<PlainStore>, from start: inout Int, to end: Int, _ turn: Turn, _ trends: inout Trends?
  ) {
    while start < end {
      let store = stores[start]
      self.store(store.version, at: store.replica, now: store.at, turn, &trends)
      if service != nil { service?.add(.conflicts, isBad: false, began: 0) }
      start += 1
    }
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
      if takes(slot, id, at: replica, now: now, turn, &trends), pending[slot].missing.isEmpty {
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
  mutating func wipe(_ replica: ReplicaID, _ turn: Turn) {
    let catalogue = turn.catalogue
    lackAgain(replica, turn)
    var best = PagedTable<KeyID, UInt32>(vacant: .max, pageSize: 256)
    var lists: [[VersionID]] = []
    for id in catalogue.versions.ids {
      let version = catalogue.version(id)
      guard turn.environment.ownerSet(of: version.key).contains(replica), version.vector != .none,
        catalogue.isShared(id, with: replica)
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
  private mutating func lackAgain(_ replica: ReplicaID, _ turn: Turn) {
    for key in first.ids {
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

/// What the watch is told, where there is one.
extension Convergence {
  /// Begins to watch; nothing may have happened yet.
  mutating func watch() { service = ServiceWatch() }

  /// Takes over what is promised from an instant on.
  mutating func promise(_ settings: OperatingSettings, at now: Instant) {
    guard let service, service.settings != settings else { return }
    pass(to: now)
    self.service?.promise(settings)
  }

  /// Takes in an event of an indicator that is none of copies.
  mutating func watch(_ indicator: Indicator, isBad: Bool, began: Instant, at now: Instant, count: Int = 1) {
    pass(to: now)
    service?.add(indicator, isBad: isBad, began: began.microseconds, count: count)
  }

  /// The next instant at which something becomes overdue or leaves a window; nil if nothing will.
  public var nextInstant: Instant? {
    guard let service else { return nil }
    let next = min(service.due.nextLag, service.due.nextConvergence, service.expiry)
    return next == .max ? nil : Instant(microseconds: next)
  }

  /// Judges what has become overdue by an instant, and what has left a window, in the order of their instants.
  mutating func pass(to instant: Instant) {
    guard service != nil else { return }
    let limit = instant.microseconds
    while true {
      let (lag, convergence) = (service?.due.nextLag ?? .max, service?.due.nextConvergence ?? .max)
      let next = min(lag, convergence, service?.expiry ?? .max)
      guard next <= limit else { break }
      service?.pass(to: next)
      if lag == next { judgeCopies() }
      if convergence == next { judgeConvergence() }
    }
    service?.pass(to: limit)
  }

  private mutating func judgeCopies() {
    guard let due = service?.due.takeLag(), pending.contains(due.slot), pending[due.slot].version == due.version
    else { return }
    let (missing, isUnheld) = (pending[due.slot].missing.count, pending[due.slot].isUnheld)
    pending[due.slot].verdicts.insert(.lag)
    if !isUnheld {
      pending[due.slot].verdicts.insert(.overdue)
      service?.addOverdue(missing)
    }
    service?.add(.lag, isBad: true, began: due.accepted, count: missing)
  }

  private mutating func judgeConvergence() {
    guard let due = service?.due.takeConvergence(), pending.contains(due.slot),
      pending[due.slot].version == due.version, !pending[due.slot].hasConverged, !pending[due.slot].isUnheld
    else { return }
    pending[due.slot].verdicts.insert(.convergence)
    service?.add(.convergence, isBad: true, began: due.accepted)
  }

  /// A copy has come, so old; or something newer instead.
  private mutating func watchArrival(of slot: UInt32, after age: Int64?) {
    let verdicts = pending[slot].verdicts
    if verdicts.contains(.overdue) { service?.addOverdue(-1) }
    guard let age else { return }
    service?.addLag(age)
    if !verdicts.contains(.lag), age <= DueVerdicts.lagLimit { service?.add(.lag, isBad: false, began: 0) }
  }

  private mutating func watchConvergence(of slot: UInt32, after span: Int64) {
    service?.addConvergence(span)
    guard !pending[slot].verdicts.contains(.convergence) else { return }
    service?.add(.convergence, isBad: span > DueVerdicts.convergenceLimit, began: pending[slot].accepted.microseconds)
  }
}
