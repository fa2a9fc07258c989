import DequeModule
import Kernel

/// Whether the replicas agree.
extension Cluster {
  /// A key whose live owners hold different versions, or for which something is on its way that could change one.
  ///
  /// - Complexity: O(n) in the keys and in what is under way; whoever asks after every event has a ``ConvergenceWatch``.
  public var divergentKey: KeyID? {
    if plan.scheme == .log { return keyApartInLogs }
    let live = live
    for index in 0..<turn.catalogue.names.keyCount where !agrees(on: KeyID(index), live) {
      return KeyID(index)
    }
    return pendingChange(live) ?? cacheWitness()?.key
  }

  /// Whether all live owners of every key hold equal versions, and nothing in flight or hinted could change that.
  public var isConverged: Bool { divergentKey == nil }

  /// What a replica holds of a key now.
  public func cell(_ key: KeyID, at replica: ReplicaID) -> Replica.Cell {
    turn.unpurged(replicas.cell(key, at: replica), by: replicas.clock(of: replica))
  }

  /// What the owners of a key hold now, in the cluster's order, into an array that is used again and again.
  public func versions(of key: KeyID, into held: inout [VersionID]) {
    held.removeAll(keepingCapacity: true)
    for owner in turn.environment.placement.owners[turn.environment.keyOwners[key]].members {
      held.append(turn.unpurged(replicas.cell(key, at: owner), by: replicas.clock(of: owner)).version)
    }
  }

  /// Whether the live owners of a key hold equal versions, and see them alike: where one has purged or reaped a
  /// tombstone that another still holds, they do (no Merkle tree tells them apart); where a value has expired by one's clock
  /// and not by another's, they don't.
  public func agrees(on key: KeyID, _ live: ReplicaSet) -> Bool {
    if !turn.catalogue.homes.isEmpty {
      return topology.regionIDs.allSatisfy { holdsAlike(key, live.intersection(topology.set(of: $0))) }
    }
    guard turn.environment.hasMortals else { return holdsAlike(key, live) }
    var first: VersionID?
    var isAlike = true
    for owner in turn.environment.placement.owners[turn.environment.keyOwners[key]].members where live.contains(owner) {
      let version = cell(key, at: owner).version
      if let first, first != version { isAlike = false }
      first = first ?? version
    }
    guard let first else { return isAlike }
    let expires =
      first != .none
      && (catalogue.version(first).isExpiring || !catalogue.expiries(ofColumnsOf: first).isEmpty)
    return isAlike && !expires || agreesByClock(on: key, live)
  }

  /// Whether the live owners of a key hold equal versions, where nothing can be purged or expire.
  @inline(__always) private func holdsAlike(_ key: KeyID, _ live: ReplicaSet) -> Bool {
    var first: VersionID?
    for owner in turn.environment.placement.owners[turn.environment.keyOwners[key]].members where live.contains(owner) {
      let version = replicas.cell(key, at: owner).version
      if let first, first != version { return false }
      first = version
    }
    return true
  }

  /// Whether the live owners of a key see it alike, each by its own clock.
  private func agreesByClock(on key: KeyID, _ live: ReplicaSet) -> Bool {
    let owners = turn.environment.owners(of: key).members.filter(live.contains)
    let cells = owners.map { cell(key, at: $0) }
    guard let held = cells.first(where: { $0.version != .none })?.version else { return true }
    let vector = catalogue.version(held).vector
    // Who has purged it knows it all the same, and sees nothing.
    let isOne = cells.allSatisfy {
      $0.version == held || $0.version == .none && catalogue.vectors.covers($0.seen, vector)
    }
    let isDead = zip(owners, cells).map { owner, cell in
      cell.version == .none || catalogue.isTombstone(held) || catalogue.isExpired(held, at: reading(of: owner))
    }
    return isOne && isDead.allSatisfy { $0 == isDead[0] } && owners.allSatisfy { seeColumnsAlike(held, owners[0], $0) }
  }

