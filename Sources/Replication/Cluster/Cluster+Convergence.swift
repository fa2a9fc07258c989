import Kernel

/// Whether the replicas agree.
extension Cluster {
  /// A key whose live owners hold different versions, or for which something is on its way that could change one.
  ///
  /// - Parameter hint: a key that was found to differ before; looking at it first makes repeated questions cheap.
  public func divergentKey(startingWith hint: KeyID? = nil) -> KeyID? {
    let live = live
    if let hint, hint.index < catalogue.names.keyCount, !agrees(on: hint, live) { return hint }
    for index in 0..<environment.catalogue.names.keyCount where !agrees(on: KeyID(index), live) {
      return KeyID(index)
    }
    return pendingChange(live)
  }

  /// Whether all live owners of every key hold equal versions, and nothing in flight or hinted could change that.
  public var isConverged: Bool { divergentKey() == nil }

  /// Whether the live owners of a key hold equal versions.
  public func agrees(on key: KeyID, _ live: ReplicaSet) -> Bool {
    var first: VersionID?
    for owner in environment.placement.owners[environment.keyOwners[key]].members where live.contains(owner) {
      let version = replicas[owner].cells[key].version
      if let first, first != version { return false }
      first = version
    }
    return true
  }

  /// The key of a version that waits or travels and that some live owner would still take.
  private func pendingChange(_ live: ReplicaSet) -> KeyID? {
    func couldChange(_ version: VersionID, at target: ReplicaID) -> Bool {
      guard live.contains(target), version != .none else { return false }
      let cell = replicas[target].cells[environment.catalogue.version(version).key]
      return !environment.catalogue.isSuperseded(version, byHeld: cell.version, seen: cell.seen)
    }
    func key(of event: Event) -> KeyID? {
      switch event {
      case .message(let message):
        guard message.kind.messageClass == .write else { return nil }
        guard couldChange(message.version, at: message.to) else { return nil }
        return environment.catalogue.version(message.version).key
      case .request(_, let ticket, _):
        return operations[ticket].operation.kind.isUpdate ? operations[ticket].operation.key : nil
      case .answer, .arrival, .wake:
        return nil
      }
    }
    for entry in queue.entries { if let key = key(of: entry.payload.event) { return key } }
    for waiting in held { if let key = key(of: waiting.scheduled.event) { return key } }
    for replica in replicas.elements {
      for waiting in replica.inbox { if let key = key(of: waiting.event) { return key } }
      for parcel in replica.server.waiting + [replica.server.current].compactMap({ $0 }) {
        if let key = key(of: .message(parcel.message)) { return key }
      }
      for (target, hints) in replica.hints.pending {
        for hint in hints where couldChange(hint.version, at: target) {
          return environment.catalogue.version(hint.version).key
        }
      }
    }
    return nil
  }

  /// The replicas that hold a version, or something that replaced it.
  public func holders(of version: VersionID) -> ReplicaSet {
    let key = environment.catalogue.version(version).key
    return ReplicaSet(replicas.elements.filter { holds($0, version, key) }.map(\.id))
  }

  private func holds(_ replica: Replica, _ version: VersionID, _ key: KeyID) -> Bool {
    let cell = replica.cells[key]
    return cell.version != .none
      && environment.catalogue.isSuperseded(version, byHeld: cell.version, seen: cell.seen)
  }
}
