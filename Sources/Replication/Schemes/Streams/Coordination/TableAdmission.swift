import Kernel

/// Table-wide admission control (ATC 2022, §4.2): partitions of a table draw on one capacity, so that a busy one may use what others
/// leave. Request routers, which coordinators are here, let requests through by tokens of their own; they borrow those from the
/// table's bucket, and what they don't use in time is forfeited. What a partition can serve at all still bounds it: no admission
/// control helps a single hot item beyond that.
///
/// The table's bucket stands outside of all replicas, as that of a partition does: see ``PartitionBudgets``.
struct AdmissionTokens: Sendable {
  /// For how long tokens are good: the routers renew them every few seconds.
  static let life = TimeSpan.seconds(2)

  /// How many half units it may let through.
  private var halves: Int64 = 0
  /// Until when.
  private var until = Instant.start

  /// Takes so many, if it has them.
  mutating func spend(_ wanted: Int64, at now: Instant) -> Bool {
    if now >= until { halves = 0 }
    guard halves >= wanted else { return false }
    halves -= wanted
    return true
  }

  /// How many it lacks for so many.
  func lack(for wanted: Int64) -> Int64 { wanted - halves }

  /// Takes in what it has borrowed.
  mutating func add(_ borrowed: Int64, at now: Instant) {
    halves += borrowed
    until = now + Self.life
  }
}

extension StreamsServer {
  /// Whether the capacity of the whole table in its region lets an operation through, as far as this router can tell: the size of
  /// what a read will find it doesn't know, and takes to be that of its own copy, or the least.
  @inline(__always) mutating func admits(_ request: ClientRequest, in home: RegionID, _ turn: inout Turn) -> Bool {
    guard turn.environment.settings.admitsByTable, let capacity = turn.environment.settings.partitionCapacity else {
      return true
    }
    return admits(request, in: home, capacity, &turn)
  }

  @inline(never) private mutating func admits(
    _ request: ClientRequest, in home: RegionID, _ capacity: PartitionCapacity, _ turn: inout Turn
  ) -> Bool {
    let (operation, isWrite) = (request.operation, request.operation.kind.isUpdate)
    let halves: Int64
    if isWrite {
      halves = PartitionCapacity.halves(
        toWrite: turn.catalogue.names.byteCount(ofKey: operation.key) + request.payload.valueBytes)
    } else {
      let version = cells[operation.key].version
      let bytes = version == .none ? 0 : Int(turn.catalogue.version(version).bytes)
      halves = PartitionCapacity.halves(toRead: bytes, isStrong: operation.level == .strong)
    }
    let kind = isWrite ? 1 : 0
    if tokens[kind].spend(halves, at: turn.now) { return true }
    let placement = turn.environment.placement
    let (partitions, regions) = (placement.copies.count, placement.factors.count)
    let routers = turn.environment.regionRanges[home.index].count
    let rate = 2 * Int64(partitions) * Int64(isWrite ? capacity.writes : capacity.reads)
    let share = rate * AdmissionTokens.life.microseconds / 1_000_000 / Int64(max(1, routers))
    let lack = tokens[kind].lack(for: halves)
    let borrowed = turn.parcels.streams.budgets.lend(
      lack...max(lack, share), ofTableWith: partitions, in: home, among: regions, isWrite: isWrite, capacity,
      at: turn.now)
    guard borrowed > 0 else { return false }
    tokens[kind].add(borrowed, at: turn.now)
    return tokens[kind].spend(halves, at: turn.now)
  }
}