  /// A version on its way to a replica, by message, or kept for it.
  struct Journey {
    let version: VersionID
    let target: ReplicaID
  }

  /// All versions that travel, wait in a queue or are kept as hints by replicas that run.
  var journeys: [Journey] {
    var result: [Journey] = []
    func add(_ event: Event) {
      guard case .message(let message) = event, message.kind.bringsVersion, message.version != .none else {
        return
      }
      result.append(Journey(version: message.version, target: message.to))
    }
    queue.forEach { _, _, scheduled in add(scheduled.event) }
    for waiting in held { add(waiting.scheduled.event) }
    for replica in replicas.elements where replica.status != .crashed {
      for waiting in replica.inbox { add(waiting.event) }
      if let parcel = replica.queue.current { add(.message(parcel.message)) }
      for parcel in replica.queue.waiting { add(.message(parcel.message)) }
      result += replicas.backlog(of: replica.id)
    }
    return result
  }

  /// The versions that have come to a replica which is paused, and that it has yet to take in.
  public func untaken(by replica: ReplicaID) -> [VersionID] {
    replicas[replica].inbox.compactMap { waiting in
      guard case .message(let message) = waiting.event, message.kind.bringsVersion, message.version != .none else {
        return nil
      }
      return message.version
    }
  }

  /// The versions that travel, wait in a queue or are kept as hints by replicas that run.
  public var pendingVersions: [VersionID] { journeys.map(\.version) }

  /// Those of one key that somebody would still take: a hint stays until its delivery is acknowledged, and the target has
  /// it by then.
  public func awaitedVersions(of key: KeyID) -> Set<VersionID> {
    let awaited = journeys.lazy.filter { journey in
      guard self.turn.catalogue.versions[known: journey.version].key == key else { return false }
      let cell = self.cell(key, at: journey.target)
      return !self.turn.catalogue.isSuperseded(journey.version, byHeld: cell.version, seen: cell.seen)
    }
    return Set(awaited.map(\.version))
  }

  /// The key of something on its way that some live owner would still take, or of an update that is yet to be served.
  private func pendingChange(_ live: ReplicaSet) -> KeyID? {
    for journey in journeys where live.contains(journey.target) {
      let key = turn.catalogue.version(journey.version).key
      let cell = cell(key, at: journey.target)
      if !turn.catalogue.isSuperseded(journey.version, byHeld: cell.version, seen: cell.seen) { return key }
    }
    if turn.parcels.leads.count + turn.parcels.streams.forwards.count > 0, let key = handedOverKey { return key }
    let updates = openOperations.filter { $0.kind.isUpdate && $0.outcome == nil }
    return updates.first { operation in
      // An update that has become a version is judged by its copies; one that nobody has seen may yet become one.
      queue.contains { if case .request(operation.id, _, _) = $0.event { true } else { false } }
        || replicas.elements.contains { $0.inbox.contains { Self.isRequest($0.event, of: operation.id) } }
    }?.key
  }

  /// Where an update that no owner has taken up yet is on its way to be led, or waits; nil once that is over.
  ///
  /// It may be taken up when it gets there, whether or not its client has given up.
  public func handover(of operation: OperationID) -> Message? {
    var found: Message?
    func look(at event: Event) {
      guard found == nil, case .message(let message) = event, message.operation == operation else { return }
      // A log's leader appends what a producer sent, whether or not anybody waits for it any more.
      let isProduced = message.kind.log?.isProduce == true && turn.catalogue.position(of: message.version) == nil
      guard isProduced || message.kind.leaderless == .lead && isAwaited(message) else { return }
      found = message
    }
    queue.forEach { _, _, scheduled in look(at: scheduled.event) }
    for waiting in held { look(at: waiting.scheduled.event) }
    for replica in replicas.elements { for waiting in replica.inbox { look(at: waiting.event) } }
    return found
  }

