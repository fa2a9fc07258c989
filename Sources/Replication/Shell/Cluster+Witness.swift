import DequeModule
import Kernel

/// What shows that replicas are apart; see ``ConvergenceWatch``.
extension Cluster {
  /// Whether a witness still shows that replicas are apart. False may also mean that another one has to be looked for.
  func stands(_ witness: DivergenceWitness) -> Bool {
    guard witness.input == lastInput, turn.now < witness.until else { return false }
    if plan.scheme == .log { return keyApartInLogs != nil }
    if case .copies(let first, let firstCell, let second, let secondCell) = witness.sight {
      // Another server may have taken the place of one of the two.
      let owners = turn.environment.ownerSet(of: witness.key)
      guard owners.contains(first), owners.contains(second) else { return false }
      return replicas.cell(witness.key, at: first) == firstCell && replicas.cell(witness.key, at: second) == secondCell
    }
    return stillComes(witness)
  }

  private func stillComes(_ witness: DivergenceWitness) -> Bool {
    switch witness.sight {
    case .copies, .logs:
      return false
    case .outstanding:
      return true
    case .entry(let cache):
      return stands(oddEntryOf: witness.key, at: cache)
    case .underWay(let event, let place, let cell):
      if case .queued(let replica, let served) = place {
        // Whatever leaves a queue without being served leaves it empty.
        let queue = replicas[replica].queue
        guard queue.served == served, queue.length > 0 else { return false }
      }
      guard let change = change(by: event) else { return false }
      return change.target.map { replicas.cell(change.key, at: $0) == cell } ?? true
    case .kept(let version, let target, let keeper, let cell):
      return replicas.keeps(version, for: target, at: keeper) && replicas.cell(witness.key, at: target) == cell
        && lacks(version, target)
    }
  }

  /// Something that shows that replicas are apart; nil if they have converged.
  ///
  /// - Parameters:
  ///   - key: the key of the last witness, at which another one is most likely.
  ///   - place: the key with which the search begins; it is moved to where it ends.
  func witness(after key: KeyID?, from place: inout Int) -> DivergenceWitness? {
    if plan.scheme == .log {
      return keyApartInLogs.map { DivergenceWitness(key: $0, sight: .logs, until: .end, input: lastInput) }
    }
    let holdings = Holdings(self)
    if let key, key.index < turn.catalogue.names.keyCount, let found = difference(over: key, holdings) { return found }
    if let found = travelling(amongFirst: 32) {
      // What is about to arrive somewhere is most often missing elsewhere for longer.
      return difference(over: found.key, holdings) ?? found
    }
    let count = turn.catalogue.names.keyCount
    if place >= count { place = 0 }
    let hasMortals = turn.environment.hasMortals
    for step in 0..<count {
      let index = place + step < count ? place + step : place + step - count
      let key = KeyID(index)
      if hasMortals ? agrees(on: key, holdings.live) : holdings.areAlike(key) { continue }
      place = index
      return difference(over: key, holdings)
    }
    return travelling(amongFirst: .max) ?? waiting() ?? cacheWitness()
  }

  // MARK: Copies

  /// Two live owners that differ over a key.
  private func difference(over key: KeyID, _ holdings: Holdings) -> DivergenceWitness? {
    guard turn.environment.hasMortals else {
      return holdings.difference(over: key).map { copies($0, $1, of: key, until: .end) }
    }
    guard !agrees(on: key, holdings.live) else { return nil }
    let owners = holdings.members(of: key).filter(holdings.live.contains)
    for (place, first) in owners.enumerated() {
      for second in owners[(place + 1)...].reversed() where differ(first, second, over: key) {
        let until = [first, second].compactMap { nextClockChange(of: replicas.cell(key, at: $0).version, at: $0) }.min()
        return copies(first, second, of: key, until: until ?? .end)
      }
    }
    preconditionFailure("replicas don't agree on key \(key.raw) at \(now.microseconds) µs, but no two of them differ")
  }

  private func copies(_ first: ReplicaID, _ second: ReplicaID, of key: KeyID, until: Instant) -> DivergenceWitness {
    let (firstCell, secondCell) = (replicas.cell(key, at: first), replicas.cell(key, at: second))
    return DivergenceWitness(
      key: key, sight: .copies(first, firstCell, second, secondCell), until: until, input: lastInput)
  }

  /// Whether what two replicas hold of a key shows by itself that its owners don't agree, where something can expire or be
  /// purged; see ``agrees(on:_:)``.
  private func differ(_ first: ReplicaID, _ second: ReplicaID, over key: KeyID) -> Bool {
    let (left, right) = (cell(key, at: first), cell(key, at: second))
    if left.version == .none, right.version == .none { return false }
    if left.version == .none { return isUnlike(left, right, at: second) }
    if right.version == .none { return isUnlike(right, left, at: first) }
    return left.version != right.version
      || !seeAlike(left.version, first, second)
  }

  /// Whether who holds nothing has never seen what another holds, or sees nothing where that one sees something.
  private func isUnlike(_ nothing: Replica.Cell, _ held: Replica.Cell, at holder: ReplicaID) -> Bool {
    !turn.catalogue.vectors.covers(nothing.seen, turn.catalogue.version(held.version).vector)
      || !isDead(held.version, at: holder)
  }

