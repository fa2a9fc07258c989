import Kernel

/// What is kept, in bytes: a key, its value and its timestamp, as they travel.
extension Cluster {
  /// How many bytes a replica keeps on its disk now, tombstones included: the newest of each key, or all records of its logs.
  ///
  /// A cache keeps nothing there: its memory is part of what the server costs.
  public func storedBytes(at replica: ReplicaID) -> Int {
    switch cacheRole(of: replica) {
    case .leaderCache, .followerCache: return 0
    case .primary, .database, nil: break
    }
    if scheme.features.contains(.logs) { return replicas.log[replica].recordBytes(catalogue) }
    return catalogue.names.keys.reduce(0) { sum, key in
      let version = cell(key, at: replica).version
      return version == .none ? sum : sum + Int(catalogue.version(version).bytes)
    }
  }

  /// The items that there are, each counted once, and their bytes: what the newest copy of each key holds, tombstones and what
  /// has expired left out.
  public var tableSize: (items: Int, bytes: Int) {
    var size = (items: 0, bytes: 0)
    for key in catalogue.names.keys {
      let newest = copyGroups(of: key).lazy.map(\.newest).first { $0 != .none }
      guard let newest, !catalogue.isTombstone(newest), !catalogue.isExpired(newest, at: now.microseconds) else {
        continue
      }
      size.items += 1
      size.bytes += Int(catalogue.version(newest).bytes)
    }
    return size
  }

  /// What an operation used of a table's capacity, in half units, as a partition is charged for it (``PartitionCapacity``): a unit
  /// for each KiB that is written, or each 4 KiB that are read from the leader, half of it from any copy. At least one of them;
  /// nothing where it wasn't answered.
  ///
  /// Amazon DynamoDB, *Capacity unit consumption*.
  public func consumedHalves(by operation: Operation) -> Int {
    guard operation.outcome == .ok else { return 0 }
    let bytes = operation.version == .none ? 0 : Int(catalogue.version(operation.version).bytes)
    return Int(
      operation.kind == .read
        ? PartitionCapacity.halves(toRead: bytes, isStrong: operation.level == .strong)
        : PartitionCapacity.halves(toWrite: max(0, bytes - WireSize.timestamp)))
  }
}

extension LogServer {
  /// The bytes of the records in all its copies of partitions; those that were cleaned away are gone.
  fileprivate func recordBytes(_ catalogue: Catalogue) -> Int {
    copies.reduce(0) { sum, copy in
      (0..<copy.log.end).reduce(sum) { sum, offset in
        let version = copy.log[offset].version
        return version == .none ? sum : sum + Int(catalogue.version(version).bytes)
      }
    }
  }
}
