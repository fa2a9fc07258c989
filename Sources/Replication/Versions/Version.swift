import Kernel
import OrderedCollections

/// One written value, or the tombstone of a delete.
///
/// A version is named by its dot, the coordinator that wrote it and a number that this coordinator gives out once a key
/// (Preguiça et al., *Dotted Version Vectors*, 2010). Its context is what its writer had seen. So one version
/// is before another if, and only if, the other's context includes its dot; where neither includes the other's, the
/// two are concurrent.
public struct Version: Sendable {
  /// The coordinator's clock, or what the client asked for, in microseconds.
  public let timestamp: Int64
  /// When its coordinator accepted it, in virtual time.
  public let accepted: Instant
  /// The key it belongs to.
  public let key: KeyID
  /// The operation that wrote it.
  public let operation: OperationID
  /// What was written; ``Identity/none`` in a tombstone. Of a state it is the number of that.
  let payload: UInt32
  /// What its writer had seen.
  public let context: VectorID
  /// Its context and itself.
  public let vector: VectorID
  /// The number in its dot, from 1.
  public let counter: UInt32
  /// How many bytes a message needs for it.
  public let bytes: UInt32
  /// The name in its dot, under which its coordinator wrote it; none in a state that came of a merge.
  public let writer: ReplicaID
  /// Whether it deletes the key.
  public let isTombstone: Bool
  /// Whether it stands for a whole ``KeyState``: what a copy of a key holds that keeps more than one version.
  public let isState: Bool
  /// Whether it lives for a limited time; see ``Catalogue/expiry(of:)``.
  public let isExpiring: Bool

  /// What was written; ``Identity/none`` in a tombstone and in a state.
  public var value: ValueID { isState ? .none : ValueID(Int(payload)) }
}

/// What every replica can refer to by number: keys, values, versions and version vectors.
///
/// In a real system a message carries the version itself; here it carries the number of an entry that never changes,
/// which comes to the same and copies nothing.
public struct Catalogue: Sendable {
  /// The names of keys, values and loads.
  public var names = Names()
  @usableFromInline var table: PagedTable<VersionID, Version>
  /// All version vectors.
  public var vectors = VectorPool()
  /// The states of keys that keep more than one version, each once: equal states are one entry, and so one version.
  private var states: OrderedSet<KeyState> = []
  /// When versions with a limited life expire, in the order of their numbers.
  private var expirations: [Expiration] = []

  private struct Expiration: Sendable {
    let version: VersionID
    let at: Instant
  }

  /// The updates that travel as deltas, in the order of their versions.
  private var deltas: [DeltaUpdate] = []
  /// The version that stands for each state.
  private var versionsOfStates: [VersionID] = []

  /// A catalogue without entries.
  public init() {
    let nothing = Version(
      timestamp: 0, accepted: .start, key: .none, operation: .none, payload: .max, context: .none, vector: .none,
      counter: 0, bytes: 0, writer: .none, isTombstone: false, isState: false, isExpiring: false)
    table = PagedTable(vacant: nothing, pageSize: 256)
  }

  /// All versions in the order in which they were written.
  @inlinable public var versions: PagedTable<VersionID, Version> {
    @inline(__always) _read { yield table }
  }

  /// The version of that number.
  @inlinable @inline(__always) public func version(_ id: VersionID) -> Version { table[known: id] }

  /// Enters a version and returns its number.
  public mutating func add(_ version: Version) -> VersionID { table.append(version) }

  /// Notes when a version expires; it must be the latest one.
  mutating func setExpiry(of id: VersionID, _ at: Instant) { expirations.append(Expiration(version: id, at: at)) }

  /// When a version expires; nil for one that doesn't.
  public func expiry(of id: VersionID) -> Instant? {
    guard id != .none, version(id).isExpiring else { return nil }
    var (low, high) = (0, expirations.count)
    while low < high {
      let middle = (low + high) / 2
      if expirations[middle].version < id { low = middle + 1 } else { high = middle }
    }
    return expirations[low].at
  }

  /// Since when a version is dead: deleted or expired; nil for one that lives.
  public func death(of id: VersionID, by now: Instant) -> Instant? {
    guard id != .none else { return nil }
    if version(id).isTombstone { return version(id).accepted }
    return expiry(of: id).flatMap { $0 <= now ? $0 : nil }
  }

