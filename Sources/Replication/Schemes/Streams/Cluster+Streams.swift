import DequeModule
import Kernel

/// What the cluster does by itself where each partition has a leader in each region: it keeps to the capacity of streams.
extension Cluster {
  /// Lets a timer of the scheme go off. False if nobody waits for it any more.
  mutating func wake(_ timer: StreamsTimer, _ scheduled: Scheduled) -> Bool {
    if case .turn(let from, let to) = timer { return serveNextChange(from, to) }
    guard let (id, incarnation) = timer.sleeper else { return false }
    return wake(id, incarnation: incarnation, scheduled) { $0.streams[id].wake(timer, &$1) }
  }

  // MARK: Capacity

  /// Puts those who have changes for other regions in line.
  mutating func lineUpChanges() {
    for index in 0..<turn.effects.streamWants.count {
      let want = turn.effects.streamWants[index]
      let place = streamQueues.place(from: turn.environment.regionOf[want.replica.index], to: want.to)
      streamQueues.update(place) { $0.waiting.append(want) }
      callNextChange(place)
    }
    turn.effects.streamWants.clear()
  }

  private mutating func callNextChange(_ place: Int) {
    let (now, capacity) = (turn.now, turn.environment.settings.streamCapacity ?? .max)
    let line = streamQueues.lines[place]
    guard !line.isDue, !line.waiting.isEmpty else { return }
    let slot = streamQueues.update(place) { line in
      line.isDue = true
      return line.nextSlot(at: now, capacity: capacity)
    }
    queue.push(Scheduled(departed: now, event: .wake(.streams(.turn(from: line.from, to: line.to)))), at: slot)
  }

  /// Lets the next of those in line send one change. False if none of them has any to send.
  private mutating func serveNextChange(_ from: RegionID, _ to: RegionID) -> Bool {
    let place = streamQueues.place(from: from, to: to)
    streamQueues.update(place) { $0.isDue = false }
    while let want = streamQueues.update(place, { $0.waiting.popFirst() }) {
      guard replicas.status(of: want.replica) == .running else { continue }
      if replicas.streams[want.replica].takeTurn(Int(want.partition), to: to, &turn) {
        streamQueues.update(place) { $0.used += 1 }
        callNextChange(place)
        return true
      }
    }
    return false
  }

  /// The capacity, the batches or the retention have changed.
  mutating func resumeStreams() {
    streamQueues.restart(at: now)
    replicas.noticeReach(&turn)
  }

  /// Something has been lost on the way, or can be from now on.
  mutating func noticeLosses() {
    turn.rearrange { $0.hasLosses = true }
    replicas.noticeLosses(&turn)
  }

  // MARK: Partitions

  /// Divides the keys into so many partitions, before any was written.
  mutating func divide(into count: Int) {
    turn.configure { $0.partitions = count }
    let placement = Placement(plan, topology, turn.environment.settings)
    turn.rearrange { $0.placement = placement }
    replicas.divide(placement)
  }

  // MARK: What can be asked

  /// How many changes wait in a region for another: committed, and not sent, or not acknowledged when the way broke.
  public func backlog(from: RegionID, to: RegionID) -> Int {
    topology.members(of: from).reduce(0) { $0 + replicas.waitingChanges(at: $1, for: to) }
  }

  /// How many changes left the retention before they could be sent.
  public var expiredChanges: Int { replicas.streams.elements.reduce(0) { $0 + $1.expired.reduce(0, +) } }
}

extension Servers {
  /// Takes replicas to their places in another placement.
  mutating func divide(_ placement: Placement) {
    switch scheme {
    case .leaderless: break
    case .streams: for id in ids { streams[id].divide(placement) }
    }
  }

  /// How many changes wait at a replica for another region.
  func waitingChanges(at id: ReplicaID, for region: RegionID) -> Int {
    switch scheme {
    case .leaderless: 0
    case .streams: status(of: id) == .crashed ? 0 : streams[id].waitingChanges(for: region)
    }
  }
}
