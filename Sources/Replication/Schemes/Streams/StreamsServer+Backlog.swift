import Kernel

/// What a replica keeps that others, or its own copies, are yet to take.
extension StreamsServer {
  /// How many changes wait for another region, of all partitions that it leads.
  func waitingChanges(for other: RegionID) -> Int {
    guard other != region else { return 0 }
    return copies.indices.reduce(0) { $0 + Int(waiting($1, for: other)) }
  }

  var backlogCount: Int { expired.indices.reduce(0) { $0 + waitingChanges(for: RegionID($1)) } }

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
          journeys.append(Cluster.Journey(version: copies[place].changes[number], target: target))
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
