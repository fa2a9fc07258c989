import DequeModule
import Kernel

/// A leader that has changes for another region, and waits until the capacity between the two lets one go.
struct StreamWant: Sendable {
  let replica: ReplicaID
  let partition: UInt16
  let to: RegionID
}

/// Whose turn it is between each two regions, where the capacity of streams is bounded: the replicator's work queue, which stands
/// outside of all replicas. Those who wait are served in turn, each with one change; what was not used is not saved up.
struct StreamQueues: Sendable {
  /// Those who wait to send from one region to another.
  struct Line: Sendable {
    let from: RegionID
    let to: RegionID
    var waiting: Deque<StreamWant> = []
    /// From when on slots are counted, and how many have been used since.
    var origin = Instant.start
    var used: Int64 = 0
    /// Whether somebody is going to be served.
    var isDue = false

    /// When the next change may go.
    mutating func nextSlot(at now: Instant, capacity: ChangeRate?) -> Instant {
      let slot = origin + (capacity?.span(for: used) ?? .zero)
      if slot >= now { return slot }
      (origin, used) = (now, 0)
      return now
    }
  }

  private(set) var lines: [Line] = []

  /// Where the line between two regions stands; it is begun if there was none.
  mutating func place(from: RegionID, to: RegionID) -> Int {
    if let place = lines.firstIndex(where: { $0.from == from && $0.to == to }) { return place }
    lines.append(Line(from: from, to: to))
    return lines.count - 1
  }

  mutating func update<Result>(_ place: Int, _ body: (inout Line) -> Result) -> Result { body(&lines[place]) }

  /// Counts slots from now on.
  mutating func restart(at now: Instant) {
    for place in lines.indices { (lines[place].origin, lines[place].used) = (now, 0) }
  }
}
