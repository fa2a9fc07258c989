import Kernel

/// What a version is in a log: its coordinator enters it, and it gets its place from the leader that appends it.
extension Catalogue {
  /// Enters what a client wants written. Until a leader appends it, it has no vector and stands nowhere.
  mutating func propose(
    _ operation: Operation, timestamp: Int64, stamp: Stamp, valueBytes: Int, at now: Instant, by coordinator: ReplicaID
  ) -> VersionID {
    let isTombstone = operation.kind == .delete
    let bytes = WireSize.register(
      keyBytes: names.byteCount(ofKey: operation.key), valueBytes: isTombstone ? 0 : valueBytes)
    let id = add(
      Version(
        timestamp: timestamp, accepted: now, key: operation.key, operation: operation.id,
        payload: isTombstone ? ValueID.none.raw : operation.value.raw, context: .none, vector: .none,
        counter: UInt32(versions.count + 1), bytes: UInt32(bytes), writer: coordinator, isTombstone: isTombstone,
        isState: false, isExpiring: false, stamp: stamp))
    if isTombstone { setDeath(of: id, at: timestamp) }
    return id
  }

  /// Enters a record of another region as a record of this one's. It is the same write.
  mutating func propose(
    copyOf original: VersionID, as key: KeyID, bytes: Int, at now: Instant, by leader: ReplicaID
  ) -> VersionID {
    let written = version(original)
    let id = add(
      Version(
        timestamp: written.timestamp, accepted: now, key: key, operation: written.operation, payload: written.payload,
        context: .none, vector: .none, counter: UInt32(versions.count + 1), bytes: UInt32(bytes), writer: leader,
        isTombstone: written.isTombstone, isState: false, isExpiring: false, stamp: written.stamp))
    if written.isTombstone { setDeath(of: id, at: written.timestamp) }
    origins[id] = original
    if firstOriginals[key] == .none { firstOriginals[key] = self.original(of: id) }
    return id
  }

  /// Whether anything was ever mirrored.
  @inline(__always) var hasMirrored: Bool { origins.count > 0 }

  /// The record of another region that a record was mirrored from; nil if it was written here.
  public func origin(of id: VersionID) -> VersionID? {
    let origin = origins[id]
    return origin == .none ? nil : origin
  }

  /// The region that a record was mirrored from last; nil if it was written here.
  public func source(of id: VersionID) -> RegionID? { origin(of: id).flatMap { home(of: $0) } }

  /// The record that was written, of which a record is a copy, by whatever way it came; itself, if it was written here.
  public func original(of id: VersionID) -> VersionID {
    var id = id
    while let origin = origin(of: id) { id = origin }
    return id
  }

  /// A record that was written under the key that a key's records are mirrored from; nil of a key that no mirror has written.
  public func original(ofKey key: KeyID) -> VersionID? {
    let original = firstOriginals[key]
    return original == .none ? nil : original
  }

  /// Gives a version its place in a leader's log: it knows what the key's record before it knew.
  ///
  /// Its dot has a number of its own, not its offset: an offset is given again after a truncation.
  mutating func settle(
    _ id: VersionID, timestamp: Int64, stamp: Stamp, context: VectorID, writer: ReplicaID, at now: Instant,
    _ position: LogPosition
  ) {
    let old = version(id)
    table[id] = Version(
      timestamp: timestamp, accepted: now, key: old.key, operation: old.operation, payload: old.payload,
      context: context, vector: vectors.extend(context, writer: writer, counter: old.counter), counter: old.counter,
      bytes: old.bytes, writer: writer, isTombstone: old.isTombstone, isState: false, isExpiring: false, stamp: stamp)
    positions[id] = position
  }

  /// Where a leader appended a version; nil if none has, and where no logs are kept.
  public func position(of id: VersionID) -> LogPosition? {
    let position = positions[id]
    return position.epoch == 0 ? nil : position
  }

  /// Has each region keep copies of its own, which know nothing of other regions' copies of a key.
  mutating func keepApart(_ topology: Topology) { homes = ContiguousArray(topology.replicas.map(\.region)) }

  /// The region whose copies alone a version is meant for; nil: all.
  public func home(of id: VersionID) -> RegionID? { homes.isEmpty ? nil : homes[version(id).writer.replica.index] }

  /// Whether what was written in one place plays a part where that replica stands.
  public func isShared(_ id: VersionID, with replica: ReplicaID) -> Bool {
    homes.isEmpty || replica == .none || homes[version(id).writer.replica.index] == homes[replica.index]
  }
}

extension Turn {
  /// The replicas that a version is meant for.
  public func ownerSet(of id: VersionID) -> ReplicaSet {
    let owners = environment.ownerSet(of: catalogue.versions[known: id].key)
    guard let home = catalogue.home(of: id) else { return owners }
    return owners.intersection(environment.topology.set(of: home))
  }
}
