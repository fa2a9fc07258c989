import Kernel

/// What a database has for others and has not sent: `binlog-delay` holds it back, or nobody could be reached.
extension PrimaryCacheServer {
  var backlogCount: Int {
    guard station == .database else { return 0 }
    let caches = sender.outlets.reduce(0) { $0 + Int(sender.count - $1.sent) }
    return isPrimary ? sender.shippings.indices.reduce(caches) { $0 + waitingRows(for: $1) } : caches
  }

  private func waitingRows(for place: Int) -> Int {
    place == region.index ? 0 : Int(disk.end - sender.shippings[place].outlet.sent)
  }

  /// The rows alone: what caches are to be told brings nobody a version.
  var backlog: [Cluster.Journey] {
    guard isPrimary else { return [] }
    var journeys: [Cluster.Journey] = []
    for place in sender.shippings.indices where waitingRows(for: place) > 0 {
      for row in (sender.shippings[place].outlet.sent + 1)...disk.end {
        journeys.append(Cluster.Journey(version: disk[row], target: sender.databases[place]))
      }
    }
    return journeys
  }

  func keeps(_ version: VersionID, for target: ReplicaID) -> Bool {
    backlog.contains { $0.version == version && $0.target == target }
  }
}
