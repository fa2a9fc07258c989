import Kernel

/// What depends on replicas' clocks alone, and so changes while nothing happens.
extension Cluster {
  /// What a replica's wall clock shows now, in microseconds.
  public func reading(of replica: ReplicaID) -> Int64 { replicas.clock(of: replica).reading(at: now) }

  /// The instants at which something may expire or be purged by some replica's clock, if nothing else happens before: of
  /// what was deleted, or written for a limited time, from that many such versions on.
  ///
  /// - Complexity: O(n) in those versions, times the replicas whose clocks differ.
  public func forEachClockChange(ofDeathsFrom first: Int, _ body: (Instant) -> Void) {
    guard turn.environment.hasMortals else { return }
    var clocks: [NodeClock] = []
    for id in replicas.ids {
      let clock = replicas.clock(of: id)
      if !clocks.contains(where: { $0.isAlike(clock) }) { clocks.append(clock) }
    }
    for death in catalogue.deaths[first...] {
      for clock in clocks { forEachChange(of: death.at, by: clock, body) }
    }
  }

  /// The next instant at which a replica's clock may let a version expire or purge it; nil if never.
  func nextClockChange(of version: VersionID, at replica: ReplicaID) -> Instant? {
    guard turn.environment.hasMortals else { return nil }
    var next: Instant?
    let deaths = catalogue.death(of: version).map { [$0] } ?? catalogue.expiries(ofColumnsOf: version)
    for death in deaths {
      forEachChange(of: death, by: replicas.clock(of: replica)) { next = min(next ?? $0, $0) }
    }
    return next
  }

  /// Whether two replicas that hold the same version see the same of it, each by its own clock: that it is dead, or that it
  /// isn't; of a row, the same columns.
  func seeAlike(_ version: VersionID, _ first: ReplicaID, _ second: ReplicaID) -> Bool {
    let isDead = [first, second].map {
      catalogue.isTombstone(version) || catalogue.isExpired(version, at: reading(of: $0))
    }
    return isDead[0] == isDead[1] && seeColumnsAlike(version, first, second)
  }

  /// Whether of a row's columns the same have expired by the clocks of two replicas; they have where it isn't a row.
  func seeColumnsAlike(_ version: VersionID, _ first: ReplicaID, _ second: ReplicaID) -> Bool {
    let (one, other) = (reading(of: first), reading(of: second))
    return catalogue.expiries(ofColumnsOf: version).allSatisfy { ($0 <= one) == ($0 <= other) }
  }

  /// A value is missing from its expiry on, and purged once it has been dead for longer than the grace period.
  @inline(__always) private func forEachChange(of death: Int64, by clock: NodeClock, _ body: (Instant) -> Void) {
    let shown = clock.reading(at: now)
    for reading in [death, death + turn.environment.settings.tombstoneGrace.microseconds + 1] where reading > shown {
      if let at = clock.instant(ofReading: reading, from: now) { body(at) }
    }
  }

  /// A mark of all that ``forEachClockChange(ofDeathsFrom:_:)`` goes by beside the present instant: equal marks, equal
  /// changes to come.
  public var clockMark: ClockMark {
    ClockMark(generation: turn.environment.clockGeneration, deaths: catalogue.deaths.count)
  }

  /// What the changes to come are made of.
  public struct ClockMark: Hashable, Sendable {
    /// How often a clock was set, or the grace period.
    public let generation: UInt32
    /// How many versions were deleted, or written for a limited time.
    public let deaths: Int
  }
}

extension NodeClock {
  /// Whether it shows the same as another at any time, whatever timestamps they gave.
  fileprivate func isAlike(_ other: NodeClock) -> Bool {
    driftPerSecond == 0 && other.driftPerSecond == 0 && skew == other.skew
  }
}
