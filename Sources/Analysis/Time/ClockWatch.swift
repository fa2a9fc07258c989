import Kernel
import Replication

/// Remembers when clocks will let something expire or be purged, so that it isn't worked out for every event.
package struct ClockWatch {
  private var mark: Cluster.ClockMark?
  /// The instants to come.
  private var changes = EventQueue<Bool>()

  /// A watch that has seen nothing.
  package init() {}

  /// The next instant at which a clock may change what replicas hold, though nothing happens; nil if there is none.
  ///
  /// - Complexity: O(1) for each version that was deleted or written for a limited time since the last call, and for each
  ///   instant that has passed.
  package mutating func nextChange(in cluster: Cluster) -> Instant? {
    let present = cluster.clockMark
    guard present.deaths > 0 else { return nil }
    if mark?.generation != present.generation || (mark?.deaths ?? 0) > present.deaths || cluster.now < changes.now {
      (mark, changes) = (nil, EventQueue())
    }
    while changes.pop(notAfter: cluster.now) != nil {}
    if mark != present {
      cluster.forEachClockChange(ofDeathsFrom: mark?.deaths ?? 0) { changes.push(true, at: $0) }
      mark = present
    }
    return changes.firstInstant
  }
}