  /// The key of the update that a message hands to whom is to lead it, unless that has taken it up or nobody waits for it.
  func keyOnItsWay(with message: Message) -> KeyID? {
    switch message.kind {
    case .leaderless: keyHandedOver(by: message)
    case .streams: keyPassedOn(by: message)
    case .log, .primaryCache: nil
    }
  }

  /// The key of an update that is on its way to the owner that is to lead it.
  private var handedOverKey: KeyID? {
    var key: KeyID?
    func look(at event: Event) {
      guard key == nil, case .message(let message) = event, message.kind.handsOver else { return }
      key = keyOnItsWay(with: message)
    }
    queue.forEach { _, _, scheduled in look(at: scheduled.event) }
    for waiting in held { look(at: waiting.scheduled.event) }
    for replica in replicas.elements {
      for waiting in replica.inbox { look(at: waiting.event) }
      if let parcel = replica.queue.current { look(at: .message(parcel.message)) }
      for parcel in replica.queue.waiting { look(at: .message(parcel.message)) }
    }
    return key
  }

  private static func isRequest(_ event: Event, of operation: OperationID) -> Bool {
    if case .request(operation, _, _) = event { return true }
    return false
  }

  /// The version that an operation wrote, whether or not its client ever heard of it; nil if it wrote none.
  ///
  /// - Complexity: O(n) in the versions written since.
  public func version(writtenBy operation: OperationID) -> VersionID? {
    let (versions, isPlaced) = (turn.catalogue.versions, plan.scheme == .log)
    return versions.ids.last {
      versions[known: $0].operation == operation && (!isPlaced || turn.catalogue.position(of: $0) != nil)
    }
  }

  /// Whether an update that nobody has acknowledged may yet take effect, or has: somebody has made a version of it that wasn't
  /// given up, or it is on its way to whoever makes one.
  public func mayTakeEffect(_ operation: OperationID) -> Bool {
    if let version = version(writtenBy: operation) { return !isGivenUp(version) && !isDropped(version) }
    return handover(of: operation) != nil || mayBeMade(operation) || openOperation(operation) != nil
  }

  /// A version on its way, or kept, that changes the copy which it is for.
  public struct Keeping: Sendable {
    /// Who keeps it.
    public let keeper: ReplicaID
    /// Whom it is for; the keeper itself, which has yet to apply it.
    public let target: ReplicaID
    /// What it is.
    public let version: VersionID
  }

  /// What replicas that run keep for others, or have yet to apply, hints aside.
  ///
  /// Where whom it is for is down, it is for a copy of that region that isn't.
  public var keepings: [Keeping] {
    guard !scheme.features.contains(.hints) else { return [] }
    let live = live
    return replicas.elements.filter { $0.status != .crashed }.flatMap { replica in
      replicas.backlog(of: replica.id).map { journey in
        var target = journey.target
        if !live.contains(target) {
          let region = topology.region(of: target)
          target =
            environment.owners(of: catalogue.version(journey.version).key).members.first {
              live.contains($0) && topology.region(of: $0) == region
            } ?? target
        }
        return Keeping(keeper: replica.id, target: target, version: journey.version)
      }
    }
  }

  /// The replicas that hold a version, or something that replaced it.
  public func holders(of version: VersionID) -> ReplicaSet {
    let key = turn.catalogue.version(version).key
    let owners = turn.ownerSet(of: version)
    // Whoever owns no copy holds one only in an owner's place.
    let isAnybodys = plan.scheme == .leaderless
    return ReplicaSet(
      replicas.elements.filter { (isAnybodys || owners.contains($0.id)) && holds($0, version, key) }.map(\.id))
  }

  private func holds(_ replica: Replica, _ version: VersionID, _ key: KeyID) -> Bool {
    let cell = cell(key, at: replica.id)
    return cell.version != .none
      && turn.catalogue.isSuperseded(version, byHeld: cell.version, seen: cell.seen)
  }
}