  /// How two versions stand to each other; a missing version is before any other.
  public func relation(_ left: VersionID, _ right: VersionID) -> Relation {
    if left == right { return .equal }
    if left == .none { return .before }
    if right == .none { return .after }
    let (first, second) = (versions[known: left], versions[known: right])
    if first.isState {
      let (covers, isCovered) = (
        vectors.covers(first.vector, second.vector), vectors.covers(second.vector, first.vector)
      )
      return covers ? (isCovered ? .equal : .after) : isCovered ? .before : .concurrent
    }
    if vectors.contains(second.context, writer: first.writer, counter: first.counter) { return .before }
    if vectors.contains(first.context, writer: second.writer, counter: second.counter) { return .after }
    return .concurrent
  }

  /// Whether whoever has seen `vector` has seen that version.
  @inline(__always) public func isSeen(_ id: VersionID, in vector: VectorID) -> Bool {
    let version = versions[known: id]
    return vectors.contains(vector, writer: version.writer, counter: version.counter)
  }
}

/// States: what copies of a key hold that keeps more than one version.
extension Catalogue {
  /// The state that a version stands for; nil for a version of a key that is kept by last writer wins.
  public func state(of id: VersionID) -> KeyState? {
    guard id != .none, version(id).isState else { return nil }
    return states[Int(version(id).payload)]
  }

  /// The version that stands for a state; a state that was there before has one already.
  ///
  /// - Parameters:
  ///   - dot: the update that made it; nil if it came of a merge.
  ///   - operation: the operation of that update.
  mutating func version(
    of state: KeyState, dot: VectorEntry?, operation: OperationID, accepted: Instant
  ) -> VersionID {
    let (isNew, index) = states.append(state)
    guard isNew else { return versionsOfStates[index] }
    let bytes = names.byteCount(ofKey: state.key) + size(of: state)
    let id = add(
      Version(
        timestamp: 0, accepted: accepted, key: state.key, operation: operation, payload: UInt32(index),
        context: .none, vector: vectors.add(state.seen.entries), counter: dot?.counter ?? 0, bytes: UInt32(bytes),
        writer: dot?.writer ?? .none, isTombstone: false, isState: true, isExpiring: false))
    versionsOfStates.append(id)
    return id
  }

  /// What a copy holds that has taken in both: the winner, or the merged state.
  mutating func merged(_ left: VersionID, _ right: VersionID) -> VersionID {
    guard let first = state(of: left), let second = state(of: right), left != right else {
      return wins(left, over: right) ? left : right
    }
    var state = first
    state.merge(second)
    return version(
      of: state, dot: nil, operation: .none, accepted: max(version(left).accepted, version(right).accepted))
  }

  /// Notes by what change a state came about, if the version is the latest and so stands for this change alone.
  mutating func noteDelta(to id: VersionID, from old: KeyState, _ new: KeyState) {
    guard id.index == versions.count - 1, deltas.last?.version != id else { return }
    deltas.append(
      DeltaUpdate(
        version: id, base: vectors.add(old.seen.entries),
        bytes: UInt32(names.byteCount(ofKey: old.key) + size(ofChangeFrom: old, to: new))))
  }

  /// The change by which a version came about; nil if it travels as the whole state.
  func delta(of id: VersionID) -> DeltaUpdate? {
    var (low, high) = (0, deltas.count)
    while low < high {
      let middle = (low + high) / 2
      if deltas[middle].version < id { low = middle + 1 } else { high = middle }
    }
    return low < deltas.count && deltas[low].version == id ? deltas[low] : nil
  }

  /// How many bytes a state takes on the wire.
  func size(of state: KeyState) -> Int {
    let vector = state.seen.entries.count * WireSize.vectorEntry
    switch state.content {
    case .dotted(let items):
      return vector + items.entries.reduce(0) { $0 + WireSize.vectorEntry + names.byteCount(of: $1.item) }
    case .amounts(let added, let subtracted):
      return vector + (added.entries.count + subtracted.entries.count) * WireSize.amountEntry
    case .elements(let elements):
      return vector + (elements.added + elements.removed).reduce(0) { $0 + names.byteCount(of: $1) }
    }
  }
}
