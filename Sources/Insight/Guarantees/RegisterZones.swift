import Algorithms

/// Whether a register whose values are all different can have answered some operations.
///
/// A read says which write it saw, and no search is needed (Gibbons and Korach, *Testing Shared Memories*, SIAM J. Comput.
/// 1997, §4.2). The operations on one value form a cluster, and the register holds a value for one stretch of time:
///
/// - If some operation of a cluster ended before another began, it held the value at least from that end to that
///   beginning: its *forward zone*. Two forward zones must not overlap.
/// - Else all of the cluster's operations overlap, and one instant of its *backward zone* suffices. It must not lie
///   wholly within the forward zone of another.
///
/// A write that may have happened counts if somebody has read it; its end is open.
struct RegisterZones {
  /// The stretch of time that a value claims.
  private struct Zone {
    /// The operation that ended first, and when.
    var first: Int
    var firstEnd: Int
    /// The operation that began last, and when.
    var last: Int
    var lastStart: Int

    var isForward: Bool { firstEnd < lastStart }
    var low: Int { min(firstEnd, lastStart) }
    var high: Int { max(firstEnd, lastStart) }

    /// Whether one register can't have held both values.
    func conflicts(_ other: Zone) -> Bool {
      switch (isForward, other.isForward) {
      case (true, true): low < other.high && other.low < high
      case (true, false): low < other.low && other.high < high
      case (false, true): other.conflicts(self)
      case (false, false): false
      }
    }
  }

  private let zones: [Zone]
  /// The zone of each value.
  private let index: [Int: Int]

  /// The zones of what had ended by some place, and of the writes that had begun by then.
  ///
  /// - Parameter places: which of the operations are meant; nil: all.
  private init(_ operations: [RegisterHistory.Operation], by end: Int, only places: [Int]? = nil) {
    let places = places ?? Array(operations.indices)
    var read: Set<Int> = []
    for place in places where operations[place].isRead && operations[place].ended <= end {
      read.insert(operations[place].value)
    }
    var index: [Int: Int] = [0: 0]
    // The missing key counts as written before everything.
    var zones = [Zone(first: -1, firstEnd: -1, last: -1, lastStart: -1)]
    for place in places {
      let operation = operations[place]
      let isOver = operation.ended <= end
      guard operation.invoked <= end, isOver || !operation.isRead && read.contains(operation.value) else { continue }
      let ended = isOver ? operation.ended : .max
      guard let known = index[operation.value] else {
        index[operation.value] = zones.count
        zones.append(Zone(first: place, firstEnd: ended, last: place, lastStart: operation.invoked))
        continue
      }
      if ended < zones[known].firstEnd { (zones[known].first, zones[known].firstEnd) = (place, ended) }
      if operation.invoked > zones[known].lastStart {
        (zones[known].last, zones[known].lastStart) = (place, operation.invoked)
      }
    }
    (self.zones, self.index) = (zones, index)
  }

  private var hasConflict: Bool {
    let forward = zones.filter(\.isForward).sorted { $0.low < $1.low }
    for (zone, next) in zip(forward, forward.dropFirst()) where next.low < zone.high { return true }
    return zones.contains { zone in
      guard !zone.isForward else { return false }
      // The last forward zone that begins before it.
      let next = forward.partitioningIndex { $0.low >= zone.low }
      return next > 0 && zone.high < forward[next - 1].high
    }
  }

  /// The earliest ending from which on the operations can't be explained; nil if they can.
  static func end(of operations: [RegisterHistory.Operation]) -> Int? {
    guard RegisterZones(operations, by: .max).hasConflict else { return nil }
    // What can't be explained can't be explained with more to come either.
    let ends = operations.map(\.ended).filter { $0 != .max }.sorted()
    return ends[ends.dropLast().partitioningIndex { RegisterZones(operations, by: $0).hasConflict }]
  }

  /// The places of the fewest operations that show a conflict of what had ended by then, the earliest of those.
  static func witness(in operations: [RegisterHistory.Operation], end: Int) -> [Int] {
    let register = RegisterZones(operations, by: end)
    // The value of what ended last plays a part in any conflict: without that ending there was none.
    guard let last = operations.firstIndex(where: { $0.ended == end }),
      let place = register.index[operations[last].value]
    else { return [] }
    func isBroken(_ places: [Int]) -> Bool { RegisterZones(operations, by: end, only: places).hasConflict }
    let zone = register.zones[place]
    var best: [Int]?
    for (index, other) in register.zones.enumerated() where index != place && zone.conflicts(other) {
      let ends = Set([zone.first, zone.last, other.first, other.last]).subtracting([-1]).sorted()
      let found = SmallestWitness.irreducible(ends, isBroken: isBroken)
      if best.map(found.isSmaller) ?? true { best = found }
    }
    guard let best else { return [] }
    let candidates = operations.indices.filter { operations[$0].invoked <= end && operations[$0].ending != .failed }
    return SmallestWitness.numbers(among: candidates, with: last, known: best, isBroken: isBroken)
  }
}

extension [Int] {
  /// Whether it is shorter than another witness, or as long and earlier.
  func isSmaller(than other: [Int]) -> Bool {
    count != other.count ? count < other.count : lexicographicallyPrecedes(other)
  }
}