  private func isDead(_ version: VersionID, at replica: ReplicaID) -> Bool {
    turn.catalogue.isTombstone(version) || turn.catalogue.isExpired(version, at: reading(of: replica))
  }

  // MARK: What is under way

  /// The key that an event may still change, and whose copy; nobody's yet where it is an update that has to be led first.
  /// Nil if it changes none.
  private func change(by event: Event) -> (key: KeyID, target: ReplicaID?)? {
    switch event {
    case .message(let message):
      if message.kind.handsOver {
        guard let key = keyOnItsWay(with: message) else { return nil }
        return (key, nil)
      }
      guard message.kind.bringsVersion, lacks(message.version, message.to) else {
        return nil
      }
      return (turn.catalogue.version(message.version).key, message.to)
    case .request(let id, let ticket, _):
      guard isOpen(id, ticket) else { return nil }
      let operation = operations[ticket].operation
      return operation.kind.isUpdate && operation.outcome == nil ? (operation.key, nil) : nil
    case .answer, .arrival, .wake:
      return nil
    }
  }

  /// Whether a replica that isn't down would take a version.
  private func lacks(_ version: VersionID, _ target: ReplicaID) -> Bool {
    guard replicas.status(of: target) != .crashed else { return false }
    let key = turn.catalogue.version(version).key
    let cell = turn.environment.hasMortals ? cell(key, at: target) : replicas.cell(key, at: target)
    return !turn.catalogue.isSuperseded(version, byHeld: cell.version, seen: cell.seen)
  }

  private func witness(_ event: Event, _ place: DivergenceWitness.Place, until arrival: Instant = .end)
    -> DivergenceWitness?
  {
    guard let (key, target) = change(by: event) else { return nil }
    let cell = target.map { replicas.cell(key, at: $0) } ?? .empty
    let until = target.flatMap { nextClockChange(of: cell.version, at: $0) } ?? .end
    return DivergenceWitness(
      key: key, sight: .underWay(event, place, cell), until: min(arrival, until), input: lastInput)
  }

  /// Something on its way that would change a copy, among the first events.
  private func travelling(amongFirst limit: Int) -> DivergenceWitness? {
    var found: DivergenceWitness?
    var rest = limit
    queue.visit { at, _, scheduled in
      guard rest > 0 else { return false }
      rest -= 1
      guard scheduled.event.mayChangeCopy else { return true }
      found = witness(scheduled.event, .travelling, until: at)
      return found == nil
    }
    return found
  }

  /// Something that waits and would change a copy: on a held link, before a paused replica, in a queue, as a hint.
  private func waiting() -> DivergenceWitness? {
    for message in held { if let found = witness(message.scheduled.event, .stopped) { return found } }
    for replica in replicas.elements where replica.status != .crashed {
      for scheduled in replica.inbox { if let found = witness(scheduled.event, .stopped) { return found } }
      let place = DivergenceWitness.Place.queued(replica.id, served: replica.queue.served)
      if let parcel = replica.queue.current, let found = witness(.message(parcel.message), place) { return found }
      for parcel in replica.queue.waiting { if let found = witness(.message(parcel.message), place) { return found } }
      if let found = kept(by: replica.id) { return found }
    }
    return nil
  }

  private func kept(by keeper: ReplicaID) -> DivergenceWitness? {
    for journey in replicas.backlog(of: keeper) where lacks(journey.version, journey.target) {
      let key = turn.catalogue.version(journey.version).key
      let cell = replicas.cell(key, at: journey.target)
      return DivergenceWitness(
        key: key, sight: .kept(journey.version, target: journey.target, keeper: keeper, cell),
        until: nextClockChange(of: cell.version, at: journey.target) ?? .end, input: lastInput)
    }
    return nil
  }
}

/// What of a cluster says who holds what: little enough to be handed around, which a cluster isn't.
private struct Holdings {
  private let owners: Table<OwnersID, Owners>
  private let keyOwners: PagedTable<KeyID, OwnersID>
  private let servers: Servers
  /// The replicas that aren't down.
  let live: ReplicaSet

  init(_ cluster: Cluster) {
    owners = cluster.turn.environment.placement.owners
    keyOwners = cluster.turn.environment.keyOwners
    servers = cluster.replicas
    live = cluster.live
  }

  @inline(__always) func members(of key: KeyID) -> [ReplicaID] { owners[keyOwners[key]].members }

  /// Whether the live owners of a key hold equal versions.
  @inline(__always) func areAlike(_ key: KeyID) -> Bool {
    var first: VersionID?
    for owner in members(of: key) where live.contains(owner) {
      let version = servers.cell(key, at: owner).version
      if let first, first != version { return false }
      first = version
    }
    return true
  }

  /// The first live owner of a key, and the last one that holds another version: the furthest, more often than not.
  func difference(over key: KeyID) -> (ReplicaID, ReplicaID)? {
    guard let first = members(of: key).first(where: live.contains) else { return nil }
    let version = servers.cell(key, at: first).version
    let last = members(of: key).last { live.contains($0) && servers.cell(key, at: $0).version != version }
    guard let last else { return nil }
    return (first, last)
  }
}

extension Event {
  /// Whether it is of a kind that may change a copy.
  fileprivate var mayChangeCopy: Bool {
    switch self {
    case .message(let message): message.kind.carriesVersion || message.kind.handsOver
    case .request: true
    case .answer, .arrival, .wake: false
    }
  }
}
