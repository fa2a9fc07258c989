import Algorithms
import Kernel
import OrderedCollections

/// One written value, or the tombstone of a delete.
///
/// A version is named by its dot, the coordinator that wrote it and a number that this coordinator gives out once a key
/// (Preguiça et al., *Dotted Version Vectors*, 2010). Its context is what its writer had seen. So one version
/// is before another if, and only if, the other's context includes its dot; where neither includes the other's, the
/// two are concurrent.
public struct Version: Sendable {
  /// By what the last writer wins, in microseconds; ``stamp`` says where it comes from.
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
  /// Where its timestamp comes from.
  public let stamp: Stamp

  /// What was written; ``Identity/none`` in a tombstone and in a state.
  public var value: ValueID { isState ? .none : ValueID(Int(payload)) }
}

/// Where a version's timestamp comes from.
public enum Stamp: UInt8, Sendable {
  /// It has none: it stands for a state, which is ordered by what its writers had seen.
  case none
  /// The coordinator's clock showed it (`timestamps server`).
  case coordinatorClock
  /// The coordinator's clock showed less than its last timestamp: one more than that (`ClientState.getTimestamp`).
  case coordinatorSequence
  /// The client's clock showed it (`timestamps client`).
  case clientClock
  /// The client's clock showed less than its last timestamp: one more than that (`MonotonicTimestampGenerator`).
  case clientSequence
  /// The client asked for it (`USING TIMESTAMP`).
  case request
  /// One more than what the client's session was promised to write after.
  case session
  /// The ballot of the transaction that decided it.
  case ballot
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
  /// When tombstones were made, and when versions with a limited life expire, in the order of their numbers.
  private(set) var deaths: [Death] = []
  /// The tombstones of siblings that some replica has reaped, in the order of their numbers.
  private(set) var reaped: [VersionID] = []

  /// When a version is dead, by the clock of the coordinator that accepted it.
  struct Death: Sendable {
    let version: VersionID
    /// What that clock showed, or will, in microseconds.
    let at: Int64
  }

  /// The updates that travel as deltas, in the order of their versions.
  private var deltas: [DeltaUpdate] = []
  /// The version that stands for each state.
  private var versionsOfStates: [VersionID] = []
  /// The region of each replica, where a tie of timestamps between regions goes to the first of them.
  private(set) var regionsByReplica: ContiguousArray<RegionID> = []

  /// Has ties of timestamps between two regions go to the first of them.
  mutating func settleTiesByRegion(_ topology: Topology) {
    regionsByReplica = ContiguousArray(topology.replicas.map(\.region))
  }

  /// Where leaders appended versions, where logs are kept.
  var positions = PagedTable<VersionID, LogPosition>(
    vacant: LogPosition(partition: 0, offset: 0, epoch: 0), pageSize: 256)
  /// What versions were mirrored from, where logs are mirrored.
  var origins = PagedTable<VersionID, VersionID>(vacant: .none, pageSize: 256)
  /// The record that was written of which a key's first record is a copy; of keys that mirrors have written.
  var firstOriginals = PagedTable<KeyID, VersionID>(vacant: .none, pageSize: 256)
  /// The region of each replica, where each region keeps copies of its own.
  var homes: ContiguousArray<RegionID> = []

  /// A catalogue without entries.
  public init() {
    let nothing = Version(
      timestamp: 0, accepted: .start, key: .none, operation: .none, payload: .max, context: .none, vector: .none,
      counter: 0, bytes: 0, writer: .none, isTombstone: false, isState: false, isExpiring: false, stamp: .none)
    table = PagedTable(vacant: nothing, pageSize: 256)
  }

  /// All versions in the order in which they were written.
  @inlinable public var versions: PagedTable<VersionID, Version> {
    @inline(__always) _read { yield table }
  }

  /// The version of that number.
  @inlinable @inline(__always) public func version(_ id: VersionID) -> Version { table[known: id] }

  /// The first version that an operation made since an instant; nil if there is none.
  func version(of operation: OperationID, acceptedSince earliest: Instant) -> VersionID? {
    var found: VersionID?
    for id in table.ids.reversed() {
      let version = table[known: id]
      // What was merged is nobody's, and as old as what it was merged from.
      if version.operation == .none { continue }
      guard version.accepted >= earliest else { break }
      if version.operation == operation { found = id }
    }
    return found
  }

  /// Enters a version and returns its number.
  public mutating func add(_ version: Version) -> VersionID { table.append(version) }

  /// Notes when a version is dead, by its coordinator's clock; it must be the latest one.
  mutating func setDeath(of id: VersionID, at reading: Int64) { deaths.append(Death(version: id, at: reading)) }

  /// When a version is dead, in microseconds of the clock of the coordinator that accepted it: a tombstone from when it
  /// was made, a value with a limited life from when that ends; nil for a version that lives for ever.
  ///
  /// It says the same at every replica and at any time, so that merging can go by it (Cassandra's `localDeletionTime`).
  public func death(of id: VersionID) -> Int64? {
    guard id != .none, version(id).isTombstone || version(id).isExpiring else { return nil }
    return deaths[deaths.partitioningIndex { $0.version >= id }].at
  }

  /// When a version's life ends, in microseconds of the clock of the coordinator that accepted it; nil for one that is
  /// a tombstone, or lives for ever.
  public func expiry(of id: VersionID) -> Int64? {
    id != .none && version(id).isExpiring ? death(of: id) : nil
  }

  /// Whether a version is a tombstone, or has expired by a clock that shows `reading`.
  public func isDead(_ id: VersionID, at reading: Int64) -> Bool {
    guard id != .none else { return false }
    return version(id).isTombstone || isExpired(id, at: reading)
  }

  /// Whether the life of a version has ended by a clock that shows `reading`, in microseconds.
  public func isExpired(_ id: VersionID, at reading: Int64) -> Bool { expiry(of: id).map { $0 <= reading } ?? false }

  /// Notes that a tombstone among siblings was reaped by some replica.
  mutating func noteReaped(_ id: VersionID) {
    let index = reaped.firstIndex { $0 >= id } ?? reaped.count
    if index == reaped.count || reaped[index] != id { reaped.insert(id, at: index) }
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

  /// Whether who has seen `vector` has seen that version.
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
        writer: dot?.writer ?? .none, isTombstone: false, isState: true, isExpiring: false, stamp: .none))
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

  /// Whether a version is nothing but the trace of deletes: a tombstone, or several of them side by side.
  public func isTombstone(_ id: VersionID) -> Bool {
    id != .none && (version(id).isTombstone || state(of: id)?.isTombstone ?? false)
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
    let place = deltas.partitioningIndex { $0.version >= id }
    return place < deltas.count && deltas[place].version == id ? deltas[place] : nil
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
    case .row(let row):
      let deletion = row.deletion == nil ? 0 : WireSize.timestamp
      return vector + deletion
        + row.cells.reduce(0) { $0 + $1.column.utf8.count + ($1.value?.utf8.count ?? 0) + WireSize.timestamp }
    }
  }
}
