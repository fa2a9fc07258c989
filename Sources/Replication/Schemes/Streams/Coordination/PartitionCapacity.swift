import Kernel

/// How much a partition serves in a region (DynamoDB: a partition has a ceiling of units, of which each is 1 KiB written or 4 KiB
/// read; a read of any copy costs half). What wasn't used in the last 300 s may be used at once.
public struct PartitionCapacity: Hashable, Sendable {
  /// Units a second.
  public let reads: Int
  /// Units a second.
  public let writes: Int

  /// So many units a second.
  public init(reads: Int, writes: Int) { (self.reads, self.writes) = (reads, writes) }

  /// What a partition serves where the table as a whole is what is bounded: as much as a partition can (DynamoDB: 3,000 read and
  /// 1,000 write units a second).
  var raised: PartitionCapacity { PartitionCapacity(reads: max(reads, 3_000), writes: max(writes, 1_000)) }

  /// For how long what isn't used is kept.
  static let burst = TimeSpan.seconds(300)

  /// What a write costs, in half units.
  static func halves(toWrite bytes: Int) -> Int64 { 2 * units(bytes, of: 1_024) }

  /// What a read costs, in half units.
  static func halves(toRead bytes: Int, isStrong: Bool) -> Int64 { (isStrong ? 2 : 1) * units(bytes, of: 4_096) }

  private static func units(_ bytes: Int, of size: Int) -> Int64 { Int64(max(1, (bytes + size - 1) / size)) }
}

/// What is left of the capacity of each partition in each region. It stands outside of all replicas, as all copies of a partition
/// draw on one budget; a documented simplification.
struct PartitionBudgets: Sendable {
  /// A bucket of tokens: millionths of half units, so that a microsecond fills in whole numbers.
  struct Bucket: Sendable {
    var level: Int64
    var at: Instant
  }

  /// By partition and region, first for reads, then for writes; none before the first is used.
  private var buckets: ContiguousArray<Bucket?> = []

  /// Fills all.
  mutating func reset() { buckets = [] }

  /// Takes so many half units, if they are there.
  mutating func spend(
    _ halves: Int64, ofPartition partition: Int, in region: RegionID, among regions: Int, isWrite: Bool,
    _ capacity: PartitionCapacity, at now: Instant
  ) -> Bool {
    take(
      halves...halves, at: (partition * regions + region.index) * 2 + (isWrite ? 1 : 0),
      rate: 2 * Int64(isWrite ? capacity.writes : capacity.reads), at: now) > 0
  }

  /// Takes half units out of the bucket of a whole table in a region: as many as are there and wanted, if enough are.
  mutating func lend(
    _ halves: ClosedRange<Int64>, ofTableWith partitions: Int, in region: RegionID, among regions: Int, isWrite: Bool,
    _ capacity: PartitionCapacity, at now: Instant
  ) -> Int64 {
    // Its buckets stand behind those of the partitions.
    take(
      halves, at: (partitions * regions + region.index) * 2 + (isWrite ? 1 : 0),
      rate: 2 * Int64(partitions) * Int64(isWrite ? capacity.writes : capacity.reads), at: now)
  }

  private mutating func take(_ halves: ClosedRange<Int64>, at index: Int, rate: Int64, at now: Instant) -> Int64 {
    let limit = rate * PartitionCapacity.burst.microseconds
    while buckets.count <= index { buckets.append(nil) }
    var bucket = buckets[index] ?? Bucket(level: limit, at: now)
    let elapsed = min((now - bucket.at).microseconds, PartitionCapacity.burst.microseconds)
    bucket.level = min(limit, bucket.level + rate * elapsed)
    bucket.at = now
    let available = min(bucket.level / 1_000_000, halves.upperBound)
    let taken = available >= halves.lowerBound ? available : 0
    bucket.level -= taken * 1_000_000
    buckets[index] = bucket
    return taken
  }
}

extension StreamsServer {
  /// Whether the capacity of a partition lets a write be made; what that costs is spent.
  @inline(__always) func affordsWrite(of operation: Operation, _ payload: OpenOperation.Payload, _ turn: inout Turn)
    -> Bool
  {
    guard turn.environment.settings.partitionCapacity != nil else { return true }
    let bytes = turn.catalogue.names.byteCount(ofKey: operation.key) + payload.valueBytes
    return affords(PartitionCapacity.halves(toWrite: bytes), operation.key, isWrite: true, &turn)
  }

  /// Whether the capacity of a partition lets what it holds of a key be read.
  @inline(__always) func affordsRead(of key: KeyID, isStrong: Bool, _ turn: inout Turn) -> Bool {
    guard turn.environment.settings.partitionCapacity != nil else { return true }
    let version = cells[key].version
    let bytes = version == .none ? 0 : Int(turn.catalogue.version(version).bytes)
    return affords(PartitionCapacity.halves(toRead: bytes, isStrong: isStrong), key, isWrite: false, &turn)
  }

  @inline(never) private func affords(_ halves: Int64, _ key: KeyID, isWrite: Bool, _ turn: inout Turn) -> Bool {
    guard var capacity = turn.environment.settings.partitionCapacity else { return true }
    if turn.environment.settings.admitsByTable { capacity = capacity.raised }
    return turn.parcels.streams.budgets.spend(
      halves, ofPartition: turn.environment.keyOwners[key].index, in: region,
      among: turn.environment.placement.factors.count, isWrite: isWrite, capacity, at: turn.now)
  }
}
