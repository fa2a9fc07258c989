import Kernel

/// What depends on replicas' clocks alone, and so changes while nothing happens.
extension Cluster {
  /// What a replica's wall clock shows now, in microseconds.
  public func reading(of replica: ReplicaID) -> Int64 { replicas[replica].clock.reading(at: now) }

  /// The next instant at which something may expire or be purged by some replica's clock, if nothing else happens before;
  /// nil if never.
  ///
  /// - Complexity: O(n) in the versions that were ever deleted or written for a limited time, times the replicas.
  public var nextClockChange: Instant? {
    guard turn.environment.hasMortals else { return nil }
    let grace = turn.environment.settings.tombstoneGrace.microseconds
    var next: Instant?
    for replica in replicas.elements {
      let shown = replica.clock.reading(at: now)
      for death in catalogue.deaths {
        // A value is missing from its expiry on, and purged once it has been dead for longer than the grace period.
        for reading in [death.at, death.at + grace + 1] where reading > shown {
          guard let at = replica.clock.instant(ofReading: reading, from: now) else { continue }
          next = min(next ?? at, at)
        }
      }
    }
    return next
  }

  /// A mark of all that ``nextClockChange`` goes by beside the present instant: equal marks, equal changes to come.
  public var clockMark: ClockMark {
    ClockMark(generation: turn.environment.clockGeneration, deaths: catalogue.deaths.count)
  }

  /// What the changes to come are made of.
  public struct ClockMark: Hashable, Sendable {
    let generation: UInt32
    let deaths: Int
  }
}
