import Kernel

/// What a replica keeps that others, or its own copies, are yet to take.
extension StreamsServer {
  /// How many changes wait for other regions, of all partitions that it leads.
  var backlogCount: Int {
    var count: UInt32 = 0
    for var copy in copies where copy.leads {
      guard !spansRegions else {
        for other in expired.indices where other != region.index { count += copy.undelivered(to: other) }
        continue
      }
      for other in expired.indices where other != region.index { count += copy.waiting(for: other) }
    }
    return Int(count)
  }

  var backlog: [Cluster.Journey] {
    var journeys: [Cluster.Journey] = []
    for place in copies.indices {
      journeys += unapplied(place)
      guard let leadership = copies[place].leadership else { continue }
      for (index, cursor) in leadership.streams.enumerated() where index != region.index {
        let target = route(Int(copies[place].partition), in: RegionID(index)).leader
        guard target != .none else { continue }
        var number = max(cursor.acknowledged, copies[place].changes.base)
        while number < copies[place].committedChanges {
          number += 1
          let version = copies[place].changes[number]
          if version != .none { journeys.append(Cluster.Journey(version: version, target: target)) }
        }
      }
    }
    return journeys
  }

  /// What stands in a log and is not applied by that copy yet, or, by its leader, not known to be persisted by a follower.
  private func unapplied(_ place: Int) -> [Cluster.Journey] {
    var journeys: [Cluster.Journey] = []
    let copy = copies[place]
    var next = copy.applied
    while next < copy.log.end {
      next += 1
      if copy.log[next].version != .none {
        journeys.append(Cluster.Journey(version: copy.log[next].version, target: id))
      }
    }
    for follower in copy.leadership?.followers ?? [] {
      var next = max(follower.persisted, copy.log.base)
      while next < copy.log.end {
        next += 1
        let version = copy.log[next].version
        if version != .none { journeys.append(Cluster.Journey(version: version, target: follower.replica)) }
      }
    }
    return journeys
  }

  func keeps(_ version: VersionID, for target: ReplicaID) -> Bool {
    backlog.contains { $0.version == version && $0.target == target }
  }
}
