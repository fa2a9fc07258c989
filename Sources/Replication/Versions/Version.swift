import Kernel

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
  /// What was written; ``Identity/none`` in a tombstone.
  public let value: ValueID
  /// What its writer had seen.
  public let context: VectorID
  /// Its context and itself.
  public let vector: VectorID
  /// The number in its dot, from 1.
  public let counter: UInt32
  /// How many bytes a message needs for it.
  public let bytes: UInt32
  /// The coordinator in its dot.
  public let writer: ReplicaID
  /// Whether it deletes the key.
  public let isTombstone: Bool
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

  /// A catalogue without entries.
  public init() {
    let nothing = Version(
      timestamp: 0, accepted: .start, key: .none, operation: .none, value: .none, context: .none, vector: .none,
      counter: 0, bytes: 0, writer: .none, isTombstone: false)
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

  /// How two versions stand to each other; a missing version is before any other.
  public func relation(_ left: VersionID, _ right: VersionID) -> Relation {
    if left == right { return .equal }
    if left == .none { return .before }
    if right == .none { return .after }
    let (first, second) = (versions[known: left], versions[known: right])
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
